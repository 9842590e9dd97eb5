"""Which bytes a record of Procore holds: a file's newest version, or an image's only one (§10.1, §11).

The documents index shows the newest version by itself, a single file all of them in an order that is
not documented, so the largest number counts.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from syncd.core.filevalue import FileValue
from syncd.core.values import ABSENT, Absent, Value

__all__ = ["newest_version", "version_in"]


def version_in(row: Mapping[str, Any]) -> Value | Absent:
    """The file that a record names, as a value; ABSENT where the answer does not tell."""
    if "filename" in row and "id" in row and "file_versions" not in row:
        return _value(row["filename"], f"image {row['id']}", row.get("size"))
    newest = newest_version(row)
    return _value(row.get("name"), str(newest["id"]), newest.get("size")) if "id" in newest else ABSENT


def newest_version(row: Mapping[str, Any]) -> Mapping[str, Any]:
    """What a file's answer says of its newest version; empty where it says nothing."""
    held = row.get("file_versions")
    if isinstance(held, list):
        numbered = [one for one in held if isinstance(one, Mapping) and isinstance(one.get("number"), int)]
        return max(numbered, key=lambda one: one["number"], default={})
    inner = row.get("file")
    now = inner.get("current_version") if isinstance(inner, Mapping) else None
    return now if isinstance(now, Mapping) else {}


def _value(name: object, version: str, size: object) -> Value | Absent:
    if not isinstance(name, str) or not name:
        return ABSENT
    return FileValue(name, version, size if isinstance(size, int) and size >= 0 else None).text
