"""Children of records, members of projects and records without a stamp, two-way over the whole stack."""

from __future__ import annotations

from typing import Any

import pytest

from syncd.sandbox.faults import Fault
from syncd.sandbox.seed import Seed
from syncd.sync.due import Facts, due
from syncd.sync.engine import Kind
from syncd.sync.planning import make_plan
from syncd.sync.scopes import PARENTS_A_CYCLE
from tests.support.whole_stack import WholeStack

PROJECTS = """\
mapping: projects
procore: {resource: projects}
quickbase: {table: Projects, key: Procore ID}
create: [quickbase]
fields:
  - {procore: name, quickbase: Project Name}
  - {procore: active, quickbase: Active}
"""
RFIS = """\
mapping: rfis
procore: {resource: rfis, projects: {linked: projects}}
quickbase: {table: RFIs, key: Procore ID}
create: [quickbase]
fields:
  - {procore: project, quickbase: Related Project, link: projects}
  - {procore: subject, quickbase: Subject}
"""
REPLIES = """\
mapping: replies
procore: {resource: rfi-replies, under: rfis}
quickbase: {table: Replies, key: Procore ID}
create: [procore, quickbase]
delete: {procore: delete, quickbase: delete}
fields:
  - {procore: rfi, quickbase: Related RFI, link: rfis}
  - {procore: body, quickbase: Body, on: create}
  - {procore: official, quickbase: Official}
"""
MEMBERS = """\
mapping: members
procore: {resource: project-users, projects: {linked: projects}}
quickbase: {table: Members, key: Procore ID}
create: [procore, quickbase]
delete: {procore: delete, quickbase: delete}
fields:
  - {procore: project, quickbase: Related Project, link: projects}
  - {procore: user, quickbase: User, on: create}
  - {procore: permission_template, quickbase: Template}
"""
OFFICES = """\
mapping: offices
procore: {resource: offices}
quickbase: {table: Offices, key: Procore ID}
match: [[name]]
create: [procore, quickbase]
delete: {procore: delete, quickbase: delete}
fields:
  - {procore: name, quickbase: Name}
  - {procore: city, quickbase: City}
"""


class Site:
    """One project in both vendors, with tables for what hangs below it."""

    def __init__(self, **files: str) -> None:
        self.stack = WholeStack({"projects": PROJECTS, **files}, Seed(projects=1, vendors=0, rfis=0))
        self.sim, self.forms = self.stack.world.procore, self.stack.world.quickbase
        self.project = next(iter(self.sim.rows("projects")))
        self.people = sorted(self.sim.rows("users"))
        self.table("Replies", ("Body", "text"), ("Official", "checkbox"), under=("RFIs", "Related RFI"))
        self.table("Members", ("User", "text"), ("Template", "text"), under=("Projects", "Related Project"))
        self.table("Offices", ("Name", "text"), ("City", "text"))

    def table(self, name: str, *columns: tuple[str, str], under: tuple[str, str] | None = None) -> None:
        """A table of the app, perhaps with a reference to another."""
        table = self.forms.create_table(self.forms.app_id, name)
        for label, kind in columns:
            self.forms.create_field(table, label, kind)
        self.forms.create_field(table, "Procore ID", "text", unique=True)
        if under:
            self.forms.create_relationship(table, under[0], under[1])

    def sync(self, kind: Kind = Kind.INCREMENTAL, cycles: int = 1) -> None:
        """Cycles of everything."""
        for _ in range(cycles):
            self.stack.sync(kind=kind)

    def rfi(self, subject: str = "Bolts") -> int:
        """A person's RFI."""
        sent = {"subject": subject, "rfi_manager_id": self.people[0], "question": {"body": "?"}}
        return self.sim.put("rfis", sent, scope=self.project)

    def rows(self, table: str) -> dict[str, dict[str, Any]]:
        """Quickbase's rows by Procore id."""
        return self.stack.quickbase(table)

    def add(self, table: str, **values: Any) -> int:
        """A person's new row in Quickbase."""
        return int(self.forms.upsert(table, [values])[0])

    def rid(self, table: str, id: object) -> int:
        """The record id of the row with this Procore id."""
        return int(self.rows(table)[str(id)]["rid"])

    def asked(self) -> int:
        """How often we have asked for replies."""
        return self.stack.world.stats.total(template="/rest/v1.0/projects/{project_id}/rfis/{rfi_id}/replies")

    def open(self, mapping: str) -> list[str]:
        """What is open about a mapping."""
        return [one.reason for one in self.stack.issues(mapping)]


def test_replies_cross_both_ways_under_their_rfi() -> None:
    """A reply made on either side is made on the other under the same RFI, `official` is edited from both,
    and a delete follows; nothing is written twice."""
    site = Site(rfis=RFIS, replies=REPLIES)
    rfi = site.rfi()
    first = site.sim.put("replies", {"body": "From Procore"}, scope=rfi)
    site.sync(cycles=2)
    name = f"{site.project}/{rfi}/{first}"
    assert site.rows("Replies")[name]["Body"] == "From Procore"

    parent = site.rid("RFIs", f"{site.project}/{rfi}")
    site.add("Replies", **{"Body": "From Quickbase", "Related RFI": parent})
    site.stack.edit_quickbase("Replies", name, Official=True)
    site.sync(cycles=2)
    bodies = {row["body"]: row["official"] for row in site.sim.rows("replies").values()}
    assert bodies == {"From Procore": True, "From Quickbase": False}
    assert len(site.rows("Replies")) == 2

    site.sim.put("replies", {"official": False}, record=first)
    site.sync(cycles=2)
    assert site.rows("Replies")[name]["Official"] is False

    site.sim.drop("replies", first)
    site.sync(Kind.SWEEP, cycles=3)
    assert name not in site.rows("Replies")
    assert site.open("replies") == []


def test_replies_rest_with_their_project_and_come_back() -> None:
    """While the project is not active nobody asks for its replies and nothing is deleted; afterwards what
    happened meanwhile is seen (P9)."""
    site = Site(rfis=RFIS, replies=REPLIES)
    rfi = site.rfi()
    kept, gone = (site.sim.put("replies", {"body": one}, scope=rfi) for one in ("Kept", "Gone"))
    site.sync(cycles=2)

    site.sim.put("projects", {"active": False}, record=site.project)
    site.sync(cycles=2)
    before = site.asked()
    site.sync(Kind.SWEEP, cycles=2)
    assert (site.asked() - before, len(site.rows("Replies"))) == (0, 2)

    site.sim.drop("replies", gone)
    site.sim.put("replies", {"official": True}, record=kept)
    site.sim.put("projects", {"active": True}, record=site.project)
    site.sync(cycles=4)
    [row] = site.rows("Replies").values()
    assert (row["Body"], row["Official"]) == ("Kept", True)


def test_a_scope_that_rests_makes_no_sweep_due() -> None:
    """It was swept before it rested, and never since: counted, that would make every cycle a sweep.

    Once a project that was not active any more did just that, a day later.
    """
    site = Site(rfis=RFIS)
    site.rfi()
    site.sync(cycles=2)
    site.sim.put("projects", {"active": False}, record=site.project)
    site.sync(cycles=2)
    mapping = next(one for one in site.stack.load() if one.name == "rfis")

    site.stack.clock.advance(mapping.sweep)
    site.sync(Kind.SWEEP)
    with site.stack.store.read() as tx:
        facts = Facts(site.stack.clock.now() + mapping.every, tx.cursors("rfis"))

    assert due(mapping, facts) is Kind.INCREMENTAL


def test_replies_of_a_deleted_rfi_stay_where_they_are() -> None:
    """An RFI's delete is not its replies' delete: their list is gone, and so nothing is proved (P6)."""
    site = Site(rfis=RFIS + "delete: {quickbase: keep}\n", replies=REPLIES)
    rfi = site.rfi()
    site.sim.put("replies", {"body": "Kept"}, scope=rfi)
    site.sync(cycles=2)

    site.sim.recycle("rfis", rfi)
    site.sync(Kind.SWEEP, cycles=4)

    assert len(site.rows("Replies")) == 1


def test_many_parents_take_turns() -> None:
    """Children cost a call a parent: an ordinary cycle reads so many, and all come round."""
    site = Site(rfis=RFIS, replies=REPLIES)
    rfis = [site.rfi(f"Question {number}") for number in range(PARENTS_A_CYCLE + 5)]
    site.sync(cycles=2)

    for rfi in rfis:
        site.sim.put("replies", {"body": f"Answer to {rfi}"}, scope=rfi)
    site.sync()
    after_one = len(site.rows("Replies"))
    site.sync()

    assert after_one == PARENTS_A_CYCLE
    assert len(site.rows("Replies")) == len(rfis)


@pytest.mark.parametrize("lost", [False, True])
def test_members_are_added_given_a_template_and_removed(lost: bool) -> None:
    """A row in Quickbase adds a member, its template is followed, and deleting it removes the member from
    the project alone; an answer that is lost adds nobody twice."""
    site = Site(members=MEMBERS)
    templates = [str(site.sim.add_option("permission_templates", one)) for one in ("Readers", "Builders")]
    site.sync()
    project = site.rid("Projects", site.project)
    user = site.people[1]

    rid = site.add("Members", **{"User": str(user), "Template": templates[0], "Related Project": project})
    if lost:
        site.stack.world.add_fault(Fault("late", "procore", "POST", value=60))
    site.sync(cycles=2 if not lost else 4)
    [member] = site.sim.rows("project_users").values()
    assert (member["user"], str(member["permission_template"])) == (user, templates[0])
    name = f"{site.project}/{user}"
    assert site.rid("Members", name) == rid

    site.stack.edit_quickbase("Members", name, Template=templates[1])
    site.sync(cycles=2)
    [member] = site.sim.rows("project_users").values()
    assert str(member["permission_template"]) == templates[1]

    site.forms.delete("Members", [rid])
    site.sync(Kind.SWEEP, cycles=3)
    assert site.sim.rows("project_users") == {}
    assert user in site.sim.rows("users")


def test_offices_cross_without_stamps() -> None:
    """Nothing tells when an office was changed: whole lists are compared, and edits cross both ways."""
    site = Site(offices=OFFICES)
    here = site.sim.put("offices", {"name": "North", "city": "Salem"})
    site.add("Offices", Name="South", City="Austin")
    site.sync(cycles=2)
    assert {row["name"] for row in site.sim.rows("offices").values()} == {"North", "South"}

    site.sim.put("offices", {"city": "Bend"}, record=here)
    south = next(str(id) for id, row in site.sim.rows("offices").items() if row["name"] == "South")
    site.stack.edit_quickbase("Offices", south, City="Waco")
    site.sync(cycles=2)
    assert site.rows("Offices")[str(here)]["City"] == "Bend"
    assert site.sim.rows("offices")[int(south)]["city"] == "Waco"

    site.sim.drop("offices", here)
    site.sync(Kind.SWEEP, cycles=3)
    assert set(site.rows("Offices")) == {south}
    assert site.open("offices") == []


def test_what_is_made_for_a_finished_project_waits_on_a_list() -> None:
    """Nobody looks into a project that is over, so a row for it cannot be called new. It stood on no list;
    now it says what it waits for, and is created once the project is active again (P1)."""
    site = Site(members=MEMBERS, rfis=RFIS, replies=REPLIES)
    rfi = site.rfi()
    site.sync(cycles=2)
    site.stack.edit_procore("projects", str(site.project), active=False)
    site.sync()

    site.add(
        "Members", **{"User": str(site.people[0]), "Related Project": site.rid("Projects", site.project)}
    )
    site.add("Replies", **{"Body": "Late", "Related RFI": site.rid("RFIs", f"{site.project}/{rfi}")})
    site.sync(cycles=2)

    for name in ("members", "replies"):
        (reason,) = site.open(name)
        assert reason.startswith(f"waits until Procore project {site.project} is active")
    site.stack.edit_procore("projects", str(site.project), active=True)
    site.sync(cycles=2)
    assert (site.open("members"), site.open("replies")) == ([], [])
    assert set(site.rows("Members")) == {f"{site.project}/{site.people[0]}"}
    assert [row["body"] for row in site.sim.rows("replies").values()] == ["Late"]


def test_a_plan_holds_nothing_of_what_it_would_make_itself() -> None:
    """A record that only the plan has made says, as any does, where it lives: a plan once held every new
    record of a project because it seemed to move to another one."""
    site = Site(rfis=RFIS, replies=REPLIES, members=MEMBERS)
    rfi = site.rfi()
    site.sync(cycles=2)
    site.add("Replies", **{"Body": "New", "Related RFI": site.rid("RFIs", f"{site.project}/{rfi}")})
    site.add(
        "Members", **{"User": str(site.people[0]), "Related Project": site.rid("Projects", site.project)}
    )
    stack = site.stack

    plan = make_plan(stack.store, stack.load(), stack.vendors.side, stack.clock)

    made = {one.mapping for one in plan.actions if (one.side, one.verb) == ("procore", "create")}
    assert made == {"replies", "members"}
    assert [one.mapping for one in plan.report.cycles if one.held] == []


def test_a_second_row_for_a_member_says_that_it_is_one_too_many() -> None:
    """Procore adds nobody twice: the second row is held with what to do about it, and was told that another
    membership would be created for it."""
    site = Site(members=MEMBERS)
    site.sync()
    row = {"User": str(site.people[0]), "Related Project": site.rid("Projects", site.project)}
    site.add("Members", **row)
    site.sync(cycles=2)

    site.add("Members", **row)
    site.sync(cycles=2)

    [reason] = site.open("members")
    assert reason.endswith("both name the same member of the project: delete one of the two rows")
    assert len(site.sim.rows("project_users")) == len(site.rows("Members")) == 1
