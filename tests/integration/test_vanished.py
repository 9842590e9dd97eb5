"""What a list that is always read whole leaves out is gone at the next looks, not at the daily sweep."""

from __future__ import annotations

from syncd.sandbox.faults import Fault
from syncd.sync.engine import Engine
from tests.integration.test_children import MEMBERS, OFFICES, Site
from tests.support.step_makers import Makers

LIST, SHOW = "/rest/v1.0/offices", "/rest/v1.0/offices/{id}"
INACTIVE = "/rest/v1.0/projects/{project_id}/users/inactive"


class Company(Site):
    """A site whose engine lives on between cycles, as the daemon's does."""

    def __init__(self, **files: str) -> None:
        super().__init__(**files)
        self.makers = Makers(self.sim)
        self.engine: Engine = self.stack.engine(self.stack.load(), lambda _event, _facts: None)

    def poll(self, count: int = 1) -> None:
        """Ordinary cycles, minutes apart."""
        for _ in range(count):
            self.stack.clock.advance(200.0)
            self.engine.sync(())

    def told(self) -> list[tuple[str, str]]:
        """All events but creations, as (kind, Procore id)."""
        with self.stack.store.read() as tx:
            found = tx.occurrences(after_id=0, limit=1_000)
        return [(one.kind, one.procore_id) for one in found if one.kind != "created"]

    def calls(self, template: str) -> int:
        """How often that path was asked for."""
        return self.stack.world.stats.total(method="GET", template=template)


def test_a_deleted_office_goes_after_two_looks_and_is_told_once() -> None:
    """A poll misses it and asks by id, twice, minutes apart; its row goes then, and the others stay."""
    company = Company(offices=OFFICES)
    gone, stays = company.makers.new("offices"), company.makers.new("offices")
    company.poll(2)
    company.sim.drop("offices", gone)

    company.poll()
    assert company.rows("Offices").keys() == {str(gone), str(stays)}, "one look is no proof"
    company.poll(2)

    assert company.rows("Offices").keys() == {str(stays)}
    assert company.told() == [("deleted", str(gone))]
    before = company.calls(SHOW)
    company.poll(2)
    assert company.calls(SHOW) == before, "nothing is left to look for"


def test_an_office_that_nothing_holds_is_told_when_it_goes() -> None:
    """A mapping that creates nothing still tells what happened to records it has not linked; one that is
    only left out of a list, once, tells nothing."""
    company = Company(offices=OFFICES.replace("create: [procore, quickbase]\n", ""))
    gone, stays = company.makers.new("offices"), company.makers.new("offices")
    company.poll(2)

    company.stack.world.faults.add(Fault("short_page", "procore", path=LIST, value=0, times=1))
    company.poll(3)
    assert company.told() == []
    company.sim.drop("offices", gone)
    company.poll(3)

    assert company.told() == [("deleted", str(gone))]
    company.sim.drop("offices", stays)
    company.poll(3)
    assert company.told()[1:] == [("deleted", str(stays))]


def test_an_empty_answer_is_no_delete() -> None:
    """A list that is empty with a straight face makes us ask again, and nothing goes (P6)."""
    company = Company(offices=OFFICES)
    made = {str(company.makers.new("offices")) for _ in range(4)}
    company.poll(2)

    company.stack.world.faults.add(Fault("empty", "procore", path=LIST, times=1))
    company.poll(3)

    assert company.rows("Offices").keys() == made
    assert (company.told(), company.open("offices")) == ([], [])


def test_many_deletes_at_once_stop_at_the_brake() -> None:
    """Seen by a poll, they are braked like any others."""
    company = Company(offices=OFFICES)
    made = [company.makers.new("offices") for _ in range(5)]
    company.poll(2)
    for one in made[:4]:
        company.sim.drop("offices", one)

    company.poll(4)

    assert len(company.rows("Offices")) == 5
    assert {one.state for one in company.stack.issues("offices")} == {"brake"}


def test_a_member_who_is_inactive_stays_and_one_who_leaves_is_removed() -> None:
    """An inactive one is looked for once, and then known to be there though the list hides it."""
    company = Company(members=MEMBERS)
    project = company.project
    idle, leaver, _stays = (company.makers.new("project-users", project) for _ in range(3))
    users = {one: company.sim.rows("project_users")[one]["user"] for one in (idle, leaver)}
    company.poll(3)
    company.sim.put("users", {"is_active": False}, record=users[idle])

    company.poll(2)
    before = company.calls(INACTIVE)
    company.poll(2)
    assert company.calls(INACTIVE) == before
    assert f"{project}/{users[idle]}" in company.rows("Members")

    company.sim.drop("project_users", leaver)
    company.poll(3)

    left = company.rows("Members")
    assert f"{project}/{users[leaver]}" not in left
    assert f"{project}/{users[idle]}" in left
    assert ("removed", f"{project}/{users[leaver]}") in company.told()
    assert [kind for kind, _ in company.told()].count("removed") == 1
