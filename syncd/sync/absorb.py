"""Absorb: one page of a pass compared with the baselines, and what differs noted.

This is the hot path of a full pass: what has not moved costs one comparison of two texts.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from syncd.core.values import SideName, encode_row
from syncd.sides.port import Record
from syncd.store import Cursor, Tx
from syncd.sync.ahead import Ahead
from syncd.sync.contact import Contact
from syncd.sync.horizon import Horizon
from syncd.sync.occurrences import note_marked
from syncd.sync.seen import Seen
from syncd.sync.strangers import MarkRow, first_seen, index
from syncd.sync.workbench import Workbench

__all__ = ["Noted", "Sight", "take_page"]

MARKS_AT_ONCE = 1_000
"""Marks of a pass stored in one commit."""


@dataclass(slots=True)
class Noted:
    """Marks of a pass that are not stored yet, and the stamps that showed them. The pass ends, and its
    cursor moves, in a later commit than the one that stores the last of them."""

    marks: list[MarkRow] = field(default_factory=list)
    newer: list[tuple[int, float]] = field(default_factory=list)
    moved: list[Record] = field(default_factory=list)

    def store(self, work: Workbench, name: SideName) -> None:
        """One commit for many pages: most pages mark little. What is told of the records comes with it."""
        if self.marks or self.moved:
            with work.store.transaction() as tx:
                note_marked(work, tx, self.moved)
                tx.mark(self.marks)
                tx.saw(name, self.newer)  # an older version that is served later must not pass for news
            self.marks, self.newer, self.moved = [], [], []


class Sight(NamedTuple):
    """What one pass has seen so far, and how it looks baselines up."""

    seen: Seen
    ahead: Ahead
    noted: Noted
    told: frozenset[str]
    """Records of which something else than their baselines say was told before."""
    horizon: Horizon


def take_page(
    work: Workbench,
    name: SideName,
    page: Sequence[Record],
    cursor: Cursor,
    contact: Contact | None,
    sight: Sight,
) -> None:
    """Take in one page: mark what moved, and keep what no link holds."""
    with work.store.read() as tx:
        strange = _absorb(work, tx, name, page, sight)
    if max(len(sight.noted.marks), len(sight.noted.moved)) >= MARKS_AT_ONCE:
        sight.noted.store(work, name)
    if not strange:
        return
    with work.store.transaction() as tx:
        if contact is not None:
            contact.take(tx, name, strange)
            return
        linked = tx.bases(work.mapping.name, name, [one.id for one in strange])
        strange = [one for one in strange if one.id not in linked]  # by hand, since we looked
        if not cursor.complete:
            first_seen(work, tx, name, strange, sight.horizon)
        else:
            tx.mark(index(work, tx, name, strange, sight.horizon))


def _absorb(work: Workbench, tx: Tx, name: SideName, page: Sequence[Record], sight: Sight) -> list[Record]:
    """Compare one page with the baselines and note what differs; answers what is not linked."""
    seen, ahead, noted, told, _horizon = sight
    work.counts.read += len(page)
    mapping, today, keyed = work.mapping.name, work.layout, name is SideName.QUICKBASE
    known = ahead.bases(tx, [record.id for record in page])
    seen.note([hit[0] for hit in known.values()])
    marks, newer = noted.marks, noted.newer
    moved: list[Record] = []
    strange = []
    for record in page:
        hit = known.get(record.id)
        if hit is None:
            if not record.resting:
                strange.append(record)
            continue
        link, layout, base, stamp, state = hit
        # The ordinary case of a whole pass comes first: nothing moved. `Workbench.row`, written out.
        row = encode_row((*record.values, record.key) if keyed else record.values)
        if (row == base and layout == today and state == "live") or record.resting:
            continue
        if state == "live" and layout == today and work.stands(name, record, base):
            continue
        marks.append((mapping, name, record.id, record.scope, 0.0, "changed" if state == "live" else "back"))
        work.keep(name, record)
        if not keyed:
            moved.append(record)
        if record.stamp is not None and record.stamp > stamp:
            newer.append((link, record.stamp))
    if not keyed and (moved or told):
        marked = {record.id for record in moved}
        noted.moved += moved
        noted.moved += [record for record in page if record.id in told and record.id not in marked]
    return strange
