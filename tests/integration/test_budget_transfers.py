"""Transfers of a company that uses budget changes, from Quickbase's rows to Procore and back."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from syncd.sandbox.faults import Fault
from syncd.sandbox.seed import Seed
from syncd.sides.procore_locks import LOCKED_AGAIN
from syncd.sync.engine import Engine, Kind
from tests.support.whole_stack import WholeStack

PROJECTS = """\
mapping: projects
procore: {resource: projects}
quickbase: {table: Projects, key: Procore ID}
create: [quickbase]
fields:
  - {procore: name, quickbase: Project Name}
"""
LINES = """\
mapping: lines
procore: {resource: budget-line-items, projects: {linked: projects}}
quickbase: {table: Lines, key: Procore ID}
create: [quickbase]
fields:
  - {procore: project, quickbase: Related Project, link: projects}
  - {procore: wbs_flat_code, quickbase: Code, direction: to-quickbase}
  - {procore: revised_budget, quickbase: Revised, direction: to-quickbase}
  - {procore: original_budget_amount, quickbase: Original}
  - {procore: uom, quickbase: Unit}
"""
TRANSFERS = """\
mapping: transfers
procore: {resource: budget-modifications, projects: {linked: projects}}
quickbase: {table: Transfers, key: Procore ID}
create: [procore, quickbase]
delete: {procore: delete, quickbase: delete}
fields:
  - {procore: project, quickbase: Related Project, link: projects}
  - {procore: to_budget_line_item, quickbase: To Line, link: lines}
  - {procore: from_budget_line_item, quickbase: From Line, link: lines}
  - {procore: transfer_amount, quickbase: Amount}
  - {procore: notes, quickbase: Notes}
  - {procore: change_status, quickbase: Status, direction: to-quickbase}
"""
CHANGES = "/rest/v1.0/projects/{project_id}/budget_changes"


class Budget:
    """A project with two budget lines and an old modification, mapped both ways."""

    def __init__(self, **switches: Any) -> None:
        files = {"projects": PROJECTS, "lines": LINES, "transfers": TRANSFERS}
        self.stack = WholeStack(files, Seed(projects=1, vendors=0, rfis=0))
        self.sim, self.forms = self.stack.world.procore, self.stack.world.quickbase
        self.sim.state.switches = self.sim.switches = replace(self.sim.switches, **switches)
        self.project = next(iter(self.sim.rows("projects")))
        kind = self.sim.add_option("line_item_types", "Labor", code="L")
        self.lines = []
        for name in ("01", "02"):
            code = self.sim.add_option("cost_codes", name, project=self.project, full_code=name)
            sent = {"cost_code_id": code, "line_item_type_id": kind, "original_budget_amount": 1000.1}
            self.lines.append(self.sim.put("budget_lines", sent, scope=self.project))
        old = {"to_budget_line_item_id": self.lines[0], "transfer_amount": "40.5", "notes": "Old"}
        self.old = self.sim.put("budget_modifications", old, scope=self.project)
        self._tables()
        self.engine = self.restarted()
        self.sync(cycles=2)

    def _tables(self) -> None:
        about = {
            "Lines": (("Code", "text"), ("Revised", "currency"), ("Original", "currency"), ("Unit", "text"))
        }
        about["Transfers"] = (("Amount", "currency"), ("Notes", "text"), ("Status", "text"))
        for name, columns in about.items():
            table = self.forms.create_table(self.forms.app_id, name)
            for label, kind in columns:
                self.forms.create_field(table, label, kind)
            self.forms.create_field(table, "Procore ID", "text", unique=True)
            self.forms.create_relationship(table, "Projects", "Related Project")
        for label in ("To Line", "From Line"):
            self.forms.create_relationship("Transfers", "Lines", label)

    def restarted(self) -> Engine:
        """An engine that remembers what is stored, and nothing else."""
        self.stack.vendors = self.stack.vendors_anew()
        return self.stack.engine(self.stack.load(), lambda _event, _facts: None)

    def sync(self, cycles: int = 1, kind: Kind = Kind.INCREMENTAL) -> None:
        """Cycles of one engine, as the daemon has it."""
        for _ in range(cycles):
            self.stack.clock.advance(200.0)
            self.engine.sync((), kind)

    def ask(self, **values: Any) -> int:
        """A person's new transfer in Quickbase, from the second line to the first."""
        rows = self.stack.quickbase("Lines")
        to, giver = (rows[f"{self.project}/{line}"]["rid"] for line in self.lines)
        home = self.stack.quickbase("Projects")[str(self.project)]["rid"]
        row = {
            "Related Project": home,
            "To Line": to,
            "From Line": giver,
            "Amount": 250.55,
            "Notes": "Steel & co",
        }
        return int(self.forms.upsert("Transfers", [{**row, **values}])[0])

    def rows(self) -> dict[str, dict[str, Any]]:
        """Quickbase's transfers by Procore id."""
        return self.stack.quickbase("Transfers")

    def changes(self) -> dict[int, dict[str, Any]]:
        """Procore's own budget changes."""
        return self.sim.rows("budget_changes")

    def moved(self, change: int) -> list[tuple[int, str, str]]:
        """The lines of a change: which budget line, how much, of which type."""
        codes = {self.sim.rows("budget_lines")[line]["wbs_code"]: line for line in self.lines}
        rows = self.changes()[change]["adjustment_line_items"]
        return [(codes[one["wbs_code"]], one["amount"], one["type"]) for one in rows]

    def lock(self, on: bool) -> None:
        """A person's lock in Procore."""
        self._stored("budgets", self.project, locked=on)

    def approve(self, change: int) -> None:
        """A person's approval in Procore."""
        self._stored("budget_changes", change, status="approved")

    def _stored(self, table: str, record: int, **values: Any) -> None:
        state = self.sim.state
        there = state.tables[table].records[record]
        after = {**there.now.values, **values}
        state.store(state.resources[table], there, self.project, after, self.sim.who["person"])

    def writes(self) -> int:
        """Calls of ours that changed something in Procore."""
        counts = self.stack.world.stats.counts
        return sum(
            many for key, many in counts.items() if key[0] == "procore" and key[1] in ("POST", "PATCH")
        )

    def reasons(self) -> list[str]:
        """Why transfers are listed."""
        return [one.reason for one in self.stack.issues("transfers")]


def test_a_transfer_becomes_one_draft_change_with_two_opposite_lines() -> None:
    """It is linked by a name of its own kind, is written once, and moves no money as long as nobody
    approves it; the answer's amounts are exact (reference §8)."""
    budget = Budget()
    budget.ask()

    budget.sync(cycles=3)

    [(change, values)] = budget.changes().items()
    to, giver = budget.lines
    assert budget.moved(change) == [(to, "250.55", "change_event"), (giver, "-250.55", "budget_change")]
    assert values["status"] == "draft"
    row = budget.rows()[f"{budget.project}/change-{change}"]
    assert (row["Amount"], row["Notes"], row["Status"]) == (250.55, "Steel & co", "draft")
    assert budget.reasons() == []
    before = budget.writes()
    budget.engine = budget.restarted()
    budget.sync(cycles=2, kind=Kind.SWEEP)
    assert budget.writes() == before
    assert len(budget.rows()) == 2


def test_edits_of_a_transfer_cross_both_ways() -> None:
    """An amount from Quickbase changes both lines; an approval in Procore shows there, and in the lines'
    revised amounts; a delete in Procore is carried out once it is certain."""
    budget = Budget(change_lines_v2=404)
    budget.ask()
    budget.sync(cycles=2)
    [change] = budget.changes()
    name = f"{budget.project}/change-{change}"

    budget.stack.edit_quickbase("Transfers", name, Amount=99.99, Notes="Less")
    budget.sync(cycles=2)
    assert [amount for _, amount, _ in budget.moved(change)] == ["99.99", "-99.99"]
    budget.engine = budget.restarted()
    budget.approve(change)
    budget.sync(cycles=2)
    assert (budget.rows()[name]["Status"], budget.rows()[name]["Notes"]) == ("approved", "Less")
    lines = budget.stack.quickbase("Lines")
    assert [lines[f"{budget.project}/{one}"]["Revised"] for one in budget.lines] == [1140.59, 900.11]

    budget.sim.drop("budget_changes", change)
    budget.sync(cycles=4, kind=Kind.SWEEP)
    assert name not in budget.rows()
    assert budget.reasons() == []


def test_modifications_of_old_are_read_and_an_edit_is_held_with_the_reason() -> None:
    """What was there before the company used budget changes stays linked and is read; Procore takes no
    edit of it, and the list says what to do (reference §8)."""
    budget = Budget()
    old = f"{budget.project}/{budget.old}"
    assert budget.rows()[old]["Amount"] == 40.5

    budget.stack.edit_quickbase("Transfers", old, Amount=41)
    budget.sync(cycles=2)

    assert any("make a new transfer instead" in one for one in budget.reasons())
    assert budget.sim.rows("budget_modifications")[budget.old]["transfer_amount"] == "40.5"
    assert budget.changes() == {}


@pytest.mark.parametrize("kind", ["drop", "server_error"])
def test_a_transfer_whose_answer_is_lost_is_found_by_its_mark_and_never_made_twice(kind: str) -> None:
    """Procore keeps no time and no origin of a change; the mark in its title tells which is ours. Two
    equal transfers are two all the same."""
    budget = Budget()
    budget.ask()
    budget.ask()
    budget.stack.world.add_fault(Fault(kind, "procore", "POST", CHANGES, times=1))

    budget.sync()
    budget.engine = budget.restarted()
    budget.sync(cycles=6)

    assert len(budget.changes()) == 2
    assert {f"{budget.project}/change-{one}" for one in budget.changes()} < set(budget.rows())
    assert budget.reasons() == []


def test_a_company_without_budget_changes_has_modifications_made() -> None:
    """Nothing changes where Procore takes them, and budget changes are not asked for at every look."""
    budget = Budget(uses_budget_changes=False)
    budget.ask()

    budget.sync(cycles=3)

    assert budget.changes() == {}
    made = max(budget.sim.rows("budget_modifications"))
    assert budget.rows()[f"{budget.project}/{made}"]["Amount"] == 250.55
    asked = [key for key in budget.stack.world.stats.counts if "adjustment_line_items" in key[2]]
    assert sum(budget.stack.world.stats.counts[key] for key in asked) == 1


def test_an_original_amount_waits_while_the_budget_is_locked() -> None:
    """It is held by itself with the reason, whatever Procore would take; the unit beside it crosses. It
    goes out unasked within the hour after the unlock, not with a sweep hours later (reference §8)."""
    budget = Budget(lock_binds=False)
    line = budget.lines[0]
    name = f"{budget.project}/{line}"
    budget.lock(True)

    budget.stack.edit_quickbase("Lines", name, Original=5, Unit="each")
    budget.sync(cycles=3)
    kept = budget.sim.rows("budget_lines")[line]
    assert (kept["original_budget_amount"], kept["uom"]) == ("1000.1", "each")
    [held] = budget.stack.issues("lines")
    assert "budget is locked" in held.reason
    assert held.field == "original_budget_amount = Original"

    budget.stack.edit_quickbase("Lines", name, Unit="crate")
    budget.lock(False)
    budget.sync()
    assert budget.sim.rows("budget_lines")[line]["original_budget_amount"] == "1000.1"
    budget.stack.clock.advance(LOCKED_AGAIN)
    budget.sync()
    assert budget.sim.rows("budget_lines")[line]["original_budget_amount"] == "5.0"
    assert budget.stack.issues("lines") == []


def test_a_line_gives_nothing_to_itself() -> None:
    """One line at both ends makes no change of nothing with two lines: it is refused with the reason, and
    goes out as soon as the row names another."""
    budget = Budget()
    to = budget.stack.quickbase("Lines")[f"{budget.project}/{budget.lines[0]}"]["rid"]
    row = budget.ask(**{"From Line": to})
    budget.sync()
    assert budget.changes() == {}
    assert any("cannot give money to itself" in one for one in budget.reasons())

    giver = budget.stack.quickbase("Lines")[f"{budget.project}/{budget.lines[1]}"]["rid"]
    budget.forms.upsert("Transfers", [{3: row, "From Line": giver}], merge=3)
    budget.sync(cycles=2)
    [change] = budget.changes()
    assert len(budget.moved(change)) == 2
    assert budget.reasons() == []
