"""Occurrences: the event feed, what happened to which Procore record. Bounded by count and by age."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product
from typing import Any, Final, NamedTuple

from sqlalchemy import and_, delete, func, select
from sqlalchemy.dialects import postgresql, sqlite

from syncd.store.base import Part, pack, unpack
from syncd.store.columns import table
from syncd.store.statement import Bulk, Statement, param
from syncd.store.tables import LinkRow
from syncd.store.tables_feed import OccurrenceRow, SightingRow

__all__ = ["MOST_OCCURRENCES", "WATCH", "NewOccurrence", "Occurrence", "Occurrences"]

MOST_OCCURRENCES: Final = 100_000
"""Events kept; the oldest make room for new ones."""

WATCH: Final = "watch:"
"""Begins the name of a feed that no mapping has; a mapping's name holds no colon."""

_LAST = 2**62


class NewOccurrence(NamedTuple):
    """An event to add. `feed` is the mapping's name, or `watch:` and the resource.

    `version` tells versions of the record apart: of one version there is one event of a kind.
    """

    feed: str
    kind: str
    resource: str
    scope: str
    procore_id: str
    version: str
    quickbase_id: str = ""
    fields: tuple[str, ...] = ()
    source: str = "poll"


class Occurrence(NamedTuple):
    """An event. `at` is when it was seen, by our clock; `quickbase_id` as it is linked now, or was."""

    id: int
    at: float
    kind: str
    resource: str
    scope: str
    procore_id: str
    quickbase_id: str
    fields: tuple[str, ...]
    mapping: str
    source: str


_O, _S, _L = table(OccurrenceRow), table(SightingRow), table(LinkRow)
_ADDED = (
    "connection", "feed", "at", "kind", "resource", "scope", "procore_id", "quickbase_id", "fields",
    "source", "version",
)  # fmt: skip


def _add(dialect: str) -> Any:
    make: Any = sqlite.insert if dialect == "sqlite" else postgresql.insert
    return make(_O).values({name: param(name) for name in _ADDED}).on_conflict_do_nothing()


_ADD = Bulk(_add, _ADDED)
_NEWEST = Statement(lambda _: select(func.max(_O.c.id)).where(_O.c.connection == param("connection")))
_DROP_UP_TO = Statement(
    lambda _: delete(_O).where(_O.c.connection == param("connection"), _O.c.id <= param("last_id"))
)
_DROP_BEFORE = Statement(
    lambda _: delete(_O).where(_O.c.connection == param("connection"), _O.c.at < param("before"))
)
_DROP_GONE = Statement(
    lambda _: (
        delete(_S)
        .where(_S.c.connection == param("connection"), _S.c.missing > param("least"))
        .where(_S.c.missing_since < param("before"))
    )
)
_LINKED = and_(
    _L.c.connection == _O.c.connection, _L.c.mapping == _O.c.feed, _L.c.procore_id == _O.c.procore_id
)
_COLUMNS = [
    _O.c.id, _O.c.at, _O.c.kind, _O.c.resource, _O.c.scope, _O.c.procore_id,
    func.coalesce(_L.c.quickbase_id, _O.c.quickbase_id), _O.c.fields, _O.c.feed, _O.c.source,
]  # fmt: skip
_FILTERS = {name: _O.c[name] == param(name) for name in ("feed", "resource", "kind")}


def _listing(names: tuple[str, ...], *, newest: bool) -> Statement:
    clause = select(*_COLUMNS).select_from(_O.outerjoin(_L, _LINKED))
    clause = clause.where(_O.c.connection == param("connection"), _O.c.at >= param("since"))
    clause = clause.where(_O.c.id > param("after_id"), _O.c.id < param("before_id"))
    clause = clause.where(*(_FILTERS[name] for name in names)).limit(param("limit"))
    return Statement(lambda _: clause.order_by(_O.c.id.desc() if newest else _O.c.id))


_LISTINGS = {
    (names, newest): _listing(names, newest=newest)
    for newest in (False, True)
    for names in (
        tuple(name for name, used in zip(_FILTERS, uses, strict=True) if used)
        for uses in product((False, True), repeat=len(_FILTERS))
    )
}


class Occurrences(Part):
    """Events are only ever added and forgotten."""

    def add_occurrences(self, new: Sequence[NewOccurrence]) -> None:
        """Add events, in the commit that makes them known; one that is there already stays alone."""
        if not new:
            return
        here, now = self._connection, self._clock.now()
        rows: list[tuple[Any, ...]] = [
            (
                here, one.feed, now, one.kind, one.resource, one.scope, one.procore_id,
                one.quickbase_id, pack(list(one.fields)), one.source, one.version,
            )
            for one in new
        ]  # fmt: skip
        self._db.many(_ADD, rows)
        self._run(_DROP_UP_TO, last_id=self.newest_occurrence() - MOST_OCCURRENCES)

    def occurrences(
        self,
        *,
        after_id: int = 0,
        before_id: int | None = None,
        since: float = 0.0,
        feed: str | None = None,
        resource: str | None = None,
        kind: str | None = None,
        limit: int = 100,
        newest: bool = False,
    ) -> list[Occurrence]:
        """A page of events in the order they were seen, or the `newest` first."""
        given = {"feed": feed, "resource": resource, "kind": kind}
        used = {name: value for name, value in given.items() if value is not None}
        before = _LAST if before_id is None else before_id
        statement = _LISTINGS[tuple(used), newest]
        rows = self._rows(statement, **used, after_id=after_id, before_id=before, since=since, limit=limit)
        return [_occurrence(row) for row in rows]

    def newest_occurrence(self) -> int:
        """The newest event's id, 0 where there is none."""
        return int(self._rows(_NEWEST)[0][0] or 0)

    def prune_occurrences(self, before: float) -> int:
        """Forget events that were seen before then, and who was gone before then; answers how many went."""
        return self._run(_DROP_BEFORE, before=before) + self._run(_DROP_GONE, before=before, least=0)


def _occurrence(row: Any) -> Occurrence:
    mapping = "" if row[8].startswith(WATCH) else row[8]
    return Occurrence._make((*row[:7], tuple(unpack(row[7])), mapping, row[9]))
