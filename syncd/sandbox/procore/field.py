"""Fields of a resource as data: how a value is taken in, and how it reads.

What a client writes and what it reads back differ on purpose: references are written as ids and
read as objects, money is written as a number and read as text, a day nobody can read is stored as
null without a word (reference procore-api §17, §20).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from typing import Any, Literal

from syncd.sandbox.procore.form import Part
from syncd.sandbox.procore.switches import ProcoreSwitches

__all__ = ["Field", "FieldError", "Kind", "take"]

Kind = Literal[
    "text", "int", "float", "flag", "money", "day", "instant", "choice", "ref", "refs", "impact", "body"
]

_TRUE = {"true": True, "1": True, "false": False, "0": False}
_DAY = re.compile(r"(\d{4}-\d{2}-\d{2})")


class FieldError(ValueError):
    """A value that the vendor refuses; the text is the vendor's message for the field."""


@dataclass(frozen=True, slots=True)
class Field:
    """One stored field. `write` is the key it is written by ("" if the server alone sets it).

    `target` names the resource or option list that a reference points to, and `shows` what it reads
    with besides id and name; `also` are keys that mirror the value for old clients; `sync` says
    whether sync items may carry the field. A `hidden` one is stored and not shown.
    """

    name: str
    kind: Kind = "text"
    write: str | None = None
    default: Any = None
    target: str = ""
    choices: tuple[str, ...] = ()
    also: tuple[str, ...] = ()
    sync: bool = True
    needed: bool = False
    hidden: bool = False
    shows: tuple[str, ...] = ()

    @property
    def written_as(self) -> str:
        """The key in a write's body."""
        if self.write is not None:
            return self.write
        if self.kind == "ref":
            return f"{self.name}_id"
        if self.kind == "refs":
            return f"{self.name.removesuffix('s')}_ids"
        return self.name


def take(field: Field, sent: Any, switches: ProcoreSwitches) -> Any:
    """The value to be stored for what was sent. Raises FieldError."""
    if field.kind == "refs":
        return _ids(sent)
    if sent is None:
        return None
    if field.kind == "text":
        return _text(sent, switches)
    if field.kind == "flag":
        return _flag(sent)
    if field.kind in ("int", "ref"):
        return _whole(sent)
    if field.kind == "float":
        return _float(sent)
    if field.kind == "money":
        return _money(sent, switches)
    if field.kind == "day":
        return _day(sent)
    if field.kind == "instant":
        return _instant(sent)
    if field.kind == "impact":
        return _impact(field, sent)
    if field.kind == "body":
        return _text(sent.get("body"), switches) if isinstance(sent, dict) and sent.get("body") else ""
    if str(sent) not in field.choices:
        raise FieldError("is not included in the list")
    return str(sent)


def _text(sent: Any, switches: ProcoreSwitches) -> str | None:
    if isinstance(sent, (dict, list, Part)):
        raise FieldError("is invalid")
    text = str(sent).lower() if isinstance(sent, bool) else str(sent)
    if switches.trim_text:
        text = text.strip()
    return None if text == "" and switches.blank_text == "null" else text


def _flag(sent: Any) -> bool:
    if isinstance(sent, bool):
        return sent
    known = _TRUE.get(str(sent).lower())
    if known is None:
        raise FieldError("is not included in the list")
    return known


def _whole(sent: Any) -> int | None:
    if sent == "":
        return None
    try:
        if isinstance(sent, bool) or int(sent) != Decimal(sent):
            raise ValueError(sent)
        return int(sent)
    except (ValueError, TypeError, InvalidOperation, OverflowError):
        raise FieldError("is not a number") from None


def _decimal(sent: Any) -> Decimal:
    try:
        if isinstance(sent, bool):
            raise ValueError(sent)
        number = Decimal(str(sent))
    except (ValueError, InvalidOperation):
        raise FieldError("is not a number") from None
    if not number.is_finite():
        raise FieldError("is not a number")
    return number


def _float(sent: Any) -> float:
    number = float(_decimal(sent))
    if number in (float("inf"), float("-inf")):
        raise FieldError("is not a number")
    return number


def _money(sent: Any, switches: ProcoreSwitches) -> str | None:
    """Decimals read as text, with at least one place behind the point ("1.0" in real answers)."""
    if sent == "":
        return None
    number = _decimal(sent)
    if abs(number) >= Decimal("1e15"):
        raise FieldError("must be less than 1000000000000000")
    if switches.money == "cents":
        number = number.quantize(Decimal("0.01"), ROUND_HALF_UP)
    whole, _, places = format(abs(number), "f").partition(".")
    sign = "-" if number < 0 else ""
    return f"{sign}{whole}.{places.rstrip('0') or '0'}"


def _day(sent: Any) -> str | None:
    """A calendar day; what cannot be read as one becomes null, without an error."""
    found = _DAY.match(str(sent))
    try:
        return date.fromisoformat(found[1]).isoformat() if found else None
    except ValueError:
        return None


def _instant(sent: Any) -> str | None:
    """An instant in UTC and whole seconds; what cannot be read as one becomes null."""
    try:
        moment = datetime.fromisoformat(str(sent))
        moment = moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except (ValueError, OverflowError):
        return None
    return moment.isoformat(timespec="seconds")[:19] + "Z"


def _ids(sent: Any) -> tuple[int, ...]:
    if sent is None or sent == "":
        return ()
    if not isinstance(sent, list):
        raise FieldError("is invalid")
    ids = [_whole(one) for one in sent]
    return tuple(dict.fromkeys(one for one in ids if one is not None))


def _impact(field: Field, sent: Any) -> dict[str, Any]:
    """A schedule or cost impact: a status of the list and an amount."""
    if not isinstance(sent, dict):
        raise FieldError("is invalid")
    status = sent.get("status")
    if status is not None and status not in field.choices:
        raise FieldError("is not included in the list")
    value = sent.get("value")
    if value is not None:
        number = _decimal(value)
        value = int(number) if number == int(number) else float(number)
    return {"status": status, "value": value}
