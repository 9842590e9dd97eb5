"""What a search does with the records once Procore has listed them: custom fields and order.

Procore narrows by custom fields in one list only, and orders most lists by few fields or none, so both
are done here, with every record that its own filters leave.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from functools import partial
from typing import TYPE_CHECKING, Any

from syncd.catalog import Resource, ResourceField, instead
from syncd.catalog.custom import PREFIX
from syncd.cli.procore.given import value_of
from syncd.core.values import NUMERIC, Absent, agree
from syncd.errors import Unavailable, UsageProblem
from syncd.procore.answers import Row
from syncd.procore.wire import decode_field

if TYPE_CHECKING:
    from syncd.core.values import Value

__all__ = ["Sieve", "check_order", "in_order"]


class Sieve:
    """Keeps the records whose custom fields hold what was asked for; of several values in a list, one."""

    def __init__(self, about: Resource, wanted: Sequence[tuple[ResourceField, str]]) -> None:
        self._about = about
        self._wanted = [(one, value_of(one, said)) for one, said in wanted]

    def keeps(self, row: Row) -> bool:
        """Whether it holds all of it. Raises Unavailable where the list shows no custom fields."""
        if self._wanted and "custom_fields" not in row:
            raise Unavailable(
                f"Procore's list of {self._about.title} shows no custom fields, "
                "so it cannot be narrowed by them."
            )
        return all(_holds(one, decode_field(one, row, ""), said) for one, said in self._wanted)


def _holds(one: ResourceField, value: Value | Absent, said: Value) -> bool:
    if isinstance(value, Absent):
        return False
    if isinstance(value, list) and isinstance(said, list):
        return set(said) <= set(value)
    return agree(value, said, one.field)


def check_order(about: Resource, names: Sequence[str]) -> None:
    """Raises UsageProblem for what a list cannot be ordered by, with the nearest field."""
    shown = [one.name for one in about.fields if one.field.readable and not one.field.detail]
    for name in [name.removeprefix("-") for name in names]:
        one = about.field(name)
        if name.startswith(PREFIX) and about.custom:
            continue
        if one is not None and one.name not in shown:
            raise UsageProblem(f"{name} is read one by one: a list of {about.title} does not show it.")
        if one is None:
            raise UsageProblem(f"{about.title} have no field {name!r}; {instead(name, shown)}")


def in_order(rows: list[dict[str, Any]], order: Sequence[tuple[ResourceField, bool]]) -> list[dict[str, Any]]:
    """The records by these fields, the first one first, each downwards where it says so. What is empty
    comes last."""
    for one, down in reversed(order):
        key, numbers = one.name, one.kind in NUMERIC
        filled = [row for row in rows if row.get(key) not in (None, "")]
        empty = [row for row in rows if row.get(key) in (None, "")]
        filled.sort(key=partial(_rank, key, numbers), reverse=down)
        rows = filled + empty
    return rows


def _rank(key: str, numbers: bool, row: dict[str, Any]) -> tuple[Any, ...]:
    value = row[key]
    return (Decimal(str(value)),) if numbers else (str(value).casefold(), str(value))
