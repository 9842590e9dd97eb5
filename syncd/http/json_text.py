"""JSON in and out without losing a digit: fractions are `Decimal` both ways."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

__all__ = ["decode", "encode"]


class _Inexact(Exception):
    """A Decimal that no float spells; the slow encoder must write it."""


def decode(raw: bytes) -> Any:
    """Parse a JSON body. Raises ValueError for anything that is not JSON, NaN included."""
    try:
        return json.loads(raw, parse_float=Decimal, parse_constant=_refuse)
    except RecursionError as problem:
        raise ValueError("the JSON is nested too deeply") from problem


def encode(value: Any) -> bytes:
    """Render plain Python values and Decimals as compact JSON, exactly.

    Raises ValueError for NaN and infinities, TypeError for values JSON does not know.
    """
    try:
        text = json.dumps(value, default=_plain, allow_nan=False, ensure_ascii=False, separators=(",", ":"))
    except _Inexact:
        text = _spell(value)
    return text.encode()


def _refuse(word: str) -> Any:
    raise ValueError(f"{word} is not JSON")


def _plain(value: object) -> int | float:
    if not isinstance(value, Decimal):
        raise TypeError(f"{type(value).__name__} cannot be sent as JSON")
    if not value.is_finite():
        raise ValueError(f"{value} cannot be sent as JSON")
    if value == value.to_integral_value() and value.adjusted() < 40:
        return int(value)
    near = float(value)
    if Decimal(repr(near)) != value:
        raise _Inexact
    return near


def _spell(value: Any) -> str:
    """Write JSON value by value; only for the rare body that holds more digits than a float."""
    if isinstance(value, dict):
        return "{" + ",".join(f"{json.dumps(str(k))}:{_spell(v)}" for k, v in value.items()) + "}"
    if isinstance(value, list | tuple):
        return "[" + ",".join(_spell(item) for item in value) + "]"
    if isinstance(value, Decimal):
        if not value.is_finite():
            raise ValueError(f"{value} cannot be sent as JSON")
        return str(value)
    return json.dumps(value, default=_plain, allow_nan=False, ensure_ascii=False)
