"""A side that hands everything through to another: what a wrapper does otherwise, it overrides."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import BinaryIO

from syncd.core.values import SideName
from syncd.sides.port import (
    Draft,
    Feed,
    Found,
    Lane,
    Limits,
    Outcome,
    Patch,
    Places,
    Reading,
    Record,
    Removal,
    Side,
)

__all__ = ["Through"]


@dataclass(slots=True)
class Through:
    """Implements `sides.port.Side` by `inner`."""

    inner: Side

    @property
    def name(self) -> SideName:
        return self.inner.name

    @property
    def limits(self) -> Limits:
        return self.inner.limits

    def changes(self, scope: str, since: float, lane: Lane) -> Feed:
        return self.inner.changes(scope, since, lane)

    def everything(self, scope: str, lane: Lane) -> Feed:
        return self.inner.everything(scope, lane)

    def fetch(self, scope: str, ids: Sequence[str], lane: Lane) -> Reading:
        return self.inner.fetch(scope, ids, lane)

    def deletions(self, scope: str, since: float, lane: Lane) -> frozenset[str] | None:
        return self.inner.deletions(scope, since, lane)

    def find(self, draft: Draft, sent_at: float, lane: Lane) -> Found:
        return self.inner.find(draft, sent_at, lane)

    def create(self, drafts: Sequence[Draft], *, fresh_until: float) -> list[Outcome]:
        return self.inner.create(drafts, fresh_until=fresh_until)

    def update(self, patches: Sequence[Patch], *, fresh_until: float) -> list[Outcome]:
        return self.inner.update(patches, fresh_until=fresh_until)

    def remove(self, removal: Removal, scope: str, id: str, *, fresh_until: float) -> Outcome:
        return self.inner.remove(removal, scope, id, fresh_until=fresh_until)

    def read_file(self, record: Record, index: int, into: BinaryIO, lane: Lane) -> None:
        self.inner.read_file(record, index, into, lane)

    def refuses_file(self, value: str) -> str:
        return self.inner.refuses_file(value)

    def take_file(self, scope: str, value: str, source: BinaryIO) -> None:
        self.inner.take_file(scope, value, source)

    def drop_files(self) -> None:
        self.inner.drop_files()

    @property
    def places(self) -> Places | None:
        return self.inner.places

    def ready(self, lane: Lane, calls: int) -> None:
        self.inner.ready(lane, calls)

    def now(self) -> float:
        return self.inner.now()
