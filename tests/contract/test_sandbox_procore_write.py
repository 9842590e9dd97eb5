"""Writing to the Procore simulator: stored, refused, dropped in silence (reference §2, §3, §7, §18, §20)."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.support.procore_sandbox import LittleWorld, little_world


@pytest.fixture
def box() -> LittleWorld:
    """A fresh world."""
    return little_world()


def _sync(box: LittleWorld, kind: str, *items: dict[str, Any]) -> tuple[list[Any], list[Any]]:
    """Entities and errors of a sync."""
    body = box.send("PATCH", f"v1.0/{kind}/sync", {"updates": list(items)})
    return body["entities"], body["errors"]


def _project(box: LittleWorld, **sent: Any) -> Any:
    return box.send("POST", "v1.0/projects", {"project": {"name": "New", **sent}})


def test_money_is_sent_as_a_number_and_read_as_text(box: LittleWorld) -> None:
    """Decimals come back as exact text with a point."""
    assert _project(box, total_value=1500000)["total_value"] == "1500000.0"
    body = b'{"company_id": %d, "project": {"name": "N", "total_value": 0.1234567890123456789}}' % box.company
    answer = box.call("POST", "v1.0/projects", body)
    assert json.loads(answer.body)["estimated_value"] == "0.1234567890123456789"
    assert _project(little_world(money="cents"), total_value=2.345)["total_value"] == "2.35"


def test_a_malformed_day_is_stored_as_null(box: LittleWorld) -> None:
    """A day nobody can read becomes null without an error; a full datetime is cut to its day."""
    made = _project(box, start_date="13/45/2026", completion_date="2026-03-04T23:00:00Z")
    assert (made["start_date"], made["completion_date"]) == (None, "2026-03-04")


def test_references_are_written_as_ids_and_read_as_objects(box: LittleWorld) -> None:
    """`project_stage_id` is written, `project_stage` is read; an id of nothing is 422."""
    stage, name = next(iter(box.world.procore.state.options["project_stages"].items()))
    assert _project(box, project_stage_id=stage)["project_stage"] == {"id": stage, "name": name}
    status, body = box.refused(
        "POST", "v1.0/projects", {"company_id": box.company, "project": {"name": "N", "project_stage_id": 1}}
    )
    assert (status, body) == (422, {"errors": {"project_stage_id": ["is invalid"]}})


def test_the_read_shape_in_a_write_is_dropped(box: LittleWorld) -> None:
    """Objects, computed and unknown keys are accepted and ignored."""
    made = _project(box, project_stage={"id": 5}, display_name="X", created_at="2001-01-01", nonsense=1)
    assert made["project_stage"] is None
    assert made["display_name"] == "New"


def test_bad_values_are_refused_field_by_field(box: LittleWorld) -> None:
    """A choice outside its list, a time zone by another name, a blank name: 422 with all of them."""
    sent = {"name": "", "flag": "Pink", "time_zone": "Mars", "square_feet": "many", "active": "perhaps"}
    status, body = box.refused("POST", "v1.0/projects", {"company_id": box.company, "project": sent})
    assert status == 422
    assert set(body["errors"]) == set(sent)
    assert len(box.world.procore.rows("projects")) == 3


def test_bodies_without_wrapper_or_json_are_400(box: LittleWorld) -> None:
    """A missing wrapper, a list, and broken JSON are bad requests."""
    assert box.refused("POST", "v1.0/projects", {"company_id": box.company, "name": "N"})[0] == 400
    assert box.refused("POST", "v1.0/projects", b"{")[0] == 400
    assert box.refused("POST", "v1.0/projects", b"[]")[0] == 400


def test_a_vendor_patch_demands_the_name(box: LittleWorld) -> None:
    """The spec keeps `name` required on PATCH; one switch reads it otherwise."""
    vendor = box.ids("v1.0/vendors")[0]
    sent = {"company_id": box.company, "vendor": {"city": "Oslo"}}
    assert box.refused("PATCH", f"v1.0/vendors/{vendor}", sent)[0] == 400
    kind = little_world(vendor_patch_needs_name=False)
    assert kind.send("PATCH", f"v1.0/vendors/{kind.ids('v1.0/vendors')[0]}", sent)["city"] == "Oslo"


def test_the_same_create_twice_makes_two_records(box: LittleWorld) -> None:
    """No idempotency key is honoured, under any header name."""
    keys = {"idempotency_key": "1", "idempotency_token": "1"}
    sent = {"company_id": box.company, "vendor": {"name": "Twin"}}
    for _ in range(2):
        assert box.call("POST", "v1.0/vendors", sent, **keys).status == 201
    assert [row["name"] for row in box.get("v1.0/vendors?sort=-id")][:2] == ["Twin", "Twin"]


@pytest.mark.parametrize("bumps", [False, True])
def test_a_write_that_changes_nothing(bumps: bool) -> None:
    """Whether `updated_at` moves on an equal value is a switch; nothing else changes either way."""
    box = little_world(noop_bumps_updated=bumps)
    before = box.get("v1.0/vendors")[0]
    after = box.send("PATCH", f"v1.0/vendors/{before['id']}", {"vendor": {"name": before["name"]}})
    assert (after["updated_at"] != before["updated_at"]) is bumps
    assert {**after, "updated_at": ""} == {**before, "updated_at": ""}


def test_sync_creates_updates_and_reports_per_item(box: LittleWorld) -> None:
    """200 always: id or a known origin_id updates, an unknown one or none creates, bad items are told."""
    first, second = box.ids("v1.0/vendors")[:2]
    box.send("PATCH", f"v1.0/vendors/{second}", {"vendor": {"name": "Second", "origin_id": "o-2"}})
    entities, errors = _sync(
        box,
        "vendors",
        {"id": first, "city": "Oslo"},
        {"origin_id": "o-2", "city": "Rome"},
        {"origin_id": "o-3", "name": "Third"},
        {"name": "Fourth"},
        {"id": 12, "name": "Nobody"},
        {"name": ""},
        {"id": first, "origin_id": "o-2"},
    )
    assert [one["city"] for one in entities[:2]] == ["Oslo", "Rome"]
    assert [(one["name"], one["origin_id"]) for one in entities[2:]] == [("Third", "o-3"), ("Fourth", None)]
    assert [one["errors"] for one in errors] == [
        {"id": ["not found"]},
        {"name": ["can't be blank"]},
        {"origin_id": ["has already been taken"]},
    ]
    assert errors[0]["name"] == "Nobody"


def test_sync_by_id_moves_an_origin_id(box: LittleWorld) -> None:
    """With both given the id decides and the origin_id is overwritten; the old one is free again."""
    made = box.send("POST", "v1.0/vendors", {"vendor": {"name": "A", "origin_id": "old"}})["id"]
    _sync(box, "vendors", {"id": made, "origin_id": "new"})
    entities, _ = _sync(box, "vendors", {"origin_id": "old", "name": "B"}, {"origin_id": "new", "name": "A2"})
    assert entities[0]["id"] != made
    assert entities[1]["id"] == made


def test_sync_of_projects_drops_what_only_patch_takes(box: LittleWorld) -> None:
    """County and code are not fields of a sync item: dropped in silence."""
    entities, errors = _sync(box, "projects", {"name": "S", "county": "Kent", "code": "7", "city": "Dover"})
    assert errors == []
    assert (entities[0]["county"], entities[0]["code"], entities[0]["city"]) == (None, "", "Dover")


def test_sync_takes_1000_items(box: LittleWorld) -> None:
    """One more is refused as a whole, or, as a switch says, dropped without a word."""
    items = [{"name": f"Vendor {number}"} for number in range(1001)]
    assert box.refused("PATCH", "v1.0/vendors/sync", {"company_id": box.company, "updates": items})[0] == 400
    assert len(_sync(box, "vendors", *items[:1000])[0]) == 1000
    silent = little_world(sync_overflow="first_only")
    assert len(_sync(silent, "vendors", *items)[0]) == 1000


def test_sync_results_may_come_in_any_order() -> None:
    """With the switch the entities are shuffled, so that only ids and origin_ids tell them apart."""
    box = little_world(sync_order="shuffled")
    names = [f"Vendor {number}" for number in range(30)]
    entities, _ = _sync(box, "vendors", *({"name": name} for name in names))
    found = [one["name"] for one in entities]
    assert sorted(found) == sorted(names)
    assert found != names


def _rfi(box: LittleWorld, **sent: Any) -> tuple[str, Any]:
    """A new RFI's path and JSON."""
    project = box.ids("v1.0/projects")[0]
    manager = box.world.procore.who["person"].user_id
    rfi = {"subject": "S", "rfi_manager_id": manager, "question": {"body": "Why?"}, **sent}
    made = box.send("POST", f"v1.0/projects/{project}/rfis", {"rfi": rfi})
    return f"v1.0/projects/{project}/rfis/{made['id']}", made


def test_an_rfi_is_closed_by_accepted_and_never_by_status(box: LittleWorld) -> None:
    """`status` in a PATCH is dropped without error; `accepted` closes and opens again."""
    path, made = _rfi(box)
    assert (made["status"], made["number"]) == ("open", "3")
    assert box.send("PATCH", path, {"rfi": {"status": "closed"}})["status"] == "open"
    closed = box.send("PATCH", path, {"rfi": {"accepted": True}})
    assert closed["status"] == "closed"
    assert closed["time_resolved"] is not None
    again = box.send("PATCH", path, {"rfi": {"accepted": False}})
    assert (again["status"], again["time_resolved"]) == ("open", None)


def test_an_rfi_needs_subject_manager_and_question(box: LittleWorld) -> None:
    """What the vendor marks as needed is refused by name."""
    project = box.ids("v1.0/projects")[0]
    status, body = box.refused("POST", f"v1.0/projects/{project}/rfis", {"rfi": {"subject": "S"}})
    assert status == 422
    assert set(body["errors"]) == {"rfi_manager_id", "question"}


def test_a_draft_gets_its_number_when_it_is_sent(box: LittleWorld) -> None:
    """A draft has no number and is not open; it stops being a draft once, for good."""
    path, made = _rfi(box, draft=True)
    assert (made["status"], made["number"], made["initiated_at"]) == ("draft", None, None)
    sent = box.send("PATCH", path, {"rfi": {"draft": False}})
    assert (sent["status"], sent["number"]) == ("open", "3")
    assert box.send("PATCH", path, {"rfi": {"draft": True}})["status"] == "open"


def test_rfis_are_recycled_and_retrieved(box: LittleWorld) -> None:
    """There is no delete: recycled, it leaves list and Show, stands in the bin, and comes back as it was."""
    path, made = _rfi(box)
    listing, _, _ = path.rpartition("/")
    assert box.send("PATCH", f"{path}/recycle", {}) is None
    assert made["id"] not in box.ids(listing)
    assert box.refused("GET", path)[0] == 404
    assert box.refused("PATCH", path, {"rfi": {"subject": "T"}})[0] == 404
    (binned,) = box.get(f"{listing}/recycle_bin")
    assert (binned["id"], binned["status"], binned["deleted"]) == (made["id"], "recycled", True)
    box.send("PATCH", f"{path}/retrieve", {})
    assert box.get(path)["status"] == "open"
    assert box.get(f"{listing}/recycle_bin") == []


def test_replies_bump_their_rfi_and_keep_their_body(box: LittleWorld) -> None:
    """A reply moves the RFI's stamp; PATCH changes `official` alone; a closed RFI takes none (403)."""
    path, made = _rfi(box)
    box.clock.advance(5)
    reply = box.send("POST", f"{path}/replies", {"reply": {"body": "Because"}})
    assert box.get(path)["updated_at"] > made["updated_at"]
    changed = box.send("PATCH", f"{path}/replies/{reply['id']}", {"reply": {"official": True, "body": "No"}})
    assert (changed["official"], changed["plain_text_body"]) == (True, "Because")
    assert "updated_at" not in changed
    assert [one["id"] for one in box.get(f"{path}/replies")] == [reply["id"]]
    box.send("PATCH", path, {"rfi": {"accepted": True}})
    assert box.refused("POST", f"{path}/replies", {"reply": {"body": "Late"}})[0] == 403


def test_half_a_character_is_refused(box: LittleWorld) -> None:
    """A body with half of a surrogate pair, as an escape or as bytes, and `NaN` are no JSON (400);
    nothing is stored. Such a name used to crash the create and every list after it."""
    before = box.ids("v1.0/vendors")
    for name in (b'"Tower \\ud83d"', b'"\\uDE00"', b'"\xed\xa0\xbd"', b"NaN"):
        body = b'{"company_id": %d, "vendor": {"name": %s}}' % (box.company, name)
        assert box.refused("POST", "v1.0/vendors", body)[0] == 400
    assert box.ids("v1.0/vendors") == before
    whole = b'{"company_id": %d, "vendor": {"name": "\\ud83d\\ude00 \\\\ud83d"}}' % box.company
    made = json.loads(box.call("POST", "v1.0/vendors", whole).body)
    assert made["name"] == "\U0001f600 \\ud83d"


def test_an_rfi_is_found_in_its_own_project_only(box: LittleWorld) -> None:
    """The id of another project's RFI is 404."""
    path, _ = _rfi(box)
    other = box.ids("v1.0/projects")[1]
    assert box.refused("GET", f"v1.0/projects/{other}/rfis/{path.rpartition('/')[2]}")[0] == 404


def test_a_renamed_vendor_shows_its_new_name_everywhere(box: LittleWorld) -> None:
    """References read with the name of now, though the RFI itself did not change."""
    vendor = box.ids("v1.0/vendors")[0]
    path, made = _rfi(box, responsible_contractor_id=vendor)
    box.clock.advance(5)
    box.send("PATCH", f"v1.0/vendors/{vendor}", {"vendor": {"name": "Renamed"}})
    after = box.get(path)
    assert after["responsible_contractor"]["name"] == "Renamed"
    assert after["updated_at"] == made["updated_at"]
