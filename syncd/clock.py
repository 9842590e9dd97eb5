"""Time as something that is handed in, never looked up.

Everything in syncd that needs the time, or needs to wait, takes a `Clock`. Production
passes `SystemClock`; tests and the simulation pass a `ManualClock`, so no test ever
waits for the wall and a seed always replays the same way.
"""

from __future__ import annotations

import threading
import time
from datetime import UTC, datetime
from typing import Protocol

__all__ = ["Clock", "ManualClock", "SystemClock", "http_date", "instant_text", "parse_instant"]


class Clock(Protocol):
    """The three things the product may ask of time. All values are in seconds."""

    def now(self) -> float:
        """Wall time as seconds since the epoch, UTC. It may jump either way."""

    def monotonic(self) -> float:
        """Seconds that only ever grow, from an arbitrary start. For durations."""

    def sleep(self, seconds: float, stop: threading.Event | None = None) -> bool:
        """Wait. Returns True if `stop` was set before the time was over."""


class SystemClock:
    """The machine's own clocks."""

    def now(self) -> float:
        return time.time()

    def monotonic(self) -> float:
        return time.monotonic()

    def sleep(self, seconds: float, stop: threading.Event | None = None) -> bool:
        if seconds <= 0:
            return bool(stop and stop.is_set())
        if stop is not None:
            return stop.wait(seconds)
        time.sleep(seconds)
        return False


class ManualClock:
    """A clock that moves only when told to: sleeping advances it at once.

    `step` moves the wall alone, as an administrator or a leap in NTP would; `advance`
    moves wall and monotonic time together.
    """

    def __init__(self, start: float = 1_767_600_000.0) -> None:
        self._wall = start
        self._mono = 0.0

    def now(self) -> float:
        return self._wall

    def monotonic(self) -> float:
        return self._mono

    def advance(self, seconds: float) -> None:
        self._wall += seconds
        self._mono += seconds

    def step(self, seconds: float) -> None:
        self._wall += seconds

    def sleep(self, seconds: float, stop: threading.Event | None = None) -> bool:
        if stop is not None and stop.is_set():
            return True
        self.advance(max(0.0, seconds))
        return bool(stop is not None and stop.is_set())


def instant_text(seconds: float) -> str:
    """Render epoch seconds as `YYYY-MM-DDTHH:MM:SSZ`, cut to whole seconds."""
    return datetime.fromtimestamp(int(seconds // 1), UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def parse_instant(text: str) -> float:
    """Read an ISO 8601 instant (`Z` or an offset; naive means UTC) as epoch seconds.

    Raises ValueError for anything else.
    """
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return moment.timestamp()


def http_date(seconds: float) -> str:
    """Render epoch seconds as an HTTP `Date` header (RFC 9110, whole seconds, GMT)."""
    return datetime.fromtimestamp(int(seconds // 1), UTC).strftime("%a, %d %b %Y %H:%M:%S GMT")
