"""Which writes a saved plan lets through, and that nothing else passes."""

from __future__ import annotations

from pathlib import Path

import pytest

from syncd.cli.files import read_mappings
from syncd.clock import ManualClock
from syncd.core.values import Field, Kind, SideName, Value
from syncd.mapping.compile import compile_all
from syncd.mapping.compiled import Mapping
from syncd.sides.memory import MemorySide, MemoryVendor
from syncd.sides.port import Feed, Lane, Patch, Verdict
from syncd.sync.planning import Allowed, Plan, PlannedAction
from syncd.sync.rehearsal import Permitted, Rehearsed


@pytest.fixture
def vendors(project_root: Path) -> Mapping:
    """The shipped mapping of vendors, whose first rule is the name."""
    made = compile_all(read_mappings(project_root / "mappings"), None)
    return next(one for one in made if one.name == "vendors")


def planned(mapping: Mapping, verb: str, *fields: tuple[str, Value, Value]) -> Allowed:
    """What a plan of one write to Procore's record 7 allows."""
    action = PlannedAction(mapping.name, "procore", verb, "7", "17", fields)
    return Allowed(Plan("incremental", (mapping.name,), (action,), 0.0), [mapping])


def test_a_planned_change_lets_exactly_that_value_through(vendors: Mapping) -> None:
    """The planned value of the planned field of the planned record passes, and no other."""
    name = vendors.rules[0].key
    allowed = planned(vendors, "update", (name, "Old", "New")).for_mapping(vendors)

    assert allowed(SideName.PROCORE, "update", "7", {0: "New"})
    assert not allowed(SideName.PROCORE, "update", "7", {0: "Newer"})
    assert not allowed(SideName.PROCORE, "update", "7", {1: "New"})
    assert not allowed(SideName.PROCORE, "update", "8", {0: "New"})
    assert not allowed(SideName.QUICKBASE, "update", "7", {0: "New"})


@pytest.mark.parametrize("verb", ["flag", "archive", "delete"])
def test_a_planned_change_of_a_record_is_no_leave_to_remove_it(vendors: Mapping, verb: str) -> None:
    """A record whose counterpart disappears after the plan was made again is not removed by `apply`:
    once any planned write to a record let its removal through as well."""
    name = vendors.rules[0].key

    assert not planned(vendors, "update", (name, "Old", "New")).for_mapping(vendors)(
        SideName.PROCORE, verb, "7", {}
    )


@pytest.mark.parametrize("verb", ["flag", "archive", "delete"])
def test_a_planned_removal_is_that_removal_of_that_record(vendors: Mapping, verb: str) -> None:
    """Another word, or another record, is not what a person agreed to."""
    allowed = planned(vendors, verb).for_mapping(vendors)

    passed = {
        (word, record)
        for word in ("flag", "archive", "delete")
        for record in ("7", "8")
        if allowed(SideName.PROCORE, word, record, {})
    }

    assert passed == {(verb, "7")}


def test_a_flag_is_asked_for_as_a_flag() -> None:
    """Setting the mark of a deleted counterpart sends no rule's value, so it once passed for a write
    of a key, which needs no plan."""
    clock = ManualClock()
    vendor = MemoryVendor(clock, [Field("name", "Name", Kind.TEXT)])
    record = vendor.create(["Here"])
    inner = MemorySide(SideName.QUICKBASE, vendor)
    asked: list[str] = []

    def allowed(_side: SideName, verb: str, _name: str, _values: dict[int, Value]) -> bool:
        asked.append(verb)
        return verb == "update"

    side = Permitted(inner, allowed)
    patches = [Patch(record, {}, flag=True), Patch(record, {0: "There"})]
    outcomes = side.update(patches, fresh_until=clock.monotonic() + 60.0)

    assert asked == ["flag", "update"]
    assert [one.verdict for one in outcomes] == [Verdict.UNSENT, Verdict.DONE]
    assert vendor.flagged == set()


class Deaf(MemorySide):
    """A side that must not be asked for a listing."""

    def everything(self, scope: str, lane: Lane) -> Feed:
        raise AssertionError(f"asked for {scope}")

    def changes(self, scope: str, since: float, lane: Lane) -> Feed:
        raise AssertionError(f"asked for {scope}")


@pytest.mark.parametrize("scope", ["new-1", "7/new-2", "new-1/8"])
def test_what_hangs_below_a_planned_record_is_not_asked_for(scope: str) -> None:
    """A plan once asked Procore for the replies of an RFI that it had only thought of, and then said that
    the tool was off."""
    clock = ManualClock()
    side = Rehearsed(Deaf(SideName.PROCORE, MemoryVendor(clock, [])), 0, clock.monotonic)

    assert list(side.everything(scope, Lane.DUE)) == list(side.changes(scope, 0.0, Lane.DUE)) == []
