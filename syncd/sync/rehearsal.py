"""Rehearsal: sides that read for real and write only into memory, and sides that write
nothing but what a plan allows.

A plan is made by the real engine on a scratch store against `Rehearsed` sides, so that it
can never differ from what the engine would do; it is applied through `Permitted` sides.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from syncd.core.values import ABSENT, Absent, SideName, Value
from syncd.sides.port import (
    Draft,
    Feed,
    Gone,
    Lane,
    Outcome,
    Patch,
    Place,
    Places,
    Reading,
    Record,
    Removal,
    Verdict,
)
from syncd.sides.through import Through

__all__ = ["INVENTED", "Permitted", "Rehearsed"]

_Item = TypeVar("_Item", Draft, Patch)

INVENTED = "new-"
"""How the ids of records begin that only the rehearsal has made."""

NOT_PLANNED = "the plan does not have this write"


def _invented(scope: str) -> bool:
    """Whether the scope, or what it lies in, is known to the rehearsal alone."""
    return any(part.startswith(INVENTED) for part in scope.split("/"))


@dataclass(slots=True)
class _EmptyFeed:
    """The listing of a project or a parent that does not exist yet: the vendor is not asked."""

    began: float
    clean: bool = True
    whole: bool = False
    apart: Collection[str] = ()

    def __iter__(self) -> Iterator[Sequence[Record]]:
        return iter(())


@dataclass(slots=True)
class _OverlaidFeed:
    """A feed whose records show what the rehearsal has "written" so far; `born` are no vendor's yet."""

    inner: Feed
    overlay: Callable[[Record], Record]
    born: Collection[str]
    began: float = 0.0
    clean: bool = True
    whole: bool = False
    apart: Collection[str] = ()

    def __iter__(self) -> Iterator[Sequence[Record]]:
        for page in self.inner:
            self.began = self.inner.began
            yield [self.overlay(record) for record in page]
        self.began, self.clean, self.whole = self.inner.began, self.inner.clean, self.inner.whole
        self.apart = {*self.inner.apart, *self.born}


@dataclass(slots=True)
class Rehearsed(Through):
    """Reads the vendor; keeps writes to itself and shows them in what it reads.

    `homes` are the fields that say where a record lives, by their place: True for its project, False
    for the record that it stands in.
    """

    fields: int = 0
    monotonic: Callable[[], float] = lambda: 0.0
    homes: Mapping[int, bool] = field(default_factory=dict)
    born: dict[str, Record] = field(default_factory=dict)
    changed: dict[str, dict[int, Value]] = field(default_factory=dict)
    keys: dict[str, str] = field(default_factory=dict)

    def changes(self, scope: str, since: float, lane: Lane) -> Feed:
        if _invented(scope):
            return _EmptyFeed(self.inner.now())
        return _OverlaidFeed(self.inner.changes(scope, since, lane), self._overlay, self.born)

    def everything(self, scope: str, lane: Lane) -> Feed:
        if _invented(scope):
            return _EmptyFeed(self.inner.now())
        return _OverlaidFeed(self.inner.everything(scope, lane), self._overlay, self.born)

    def fetch(self, scope: str, ids: Sequence[str], lane: Lane) -> Reading:
        real = [one for one in ids if one not in self.born]
        out: dict[str, Record | Gone] = {}
        if real:
            for identity, record in self.inner.fetch(scope, real, lane).items():
                out[identity] = self._overlay(record) if isinstance(record, Record) else record
        for one in ids:
            if one in self.born:
                out[one] = self._overlay(self.born[one])._replace(read_at=self.monotonic())
        return out

    def create(self, drafts: Sequence[Draft], *, fresh_until: float) -> list[Outcome]:
        out = []
        for draft in drafts:
            number = f"{INVENTED}{len(self.born) + 1}"
            identity = f"{draft.scope}/{number}" if draft.scope else number
            given = {**self._lives(draft.scope), **draft.values}
            values: tuple[Value | Absent, ...] = tuple(given.get(i) for i in range(self.fields))
            record = Record(identity, draft.scope, values, draft.key, read_at=self.monotonic())
            self.born[identity] = record
            out.append(Outcome(Verdict.DONE, record))
        return out

    def _lives(self, scope: str) -> dict[int, Value]:
        """What a record made there says of where it lives, as any vendor's record does."""
        project = scope.partition("/")[0]
        return {place: project if outer else scope for place, outer in self.homes.items()}

    def update(self, patches: Sequence[Patch], *, fresh_until: float) -> list[Outcome]:
        out = []
        for patch in patches:
            self.changed.setdefault(patch.id, {}).update(patch.values)
            if patch.key is not None:
                self.keys[patch.id] = patch.key
            values: tuple[Value | Absent, ...] = tuple(
                patch.values.get(i, ABSENT) for i in range(self.fields)
            )
            record = Record(patch.id, patch.scope, values, self.keys.get(patch.id), read_at=self.monotonic())
            out.append(Outcome(Verdict.DONE, record))
        return out

    def remove(self, removal: Removal, scope: str, id: str, *, fresh_until: float) -> Outcome:
        return Outcome(Verdict.DONE)

    @property
    def places(self) -> None:
        """None: what is written only here needs no folder."""
        return None

    def _overlay(self, record: Record) -> Record:
        changed = self.changed.get(record.id)
        if changed:
            values = tuple(changed.get(i, value) for i, value in enumerate(record.values))
            record = record._replace(values=values)
        return record._replace(key=self.keys[record.id]) if record.id in self.keys else record


@dataclass(frozen=True, slots=True)
class _PlannedPlaces:
    """Folders for the writes alone that the plan has."""

    inner: Places
    planned: Callable[[Draft | Patch], bool]

    def named(self, item: Draft | Patch) -> Sequence[tuple[str, ...]]:
        return self.inner.named(item) if self.planned(item) else ()

    def standing(self, place: Place, made: str = "", *, anew: bool) -> Sequence[str]:
        return self.inner.standing(place, made, anew=anew)

    def make(self, place: Place, *, fresh_until: float) -> Outcome:
        return self.inner.make(place, fresh_until=fresh_until)


@dataclass(slots=True)
class Permitted(Through):
    """Writes only what `allowed` says yes to; the rest is answered "not sent"."""

    allowed: Callable[[SideName, str, str, dict[int, Value]], bool] = lambda *_: False

    def create(self, drafts: Sequence[Draft], *, fresh_until: float) -> list[Outcome]:
        return self._some(
            drafts,
            [self.allowed(self.name, "create", one.key or "", dict(one.values)) for one in drafts],
            lambda some: self.inner.create(some, fresh_until=fresh_until),
        )

    def update(self, patches: Sequence[Patch], *, fresh_until: float) -> list[Outcome]:
        return self._some(
            patches,
            [
                self.allowed(self.name, "flag" if one.flag else "update", one.id, dict(one.values))
                for one in patches
            ],
            lambda some: self.inner.update(some, fresh_until=fresh_until),
        )

    def remove(self, removal: Removal, scope: str, id: str, *, fresh_until: float) -> Outcome:
        if not self.allowed(self.name, removal.value, id, {}):
            return Outcome(Verdict.UNSENT, reason=NOT_PLANNED)
        return self.inner.remove(removal, scope, id, fresh_until=fresh_until)

    @property
    def places(self) -> Places | None:
        inner = self.inner.places
        return _PlannedPlaces(inner, self._planned) if inner is not None else None

    def _planned(self, item: Draft | Patch) -> bool:
        if isinstance(item, Draft):
            return self.allowed(self.name, "create", item.key or "", dict(item.values))
        return self.allowed(self.name, "update", item.id, dict(item.values))

    def _some(
        self, items: Sequence[_Item], yes: list[bool], send: Callable[[list[_Item]], list[Outcome]]
    ) -> list[Outcome]:
        sent = iter(send([item for item, ok in zip(items, yes, strict=True) if ok]) if any(yes) else [])
        return [next(sent) if ok else Outcome(Verdict.UNSENT, reason=NOT_PLANNED) for ok in yes]
