"""News: what readings of Procore tell, gathered to be stored at once as entries of the event feed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from syncd.catalog import Resource, Scope, names, resource
from syncd.core.rule import Direction
from syncd.core.values import ABSENT, encode_row
from syncd.sides.port import Record
from syncd.store import NewOccurrence, Sighting, Tx
from syncd.sync.known import Notes, digest
from syncd.sync.workbench import Kind, Workbench

__all__ = ["News", "absent", "occurrence", "source_of", "version_of", "word_of"]


def word_of(about: Resource | None, what: str) -> str:
    """The kind of event: what is made under another record replies to it; a membership is removed."""
    if about is None:
        return what
    if what == "deleted":
        return "removed" if about.create_id else what
    replies = about.scope is Scope.RECORD and bool(about.create)
    return {"created": "replied", "updated": "reply updated"}[what] if replies else what


def source_of(kind: Kind) -> str:
    """What showed it."""
    return "poll" if kind is Kind.INCREMENTAL else "sweep"


def version_of(record: Record, now: float, *, made: bool) -> str:
    """What tells a version from others: the vendor's stamp, or our time, and what it holds; a record
    is `made` once."""
    if made and record.created is not None:
        return f"made {record.created!r}"
    when = now if record.stamp is None else record.stamp
    return f"{when!r} {digest(record.id, encode_row(record.values))}"


@dataclass(slots=True)
class News:
    """What is to be stored in one commit: events, and what records are known to hold from then on."""

    work: Workbench
    events: list[NewOccurrence] = field(default_factory=list)
    put: list[Sighting] = field(default_factory=list)
    forget: list[str] = field(default_factory=list)

    def __bool__(self) -> bool:
        return bool(self.events or self.put or self.forget)

    def tell(self, what: str, record: Record, quickbase_id: str = "", places: Sequence[int] = ()) -> None:
        """Something happened to a record, in the fields at those places; nothing, where they are only
        its stamps."""
        version = version_of(record, self.work.clock.now(), made=what == "created")
        fields = tuple(sorted(set(_fields(self.work, places)) - _stamps(self.work)))
        if places and not fields:
            return
        about = (record.id, record.scope, version, quickbase_id, fields)
        self.events.append(occurrence(self.work, what, *about))

    def keep(self, record: Record, notes: str, stamp: float | None = None) -> None:
        """What the record is known to hold, as notes beside its baseline; "" for as the baseline says."""
        if not notes:
            self.forget.append(record.id)
            return
        name, now = self.work.mapping.name, self.work.clock.now()
        at = (record.stamp if stamp is None else stamp) or 0.0
        self.put.append(Sighting(name, record.id, record.scope, self.work.layout, notes, at, now))

    def notes(self, before: Sighting | None) -> Notes:
        """A sighting's notes in today's order of rules."""
        if before is None:
            return [ABSENT] * len(self.work.mapping.rules)
        return self.work.base(before.digests, before.layout)

    def store(self, tx: Tx) -> None:
        """Store it; commit it with what it was seen by."""
        tx.add_occurrences(self.events)
        tx.put_sightings(self.put)
        tx.forget_sightings(self.work.mapping.name, self.forget)


def occurrence(
    work: Workbench,
    what: str,
    identity: str,
    scope: str,
    version: str,
    quickbase_id: str = "",
    fields: tuple[str, ...] = (),
) -> NewOccurrence:
    """An event of the mapping's resource, under its own word."""
    name = work.mapping.procore.resource
    kind = word_of(resource(name) if name in names() else None, what)
    about = (name, scope, identity, version, quickbase_id, fields)
    return NewOccurrence(work.mapping.name, kind, *about, source_of(work.kind))


def absent(work: Workbench, identity: str, scope: str, since: float) -> Sighting:
    """Remembers that a record's absence was told, until it is seen again."""
    notes = encode_row([ABSENT] * len(work.mapping.rules))
    at = (0.0, work.clock.now(), False, 1, since)
    return Sighting(work.mapping.name, identity, scope, work.layout, notes, *at)


def _stamps(work: Workbench) -> set[str]:
    """The fields that move with any other, and so tell nothing."""
    name = work.mapping.procore.resource
    about = resource(name) if name in names() else None
    if about is None:
        return set()
    return {one.name for one in about.fields if one.read in ((about.stamp,), (about.created,))}


def _fields(work: Workbench, places: Sequence[int]) -> tuple[str, ...]:
    """The names of Procore's fields at those places."""
    found: set[str] = set()
    sources = dict(work.mapping.expressions)
    for index in places:
        rule = work.mapping.rules[index]
        if index in sources and rule.direction is not Direction.TO_PROCORE:
            found.update(sources[index].reads)
        else:
            found.add(rule.procore.name if rule.procore is not None else rule.key)
    return tuple(sorted(found))
