"""What each mapping last fitted: the Quickbase table as it was, so that drift can be told."""

from __future__ import annotations

from sqlalchemy import select

from syncd.store.base import Part
from syncd.store.columns import table
from syncd.store.statement import Statement, param, putting
from syncd.store.tables_log import FittedRow

__all__ = ["Fitted"]

_F = table(FittedRow)
_ALL = Statement(lambda _: select(_F.c.mapping, _F.c.body).where(_F.c.connection == param("connection")))
_PUT = putting(
    _F, ["connection", "mapping", "body"], ["connection", "mapping"], lambda new: {"body": new.body}
)


class Fitted(Part):
    """One text for each mapping; what it means is the mapping room's."""

    def fitted(self) -> dict[str, str]:
        """The texts by mapping."""
        return {str(row[0]): str(row[1]) for row in self._rows(_ALL)}

    def set_fitted(self, mapping: str, body: str) -> None:
        """Keep this text instead of the one before."""
        self._run(_PUT, mapping=mapping, body=body)
