"""Layouts: which rule each position of a packed baseline stands for."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select

from syncd.store.base import Part, pack, unpack
from syncd.store.columns import table
from syncd.store.rows import Layout
from syncd.store.statement import Statement, adding, param
from syncd.store.tables import LayoutRow

__all__ = ["Layouts"]

_T = table(LayoutRow)
_HERE = (_T.c.connection == param("connection"), _T.c.mapping == param("mapping"))
_FIND = Statement(lambda _: select(_T.c.id).where(*_HERE, _T.c.rules == param("rules")))
_ALL = Statement(lambda _: select(_T.c.id, _T.c.mapping, _T.c.rules).where(*_HERE).order_by(_T.c.id))
_ADD = adding(_T, ["connection", "mapping", "rules"], returning=True)


class Layouts(Part):
    """A layout is never changed: new rules make a new one, old baselines keep theirs (P12)."""

    def layout(self, mapping: str, fingerprints: Sequence[str]) -> int:
        """The id of this layout; added where it is new."""
        rules = pack(list(fingerprints))
        rows = self._rows(_FIND, mapping=mapping, rules=rules)
        if rows:
            return int(rows[0][0])
        row = {"connection": self._connection, "mapping": mapping, "rules": rules}
        return self._db.ids(_ADD, [row])[0]

    def layouts(self, mapping: str) -> dict[int, tuple[str, ...]]:
        """All layouts of a mapping: id → rule fingerprints."""
        return {layout.id: layout.rules for layout in self.layout_rows(mapping)}

    def layout_rows(self, mapping: str) -> list[Layout]:
        """All layouts of a mapping, oldest first."""
        rows = self._rows(_ALL, mapping=mapping)
        return [Layout(row[0], row[1], tuple(unpack(row[2]))) for row in rows]
