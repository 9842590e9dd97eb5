"""JSON in and out without losing a digit: fractions are `Decimal` both ways.

Text that was cut within a character (half of an emoji, which JSON can spell and UTF-8
cannot) is read and sent with U+FFFD in that place: no record may stop the others (P10).
"""

from __future__ import annotations

import json
import re
from decimal import Decimal
from typing import Any

__all__ = ["decode", "encode"]


_HALF = re.compile("[\ud800-\udfff]")
_UNKNOWN = "\ufffd"


class _Inexact(Exception):
    """A Decimal that no float spells; the slow encoder must write it."""


def decode(raw: bytes, *, once: bool = False) -> Any:
    """Parse a JSON body. Raises ValueError for anything that is not JSON, NaN included.

    `once`: an object that says one key twice is refused too; else the last one stands, as usual.
    """
    text = raw.decode(json.detect_encoding(raw), "surrogatepass")
    pairs = _each_once if once else None
    try:
        value = json.loads(text, parse_float=Decimal, parse_constant=_refuse, object_pairs_hook=pairs)
        return _whole(value) if _may_hold_halves(raw, text) else value
    except RecursionError as problem:
        raise ValueError("the JSON is nested too deeply") from problem
    except ArithmeticError as problem:
        raise ValueError("the JSON holds a number that is too large") from problem


def encode(value: Any) -> bytes:
    """Render plain Python values and Decimals as compact JSON, exactly.

    Raises ValueError for NaN and infinities, TypeError for values JSON does not know.
    """
    try:
        text = json.dumps(value, default=_plain, allow_nan=False, ensure_ascii=False, separators=(",", ":"))
    except _Inexact:
        text = _spell(value)
    try:
        return text.encode()
    except UnicodeEncodeError:
        return _HALF.sub(_UNKNOWN, text).encode()


def _may_hold_halves(raw: bytes, text: str) -> bool:
    """True if some text in this JSON may hold half a character; cheap where there is none."""
    if b"\\ud" in raw or b"\\uD" in raw:
        return True
    return (b"\xed" in raw or b"\0" in raw) and _HALF.search(text) is not None


def _whole(value: Any) -> Any:
    """The same value with U+FFFD in place of every half character."""
    if isinstance(value, str):
        return _HALF.sub(_UNKNOWN, value)
    if isinstance(value, list):
        return [_whole(one) for one in value]
    if isinstance(value, dict):
        return {_HALF.sub(_UNKNOWN, key): _whole(one) for key, one in value.items()}
    return value


def _each_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, value in pairs:
        if key in found:
            raise ValueError(f"{key!r} is said twice")
        found[key] = value
    return found


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
