"""Watch: follow resources that no mapping has, after everything that mappings are due.

A resource that lives in others is read where those are, so they are followed too, silently where
nobody asked for them. One turn reads few scopes, so that no mapping waits long for a watch.
"""

from __future__ import annotations

import math
import threading
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from syncd.clock import Clock
from syncd.core.values import SideName
from syncd.errors import CallError, Forbidden, NotFound, Stopped, SyncdError, Unavailable
from syncd.mapping.compiled import Mapping
from syncd.observe.logging import get_logger
from syncd.settings import Watch
from syncd.sides.port import Lane, Side
from syncd.store import Cursor, Sighting, Store
from syncd.sync.followed import Followed, followed
from syncd.sync.horizon import OVERLAP, read_to
from syncd.sync.report import CycleReport
from syncd.sync.watched import look_again, read_scope
from syncd.sync.workbench import Kind, Workbench

__all__ = ["SCOPES_A_TURN", "Watcher"]

SCOPES_A_TURN = 20
"""Lists read in one turn of the daemon; what is left is due in the next."""

IDLE_SECONDS = 10.0
"""How long a feed of which nothing was due is not asked again."""

CLOSED_SECONDS = 3_600.0
"""How often a scope that is closed to us is tried again."""

FIRST_PATIENCE = 60.0
MOST_PATIENCE = 900.0
"""Seconds after a look that failed until the next; they double with every failure in a row."""

_log = get_logger("syncd.sync")

ONE = [("", "", 0.0, True)]
"""The company, as a home: (identity, scope, stamp, opens)."""


class Watcher:
    """Follows what `watches` name, except resources that one of the `mappings` tells of already."""

    def __init__(
        self,
        store: Store,
        watches: Sequence[Watch],
        mappings: Sequence[Mapping],
        side: Callable[[Mapping, SideName], Side],
        clock: Clock,
        stop: threading.Event,
        listen: Callable[[str, dict[str, Any]], None],
    ) -> None:
        self._store, self._side, self._clock = store, side, clock
        self._stop, self._listen = stop, listen
        self._feeds = followed(watches, {one.procore.resource for one in mappings})
        self._failures: dict[str, int] = {}
        self._resting: dict[str, float] = {}  # feed → monotonic time at which it may be due again

    def turn(self, kind: Kind | None = None) -> list[CycleReport]:
        """Read some of what is due, and report what failed; with a `kind`, all of it now, and report
        everything. Raises Stopped and Unavailable."""
        left = math.inf if kind is not None else SCOPES_A_TURN
        reports = []
        for feed in self._feeds:
            if self._stop.is_set() or left <= 0:
                break
            if kind is None and self._clock.monotonic() < self._resting.get(feed.name, 0.0):
                continue
            report = self._follow(feed, kind, left)
            left -= report.read
            if report.failed or (kind is not None and not feed.silent):
                reports.append(report)
        return reports

    def _follow(self, feed: Followed, kind: Kind | None, most: float) -> CycleReport:
        """One feed: second looks first, then scopes. A failure is reported, and lets it rest a while.
        `read` counts scopes."""
        asked = kind or Kind.INCREMENTAL
        read, failed, code = 0, "", 0
        due, missing = self._due(feed, kind), self._missing(feed)
        if not due and not missing:
            self._resting[feed.name] = self._clock.monotonic() + IDLE_SECONDS
            return CycleReport(feed.name, asked)
        try:
            if missing:
                look_again(self._work(feed, Kind.INCREMENTAL), missing, silent=feed.silent)
            with self._store.read() as tx:
                feed_read_to = read_to(tx.cursors(feed.name))
            for scope, how in due:
                if read >= most:
                    break
                read += 1
                self._scope(self._work(feed, how), feed, scope, feed_read_to)
            self._failures.pop(feed.name, None)
        except (Stopped, Unavailable):
            raise
        except SyncdError as error:
            failed, code = error.message, error.exit_code
            self._rest(feed, failed)
        except Exception as error:  # what nobody foresaw ends this feed's turn and no other's (P10)
            _log.exception("watch.unforeseen", mapping=feed.name)
            failed, code = f"Something unforeseen happened ({type(error).__name__}); the log shows more.", 1
            self._rest(feed, failed)
        return CycleReport(feed.name, asked, read=read, failed=failed, exit_code=code)

    def _scope(self, work: Workbench, feed: Followed, scope: str, feed_read_to: float) -> None:
        work.check_stop()
        try:
            read_scope(work, scope, feed_read_to, silent=feed.silent, unfiltered=feed.unfiltered)
        except (Forbidden, NotFound) as error:
            self._closed(feed, scope, error)

    def _closed(self, feed: Followed, scope: str, error: CallError) -> None:
        """A scope that is closed to us is left alone for a while; the others go on."""
        now = self._clock.now()
        with self._store.transaction() as tx:
            cursor = tx.cursor(feed.name, SideName.PROCORE, scope)
            until = now + CLOSED_SECONDS
            tx.set_cursor(replace(cursor, closed_why=error.message, closed_until=until, polled=now))
        self._listen("watch.closed", {"mapping": feed.name, "scope": scope, "reason": error.message})

    def _rest(self, feed: Followed, reason: str) -> None:
        count = self._failures.get(feed.name, 0)
        self._failures[feed.name] = count + 1
        wait = min(FIRST_PATIENCE * 2**count, MOST_PATIENCE)
        self._resting[feed.name] = self._clock.monotonic() + wait
        self._listen("watch.failed", {"mapping": feed.name, "reason": reason, "retry_in": wait})

    # -- what is due --------------------------------------------------------------------

    def _due(self, feed: Followed, kind: Kind | None) -> list[tuple[str, Kind]]:
        """The scopes to read now, and how."""
        now = self._clock.now()
        with self._store.read() as tx:
            cursors = {one.scope: one for one in tx.cursors(feed.name)}
            homes = tx.homes(feed.home) if feed.parent else ONE
        found = []
        for scope, _above, stamp, opens in homes:
            if opens and feed.wants(scope):
                how = _how(feed, cursors.get(scope), stamp, now, kind)
                found += [(scope, how)] if how is not None else []
        return found

    def _missing(self, feed: Followed) -> list[Sighting]:
        """Records that were not found, long enough ago to be looked for again."""
        with self._store.read() as tx:
            missing = tx.sightings_missing(feed.name)
        if not missing:
            return []
        lag = self._side(feed.mapping, SideName.PROCORE).limits.lag
        return [one for one in missing if abs(self._clock.now() - one.missing_since) >= lag]

    def _work(self, feed: Followed, kind: Kind) -> Workbench:
        side = self._side(feed.mapping, SideName.PROCORE)
        fingerprints = tuple(rule.fingerprint for rule in feed.mapping.rules)
        work = Workbench(
            feed.mapping, self._store, side, side, self._clock, kind,
            stop=self._stop, listen=self._listen, fingerprints=fingerprints, lane=Lane.SWEEP,
        )  # fmt: skip
        with self._store.transaction() as tx:
            work.layout = tx.layout(feed.name, fingerprints)
            work.layouts = tx.layouts(feed.name)
        return work


def _how(feed: Followed, cursor: Cursor | None, stamp: float, now: float, kind: Kind | None) -> Kind | None:
    """How to read a scope now; None for not at all."""
    if cursor is not None and cursor.closed_until > now and kind is None:
        return None
    if cursor is None or kind in (Kind.SWEEP, Kind.RESYNC):
        return kind or Kind.INCREMENTAL
    if cursor.complete and abs(now - cursor.swept) >= feed.mapping.sweep:
        return Kind.SWEEP
    if kind is None and abs(now - cursor.polled) < feed.mapping.every:
        return None
    # A list a record is a call a record: only where the record itself has moved, sweeps see the rest.
    if feed.records and cursor.complete and stamp and stamp < cursor.position - OVERLAP:
        return None
    return Kind.INCREMENTAL
