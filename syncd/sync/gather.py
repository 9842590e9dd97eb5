"""Gather: read both feeds since their cursors and mark what moved. Writes no vendor.

What a page shows is compared with the baselines at once and then let go; what is durable is
the mark that a record must be looked at. The cursor moves in the commit after which every
record below it is applied or marked (P8), so a crash anywhere loses nothing.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from syncd.core.values import SideName
from syncd.errors import AuthProblem, CallError, Forbidden, NotFound, Stopped, SyncdError, Transient
from syncd.sides.port import Feed, Lane
from syncd.store import Cursor, Tx
from syncd.sync.absorb import Noted, Sight, take_page
from syncd.sync.ahead import Ahead
from syncd.sync.contact import Contact, first_contact
from syncd.sync.horizon import OVERLAP, horizon_of, read_to
from syncd.sync.issues import close_record, only
from syncd.sync.newcomers import note_gone
from syncd.sync.occurrences import MOST_SIGHTED
from syncd.sync.scopes import closed, reopen, scopes_of
from syncd.sync.seen import Seen
from syncd.sync.vanished import mark_unlisted, mark_unseen
from syncd.sync.workbench import Kind, Workbench

__all__ = ["OVERLAP", "gather", "whole"]

SWEEP_AGAIN = 3_600.0
"""Seconds until a sweep during which rows moved is tried again."""

STRANGER_GRACE = 3_600.0
"""Seconds an unlinked record stays in the index although a whole pass no longer lists it:
our clock may have been set back since it was put there."""


def gather(work: Workbench) -> None:
    """Read every scope of both sides; failures are kept per side, never raised for one scope.

    Raises AuthProblem and Stopped.
    """
    with first_contact(work) as contact:
        passes: list[_Pass] = []
        try:
            if _read(work, contact, passes) and contact is not None:
                contact.link_sure()
        except (AuthProblem, Stopped):
            _store(work, contact, passes)  # what was read whole is not read whole again
            raise
        _store(work, contact, passes)


def _read(work: Workbench, contact: Contact | None, passes: list[_Pass]) -> bool:
    """Read every scope; whether all of them were read whole. First passes are left to be stored."""
    well = True
    with work.store.read() as tx:
        feed_read_to = read_to(tx.cursors(work.mapping.name))
    for name in (SideName.PROCORE, SideName.QUICKBASE):
        polled: list[_Pass] = []
        for scope in scopes_of(work, name):
            work.check_stop()
            try:
                one = _scope(work, name, scope, contact, feed_read_to)
            except (Forbidden, NotFound) as error:
                well = False
                closed(work, name, scope, error)
            except Transient as error:
                well = False
                work.failed[name] = error.message
                work.tell("feed.failed", side=name.value, scope=scope, reason=error.message)
            else:
                well = well and one.feed.clean
                if contact is None:
                    _end(work, one, Seen())
                    polled += [one] if one.lists_all and not one.full else []
                else:
                    passes.append(one)
        _mark_vanished(work, name, polled)
    return well


def _store(work: Workbench, contact: Contact | None, passes: list[_Pass]) -> None:
    """Store what first passes have shown, and only then that they are done."""
    if contact is not None:
        contact.put_strangers()
        for one in passes:
            _end(work, one, contact.made)


def whole(work: Workbench, scope: str | None = None) -> bool:
    """Whether both sides were once read whole, and read well just now: only then may an
    unmatched record be taken for a new one.

    `scope` None asks for any Procore scope: one that was never open to us does not keep the
    records of the others apart (P10).
    """
    if work.failed:
        return False
    with work.store.read() as tx:
        cursors = tx.cursors(work.mapping.name)
    quickbase = [one for one in cursors if one.side is SideName.QUICKBASE]
    procore = [one for one in cursors if one.side is SideName.PROCORE and scope in (None, one.scope)]
    if scope is None:
        return all(any(one.complete for one in side) for side in (procore, quickbase))
    return all(
        side and all(one.complete and not one.closed_why for one in side) for side in (procore, quickbase)
    )


@dataclass(slots=True)
class _Pass:
    """One pass over one scope, read and not ended yet."""

    name: SideName
    scope: str
    cursor: Cursor
    feed: Feed
    full: bool
    seen: Seen
    gone: frozenset[str] | None
    empty: bool
    started: float

    @property
    def lists_all(self) -> bool:
        """Whether it has shown all there is, as some lists do at every look."""
        return self.feed.clean and self.feed.whole


def _scope(
    work: Workbench, name: SideName, scope: str, contact: Contact | None, feed_read_to: float
) -> _Pass:
    started = work.clock.now()
    with work.store.read() as tx:
        cursor = tx.cursor(work.mapping.name, name, scope)
        told = frozenset(
            tx.sighted(work.mapping.name, scope, MOST_SIGHTED) if name is SideName.PROCORE else ()
        )
    horizon = horizon_of(cursor, feed_read_to, work.mapping.fingerprint)
    full = (
        work.kind is not Kind.INCREMENTAL or not cursor.complete or cursor.shape != work.mapping.fingerprint
    )
    side = work.side(name)
    lane = Lane.SWEEP if full and cursor.complete else work.lane
    since = max(0.0, min(cursor.previous, cursor.position) - OVERLAP)
    feed = side.everything(scope, lane) if full else side.changes(scope, since, lane)
    seen, noted, before = Seen(), Noted(), work.counts.read
    ahead = Ahead(work.mapping.name, name, hopeful=full and cursor.complete)
    sight = Sight(seen, ahead, noted, told, horizon)
    try:
        for page in feed:
            work.check_stop()
            take_page(work, name, page, cursor, contact, sight)
    except SyncdError:
        noted.store(work, name)  # what was yielded is true, however the pass ended
        raise
    noted.store(work, name)
    gone = None if full else _deleted(work, name, scope, cursor, lane)
    return _Pass(name, scope, cursor, feed, full, seen, gone, work.counts.read == before, started)


def _end(work: Workbench, one: _Pass, made: Seen) -> None:
    """Mark what the pass did not show (links `made` of it since, it did), and move the cursor."""
    with work.store.transaction() as tx:
        if one.gone:
            _mark_gone(work, tx, one.name, one.scope, one.gone)
        if one.full and one.feed.clean:
            # What was made since the pass was not seen by it.
            mark_unseen(work, tx, one.name, [one.scope], [one.seen, made])
            _drop_unseen(work, tx, one)
        if one.lists_all and one.cursor.complete and one.name is SideName.PROCORE:
            mark_unlisted(work, tx, one.name, one.scope, one.started, one.feed.apart)
        if one.full and one.feed.clean and not one.cursor.complete:
            # Nothing can be created before this commit, so the marks of all come with it, at once.
            tx.mark_strangers(work.mapping.name, one.name, one.scope)
        _advance(work, tx, one)
    if one.cursor.closed_why:
        reopen(work, one.name, one.scope)


def _advance(work: Workbench, tx: Tx, one: _Pass) -> None:
    """Move the cursor, unless rows may have moved while we paged.

    The lower bound of the next pass is the pass before this one, and no bound at all after a
    first pass that was `empty`: a listing that said nothing without a reason heals by itself.
    """
    cursor, feed, full = one.cursor, one.feed, one.full
    now = work.clock.now()
    if not feed.clean:
        again = now - work.mapping.sweep + SWEEP_AGAIN
        swept = again if full and cursor.complete else cursor.swept
        tx.set_cursor(replace(cursor, polled=now, swept=swept))
        return
    first = 0.0 if one.empty else feed.began
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
    strangers = tx.strangers(mapping, name, ids)
    if strangers and name is SideName.PROCORE:
        note_gone(work, tx, {one.identity: one.scope for one in strangers.values()})
    for stranger in strangers:
        close_record(work, tx, *only(name, stranger))
    tx.drop_strangers(mapping, name, ids)


def _mark_vanished(work: Workbench, name: SideName, polled: list[_Pass]) -> None:
    """Links of which ordinary passes over all there is have not shown the record: all scopes at once,
    because links are looked through by their numbers."""
    if polled:
        homes = {one.scope for one in polled}
        apart = {identity for one in polled for identity in one.feed.apart}
        with work.store.transaction() as tx:
            mark_unseen(work, tx, name, homes, [one.seen for one in polled], apart)


def _drop_unseen(work: Workbench, tx: Tx, one: _Pass) -> None:
    """After a whole pass: unlinked records that no whole pass has listed for long leave the index."""
    mapping, name, scope = work.mapping.name, one.name, one.scope
    for stranger in tx.drop_unseen_strangers(mapping, name, scope, work.clock.now() - STRANGER_GRACE):
        close_record(work, tx, *only(name, stranger))  # nothing is left of it to decide about
