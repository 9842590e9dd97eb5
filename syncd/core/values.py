"""What a field can hold, in one form for both vendors.

A `Value` is plain and JSON-ready, so that baselines compare as text and nothing is ever
rounded by a float on the way:

| kind | a value is |
|---|---|
| text, rich text, choice, phone, email, url | non-empty `str` |
| number, money, percent | `str`: a plain decimal (`"1200.5"`), see `decimal_text` |
| day | `str` `YYYY-MM-DD` |
| instant | `str` `YYYY-MM-DDTHH:MM:SSZ`, UTC, whole seconds |
| checkbox | `bool` |
| choices, users, references | sorted `list` of `str` without repeats, never empty |
| user, reference | `str`, the identity on that side |
| file | `str`: name, version and, where known, size and content, see `core/filevalue.py` |

Empty is always `None`: `""`, `[]` and a vendor's null are the same thing to a person.
`ABSENT` is something else: the side did not say (no permission, not in this view). It is
never written, never a change and never cleared (promise P2, invariant B3).
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Context, Decimal, InvalidOperation
from enum import StrEnum
from typing import Any, Final

import orjson

from syncd.core.filevalue import content_of

__all__ = [
    "ABSENT",
    "Absent",
    "Field",
    "Kind",
    "SideName",
    "Value",
    "agree",
    "decimal_text",
    "decode_row",
    "encode_row",
    "normal",
    "other_side",
    "with_last",
]

Value = str | bool | list[str] | None

MAX_EXPONENT: Final = 400
"""No vendor's number is larger (a float ends at 308); `1e999999` would be a megabyte of zeros."""


class Absent:
    """The type of `ABSENT`; there is one instance."""

    _one: Absent | None = None

    def __new__(cls) -> Absent:
        if cls._one is None:
            cls._one = super().__new__(cls)
        return cls._one

    def __repr__(self) -> str:
        return "ABSENT"

    def __bool__(self) -> bool:
        return False


ABSENT: Final = Absent()


class SideName(StrEnum):
    """The two sides. Their values appear in YAML, JSON and the database."""

    PROCORE = "procore"
    QUICKBASE = "quickbase"


def other_side(side: SideName) -> SideName:
    """The side across from this one."""
    return SideName.QUICKBASE if side is SideName.PROCORE else SideName.PROCORE


class Kind(StrEnum):
    """What a field means. Decides how its values are compared and written."""

    TEXT = "text"
    RICH_TEXT = "rich-text"
    NUMBER = "number"
    MONEY = "money"
    PERCENT = "percent"
    DAY = "day"
    INSTANT = "instant"
    CHECKBOX = "checkbox"
    CHOICE = "choice"
    CHOICES = "choices"
    PHONE = "phone"
    EMAIL = "email"
    URL = "url"
    USER = "user"
    USERS = "users"
    REFERENCE = "reference"
    REFERENCES = "references"
    FILE = "file"


NUMERIC: Final = frozenset({Kind.NUMBER, Kind.MONEY, Kind.PERCENT})
LISTS: Final = frozenset({Kind.CHOICES, Kind.USERS, Kind.REFERENCES})


@dataclass(frozen=True, slots=True)
class Field:
    """One field of one side: what it means and what that side would make of a value.

    `name` is what the vendor calls it in calls (a Procore key, a Quickbase field id as
    text); `label` is what people call it. `decimals`, `max_length`, `choices` and
    `fold_case` are the side's own schema, so that `normal` predicts what it will store.
    `detail` means that lists leave the field out and only a show returns it. `once`: writing it does
    something that cannot be undone, so a write that may have acted is never repeated unasked.
    """

    name: str
    label: str
    kind: Kind
    readable: bool = True
    on_create: bool = True
    on_update: bool = True
    required: bool = False
    detail: bool = False
    decimals: int | None = None
    max_length: int | None = None
    choices: frozenset[str] | None = None
    fold_case: bool = False
    note: str = ""
    once: bool = False


def decimal_text(value: Decimal | int | str) -> str:
    """Render a number as the one text that stands for it: no exponent, no needless zeros.

    Raises ValueError where it is not a finite number.
    """
    try:
        number = value if isinstance(value, Decimal) else Decimal(str(value).strip())
    except InvalidOperation as error:
        raise ValueError(f"{value!r} is not a number") from error
    if not number.is_finite():
        raise ValueError(f"{value!r} is not a number")
    if abs(number.adjusted()) > MAX_EXPONENT:
        raise ValueError(f"{str(value)[:30]!r} has more than {MAX_EXPONENT} digits")
    text = format(number, "f")
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return "0" if text in ("-0", "") else text


def normal(value: Value, field: Field) -> Value:
    """What this side would hold if it were sent `value`: its rounding, length, case.

    Used to compare, never to change what is sent. Text loses only what both vendors are
    known to lose: the kind of line ends and white space round the whole.
    """
    if value is None or isinstance(value, bool):
        return value if field.kind is not Kind.CHECKBOX else bool(value)
    if isinstance(value, list):
        return sorted(set(value)) or None
    if field.kind in NUMERIC:
        return _rounded(value, field.decimals)
    if field.kind is Kind.FILE:
        return content_of(value)
    text = value.replace("\r\n", "\n").strip()
    if field.max_length:
        text = text[: field.max_length]
    if field.fold_case or field.kind is Kind.EMAIL:
        text = text.casefold()
    if field.kind is Kind.PHONE:
        text = _dialled(text)
    return text or None


def agree(one: Value, two: Value, field: Field) -> bool:
    """Whether two values mean the same on the side that `field` describes."""
    return one == two or normal(one, field) == normal(two, field)


# The default context has 28 digits, and quantize fails on anything longer.
_WIDE: Final = Context(prec=2 * MAX_EXPONENT + 50)


def _rounded(text: str, decimals: int | None) -> Value:
    if decimals is None:
        return decimal_text(text)
    step = Decimal(1).scaleb(-decimals)
    return decimal_text(Decimal(text).quantize(step, ROUND_HALF_UP, _WIDE))


def _dialled(text: str) -> str:
    """The digits of a phone number and its extension; a North American 1 is dropped.

    A text without digits (`n/a`) stays as it is: it is not the same as empty.
    """
    number, _, extension = text.casefold().partition("x")
    digits = "".join(ch for ch in number if ch.isdigit())
    if len(digits) == 11 and digits.startswith("1"):
        digits = digits[1:]
    inner = "".join(ch for ch in extension if ch.isdigit())
    if not digits and not inner:
        return text
    return f"{digits}x{inner}" if inner else digits


# Baselines are stored as one JSON array a side; a position without a baseline, or a value
# that a reading left out, is an empty object, which no Value can be. What stood there and could not
# be read looks different, so that a baseline without the field does not hide it.
_HOLE: Final[dict[str, Any]] = {}
_ODD: Final[dict[str, Any]] = {"": _HOLE}


def _blank(one: object) -> dict[str, Any]:
    return _HOLE if one is ABSENT else _ODD


def encode_row(values: tuple[Value | Absent, ...] | list[Value | Absent]) -> str:
    """Pack values, in rule order, as the text that is stored and compared."""
    return orjson.dumps(values, _blank).decode()


def with_last(row: str, last: Value) -> str:
    """What `encode_row` makes of a packed row's values and one more."""
    return f"{row[:-1]}{',' if len(row) > 2 else ''}{orjson.dumps(last).decode()}]"


def decode_row(text: str) -> list[Value | Absent]:
    """Unpack what `encode_row` packed."""
    values: list[Any] = orjson.loads(text)
    if "{}" in text:  # rarely: a hole, or a text that looks like one
        return [ABSENT if isinstance(item, dict) else item for item in values]
    return values
