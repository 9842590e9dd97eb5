"""Marks: records that must be read again. They carry no values: the plan is derived anew."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import and_, case, func, literal_column, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite

from syncd.core.values import SideName
from syncd.store.base import SIDES, Part, chunks
from syncd.store.columns import table
from syncd.store.rows import Mark
from syncd.store.statement import Bulk, Statement, among, param, putting, word
from syncd.store.tables import MarkRow, StrangerRow

__all__ = ["STALE", "Marks"]

STALE = "stale"
"""How the reasons of marks begin that wait until an old version can no longer be served;
marking such a record again does not make it due sooner, or it would be read too early."""

_M, _S = table(MarkRow), table(StrangerRow)
_HERE = (_M.c.connection == param("connection"), _M.c.mapping == param("mapping"))
_COLUMNS = [_M.c[n] for n in ("id", "mapping", "side", "identity", "scope", "due", "attempts", "why")]
_PUT = putting(
    _M,
    ["connection", "mapping", "side", "identity", "scope", "due", "attempts", "why"],
    ["connection", "mapping", "side", "identity"],
    lambda new: {
        "scope": new.scope,
        "why": case(
            (_M.c.why.like(word(f"{STALE}%")), _M.c.why),
            (or_(new.due < _M.c.due, _M.c.why == word("key")), new.why),
            else_=_M.c.why,
        ),
        "due": case(
            (and_(_M.c.why.like(word(f"{STALE}%")), new.why != word("verdict")), _M.c.due),
            (new.due < _M.c.due, new.due),
            else_=_M.c.due,
        ),
    },
)


def _put_strangers(dialect: str) -> Any:
    make: Any = sqlite.insert if dialect == "sqlite" else postgresql.insert
    columns = ["connection", "mapping", "side", "identity", "scope", "due", "attempts", "why"]
    known = (_S.c.connection, _S.c.mapping, _S.c.side, _S.c.identity, _S.c.scope)
    rows = select(*known, literal_column("0.0"), literal_column("0"), word("new")).where(
        _S.c.connection == param("connection"),
        _S.c.mapping == param("mapping"),
        _S.c.side == param("side"),
        _S.c.scope == param("scope"),
    )
    # A mark that is there already, even one put off, does as well.
    return make(_M).from_select(columns, rows).on_conflict_do_nothing()


_PUT_STRANGERS = Statement(_put_strangers)
_DUE = Statement(
    lambda _: (
        select(*_COLUMNS)
        .where(*_HERE, _M.c.due <= param("now"))
        .order_by(_M.c.due, _M.c.id)
        .limit(param("limit"))
    )
)
_DUE_FOR = Statement(
    lambda _: (
        select(*_COLUMNS)
        .where(*_HERE, _M.c.due <= param("now"), _M.c.why == param("why"))
        .order_by(_M.c.id)
        .limit(param("limit"))
    )
)
_ONE_MORE = _M.c.attempts + literal_column("1")
_DEFER = Bulk(
    lambda _: (
        update(_M)
        .where(_M.c.id == param("mark_id"), _M.c.connection == param("connection"))
        .values(due=param("due"), attempts=_ONE_MORE)
    ),
    ["due", "mark_id", "connection"],
)
_DEFER_WHY = Bulk(
    lambda _: (
        update(_M)
        .where(_M.c.id == param("mark_id"), _M.c.connection == param("connection"))
        .values(due=param("due"), why=param("why"), attempts=_ONE_MORE)
    ),
    ["due", "why", "mark_id", "connection"],
)
_TOO_FAR = (*_HERE, _M.c.due > param("after"))
_HASTEN = Statement(lambda _: update(_M).where(*_TOO_FAR).values(due=param("now")))
_HASTEN_FOR = Statement(
    lambda _: update(_M).where(*_TOO_FAR, _M.c.why == param("why")).values(due=param("now"))
)
_DROP = Statement(
    lambda d: _M.delete().where(*_HERE, _M.c.side == param("side"), among(_M.c.identity, "ids", d))
)
_THERE = Statement(
    lambda d: select(_M.c.identity).where(*_HERE, _M.c.side == param("side"), among(_M.c.identity, "ids", d))
)
_COUNT = Statement(lambda _: select(func.count()).select_from(_M).where(*_HERE))
_NEXT = Statement(lambda _: select(func.min(_M.c.due)).where(*_HERE))


class Marks(Part):
    """One mark a record at most; marking it again can only make it due sooner."""

    def mark(self, records: Sequence[tuple[str, SideName, str, str, float, str]]) -> None:
        """Mark records: (mapping, side, identity, scope, due, why) each."""
        here = self._connection
        rows: list[tuple[Any, ...]] = [
            (here, mapping, side.value, identity, scope, due, 0, why)
            for mapping, side, identity, scope, due, why in records
        ]
        self._db.many(_PUT, rows)

    def marked(self, mapping: str, side: SideName, identities: Iterable[str]) -> set[str]:
        """Those of the records that have a mark, due or put off."""
        parts = chunks(identities)
        rows = (self._rows(_THERE, mapping=mapping, side=str(side), ids=ids) for ids in parts)
        return {row[0] for part in rows for row in part}

    def mark_strangers(self, mapping: str, side: SideName, scope: str) -> None:
        """Mark every unlinked record of that scope as new, at once."""
        self._run(_PUT_STRANGERS, mapping=mapping, side=side.value, scope=scope)

    def due_marks(self, mapping: str, now: float, limit: int) -> list[Mark]:
        """Marks that are due, the longest due first."""
        rows = self._rows(_DUE, mapping=mapping, now=now, limit=limit)
        return [Mark(row[0], row[1], SIDES[row[2]], *row[3:]) for row in rows]

    def due_marks_for(self, mapping: str, why: str, now: float, limit: int) -> list[Mark]:
        """Marks that are due for one reason; any other reason overrides `key`, never the reverse."""
        rows = self._rows(_DUE_FOR, mapping=mapping, why=why, now=now, limit=limit)
        return [Mark(row[0], row[1], SIDES[row[2]], *row[3:]) for row in rows]

    def defer(self, mark_ids: Iterable[int], due: float, why: str | None = None) -> None:
        """Put marks off and count one more attempt; `why` replaces their reason."""
        if why is None:
            self._db.many(_DEFER, [(due, id, self._connection) for id in mark_ids])
        else:
            self._db.many(_DEFER_WHY, [(due, why, id, self._connection) for id in mark_ids])

    def hasten(self, mapping: str, now: float, longest: float, why: str | None = None) -> None:
        """Make due what waits for more than `longest` seconds from `now`, which no mark is put off
        for: the wall clock was set back since. `why` confines it to marks of one reason."""
        if why is None:
            self._run(_HASTEN, mapping=mapping, now=now, after=now + longest)
        else:
            self._run(_HASTEN_FOR, mapping=mapping, now=now, after=now + longest, why=why)

    def unmark(self, mapping: str, side: SideName, identities: Iterable[str]) -> None:
        """These records were read and settled. Commit it with what settled them."""
        for ids in chunks(identities):
            self._run(_DROP, mapping=mapping, side=str(side), ids=ids)

    def count_marks(self, mapping: str) -> int:
        """How many records wait to be read again."""
        return int(self._rows(_COUNT, mapping=mapping)[0][0])

    def next_due(self, mapping: str) -> float | None:
        """When the next mark is due; None where there is none."""
        found: float | None = self._rows(_NEXT, mapping=mapping)[0][0]
        return found
