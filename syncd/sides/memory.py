"""A vendor in memory, and the side that reads and writes it: published, for tests and proofs.

`MemoryVendor` keeps every version of every record and who made it, so that a judge who
shares no code with the engine can say afterwards what was lost. It may be told to misbehave:
`gate` is asked before every call and answers with a fault's name, and `between` runs before
and after every call, which is where people edit.

Faults: `before` (nothing happened), `lost` (acted, answer lost), `twice`, `late` (acts when
`LATE_SECONDS` have passed), `busy` (429), `short` (rows left out, and known to be),
`empty` (nothing, with a straight face), `stale` (an older state), `closed` (scope hidden).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from syncd.clock import Clock
from syncd.core.values import ABSENT, Absent, Field, SideName, Value, agree
from syncd.errors import Forbidden, RateLimited, Stale, Transient
from syncd.sides.port import (
    Draft,
    Feed,
    Found,
    Gone,
    Lane,
    Limits,
    Outcome,
    Patch,
    Reading,
    Record,
    Removal,
    Verdict,
)

__all__ = ["LATE_SECONDS", "STALE_SECONDS", "Happened", "MemorySide", "MemoryVendor", "Version"]

LATE_SECONDS = 90.0
STALE_SECONDS = 60.0


@dataclass(frozen=True, slots=True)
class Version:
    """One state of a record. `values` is None once it is deleted; `at` is the server's time."""

    seq: int
    at: float
    values: tuple[Value, ...] | None
    key: str | None
    by: str


@dataclass(frozen=True, slots=True)
class Happened:
    """One stored change. `seen` is the newest version of the record served to syncd before."""

    seq: int
    at: float
    by: str
    id: str
    before: tuple[Value, ...] | None
    after: tuple[Value, ...] | None
    fields: frozenset[int]
    seen: int


@dataclass(slots=True)
class _Row:
    scope: str
    created: float
    maker: str
    versions: list[Version]


@dataclass(slots=True)
class MemoryVendor:
    """Records of one table, with their whole past.

    `keep` is what the server makes of a value it is sent (rounding, length). `keyed` says
    that creates merge on the key, as Quickbase's do. `grain` is the stamps' granularity.
    """

    clock: Clock
    fields: Sequence[Field | None]
    prefix: str = "p"
    skew: float = 0.0
    grain: float = 1.0
    page: int = 50
    keyed: bool = False
    tells_maker: bool = True
    seconds_a_call: float = 0.25
    keep: Callable[[int, Value], Value] = lambda _index, value: value
    gate: Callable[[str, str], str] = lambda _vendor, _call: ""
    between: Callable[[], None] = lambda: None
    rows: dict[str, _Row] = field(default_factory=dict)
    history: list[Happened] = field(default_factory=list)
    served: dict[str, int] = field(default_factory=dict)
    calls: int = 0
    closed: set[str] = field(default_factory=set)
    _seq: int = 0
    _late: list[tuple[float, Callable[[], object]]] = field(default_factory=list)

    # -- the server's own affairs ---------------------------------------------------

    def now(self) -> float:
        """The server's clock, epoch seconds."""
        return self.clock.now() + self.skew

    def stamp(self) -> float:
        return self.now() // self.grain * self.grain

    def create(
        self, values: Sequence[Value], by: str = "person", scope: str = "", key: str | None = None
    ) -> str:
        """Store a new record; returns its id."""
        if self.keyed and key is not None:
            for identity, row in self.rows.items():
                if row.versions[-1].values is not None and row.versions[-1].key == key:
                    self.update(identity, dict(enumerate(values)), by)
                    return identity
        self._seq += 1
        inner = f"{self.prefix}{self._seq}"
        identity = f"{scope}/{inner}" if scope and not self.keyed else inner
        held = tuple(self.keep(index, value) for index, value in enumerate(values))
        version = Version(self._seq, self.stamp(), held, key, by)
        self.rows[identity] = _Row(scope, version.at, by, [version])
        self._note(by, identity, None, held, frozenset(range(len(held))))
        return identity

    def update(
        self, identity: str, changes: dict[int, Value], by: str = "person", key: str | None = None
    ) -> bool:
        """Change fields of a living record; False if there is none."""
        row = self.rows.get(identity)
        if row is None or row.versions[-1].values is None:
            return False
        last = row.versions[-1]
        assert last.values is not None
        held = list(last.values)
        for index, value in changes.items():
            held[index] = self.keep(index, value)
        after = tuple(held)
        new_key = last.key if key is None else key
        if after == last.values and new_key == last.key:
            return True
        self._seq += 1
        row.versions.append(Version(self._seq, self.stamp(), after, new_key, by))
        moved = frozenset(i for i in changes if after[i] != last.values[i])
        self._note(by, identity, last.values, after, moved)
        return True

    def delete(self, identity: str, by: str = "person") -> bool:
        """Delete a living record; False if there is none."""
        row = self.rows.get(identity)
        if row is None or row.versions[-1].values is None:
            return False
        last = row.versions[-1]
        self._seq += 1
        row.versions.append(Version(self._seq, self.stamp(), None, last.key, by))
        self._note(by, identity, last.values, None, frozenset())
        return True

    def live(self) -> dict[str, tuple[Value, ...]]:
        """What exists now, by id."""
        return {
            identity: row.versions[-1].values
            for identity, row in self.rows.items()
            if row.versions[-1].values is not None
        }

    def key_of(self, identity: str) -> str | None:
        return self.rows[identity].versions[-1].key

    def settle_late(self) -> None:
        """Let requests that were accepted late act now, if their time has come."""
        due = [act for at, act in self._late if at <= self.clock.monotonic()]
        self._late = [item for item in self._late if item[0] > self.clock.monotonic()]
        for act in due:
            act()

    def later(self, act: Callable[[], object]) -> None:
        self._late.append((self.clock.monotonic() + LATE_SECONDS, act))

    def seen(self, identity: str, stale: bool = False) -> Version | None:
        """The version a reader is served, and the note that it was."""
        row = self.rows.get(identity)
        if row is None:
            return None
        version = row.versions[-1]
        if stale:
            limit = self.now() - STALE_SECONDS
            older = [v for v in row.versions if v.at <= limit]
            version = older[-1] if older else row.versions[0]
        self.served[identity] = version.seq
        return version

    def _note(
        self,
        by: str,
        identity: str,
        before: tuple[Value, ...] | None,
        after: tuple[Value, ...] | None,
        fields: frozenset[int],
    ) -> None:
        seen = self.served.get(identity, 0)
        self.history.append(Happened(self._seq, self.now(), by, identity, before, after, fields, seen))


_Item = TypeVar("_Item", Draft, Patch)


@dataclass(slots=True)
class _MemoryFeed:
    side: MemorySide
    scope: str
    since: float | None
    began: float = 0.0
    clean: bool = True

    def __iter__(self) -> Iterator[Sequence[Record]]:
        vendor = self.side.vendor
        after = ""
        first = True
        while True:
            fault = self.side.enter("list", self.scope)
            if first:
                self.began, first = vendor.now() // 1, False
            if fault == "empty":
                self.side.leave()
                return
            rows = self._rows(after, fault == "stale")
            more = len(rows) > vendor.page
            rows = rows[: vendor.page]
            if rows:
                after = rows[-1].id
            if fault == "short":
                self.clean = False
                rows = rows[: len(rows) // 2]
            self.side.leave()
            yield rows
            if not more:
                return

    def _rows(self, after: str, stale: bool) -> list[Record]:
        out = []
        for identity in self.side.ordered(self.scope):
            if _order(identity) <= _order(after):
                continue
            version = self.side.peek(identity, stale)
            if version is None or version.values is None:
                continue
            if self.since is not None and version.at < self.since:
                continue
            self.side.vendor.seen(identity, stale)
            out.append(self.side.record(identity, version))
            if len(out) > self.side.vendor.page:
                break
        return out


def _order(identity: str) -> tuple[int, str]:
    digits = identity.rpartition("/")[2].lstrip("pqrstuv")
    return (int(digits) if digits else 0, identity)


@dataclass(slots=True)
class MemorySide:
    """The side of one mapping over a `MemoryVendor`. Implements `sides.port.Side`."""

    name: SideName
    vendor: MemoryVendor
    limits: Limits = field(default_factory=Limits)

    def changes(self, scope: str, since: float, lane: Lane) -> Feed:
        return _MemoryFeed(self, scope, since)

    def everything(self, scope: str, lane: Lane) -> Feed:
        return _MemoryFeed(self, scope, None)

    def fetch(self, scope: str, ids: Sequence[str], lane: Lane) -> Reading:
        fault = self.enter("fetch", scope)
        out: dict[str, Record | Gone] = {}
        for identity in ids:
            version = self.vendor.seen(identity, fault == "stale")
            if version is None or version.values is None:
                out[identity] = Gone.MISSING
            else:
                out[identity] = self.record(identity, version)
        self.leave()
        return out

    def deletions(self, scope: str, since: float, lane: Lane) -> frozenset[str] | None:
        if not self.limits.watches_deletes:
            return None
        self.enter("deletions", scope)
        gone = frozenset(
            identity
            for identity, row in self.vendor.rows.items()
            if row.versions[-1].values is None and row.versions[-1].at >= since
        )
        self.leave()
        return gone

    def find(self, draft: Draft, sent_at: float, lane: Lane) -> Found:
        fault = self.enter("find", draft.scope)
        found: list[Record] = []
        maybe: list[Record] = []
        for identity in self.ordered(draft.scope):
            version = self.vendor.seen(identity, fault == "stale")
            if version is None or version.values is None:
                continue
            record = self.record(identity, version)
            if self.limits.carries_key:
                if record.key == draft.key:
                    found.append(record)
            elif self._recent(record, sent_at):
                (found if self._same(record, draft) else maybe).append(record)
        self.leave()
        return Found(tuple(found), tuple(maybe), sure=fault not in ("stale", "short", "empty"))

    def create(self, drafts: Sequence[Draft], *, fresh_until: float) -> list[Outcome]:
        def one(draft: Draft) -> str:
            values = [draft.values.get(index) for index in range(len(self.vendor.fields))]
            return self.vendor.create(values, "syncd", draft.scope, draft.key)

        return self._write("create", drafts, one, fresh_until)

    def update(self, patches: Sequence[Patch], *, fresh_until: float) -> list[Outcome]:
        def one(patch: Patch) -> str:
            done = self.vendor.update(patch.id, dict(patch.values), "syncd", patch.key)
            return patch.id if done else ""

        return self._write("update", patches, one, fresh_until)

    def remove(self, removal: Removal, scope: str, id: str, *, fresh_until: float) -> Outcome:
        def one(patch: Patch) -> str:
            return patch.id if self.vendor.delete(patch.id, "syncd") else ""

        return self._write("remove", [Patch(id, {}, scope)], one, fresh_until)[0]

    def ready(self, lane: Lane, calls: int) -> None:
        return None

    def now(self) -> float:
        return self.vendor.now()

    # -- one call -------------------------------------------------------------------

    def enter(self, call: str, scope: str) -> str:
        """Before a call: people may edit, time passes, a fault may strike."""
        vendor = self.vendor
        vendor.between()
        vendor.calls += 1
        vendor.clock.sleep(vendor.seconds_a_call)
        vendor.settle_late()
        if scope and scope in vendor.closed:
            raise Forbidden(f"project {scope} is closed to us", status=403)
        fault = vendor.gate(vendor.prefix, call)
        if fault in ("before", "lost", "twice", "late") and call in _READS:
            raise Transient("the answer did not come", maybe_acted=False)
        if fault == "busy" and call in _READS:
            raise RateLimited("too many calls", status=429, retry_at=vendor.clock.now() + 10)
        if fault == "closed" and call in _READS:
            raise Forbidden("not permitted", status=403)
        return fault

    def leave(self) -> None:
        """After a call: people may edit."""
        self.vendor.between()

    def _write(
        self, call: str, items: Sequence[_Item], one: Callable[[_Item], str], fresh_until: float
    ) -> list[Outcome]:
        """Do a write call under whatever fault strikes it."""
        fault = self.enter(call, items[0].scope)
        if self.vendor.clock.monotonic() > fresh_until:
            raise Stale("the reading this write rests on has grown too old")
        if fault in ("before", "busy", "closed"):
            self.leave()
            return [Outcome(Verdict.UNSENT, reason="the vendor did not take the call") for _ in items]
        if fault == "late":
            self.vendor.later(lambda: [one(item) for item in items])
        else:
            done = [one(item) for item in items]
            if fault == "twice":
                done = [one(item) for item in items]
        self.leave()
        if fault in ("late", "lost", "short", "empty"):
            return [Outcome(Verdict.UNKNOWN, reason="the answer was lost") for _ in items]
        return [self._outcome(identity) for identity in done]

    def _outcome(self, identity: str) -> Outcome:
        version = self.vendor.seen(identity) if identity else None
        if version is None:
            return Outcome(Verdict.REFUSED, reason="there is no such record")
        if version.values is None:
            return Outcome(Verdict.DONE)
        return Outcome(Verdict.DONE, self.record(identity, version))

    # -- helpers --------------------------------------------------------------------

    def ordered(self, scope: str) -> list[str]:
        rows = self.vendor.rows
        return [identity for identity, row in rows.items() if self.vendor.keyed or row.scope == scope]

    def peek(self, identity: str, stale: bool) -> Version | None:
        before = self.vendor.served.get(identity)
        version = self.vendor.seen(identity, stale)
        if before is None:
            self.vendor.served.pop(identity, None)
        else:
            self.vendor.served[identity] = before
        return version

    def record(self, identity: str, version: Version) -> Record:
        row = self.vendor.rows[identity]
        values: tuple[Value | Absent, ...] = tuple(
            ABSENT if spec is None else value
            for spec, value in zip(self.vendor.fields, version.values or (), strict=True)
        )
        ours = row.maker == "syncd" if self.vendor.tells_maker else None
        return Record(
            identity,
            row.scope,
            values,
            version.key,
            version.at,
            row.created,
            self.vendor.clock.monotonic(),
            ours=ours,
        )

    def _recent(self, record: Record, sent_at: float) -> bool:
        return record.created is not None and record.created >= sent_at - 2 and record.ours is not False

    def _same(self, record: Record, draft: Draft) -> bool:
        for index, value in draft.values.items():
            spec, now = self.vendor.fields[index], record.values[index]
            if spec is not None and not isinstance(now, Absent) and not agree(value, now, spec):
                return False
        return True


_READS = frozenset({"list", "fetch", "deletions", "find"})
