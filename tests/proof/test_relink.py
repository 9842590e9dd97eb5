"""A person relinks a record, and syncd dies, or is lied to, at every place on the way.

The story is swept like those of `scenarios.py`, with the command itself among its calls and commits.
"""

from __future__ import annotations

import pytest

from syncd.core.values import SideName
from syncd.errors import CallError, UsageProblem
from syncd.sync.engine import Kind
from syncd.sync.hand import link_by_hand
from syncd.sync.workbench import Workbench
from tests.proof.memory import Crash
from tests.proof.oracle import judge
from tests.proof.scenarios import ACME, PLAIN, Row, Scenario, acme
from tests.proof.sweep import RUNS, TROUBLES, Point, StoryWorld

TWO: tuple[tuple[str, Row, Row], ...] = (
    ("vendors", ACME, acme),
    ("vendors", ("Bolt", "Rome", "2"), ("Bolt", "Rome", "2")),
)
STORY = Scenario("relink", PLAIN, TWO)
TRIES = 4
"""How often a person gives the command again that did not end well."""

STRIDE = 5
"""Which places the quick run takes: it shares no factor with the twelve things that befall a call, so
each of them befalls some."""


class RelinkWorld(StoryWorld):
    """p1 is linked with q1; a person makes another record and says that p1 belongs to it."""

    p, old, new = "p1", "q1", ""

    def prepare(self) -> None:
        """All that is there before the command."""
        self._before()
        self.new = self.table("vendors").q.create(["Acme", "Oslo", "1.5"])
        self.born = len(self.table("vendors").p.rows)
        self.active = True

    def run(self) -> None:
        self.prepare()
        for _ in range(TRIES):
            if self.relink():
                break
        for kind, seconds in RUNS:
            self.cycle(kind)
            self.clock.advance(seconds)
        self.active = False
        self._rest()

    def relink(self) -> bool:
        """The command, in a process of its own; whether a person would leave it at that."""
        one = self.table("vendors")
        p, q = one.sides[SideName.PROCORE], one.sides[SideName.QUICKBASE]
        work = Workbench(one.mapping, self.store, p, q, self.clock, Kind.INCREMENTAL)
        try:
            link_by_hand(work, self.p, self.new, instead=True)
        except UsageProblem as problem:
            return "linked already" in problem.message
        except CallError:
            return False
        except Crash:
            self.crashes += 1
            return False
        return True

    def broken(self) -> list[str]:
        """What the judge says, and what a relink promises."""
        out = judge(self).problems
        one = self.table("vendors")
        if (one.q.key_of(self.old), one.q.key_of(self.new)) != (None, self.p):
            out.append(f"the keys are {one.q.key_of(self.old)} and {one.q.key_of(self.new)}")
        if len(one.p.rows) != self.born:
            out.append("a record was created in Procore, unasked")
        listed = [issue for issue in self.issues("vendors") if issue.quickbase_id == self.old]
        if not any("parted it from procore" in issue.reason for issue in listed):
            out.append("the parted record is on no list")
        held = [issue.reason for issue in self.issues("vendors") if issue.link and not issue.field]
        return out + held


def play(point: Point) -> tuple[RelinkWorld, list[str]]:
    """One run, and what was broken in it."""
    world = RelinkWorld(STORY, point)
    world.run()
    return world, world.broken()


def places() -> list[Point]:
    """Every place to die at, and every trouble of every call."""
    world, problems = play(Point())
    assert not problems, problems
    return [
        Point(what, number, when)
        for what, count in world.counted.items()
        for number in range(1, count + 1)
        for when in ("before", "after", *(TROUBLES if what == "call" else ()))
    ]


@pytest.mark.parametrize("stride", [STRIDE, pytest.param(1, marks=pytest.mark.slow)])
def test_a_relink_survives_death_and_trouble_at_every_place(stride: int) -> None:
    """Wherever it dies, and whichever call goes wrong: the key moves from the old record to the new,
    nothing is created from the parted one, and it is listed. `make test` tries one place of five."""
    broken = {str(point): found for point in places()[::stride] if (found := play(point)[1])}

    assert broken == {}


@pytest.mark.parametrize("when", ["before", "after"])
def test_a_command_that_dies_has_done_all_or_nothing(when: str) -> None:
    """Its one commit ends the old link, makes the new one and orders the key to be emptied."""
    world = RelinkWorld(STORY, Point("commit", 1, when))
    world.prepare()

    assert not world.relink()

    with world.store.read() as tx:
        links = tx.links_by("vendors", SideName.PROCORE, ["p1"])
        orders = [(one.identity, one.source) for one in tx.pending("vendors")]
    assert (links["p1"].quickbase_id, orders) == (
        ("q1", []) if when == "before" else (world.new, [("q1", "p1")])
    )
