"""What really happened: the ground truth that an independent oracle judges a run by.

Append-only. Every stored change is here with the values before and after it, and every record
version that a response carried to somebody, so that "edited after our last reading and before
our write" is decided by stamps and never by time.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from syncd.clock import Clock

__all__ = ["Event", "History"]


class Event(NamedTuple):
    """One change or one reading.

    `kind` is create, update, delete or read. `before` and `after` are the stored values (None
    where the record did not exist, and for readings); `version` is the `seq` of the change that
    a reading served, `request` the number of the request that did it (0: set up by the program).
    `at` is true time, not the vendor's.
    """

    seq: int
    at: float
    vendor: str
    credential: str
    kind: str
    table: str
    record: str
    before: dict[str, Any] | None
    after: dict[str, Any] | None
    request: int
    version: int | None = None

    def wire(self) -> dict[str, Any]:
        """As `GET /sandbox/history` shows it."""
        return self._asdict()


class History:
    """The list of events. `request` is set by the frame before a simulator acts."""

    def __init__(self, clock: Clock, *, reads: bool = True) -> None:
        self._clock = clock
        self._reads = reads
        self._held: list[Event] | None = None
        self._seq = 0
        self.events: list[Event] = []
        self.request = 0

    def __len__(self) -> int:
        return len(self.events)

    def __iter__(self) -> Iterator[Event]:
        return iter(self.events)

    def add(
        self,
        vendor: str,
        credential: str,
        kind: str,
        table: str,
        record: str,
        before: dict[str, Any] | None = None,
        after: dict[str, Any] | None = None,
        version: int | None = None,
    ) -> int:
        """Append one event and return its number. The values must never be changed afterwards."""
        if kind == "read" and not self._reads:
            return 0
        self._seq += 1
        event = Event(
            self._seq,
            self._clock.now(),
            vendor,
            credential,
            kind,
            table,
            record,
            before,
            after,
            self.request,
            version,
        )
        if kind == "read" and self._held is not None:
            self._held.append(event)
        else:
            self.events.append(event)
        return self._seq

    def hold_reads(self) -> None:
        """Keep readings back until it is known how much of the response really gets out."""
        self._held = []

    def release_reads(self, keep: int | None = None) -> None:
        """Record the first `keep` readings held back (None: all) and forget the others."""
        held, self._held = self._held or [], None
        self.events.extend(held if keep is None else held[:keep])

    def changes(self) -> list[Event]:
        """The events that changed something, in order."""
        return [event for event in self.events if event.kind != "read"]
