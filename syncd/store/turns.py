"""Taking turns at the one connection, with an end to the waiting."""

from __future__ import annotations

import threading
from typing import Final

from syncd.errors import Unavailable

__all__ = ["Turns"]

LONGEST_WAIT: Final = 60.0  # seconds; more than the longest transaction ever takes


class Turns:
    """A re-entrant lock whose waits are bounded (P15).

    A thread that waits this long waits for one that waits for it: a vendor was called
    inside a transaction. One clear error is better than a daemon that hangs for ever.
    """

    __slots__ = ("_lock", "_longest")

    def __init__(self, longest: float = LONGEST_WAIT) -> None:
        self._lock = threading.RLock()
        self._longest = longest

    def __enter__(self) -> None:
        self.acquire()

    def __exit__(self, *_: object) -> None:
        self._lock.release()

    def acquire(self) -> None:
        """Take a turn. Raises Unavailable after the longest wait."""
        if not self._lock.acquire(timeout=self._longest):
            raise Unavailable(
                f"The state database has been in use by another thread for {self._longest:g} seconds.",
                hint="Restart syncd; if it happens again, report it with its log.",
            )

    def release(self) -> None:
        """End the turn."""
        self._lock.release()
