"""Cursors: how far each feed was read. They move in the commit that keeps what was read (P8)."""

from __future__ import annotations

from typing import Any

from sqlalchemy import and_, select

from syncd.core.values import SideName
from syncd.store.base import SIDES, Part
from syncd.store.columns import table
from syncd.store.rows import Cursor
from syncd.store.statement import Statement, param, putting
from syncd.store.tables_log import CursorRow

__all__ = ["Cursors"]

_C = table(CursorRow)
_NAMES = [name for name in _C.c.keys() if name != "connection"]  # noqa: SIM118
_ALL = [_C.c[name] for name in _NAMES]
_HERE = and_(_C.c.connection == param("connection"), _C.c.mapping == param("mapping"))

_ONE = Statement(
    lambda _: select(*_ALL).where(_HERE, _C.c.side == param("side"), _C.c.scope == param("scope"))
)
_OF = Statement(lambda _: select(*_ALL).where(_HERE).order_by(_C.c.side, _C.c.scope))
_PUT = putting(
    _C,
    ["connection", *_NAMES],
    ["connection", "mapping", "side", "scope"],
    lambda new: {name: new[name] for name in _NAMES[3:]},
)
_FORGET = Statement(lambda _: _C.delete().where(_HERE))
_FORGET_ALL = Statement(lambda _: _C.delete())


def _cursor(row: Any) -> Cursor:
    return Cursor(row[0], SIDES[row[1]], row[2], row[3], row[4], bool(row[5]), *row[6:])


class Cursors(Part):
    """One cursor for each (mapping, side, scope)."""

    def cursor(self, mapping: str, side: SideName, scope: str) -> Cursor:
        """The cursor; a blank one where the feed was never read."""
        rows = self._rows(_ONE, mapping=mapping, side=str(side), scope=scope)
        return _cursor(rows[0]) if rows else Cursor(mapping, SideName(side), scope)

    def set_cursor(self, cursor: Cursor) -> None:
        """Store it whole."""
        self._run(
            _PUT, mapping=cursor.mapping, side=str(cursor.side), scope=cursor.scope,
            position=cursor.position, previous=cursor.previous, complete=cursor.complete,
            swept=cursor.swept, shape=cursor.shape, polled=cursor.polled,
            closed_why=cursor.closed_why, closed_until=cursor.closed_until,
        )  # fmt: skip

    def cursors(self, mapping: str) -> list[Cursor]:
        """All cursors of a mapping."""
        return [_cursor(row) for row in self._rows(_OF, mapping=mapping)]

    def forget_cursors(self, mapping: str) -> None:
        """A whole pass of the mapping follows."""
        self._run(_FORGET, mapping=mapping)

    def forget_every_cursor(self) -> None:
        """A whole pass of everything follows, on every connection: a backup was put back."""
        self._run(_FORGET_ALL)
