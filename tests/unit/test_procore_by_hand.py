"""One record written by hand: by the right call, and settled only by what a reading can tell."""

from __future__ import annotations

from typing import Any

import pytest

from syncd.catalog import resource
from syncd.cli.procore.by_hand import settle_by_looking
from syncd.core.values import SideName
from syncd.errors import Rejected, Transient
from syncd.http.message import Lane
from syncd.procore.calls import Calls
from syncd.procore.single import Write, call_of, carry_out
from syncd.store import Intent
from tests.support.told_procore import told_client

VENDORS = resource("vendors")


def write(verb: str, id: str = "", about: Any = VENDORS, scope: str = "", **values: Any) -> Write:
    """One write."""
    return Write(about, verb, scope, id, tuple((about.field(name), value) for name, value in values.items()))


def test_a_record_goes_the_way_its_resource_wants() -> None:
    """Vendors are changed through sync, because a PATCH demands the name; projects by PATCH, in bulk or
    not; and all in a person's lane (§3.1, §2)."""
    vendor = call_of(Calls("9"), write("update", "7", city="Metz"))
    project = call_of(Calls("9"), write("update", "7", resource("projects"), city="Metz"))

    assert (vendor.path, vendor.json["updates"]) == ("/rest/v1.0/vendors/sync", [{"id": 7, "city": "Metz"}])
    assert (project.path, project.json["project"]) == ("/rest/v1.0/projects/7", {"city": "Metz"})
    assert {vendor.lane, project.lane} == {Lane.COMMAND}


def test_a_bulk_answer_says_what_became_of_its_one_record() -> None:
    """Its entity is the record, an error a refusal, and anything else an unknown outcome (§18)."""
    client, _ = told_client(
        {"entities": [{"id": 7, "city": "Metz"}], "errors": []},
        {"entities": [], "errors": [{"id": 7, "errors": {"city": ["is too long"]}}]},
        {"entities": [{"id": 8}], "errors": []},
    )
    one = write("update", "7", city="Metz")

    assert carry_out(client, one, 60.0).row == {"id": 7, "city": "Metz"}
    with pytest.raises(Rejected, match="city: is too long"):
        carry_out(client, one, 60.0)
    with pytest.raises(Transient) as unknown:
        carry_out(client, one, 60.0)
    assert unknown.value.maybe_acted


def test_an_inactive_record_is_made_active_by_a_call_of_its_own() -> None:
    """Only where the plain write was refused, which did nothing (§3.1)."""
    refused = {"entities": [], "errors": [{"id": 7, "errors": {"base": ["not found"]}}]}
    client, sender = told_client(refused, {"id": 7}, {"entities": [{"id": 7}], "errors": []}, refused)

    carry_out(client, write("update", "7", is_active=True), 60.0)
    with pytest.raises(Rejected):
        carry_out(client, write("update", "7", city="Metz"), 60.0)

    paths = [call.path for call in sender.calls]
    assert paths[1] == "/rest/v1.0/companies/9/vendors/inactive/7"
    assert len(paths) == 4


def intent(verb: str = "update", source: str = "", **sent: Any) -> Intent:
    """An unknown write that can arrive until 100."""
    return Intent(
        1, "procore:vendors", None, None, SideName.PROCORE, verb, "", "7", source or verb,
        sent, {}, {}, None, "unknown", 0.0, 100.0, 0, 0.0, "", "", 0.0,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("pending", "now", "before", "state"),
    [
        (intent(city="Metz"), 101.0, {"city": "Metz"}, "done"),
        (intent(city="Metz"), 101.0, {"city": "Lyon"}, "void"),
        (intent(city="Metz"), 101.0, None, "void"),
        (intent(city="Metz"), 100.0, {"city": "Metz"}, None),
        (intent(city="Metz"), 101.0, {"name": "A"}, None),
        (intent("delete"), 101.0, None, "done"),
        (intent("delete"), 101.0, {"city": "Lyon"}, "void"),
        (intent("create", name="A"), 101.0, {"name": "A"}, None),
        (intent("update", "invite"), 101.0, {"name": "A"}, None),
    ],
)
def test_a_reading_settles_what_it_can_tell_and_only_when_it_is_late(
    pending: Intent, now: float, before: Any, state: str | None
) -> None:
    """Updates and deletes are seen in the record, once the request can no longer arrive; a create or an
    invitation cannot be told from somebody else's."""
    ended = settle_by_looking(VENDORS, before, pending, now)

    assert (ended and ended[0]) == state
