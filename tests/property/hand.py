"""A world in which a test, and not chance, decides what happens."""

from __future__ import annotations

from collections import Counter

from syncd.core.values import Value
from syncd.sync.engine import Kind
from tests.proof.oracle import judge
from tests.proof.scenarios import table, world_of
from tests.proof.setup import Setup
from tests.proof.specs import Spec
from tests.proof.world import SETTLING, World

__all__ = ["HandWorld", "setup_of"]


def setup_of(*specs: Spec, page: int = 3, **rest: object) -> Setup:
    """One mapping over a name and these fields."""
    made = world_of(table(specs=(Spec("name", "text"), *specs), **rest))
    return Setup(made.tables, page, *(getattr(made, name) for name in _REST))


_REST = tuple(name for name in Setup.__dataclass_fields__ if name not in ("tables", "page"))


class HandWorld(World):
    """Faults strike when they are loaded, in order, and people edit when they are told to."""

    def __init__(self, setup: Setup) -> None:
        super().__init__(0, setup=setup)
        self.twins = []
        self.loaded: list[str] = []
        self.fates: list[str] = []
        self.one = self.tables[0]

    def gate(self, table: str, side: str, call: str) -> str:
        """The next loaded fault."""
        return self.loaded.pop(0) if self.active and self.loaded else ""

    def between(self) -> None:
        """Nobody acts by chance."""

    def fate(self) -> str:
        """The next loaded fate of a commit."""
        return self.fates.pop(0) if self.active and self.fates else ""

    def sync(self, *faults: str, kind: Kind = Kind.INCREMENTAL, seconds: float = 200.0) -> None:
        """One cycle under these faults, and some time after it."""
        self.active, self.loaded = True, list(faults)
        self.cycle(kind)
        self.active, self.loaded, self.fates = False, [], []
        self.clock.advance(seconds)

    def settle(self) -> None:
        """Come to rest."""
        for wait, kind in SETTLING:
            self.clock.advance(wait)
            self.cycle(kind)

    def problems_at_rest(self) -> list[str]:
        """Come to rest, be still, and be judged."""
        self.settle()
        self.quiet_from = [(len(self.one.p.sent), len(self.one.q.sent))]
        self.sync()
        return judge(self).problems

    def ending(self) -> tuple[Counter[tuple[Value, ...]], Counter[tuple[Value, ...]]]:
        """What both sides hold, whatever the records are called."""
        return Counter(self.one.p.live().values()), Counter(self.one.q.live().values())
