"""Newcomers: what happened to Procore records that no link holds, as entries of the event feed.

What is known of them is what the index of strangers holds; it goes with the news in one commit.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from syncd.core.values import ABSENT, Absent, SideName, Value, decode_row
from syncd.sides.port import Gone, Record
from syncd.store import Sighting, Stranger, Tx
from syncd.sync.echo import Echoes, made_by_us, removed_by_us
from syncd.sync.horizon import Horizon
from syncd.sync.known import carried, moved, noted
from syncd.sync.news import News, absent, occurrence
from syncd.sync.workbench import Workbench

__all__ = ["note_gone", "note_held", "note_linked", "note_reread", "note_strangers"]

Known = tuple[Record, Stranger]
Held = tuple[str, str, Sequence[Value | Absent], Sequence[Value | Absent], float | None]
"""(Procore id, scope, baseline, values, stamp)"""


def note_strangers(
    work: Workbench, tx: Tx, found: Sequence[tuple[Record, Stranger | None]], horizon: Horizon
) -> None:
    """Unlinked records are new, or differ from what the index holds of them (it is replaced in this
    commit)."""
    news = News(work, forget=[record.id for record, old in found if old is None])
    fresh = [record for record, old in found if old is None and horizon.is_news(record)]
    ours = made_by_us(work, tx, fresh) if fresh else set()
    for record in fresh:
        if record.id not in ours:
            news.tell("created", record)
    known = [(record, old) for record, old in found if old is not None and horizon.alike]
    if known:
        _changed(work, tx, known, news)
    news.store(tx)


def note_reread(work: Workbench, tx: Tx, side: SideName, read: Mapping[str, Record | Gone]) -> None:
    """Unlinked records were read again to be created from: what differs from the index is told, and
    the index goes with it, for the baseline of what is created rests on this reading."""
    records = [one for one in read.values() if isinstance(one, Record) and not one.resting]
    if side is not SideName.PROCORE or not records:
        return
    index = tx.strangers(work.mapping.name, side, [one.id for one in records])
    known = [(one, index[one.id]) for one in records if one.id in index]
    younger = [(one, old) for one, old in known if work.row(side, one) != old.values]
    if younger:
        note_strangers(work, tx, younger, Horizon())
        tx.put_strangers([replace(old, values=work.row(side, one), stamp=one.stamp) for one, old in younger])


def note_linked(work: Workbench, tx: Tx, bases: Mapping[str, Sequence[Value | Absent]]) -> None:
    """Unlinked records become linked, with these baselines, and are about to leave the index: what it
    holds and their baselines do not (yet) is what they are known to hold. Commit it with the links."""
    index = tx.strangers(work.mapping.name, SideName.PROCORE, list(bases))
    found = [
        (one.identity, one.scope, bases[one.identity], decode_row(one.values), one.stamp)
        for one in index.values()
    ]
    note_held(work, tx, found)


def note_held(work: Workbench, tx: Tx, found: Sequence[Held]) -> None:
    """Records of new links hold these values, which not all of their baselines say."""
    put = []
    for identity, scope, base, values, stamp in found:
        if len(values) == len(base):
            notes = noted(identity, base, [ABSENT] * len(base), values)
            seen = (stamp or 0.0, work.clock.now())
            put += [Sighting(work.mapping.name, identity, scope, work.layout, notes, *seen)] if notes else []
    tx.put_sightings(put)


def note_gone(work: Workbench, tx: Tx, gone: Mapping[str, str]) -> None:
    """Unlinked records (scope by id) are gone: the vendor lists them as deleted, or was asked twice.
    Commit it with their leaving the index."""
    mapping, when = work.mapping, f"gone {work.clock.now()!r}"
    ours = removed_by_us(tx, mapping.name, mapping.procore.resource, list(gone))
    left = [(identity, scope) for identity, scope in gone.items() if identity not in ours]
    tx.add_occurrences([occurrence(work, "deleted", identity, scope, when) for identity, scope in left])
    tx.put_sightings([absent(work, identity, scope, work.clock.now()) for identity, scope in left])


def _changed(work: Workbench, tx: Tx, known: Sequence[Known], news: News) -> None:
    before = tx.sightings(work.mapping.name, [record.id for record, _old in known])
    echoes = Echoes(work, tx, {record.id: old.stamp or 0.0 for record, old in known})
    rules = work.mapping.rules
    for record, old in known:
        base, seen = decode_row(old.values), before.get(record.id)
        if len(base) != len(rules):
            continue
        notes, newest = news.notes(seen), _newest(old, seen)
        if record.stamp is not None and record.stamp < newest:
            # An old version takes the place, in the index, of one that is known to be younger.
            news.keep(record, carried(record.id, base, notes, record.values), newest)
            continue
        places = moved(record.id, base, notes, record.values)
        if told := echoes.news(record, places, rules):
            news.tell("updated", record, places=told)
        if seen is not None:
            news.forget.append(record.id)


def _newest(old: Stranger, seen: Sighting | None) -> float:
    """The youngest stamp that is known of the record."""
    return max(old.stamp or 0.0, seen.stamp if seen is not None else 0.0)
