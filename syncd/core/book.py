"""The book of a call budget: what is durable about one vendor account, and its own time.

The arithmetic on it is in `syncd.core.budget`. Pure: no clock, no I/O.

The book's own time never runs back and never runs faster than the wall: a stepped clock
can only make us wait longer (see `advance`).
"""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from enum import IntEnum

__all__ = ["Book", "Lane", "Report", "Tally", "Window", "advance", "book_from_text", "book_to_text"]

SETBACK = 5.0
"""Seconds the wall may fall back before we take it for a step rather than for skew."""


class Lane(IntEnum):
    """Priority class of a call, the most urgent first."""

    COMMAND = 0  # a person waits for it
    WRITE = 1  # an action of a plan, and the reading it rests on
    DUE = 2  # changes announced by a webhook, a schedule or a mark
    POLL = 3  # routine polls
    SWEEP = 4  # backfill, sweeps, resync
    FILE = 5  # attachments


@dataclass(frozen=True, slots=True)
class Window:
    """What may be used at most: `limit` calls in any `seconds`."""

    name: str
    limit: int
    seconds: float


@dataclass(frozen=True, slots=True)
class Tally:
    """What is known of one window: our own calls, and what the vendor's headers add.

    `spent` holds (time of the heap's last call, calls), oldest first. `others` calls were
    made by somebody else, by the vendor's word, and count until `others_until`.
    """

    spent: tuple[tuple[float, int], ...] = ()
    server_limit: int = 0  # 0: the vendor has not said
    others: int = 0
    others_until: float = 0.0
    others_seen: float = 0.0


@dataclass(frozen=True, slots=True)
class Book:
    """The durable state of one account. All times but `wall` and `mono` are book time."""

    time: float
    wall: float
    mono: float
    closed_until: float = 0.0
    strikes: int = 0  # refusals in a row that did not say how long
    tallies: tuple[tuple[str, Tally], ...] = ()

    def tally(self, name: str) -> Tally:
        """The tally of that window; an empty one where nothing is known yet."""
        return dict(self.tallies).get(name, Tally())

    def with_tally(self, name: str, tally: Tally) -> Book:
        """The same book with that one tally replaced."""
        return replace(self, tallies=tuple(sorted({**dict(self.tallies), name: tally}.items())))


@dataclass(frozen=True, slots=True)
class Report:
    """What one answer said about the budget; durations in seconds, None where unsaid."""

    refused: bool = False  # 429, or 503 that named a wait
    limit: int | None = None
    remaining: int | None = None
    reset_in: float | None = None
    retry_after: float | None = None


def advance(book: Book | None, wall: float, mono: float) -> Book:
    """Bring the book's own time forward to this moment, trusting the slower of two clocks.

    A wall that stepped forward is held back by the monotonic clock. After a reboot, or
    from another machine, the monotonic clock makes no sense and the wall decides. A wall
    a little behind (another machine) makes the book wait for it; one far behind was
    stepped, and the book goes on from there.
    """
    if book is None:
        return Book(time=wall, wall=wall, mono=mono)
    by_wall, by_mono = wall - book.wall, mono - book.mono
    if by_wall < 0:
        return book if by_wall > -SETBACK else replace(book, wall=wall, mono=mono)
    passed = min(by_wall, by_mono) if by_mono >= 0 else by_wall
    return replace(book, time=book.time + passed, wall=wall, mono=mono)


def book_to_text(book: Book) -> str:
    """The book as compact JSON, for a durable ledger."""
    tallies = {
        name: [
            [[round(at, 3), n] for at, n in t.spent],
            t.server_limit,
            t.others,
            t.others_until,
            t.others_seen,
        ]
        for name, t in book.tallies
    }
    return json.dumps(
        [book.time, book.wall, book.mono, book.closed_until, book.strikes, tallies], separators=(",", ":")
    )


def book_from_text(text: str) -> Book:
    """Read what `book_to_text` wrote. Raises ValueError for anything else."""
    try:
        time, wall, mono, closed, strikes, tallies = json.loads(text)
        read = tuple(
            (name, Tally(tuple((at, n) for at, n in spent), *rest))
            for name, (spent, *rest) in tallies.items()
        )
        return Book(time, wall, mono, closed, strikes, read)
    except (TypeError, AttributeError) as problem:
        raise ValueError("the stored call budget cannot be read") from problem
