"""Strangers: the stored index of records that no link holds yet.

Pages show records once; the index keeps what first match and creation need of them, on
disk, so that memory does not grow with the number of records.
"""

from __future__ import annotations

from syncd.core.match import match_texts
from syncd.core.values import SideName
from syncd.sides.port import Record
from syncd.store import NewStranger, Tx
from syncd.sync.workbench import Links, Workbench

__all__ = ["MarkRow", "first_seen", "index", "stranger_of"]

MarkRow = tuple[str, SideName, str, str, float, str]


def index(work: Workbench, tx: Tx, name: SideName, records: list[Record]) -> list[MarkRow]:
    """Put unlinked records into the index; returns marks for those that are new or changed."""
    if not records:
        return []
    mapping = work.mapping.name
    links = Links(tx)
    known = tx.strangers(mapping, name, [record.id for record in records])
    put, marks = [], []
    for record in records:
        old = known.get(record.id)
        new = stranger_of(work, name, record, links, held=bool(old and old.held))
        put.append(new)
        if old is None or old.values != new.values:
            marks.append((mapping, name, record.id, record.scope, 0.0, "new"))
            work.keep(name, record)
    tx.put_strangers(put)
    return marks


def first_seen(work: Workbench, tx: Tx, name: SideName, records: list[Record]) -> None:
    """Put the records of a scope's first whole pass into the index; its end marks them."""
    links = Links(tx)
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
