"""The governor: no request leaves that the budget does not allow (P5).

It charges a call to the durable ledger before the call is sent, believes what the vendor
answers, and waits where it must: stoppable, said when the wait begins, ends or grows, and
by the lane a call belongs to. The arithmetic is in `syncd.core.budget`.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from syncd.clock import Clock
from syncd.core import budget
from syncd.core.budget import Book, Lane, Report, Window
from syncd.errors import Bug, Stale, Stopped
from syncd.http.limits import read_limits
from syncd.http.message import Headers
from syncd.http.ports import Ledger
from syncd.http.waits import Wait, Waits
from syncd.observe.metrics import Metrics

__all__ = ["BudgetLine", "BudgetView", "Governor", "Grant", "procore_windows", "quickbase_windows"]

LONGEST_SLICE = 30.0
"""Seconds slept at most before the ledger is looked at again: somebody may have freed it."""

YIELD_SLICE = 0.05
"""Seconds a lane steps back while a more urgent one of this process is waiting."""

Result = TypeVar("Result")


def procore_windows(hourly: int = 3_600, spike: int = 25, spike_seconds: float = 10.0) -> tuple[Window, ...]:
    """Procore's two limits (reference procore-api §16: per app and company)."""
    return (Window("spike", spike, spike_seconds), Window("hour", hourly, 3_600.0))


def quickbase_windows(calls: int = 80) -> tuple[Window, ...]:
    """Quickbase allows 100 calls in 10 s a token; we leave a fifth to other integrations
    (reference quickbase-api §6)."""
    return (Window("window", calls, 10.0),)


@dataclass(frozen=True, slots=True)
class Grant:
    """Leave for some calls: `at` is the book time at which they were charged."""

    at: float
    calls: int
    waited: float


@dataclass(frozen=True, slots=True)
class BudgetLine:
    """One window as a person sees it."""

    window: str
    limit: int
    seconds: float
    spent: int
    left: int


@dataclass(frozen=True, slots=True)
class BudgetView:
    """An account's budget at one moment. Times are epoch seconds, None where nothing waits.

    `opens_at` is when a routine poll could next go; `resets_at` when the vendor, having
    refused us, will answer again; `waiting_until` when the longest-waiting call of this
    process will go on.
    """

    account: str
    lines: tuple[BudgetLine, ...]
    opens_at: float | None
    resets_at: float | None
    waiting_until: float | None


class Governor:
    """Lets calls of one vendor account out, one governor per account and process.

    Any number of threads may share it, and any number of processes the ledger behind it.
    """

    def __init__(
        self,
        account: str,
        windows: tuple[Window, ...],
        ledger: Ledger,
        clock: Clock,
        *,
        metrics: Metrics | None = None,
    ) -> None:
        self.account = account
        self.windows = windows
        self._ledger = ledger
        self._clock = clock
        self._metrics = metrics
        self._vendor = account.partition(":")[0]
        self._waits = Waits(account, clock)
        self._last: Book | None = None  # the book as this process last saw it

    def acquire(
        self,
        lane: Lane,
        calls: int = 1,
        *,
        stop: threading.Event | None = None,
        fresh_until: float | None = None,
    ) -> Grant:
        """Wait until `calls` may go, and charge them, durably, before returning.

        Raises Stale if that could only be later than `fresh_until` (monotonic seconds);
        Stopped if `stop` is set; Unavailable if the ledger cannot be written. Nothing is
        charged then.
        """

        def take(book: Book) -> tuple[Book, float]:
            most = min(budget.limit_of(book, window) for window in self.windows)
            if calls > most:
                raise Bug(f"{calls} calls were asked for at once; {self.account} never allows over {most}.")
            return budget.charge(book, self.windows, lane, calls)

        return self._when_open(take, lane, calls, stop, fresh_until)

    def ready(
        self,
        lane: Lane,
        calls: int,
        *,
        stop: threading.Event | None = None,
        fresh_until: float | None = None,
    ) -> None:
        """Wait until so many calls could go at once; charge none of them.

        More than a window can hold counts as what it can hold. Raises as `acquire` does.
        """

        def look(book: Book) -> tuple[Book, float]:
            return book, budget.open_at(book, self.windows, lane, calls)

        self._when_open(look, lane, calls, stop, fresh_until)

    def observe(self, grant: Grant, status: int, headers: Headers, date: float | None = None) -> None:
        """Take in what an answer says, and count its call from now on.

        Status 0 stands for no answer: the call stays charged. An answer that came at once
        and says nothing new costs no transaction.
        """
        report = read_limits(status, headers, date, self._clock.now()) if status else None
        if self._nothing_new(grant, report):
            return

        def settle(book: Book) -> tuple[Book, None]:
            book = budget.settle(book, self.windows, grant.at, grant.calls)
            return budget.hear(book, self.windows, report or Report(), grant.at), None

        self._transact(settle)

    def room(self, lane: Lane) -> int:
        """How many calls of this lane could go at this moment."""
        return self._transact(lambda book: (book, budget.room(book, self.windows, lane)))

    def pace(self, lane: Lane, seconds: float) -> int:
        """How many calls of this lane surely fit into the next `seconds`; sizes chunks."""
        return self._transact(lambda book: (book, budget.pace(book, self.windows, lane, seconds)))

    def snapshot(self) -> BudgetView:
        """The budget as it stands, for `syncd status`; reads the ledger, charges nothing."""
        book, opens = self._transact(
            lambda book: (book, (book, budget.open_at(book, self.windows, Lane.POLL)))
        )
        to_wall = self._clock.now() - book.time
        lines = []
        for window in self.windows:
            limit, spent = budget.limit_of(book, window), budget.spent_in(book, window)
            lines.append(BudgetLine(window.name, limit, window.seconds, spent, max(0, limit - spent)))
            if self._metrics:
                self._metrics.budget_left.labels(self._vendor, window.name).set(max(0, limit - spent))
        return BudgetView(
            self.account,
            tuple(lines),
            opens + to_wall if opens > book.time else None,
            book.closed_until + to_wall if book.closed_until > book.time else None,
            self._waits.longest(),
        )

    def _when_open(
        self,
        attempt: Callable[[Book], tuple[Book, float]],
        lane: Lane,
        calls: int,
        stop: threading.Event | None,
        fresh_until: float | None,
    ) -> Grant:
        """Repeat the attempt until it may go now, sleeping in slices in between."""
        began = self._clock.monotonic()
        waiting: Wait | None = None
        try:
            while True:
                if stop is not None and stop.is_set():
                    raise Stopped(f"Stopped while a call to {self.account} waited for its budget.")
                wait, at = self._try(attempt, lane)
                if wait <= 0:
                    break
                if fresh_until is not None and self._clock.monotonic() + wait > fresh_until:
                    raise Stale(
                        f"The budget of {self.account} lets this call out only in {wait:.0f} s, "
                        "when what it rests on would be too old; it was not sent."
                    )
                waiting = waiting or self._waits.begin(lane)
                self._waits.lasts(waiting, wait)
                self._clock.sleep(min(wait, LONGEST_SLICE), stop)
        finally:
            waited = self._clock.monotonic() - began
            if waiting is not None:
                self._waits.end(waiting, waited)
        if self._metrics:
            self._metrics.wait_seconds.labels(self._vendor, lane.name.lower()).observe(waited)
        return Grant(at, calls, waited)

    def _try(self, attempt: Callable[[Book], tuple[Book, float]], lane: Lane) -> tuple[float, float]:
        """One attempt: (seconds to wait, 0 if it may go; book time). More urgent lanes first."""
        if self._waits.more_urgent(lane):
            return YIELD_SLICE, 0.0

        def look(book: Book) -> tuple[Book, tuple[float, float]]:
            after, until = attempt(book)
            return after, (max(0.0, until - book.time), book.time)

        return self._transact(look)

    def _transact(self, change: Callable[[Book], tuple[Book, Result]]) -> Result:
        """Change the durable book; what it was is brought to this moment first."""

        def apply(text: str | None) -> tuple[str, tuple[Book, Result]]:
            stored = None if text is None else budget.book_from_text(text)
            book = budget.advance(stored, self._clock.now(), self._clock.monotonic())
            after, result = change(book)
            if after == book and text is not None:
                return text, (book, result)  # only time has passed: nothing to write
            return budget.book_to_text(after), (after, result)

        self._last, result = self._ledger.transact(self.account, apply)
        return result

    def _nothing_new(self, grant: Grant, report: Report | None) -> bool:
        """True if an answer came fast and does not lower any count we hold.

        The book of this process may miss other processes' calls, so it shows at least as
        much left as there is: a header that shows no less than it has nothing to add.
        """
        book = self._last
        if book is None or book.strikes:
            return False
        now = budget.advance(book, self._clock.now(), self._clock.monotonic())
        if now.time - grant.at > budget.ARRIVAL_MARGIN:
            return False
        return report is None or budget.is_known(now, self.windows, report)
