"""Quickbase's value shapes and our `Value`s, both ways (reference quickbase-api §4.3).

Reading is generous (`""`, `null`, `[]` and `{}` are all empty; stamps with or without
milliseconds), because the vendor's own documents disagree. Writing is strict: one shape
per kind. How a value is cleared is not confirmed per type, so `encode` takes the word
(`""` or `null`) from whoever knows which of them this table obeys.
"""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from syncd.core.unreadable import Unreadable
from syncd.core.values import LISTS, NUMERIC, Kind, Value, decimal_text
from syncd.http.readings import day_of, flag_of, instant_of, number_of, unreadable

__all__ = ["TEXTUAL", "decode", "encode", "kind_of_type"]

TEXTUAL = frozenset({Kind.TEXT, Kind.RICH_TEXT, Kind.CHOICE, Kind.PHONE, Kind.EMAIL, Kind.URL})
"""Kinds whose empty value is `""` beyond doubt."""

_KINDS = {
    "text": Kind.TEXT,
    "text-multi-line": Kind.TEXT,
    "text-multiple-choice": Kind.CHOICE,
    "rich-text": Kind.RICH_TEXT,
    "multitext": Kind.CHOICES,
    "numeric": Kind.NUMBER,
    "currency": Kind.MONEY,
    "rating": Kind.NUMBER,
    "percent": Kind.PERCENT,
    "duration": Kind.NUMBER,
    "date": Kind.DAY,
    "timestamp": Kind.INSTANT,
    "datetime": Kind.INSTANT,
    "date time": Kind.INSTANT,
    "timeofday": Kind.TEXT,
    "checkbox": Kind.CHECKBOX,
    "user": Kind.USER,
    "multiuser": Kind.USERS,
    "phone": Kind.PHONE,
    "email": Kind.EMAIL,
    "url": Kind.URL,
    "dblink": Kind.URL,
    "file": Kind.FILE,
    "recordid": Kind.NUMBER,
}


def kind_of_type(field_type: str) -> Kind | None:
    """The kind of a Quickbase field type; None for those we do not carry (address)."""
    return _KINDS.get(field_type)


def decode(kind: Kind, raw: Any) -> Value | Unreadable:
    """One value as it was read; Unreadable where it is no value of that kind. Files are read by
    `attachment_in`, which knows where they are.

    Line ends are read as `\\n`: multi-line text comes back with `\\r\\n` (§4.3).
    """
    try:
        return _READERS.get(kind, _text)(raw)
    except (ValueError, TypeError, LookupError, ArithmeticError, AttributeError):
        return unreadable("Quickbase", kind, raw)


def encode(kind: Kind, value: Value, *, clear: Any = None) -> Any:
    """The value as a write needs it; `clear` is what empties a field that is no text."""
    if value is None:
        if kind in TEXTUAL:
            return ""
        if kind in LISTS:
            return []
        return False if kind is Kind.CHECKBOX else clear
    if isinstance(value, bool):
        return value
    if isinstance(value, list):
        return [_person(one) for one in value] if kind is Kind.USERS else list(value)
    if kind in NUMERIC:
        return Decimal(value)
    if kind is Kind.REFERENCE and value.isascii() and value.isdigit():
        return int(value)
    return _person(value) if kind is Kind.USER else value


def _person(word: str) -> dict[str, str]:
    """A user by id, or by address where the id is not known: unconfirmed, and harmless to try."""
    return {"email": word} if "@" in word else {"id": word}


def _text(raw: Any) -> Value:
    if raw is None or raw == [] or raw == {}:
        return None
    if isinstance(raw, list) and len(raw) == 1:  # a choice's value is called an array in one vendor page
        raw = raw[0]
    if isinstance(raw, bool) or not isinstance(raw, str | int | Decimal):
        raise TypeError("not a text")
    text = raw if isinstance(raw, str) else decimal_text(raw)
    return text.replace("\r\n", "\n") or None


def _day(raw: Any) -> Value:
    return day_of(_text(raw))


def _texts(raw: Any) -> Value:
    if not raw:
        return None
    parts = raw if isinstance(raw, list) else [raw]
    return sorted({text for part in parts if isinstance(text := _text(part), str)}) or None


def _user(raw: Any) -> Value:
    if not raw:
        return None
    return _text(raw["id"] if isinstance(raw, dict) else raw)


def _users(raw: Any) -> Value:
    if not raw:
        return None
    if not isinstance(raw, list):
        raise TypeError("not a list")
    return sorted({text for one in raw if isinstance(text := _user(one), str)}) or None


def _reference(raw: Any) -> Value:
    value = _text(raw)
    return None if value == "0" else value


_READERS: dict[Kind, Callable[[Any], Value]] = {
    **dict.fromkeys(NUMERIC, number_of),
    Kind.DAY: _day,
    Kind.INSTANT: instant_of,
    Kind.CHECKBOX: flag_of,
    Kind.CHOICES: _texts,
    Kind.REFERENCES: _texts,
    Kind.USER: _user,
    Kind.USERS: _users,
    Kind.REFERENCE: _reference,
}
