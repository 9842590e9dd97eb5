"""Watched: one pass over a resource that no mapping has, for the event feed alone.

The same feed is read as a mapping would read, in the lowest routine lane. Nothing of the records is
kept but a digest a field. Absence is never a delete here either: two look-ups by id, far enough
apart, or the vendor's own list of what was deleted.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from syncd.core.values import ABSENT, SideName, encode_row
from syncd.errors import CallError
from syncd.sides.port import Gone, Lane, Reading, Record
from syncd.store import Cursor, NewOccurrence, Sighting, Tx
from syncd.sync.echo import Echoes, made_by_us, removed_by_us
from syncd.sync.horizon import OVERLAP, Horizon, horizon_of
from syncd.sync.known import moved, noted
from syncd.sync.news import News, occurrence
from syncd.sync.workbench import Kind, Workbench

__all__ = ["MOST_LOOKS", "look_again", "read_scope"]

LANE = Lane.SWEEP
MOST_LOOKS = 50
"""Records of one scope that are looked up by id after one pass, as many as a side looks up singly;
the rest is left for the next."""

ELSEWHERE = -1
"""`missing` of a record that a list leaves out although it is there, or hidden from us."""


def read_scope(work: Workbench, scope: str, feed_read_to: float, *, silent: bool, unfiltered: bool) -> None:
    """Read one scope from its cursor and tell what happened in it, unless it is followed `silent`ly for
    the sake of others. `unfiltered`: every pass lists all there is. Raises what a feed raises."""
    name = work.mapping.name
    with work.store.read() as tx:
        cursor = tx.cursor(name, SideName.PROCORE, scope)
    full = work.kind is not Kind.INCREMENTAL or not cursor.complete
    since = max(0.0, min(cursor.previous, cursor.position) - OVERLAP)
    side = work.procore
    feed = side.everything(scope, LANE) if full else side.changes(scope, since, LANE)
    horizon, seen = horizon_of(cursor, feed_read_to, work.mapping.fingerprint), set[str]()
    for page in feed:
        work.check_stop()
        seen.update(record.id for record in page)
        with work.store.transaction() as tx:
            _page(work, tx, page, horizon, silent=silent)
    gone = None if full else _deleted(work, scope, since)
    unseen: list[str] = []
    if feed.clean and cursor.complete and (full or unfiltered):
        unseen = _unseen(work, scope, seen, full=full)
    looked = side.fetch(scope, unseen[:MOST_LOOKS], LANE) if unseen else {}
    with work.store.transaction() as tx:
        _tell_gone(work, tx, scope, sorted(gone or ()), silent=silent)
        _suspect(work, tx, looked)
        tx.set_cursor(_moved(work, cursor, feed.began, clean=feed.clean, full=full, empty=not seen))


def look_again(work: Workbench, missing: Sequence[Sighting], *, silent: bool) -> None:
    """The second look at records that a first one did not find; what is gone twice is told."""
    for scope in dict.fromkeys(one.scope for one in missing):
        work.check_stop()
        mine = [one for one in missing if one.scope == scope][:MOST_LOOKS]
        looked = work.procore.fetch(scope, [one.identity for one in mine], LANE)
        gone = [one.identity for one in mine if looked[one.identity] is Gone.MISSING]
        there = [one._replace(missing=ELSEWHERE) for one in mine if one.identity not in gone]
        with work.store.transaction() as tx:
            _tell_gone(work, tx, scope, gone, silent=silent)
            tx.put_sightings(there)


def _page(work: Workbench, tx: Tx, page: Sequence[Record], horizon: Horizon, *, silent: bool) -> None:
    """Compare one page with what is known of its records, and store what is known from now on."""
    before = tx.sightings(work.mapping.name, [record.id for record in page])
    news, put = News(work), []
    blank = [ABSENT] * len(work.mapping.rules)
    fresh: list[Record] = []
    changed: list[tuple[Record, list[int]]] = []
    for record in page:
        known = before.get(record.id)
        if known is None:
            fresh += [record] if horizon.is_news(record) else []
        elif _older(work, record, known):
            continue
        notes = news.notes(known)
        if places := moved(record.id, blank, notes, record.values):
            changed.append((record, places))
        now = _known(work, record, noted(record.id, blank, notes, record.values))
        if known is None or now._replace(seen=known.seen) != known:
            put.append(now)
    if not silent:
        _tell(work, tx, news, fresh, changed, before)
    news.put = put
    news.store(tx)


def _tell(
    work: Workbench,
    tx: Tx,
    news: News,
    fresh: Sequence[Record],
    changed: Sequence[tuple[Record, list[int]]],
    before: dict[str, Sighting],
) -> None:
    """Add the events of one page, but for what we have done ourselves."""
    ours = made_by_us(work, tx, fresh) if fresh else set()
    for record in fresh:
        if record.id not in ours:
            news.tell("created", record)
    if not changed:
        return
    rules = work.mapping.rules
    echoes = Echoes(work, tx, {record.id: before[record.id].stamp for record, _places in changed})
    for record, places in changed:
        if told := echoes.news(record, places, rules):
            news.tell("updated", record, places=told)


def _older(work: Workbench, record: Record, known: Sighting) -> bool:
    """Whether it is an older version than the one that is known; a sweep believes what it reads."""
    return record.stamp is not None and record.stamp < known.stamp and work.kind is Kind.INCREMENTAL


def _known(work: Workbench, record: Record, notes: str) -> Sighting:
    packed = notes or encode_row([ABSENT] * len(work.mapping.rules))
    at = (record.stamp or 0.0, work.clock.now(), _opens(work, record))
    return Sighting(work.mapping.name, record.id, record.scope, work.layout, packed, *at)


def _opens(work: Workbench, record: Record) -> bool:
    """Whether records may live in it: an inactive one is not looked into."""
    names = (rule.procore.name if rule.procore else "" for rule in work.mapping.rules)
    return not any(
        name == "active" and value is False for name, value in zip(names, record.values, strict=True)
    )


def _unseen(work: Workbench, scope: str, seen: set[str], *, full: bool) -> list[str]:
    """Records that a listing of all there is has left out and that nobody looks for yet."""
    with work.store.read() as tx:
        known = tx.sightings_of(work.mapping.name, scope)
    return [one for one, missing in known if one not in seen and (missing == 0 or (full and missing < 0))]


def _suspect(work: Workbench, tx: Tx, looked: Reading) -> None:
    """Note the first look at what a listing left out."""
    now = work.clock.now()
    known = tx.sightings(work.mapping.name, list(looked))
    put = []
    for identity, one in known.items():
        missing = 1 if looked[identity] is Gone.MISSING else ELSEWHERE
        put.append(one._replace(missing=missing, missing_since=now))
    tx.put_sightings(put)


def _deleted(work: Workbench, scope: str, since: float) -> frozenset[str] | None:
    """What the vendor itself lists as deleted since then, if it can say."""
    if not work.procore.limits.watches_deletes:
        return None
    try:
        return work.procore.deletions(scope, since, LANE)
    except CallError as error:
        work.tell("deletions.failed", side=SideName.PROCORE.value, scope=scope, reason=error.message)
        return None


def _tell_gone(work: Workbench, tx: Tx, scope: str, gone: Sequence[str], *, silent: bool) -> None:
    """Records that are known and verified to be gone leave, and are told once."""
    name, about = work.mapping.name, work.mapping.procore.resource
    known = tx.sightings(name, gone)
    if not known:
        return
    ours = removed_by_us(tx, name, about, list(known))
    when = f"gone {work.clock.now()!r}"
    told = [] if silent else [one for one in known if one not in ours]
    events: list[NewOccurrence] = [occurrence(work, "deleted", one, scope, when) for one in told]
    tx.add_occurrences(events)
    tx.forget_sightings(name, list(known))


def _moved(work: Workbench, cursor: Cursor, began: float, *, clean: bool, full: bool, empty: bool) -> Cursor:
    """The cursor after a pass; it stays where rows may have moved while we paged."""
    now = work.clock.now()
    if not clean:
        return replace(cursor, polled=now)
    return replace(
        cursor,
        position=max(cursor.position, began),
        previous=max(cursor.previous, cursor.position) if cursor.complete else 0.0 if empty else began,
        complete=True,
        swept=now if full else cursor.swept,
        shape=work.mapping.fingerprint,
        polled=now,
        closed_why="",
        closed_until=0.0,
    )
