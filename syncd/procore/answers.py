"""The parts of Procore's answers, taken out only where they are what is documented (§17, §18).

A 200 may hold anything: an object where a list should be, a row that is no record, a record
without an id. What is odd ends as one `Transient` for the mapping that asked (P10).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from syncd.catalog.resource import Resource, Shape
from syncd.errors import Transient
from syncd.http.message import Answer
from syncd.procore.ways import V2

__all__ = ["Row", "count_in", "entities_in", "is_record", "object_in", "record_in", "rows_in", "told"]

Row = dict[str, Any]

LARGEST_ID = 2**63 - 1
"""Ids are kept in eight bytes; Procore's have eleven to seventeen digits."""


def rows_in(
    answer: Answer,
    template: str,
    about: Resource | None = None,
    shape: Shape = Shape.ROWS,
    scope: str = "",
) -> list[Row]:
    """The records of a list of that shape. A tree's are the folder itself, then its folders.

    Raises Transient where it is no list, or one of them is no record: a record that was passed
    over would look as if it were gone.
    """
    rows = _listed(_unwrapped(answer.json(), template, about), about, shape, scope)
    if not isinstance(rows, list):
        raise _odd(answer, f"the answer to GET {template} is not a list")
    if not all(is_record(row) for row in rows):
        raise _odd(answer, f"the answer to GET {template} holds something that is not a record with an id")
    return rows


def record_in(
    answer: Answer,
    *,
    acted: bool,
    template: str = "",
    about: Resource | None = None,
    scope: str = "",
    id: str = "",
) -> Row:
    """A single record. Raises Transient where it is none; `acted` says that it may have been written.

    An update may answer with the list that the record stands in: an approver's does (§12).
    """
    found = _unwrapped(answer.json(), template, about)
    if isinstance(found, list) and id:
        found = next((row for row in found if is_record(row) and str(row["id"]) == id), None)
    if about is not None and about.shape is Shape.ONE and isinstance(found, dict):
        found = _named(found, scope)
    if not is_record(found):
        raise _odd(answer, "the answer is not a record with an id", acted=acted)
    record: Row = found
    return record


def object_in(answer: Answer, *, acted: bool) -> dict[str, Any]:
    """An object. Raises Transient where it is none."""
    found = answer.json()
    if not isinstance(found, dict):
        raise _odd(answer, "the answer is not an object", acted=acted)
    return found


def entities_in(found: Mapping[str, Any]) -> list[Row]:
    """The records of a bulk write. An odd one is left out: its outcome is unknown then, that of
    the others is not."""
    listed = found.get("entities")
    return [row for row in listed if is_record(row)] if isinstance(listed, list) else []


def count_in(headers: Mapping[str, str], name: str) -> int | None:
    """A header's number, None where it is missing or none."""
    text = headers.get(name, "")
    return int(text) if text.isascii() and text.isdecimal() else None


def told(answer: Answer) -> str:
    """What an answer is known by in history."""
    status = f"HTTP {answer.status}"
    return f"{status}, request {answer.request_id}" if answer.request_id else status


def is_record(row: Any) -> bool:
    """True for an object with an id that can be kept. Called for every record of every list."""
    if not isinstance(row, dict):
        return False
    wire = row.get("id")
    if isinstance(wire, int):
        return not isinstance(wire, bool) and 0 <= wire <= LARGEST_ID
    return isinstance(wire, str) and wire != ""


def _unwrapped(found: Any, template: str, about: Resource | None) -> Any:
    """What stands under `data` in an answer of v2 (§0.2), or of a resource whose records always do (§8)."""
    wraps = template.startswith(V2) or (about is not None and about.shape is Shape.DATA)
    if wraps and isinstance(found, dict) and "data" in found:
        return found["data"]
    return found


def _listed(found: Any, about: Resource | None, shape: Shape, scope: str) -> Any:
    """The array of records in an answer of that shape; anything else where there is none."""
    if shape in (Shape.ROWS, Shape.DATA):
        return found
    if not isinstance(found, dict):
        return None
    if shape is Shape.ONE:
        return [_named(found, scope)]
    if shape is Shape.TREE:
        inner = found.get("folders", [])
        return [found, *inner] if isinstance(inner, list) else None
    return next((found[key] for key in _keys(about) if isinstance(found.get(key), list)), None)


def _keys(about: Resource | None) -> list[str]:
    """Under which keys of its parent's show a resource may stand: the ends of its name, the longest
    first. Submittal approvers are a submittal's `approvers`."""
    words = about.name.split("-") if about else []
    return ["_".join(words[at:]) for at in range(len(words))]


def _named(found: Row, scope: str) -> Row:
    """An object that has no id of its own goes by that of its scope."""
    last = scope.rpartition("/")[2]
    return {**found, "id": int(last) if last.isascii() and last.isdigit() else last}


def _odd(answer: Answer, what: str, *, acted: bool = False) -> Transient:
    return Transient(
        f"Procore: {what}; it is looked at again later.",
        status=answer.status,
        request_id=answer.request_id,
        maybe_acted=acted,
    )
