"""Which of an account's windows a rate header speaks of.

Procore's headers carry a limit, what is left and a reset, but not which limit they mean:
it is "whichever you are closer to hitting", usually the spike (reference procore-api §16).
Taking the spike's limit for the hourly one would stop all work for an hour, so the reset
decides first and the limit only where the reset leaves it open.
"""

from __future__ import annotations

from syncd.core.book import Book, Report, Window

__all__ = ["LIMIT_LIFE", "OPEN_RESET", "described", "is_stale", "said_limit"]

NEAR = 2.0
"""A reset within so many lengths of the shortest window is its own: whole seconds and a
little skew stretch it, while a long window is that near its end only rarely."""

OPEN_RESET = 12.0
"""A reset within so many lengths of the shortest window leaves it open which is meant:
spikes of 60 s instead of 10 s were seen (reference procore-api §16)."""

LIMIT_LIFE = 3 * 3_600.0
"""Seconds a limit is believed after it was last said: a vendor that raises one shows it
only to who comes near it, and who holds to the old one never does."""


def described(book: Book, windows: tuple[Window, ...], report: Report) -> Window:
    """The window meant, by this table, top row first:

    | the limit is                       | the reset is            | meant |
    |------------------------------------|-------------------------|-------|
    | exactly one window's known limit   | anything                | that window |
    | anything else                      | unsaid                  | the one with the more similar limit |
    |                                    | near                    | the shortest |
    |                                    | neither near nor far    | the one with the more similar limit |
    |                                    | far                     | the longest |

    A wrong guess of the shortest costs at most the reset that was told; a wrong guess of
    the longest could cost a whole long window, so it needs a far reset or its own limit.
    """
    shortest, *_, longest = sorted(windows, key=lambda w: w.seconds) * 2
    limit = max(1, report.limit or 1)

    def known(window: Window) -> int:
        return max(1, said_limit(book, window) or window.limit)

    def distance(window: Window) -> float:
        return max(known(window) / limit, limit / known(window))

    exact = [window for window in windows if known(window) == limit]
    if len(exact) == 1:
        return exact[0]
    if report.reset_in is not None:
        if report.reset_in <= NEAR * shortest.seconds:
            return shortest
        if report.reset_in > OPEN_RESET * shortest.seconds:
            return longest
    return min((shortest, longest), key=distance)


def said_limit(book: Book, window: Window) -> int:
    """The limit the vendor named for this window, 0 if it named none that still counts."""
    tally = book.tally(window.name)
    return tally.server_limit if book.time < tally.others_seen + LIMIT_LIFE else 0


def is_stale(book: Book, window: Window) -> bool:
    """True if what was said of the window is so old that hearing it again is worth a note."""
    return book.time >= book.tally(window.name).others_seen + LIMIT_LIFE / 3
