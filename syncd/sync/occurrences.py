"""Occurrences: what happened to linked Procore records, as entries of the event feed.

An event is considered only where a mark is made or a marked record is read, and is stored in that
same commit, together with what the record is known to hold from then on: whatever is cut short
or shown again, no event is lost or told twice.
"""

from __future__ import annotations

from collections.abc import Sequence

from syncd.core.trust import suspect
from syncd.core.values import ABSENT, SideName
from syncd.sides.port import Record
from syncd.store import Link, NewOccurrence, Tx
from syncd.sync.decide import LinkPlan
from syncd.sync.echo import Echoes, removed_by_us
from syncd.sync.known import Notes, moved, noted
from syncd.sync.news import News, absent, occurrence
from syncd.sync.workbench import Workbench

__all__ = ["MOST_SIGHTED", "note_marked", "note_read", "note_settled", "note_written", "tell_gone"]

MOST_SIGHTED = 50_000
"""Records of one scope that are looked at although they stand as their baselines say, because
something else was told of them."""

Maybe = tuple[Link, Record, Notes, Notes, list[int]]
"""A link, its reading, its baseline, the notes beside it, and the places that differ from both."""


def note_marked(work: Workbench, tx: Tx, records: Sequence[Record]) -> None:
    """Gathering found these linked records moved, or something else was told of them before.

    A reading that may be an old version is not news yet: it is looked at again.
    """
    if not records:
        return
    links = tx.links_by(work.mapping.name, SideName.PROCORE, [one.id for one in records])
    here = [(links[one.id], one) for one in records if one.id in links and not one.resting]
    _news(work, tx, [(link, one) for link, one in here if not _doubtful(work, link, one)]).store(tx)


def note_read(work: Workbench, plans: Sequence[LinkPlan]) -> None:
    """A younger reading may tell more than the feed did: say so before a baseline moves."""
    with work.store.read() as tx:
        news = _news(work, tx, [(plan.link, plan.procore) for plan in plans])
    if news:
        with work.store.transaction() as tx:
            news.store(tx)


def note_settled(work: Workbench, tx: Tx, plans: Sequence[LinkPlan]) -> None:
    """Records were decided: what still differs from its baseline is noted, the rest is said by it."""
    news = News(work)
    unread = [plan.procore.id for plan in plans if ABSENT in plan.procore.values]
    before = tx.sightings(work.mapping.name, unread)
    for plan in plans:
        if not plan.unsettled:
            record = plan.procore
            values = [plan.wrote.get(index, value) for index, value in enumerate(record.values)]
            notes = news.notes(before.get(record.id))
            news.keep(record, noted(record.id, plan.base_procore, notes, values))
    news.store(tx)


def note_written(work: Workbench, tx: Tx, plans: Sequence[LinkPlan]) -> None:
    """Our writes to Procore are recorded in this commit: what was told of those fields before is void,
    also where the write put back what the baseline says."""
    wrote = [plan for plan in plans if plan.wrote]
    if not wrote:
        return
    news = News(work)
    before = tx.sightings(work.mapping.name, [plan.link.procore_id for plan in wrote])
    for plan in wrote:
        if known := before.get(plan.link.procore_id):
            values = [plan.wrote.get(index, ABSENT) for index in range(len(plan.base_procore))]
            notes = noted(known.identity, plan.base_procore, news.notes(known), values)
            news.keep(plan.procore, notes)
    news.store(tx)


def tell_gone(work: Workbench, links: Sequence[Link]) -> None:
    """Tell, in a commit of its own, that the Procore records of these links are verified to be gone.

    What is done about it comes after, and may be put off and verified again: one absence is told once.
    """
    if not links:
        return
    mapping = work.mapping
    with work.store.transaction() as tx:
        ids = [one.procore_id for one in links]
        told = {one.identity for one in tx.sightings(mapping.name, ids).values() if one.missing}
        told |= removed_by_us(tx, mapping.name, mapping.procore.resource, ids)
        gone = [one for one in links if one.procore_id not in told]
        tx.add_occurrences([_gone(work, one) for one in gone])
        tx.put_sightings([absent(work, one.procore_id, one.scope, one.missing_since) for one in gone])


def _gone(work: Workbench, link: Link) -> NewOccurrence:
    version = f"gone {link.missing_since!r}"
    return occurrence(work, "deleted", link.procore_id, link.scope, version, link.quickbase_id)


def _doubtful(work: Workbench, link: Link, record: Record) -> bool:
    young = work.young(SideName.PROCORE, link.stamp_procore)
    return suspect(record.stamp, link.stamp_procore, link.own_procore, 0, young=young)


def _news(work: Workbench, tx: Tx, found: Sequence[tuple[Link, Record]]) -> News:
    """What readings of linked records tell that was not known."""
    news = News(work)
    maybe = _maybe(work, tx, found, news)
    if not maybe:
        return news
    rules = work.mapping.rules
    echoes = Echoes(work, tx, {link.procore_id: link.stamp_procore for link, *_rest in maybe})
    for link, record, base, notes, places in maybe:
        leave = {index for index in places if echoes.unsettled(record.id, rules[index])}
        told = echoes.news(record, [index for index in places if index not in leave], rules)
        if told:
            news.tell("updated", record, link.quickbase_id, told)
        news.keep(record, noted(record.id, base, notes, record.values, leave))
    return news


def _maybe(work: Workbench, tx: Tx, found: Sequence[tuple[Link, Record]], news: News) -> list[Maybe]:
    """The readings that differ from what was known, for whatever reason."""
    before = tx.sightings(work.mapping.name, [record.id for _link, record in found])
    maybe: list[Maybe] = []
    for link, record in found:
        known, same = before.get(record.id), link.layout == work.layout
        if known is None and same and work.row(SideName.PROCORE, record) == link.base_procore:
            continue
        base, notes = work.base(link.base_procore, link.layout), news.notes(known)
        if places := moved(record.id, base, notes, record.values):
            maybe.append((link, record, base, notes, places))
        elif known is not None and known.missing:
            news.forget.append(record.id)  # it is there again, as it was
    return maybe
