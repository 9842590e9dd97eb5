"""`links relink`, and linking anew what was parted: the key moves, and nothing is created unasked."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from syncd.cli.demo.stage import Stage
from tests.support.stages import run_here, run_json, staged


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Stage]:
    """Two vendors' servers, synced once, a second ago."""
    with staged(tmp_path, "vendors") as made:
        assert run_here(made, "sync").returncode == 0
        made.clock.sleep(1.1)
        yield made


def keys(stage: Stage) -> dict[str, str]:
    """Procore ids in the key field, by Quickbase record."""
    return {row["id"]: row["Procore ID"] for row in stage.person.quickbase("Vendors")}


def held(stage: Stage) -> dict[str, dict[str, Any]]:
    """What is held as a whole, by Quickbase record."""
    return {one["quickbase_id"]: one for one in run_json(stage, "held") if not one["field"]}


def linked(stage: Stage) -> tuple[str, str]:
    """The first pair there is: its Procore id and its Quickbase record."""
    rid, procore_id = next((rid, key) for rid, key in keys(stage).items() if key)
    return procore_id, rid


def row_of_that_name(stage: Stage, procore_id: str) -> str:
    """A second Quickbase row for that vendor, as a person makes one."""
    city = next(row["city"] for row in stage.person.procore("vendors") if str(row["id"]) == procore_id)
    return stage.person.write_quickbase("Vendors", {"Company Name": "The other row", "City": city or ""})


def test_relink_moves_the_key_in_one_cycle(stage: Stage) -> None:
    """The old row loses the key, the new one gets it, and no vendor is made for the row that lost it.

    It used to be refused for ever, for the key is unique and the old row kept it; and the hint to
    clear it by hand made a second Procore record.
    """
    procore_id, old = linked(stage)
    before = len(stage.person.procore("vendors"))
    new = row_of_that_name(stage, procore_id)

    assert run_here(stage, "links", "relink", "vendors", procore_id, new).returncode == 0
    assert run_here(stage, "sync").returncode == 4

    assert (keys(stage)[old], keys(stage)[new]) == ("", procore_id)
    assert len(stage.person.procore("vendors")) == before
    assert set(held(stage)) == {old}
    assert "parted it from procore" in held(stage)[old]["reason"]
    assert "'syncd links add'" in held(stage)[old]["reason"]
    third = run_json(stage, "sync")[0]
    assert (third["created"], third["updated"]) == ({}, {})


def test_the_row_that_was_parted_is_created_when_it_is_asked_for(stage: Stage) -> None:
    """`retry` of the held row has a vendor made for it, once its key is empty, and only then."""
    procore_id, old = linked(stage)
    new = row_of_that_name(stage, procore_id)
    assert run_here(stage, "links", "relink", "vendors", procore_id, new).returncode == 0
    run_here(stage, "sync")
    before = {str(row["id"]) for row in stage.person.procore("vendors")}

    assert run_here(stage, "retry", str(held(stage)[old]["id"])).returncode == 0
    run_here(stage, "sync")

    made = {str(row["id"]) for row in stage.person.procore("vendors")} - before
    assert {keys(stage)[old]} == made
    assert held(stage) == {}


def test_retrying_everything_creates_nothing_for_a_parted_row(stage: Stage) -> None:
    """`retry --all` leaves alone what was set aside for a person: only its id, named, is that word."""
    procore_id, old = linked(stage)
    new = row_of_that_name(stage, procore_id)
    run_here(stage, "links", "relink", "vendors", procore_id, new)
    run_here(stage, "sync")
    before = len(stage.person.procore("vendors"))

    assert run_here(stage, "retry", "--all").returncode == 0
    run_here(stage, "sync")

    assert len(stage.person.procore("vendors")) == before
    assert set(held(stage)) == {old}


def test_a_row_linked_in_the_place_of_a_parted_one_gets_the_key(stage: Stage) -> None:
    """After `links remove`, `links add` with another row takes the key from the row of before."""
    procore_id, old = linked(stage)
    before = len(stage.person.procore("vendors"))
    new = row_of_that_name(stage, procore_id)

    assert run_here(stage, "links", "remove", "vendors", procore_id).returncode == 0
    assert run_here(stage, "links", "add", "vendors", procore_id, new).returncode == 0
    run_here(stage, "sync")

    assert (keys(stage)[old], keys(stage)[new]) == ("", procore_id)
    assert set(held(stage)) == {old}
    assert len(stage.person.procore("vendors")) == before


def test_two_pairs_can_be_exchanged(stage: Stage) -> None:
    """Where each of two rows holds the other's key, both end with their own, and nothing is held."""
    (one, first), (two, second) = [(key, rid) for rid, key in keys(stage).items() if key][:2]

    for procore_id in (one, two):
        assert run_here(stage, "links", "remove", "vendors", procore_id).returncode == 0
    assert run_here(stage, "links", "add", "vendors", one, second).returncode == 0
    assert run_here(stage, "links", "add", "vendors", two, first).returncode == 0
    for _ in range(3):
        run_here(stage, "sync")

    assert (keys(stage)[first], keys(stage)[second]) == (two, one)
    assert held(stage) == {}


def test_a_procore_record_that_was_parted_is_not_created_unasked(stage: Stage) -> None:
    """The vendor whose row was linked with another is listed and rests, even when all is read anew."""
    procore_id, rid = linked(stage)
    other = str(stage.person.add_procore("vendors", {"name": "Instead Ltd"})["id"])
    rows = len(keys(stage))

    assert run_here(stage, "links", "remove", "vendors", procore_id).returncode == 0
    assert run_here(stage, "links", "add", "vendors", other, rid).returncode == 0
    run_here(stage, "sync")
    run_here(stage, "resync")

    assert keys(stage)[rid] == other
    assert len(keys(stage)) == rows
    reasons = [one["reason"] for one in run_json(stage, "held") if one["procore_id"] == procore_id]
    assert len(reasons) == 1
    assert "parted it from quickbase" in reasons[0]


def test_a_key_that_a_person_typed_elsewhere_is_written_once_it_is_free(stage: Stage) -> None:
    """The refusal names the row that has the key; when a person empties it there, the next cycle
    writes it, not one six hours later."""
    procore_id, rid = linked(stage)
    stage.person.write_quickbase("Vendors", {"Procore ID": ""}, rid)
    other = stage.person.write_quickbase("Vendors", {"Company Name": "A thief", "Procore ID": procore_id})
    stage.clock.sleep(1.1)
    for _ in range(2):
        run_here(stage, "sync")
    assert f"Quickbase record {other}" in held(stage)[rid]["reason"]
    assert keys(stage)[other] == procore_id, "what a person typed is theirs to take back"

    stage.person.write_quickbase("Vendors", {"Procore ID": "", "Company Name": "No thief"}, other)
    stage.clock.sleep(1.1)
    for _ in range(2):
        run_here(stage, "sync")

    assert keys(stage)[rid] == procore_id
    assert rid not in held(stage)
