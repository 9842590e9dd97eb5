"""Whose turn it is to renew a token: one thread of one process at a time, and never while waiting.

Whoever renews holds up everybody else, so the budget is waited for outside the turn: that wait
may last an hour, and the others would take it for a process that hangs.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar

from syncd.clock import Clock
from syncd.errors import Stale, Stopped, Transient
from syncd.http.governor import Governor
from syncd.http.message import Lane
from syncd.http.ports import TokenStore

__all__ = ["Turns"]

BRIEF = 2.0
"""Seconds for which whoever renews may wait for the budget within their turn."""

MOST_TURNS = 100
"""Times that the budget is waited for again because somebody else took it first."""

LOOK_EVERY = 0.1
"""Seconds between two looks at whether a stop was asked for, while another thread renews."""

Result = TypeVar("Result")


class Turns:
    """Turns at one account's tokens. Threads share it; processes share its store."""

    def __init__(
        self, account: str, store: TokenStore, governor: Governor, clock: Clock, stop: threading.Event | None
    ) -> None:
        self._account = account
        self._store = store
        self._governor = governor
        self._clock = clock
        self._stop = stop
        self._lock = threading.Lock()

    def take(self, work: Callable[[float], Result], fresh_until: float | None) -> Result:
        """Do the work while nobody else renews.

        `work` is given the monotonic time until which it may still wait for the budget, raises
        Stale where that is not enough, and is then done again after the budget has been waited
        for. Raises what it raises; Stopped where a stop is asked for while waiting, Stale where
        that would last beyond `fresh_until` (monotonic seconds), Transient where others keep
        taking the budget.
        """
        for _ in range(MOST_TURNS):
            with (
                self._alone(fresh_until),
                self._store.lock(self._account, stop=self._stop, until=fresh_until),
            ):
                brief = self._clock.monotonic() + BRIEF
                try:
                    return work(brief if fresh_until is None else min(brief, fresh_until))
                except Stale:
                    pass  # the budget opens only later
            self._governor.ready(Lane.COMMAND, 1, stop=self._stop, fresh_until=fresh_until)
        raise Transient("Other calls kept taking the budget that renewing the Procore token needs.")

    @contextmanager
    def _alone(self, fresh_until: float | None) -> Iterator[None]:
        while not self._lock.acquire(timeout=LOOK_EVERY):
            if self._stop is not None and self._stop.is_set():
                raise Stopped("Stopped while another thread renewed the Procore token.")
            if fresh_until is not None and self._clock.monotonic() > fresh_until:
                raise Stale("Another thread renews the Procore token; what waits for it has grown too old.")
        try:
            yield
        finally:
            self._lock.release()
