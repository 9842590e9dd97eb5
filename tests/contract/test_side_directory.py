"""The Procore side keeps the contract for the directory: offices, users, memberships and roles."""

from __future__ import annotations

from dataclasses import replace

import pytest

from syncd.core.values import SideName, Value
from syncd.mapping.compiled import DeletePolicy, DeleteWord
from syncd.sandbox.message import json_response
from syncd.sandbox.procore.switches import ProcoreSwitches
from syncd.sides.port import Draft, Gone, Lane, Patch, Verdict
from tests.contract.sides import Bench, SideContract, done, everything
from tests.contract.table_bench import READINGS, Column, TableBench
from tests.contract.test_side_procore import VendorBench

POOL = 30
"""People, vendors or roles that can become members: more than any test uses."""


class OfficeBench(TableBench):
    """Offices: nothing tells when one was made or changed."""

    resource = "offices"
    table = "offices"
    columns = (Column("name", "name"), Column("city", "city"), Column("phone", "phone"))
    clearable = (1, 2)
    tells_changes = stamped = dated = answers_dated = False

    def sample(self, number: int) -> dict[int, Value]:
        return {0: f"Office {number}", 1: f"City {number}", 2: f"555{number}"}


class UserBench(TableBench):
    """Users: written in bulk, found by a carrier, never deleted."""

    resource = "users"
    table = "users"
    columns = (
        Column("last_name", "last_name"),
        Column("email_address", "email_address"),
        Column("job_title", "job_title"),
        Column("is_employee", "is_employee"),
    )
    clearable = (2,)
    carrier = "origin_id"
    can_delete = False
    can_retire = True

    def prepare(self) -> None:
        self.others = frozenset(str(one) for one in self.sim.rows("users"))

    def sample(self, number: int) -> dict[int, Value]:
        return {0: f"Example {number}", 1: f"p{number}@example.com", 2: f"Job {number}", 3: number % 2 == 0}

    def twin(self, number: int) -> dict[int, Value]:
        return {**self.sample(number), 1: "twin@example.com"}

    def retire(self, id: str) -> None:
        self.sim.put("users", {"is_active": False}, record=int(id))


class MemberBench(TableBench):
    """Somebody's place in a project: named by who it is, and never edited but for its own fields."""

    kind = ""
    member = True
    can_retire = True
    tells_changes = stamped = dated = answers_dated = False

    def prepare(self) -> None:
        self.in_project()
        self.pool = [self.candidate(number) for number in range(POOL)]

    def candidate(self, number: int) -> int:
        """Somebody of the company's directory."""
        raise AssertionError("override this")

    def named_by(self, number: int) -> str:
        return f"{self.scope}/{self.sim.rows(self.table)[number][self.kind]}"

    def number_of(self, id: str) -> int:
        who = int(id.rpartition("/")[2])
        rows = self.sim.rows(self.table).items()
        return next((number for number, row in rows if row[self.kind] == who), 0)

    def retire(self, id: str) -> None:
        self.sim.put(f"{self.kind}s", {"is_active": False}, record=int(id.rpartition("/")[2]))


class ProjectVendorBench(MemberBench):
    """A vendor in a project has nothing that could be changed."""

    resource = "project-vendors"
    table = "project_vendors"
    kind = "vendor"
    columns = (Column("project"), Column("vendor", "vendor", "vendor_id", "id"))
    named = None
    updatable = ()

    def candidate(self, number: int) -> int:
        return self.sim.put("vendors", {"name": f"Vendor {number}"})

    def sample(self, number: int) -> dict[int, Value]:
        return {0: self.scope, 1: str(self.pool[number])}


class ProjectUserBench(MemberBench):
    """A user in a project has permissions there, changed by a verb of their own."""

    resource = "project-users"
    table = "project_users"
    kind = "user"
    columns = (
        Column("project"),
        Column("user", "user", "user_id", "id"),
        Column("permission_template", "permission_template", "permission_template_id", "id"),
    )
    named = 2
    updatable = (2,)

    def prepare(self) -> None:
        super().prepare()
        self.templates = [self.option("permission_templates", name) for name in ("Readers", "Builders")]

    def candidate(self, number: int) -> int:
        return self.sim.put("users", {"last_name": f"P{number}", "email_address": f"p{number}@example.com"})

    def sample(self, number: int) -> dict[int, Value]:
        return {0: self.scope, 1: str(self.pool[number]), 2: self.templates[number % 2]}


class ProjectRoleBench(TableBench):
    """A role in a project: given and taken, without a look-up of one."""

    resource = "project-roles"
    table = "project_roles"
    columns = (Column("project"), Column("role", "role"), Column("user", "user", "user_id", "id"))
    named = None
    updatable = ()
    tells_changes = stamped = False

    def prepare(self) -> None:
        self.in_project()
        self.people = sorted(str(one) for one in self.sim.rows("users"))
        for number in range(POOL):
            self.sim.put("company_roles", {"name": f"Role {number}"})

    def sample(self, number: int) -> dict[int, Value]:
        return {0: self.scope, 1: f"Role {number}", 2: self.people[0]}

    def twin(self, number: int) -> dict[int, Value]:
        return {**self.sample(number), 2: self.people[1]}


@pytest.fixture(params=READINGS.values(), ids=READINGS.keys())
def reading(request: pytest.FixtureRequest) -> ProcoreSwitches:
    """One way in which the vendor may be understood."""
    chosen: ProcoreSwitches = request.param
    return chosen


class TestOffices(SideContract):
    """Offices of the company."""

    @pytest.fixture
    def bench(self, reading: ProcoreSwitches) -> Bench:
        """Offices under one reading."""
        return OfficeBench(reading)


class TestUsers(SideContract):
    """Users of the company, through `sync`."""

    @pytest.fixture
    def bench(self, reading: ProcoreSwitches) -> Bench:
        """Users under one reading."""
        return UserBench(reading)


class TestProjectVendors(SideContract):
    """Memberships of vendors."""

    @pytest.fixture
    def bench(self, reading: ProcoreSwitches) -> Bench:
        """Memberships under one reading."""
        return ProjectVendorBench(reading)


class TestProjectUsers(SideContract):
    """Memberships of users, with a permission template."""

    @pytest.fixture
    def bench(self, reading: ProcoreSwitches) -> Bench:
        """Memberships under one reading."""
        return ProjectUserBench(reading)


class TestProjectRoles(SideContract):
    """Roles that users hold."""

    @pytest.fixture
    def bench(self, reading: ProcoreSwitches) -> Bench:
        """Roles under one reading."""
        return ProjectRoleBench(reading)


def test_a_lost_add_is_found_by_who_was_added(reading: ProcoreSwitches) -> None:
    """The answer to an add is lost after Procore acted: the membership is there, and nobody repeats (P4)."""
    bench = ProjectUserBench(reading)
    everything(bench)
    bench.rig.lose = 1
    draft = Draft(bench.sample(1), bench.scope)

    [outcome] = bench.side.create([draft], fresh_until=bench.fresh())
    found = bench.side.find(draft, bench.side.now(), Lane.WRITE)

    assert outcome.verdict is Verdict.UNKNOWN
    assert [one.id for one in found.records] == [f"{bench.scope}/{bench.pool[1]}"]
    assert found.sure


def test_a_template_cannot_be_taken_away(reading: ProcoreSwitches) -> None:
    """Emptying the permission template is refused by its rule before anything is sent."""
    bench = ProjectUserBench(reading)
    id = bench.put(bench.sample(1))
    bench.rig.total()

    [outcome] = bench.side.update([Patch(id, {2: None}, bench.scope)], fresh_until=bench.fresh())

    assert (outcome.verdict, outcome.field) == (Verdict.REFUSED, 2)
    assert "Permission template" in outcome.reason or "permission template" in outcome.reason
    assert bench.rig.total() == 0


def test_an_office_that_somebody_made_alike_is_left_to_a_person(reading: ProcoreSwitches) -> None:
    """Without a time of creation a look-up cannot tell ours from another's: it is a candidate, and one
    that is mostly something else is none."""
    bench = OfficeBench(reading)
    same, other = bench.put(bench.sample(3)), bench.put(bench.sample(4))

    found = bench.side.find(Draft(bench.sample(3)), bench.side.now(), Lane.WRITE)

    assert found.records == ()
    assert [one.id for one in found.maybe] == [same]
    assert other not in [one.id for one in found.maybe]


def test_members_cost_one_call_to_compare(reading: ProcoreSwitches) -> None:
    """A project's memberships are read as one list (architecture §6)."""
    bench = ProjectVendorBench(reading)
    done(bench.side.create([Draft(bench.sample(1), bench.scope)], fresh_until=bench.fresh()))
    bench.rig.total()

    list(bench.side.changes(bench.scope, bench.side.now(), Lane.POLL))

    assert bench.rig.total() == 1


def test_a_flag_ticks_the_checkbox_that_the_mapping_names(reading: ProcoreSwitches) -> None:
    """`delete: {procore: {flag: …}}` sets that field of the record and leaves the others as they are."""
    bench = VendorBench(reading)
    policy = DeletePolicy(DeleteWord.FLAG, "prequalified")
    side = bench.rig.vendors.side(
        replace(bench.mapping, delete=((SideName.PROCORE, policy),)), SideName.PROCORE
    )
    ids = [bench.put(bench.sample(number)) for number in range(2)]

    done(side.update([Patch(ids[0], {}, flag=True)], fresh_until=bench.fresh()))

    rows = bench.sim.rows("vendors")
    assert [bool(rows[int(id)]["prequalified"]) for id in ids] == [True, False]
    assert bench.stored(ids[0]) == bench.sample(0)


def test_a_list_that_came_short_proves_nothing_of_what_has_no_look_up(reading: ProcoreSwitches) -> None:
    """A role that a cut-off list leaves out is hidden, not missing; the next whole list tells (P6)."""
    bench = ProjectRoleBench(reading)
    id = bench.put(bench.sample(1))
    short = json_response([], Total="1", Per_Page="100")
    bench.rig.answers["procore GET /rest/v1.0/project_roles"] = [short]

    first = bench.side.fetch(bench.scope, [id], Lane.DUE)[id]
    bench.delete(id)
    second = bench.side.fetch(bench.scope, [id], Lane.DUE)[id]

    assert (first, second) == (Gone.HIDDEN, Gone.MISSING)
