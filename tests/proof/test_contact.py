"""First contact where not everything is open: what can be known is matched, nothing twice."""

from __future__ import annotations

from syncd.core.values import SideName
from syncd.sync.engine import Kind
from tests.proof.oracle import live_through
from tests.proof.scenarios import PAIRS, PARENTS, SINGLE, Scenario, table, world_of
from tests.proof.sweep import Point, StoryWorld

CLOSED = "p2"

STORY = Scenario(
    "a project that was never open to us",
    PARENTS,
    pairs=(
        ("projects", ("Tower", "Oslo"), ("tower", "Oslo")),
        ("projects", ("Bridge", "Rome"), ("bridge", "Rome")),
    ),
    lone=tuple(
        ("rfis", side, (project, None, f"Which {what}?"))
        for side in "pq"
        for project, what in ((0, "door"), (0, "wall"), (1, "door"))
    ),
    warm=False,
)


class ClosedWorld(StoryWorld):
    """The second project's RFIs are never open to us."""

    def _before(self) -> None:
        super()._before()
        self.table("rfis").p.closed.add(CLOSED)


def test_a_project_that_was_never_open_keeps_no_other_from_its_match() -> None:
    """RFIs that both sides have in open projects are linked, not created again; those of the
    closed project wait, and so does what could be their match."""
    world = ClosedWorld(STORY, Point())
    live_through(world)
    table = world.table("rfis")
    with world.store.read() as tx:
        links = tx.links("rfis")
        waiting = tx.count_strangers("rfis", SideName.QUICKBASE)
    assert len(table.p.live()) == len(table.q.live()) == 3
    assert {table.p.live()[one.procore_id][2] for one in links} == {"Which door?", "Which wall?"}
    assert {one.scope for one in links} == {"p1"}
    assert waiting == 1


class StoppedWorld(StoryWorld):
    """A stop is requested while the first key is being written; then syncd starts again."""

    def gate(self, table: str, side: str, call: str) -> str:
        if (side, call) == ("q", "update") and not self.crashes:
            self.crashes += 1
            self.engine.stop.set()
        return super().gate(table, side, call)

    def cycle(self, kind: Kind) -> None:
        super().cycle(kind)
        if self.engine.stop.is_set():
            self.engine = self.new_engine()


def test_a_stop_in_the_middle_of_first_contact_leaves_no_record_in_two_places() -> None:
    """What was linked is not put into the index of strangers, too; the rest is keyed later."""
    story = Scenario("stopped", world_of(table(quickbase=SINGLE)), PAIRS, warm=False)
    world = StoppedWorld(story, Point())
    assert live_through(world).problems == []
    with world.store.read() as tx:
        assert len(tx.links("vendors")) == len(PAIRS)
        assert not any(tx.count_strangers("vendors", side) for side in SideName)
    assert world.crashes == 1
