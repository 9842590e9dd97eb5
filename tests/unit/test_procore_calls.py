"""What each operation of the catalogue is on the wire: scopes, bodies, verbs and what may be repeated."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from syncd.catalog.registry import names, resource
from syncd.catalog.resource import Act, Path, Resource, Scope, Shape
from syncd.errors import NotFound
from syncd.http.message import Call, CallKind, Lane
from syncd.procore.calls import Calls
from syncd.procore.ways import Listing, Way
from tests.support.told_procore import told_client

CALLS = Calls("9")
WAY = Way(False, 100)


def one(scope: Scope = Scope.PROJECT, **rest: Any) -> Resource:
    """A resource of things."""
    facts: dict[str, Any] = {"wrapper": "thing", "list": Path("/rest/v1.0/things"), **rest}
    return Resource("things", "Things", scope, fields=(), **facts)


def sent(call: Call) -> tuple[str, str, dict[str, str], Any]:
    """What of a call reaches the vendor."""
    return call.method, call.path, dict(call.query), call.json


def test_a_scope_fills_the_path_the_query_or_the_body() -> None:
    """Where an endpoint names company, project and parent is its path's own affair (reference §0.2)."""
    about = one(
        Scope.RECORD,
        create=Path("/rest/v1.0/things", company_in="query", project_in="body", parent_in="rfi_id"),
        update=Path("/rest/v1.0/projects/{project}/rfis/{parent}/things/{id}"),
    )

    made = CALLS.create(about, "55/7", {"name": "A"})
    changed = CALLS.update(about, "55/7", "3", {"name": "B"})

    assert sent(made) == (
        "POST",
        "/rest/v1.0/things",
        {"company_id": "9", "rfi_id": "7"},
        {"project_id": 55, "thing": {"name": "A"}},
    )
    assert sent(changed) == (
        "PATCH",
        "/rest/v1.0/projects/55/rfis/7/things/3",
        {},
        {"thing": {"name": "B"}},
    )


def test_a_membership_names_who_is_added_in_its_path() -> None:
    """`create_id` stands as the id of the create path; without other values the body is empty (§3.2)."""
    made = CALLS.create(resource("project-vendors"), "55", {}, "7")

    assert sent(made) == ("POST", "/rest/v1.1/projects/55/vendors/7/actions/add", {}, {})
    assert made.kind is CallKind.CREATE
    assert made.expects == "nothing"


def test_acts_go_by_their_own_method_path_and_wrapper() -> None:
    """Setting a template needs no id in the path, inviting no body (§5)."""
    users, members = resource("users"), resource("project-users")
    invite, template = users.act("invite"), members.act("set-permission-template")
    assert invite is not None
    assert template is not None

    invited = CALLS.do(users, invite, "", "7", {})
    assigned = CALLS.do(members, template, "55", "7", {"user_id": 7, "permission_template_id": 4})

    assert sent(invited) == ("PATCH", "/rest/v1.3/companies/9/users/7/invite", {}, None)
    assert sent(assigned) == (
        "PATCH",
        "/rest/v1.0/projects/55/permission_template_assignments",
        {},
        {"permission_template_assignments": {"user_id": 7, "permission_template_id": 4}},
    )


def test_what_may_not_be_done_twice_is_sent_as_a_create() -> None:
    """An invitation mails somebody: where it may have acted it is not repeated (P4)."""
    act = Act("invite", "PATCH", Path("/rest/v1.0/things/{id}/invite"), repeatable=False, query=(("a", "b"),))

    once = CALLS.do(one(), act, "55", "1", {})
    again = CALLS.do(one(), replace(act, repeatable=True), "55", "1", {})

    assert (once.kind, again.kind) == (CallKind.CREATE, CallKind.IDEMPOTENT_WRITE)
    assert once.query == (("a", "b"),)


def test_deleting_is_a_delete_or_the_recycle_bin() -> None:
    """RFIs have no DELETE; they are moved to the bin and back by a PATCH, change events come back by
    a PUT (§4, §7)."""
    about = one(
        delete=Path("/rest/v1.1/things/{id}", project_in="query"),
        restore=Path("/rest/v1.1/things/{id}/restore", project_in="query"),
    )

    deleted, restored = CALLS.delete(about, "55", "1"), CALLS.restore(about, "55", "1")
    binned = CALLS.delete(resource("rfis"), "55", "1")

    assert sent(deleted) == ("DELETE", "/rest/v1.1/things/1", {"project_id": "55"}, None)
    assert sent(restored) == ("PUT", "/rest/v1.1/things/1/restore", {"project_id": "55"}, None)
    assert sent(binned) == ("PATCH", "/rest/v1.0/projects/55/rfis/1/recycle", {}, None)
    retrieve = Path("/rest/v1.0/projects/{project}/rfis/{id}/retrieve")
    assert CALLS.restore(one(restore=retrieve), "55", "1").method == "PATCH"


def test_a_delete_of_what_is_gone_is_done_only_where_the_caller_says_so() -> None:
    """A 404 may mean that we may not see it (§19); who repeats a lost delete knows better."""
    about = one(delete=Path("/rest/v1.0/things/{id}"))
    client, _ = told_client(NotFound("gone", status=404), NotFound("gone", status=404))

    with pytest.raises(NotFound):
        client.delete(about, "55", "1", 60.0)

    assert client.delete(about, "55", "1", 60.0, gone_is_done=True).told == "HTTP 404"


def test_an_unpaged_list_is_asked_for_once_and_without_a_page() -> None:
    """Lists that ignore `page` give all rows every time, so a naive pager never ends (§2)."""
    about = resource("company-roles")
    client, sender = told_client([{"id": 1}, {"id": 2}])

    page = client.page(Listing(about, about.list), 1, Lane.POLL)

    assert [row["id"] for row in page.rows] == [1, 2]
    assert not page.more
    assert {"page", "per_page"}.isdisjoint(dict(sender.calls[0].query))


def test_a_page_of_v2_is_never_larger_than_a_hundred() -> None:
    """v2 gives 100 records a page at most (§0.2), whatever the resource or the caller would like."""
    about = one(shape=Shape.DATA, list=Path("/rest/v2.0/companies/{company}/things"), page_limit=2000)
    client, sender = told_client({"data": []}, {"data": []})

    for size in (0, 500):
        client.page(Listing(about, about.list, page_size=size), 1, Lane.POLL)

    assert [dict(call.query)["per_page"] for call in sender.calls] == ["100", "100"]


def test_records_in_a_show_are_asked_for_by_their_parent() -> None:
    """Without a list of their own, the parent's show is the list (§12)."""
    about = one(Scope.RECORD, shape=Shape.IN_SHOW, list=Path(), parent="rfis")

    call = CALLS.page(Listing(about, about.list, "55/7"), 1, WAY, Lane.POLL)

    assert call.path == "/rest/v1.0/projects/55/rfis/7"
    assert call.path_template == resource("rfis").show.template


@pytest.mark.parametrize("name", names())
def test_every_path_of_the_catalogue_fills(name: str) -> None:
    """Whatever a resource offers can be built as a call, and nothing is left unfilled."""
    about = resource(name)
    scope = {Scope.COMPANY: "", Scope.PROJECT: "55", Scope.RECORD: "55/7"}[about.scope]

    made = [CALLS.page(Listing(about, about.list, scope), 1, WAY, Lane.POLL)] if about.list else []
    made += [CALLS.show(about, scope, "3", Lane.POLL)] if about.show else []
    made += [CALLS.create(about, scope, {}, "3")] if about.create else []
    made += [CALLS.update(about, scope, "3", {})] if about.update else []
    made += [CALLS.sync(about, scope, [])] if about.sync else []
    made += [CALLS.delete(about, scope, "3")] if about.delete or about.recycle else []
    made += [CALLS.restore(about, scope, "3")] if about.restore else []
    made += [CALLS.do(about, act, scope, "3", {}) for act in about.acts]

    assert made
    assert not [call.path for call in made if "{" in call.path or "//" in call.path]
