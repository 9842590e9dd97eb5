"""Strangers: the stored index of records that no link holds yet.

Pages show records once; the index keeps what first match and creation need of them, on
disk, so that memory does not grow with the number of records.
"""

from __future__ import annotations

from syncd.core.match import match_texts
from syncd.core.values import SideName
from syncd.sides.port import Record
from syncd.store import NewStranger, Stranger, Tx
from syncd.sync.horizon import Horizon
from syncd.sync.newcomers import note_strangers
from syncd.sync.workbench import Links, Workbench

__all__ = ["MarkRow", "first_seen", "index", "stranger_of"]

MarkRow = tuple[str, SideName, str, str, float, str]


def index(work: Workbench, tx: Tx, name: SideName, records: list[Record], horizon: Horizon) -> list[MarkRow]:
    """Put unlinked records into the index; returns marks for those that are new or changed."""
    if not records:
        return []
    mapping = work.mapping.name
    links = Links(tx)
    known = tx.strangers(mapping, name, [record.id for record in records])
    put, marks = [], []
    moved: list[tuple[Record, Stranger | None]] = []
    for record in records:
        old = known.get(record.id)
        new = stranger_of(work, name, record, links, held=bool(old and old.held))
        put.append(new)
        if old is None or old.values != new.values:
            marks.append((mapping, name, record.id, record.scope, 0.0, "new"))
            work.keep(name, record)
            moved.append((record, old))
    if moved and name is SideName.PROCORE:
        note_strangers(work, tx, moved, horizon)
    tx.put_strangers(put)
    return marks


def first_seen(work: Workbench, tx: Tx, name: SideName, records: list[Record], horizon: Horizon) -> None:
    """Put the records of a scope's first whole pass into the index; its end marks them.

    Those that were created since the mapping's other scopes were read are news all the same.
    """
    links = Links(tx)
    if name is SideName.PROCORE:
        note_strangers(work, tx, [(one, None) for one in records if horizon.is_news(one)], horizon)
    tx.put_strangers(
        [stranger_of(work, name, record, links, held=False) for record in records], keep_held=True
    )
    for record in records:
        work.keep(name, record)


def stranger_of(work: Workbench, name: SideName, record: Record, links: Links, *, held: bool) -> NewStranger:
    """One record as the index keeps it. `held` ones are matched, but never created from."""
    mapping = work.mapping
    return NewStranger(
        mapping=mapping.name,
        side=name,
        identity=record.id,
        scope=record.scope,
        values=work.row(name, record),
        key=record.key,
        match=match_texts(mapping.match, mapping.rules, record.values, name, links, mapping.project_rule),
        stamp=record.stamp,
        created=record.created,
        held=held,
    )
