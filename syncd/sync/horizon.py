"""Horizon: from when on a record that no pass has shown before counts as created.

First sight of old data is no news. A record is news if its stamp of creation lies past what the
feed had been read to, or, where the vendor has no such stamp, if the feed was read whole before.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

from syncd.core.values import SideName
from syncd.sides.port import Record
from syncd.store import Cursor

__all__ = ["OVERLAP", "Horizon", "horizon_of", "read_to"]

OVERLAP = 125.0
"""Seconds a cursor reaches back: the vendors' visibility lag and their stamps' granularity."""


class Horizon(NamedTuple):
    """`since` is the vendor's time, infinite where no creation is news. `whole` says that the scope
    was read whole before, `alike` that it was read by the same rules."""

    since: float = math.inf
    whole: bool = False
    alike: bool = True

    def is_news(self, record: Record) -> bool:
        """Whether a record that was never seen was created since."""
        if record.created is None:
            return self.whole
        return record.created >= self.since


def read_to(cursors: Sequence[Cursor]) -> float:
    """The vendor's time to which the feed had been read when a pass begins; infinite before any."""
    read = [
        one.position for one in cursors if one.side is SideName.PROCORE and one.complete and one.position > 0
    ]
    return max(read, default=math.inf)


def horizon_of(cursor: Cursor, feed_read_to: float, shape: str) -> Horizon:
    """A scope's own cursor says it; a scope that is new to its feed begins where the feed stood."""
    if not cursor.complete:
        return Horizon(feed_read_to - OVERLAP)
    # The pass before the last, as for the feed itself; none after a first pass that was empty.
    read = min(cursor.previous or cursor.position, cursor.position)
    since = read - OVERLAP if read > 0 else math.inf
    return Horizon(since, whole=True, alike=cursor.shape == shape)
