"""First contact where not everything is open: what can be known is matched, nothing twice."""

from __future__ import annotations

from syncd.core.values import SideName
from tests.proof.oracle import live_through
from tests.proof.scenarios import PARENTS, Scenario
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
