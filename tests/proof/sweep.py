"""The exhaustive sweep (G1): die before and after every call and every commit of a story.

One run without a crash counts its C calls and M commits; 2C + 2M more runs die once each, at
each of those places. Then each call, one at a time, has each trouble a vendor can make; and
before each call, one at a time, a person edits on either side. Every run must end as the
promises say. No luck is needed.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from syncd.sync.engine import Kind
from tests.proof.memory import Crash
from tests.proof.oracle import live_through
from tests.proof.scenarios import SCENARIOS, Row, Scenario
from tests.proof.table import Table
from tests.proof.world import QUIET_CYCLES, World

__all__ = ["Point", "StoryWorld", "play", "points", "sweep"]

RUNS = (
    (Kind.INCREMENTAL, 20.0),
    (Kind.SWEEP, 180.0),
    (Kind.SWEEP, 20.0),
    *((Kind.INCREMENTAL, 200.0),) * 2,
)
"""Cycles in which the story's work is done, and the seconds after each; crashes strike within."""

TROUBLES = ("lost", "twice", "late", "mute", "empty", "stale", "closed", "blind", "hidden", "unfound")
"""What each call has to suffer, one call at a time; `unfound` is a lost answer that the next
look-up for it cannot get either."""

HANDS = ("a person in p", "a person in q")
"""Who edits the first record of the table concerned, just before the call is served."""

BY_FEEDS_ALONE = ((Kind.INCREMENTAL, 20.0), *((Kind.INCREMENTAL, 200.0),) * 3)
"""The cycles where a person came in between: what feeds show has to do."""

AFTERWARDS = 8
"""Cycles after those, before syncd has to be still."""


@dataclass(frozen=True, slots=True)
class Point:
    """Where to die: `what` is `call` or `commit`, `number` counts from 1, `when` is before or
    after; or, for a call, the name of a fault that strikes it instead."""

    what: str = ""
    number: int = 0
    when: str = ""

    def __str__(self) -> str:
        return f"{self.when} {self.what} {self.number}" if self.what else "nowhere"


class StoryWorld(World):
    """A world that plays one scenario and dies at one point of it."""

    def __init__(self, story: Scenario, point: Point, *, trace: bool = False) -> None:
        super().__init__(0, trace=trace, setup=story.setup)
        self.story_of, self.point = story, point
        self.counted = {"call": 0, "commit": 0}
        self._dies = self._unfound = False

    def run(self) -> None:
        """Set up, let people act, sync through the crash, come to rest."""
        self._before()
        for name, side, number, changes in self.story_of.edits:
            vendor = self.table(name).vendor(side)
            identity = list(vendor.rows)[number]
            if changes is None:
                vendor.delete(identity)
            else:
                vendor.update(identity, changes)
            self.clock.advance(10.0)
        for name, side, row in self.story_of.late:
            self._make(self.table(name), side, row)
        self.active = True
        for kind, seconds in BY_FEEDS_ALONE if self.point.when in HANDS else RUNS:
            self.cycle(kind)
            self.clock.advance(seconds)
        self.active = False
        if self.point.when in HANDS:
            for _ in range(2):  # the edit may have come in the very last cycle
                self.cycle(Kind.INCREMENTAL)
                self.clock.advance(200.0)
            self.on_settled(self)
        self._rest()

    def _before(self) -> None:
        self.twins = []
        for name, p, q in self.story_of.pairs:
            one = self.table(name)
            self.twins.append((one, one.p.create(p), one.q.create(q)))
        for name, side, row in self.story_of.lone:
            self._make(self.table(name), side, row)
        self.clock.advance(400.0)
        if self.story_of.warm:
            for _ in range(2):
                self.cycle(Kind.INCREMENTAL)
                self.clock.advance(200.0)

    def _rest(self) -> None:
        self.cycle(Kind.SWEEP)
        for _ in range(AFTERWARDS):
            self.clock.advance(200.0)
            self.cycle(Kind.INCREMENTAL)
        self.quiet_from = [(len(t.p.sent), len(t.q.sent)) for t in self.tables]
        for _ in range(QUIET_CYCLES):
            self.clock.advance(200.0)
            self.cycle(Kind.INCREMENTAL)

    def _make(self, one: Table, side: str, row: Row) -> str:
        """References are given by the parent's number on that side."""
        values = list(row)
        for index, spec in enumerate(one.setup.specs):
            number = values[index]
            if spec.link and isinstance(number, int):
                values[index] = list(self.table(spec.link).vendor(side).rows)[number]
        scope = str(values[one.setup.project_rule]) if one.setup.project_rule is not None else ""
        return one.vendor(side).create(values, "person", scope if side == "p" else "")

    # -- dying ------------------------------------------------------------------------

    def between(self) -> None:
        """Nobody edits; a death after a call strikes here."""
        if self._dies:
            self._dies = False
            raise Crash(str(self.point))

    def gate(self, table: str, side: str, call: str) -> str:
        """Count the call, and die before it or arm the death after it."""
        self.tell(f"   {table} {side} {call}")
        if call == "find" and self._unfound:
            self._unfound = False
            return "before"
        if not self._struck("call"):
            return ""
        if self.point.when == "unfound":
            self._unfound = True
            return "lost"
        if self.point.when in HANDS:
            self._edit(self.table(table), self.point.when[-1])
            return ""
        if self.point.when in TROUBLES:
            # A first listing that is empty without a reason cannot be told from an empty table.
            return "" if (call, self.point.when) == ("list", "empty") else self.point.when
        if self.point.when == "before":
            raise Crash(str(self.point))
        self._dies = True
        return ""

    def _edit(self, one: Table, side: str) -> None:
        """Somebody types into the last plain text field of the first record there is."""
        plain = [index for index, spec in enumerate(one.setup.specs) if spec.flavour == "text"]
        for identity in list(one.vendor(side).live())[:1]:
            one.vendor(side).update(identity, {plain[-1]: f"Typed in {side}"})
            self.tell(f"   person: {one.name} {side} {identity} {one.setup.specs[plain[-1]].name}")

    def fate(self) -> str:
        """Count the commit, and say whether to die at it."""
        return self.point.when if self._struck("commit") else ""

    def _struck(self, what: str) -> bool:
        if not self.active:
            return False
        self.counted[what] += 1
        return self.point.what == what and self.point.number == self.counted[what]


def play(story: Scenario, point: Point, *, trace: bool = False) -> tuple[StoryWorld, list[str]]:
    """One run of a story, and what was broken in it."""
    world = StoryWorld(story, point, trace=trace)
    return world, live_through(world).problems


def points(story: Scenario) -> list[Point]:
    """Every place to die in a story, 2C + 2M of them, and every trouble of every call."""
    world, problems = play(story, Point())
    assert not problems, f"{story.name} fails without any crash: {problems}"
    return [
        Point(what, number, when)
        for what, count in world.counted.items()
        for number in range(1, count + 1)
        for when in ("before", "after", *((*TROUBLES, *HANDS) if what == "call" else ()))
    ]


def sweep(
    stories: tuple[Scenario, ...] = SCENARIOS, stride: int = 1
) -> Iterator[tuple[Scenario, Point, list[str]]]:
    """Play every story with every death (each `stride`-th of them); yields each run's problems."""
    for story in stories:
        for point in points(story)[::stride]:
            yield story, point, play(story, point)[1]
