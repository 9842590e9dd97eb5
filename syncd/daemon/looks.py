"""When the mapping files and Quickbase's schema are read again.

At once where a file changed or a person asks; soon, but never more often than every ten
minutes, where something suggests that Quickbase's schema is not what it was; else hourly.
"""

from __future__ import annotations

import threading
from typing import Any

from syncd.clock import Clock

__all__ = ["REFRESH_SECONDS", "RETRY_SECONDS", "SCHEMA_SECONDS", "Looks", "casts_doubt"]

REFRESH_SECONDS = 3_600.0
"""How often the mappings are compiled again although nothing suggests it."""

SCHEMA_SECONDS = 600.0
"""How soon the schema is read again where it is in doubt, or something rests because of it."""

ASKED_SECONDS = 10.0
"""How soon it is read again for a person who asks for a cycle while something rests."""

RETRY_SECONDS = 15.0
"""How soon a reading is tried again that failed for the vendor's sake."""


class Looks:
    """The times of reading. `ask` may be called from any thread, the rest from the engine's."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._asked = threading.Event()
        self._asked.set()
        self._next = self._last = clock.monotonic()
        self._drifted = False

    def ask(self) -> None:
        """Read at the next turn: a file changed, or a person says so."""
        self._asked.set()

    def due(self) -> bool:
        """Whether to read now."""
        return self._asked.is_set() or self._clock.monotonic() >= self._next

    def begin(self) -> None:
        """A reading begins; what is asked from here on is not answered by it."""
        self._asked.clear()
        self._last = self._clock.monotonic()
        self._next = self._last + REFRESH_SECONDS

    def ended(self, *, drifted: bool) -> None:
        """It ended well; `drifted` says that something rests until the schema is mended."""
        self._drifted = drifted
        if drifted:
            self.doubt()

    def failed(self) -> None:
        """The vendor could not be read."""
        self._next = self._clock.monotonic() + RETRY_SECONDS

    def doubt(self) -> None:
        """The schema may have changed."""
        self._next = min(self._next, self._last + SCHEMA_SECONDS)

    def person_waits(self) -> None:
        """Somebody asks for a cycle: what was mended since should count in it."""
        if self._drifted:
            self._next = min(self._next, self._last + ASKED_SECONDS)


def casts_doubt(event: str, facts: dict[str, Any]) -> bool:
    """Whether what a cycle tells suggests that the schema may not be what it was.

    A refused call or write does, and a table that cannot be read; a sweep comes seldom enough
    to look whenever one was made.
    """
    if event in ("call.rejected", "write.refused"):
        return True
    if event == "scope.closed":
        return facts.get("side") == "quickbase"
    return event == "cycle.finished" and facts.get("kind") == "sweep"
