"""Answers of every shape become records with an id, and identities that lead back to them."""

from __future__ import annotations

from typing import Any

import pytest

from syncd.catalog.registry import resource
from syncd.catalog.resource import Path, Resource, ResourceField, Scope, Send, Shape
from syncd.core.values import Field, Kind
from syncd.errors import NotFound, Transient
from syncd.http.message import Lane
from syncd.procore.paging import Pass
from syncd.procore.tree import MOST_FOLDERS
from syncd.procore.ways import Listing
from syncd.procore.wire import decode_field, identity, scope_in
from tests.support.told_procore import told_client

BUDGET = Resource(
    "budgets",
    "Budgets",
    Scope.PROJECT,
    "",
    (),
    list=Path("/rest/v1.0/projects/{project}/budget"),
    update=Path("/rest/v1.0/projects/{project}/budget"),
    shape=Shape.ONE,
    updated_filter=False,
)
FOLDERS = Resource(
    "folders",
    "Folders",
    Scope.PROJECT,
    "folder",
    (),
    list=Path("/rest/v1.0/folders", project_in="query"),
    show=Path("/rest/v1.0/folders/{id}", project_in="query"),
    shape=Shape.TREE,
    updated_filter=False,
)
LINES = Resource(
    "lines",
    "Lines",
    Scope.PROJECT,
    "",
    (),
    list=Path("/rest/v2.0/companies/{company}/projects/{project}/lines"),
    show=Path("/rest/v2.0/companies/{company}/projects/{project}/lines/{id}"),
    shape=Shape.DATA,
    updated_filter=False,
    page_limit=2,
)


def walked(about: Resource, scope: str, *answers: Any) -> tuple[Pass, list[Any], list[str]]:
    """A pass over these answers, the ids it gave and the paths it asked for."""
    client, sender = told_client(*answers)
    walk = Pass(client, Listing(about, about.list, scope), Lane.POLL)
    ids = [row["id"] for page in walk.pages() for row in page.rows]
    return walk, ids, [call.path for call in sender.calls]


def test_what_there_is_once_a_scope_goes_by_the_scopes_id() -> None:
    """A budget has no id: its project names it, in a list, a show and an answer to a write (§8)."""
    walk, ids, _ = walked(BUDGET, "55", {"locked": True})
    client, _ = told_client({"locked": True}, {"locked": False})

    shown, _sent = client.show(BUDGET, "55", "55", Lane.COMMAND)
    written = client.update(BUDGET, "55", "55", {"locked": False}, 60.0)

    assert (ids, walk.whole, walk.total) == ([55], True, 1)
    assert shown == {"locked": True, "id": 55}
    assert written.row == {"locked": False, "id": 55}
    assert identity(BUDGET, "55", 55) == "55"


def test_records_of_v2_stand_under_data_and_have_text_ids() -> None:
    """Without a total and links, a full page may have a next one, and an empty one is the end (§0.2)."""
    pages = [{"data": [{"id": "1"}, {"id": "2"}]}, {"data": [{"id": "3"}]}]

    walk, ids, paths = walked(LINES, "55", *pages)
    client, _ = told_client({"data": {"id": "3"}})

    assert (ids, walk.whole) == (["1", "2", "3"], True)
    assert paths == ["/rest/v2.0/companies/9/projects/55/lines"] * 2
    assert client.show(LINES, "55", "3", Lane.POLL)[0] == {"id": "3"}


def test_records_in_a_show_are_found_by_the_end_of_the_resources_name() -> None:
    """A submittal's approvers are its `approvers`; an answer without them is odd, not empty (§12)."""
    about = resource("submittal-approvers")

    _, ids, _ = walked(about, "55/7", {"id": 7, "approvers": [{"id": 1}, {"id": 2}]})

    assert ids == [1, 2]
    with pytest.raises(Transient):
        walked(about, "55/7", {"id": 7})


def test_an_update_that_answers_with_a_list_gives_its_own_record() -> None:
    """An approver's update returns the submittal's approvers (§12)."""
    about = resource("submittal-approvers")
    client, _ = told_client([{"id": 1}, {"id": 2, "comment": "Fine"}], [{"id": 1}])

    assert client.update(about, "55/7", "2", {}, 60.0).row == {"id": 2, "comment": "Fine"}
    with pytest.raises(Transient) as lost:
        client.update(about, "55/7", "2", {}, 60.0)
    assert lost.value.maybe_acted


def test_a_tree_is_walked_level_by_level_and_leaves_cost_nothing() -> None:
    """One call a folder that may hold folders: what is nested deeper comes back empty (§10.1)."""
    root = {"id": 1, "folders": [{"id": 2}, {"id": 3, "has_children_folders": False}]}

    walk, ids, paths = walked(FOLDERS, "55", root, {"id": 2, "folders": [{"id": 4, "has_children": False}]})

    assert (ids, walk.whole) == ([1, 2, 3, 4], True)
    assert paths == ["/rest/v1.0/folders", "/rest/v1.0/folders/2"]


def test_a_tree_that_moves_while_it_is_walked_is_not_whole() -> None:
    """A folder that went away, and one met twice, say that the pass proves nothing about what it missed."""
    root = {"id": 1, "folders": [{"id": 2}, {"id": 3}]}

    gone, _, _ = walked(FOLDERS, "55", root, NotFound("gone", status=404), {"id": 3, "folders": []})
    twice, ids, _ = walked(FOLDERS, "55", root, {"id": 2, "folders": [{"id": 3}]}, {"id": 3, "folders": []})

    assert not gone.whole
    assert not twice.whole
    assert ids == [1, 2, 3]


def test_a_tree_without_end_is_left() -> None:
    """A walk opens so many folders and no more (P15)."""

    class Endless:
        """Every folder holds one more."""

        opened = 0

        def send(self, call: Any) -> Any:
            _client, sender = told_client({"id": self.opened + 1, "folders": [{"id": self.opened + 2}]})
            self.opened += 1
            return sender.send(call)

    client, _ = told_client()
    client.sender = endless = Endless()
    walk = Pass(client, Listing(FOLDERS, FOLDERS.list, "55"), Lane.POLL)

    for _ in walk.pages():
        pass

    assert not walk.whole
    assert endless.opened == MOST_FOLDERS + 1


@pytest.mark.parametrize(
    ("name", "scope", "named"),
    [("vendors", "", "7"), ("rfis", "55", "55/7"), ("rfi-replies", "55/3", "55/3/7")],
)
def test_an_identity_names_where_a_record_lives(name: str, scope: str, named: str) -> None:
    """Company, project and parent each stand before the id, and can be read from it again."""
    about = resource(name)

    assert identity(about, scope, 7) == named
    assert scope_in(about, named) == scope


def test_references_carry_the_place_their_target_lives_in() -> None:
    """From a reply, its RFI is project/RFI and its project the project alone; a vendor is a vendor."""

    def pointing(target: str, *, scope_id: bool = False) -> Any:
        field = Field("to", "To", Kind.REFERENCE)
        one = ResourceField(
            field, read=() if scope_id else ("to_id",), send=Send.ID, target=target, scope_id=scope_id
        )
        return decode_field(one, {"to_id": 8}, "55/3")

    assert pointing("vendors") == "8"
    assert pointing("rfis") == "55/8"
    assert pointing("rfi-replies") == "55/3/8"
    assert pointing("rfis", scope_id=True) == "55/3"
    assert pointing("projects", scope_id=True) == "55"
