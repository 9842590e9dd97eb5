"""A budget's lock and an invitation are fields of projects and users, two-way over the whole stack."""

from __future__ import annotations

from typing import Any

import pytest

from syncd.mapping.compile import check
from syncd.mapping.load import SourceFile
from syncd.sandbox.faults import Fault
from syncd.sandbox.seed import Seed
from syncd.sides.procore import BESIDE_SECONDS
from syncd.sync.act import REFUSED_RETRY
from syncd.sync.engine import Kind
from tests.support.whole_stack import WholeStack

PROJECTS = """\
mapping: projects
procore: {resource: projects}
quickbase: {table: Projects, key: Procore ID}
create: [quickbase]
fields:
  - {procore: name, quickbase: Project Name}
  - {procore: budget_locked, quickbase: Locked}
"""
USERS = """\
mapping: users
procore: {resource: users}
quickbase: {table: People, key: Procore ID}
create: [quickbase]
fields:
  - {procore: last_name, quickbase: Name}
  - {procore: invited, quickbase: Invited}
"""
BUDGET = "/rest/v1.0/projects/{project_id}/budget"


class Office:
    """Two projects or the people of the company, with a checkbox in Quickbase."""

    def __init__(self, **files: str) -> None:
        self.stack = WholeStack(files, Seed(projects=2, vendors=0, rfis=0))
        self.sim, self.forms = self.stack.world.procore, self.stack.world.quickbase
        self.forms.create_field("Projects", "Locked", "checkbox")
        people = self.forms.create_table(self.forms.app_id, "People")
        for label, kind in (("Name", "text"), ("Invited", "checkbox")):
            self.forms.create_field(people, label, kind)
        self.forms.create_field(people, "Procore ID", "text", unique=True)
        self.mappings = self.stack.load()
        self.engine = self.stack.engine(self.mappings, lambda _event, _facts: None)

    def sync(self, *, wait: float = 200.0, cycles: int = 1, kind: Kind = Kind.INCREMENTAL) -> None:
        """Cycles of one engine, as the daemon has it."""
        for _ in range(cycles):
            self.stack.clock.advance(wait)
            self.engine.sync((), kind)

    def locked(self, project: int) -> bool:
        """Procore's own word."""
        return bool(self.sim.rows("budgets")[project]["locked"])

    def lock(self, project: int, on: bool) -> None:
        """A person's lock in Procore."""
        state: Any = self.sim.state
        record = state.tables["budgets"].records[project]
        values = {**record.now.values, "locked": on}
        state.store(state.resources["budgets"], record, project, values, self.sim.who["person"])

    def modification(self, project: int) -> int:
        """A person's budget modification."""
        code = self.sim.add_option("cost_codes", "Concrete", project=project)
        pair = {"cost_code_id": code, "line_item_type_id": self.sim.add_option("line_item_types", "Labor")}
        line = self.sim.put("budget_lines", pair, scope=project)
        sent = {"to_budget_line_item_id": line, "transfer_amount": "5"}
        return self.sim.put("budget_modifications", sent, scope=project)

    def asked(self) -> int:
        """How often we have asked for a budget."""
        return self.stack.world.stats.total(method="GET", template=BUDGET)

    def invitations(self, user: int) -> int:
        """How many e-mails the person got."""
        return int(self.sim.rows("users")[user]["invitations"])


def test_a_budget_is_locked_and_unlocked_from_quickbase_and_keeps_its_modifications() -> None:
    """Ticking locks, unticking unlocks, and no budget modification is lost by that (reference §8)."""
    office = Office(projects=PROJECTS)
    office.sync(cycles=2)
    first, second = office.sim.rows("projects")
    kept = office.modification(first)

    office.stack.edit_quickbase("Projects", str(first), Locked=True)
    office.sync()
    assert (office.locked(first), office.locked(second)) == (True, False)

    office.stack.edit_quickbase("Projects", str(first), Locked=False)
    office.sync()
    assert office.locked(first) is False
    unlocks = [
        one for one in office.stack.world.stats.counts if one[1] == "DELETE" and one[2].endswith("/lock")
    ]
    assert len(unlocks) == 1
    assert set(office.sim.rows("budget_modifications")) == {kept}
    assert office.stack.issues("projects") == []


def test_a_lock_in_procore_is_seen_within_the_hour_and_not_at_every_cycle() -> None:
    """Nothing tells of a lock, so it is asked for: one call a project, once an hour (reference §8, §22)."""
    office = Office(projects=PROJECTS)
    office.sync(cycles=2)
    first = next(iter(office.sim.rows("projects")))
    office.lock(first, True)
    before = office.asked()

    office.sync(cycles=3)
    assert office.asked() == before
    office.sync(wait=BESIDE_SECONDS)
    office.sync()

    assert office.stack.quickbase("Projects")[str(first)]["Locked"] is True
    # Two projects once an hour, and once more the one whose change was carried across.
    assert office.asked() - before <= 4


def test_a_budget_tool_that_is_off_leaves_the_rest_alone() -> None:
    """Where the budget is closed to us its lock is not known: nothing is written, the name still crosses."""
    office = Office(projects=PROJECTS)
    office.sync(cycles=2)
    first = next(iter(office.sim.rows("projects")))
    office.sim.state.tools_off.add((first, "Budget"))

    office.stack.edit_procore("projects", str(first), name="Renamed")
    office.sync(cycles=2, kind=Kind.SWEEP)

    row = office.stack.quickbase("Projects")[str(first)]
    assert (row["Project Name"], row["Locked"]) == ("Renamed", False)


def test_ticking_invites_once_and_unticking_is_reported() -> None:
    """One e-mail goes out; an untick stands on a list with its reason, and ticking again sends nothing."""
    office = Office(users=USERS)
    office.sync(cycles=2)
    user = max(office.sim.rows("users"))

    office.stack.edit_quickbase("People", str(user), Invited=True)
    office.sync(cycles=3)
    assert office.invitations(user) == 1
    assert office.stack.issues("users") == []

    office.stack.edit_quickbase("People", str(user), Invited=False)
    office.sync(cycles=2)
    assert any("cannot be unticked" in one.reason for one in office.stack.issues("users"))
    office.stack.edit_quickbase("People", str(user), Invited=True)
    office.stack.edit_procore("users", str(user), last_name="Renamed")
    office.sync(cycles=3)
    assert office.invitations(user) == 1
    assert office.stack.issues("users") == []


@pytest.mark.parametrize(("kind", "letters"), [("drop", 1), ("server_error", 0)])
def test_an_invitation_whose_answer_is_lost_is_looked_up_and_never_sent_again(
    kind: str, letters: int
) -> None:
    """It was sent: the look says so, and nothing is left to do. It was not, for all anybody can see: a
    person is asked, and no e-mail goes out by itself however long that takes."""
    office = Office(users=USERS)
    office.sync(cycles=2)
    user = max(office.sim.rows("users"))
    office.stack.edit_quickbase("People", str(user), Invited=True)
    office.stack.world.add_fault(Fault(kind, "procore", "PATCH"))

    office.sync(cycles=6)
    office.sync(wait=REFUSED_RETRY, cycles=3)

    assert office.invitations(user) == letters
    doubts = [one.reason for one in office.stack.issues("users")]
    assert len(doubts) == 1 - letters
    assert all("never learned the outcome" in one for one in doubts)


def test_a_person_is_a_reference_to_a_row_where_the_rule_says_so() -> None:
    """`link: users` holds an RFI's manager as the row of that person, both ways.
    A reference to a user was refused, whatever the table."""
    rfis = """\
mapping: rfis
procore: {resource: rfis, projects: {linked: projects}}
quickbase: {table: RFIs, key: Procore ID}
create: [quickbase]
fields:
  - {procore: project, quickbase: Related Project, link: projects}
  - {procore: subject, quickbase: Subject}
  - {procore: rfi_manager, quickbase: Related Manager, link: users}
"""
    files = {"projects": PROJECTS, "users": USERS, "rfis": rfis}
    assert check([SourceFile(f"{name}.yaml", text) for name, text in files.items()]) == ()
    office = Office(projects=PROJECTS, users=USERS)
    office.stack.files["rfis"] = rfis
    office.forms.create_relationship("RFIs", "People", "Related Manager")
    first, second = sorted(office.sim.rows("users"))[:2]
    asked = {"subject": "Bolts", "rfi_manager_id": first, "question": {"body": "?"}}
    rfi = office.sim.put("rfis", asked, scope=next(iter(office.sim.rows("projects"))))
    for _ in range(3):
        office.stack.sync()
    name, people = next(iter(office.stack.quickbase("RFIs"))), office.stack.quickbase("People")
    assert office.stack.quickbase("RFIs")[name]["Related Manager"] == people[str(first)]["rid"]

    office.stack.edit_quickbase("RFIs", name, **{"Related Manager": people[str(second)]["rid"]})
    office.stack.sync()

    assert office.sim.rows("rfis")[rfi]["rfi_manager"] == second
    assert office.stack.issues("rfis") == []
