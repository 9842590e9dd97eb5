"""A listing of the vendor in memory, in pages, in the order in which records were made."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from syncd.sides.memory_vendor import Version
from syncd.sides.port import Record

if TYPE_CHECKING:
    from syncd.sides.memory_side import MemorySide

__all__ = ["MemoryFeed"]


@dataclass(slots=True)
class MemoryFeed:
    """A listing in pages, in the order in which records were made."""

    side: MemorySide
    scope: str
    since: float | None
    began: float = 0.0
    clean: bool = True
    whole: bool = False
    apart: Collection[str] = ()

    def __iter__(self) -> Iterator[Sequence[Record]]:
        vendor, after, first = self.side.vendor, 0, True
        while True:
            fault = self.side.enter("list", self.scope)
            if fault == "empty":
                # Later than at the start it contradicts the total that came with the first page.
                self.began, self.clean = self.began or vendor.now() // 1, first
                self.side.leave()
                return
            if first:
                self.began, first = vendor.now() // 1, False
            rows = self._rows(after, fault)
            more = len(rows) > vendor.page
            rows = rows[: vendor.page]
            if rows:
                after = rows[-1][0]
            if fault == "short":
                self.clean = False
                rows = rows[: len(rows) // 2]
            served = [self.side.serve(identity, version, fault) for _place, identity, version in rows]
            self.side.leave()
            yield served
            if not more:
                return

    def _rows(self, after: int, fault: str) -> list[tuple[int, str, Version]]:
        """Up to one row more than a page holds, from the place after `after` on."""
        out: list[tuple[int, str, Version]] = []
        for identity in self.side.ordered(self.scope):
            place = self.side.vendor.rows[identity].versions[0].seq
            version = self.side.vendor.look(identity, fault == "stale") if place > after else None
            if version is None or version.values is None:
                continue
            if self.since is None or version.at >= self.since:
                out.append((place, identity, version))
                if len(out) > self.side.vendor.page:
                    break
        return out
