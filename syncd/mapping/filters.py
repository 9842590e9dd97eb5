"""What an expression may do to values: our own capped versions, and nothing else.

Jinja's own filters and operators can make a gigabyte out of ten characters (reference
stack-and-style §2.9), so none of them is reachable: every operator and filter in an
expression becomes a call of a function here, which refuses what grows too large.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from typing import Any

from syncd.core.values import decimal_text

__all__ = ["EMPTY", "FILTERS", "OPERATORS", "TESTS", "Empty", "Refused", "text_of"]

MAX_TEXT = 100_000
MAX_LIST = 1_000
MAX_DIGITS = 100


class Refused(Exception):
    """An expression cannot be evaluated on this record. `str()` is a sentence."""


class Empty:
    """A field without a value: empty text when joined, empty in arithmetic, false in `if`."""

    def __str__(self) -> str:
        return ""

    def __bool__(self) -> bool:
        return False

    def __eq__(self, other: object) -> bool:
        return other is None or other == "" or isinstance(other, Empty)

    def __hash__(self) -> int:
        return 0

    def __neg__(self) -> Empty:
        return self

    def _never(self, other: object) -> bool:
        return False

    __lt__ = __le__ = __gt__ = __ge__ = _never

    def __contains__(self, item: object) -> bool:
        return False

    def __iter__(self) -> Any:
        return iter(())

    def __len__(self) -> int:
        return 0

    def __getitem__(self, index: object) -> Empty:
        return self


EMPTY = Empty()

_NUMBERS = (int, Decimal)


def text_of(value: Any) -> str:
    """A value as people read it; never longer than the cap."""
    if value is None or isinstance(value, Empty):
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, _NUMBERS):
        return decimal_text(_small(Decimal(value)))
    if isinstance(value, list):
        return capped(", ".join(text_of(item) for item in value))
    return capped(str(value))


def capped(text: str) -> str:
    """The text itself. Raises Refused where it is longer than an expression may make."""
    if len(text) > MAX_TEXT:
        raise Refused(f"the expression makes a text of more than {MAX_TEXT} characters")
    return text


def number_of(value: Any) -> Decimal:
    """A number, or a text that reads as one. Raises Refused for others."""
    if isinstance(value, _NUMBERS) and not isinstance(value, bool):
        return _small(Decimal(value))
    try:
        return _small(Decimal(str(value).strip().replace(",", "")))
    except InvalidOperation as error:
        raise Refused(f"{text_of(value)[:60]!r} is not a number") from error


def _small(number: Decimal) -> Decimal:
    if not number.is_finite() or abs(number.adjusted()) > MAX_DIGITS:
        raise Refused(f"the expression makes a number of more than {MAX_DIGITS} digits")
    return number


def _concat(parts: list[Any]) -> str:
    return capped("".join(text_of(part) for part in parts))


def _arithmetic(word: str, act: Callable[[Decimal, Decimal], Decimal]) -> Callable[[Any, Any], Any]:
    def operate(left: Any, right: Any) -> Any:
        if isinstance(left, Empty) or isinstance(right, Empty):
            return EMPTY
        for side in (left, right):
            if isinstance(side, bool) or not isinstance(side, _NUMBERS):
                raise Refused(f"{text_of(side)[:60]!r} is not a number, so it cannot be {word}")
        try:
            return _small(act(Decimal(left), Decimal(right)))
        except ArithmeticError as error:
            raise Refused("the expression divides by zero, or by something as good as zero") from error

    return operate


def _add(left: Any, right: Any) -> Any:
    if isinstance(left, str) and isinstance(right, str):
        return capped(left + right)
    if isinstance(left, list) and isinstance(right, list):
        return _short(left + right)
    return _SUM(left, right)


_SUM = _arithmetic("added", lambda a, b: a + b)

OPERATORS: dict[str, Callable[..., Any]] = {
    "~": _concat,
    "+": _add,
    "-": _arithmetic("subtracted", lambda a, b: a - b),
    "*": _arithmetic("multiplied", lambda a, b: a * b),
    "/": _arithmetic("divided", lambda a, b: a / b),
    "//": _arithmetic("divided", lambda a, b: a // b),
}


def _short(items: Iterable[Any]) -> list[Any]:
    listed = list(items)
    if len(listed) > MAX_LIST:
        raise Refused(f"the expression makes a list of more than {MAX_LIST} entries")
    return listed


def _replace(value: Any, old: Any, new: Any) -> str:
    text, before, after = text_of(value), text_of(old), text_of(new)
    grown = len(text) + text.count(before) * (len(after) - len(before))
    if grown > MAX_TEXT:
        raise Refused(f"the expression makes a text of more than {MAX_TEXT} characters")
    return text.replace(before, after) if before else text


def _join(value: Any, between: Any = "") -> str:
    if not isinstance(value, list):
        return text_of(value)
    return capped(text_of(between).join(text_of(item) for item in _short(value) if text_of(item)))


def _truncate(value: Any, length: Any, end: Any = "") -> str:
    text, tail, most = text_of(value), text_of(end), int(number_of(length))
    return text if len(text) <= most else text[: max(0, most - len(tail))] + tail


def _round(value: Any, places: Any = 0) -> Any:
    if isinstance(value, Empty):
        return EMPTY
    digits = int(number_of(places))
    if not 0 <= digits <= 20:
        raise Refused("round takes 0 to 20 places")
    return number_of(value).quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP)


def _default(value: Any, other: Any) -> Any:
    return other if isinstance(value, Empty) or value in (None, "") else value


def _split(value: Any, between: Any) -> list[Any]:
    text, mark = text_of(value), text_of(between)
    return _short([part.strip() for part in text.split(mark)] if mark and text else [text] if text else [])


def _end(which: int) -> Callable[[Any], Any]:
    return lambda value: value[which] if isinstance(value, str | list) and value else EMPTY


def _number(value: Any) -> Any:
    return EMPTY if isinstance(value, Empty) or value == "" else number_of(value)


def _unless_empty(act: Callable[[Decimal], Any]) -> Callable[[Any], Any]:
    return lambda value: EMPTY if isinstance(value, Empty) else act(number_of(value))


FILTERS: dict[str, Callable[..., Any]] = {
    "upper": lambda value: capped(text_of(value).upper()),
    "lower": lambda value: text_of(value).lower(),
    "title": lambda value: text_of(value).title(),
    "capitalize": lambda value: text_of(value).capitalize(),
    "trim": lambda value: text_of(value).strip(),
    "string": text_of,
    "replace": _replace,
    "join": _join,
    "split": _split,
    "truncate": _truncate,
    "default": _default,
    "round": _round,
    "number": _number,
    "int": _unless_empty(lambda number: Decimal(int(number))),
    "abs": _unless_empty(abs),
    "length": lambda value: Decimal(len(value) if isinstance(value, list) else len(text_of(value))),
    "first": _end(0),
    "last": _end(-1),
}

TESTS: dict[str, Callable[..., Any]] = {
    "none": lambda value: value is None or isinstance(value, Empty),
    "empty": lambda value: value is None or isinstance(value, Empty) or value in ("", []),
    "defined": lambda value: not isinstance(value, Empty),
    "number": lambda value: isinstance(value, _NUMBERS) and not isinstance(value, bool),
}
