"""The side of one mapping over a `MemoryVendor`: the port, and how it can misbehave.

Faults of a call, by name: `before` (nothing happened), `lost` (acted, answer lost), `twice`,
`late` (acts when `LATE_SECONDS` have passed), `mute` (acted, says nothing of what it holds),
`busy` (429), `short` (rows left out; a listing shows it, a look-up does not), `empty`
(nothing, with a straight face), `stale` (an older state), `closed` (not permitted), `hidden`
(every record's scope closed), `blind` (one field left out), `slow` (`SLOW_SECONDS`).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import BinaryIO, TypeVar

from syncd.core.filevalue import content_of
from syncd.core.values import ABSENT, Absent, SideName, Value, agree
from syncd.errors import Forbidden, RateLimited, Stale, Transient
from syncd.sides.memory_feed import MemoryFeed
from syncd.sides.memory_files import at_hand, landed, poured, refusal
from syncd.sides.memory_vendor import MemoryVendor, Version
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

__all__ = ["SLOW_SECONDS", "MemorySide"]

SLOW_SECONDS = 25.0

_Item = TypeVar("_Item", Draft, Patch)
_READS = frozenset({"list", "fetch", "deletions", "find", "file"})
_NO_ANSWER = frozenset({"before", "lost", "twice", "late", "mute"})
_LOST = frozenset({"late", "lost", "short", "empty"})
_NOT_TAKEN = frozenset({"before", "busy", "closed"})


@dataclass(slots=True)
class MemorySide:
    """The records of one mapping. Implements `sides.port.Side`."""

    name: SideName
    vendor: MemoryVendor
    limits: Limits = field(default_factory=Limits)
    _asked: float = 0.0
    _taken: dict[str, bytes] = field(default_factory=dict)

    def changes(self, scope: str, since: float, lane: Lane) -> Feed:
        return MemoryFeed(self, scope, since)

    def everything(self, scope: str, lane: Lane) -> Feed:
        return MemoryFeed(self, scope, None)

    def fetch(self, scope: str, ids: Sequence[str], lane: Lane) -> Reading:
        fault = self.enter("fetch", scope)
        told = len(ids) // 2 if fault == "short" else 0 if fault == "empty" else len(ids)
        out: dict[str, Record | Gone] = {}
        for place, identity in enumerate(ids):
            version = self.vendor.look(identity, fault == "stale") if place < told else None
            if fault == "hidden":
                out[identity] = Gone.HIDDEN
            elif version is None or version.values is None:
                out[identity] = Gone.MISSING
            else:
                out[identity] = self.serve(identity, version, fault)
        self.leave()
        return out

    def deletions(self, scope: str, since: float, lane: Lane) -> frozenset[str] | None:
        if not self.limits.watches_deletes:
            return None
        fault = self.enter("deletions", scope)
        gone = set()
        for identity in self.ordered(scope):
            version = self.vendor.look(identity, fault == "stale")
            if version is not None and version.values is None and version.at >= since:
                gone.add(identity)
        self.leave()
        return frozenset() if fault in ("empty", "short") else frozenset(gone)

    def find(self, draft: Draft, sent_at: float, lane: Lane) -> Found:
        fault = self.enter("find", draft.scope)
        found: list[Record] = []
        maybe: list[Record] = []
        for identity in self.ordered(draft.scope) if fault != "empty" else ():
            version = self.vendor.look(identity, fault == "stale")
            if version is None or version.values is None:
                continue
            record = self.record(identity, version, "")
            if self.limits.carries_key:
                if record.key == draft.key:
                    found.append(self.serve(identity, version, ""))
            elif self._recent(record, sent_at):
                alike = found if self._same(record, draft) else maybe
                alike.append(self.serve(identity, version, ""))
        self.leave()
        if fault == "short":
            return Found(tuple(found[:-1]), tuple(maybe[:-1]), sure=False)
        return Found(tuple(found), tuple(maybe))

    def create(self, drafts: Sequence[Draft], *, fresh_until: float) -> list[Outcome]:
        def one(draft: Draft) -> str:
            stored = landed(self.vendor, draft.values, self._taken)
            values = [stored.get(index) for index in range(len(self.vendor.fields))]
            return self.vendor.create(values, "syncd", draft.scope, draft.key)

        return self._write("create", drafts, one, fresh_until)

    def update(self, patches: Sequence[Patch], *, fresh_until: float) -> list[Outcome]:
        def one(patch: Patch) -> str:
            changes = landed(self.vendor, patch.values, self._taken)
            done = self.vendor.update(patch.id, changes, "syncd", patch.key)
            if done and patch.flag:
                self.vendor.flagged.add(patch.id)
            return patch.id if done else ""

        return self._write("update", patches, one, fresh_until)

    def remove(self, removal: Removal, scope: str, id: str, *, fresh_until: float) -> Outcome:
        def one(patch: Patch) -> str:
            if removal is Removal.ARCHIVE:
                return patch.id if self.vendor.rest(patch.id, True, "syncd") else ""
            return patch.id if self.vendor.delete(patch.id, "syncd") else ""

        return self._write(removal.value, [Patch(id, {}, scope)], one, fresh_until)[0]

    def read_file(self, record: Record, index: int, into: BinaryIO, lane: Lane) -> None:
        self.enter("file", record.scope)
        poured(self.vendor, record.id, index, record.values[index], into)
        self.leave()

    def refuses_file(self, value: str) -> str:
        return refusal(value)

    def take_file(self, scope: str, value: str, source: BinaryIO) -> None:
        self.enter("file", scope)
        source.seek(0)
        self._taken[content_of(value)] = source.read()
        self.leave()

    def drop_files(self) -> None:
        self._taken.clear()

    @property
    def places(self) -> None:
        """See `Side.places`: there are none."""
        return None

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
        self._asked = vendor.clock.monotonic()
        vendor.clock.sleep(vendor.seconds_a_call)
        vendor.settle_late()
        if scope and scope in vendor.closed:
            raise Forbidden(f"project {scope} is closed to us", status=403)
        fault = vendor.gate(vendor.prefix, call)
        if fault == "slow":
            vendor.clock.sleep(SLOW_SECONDS)
        if call in _READS:
            if fault in _NO_ANSWER:
                raise Transient("the answer did not come", maybe_acted=False)
            if fault == "busy":
                raise RateLimited("too many calls", status=429, retry_at=vendor.clock.now() + 10)
            if fault == "closed":
                raise Forbidden("not permitted", status=403)
        return fault

    def leave(self) -> None:
        """After a call: people may edit."""
        self.vendor.between()

    def _write(
        self, call: str, items: Sequence[_Item], one: Callable[[_Item], str], fresh_until: float
    ) -> list[Outcome]:
        """Do a write call under whatever fault strikes it."""
        if self.vendor.clock.monotonic() > fresh_until:
            raise Stale("the reading this write rests on has grown too old")
        fault = self.enter(call, items[0].scope)
        for item in items:
            self.vendor.accept(call, _id(item), item.values, item.key, fault)
        if fault in _NOT_TAKEN:
            self.leave()
            return [Outcome(Verdict.UNSENT, reason="the vendor did not take the call") for _ in items]
        problems = [self._problem(item) for item in items]
        todo = [item for item, problem in zip(items, problems, strict=True) if problem is None]
        if fault == "late":
            self.vendor.later(lambda: [one(item) for item in todo])
            made: list[str] = []
        else:
            made = [one(item) for item in todo]
            if fault == "twice":
                made = [one(item) for item in todo]
        if fault in _LOST:
            self.leave()
            return [Outcome(Verdict.UNKNOWN, reason="the answer was lost") for _ in items]
        done = iter(made)
        outcomes = [problem or self._outcome(next(done), fault) for problem in problems]
        self.leave()
        return outcomes

    def _problem(self, item: Draft | Patch) -> Outcome | None:
        """The vendor's refusal of one item, None if it takes it."""
        vendor = self.vendor
        if isinstance(item, Patch):
            last = vendor.last(item.id)
            if last is None or last.values is None:
                return Outcome(Verdict.REFUSED, reason="there is no such record")
            if vendor.keyed and item.key and vendor.holder(item.key) not in (None, item.id):
                return Outcome(Verdict.REFUSED, reason="another record has this key")
        if not at_hand(vendor, item.values, self._taken):
            return Outcome(Verdict.UNSENT, reason="the bytes of its file are not at hand")
        for index, value in item.values.items():
            if words := vendor.refuse(index, value):
                return Outcome(Verdict.REFUSED, reason=words, field=index if vendor.names_field else None)
        return None

    def _outcome(self, identity: str, fault: str) -> Outcome:
        version = self.vendor.last(identity) if identity else None
        if version is None:
            return Outcome(Verdict.REFUSED, reason="there is no such record")
        if version.values is None:
            return Outcome(Verdict.DONE)
        return Outcome(Verdict.DONE, self.serve(identity, version, fault))

    # -- helpers --------------------------------------------------------------------

    def ordered(self, scope: str) -> list[str]:
        """Ids of a scope, in the order in which they were made."""
        rows = self.vendor.rows
        return [identity for identity, row in rows.items() if self.vendor.keyed or row.scope == scope]

    def serve(self, identity: str, version: Version, fault: str) -> Record:
        """Hand a version out, and note that it was."""
        self.vendor.seen(identity, version)
        return self.record(identity, version, fault)

    def record(self, identity: str, version: Version, fault: str) -> Record:
        """A version as the port shows it."""
        vendor, row = self.vendor, self.vendor.rows[identity]
        left_out = range(len(vendor.fields)) if fault == "mute" else range(1, 2) if fault == "blind" else ()
        values: tuple[Value | Absent, ...] = tuple(
            ABSENT if spec is None or index in left_out else value
            for index, (spec, value) in enumerate(zip(vendor.fields, version.values or (), strict=True))
        )
        return Record(
            identity,
            row.scope,
            values,
            version.key if self.limits.carries_key else None,
            version.at,
            row.created,
            self._asked,
            version.resting,
            row.maker == "syncd" if vendor.tells_maker else None,
        )

    def _recent(self, record: Record, sent_at: float) -> bool:
        return record.created is not None and record.created >= sent_at - 2 and record.ours is not False

    def _same(self, record: Record, draft: Draft) -> bool:
        for index, value in draft.values.items():
            spec, now = self.vendor.fields[index], record.values[index]
            if spec is not None and not isinstance(now, Absent) and not agree(value, now, spec):
                return False
        return True


def _id(item: Draft | Patch) -> str:
    return item.id if isinstance(item, Patch) else ""
