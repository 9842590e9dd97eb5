"""What one cycle of one mapping works with: store, sides, clock, counters.

Every step of a cycle takes the `Workbench` and nothing else, so that a step can be read
alone. The workbench decides nothing.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from syncd.clock import Clock
from syncd.core.trust import MAX_READ_AGE
from syncd.core.values import ABSENT, Absent, SideName, Value, decode_row, encode_row
from syncd.errors import Stopped
from syncd.http.spool import Spool
from syncd.mapping.compiled import Mapping
from syncd.sides.port import Lane, Record, Side
from syncd.store import Link, Store, Tx

__all__ = ["FRESH_MARGIN", "MAX_IN_HAND", "Counts", "Kind", "Links", "Workbench", "identity_of"]

MAX_IN_HAND = 5_000
"""Readings kept from gathering to deciding; what is beyond is read again by id."""

FRESH_MARGIN = 20.0
"""Seconds left for deciding and calling when a reading in hand is still used."""


class Kind(StrEnum):
    """What kind of cycle runs."""

    INCREMENTAL = "incremental"
    SWEEP = "sweep"
    RESYNC = "resync"


@dataclass(slots=True)
class Counts:
    """What one cycle did, by side where a side is concerned. `kept` counts the links that ended because
    one record was deleted, by the side on which the other one stays."""

    created: dict[str, int] = field(default_factory=dict)
    updated: dict[str, int] = field(default_factory=dict)
    linked: int = 0
    removed: int = 0
    kept: dict[str, int] = field(default_factory=dict)
    read: int = 0
    oldest_read: float = 0.0

    def add(self, what: dict[str, int], side: SideName, number: int = 1) -> None:
        what[side.value] = what.get(side.value, 0) + number


@dataclass(slots=True)
class Links:
    """References' look-up over the store, remembered for one chunk."""

    tx: Tx | None = None
    known: dict[tuple[str, SideName, str], str | None] = field(default_factory=dict)

    def load(self, tx: Tx, mapping: str, side: SideName, identities: Iterable[str]) -> None:
        """Fetch many at once; what is not linked is remembered as such."""
        wanted = [one for one in identities if (mapping, side, one) not in self.known]
        if not wanted:
            return
        found = tx.across(mapping, side, wanted)
        for identity in wanted:
            self.known[mapping, side, identity] = found.get(identity)

    def across(self, mapping: str, side: SideName, identity: str) -> str | None:
        key = (mapping, side, identity)
        if key not in self.known:
            if self.tx is None:
                return None
            self.known[key] = self.tx.across(mapping, side, [identity]).get(identity)
        return self.known[key]


@dataclass(slots=True)
class Workbench:
    """One cycle of one mapping. Without a `spool`, as in a rehearsal, no bytes of files are carried."""

    mapping: Mapping
    store: Store
    procore: Side
    quickbase: Side
    clock: Clock
    kind: Kind
    run: int = 0
    stop: threading.Event = field(default_factory=threading.Event)
    listen: Callable[[str, dict[str, Any]], None] = lambda _name, _facts: None
    only: str | None = None
    layout: int = 0
    layouts: dict[int, tuple[str, ...]] = field(default_factory=dict)
    fingerprints: tuple[str, ...] = ()
    counts: Counts = field(default_factory=Counts)
    hand: dict[tuple[SideName, str], Record] = field(default_factory=dict)
    failed: dict[SideName, str] = field(default_factory=dict)
    paused: frozenset[str] = frozenset()
    alone: set[int] = field(default_factory=set)
    parents: dict[str, Mapping] = field(default_factory=dict)
    lane: Lane = Lane.DUE
    spool: Spool | None = None

    def side(self, name: SideName) -> Side:
        return self.procore if name is SideName.PROCORE else self.quickbase

    def tell(self, name: str, **facts: Any) -> None:
        """Say what happened to whoever listens: progress, logs, metrics."""
        self.listen(name, {"mapping": self.mapping.name, "run": self.run, **facts})

    def check_stop(self) -> None:
        """Raise Stopped if a stop was requested. Called between calls, never within."""
        if self.stop.is_set():
            raise Stopped("stopped on request; everything done is recorded")

    def keep(self, side: SideName, record: Record) -> None:
        """Hold a reading for the deciding that follows, within bounds."""
        if len(self.hand) < MAX_IN_HAND:
            self.hand[side, record.id] = record

    def fresh(self, side: SideName, identity: str) -> Record | None:
        """A reading in hand that is young enough to decide by."""
        record = self.hand.get((side, identity))
        if record is None or self.age(record) > MAX_READ_AGE - FRESH_MARGIN:
            return None
        return record

    def age(self, record: Record) -> float:
        return self.clock.monotonic() - record.read_at

    def stamped(self, side: SideName, stamp: float | None) -> float:
        """A record's own stamp, or the vendor's time where it has none: since when it is known so.

        A second less and no fraction: a reading may tell the stamp that an answer left out, which is
        whole seconds and older than the answer.
        """
        return float(int(self.side(side).now())) - 1.0 if stamp is None else stamp

    def own_stamp(self, side: SideName, before: float | None, answered: float | None) -> float:
        """The stamp of our own write: that of its answer, 0 of a record without stamps. Where only lists
        tell it, as of Procore's albums, the vendor's time: what a list still shows from before is older."""
        return 0.0 if before is None and answered is None else self.stamped(side, answered)

    def young(self, side: SideName, known: float) -> bool:
        """Whether the vendor may still show what was there before that time."""
        return known > 0 and self.side(side).now() < known + self.side(side).limits.lag

    # -- rows: what is compared and stored ------------------------------------------

    def row(self, side: SideName, record: Record) -> str:
        """A record as its baseline would be stored. Quickbase's carries the key last."""
        if side is SideName.QUICKBASE:
            return encode_row((*record.values, record.key))
        return encode_row(record.values)

    def stands(self, side: SideName, record: Record, base: str) -> bool:
        """Whether a record is as its baseline of today's layout but for what dormant rules do not
        read, so that their records are not taken for changed at every pass."""
        dormant = [index for index, rule in enumerate(self.mapping.rules) if rule.dormant]
        if not dormant:
            return False
        values, before = list(record.values), decode_row(base)
        for index in dormant:
            values[index] = before[index]
        return self.row(side, record._replace(values=tuple(values))) == base

    def base(self, text: str, layout: int) -> list[Value | Absent]:
        """A stored baseline in today's rule order; rules it does not know have none."""
        values = decode_row(text)
        if layout == self.layout:
            return values[: len(self.fingerprints)]
        old = dict(zip(self.layouts.get(layout, ()), values, strict=False))
        return [old.get(fingerprint, ABSENT) for fingerprint in self.fingerprints]

    def base_key(self, link: Link) -> str | None:
        """The key text that Quickbase held when the baseline was stored."""
        last = decode_row(link.base_quickbase)[-1]
        return last if isinstance(last, str) else None

    def project(self, values: Sequence[Value | Absent]) -> str:
        """The project a Quickbase record's child belongs to, in its own terms."""
        index = self.mapping.project_rule
        if index is None:
            return ""
        value = values[index]
        return value if isinstance(value, str) else ""


def identity_of(link: Link, side: SideName) -> str:
    """A link's identity on one side."""
    return link.procore_id if side is SideName.PROCORE else link.quickbase_id
