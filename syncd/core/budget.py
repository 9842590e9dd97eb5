"""The arithmetic of a call budget: who may call now, and who must wait until when.

Pure: a `Book` (the durable state of one vendor account) goes in, a new `Book` comes out.
The governor in `syncd.http.governor` adds the clock, the waiting and the durable ledger.

Invariant: counted in the book's own time, no rolling window ever holds more calls than
its limit. A call counts from the moment it was charged (before it was sent) until a whole
window and `ARRIVAL_MARGIN` have passed since its answer came, so that a call which
travelled slowly is still counted when the vendor counts it.
"""

from __future__ import annotations

from dataclasses import replace

from syncd.core.book import (
    Book,
    Lane,
    Report,
    Tally,
    Window,
    advance,
    book_from_text,
    book_to_text,
)
from syncd.core.described import OPEN_RESET, described, is_stale, said_limit

__all__ = [
    "ARRIVAL_MARGIN",
    "Book",
    "Lane",
    "Report",
    "Tally",
    "Window",
    "advance",
    "book_from_text",
    "book_to_text",
    "charge",
    "hear",
    "is_known",
    "limit_of",
    "open_at",
    "pace",
    "room",
    "settle",
    "spent_in",
]

ARRIVAL_MARGIN = 0.5
"""Seconds a window is stretched by: a call may reach the vendor later than it was charged."""

GRAINS = 100
"""A window's calls are kept in at most this many heaps, so that a book stays small."""

LONGEST_CLOSURE = 3_600.0
"""Seconds a vendor may close us for by one answer; what asks for more is believed this far."""

_WHOLE_SECONDS = 2.0
"""Seconds a reset may seem to lie behind its window: both ends are told in whole seconds."""

_EPS = 0.002  # stamps are kept to the millisecond

RESERVE: dict[Lane, float] = {
    Lane.COMMAND: 0.0,
    Lane.WRITE: 0.0,
    Lane.DUE: 0.02,
    Lane.POLL: 0.05,
    Lane.SWEEP: 0.20,
    Lane.FILE: 0.25,
}
"""The share of every window that a lane must leave untouched for the lanes above it."""


def limit_of(book: Book, window: Window) -> int:
    """The calls allowed in this window: our setting, or the vendor's word if it is less."""
    said = said_limit(book, window)
    return min(window.limit, said) if said else window.limit


def spent_in(book: Book, window: Window) -> int:
    """The calls that count in this window now, our own and other people's."""
    return sum(calls for _, calls in _weights(book, window))


def room(book: Book, windows: tuple[Window, ...], lane: Lane) -> int:
    """How many calls of this lane could go at this moment; 0 while the vendor has closed."""
    if book.closed_until > book.time + _EPS:
        return 0
    return max(0, min(_ceiling(book, w, lane) - spent_in(book, w) for w in windows))


def pace(book: Book, windows: tuple[Window, ...], lane: Lane, seconds: float) -> int:
    """How many calls of this lane surely fit into the next `seconds`, one after another."""
    fits: list[int] = []
    for window in windows:
        if book.closed_until > book.time + seconds:
            return 0
        whole = int(seconds // (window.seconds + ARRIVAL_MARGIN))
        used = spent_in(book, window)
        fits.append(max(0, _ceiling(book, window, lane) * max(1, whole) - used))
    return min(fits)


def open_at(book: Book, windows: tuple[Window, ...], lane: Lane, calls: int = 1) -> float:
    """The book time at which so many calls of this lane could go; `book.time` if now.

    More calls than a window can ever hold are taken for as many as it can hold.
    """
    return max([book.closed_until, book.time, *(_free_at(book, w, lane, calls) for w in windows)])


def charge(book: Book, windows: tuple[Window, ...], lane: Lane, calls: int = 1) -> tuple[Book, float]:
    """Take `calls` out of every window, if all allow it.

    Returns the new book and the time from which they may go: `book.time` when they were
    charged; a later time, and the book as it was, when they were not.
    """
    until = open_at(book, windows, lane, calls)
    if until > book.time + _EPS:
        return book, until
    for window in windows:
        tally = _pruned(book, window)
        book = book.with_tally(window.name, replace(tally, spent=_added(tally, window, book.time, calls)))
    return book, book.time


def settle(book: Book, windows: tuple[Window, ...], charged_at: float, calls: int = 1) -> Book:
    """Let a call that has been answered count from now on instead of from its charge."""
    for window in windows:
        tally = _pruned(book, window)
        spent, left = list(tally.spent), calls
        for place, (at, count) in enumerate(spent):
            if left and at >= charged_at - _EPS:
                taken = min(left, count)
                spent[place] = (at, count - taken)
                left -= taken
        kept = replace(tally, spent=tuple(heap for heap in spent if heap[1]))
        book = book.with_tally(window.name, replace(kept, spent=_added(kept, window, book.time, calls)))
    return book


def is_known(book: Book, windows: tuple[Window, ...], report: Report) -> bool:
    """True if the report lowers nothing, and lifts nothing, that the book holds already."""
    if report.refused or report.limit is None or report.remaining is None:
        return False
    window = described(book, windows, report)
    tally, said = book.tally(window.name), said_limit(book, window)
    if said < window.limit and said and is_stale(book, window):
        return False
    if _outlasts(report, window):
        return False
    same = report.limit == (said or max(window.limit, report.limit))
    unshared = not tally.others or tally.others_until <= book.time
    return same and unshared and report.remaining >= limit_of(book, window) - spent_in(book, window)


def hear(book: Book, windows: tuple[Window, ...], report: Report, charged_at: float) -> Book:
    """Believe what the vendor's answer says, wherever it says less than our own count."""
    if report.limit is not None and report.remaining is not None:
        window = described(book, windows, report)
        book = book.with_tally(window.name, _corrected(book, window, report, charged_at))
        if _outlasts(report, window):
            until = book.time + _told(window, report) + ARRIVAL_MARGIN
            book = replace(book, closed_until=max(book.closed_until, until))
    if not report.refused:
        return replace(book, strikes=0) if book.strikes else book
    wait = report.retry_after if report.retry_after is not None else report.reset_in
    strikes = book.strikes
    if wait is None:
        wait = min(w.seconds for w in windows) * 2.0 ** min(strikes, 8)
        strikes += 1
    until = book.time + min(max(wait, 0.0), LONGEST_CLOSURE) + ARRIVAL_MARGIN
    return replace(book, closed_until=max(book.closed_until, until), strikes=strikes)


def _ceiling(book: Book, window: Window, lane: Lane) -> int:
    """What this lane may fill a window up to: the limit less the reserve, but at least 1."""
    limit = limit_of(book, window)
    return max(1, limit - int(limit * RESERVE[lane]))


def _weights(book: Book, window: Window) -> list[tuple[float, int]]:
    """(time at which they stop counting, calls) of all that counts now, the oldest first."""
    hold, tally = window.seconds + ARRIVAL_MARGIN, book.tally(window.name)
    own = [(at + hold, calls) for at, calls in tally.spent]
    return sorted(w for w in [*own, (tally.others_until, tally.others)] if w[0] > book.time + _EPS and w[1])


def _free_at(book: Book, window: Window, lane: Lane, calls: int) -> float:
    weights = _weights(book, window)
    ceiling = _ceiling(book, window, lane)
    over = sum(n for _, n in weights) + min(calls, ceiling) - ceiling
    for until, count in weights:
        if over <= 0:
            break
        over -= count
        if over <= 0:
            return until
    return book.time


def _pruned(book: Book, window: Window) -> Tally:
    tally, hold = book.tally(window.name), window.seconds + ARRIVAL_MARGIN
    return replace(tally, spent=tuple(heap for heap in tally.spent if heap[0] + hold > book.time + _EPS))


def _added(tally: Tally, window: Window, time: float, calls: int) -> tuple[tuple[float, int], ...]:
    """Add calls to the newest heap if it is of the same grain; the heap takes their time."""
    grain = window.seconds / GRAINS
    if tally.spent and tally.spent[-1][0] // grain == time // grain:
        return (*tally.spent[:-1], (time, tally.spent[-1][1] + calls))
    return (*tally.spent, (time, calls))


def _corrected(book: Book, window: Window, report: Report, charged_at: float) -> Tally:
    """The tally with the vendor's limit and the calls that only the vendor has seen.

    An answer to a call that was charged before the last correction knows less than that
    correction did, so it may raise the count of others but not lower it.
    """
    tally = replace(_pruned(book, window), server_limit=max(1, report.limit or 1))
    limit = min(window.limit, tally.server_limit)
    own = sum(calls for _, calls in tally.spent)
    others = max(0, limit - own - max(0, report.remaining or 0))
    held = tally.others if tally.others_until > book.time else 0
    if others < held and charged_at < tally.others_seen:
        return tally
    until = book.time + _told(window, report) + ARRIVAL_MARGIN
    return replace(tally, others=others, others_until=until, others_seen=book.time)


def _told(window: Window, report: Report) -> float:
    """Seconds to the reset, as far as it is believed: a spike may be longer than we think."""
    if report.reset_in is None:
        return window.seconds
    return min(max(0.0, report.reset_in), OPEN_RESET * window.seconds, LONGEST_CLOSURE)


def _outlasts(report: Report, window: Window) -> bool:
    """True if nothing is left for longer than our own count of this window lasts."""
    return report.remaining == 0 and _told(window, report) > window.seconds + _WHOLE_SECONDS
