"""Readings: what both vendors write alike in JSON, brought into the one form of values."""

from __future__ import annotations

from datetime import date
from typing import Any

from syncd.clock import instant_text, parse_instant
from syncd.core.values import Value, decimal_text

__all__ = ["day_of", "instant_of", "number_of"]


def number_of(raw: Any) -> Value:
    """A number, or the text of one; empty is None. Raises TypeError or ValueError for all else."""
    if raw is None or raw == "":
        return None
    if isinstance(raw, bool):
        raise TypeError("not a number")
    return decimal_text(raw)


def day_of(text: Value) -> Value:
    """The day that a date or an instant begins with. Raises ValueError where there is none."""
    return date.fromisoformat(text[:10]).isoformat() if isinstance(text, str) else text


def instant_of(raw: Any) -> Value:
    """A moment in UTC; empty is None. Raises ValueError where it is no moment."""
    return instant_text(parse_instant(raw)) if raw else None
