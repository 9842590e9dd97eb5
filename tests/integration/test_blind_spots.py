"""What a vendor does not tell of its records: when they changed, when they were made, what they take later.

Each was found by the random worlds of `tests/proof/catalogue`.
"""

from __future__ import annotations

from dataclasses import replace

import pytest

from syncd.sandbox.faults import Fault
from syncd.sandbox.seed import Seed
from syncd.sync.engine import Kind
from tests.integration.test_children import MEMBERS, OFFICES, Site
from tests.support.whole_stack import WholeStack

PROJECTS = """\
mapping: projects
procore: {resource: projects}
quickbase: {table: Projects, key: Procore ID}
create: [procore, quickbase]
fields:
  - {procore: name, quickbase: Project Name}
  - {procore: budget_locked, quickbase: Active}
"""
VENDORS = """\
mapping: vendors
procore: {resource: vendors}
quickbase: {table: Vendors, key: Procore ID}
match: [[name]]
create: [procore, quickbase]
fields:
  - {procore: name, quickbase: Company Name}
  - {procore: is_active, quickbase: Active}
"""


def test_an_old_state_of_a_record_without_stamps_is_not_carried_back() -> None:
    """An office tells no time of change, and its list may lag behind our own write: what it shows then
    is no edit (P2). Once it overwrote the person's edit that we had just brought there."""
    site = Site(offices=OFFICES)
    office = site.sim.put("offices", {"name": "North", "city": "Salem"})
    site.sync(cycles=2)
    site.stack.clock.advance(300)

    site.sim.switches = site.sim.state.switches = replace(site.sim.switches, list_lag=60.0)
    site.stack.edit_quickbase("Offices", str(office), City="Bend")
    site.sync(cycles=1)
    site.stack.sync(wait=5.0)
    site.sync(cycles=3)

    assert site.sim.rows("offices")[office]["city"] == "Bend"
    assert site.rows("Offices")[str(office)]["City"] == "Bend"


def test_the_second_outcome_of_a_create_without_times_is_listed() -> None:
    """Procore acts twice on the create of an office, and says of neither when it was made: the second is
    a suspected duplicate, and no row is made of it (P4)."""
    site = Site(offices=OFFICES)
    site.sync()
    site.add("Offices", Name="South", City="Austin")
    site.stack.world.add_fault(Fault("twice", "procore", "POST"))

    site.sync(cycles=3)

    assert len(site.sim.rows("offices")) == 2
    assert len(site.forms.rows("Offices")) == 1
    assert any("suspected duplicate" in one for one in site.open("offices"))


def test_a_vendor_whose_create_lost_its_answer_is_found_in_the_inactive_list() -> None:
    """It was made inactive, so the list of vendors does not name it: it is looked for in the other list
    too, and not made again (P4)."""
    stack = WholeStack({"vendors": VENDORS}, Seed(projects=0, vendors=0, rfis=0, only_quickbase=0))
    stack.world.quickbase.create_field("Vendors", "Active", "checkbox")
    stack.sync()
    stack.world.quickbase.upsert("Vendors", [{"Company Name": "Old Roofing", "Active": False}])
    stack.world.add_fault(Fault("drop", "procore", "PATCH", "/rest/v1.0/vendors/sync"))

    for _ in range(4):
        stack.sync()

    made = [one["name"] for one in stack.procore("vendors").values()]
    assert made == ["Old Roofing"]
    assert set(stack.quickbase("Vendors")) == set(stack.procore("vendors"))


def test_what_procore_takes_only_later_follows_the_create() -> None:
    """A row that is made with its box ticked makes a project whose budget is locked: the default that
    the new project had until then is nobody's word against it (P1, B4)."""
    stack = WholeStack({"projects": PROJECTS}, Seed(projects=0, vendors=0, rfis=0, only_quickbase=0))
    stack.sync()
    stack.world.quickbase.upsert("Projects", [{"Project Name": "New Depot", "Active": True}])

    for _ in range(3):
        stack.sync()

    (project,) = stack.world.procore.rows("projects")
    assert stack.world.procore.rows("budgets")[project]["locked"] is True
    assert stack.issues("projects") == []


@pytest.mark.parametrize("back", [False, True])
def test_an_edit_that_comes_too_late_for_procore_is_told_of(back: bool) -> None:
    """Who is a member stands in its address: another name in its row changes nothing in Procore, stays
    where it was typed, and is listed until it is put back (P2)."""
    site = Site(members=MEMBERS)
    site.sync()
    ann, bob = (str(one) for one in site.people[:2])
    project = site.rid("Projects", site.project)
    site.add("Members", **{"User": ann, "Related Project": project})
    site.sync(cycles=2)
    name = f"{site.project}/{ann}"

    site.stack.edit_quickbase("Members", name, User=bob)
    site.sync(Kind.INCREMENTAL, cycles=2)
    listed = site.open("members")
    if back:
        site.stack.edit_quickbase("Members", name, User=ann)
        site.sync(cycles=2)

    assert any("only when a record is created" in one for one in listed)
    assert bool(site.open("members")) is not back
    assert [str(one["user"]) for one in site.sim.rows("project_users").values()] == [ann]


def test_a_field_that_cannot_be_sent_again_may_not_differ_in_silence_when_records_meet() -> None:
    """A row that names a membership by its key, and somebody else as the person: the two are linked, nothing
    can make them say the same, and it is listed (P1). It was taken for agreement."""
    site = Site(members=MEMBERS)
    site.sync()
    ann, bob = (str(one) for one in site.people[:2])
    site.sim.put("project_users", {"user_id": int(ann)}, scope=site.project)
    named = {"User": bob, "Procore ID": f"{site.project}/{ann}"}
    site.add("Members", **{**named, "Related Project": site.rid("Projects", site.project)})
    site.sync(cycles=3)

    assert [one for one in site.open("members") if "the sides hold different values" in one]
    assert [str(one["user"]) for one in site.sim.rows("project_users").values()] == [ann]
