"""The published in-memory side keeps the contract, as a vendor with and without a key."""

from __future__ import annotations

import pytest

from syncd.clock import ManualClock
from syncd.core.values import Field, Kind, SideName, Value
from syncd.sides.memory import MemorySide, MemoryVendor
from syncd.sides.port import Limits, Removal
from tests.contract.sides import Bench, SideContract, Values

FIELDS = (
    Field("name", "Name", Kind.TEXT),
    Field("city", "City", Kind.TEXT),
    Field("value", "Value", Kind.MONEY),
    Field("day", "Day", Kind.DAY),
)


class MemoryBench(Bench):
    """A vendor in memory; `keyed` as Quickbase is, or in a project as Procore's RFIs are."""

    clearable = (1, 2, 3)

    def __init__(self, *, keyed: bool, scope: str = "") -> None:
        self.clock = ManualClock()
        self.scope = scope
        self.vendor = MemoryVendor(self.clock, FIELDS, keyed=keyed, page=3)
        self.side = MemorySide(
            SideName.QUICKBASE if keyed else SideName.PROCORE,
            self.vendor,
            Limits(create=10, update=10, carries_key=keyed, removals=frozenset({Removal.DELETE}))
            if keyed
            else Limits(removals=frozenset({Removal.DELETE})),
        )

    def sample(self, number: int) -> dict[int, Value]:
        return {0: f"Name {number}", 1: f"City {number}", 2: f"{number}.5", 3: f"2026-01-{number + 1:02}"}

    def put(self, values: Values, key: str | None = None) -> str:
        held = [values.get(index) for index in range(len(FIELDS))]
        return self.vendor.create(held, "person", self.scope, key)

    def edit(self, id: str, values: Values) -> None:
        self.vendor.update(id, dict(values))

    def delete(self, id: str) -> None:
        self.vendor.delete(id)

    def stored(self, id: str) -> dict[int, Value] | None:
        found = self.vendor.live().get(id)
        return None if found is None else dict(enumerate(found))


class TestMemoryWithKeys(SideContract):
    """As Quickbase: bulk writes, creates merge on the key."""

    @pytest.fixture
    def bench(self) -> Bench:
        """A keyed vendor."""
        return MemoryBench(keyed=True)


class TestMemoryOfAProject(SideContract):
    """As Procore's RFIs: one write a call, no carrier, records of one project."""

    @pytest.fixture
    def bench(self) -> Bench:
        """A vendor without keys, in a project."""
        return MemoryBench(keyed=False, scope="77")
