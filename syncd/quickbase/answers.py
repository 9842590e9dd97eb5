"""The parts of Quickbase's answers, taken out only where they are what is documented (§2, §8).

A 200 may hold anything: a proxy's own object, a count that is null, a cell without a value.
Whatever is odd ends as one `Transient` for the mapping that asked (P10), never as a fault.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from syncd.errors import Transient
from syncd.http.message import Answer

__all__ = [
    "NO_VALUE",
    "Odd",
    "Row",
    "count_in",
    "mapping_in",
    "object_in",
    "readable_rows",
    "rows_in",
    "understood",
]

Row = dict[str, Any]
"""One record: field id as text → the value as the vendor spells it."""

NO_VALUE = object()
"""What stands for a cell that is none, or that has no value: no kind reads it, so its field is held
and the record's others are not."""


class Odd(ValueError):
    """A part of an answer is not as documented; says which, without any value."""


@contextmanager
def understood(answer: Answer, what: str, *, acted: bool = False) -> Iterator[None]:
    """Take an answer apart within this. Raises Transient, naming `what`, for any odd shape in it.

    `acted` says that the vendor has probably done what it was asked for.
    """
    try:
        yield
    except (LookupError, TypeError, ValueError, AttributeError, ArithmeticError) as odd:
        words = f": {odd}" if isinstance(odd, Odd) else ""
        raise Transient(
            f"Quickbase's answer to {what} is of an unknown shape{words}; it is tried again later.",
            status=answer.status,
            request_id=answer.request_id,
            maybe_acted=acted,
        ) from odd


def object_in(answer: Answer) -> dict[str, Any]:
    """The whole answer. Raises Odd where it is no object."""
    return dict(mapping_in(answer.json(), "the answer"))


def mapping_in(value: Any, name: str) -> Mapping[str, Any]:
    """An object, empty where it is missing. Raises Odd where it is something else."""
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise Odd(f"{name} is no object")
    return value


def count_in(metadata: Mapping[str, Any], name: str, otherwise: int) -> int:
    """A count; `otherwise` where it is left out. Raises Odd where it is none."""
    value = metadata.get(name, otherwise)
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        raise Odd(f"{name} is no count")
    return value


def rows_in(data: Any) -> list[Row]:
    """The records of a query. Raises Odd where one of them has no record id:
    a record that was passed over would look as if it were gone."""
    if not isinstance(data, list):
        raise Odd("data is no list")
    return [_row(cells) for cells in data if not isinstance(cells, dict) or "3" in cells]


def readable_rows(data: Any) -> list[Row]:
    """The records that a write returned. An odd one is left out: its outcome is unknown then,
    that of the others is not."""
    rows = []
    for cells in data if isinstance(data, list) else ():
        try:
            rows.append(_row(cells))
        except Odd:
            continue
    return rows


def _row(cells: Any) -> Row:
    try:
        row = {fid: _value(cell) for fid, cell in cells.items()}
        row["3"] = int(row["3"])
    except (LookupError, TypeError, ValueError, AttributeError, ArithmeticError) as problem:
        raise Odd("a record has no record id") from problem
    return row


def _value(cell: Any) -> Any:
    return cell.get("value", NO_VALUE) if isinstance(cell, dict) else NO_VALUE
