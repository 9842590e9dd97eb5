"""Readings: what both vendors write alike in JSON, brought into the one form of values."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from syncd.clock import instant_text, parse_instant
from syncd.core.unreadable import Unreadable
from syncd.core.values import Kind, Value, decimal_text

__all__ = ["day_of", "flag_of", "instant_of", "number_of", "unreadable"]

_SHAPES: dict[type, str] = {
    bool: "true or false",
    int: "a number",
    Decimal: "a number",
    str: "a text",
    list: "a list",
    dict: "an object",
}
_WORDS = {
    Kind.DAY: "date",
    Kind.INSTANT: "date and time",
    Kind.MONEY: "amount of money",
    Kind.EMAIL: "e-mail address",
    Kind.CHOICES: "list of choices",
    Kind.USERS: "list of users",
    Kind.REFERENCE: "record",
    Kind.REFERENCES: "list of records",
}


def number_of(raw: Any) -> Value:
    """A number, or the text of one; empty is None. Raises TypeError or ValueError for all else."""
    if raw in (None, "", [], {}):
        return None
    if isinstance(raw, bool) or not isinstance(raw, int | Decimal | str):
        raise TypeError("not a number")
    return decimal_text(raw)


def flag_of(raw: Any) -> Value:
    """A tick, or a word or number for one; empty is False. Raises TypeError for all else."""
    if raw in (None, "", [], {}):
        return False
    if isinstance(raw, str):
        return raw.lower() in ("true", "1", "yes")
    if not isinstance(raw, bool | int):
        raise TypeError("not a tick")
    return bool(raw)


def day_of(text: Value) -> Value:
    """The day that a date or an instant begins with. Raises ValueError where there is none."""
    return date.fromisoformat(text[:10]).isoformat() if isinstance(text, str) else text


def instant_of(raw: Any) -> Value:
    """A moment in UTC; empty is None. Raises ValueError where it is no moment."""
    return instant_text(parse_instant(raw)) if raw else None


def unreadable(vendor: str, kind: Kind, raw: Any) -> Unreadable:
    """What stands for a value that is of no shape its kind has: says which it is, never the value."""
    shape, word = _SHAPES.get(type(raw), "nothing readable"), _WORDS.get(kind, kind.value)
    return Unreadable(f"{vendor} holds {shape} here that is no {word}: look at the field in {vendor}")
