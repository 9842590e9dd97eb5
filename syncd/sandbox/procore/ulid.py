"""The ids of uploads: 26 letters and digits that stand for a number of 128 bits."""

from __future__ import annotations

import re

__all__ = ["ULID", "number_in", "ulid_text"]

_DIGITS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_PLACES = {digit: value for value, digit in enumerate(_DIGITS)}

ULID = re.compile(r"^[0-7][0-9A-HJKMNP-TV-Z]{25}$", re.ASCII)


def ulid_text(number: int) -> str:
    """How an id reads."""
    return "".join(_DIGITS[number >> shift & 31] for shift in range(125, -1, -5))


def number_in(text: str) -> int:
    """The number that an id stands for; -1 for what is none."""
    if not ULID.match(text):
        return -1
    number = 0
    for digit in text:
        number = number << 5 | _PLACES[digit]
    return number
