"""History: one line for everything that was written, settled or held. Only ever added to."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product
from typing import Any

from sqlalchemy import and_, func, select

from syncd.core.values import SideName
from syncd.store.base import Part, maybe_pack, unpack
from syncd.store.columns import table
from syncd.store.entries import NewEvent
from syncd.store.rows import Event
from syncd.store.statement import Statement, adding, either, param, word
from syncd.store.tables_log import EventRow

__all__ = ["REMOVALS", "History"]

REMOVALS = ("archive", "delete", "unlink", "flag")  # what the brake counts (architecture §5)

_E = table(EventRow)
_NAMES = [name for name in _E.c.keys() if name != "connection"]  # noqa: SIM118
_ALL = [_E.c[name] for name in _NAMES]
_HERE = and_(_E.c.connection == param("connection"), _E.c.mapping == param("mapping"))
_COUNTED = and_(_HERE, _E.c.what != word("link"), _E.c.what != word("key"))  # the rows that its index has
_RECORDS = func.count(func.distinct(_E.c.procore_id + word("\t") + _E.c.quickbase_id))
_LAST = 2**62

_ADD = adding(_E, ["connection", *_NAMES[1:]])
_REMOVALS = Statement(
    lambda _: select(_RECORDS).where(_COUNTED, either(_E.c.what, *REMOVALS), _E.c.at >= param("since"))
)
_CLEARS = Statement(
    lambda _: (
        select(_RECORDS)
        .where(_COUNTED, _E.c.what == word("write"), _E.c.at >= param("since"))
        .where(_E.c.field == param("field"), _E.c.side == param("side"))
        .where(_E.c.after.is_(None), _E.c.before.is_not(None))
    )
)
_FILTERS = ("mapping", "procore_id", "quickbase_id", "run")


def _listing(names: tuple[str, ...]) -> Statement:
    clause = select(*_ALL).where(_E.c.connection == param("connection"), _E.c.id < param("before_id"))
    for name in names:
        clause = clause.where(_E.c[name] == param(name))
    clause = clause.order_by(_E.c.id.desc()).limit(param("limit"))
    return Statement(lambda _: clause)


_LISTINGS = {
    names: _listing(names)
    for names in (
        tuple(name for name, used in zip(_FILTERS, uses, strict=True) if used)
        for uses in product((False, True), repeat=len(_FILTERS))
    )
}


def _event(row: Any) -> Event:
    columns = (*row[:9], unpack(row[9]), unpack(row[10]), unpack(row[11]), *row[12:])
    return Event(*columns)


class History(Part):
    """What happened, newest first."""

    def record(self, new: Sequence[NewEvent]) -> None:
        """Add lines, in the commit that makes them true."""
        now = self._clock.now()
        here = self._connection
        rows: list[tuple[Any, ...]] = [
            (
                here, mapping, run, link, procore, quickbase, field, str(side), what,
                maybe_pack(before), maybe_pack(after), maybe_pack(loser), why, response, now,
            )
            for mapping, what, run, link, procore, quickbase, field, side, before, after, loser, why, response
            in new
        ]  # fmt: skip
        self._db.many(_ADD, rows)

    def history(
        self,
        mapping: str | None = None,
        procore_id: str | None = None,
        quickbase_id: str | None = None,
        limit: int = 100,
        before_id: int | None = None,
        run: int | None = None,
    ) -> list[Event]:
        """A page of history, newest first; go on with the last one's id as `before_id`."""
        given = {"mapping": mapping, "procore_id": procore_id, "quickbase_id": quickbase_id, "run": run}
        used = {name: value for name, value in given.items() if value is not None}
        rows = self._rows(
            _LISTINGS[tuple(used)], **used, limit=limit, before_id=_LAST if before_id is None else before_id
        )
        return [_event(row) for row in rows]

    def removals_since(self, mapping: str, at: float) -> int:
        """How many records we archived, deleted, unlinked or flagged since `at` (our clock)."""
        return int(self._rows(_REMOVALS, mapping=mapping, since=at)[0][0])

    def clears_since(self, mapping: str, field: str, side: SideName, at: float) -> int:
        """On how many records of `side` we wrote nothing over something in this field since `at`."""
        rows = self._rows(_CLEARS, mapping=mapping, field=field, side=str(side), since=at)
        return int(rows[0][0])
