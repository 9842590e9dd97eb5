"""The values a person gives: `field=value` words and JSON documents, by the catalogue's kinds."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from syncd.catalog import Resource, ResourceField, closest, instead
from syncd.clock import instant_text, parse_instant
from syncd.core.values import LISTS, NUMERIC, Kind, Value, decimal_text
from syncd.errors import UsageProblem
from syncd.http.json_text import decode

__all__ = ["IDS", "MOST_BYTES", "field_named", "is_id", "is_name", "read_document", "split_words", "value_of"]

MOST_BYTES = 4 * 1024 * 1024
"""Bytes of a JSON document; a record's values are never so large."""

IDS = frozenset({Kind.USER, Kind.REFERENCE, Kind.USERS, Kind.REFERENCES})
"""Kinds whose values are ids of other records."""

_YES, _NO = frozenset({"true", "yes"}), frozenset({"false", "no"})
_TAKES = {
    **dict.fromkeys(NUMERIC, "a number such as 1200.50"),
    **dict.fromkeys(IDS, "a Procore id"),
    **dict.fromkeys(LISTS & IDS, "Procore ids with commas between them"),
    Kind.DAY: "a day such as 2026-03-31",
    Kind.INSTANT: "a moment such as 2026-03-31T08:00:00Z",
    Kind.CHECKBOX: "true or false",
    Kind.CHOICES: "words with commas between them",
}


def split_words(words: Sequence[str]) -> tuple[str, dict[str, Any]]:
    """The record's id ("" if none is named) and the values by field name.

    Raises UsageProblem for a second id, and for a field given twice.
    """
    id, values = "", {}
    for word in words:
        name, equals, value = word.partition("=")
        if equals:
            if name in values:
                raise UsageProblem(f"{name} is given twice.")
            values[name] = value
        elif id:
            raise UsageProblem(f"{word!r} is neither a field=value nor the first id.")
        else:
            id = word
    return id, values


def read_document(source: str) -> dict[str, Any]:
    """The values in a JSON file, `-` for standard input: one object, values by field name.

    Raises UsageProblem where it cannot be read or is something else.
    """
    name = "standard input" if source == "-" else source
    try:
        if source == "-":
            raw = sys.stdin.buffer.read(MOST_BYTES + 1)
        else:
            with Path(source).open("rb") as file:
                raw = file.read(MOST_BYTES + 1)
        found = decode(raw, once=True) if len(raw) <= MOST_BYTES else None
    except OSError as error:
        raise UsageProblem(f"{name} cannot be read: {error.strerror}.") from error
    except ValueError as error:
        raise UsageProblem(f"{name} cannot be read as JSON: {error}.") from error
    if len(raw) > MOST_BYTES:
        raise UsageProblem(f"{name} is larger than {MOST_BYTES:,} bytes.")
    if not isinstance(found, dict):
        raise UsageProblem(f"{name} must hold one JSON object, values by field name.")
    return found


def field_named(about: Resource, name: str, among: Sequence[str] = ()) -> ResourceField:
    """The field of that name. Raises UsageProblem with the nearest one; `among` narrows what is meant."""
    names = among or [one.name for one in about.fields]
    found = about.field(name)
    if found is None or name not in names:
        raise UsageProblem(f"{about.title} have no field {name!r} here; {instead(name, names)}")
    return found


def value_of(one: ResourceField, raw: Any) -> Value:
    """What a person wrote as the field's value; an empty text or null clears it.

    Raises UsageProblem, saying what the field takes.
    """
    if one.kind is Kind.FILE:
        raise UsageProblem(f"{one.name} takes bytes, not a value: say `upload` or `create-version`.")
    if raw is None or raw == "" or raw == []:
        return None
    try:
        value = _read(one.kind, raw)
    except (TypeError, ValueError, ArithmeticError) as error:
        takes = _TAKES.get(one.kind, "a text")
        raise UsageProblem(f"{one.name} takes {takes}, not {_shown(raw)}.") from error
    if one.field.decimals == 0 and isinstance(value, str) and not Decimal(value) % 1 == 0:
        raise UsageProblem(f"{one.name} takes a whole number, not {value}.")
    _check_choice(one, value)
    return value


def _read(kind: Kind, raw: Any) -> Value:
    if kind in LISTS:
        parts = raw if isinstance(raw, list) else _text(raw).split(",")
        read = [_id(one) if kind in IDS else _text(one).strip() for one in parts]
        return sorted({one for one in read if one}) or None
    if kind in IDS:
        return _id(raw)
    if kind in NUMERIC:
        if isinstance(raw, bool | list | Mapping):
            raise TypeError("not a number")
        return decimal_text(raw)
    if kind is Kind.CHECKBOX:
        return _flag(raw)
    if kind is Kind.DAY:
        return date.fromisoformat(_text(raw)).isoformat()
    if kind is Kind.INSTANT:
        return instant_text(parse_instant(_text(raw)))
    return _text(raw)


def _text(raw: Any) -> str:
    if isinstance(raw, bool) or not isinstance(raw, str | int | Decimal):
        raise TypeError("not a text")
    return raw if isinstance(raw, str) else decimal_text(raw)


def is_id(text: str) -> bool:
    """Whether it looks like an id: digits, with a / between the parts of a longer one."""
    return all(part.isascii() and part.isdigit() for part in text.strip().split("/"))


def is_name(part: Any) -> bool:
    """Whether it is a word, with a letter or a digit in it, that is no id."""
    return isinstance(part, str) and not is_id(part) and any(sign.isalnum() for sign in part)


def _id(raw: Any) -> str:
    text = _text(raw).strip()
    if not is_id(text):
        raise ValueError("not an id")
    return text


def _flag(raw: Any) -> bool:
    if isinstance(raw, bool):
        return raw
    word = _text(raw).lower()
    if word not in _YES | _NO:
        raise ValueError("neither true nor false")
    return word in _YES


def _check_choice(one: ResourceField, value: Value) -> None:
    choices = one.field.choices
    for part in value if isinstance(value, list) else [value]:
        if choices is not None and isinstance(part, str) and part not in choices:
            near = closest(part, choices)
            meant = f"; did you mean {near!r}?" if near else "."
            raise UsageProblem(f"{one.name} takes one of {', '.join(sorted(choices))}, not {part!r}{meant}")


def _shown(raw: Any) -> str:
    text = repr(raw)
    return text if len(text) <= 60 else text[:59] + "…"
