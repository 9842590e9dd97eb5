"""Planted bugs in reading: cursors, pages, marks, absence."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from syncd.core.values import ABSENT, SideName
from syncd.sides import memory_side
from syncd.sides.memory_feed import MemoryFeed
from syncd.sides.memory_vendor import Version
from syncd.sides.port import Gone
from syncd.sync import decide, gather, old, process, removal
from syncd.sync.workbench import Workbench
from tests.proof.planted import plant

Swaps = list[tuple[Any, str, Any]]


def _without_overlap(moved: Any) -> Swaps:
    """The cursor moves as `moved` says and the next pass begins exactly there."""

    def advance(work: Workbench, tx: Any, one: Any) -> None:
        cursor, feed, full = one.cursor, one.feed, one.full
        at = moved(work, cursor, feed)
        now = work.clock.now()
        tx.set_cursor(
            replace(
                cursor,
                position=at,
                previous=at,
                complete=True,
                swept=now if full else cursor.swept,
                shape=work.mapping.fingerprint,
                polled=now,
            )
        )

    return [(gather, "_advance", advance), (gather, "OVERLAP", 0.0)]


@plant("cursor at the end", "the cursor is set to the time at the end of the poll")
def cursor_end() -> Swaps:
    """The cursor is set to the time at the end of the poll."""
    return _without_overlap(lambda work, cursor, feed: work.side(cursor.side).now())


@plant("no overlap", "the next poll begins where this one began, without reaching back")
def no_overlap() -> Swaps:
    """The next poll begins where this one began, without reaching back."""
    return _without_overlap(lambda work, cursor, feed: feed.began)


@plant("strict cursor", "only what is later than the cursor's second is read")
def strict() -> Swaps:
    """Only what is later than the cursor's second is read."""
    return _without_overlap(lambda work, cursor, feed: feed.began + 1.0)


@plant("short pages count", "a pass that was cut short moves the cursor all the same")
def short_counts() -> Swaps:
    """A pass that was cut short moves the cursor all the same."""
    real = gather._advance

    def advance(work: Any, tx: Any, one: Any) -> None:
        one.feed.clean = True
        real(work, tx, one)

    return [(gather, "_advance", advance), (gather, "OVERLAP", 0.0)]


def _paged(rows: Any) -> Swaps:
    """Pages cut by `rows(all rows of the feed sorted by stamp, place of the page)`."""

    def iterate(self: MemoryFeed) -> Any:
        vendor, place = self.side.vendor, None
        self.began = 0.0
        while True:
            fault = self.side.enter("list", self.scope)
            self.began = self.began or vendor.now() // 1
            known = [(i, v) for i in self.side.ordered(self.scope) if (v := vendor.look(i)) and v.values]
            known = [(i, v) for i, v in known if self.since is None or v.at >= self.since]
            page, place = rows(sorted(known, key=lambda row: (row[1].at, row[0])), place, vendor.page)
            served = [self.side.serve(identity, version, fault) for identity, version in page]
            self.side.leave()
            yield served
            if place is None:
                return

    return [(MemoryFeed, "__iter__", iterate)]


Rows = list[tuple[str, Version]]


@plant("offset by update time", "pages are counted off a list sorted by a stamp that edits move")
def offset_updated() -> Swaps:
    """Pages are counted off a list sorted by a stamp that edits move."""

    def rows(known: Rows, place: int | None, size: int) -> tuple[Rows, int | None]:
        start = place or 0
        return known[start : start + size], start + size if start + size < len(known) else None

    return [*_paged(rows), *_without_overlap(lambda work, cursor, feed: feed.began)]


@plant("keyset by update time", "the next page begins after the last row's stamp, which others share")
def keyset_updated() -> Swaps:
    """The next page begins after the last row's stamp, which others share."""

    def rows(known: Rows, place: float | None, size: int) -> tuple[Rows, float | None]:
        later = [row for row in known if place is None or row[1].at > place]
        return later[:size], later[size - 1][1].at if len(later) > size else None

    return _paged(rows)


@plant("closed range", "a poll asks for changes up to its own beginning, by offset")
def closed_range() -> Swaps:
    """A poll asks for changes up to its own beginning, by offset."""

    def rows(known: Rows, place: tuple[int, float] | None, size: int) -> Any:
        start, until = place or (0, max((row[1].at for row in known), default=0.0))
        inside = [row for row in known if row[1].at <= until]
        more = start + size < len(inside)
        return inside[start : start + size], (start + size, until) if more else None

    return [*_paged(rows), *_without_overlap(lambda work, cursor, feed: feed.began)]


@plant("absence deletes", "a record that one look-up does not return is taken for deleted")
def absence() -> Swaps:
    """A record that one look-up does not return is taken for deleted."""
    return [(removal, "_looked", lambda work, one, marks: True)]


@plant("hidden is gone", "a record whose scope is closed to us is taken for deleted")
def hidden_gone() -> Swaps:
    """A record whose scope is closed to us is taken for deleted."""

    def fetch(self: Any, scope: str, ids: Any, lane: Any) -> Any:
        found = real(self, scope, ids, lane)
        return {id: Gone.MISSING if one is Gone.HIDDEN else one for id, one in found.items()}

    real = memory_side.MemorySide.fetch
    return [(memory_side.MemorySide, "fetch", fetch), (removal, "_looked", lambda work, one, marks: True)]


@plant("absent is empty", "a field that a reading left out is taken for an empty one")
def absent_empty() -> Swaps:
    """A field that a reading left out is taken for an empty one."""
    real: Any = getattr(decide, "decide")  # noqa: B009

    def blurred(rule: Any, now: Any, base: Any, *rest: Any) -> Any:
        return real(rule, tuple(None if value is ABSENT else value for value in now), base, *rest)

    return [(decide, "decide", blurred)]


@plant("stale reading", "a reading older than what is known already is acted on")
def stale() -> Swaps:
    """A reading older than what is known already is acted on."""
    return [(old, "suspect", lambda *facts: False)]


@plant("own writes ignored", "what our own account touched last is never read as a change")
def own_ignored() -> Swaps:
    """What our own account touched last is never read as a change."""
    iterate = MemoryFeed.__iter__

    def filtered(self: MemoryFeed) -> Any:
        for page in iterate(self):
            yield [one for one in page if _by_person(self.side, one.id)]

    return [(MemoryFeed, "__iter__", filtered)]


def _by_person(side: Any, identity: str) -> bool:
    last = side.vendor.last(identity)
    return last is None or last.by != "syncd" or side.vendor.rows[identity].maker == "syncd"


@plant("early ack", "a mark is taken away before its effect is stored")
def early_ack() -> Swaps:
    """A mark is taken away before its effect is stored."""
    real = process._links

    def links(work: Workbench, some: Any, by_link: Any) -> None:
        with work.store.transaction() as tx:
            for link in some:
                tx.unmark(work.mapping.name, SideName.PROCORE, [link.procore_id])
                tx.unmark(work.mapping.name, SideName.QUICKBASE, [link.quickbase_id])
        real(work, some, by_link)

    return [(process, "_links", links)]
