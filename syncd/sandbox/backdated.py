"""The clock of both vendors: the true one, or a moment ago while a late request is acted on."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from syncd.clock import Clock

__all__ = ["Backdated"]


class Backdated:
    """`clock`, but for the requests that nobody saw being carried out in time.

    A simulator runs only while it is called. What was due between two calls is done at the next
    one, and has to bear the time at which the vendor did it.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._ago = 0.0

    def now(self) -> float:
        """Seconds since the epoch."""
        return self._clock.now() - self._ago

    def monotonic(self) -> float:
        """Seconds that only grow, but for what is acted on late."""
        return self._clock.monotonic() - self._ago

    def sleep(self, seconds: float, stop: threading.Event | None = None) -> bool:
        """Wait, as the true clock does."""
        return self._clock.sleep(seconds, stop)

    @contextmanager
    def back_to(self, moment: float) -> Iterator[None]:
        """Meanwhile it is that monotonic time, which is past."""
        self._ago = max(0.0, self._clock.monotonic() - moment)
        try:
            yield
        finally:
            self._ago = 0.0
