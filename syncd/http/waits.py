"""The waits for one account's budget in this process: who waits, until when, and what is said of it."""

from __future__ import annotations

import threading
from dataclasses import dataclass

from syncd.clock import Clock, instant_text
from syncd.core.budget import Lane
from syncd.observe.logging import get_logger

__all__ = ["Wait", "Waits"]

WORTH_SAYING = 1.0
"""Seconds of waiting below which nothing is logged, and by which its end must move to be told again."""

_log = get_logger("syncd.http.governor")


@dataclass(slots=True, eq=False)
class Wait:
    """One wait: its lane, when it will go on as far as is known, and the end that was last told.

    Both are epoch seconds, 0 before the first.
    """

    lane: Lane
    until: float = 0.0
    told: float = 0.0


class Waits:
    """Every wait of this process for one account. Threads share it."""

    def __init__(self, account: str, clock: Clock) -> None:
        self._account = account
        self._clock = clock
        self._lock = threading.Lock()
        self._open: set[Wait] = set()

    def begin(self, lane: Lane) -> Wait:
        """A call of this lane begins to wait."""
        wait = Wait(lane)
        with self._lock:
            self._open.add(wait)
        return wait

    def lasts(self, wait: Wait, seconds: float) -> None:
        """It will go on in so many seconds, as far as is known now; said where that is news.

        A wait may grow or shrink while it lasts: the vendor refuses another process's call, or
        somebody else's calls are counted.
        """
        until = self._clock.now() + seconds
        with self._lock:
            wait.until = until
        if seconds < WORTH_SAYING or abs(until - wait.told) <= WORTH_SAYING:
            return
        wait.told = until
        lane = wait.lane.name.lower()
        _log.info("budget.waiting", account=self._account, lane=lane, until=instant_text(until))

    def end(self, wait: Wait, waited: float) -> None:
        """It is over, after so many seconds."""
        with self._lock:
            self._open.discard(wait)
        if waited < WORTH_SAYING:
            return
        lane = wait.lane.name.lower()
        _log.info("budget.resumed", account=self._account, lane=lane, waited=f"{waited:.1f}s")

    def longest(self) -> float | None:
        """When the longest-waiting call will go on, in epoch seconds; None where none waits."""
        with self._lock:
            return max((wait.until for wait in self._open), default=None)

    def more_urgent(self, lane: Lane) -> bool:
        """Whether a call of a more urgent lane waits."""
        with self._lock:
            return any(wait.lane < lane for wait in self._open)
