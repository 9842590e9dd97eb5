"""Gather: read both feeds since their cursors and mark what moved. Writes no vendor.

What a page shows is compared with the baselines at once and then let go; what is durable is
the mark that a record must be looked at. The cursor moves in the commit after which every
record below it is applied or marked (P8), so a crash anywhere loses nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from syncd.core.values import SideName, encode_row
from syncd.errors import CallError, Forbidden, NotFound, Transient
from syncd.sides.port import Feed, Lane, Record
from syncd.store import Cursor, Tx
from syncd.sync.issues import close_record, only
from syncd.sync.scopes import closed, reopen, scopes_of
from syncd.sync.seen import Seen
from syncd.sync.strangers import first_seen, index
from syncd.sync.workbench import Kind, Workbench

__all__ = ["OVERLAP", "gather", "whole"]

OVERLAP = 125.0
"""Seconds a cursor reaches back: the vendors' visibility lag and their stamps' granularity."""

SWEEP_AGAIN = 3_600.0
"""Seconds until a sweep during which rows moved is tried again."""

IDS_AT_ONCE = 5_000
"""Link ids looked through at once after a whole pass."""

STRANGER_GRACE = 3_600.0
"""Seconds an unlinked record stays in the index although a whole pass no longer lists it:
our clock may have been set back since it was put there."""


def gather(work: Workbench) -> None:
    """Read every scope of both sides; failures are kept per side, never raised for one scope.

    Raises AuthProblem and Stopped.
    """
    for name in (SideName.PROCORE, SideName.QUICKBASE):
        for scope in scopes_of(work, name):
            work.check_stop()
            try:
                if _scope(work, name, scope).closed_why:
                    reopen(work, name, scope)
            except (Forbidden, NotFound) as error:
                closed(work, name, scope, error)
            except Transient as error:
                work.failed[name] = error.message
                work.tell("feed.failed", side=name.value, scope=scope, reason=error.message)


def whole(work: Workbench, scope: str | None = None) -> bool:
    """Whether both sides were once read whole, and read well just now: only then may an
    unmatched record be taken for a new one.

    `scope` None asks for every Procore scope there is, and forgives those that are closed to
    us just now: what was read of them before still stands in the index.
    """
    if work.failed:
        return False
    with work.store.read() as tx:
        cursors = tx.cursors(work.mapping.name)
    mine = [one for one in cursors if one.side is SideName.QUICKBASE or scope in (None, one.scope)]
    well = [one.side for one in mine if one.complete and (scope is None or not one.closed_why)]
    return len(well) == len(mine) and set(well) == set(SideName)


def _scope(work: Workbench, name: SideName, scope: str) -> Cursor:
    """Read one scope; answers its cursor as it was before."""
    with work.store.read() as tx:
        cursor = tx.cursor(work.mapping.name, name, scope)
    full = (
        work.kind is not Kind.INCREMENTAL or not cursor.complete or cursor.shape != work.mapping.fingerprint
    )
    side = work.side(name)
    lane = Lane.SWEEP if full and cursor.complete else work.lane
    since = max(0.0, min(cursor.previous, cursor.position) - OVERLAP)
    feed = side.everything(scope, lane) if full else side.changes(scope, since, lane)
    seen, before = Seen(), work.counts.read
    for page in feed:
        work.check_stop()
        with work.store.transaction() as tx:
            _absorb(work, tx, name, page, seen, first=not cursor.complete)
    gone = None if full else _deleted(work, name, scope, cursor, lane)
    with work.store.transaction() as tx:
        if gone:
            _mark_gone(work, tx, name, scope, gone)
        if full and feed.clean:
            _mark_unseen(work, tx, name, scope, seen)
        if full and feed.clean and not cursor.complete:
            # Nothing can be created before this commit, so the marks of all come with it, at once.
            tx.mark_strangers(work.mapping.name, name, scope)
        _advance(work, tx, cursor, feed, full, work.counts.read == before)
    return cursor


def _advance(work: Workbench, tx: Tx, cursor: Cursor, feed: Feed, full: bool, empty: bool) -> None:
    """Move the cursor, unless rows may have moved while we paged.

    The lower bound of the next pass is the pass before this one, and no bound at all after a
    first pass that was `empty`: a listing that said nothing without a reason heals by itself.
    """
    now = work.clock.now()
    if not feed.clean:
        again = now - work.mapping.sweep + SWEEP_AGAIN
        swept = again if full and cursor.complete else cursor.swept
        tx.set_cursor(replace(cursor, polled=now, swept=swept))
        return
    first = 0.0 if empty else feed.began
    previous = max(cursor.previous, cursor.position) if cursor.complete else first
    tx.set_cursor(
        replace(
            cursor,
            position=max(cursor.position, feed.began),
            previous=previous,
            complete=True,
            swept=now if full else cursor.swept,
            shape=work.mapping.fingerprint,
            polled=now,
        )
    )


def _absorb(
    work: Workbench, tx: Tx, name: SideName, page: Sequence[Record], seen: Seen, *, first: bool
) -> None:
    """Compare one page with the baselines: mark what differs, index what is not linked."""
    work.counts.read += len(page)
    mapping, today, keyed = work.mapping.name, work.layout, name is SideName.QUICKBASE
    known = tx.bases(mapping, name, [record.id for record in page])
    seen.note([hit[0] for hit in known.values()])
    marks = []
    strange = []
    for record in page:
        hit = known.get(record.id)
        if hit is None:
            if not record.resting:
                strange.append(record)
            continue
        _link_id, layout, base, _stamp, state = hit
        # The ordinary case of a whole pass comes first: nothing moved. `Workbench.row`, written out.
        row = encode_row((*record.values, record.key) if keyed else record.values)
        if (row == base and layout == today and state == "live") or record.resting:
            continue
        if state == "live" and layout == today and work.stands(name, record, base):
            continue
        marks.append((mapping, name, record.id, record.scope, 0.0, "changed" if state == "live" else "back"))
        work.keep(name, record)
    marks += first_seen(work, tx, name, strange) if first else index(work, tx, name, strange)
    if marks:
        tx.mark(marks)


def _deleted(
    work: Workbench, name: SideName, scope: str, cursor: Cursor, lane: Lane
) -> frozenset[str] | None:
    """What the vendor itself lists as deleted since the last pass, if it can say."""
    side = work.side(name)
    if not side.limits.watches_deletes:
        return None
    try:
        return side.deletions(scope, max(0.0, cursor.previous - OVERLAP), lane)
    except CallError as error:
        work.tell("deletions.failed", side=name.value, scope=scope, reason=error.message)
        return None


def _mark_gone(work: Workbench, tx: Tx, name: SideName, scope: str, gone: frozenset[str]) -> None:
    mapping = work.mapping.name
    ids = sorted(gone)
    live = [one for one, hit in tx.bases(mapping, name, ids).items() if hit[4] == "live"]
    if live:
        tx.mark([(mapping, name, one, scope, 0.0, "deleted") for one in live])
    for stranger in tx.strangers(mapping, name, ids):
        close_record(work, tx, *only(name, stranger))
    tx.drop_strangers(mapping, name, ids)


def _mark_unseen(work: Workbench, tx: Tx, name: SideName, scope: str, seen: Seen) -> None:
    """After a whole pass: links whose record was not listed are marked, to be asked for."""
    mapping = work.mapping.name
    last = 0
    while ids := tx.link_ids(mapping, after_id=last, limit=IDS_AT_ONCE):
        after, last = last, ids[-1]
        missed = seen.missed(ids)
        if not missed:
            continue  # nothing to look up: the ordinary case of a side with one scope
        unseen = [
            (mapping, name, procore if name is SideName.PROCORE else quickbase, home, 0.0, "missing")
            for number, procore, quickbase, home in tx.live_identities(mapping, after, last)
            if number in missed and (name is SideName.QUICKBASE or home == scope)
        ]
        if unseen:
            tx.mark(unseen)
    tx.drop_unseen_strangers(mapping, name, scope, work.clock.now() - STRANGER_GRACE)
