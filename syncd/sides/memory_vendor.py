"""A vendor in memory: one table's records, with their whole past and who made it.

It may be told to misbehave: `gate` is asked before every call and answers with a fault's
name (`memory_side.py` lists them), and `between` runs before and after every call, which is
where people edit. It knows nothing of the engine.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from syncd.clock import Clock
from syncd.core.values import Field, Value

__all__ = ["LATE_SECONDS", "STALE_SECONDS", "Happened", "MemoryVendor", "Row", "Sent", "Version"]

LATE_SECONDS = 90.0
"""How long after it was accepted a request acts, where the fault `late` strikes."""

STALE_SECONDS = 55.0
"""How old the state is that the fault `stale` serves. `late` and `stale` together stay
within the visibility lag and the deadline that `Limits` states (120 s and 30 s)."""

Values = tuple[Value, ...]


@dataclass(frozen=True, slots=True)
class Version:
    """One state of a record. `values` is None once it is deleted.

    `at` is the server's time, in its own granularity; `moment` is true elapsed time.
    """

    seq: int
    at: float
    moment: float
    values: Values | None
    key: str | None
    by: str
    resting: bool = False


@dataclass(frozen=True, slots=True)
class Happened:
    """One stored change.

    `order` counts the changes of all vendors that share `ticks`. `seen` is the newest
    version of this record that had been served to syncd when the request arrived.
    """

    order: int
    seq: int
    at: float
    by: str
    id: str
    before: Values | None
    after: Values | None
    fields: frozenset[int]
    seen: int


@dataclass(frozen=True, slots=True)
class Sent:
    """One write that syncd asked for, whether or not the vendor acted.

    `age` is how long before it the record had last been served, None if it never was.
    """

    order: int
    call: str
    id: str
    values: Mapping[int, Value]
    key: str | None
    seen: int
    age: float | None
    fault: str


@dataclass(slots=True)
class Row:
    """One record. `origin` is the key it was created with: whose counterpart it was made as."""

    scope: str
    created: float
    maker: str
    origin: str | None
    versions: list[Version]


@dataclass(slots=True)
class MemoryVendor:
    """Records of one table.

    `keep` is what the server makes of a value it is sent (rounding, length), `refuse` the
    sentence with which it refuses one. `keyed` says that creates merge on the key and that
    keys are unique, as Quickbase's are. `grain` is the stamps' granularity. `scope_field` is
    the field that shows the record's scope, as a Procore record shows its project.
    """

    clock: Clock
    fields: Sequence[Field | None]
    prefix: str = "p"
    skew: float = 0.0
    grain: float = 1.0
    page: int = 50
    keyed: bool = False
    scope_field: int | None = None
    tells_maker: bool = True
    names_field: bool = True
    seconds_a_call: float = 0.25
    keep: Callable[[int, Value], Value] = lambda _index, value: value
    refuse: Callable[[int, Value], str] = lambda _index, _value: ""
    gate: Callable[[str, str], str] = lambda _vendor, _call: ""
    between: Callable[[], None] = lambda: None
    ticks: Iterator[int] = field(default_factory=lambda: itertools.count(1))
    rows: dict[str, Row] = field(default_factory=dict)
    history: list[Happened] = field(default_factory=list)
    sent: list[Sent] = field(default_factory=list)
    served: dict[str, int] = field(default_factory=dict)
    served_at: dict[str, float] = field(default_factory=dict)
    flagged: set[str] = field(default_factory=set)
    blobs: dict[str, bytes] = field(default_factory=dict)
    calls: int = 0
    closed: set[str] = field(default_factory=set)
    _seq: int = 0
    _late: list[tuple[float, Callable[[], object]]] = field(default_factory=list)
    _arrived: Mapping[str, int] | None = None
    _epoch: float = 0.0

    # -- the server's own affairs ---------------------------------------------------

    def __post_init__(self) -> None:
        self._epoch = self.clock.now() - self.clock.monotonic()

    def now(self) -> float:
        """The server's clock, epoch seconds. A step of our own clock does not move it."""
        return self._epoch + self.clock.monotonic() + self.skew

    def stamp(self) -> float:
        return self.now() // self.grain * self.grain

    def create(
        self, values: Sequence[Value], by: str = "person", scope: str = "", key: str | None = None
    ) -> str:
        """Store a new record; returns its id. A keyed vendor merges on the key."""
        holder = self.holder(key) if self.keyed and key is not None else None
        if holder is not None:
            given = {index: value for index, value in enumerate(values) if value is not None}
            self.update(holder, given, by)
            return holder
        self._seq += 1
        inner = f"{self.prefix}{self._seq}"
        identity = f"{scope}/{inner}" if scope and not self.keyed else inner
        shown = [scope if index == self.scope_field else value for index, value in enumerate(values)]
        held = tuple(self.keep(index, value) for index, value in enumerate(shown))
        version = self._version(held, key, by, False)
        self.rows[identity] = Row(scope, version.at, by, key if by == "syncd" else None, [version])
        self._note(by, identity, None, held, frozenset(range(len(held))))
        return identity

    def update(
        self, identity: str, changes: Mapping[int, Value], by: str = "person", key: str | None = None
    ) -> bool:
        """Change fields of a living record; False if there is none. "" empties the key, None leaves it."""
        last = self.last(identity)
        if last is None or last.values is None:
            return False
        held = list(last.values)
        for index, value in changes.items():
            held[index] = self.keep(index, value)
        after = tuple(held)
        new_key = last.key if key is None else key or None
        if after == last.values and new_key == last.key:
            return True
        self._seq += 1
        self.rows[identity].versions.append(self._version(after, new_key, by, last.resting))
        moved = frozenset(i for i in changes if after[i] != last.values[i])
        self._note(by, identity, last.values, after, moved)
        return True

    def delete(self, identity: str, by: str = "person") -> bool:
        """Delete a living record; False if there is none."""
        last = self.last(identity)
        if last is None or last.values is None:
            return False
        self._seq += 1
        self.rows[identity].versions.append(self._version(None, last.key, by, False))
        self._note(by, identity, last.values, None, frozenset())
        return True

    def restore(self, identity: str, by: str = "person") -> bool:
        """Bring a deleted record back as it was, as out of a recycle bin."""
        row = self.rows.get(identity)
        if row is None or row.versions[-1].values is not None or len(row.versions) < 2:
            return False
        before = row.versions[-2]
        if self.keyed and before.key is not None and self.holder(before.key) is not None:
            return False
        self._seq += 1
        row.versions.append(self._version(before.values, before.key, by, False))
        self._note(by, identity, None, before.values, frozenset())
        return True

    def rest(self, identity: str, resting: bool, by: str = "person") -> bool:
        """Make a record inactive, or active again."""
        last = self.last(identity)
        if last is None or last.values is None:
            return False
        if last.resting != resting:
            self._seq += 1
            self.rows[identity].versions.append(self._version(last.values, last.key, by, resting))
            self._note(by, identity, last.values, last.values, frozenset())
        return True

    def live(self) -> dict[str, Values]:
        """What exists now, by id."""
        return {
            identity: row.versions[-1].values
            for identity, row in self.rows.items()
            if row.versions[-1].values is not None
        }

    def last(self, identity: str) -> Version | None:
        row = self.rows.get(identity)
        return row.versions[-1] if row is not None else None

    def key_of(self, identity: str) -> str | None:
        return self.rows[identity].versions[-1].key

    def holder(self, key: str) -> str | None:
        """The living record that has this key."""
        for identity, row in self.rows.items():
            if row.versions[-1].key == key and row.versions[-1].values is not None:
                return identity
        return None

    def _version(self, values: Values | None, key: str | None, by: str, resting: bool) -> Version:
        return Version(self._seq, self.stamp(), self.clock.monotonic(), values, key, by, resting)

    def _note(
        self, by: str, identity: str, before: Values | None, after: Values | None, fields: frozenset[int]
    ) -> None:
        seen = (self.served if self._arrived is None else self._arrived).get(identity, 0)
        order = next(self.ticks)
        self.history.append(Happened(order, self._seq, self.now(), by, identity, before, after, fields, seen))

    # -- what is served and accepted ------------------------------------------------

    def look(self, identity: str, stale: bool = False) -> Version | None:
        """The version a reader would be served; an old one, or none yet, if it is stale."""
        row = self.rows.get(identity)
        if row is None or not stale:
            return row.versions[-1] if row is not None else None
        limit = self.clock.monotonic() - STALE_SECONDS
        older = [one for one in row.versions if one.moment <= limit]
        return older[-1] if older else None

    def seen(self, identity: str, version: Version | None) -> None:
        """Note that syncd was served this version."""
        if version is not None:
            self.served[identity] = max(self.served.get(identity, 0), version.seq)
            self.served_at[identity] = self.clock.monotonic()

    def accept(
        self, call: str, identity: str, values: Mapping[int, Value], key: str | None, fault: str
    ) -> None:
        """Note that syncd asked for a write."""
        at = self.served_at.get(identity)
        age = None if at is None else self.clock.monotonic() - at
        order, seen = next(self.ticks), self.served.get(identity, 0)
        self.sent.append(Sent(order, call, identity, dict(values), key, seen, age, fault))

    def settle_late(self) -> None:
        """Let requests that were accepted late act now, if their time has come."""
        now = self.clock.monotonic()
        due = [act for at, act in self._late if at <= now]
        self._late = [item for item in self._late if item[0] > now]
        for act in due:
            act()

    def later(self, act: Callable[[], object]) -> None:
        """Let an accepted request act after a while, knowing what had been served by now."""
        arrived = dict(self.served)

        def delayed() -> None:
            self._arrived = arrived
            try:
                act()
            finally:
                self._arrived = None

        self._late.append((self.clock.monotonic() + LATE_SECONDS, delayed))
