"""A project's folders from their flat list, each with the way down to it (§10.1).

The list is the documents index: folders name the one they stand in, and those at the top name the root
folder, which the index does not show. The API's own tree is one level a call.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from syncd.core.folderpath import called, path_of
from syncd.procore.answers import Row

__all__ = ["AT_TOP", "MOST_LEVELS", "spots_of", "with_paths"]

AT_TOP = ""
"""Stands for the root folder, whatever its id."""

MOST_LEVELS = 100
"""Folders in one another; what stands deeper has no path."""


def with_paths(rows: Iterable[Mapping[str, Any]], top: str) -> list[Row]:
    """Each folder's id, name, parent (`AT_TOP` for the root folder) and path; the path is "" where the
    folders above are not all among the rows."""
    found = {
        str(row["id"]): {"id": row["id"], "name": str(row.get("name") or ""), "parent": _above(row, top)}
        for row in rows
    }
    for row in found.values():
        row["path"] = path_of(_way(row, found))
    return list(found.values())


def spots_of(rows: Iterable[Row]) -> dict[tuple[str, str], list[str]]:
    """The ids of the folders by where they stand: the id above, and the name as paths have it."""
    found: dict[tuple[str, str], list[str]] = {}
    for row in rows:
        found.setdefault((row["parent"], called(row["name"])), []).append(str(row["id"]))
    return found


def _above(row: Mapping[str, Any], top: str) -> str:
    parent = row.get("parent_id")
    return AT_TOP if parent is None or str(parent) == top else str(parent)


def _way(row: Row, found: Mapping[str, Row]) -> tuple[str, ...]:
    """The names down to a folder, () where it hangs in the air: a folder above is not shown, has no name,
    or stands in itself."""
    names: list[str] = []
    at: Row | None = row
    while at is not None and called(at["name"]) and len(names) < MOST_LEVELS:
        names.insert(0, at["name"])
        if at["parent"] == AT_TOP:
            return tuple(names)
        at = found.get(at["parent"])
    return ()
