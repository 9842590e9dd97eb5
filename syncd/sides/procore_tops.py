"""The top of a tree: what stands there names a record that no list holds, and means none by it."""

from __future__ import annotations

from collections.abc import Sequence

from syncd.catalog.resource import Path, ResourceField
from syncd.errors import SyncdError
from syncd.http.message import Lane
from syncd.procore.client import ProcoreClient, Row

__all__ = ["Tops"]


class Tops:
    """Knows the record at the top of each scope's tree. Each is asked for once, when first needed."""

    def __init__(self, client: ProcoreClient, fields: Sequence[ResourceField]) -> None:
        self._client = client
        self._fields = [(one.read[-1], one.top) for one in fields if one.top is not None]
        self._known: dict[tuple[str, str], str] = {}

    def cleared(self, row: Row, scope: str, lane: Lane) -> Row:
        """The row without references to a top. Raises what the reading of a top raises.

        What answers a write never raises: where a top cannot be read then, the reference is left out.
        """
        for key, path in self._fields:
            if row.get(key) is None:
                continue
            try:
                top = self._top(path, scope, lane)
            except SyncdError:
                if lane is not Lane.WRITE:
                    raise
                row = {name: value for name, value in row.items() if name != key}
            else:
                row = {**row, key: None} if str(row[key]) == top else row
        return row

    def _top(self, path: Path, scope: str, lane: Lane) -> str:
        known = self._known.get((path.template, scope))
        if known is None:
            company = self._client.company
            query = (("exclude_files", "true"), ("exclude_folders", "true"), *path.query(company, scope))
            found = self._client.get(path.at(company, scope), query, lane)
            known = str(found["id"]) if isinstance(found, dict) and "id" in found else ""
            self._known[path.template, scope] = known
        return known
