"""The parts of Procore's answers, taken out only where they are what is documented (§17, §18).

A 200 may hold anything: an object where a list should be, a row that is no record, a record
without an id. What is odd ends as one `Transient` for the mapping that asked (P10).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from syncd.errors import Transient
from syncd.http.message import Answer

__all__ = ["Row", "count_in", "entities_in", "is_record", "object_in", "record_in", "rows_in", "told"]

Row = dict[str, Any]

LARGEST_ID = 2**63 - 1
"""Ids are kept in eight bytes; Procore's have eleven to seventeen digits."""


def rows_in(answer: Answer, template: str) -> list[Row]:
    """The records of a list. Raises Transient where it is no list, or one of them is no record:
    a record that was passed over would look as if it were gone."""
    rows = answer.json()
    if not isinstance(rows, list):
        raise _odd(answer, f"the answer to GET {template} is not a list")
    if not all(is_record(row) for row in rows):
        raise _odd(answer, f"the answer to GET {template} holds something that is not a record with an id")
    return rows


def record_in(answer: Answer, *, acted: bool) -> Row:
    """A single record. Raises Transient where it is none; `acted` says that it may have been written."""
    found = answer.json()
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


def _odd(answer: Answer, what: str, *, acted: bool = False) -> Transient:
    return Transient(
        f"Procore: {what}; it is looked at again later.",
        status=answer.status,
        request_id=answer.request_id,
        maybe_acted=acted,
    )
