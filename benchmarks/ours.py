"""Our half of the measurements without a network: the engine, a store on disk, two generating sides."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from benchmarks.rows import Row, bench_mapping
from benchmarks.side import GeneratedSide
from syncd.clock import ManualClock
from syncd.core.values import SideName
from syncd.store import open_store
from syncd.sync.engine import Engine, Kind

__all__ = ["Ours"]

BETWEEN = 300.0
"""Virtual seconds between two cycles."""


class Ours:
    """Our engine over two generating sides and a store in `directory`."""

    def __init__(
        self, count: int, make: Callable[[int], Row], directory: Path, *, keyed: bool = False
    ) -> None:
        self.clock = ManualClock()
        mapping = bench_mapping()
        self.procore = GeneratedSide(SideName.PROCORE, count, make, self.clock)
        self.quickbase = GeneratedSide(SideName.QUICKBASE, count, make, self.clock)
        if keyed:
            self.quickbase.fill_keys()
        self.store = open_store(f"sqlite:///{directory / 'syncd.db'}", self.clock)
        sides = {SideName.PROCORE: self.procore, SideName.QUICKBASE: self.quickbase}
        self.engine = Engine(self.store, [mapping], lambda _mapping, name: sides[name], self.clock)
        self._count = count
        self._name = mapping.name

    def sync(self) -> None:
        """A whole pass over both sides. Raises RuntimeError where anything went wrong."""
        self.clock.advance(BETWEEN)
        (report,) = self.engine.sync(kind=Kind.RESYNC).cycles
        if report.failed or report.held or report.conflicts or report.read != 2 * self._count:
            raise RuntimeError(f"the pass was not clean: {report}")

    def edit(self, number: int, place: int, value: str, *, left: bool) -> None:
        """A person edits one field of one record."""
        (self.procore if left else self.quickbase).edit(number, place, value)

    def differences(self) -> int:
        """Records that are not linked, or not the same on both sides."""
        with self.store.read() as tx:
            unlinked = self._count - tx.count_links(self._name)
        left, right = self.procore.values, self.quickbase.values
        return unlinked + sum(left(number) != right(number) for number in range(self._count))

    def close(self) -> None:
        """Close the store."""
        self.store.close()
