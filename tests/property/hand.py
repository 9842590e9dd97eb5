"""A world in which a test, and not chance, decides what happens.

It is the proof's world (real engine, real store, vendors in memory) with a script in the place
of its dice, so that hypothesis chooses, and shrinks, every step.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from syncd.core.values import Value
from syncd.sync.engine import Kind
from tests.proof import people
from tests.proof.oracle import judge
from tests.proof.scenarios import table, world_of
from tests.proof.setup import Setup, TableSetup
from tests.proof.specs import Spec
from tests.proof.world import LIES, MAX_CRASHES, NO_ANSWER, SETTLING, World

__all__ = ["Act", "HandWorld", "setup_of", "setup_with"]

Act = tuple[str, str, int]
"""What a person does, on which side, and a number that chooses what exactly. "" is nothing."""


def setup_of(*specs: Spec, page: int = 3, **rest: Any) -> Setup:
    """One mapping over a name and these fields."""
    return setup_with(table(specs=(Spec("name", "text"), *specs), **rest), page=page)


def setup_with(*tables: TableSetup, page: int = 3) -> Setup:
    """A world of these mappings in which nothing happens by itself."""
    return replace(world_of(*tables), page=page)


class HandWorld(World):
    """Faults and fates strike when they are loaded, in order, and people act when they are told to."""

    def __init__(self, setup: Setup, *, trace: bool = False) -> None:
        self.loaded: list[str] = []
        self.fates: list[str] = []
        self.acts: list[Act] = []
        super().__init__(0, setup=setup, trace=trace)
        self.twins = []
        self.one = self.tables[0]

    # -- the script -------------------------------------------------------------------

    def _fault(self, vendor: str, call: str) -> str:
        """The next loaded fault; a lie is dropped where one was told just before."""
        fault = self.loaded.pop(0) if self.loaded else ""
        if fault.startswith("crash") and self.crashes >= MAX_CRASHES:
            return ""
        if fault in LIES or (fault == "short" and call in ("fetch", "deletions")):
            return fault if self._may_lie(vendor, call) else ""
        if fault not in NO_ANSWER:
            self._honest.add(vendor + call)
        return fault

    def fate(self) -> str:
        """The next loaded fate of a commit."""
        return self.fates.pop(0) if self.active and self.fates else ""

    def between(self) -> None:
        """The next loaded act; a crash that was due after a call strikes first."""
        super().between()
        if self.active and self.acts:
            self.act(*self.acts.pop(0))

    def act(self, op: str, side: str, number: int) -> None:
        """A person does one thing, as people of the simulation do it."""
        if op:
            rng = random.Random(number)
            said = people._OPS[op](self, self.tables[number % len(self.tables)], side, rng)
            self.tell(f"   person: {said}")

    def pair(self, number: int) -> None:
        """A firm that both sides have, as one would find it: known by its name alone."""
        both = []
        for side, name in zip("pq", (f"Firm {number} Inc", f"firm {number}"), strict=True):
            both.append(people.new_record(self, self.one, side, random.Random(number), name))
        self.twins.append((self.one, both[0], both[1]))

    # -- running ----------------------------------------------------------------------

    def sync(
        self,
        *faults: str,
        kind: Kind = Kind.INCREMENTAL,
        seconds: float = 200.0,
        fates: Sequence[str] = (),
        acts: Sequence[Act] = (),
    ) -> None:
        """One cycle under these faults, fates and acts, and some time after it."""
        self.loaded, self.fates, self.acts = list(faults), list(fates), list(acts)
        self.active = True
        self.cycle(kind)
        self.active, self._armed = False, ""
        self.clock.advance(seconds)

    def settle(self) -> None:
        """Come to rest."""
        for wait, kind in SETTLING:
            self.clock.advance(wait)
            self.cycle(kind)

    def problems_at_rest(self) -> list[str]:
        """Come to rest, be still, and be judged."""
        self.settle()
        self.quiet_from = [(len(one.p.sent), len(one.q.sent)) for one in self.tables]
        for _ in range(2):
            self.clock.advance(200.0)
            self.cycle(Kind.INCREMENTAL)
        return judge(self).problems

    def ending(self) -> tuple[Counter[tuple[Value, ...]], Counter[tuple[Value, ...]]]:
        """What both sides hold, whatever the records are called."""
        return Counter(self.one.p.live().values()), Counter(self.one.q.live().values())
