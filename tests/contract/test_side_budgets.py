"""The Procore side keeps the contract for budgets: lines, modifications and changes."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from syncd.core.values import Value
from syncd.sandbox.procore.switches import ProcoreSwitches
from syncd.sides.port import Draft, Lane, Patch, Verdict
from tests.contract.sides import Bench, SideContract, done, everything, holds
from tests.contract.table_bench import READINGS, Column, TableBench

CODES = 31


class LineBench(TableBench):
    """Budget lines: listed in version 2.0, shown and written in 1.0, none twice for one cost code."""

    resource = "budget-line-items"
    table = "budget_lines"
    columns = (
        Column("project"),
        Column("cost_code", "cost_code", "cost_code_id", "id"),
        Column("line_item_type", "line_item_type", "line_item_type_id", "id"),
        Column("original_budget_amount", "original_budget_amount"),
        Column("uom", "uom"),
        Column("quantity", "quantity"),
    )
    named = 3
    clearable = (3, 4)
    tells_changes = answers_dated = False
    unique = True

    def __init__(self, switches: ProcoreSwitches) -> None:
        super().__init__(switches)
        self.stamped = self.dated = switches.lines_v2 == 200  # rows of a budget view have no stamps

    def prepare(self) -> None:
        self.in_project()
        self.codes = [
            self.option("cost_codes", f"Code {number}", project=self.home, code=str(number))
            for number in range(CODES)
        ]
        self.kind = self.option("line_item_types", "Labor", code="L")

    def sample(self, number: int) -> dict[int, Value]:
        return {
            0: self.scope,
            1: self.codes[number],
            2: self.kind,
            3: f"{number + 1}000.5",
            4: f"unit {number}",
            5: f"{number + 1}",
        }

    def twin(self, number: int) -> dict[int, Value]:
        return {**self.sample(number), 1: self.codes[-1]}


class ModificationBench(TableBench):
    """Budget modifications, in a company that has them still."""

    resource = "budget-modifications"
    table = "budget_modifications"
    columns = (
        Column("project"),
        Column("to_budget_line_item", "to_budget_line_item_id", form="id", homed=True),
        Column("from_budget_line_item", "from_budget_line_item_id", form="id", homed=True),
        Column("transfer_amount", "transfer_amount"),
        Column("notes", "notes"),
    )
    named = 4
    clearable = (4,)
    tells_changes = False

    def read(self, switches: ProcoreSwitches) -> ProcoreSwitches:
        return replace(switches, uses_budget_changes=False)

    def prepare(self) -> None:
        self.in_project()
        kind = int(self.option("line_item_types", "Labor", code="L"))
        self.lines = []
        for number in range(3):
            code = self.sim.add_option("cost_codes", f"Code {number}", project=self.home)
            sent = {"cost_code_id": code, "line_item_type_id": kind}
            self.lines.append(f"{self.scope}/{self.sim.put('budget_lines', sent, scope=self.home)}")

    def sample(self, number: int) -> dict[int, Value]:
        return {
            0: self.scope,
            1: self.lines[number % 2],
            2: self.lines[2],
            3: f"{number + 1}00.5",
            4: f"For day {number}",
        }


class GrowingBench(ModificationBench):
    """Modifications that take from no line, in a company that allows them."""

    columns = tuple(one for one in ModificationBench.columns if one.name != "from_budget_line_item")
    named = 3
    clearable = (3,)

    def read(self, switches: ProcoreSwitches) -> ProcoreSwitches:
        return replace(super().read(switches), grand_total_fixed=False)

    def sample(self, number: int) -> dict[int, Value]:
        project, line, _, amount, notes = super().sample(number).values()
        return {0: project, 1: line, 2: amount, 3: notes}


class ChangeBench(TableBench):
    """Budget changes: no time of anything, and no pages."""

    resource = "budget-changes"
    table = "budget_changes"
    columns = (
        Column("project"),
        Column("title", "title"),
        Column("status", "status"),
        Column("description", "description"),
        Column("number", "number"),
    )
    named = 1
    clearable = (1, 3)
    tells_changes = stamped = dated = answers_dated = False

    def prepare(self) -> None:
        self.in_project()

    def sample(self, number: int) -> dict[int, Value]:
        return {
            0: self.scope,
            1: f"Transfer {number}",
            2: ("draft", "under_review")[number % 2],
            3: f"For day {number}",
            4: str(number + 1),
        }


@pytest.fixture(params=READINGS.values(), ids=READINGS.keys())
def reading(request: pytest.FixtureRequest) -> ProcoreSwitches:
    """One way in which the vendor may be understood."""
    chosen: ProcoreSwitches = request.param
    return chosen


class TestLines(SideContract):
    """Budget line items."""

    @pytest.fixture
    def bench(self, reading: ProcoreSwitches) -> Bench:
        """Lines under one reading."""
        return LineBench(reading)


class TestModifications(SideContract):
    """Budget modifications."""

    @pytest.fixture
    def bench(self, reading: ProcoreSwitches) -> Bench:
        """Modifications under one reading."""
        return ModificationBench(reading)


class TestModificationsThatTakeFromNoLine(SideContract):
    """Budget modifications by which the budget grows."""

    @pytest.fixture
    def bench(self, reading: ProcoreSwitches) -> Bench:
        """Modifications under one reading."""
        return GrowingBench(reading)


class TestChanges(SideContract):
    """Budget changes."""

    @pytest.fixture
    def bench(self, reading: ProcoreSwitches) -> Bench:
        """Changes under one reading."""
        return ChangeBench(reading)


@pytest.mark.parametrize("binds", [True, False])
def test_an_amount_is_refused_while_the_budget_is_locked(reading: ProcoreSwitches, binds: bool) -> None:
    """Whether Procore would take it or not: the lock is looked up, the refusal names the amount and what
    to do, and no call is made. What is no amount goes through; so does a line without amounts (§8)."""
    bench = LineBench(replace(reading, lock_binds=binds))
    id = bench.put(bench.sample(1))
    lock: Any = bench.sim.state
    budget = lock.tables["budgets"].records[bench.home]
    lock.store(lock.resources["budgets"], budget, bench.home, {"locked": True}, bench.sim.who["person"])

    bench.rig.calls.clear()
    [amount] = bench.side.update([Patch(id, {4: "m", 3: "5"}, bench.scope)], fresh_until=bench.fresh())
    [new] = bench.side.create([Draft(bench.sample(2), bench.scope)], fresh_until=bench.fresh())
    assert [key.split()[1] for key in bench.rig.calls.elements()] == ["GET"]
    bare = {place: value for place, value in bench.sample(2).items() if place < 3}
    done(bench.side.create([Draft(bare, bench.scope)], fresh_until=bench.fresh()))
    done(bench.side.update([Patch(id, {4: "each"}, bench.scope)], fresh_until=bench.fresh()))

    assert (amount.verdict, amount.field, new.verdict) == (Verdict.REFUSED, 3, Verdict.REFUSED)
    assert "budget is locked, so original amount stays as it is: unlock it, or move" in amount.reason
    stored = bench.stored(id)
    assert stored is not None
    assert (stored[3], stored[4]) == ("2000.5", "each")


def test_a_company_with_budget_changes_gets_a_change_and_keeps_its_modifications(
    reading: ProcoreSwitches,
) -> None:
    """Every write of a modification is a 405 there: a new one becomes a change that reads the same, and
    is found again; an old one is refused, and nothing is taken for unknown (§8)."""
    bench = ModificationBench(reading)
    old = bench.put(bench.sample(0))
    bench.rig.procore.state.switches = replace(reading, uses_budget_changes=True)
    draft = Draft(bench.sample(1), bench.scope, key="quickbase:b:7")

    [made] = done(bench.side.create([draft], fresh_until=bench.fresh()))
    [kept] = bench.side.update([Patch(old, {4: "Less"}, bench.scope)], fresh_until=bench.fresh())
    found = bench.side.find(draft, bench.side.now(), Lane.WRITE)

    assert made.id.startswith(f"{bench.scope}/change-")
    assert kept.verdict is Verdict.REFUSED
    assert set(everything(bench)) == {old, made.id}
    assert holds(everything(bench)[made.id], draft.values)
    assert [one.id for one in found.records] == [made.id]
    other = replace(draft, key="quickbase:b:8")
    assert bench.side.find(other, bench.side.now(), Lane.WRITE).records == ()
