"""Homes: records whose project (or record above) in Procore is not looked into, so that nobody can call
them new there. They wait, and stand on a list (P1)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from syncd.core.values import SideName
from syncd.sides.port import Record
from syncd.store import Tx
from syncd.sync.gather import whole
from syncd.sync.issues import close_record, held_record, only
from syncd.sync.scopes import why_unread
from syncd.sync.workbench import Links, Workbench

__all__ = ["NOT_WHOLE", "homeless"]

NOT_WHOLE = 60.0
"""Seconds until a record is looked at again whose scope was not read whole."""


def homeless(work: Workbench, records: Iterable[Record]) -> set[str]:
    """The identities of those of these Quickbase records whose Procore scope was not read whole. Their
    marks are put off; where that scope is not looked into at all, they are held with the reason."""
    index = work.mapping.project_rule
    if index is None:
        return set()
    with work.store.read() as tx:
        homes = _homes(work, tx, index, records)
    late = {home for home in set(homes.values()) if not whole(work, home)}
    if not late:
        return set()
    why = why_unread(work, late)
    apart = {identity: home for identity, home in homes.items() if home in late}
    with work.store.transaction() as tx:
        _put_off(work, tx, apart, why)
    return set(apart)


def _homes(work: Workbench, tx: Tx, index: int, records: Iterable[Record]) -> dict[str, str]:
    """By identity, the Procore scope that a record names, where it names one that is linked."""
    rule, links, out = work.mapping.rules[index], Links(tx), {}
    for record in records:
        value = record.values[index]
        home = rule.translate(value, SideName.PROCORE, links) if isinstance(value, str) else None
        if isinstance(home, str):
            out[record.id] = home
    return out


def _put_off(work: Workbench, tx: Tx, apart: Mapping[str, str], why: Mapping[str, str]) -> None:
    mapping, at = work.mapping.name, work.clock.now() + NOT_WHOLE
    for identity, home in apart.items():
        about = only(SideName.QUICKBASE, identity)
        if home in why:
            held_record(work, tx, about, why[home], scope=home)
        else:
            close_record(work, tx, *about)
    tx.unmark(mapping, SideName.QUICKBASE, list(apart))
    tx.mark([(mapping, SideName.QUICKBASE, identity, "", at, "new") for identity in apart])
