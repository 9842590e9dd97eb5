"""How a value that was sent becomes the value that is stored (reference quickbase-api §4.3).

Stored values are plain and never changed in place: text, float or int, bool, instants and
days as in `moments`, the id of a user, tuples for lists and for the versions of a file.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from syncd.sandbox.quickbase.field import LISTS, TEXTS, Field
from syncd.sandbox.quickbase.files import take_file
from syncd.sandbox.quickbase.moments import to_day, to_instant, to_time_of_day
from syncd.sandbox.quickbase.switches import QuickbaseSwitches
from syncd.sandbox.quickbase.wire import Person

__all__ = ["KEEP", "BadValue", "Rules", "phone", "rounded", "store"]

KEEP = object()
"""The stored value stays as it was."""

_BREAKS = re.compile(r"\r\n|\r|\n")
_EXTENSION = re.compile(r"(?:x|ext\.?|extension)\s*(\d+)\s*$", re.IGNORECASE)
_EXACT = 2**53


class BadValue(Exception):
    """The field does not take the value; the text is the line error."""


@dataclass(slots=True)
class Rules:
    """What storing depends on besides the field: switches, the realm's people, who and when.

    `fresh` are choices that values bring along; they are the field's once the record is stored.
    """

    switches: QuickbaseSwitches
    people: dict[str, Person]
    by_name: dict[str, str] = field(default_factory=dict)
    writer: Person | None = None
    now: str = ""
    fresh: list[tuple[Field, str]] = field(default_factory=list)

    def add_choices(self) -> None:
        """The record is stored: its new choices belong to their fields from now on."""
        for about, value in self.fresh:
            choices = about.properties.get("choices") or []
            if value not in choices:
                about.properties["choices"] = [*choices, value]
        self.fresh.clear()

    def person(self, raw: Any) -> str:
        """The id of the user that a value names. Raises KeyError for nobody."""
        if isinstance(raw, dict):
            if raw.get("id"):
                return self.people[str(raw["id"])].id
            raw = raw.get("email")
            if not self.switches.user_by_email:
                raise KeyError(raw)
        if not isinstance(raw, str):
            raise KeyError(raw)
        return raw if raw in self.people else self.by_name[raw.lower()]


def store(about: Field, raw: Any, rules: Rules, old: Any) -> Any:
    """The value to store for `raw`, or KEEP. Raises BadValue with the line error.

    `old` is what the field holds now: a log field and a file grow from it.
    """
    if raw is None:
        return _emptied(about, rules.switches.null_write)
    if raw == "" and about.type not in TEXTS:
        return _emptied(about, rules.switches.empty_write)
    value = _TAKE[about.type](about, raw, rules, old)
    if about.properties.get("appendOnly") and value:
        who = rules.writer.name if rules.writer else ""
        entry = f"[{_log_day(rules.now)} {who}] {value}"
        return f"{old}\r\n{entry}" if old else entry
    return value


def _emptied(about: Field, how: str) -> Any:
    """What a blank does; a checkbox is never null and a list is emptied by any blank (§4.3)."""
    if how == "clear" or about.type == "checkbox" or about.type in LISTS:
        return about.blank
    if how == "ignore":
        return KEEP
    raise _incompatible(about)


def _incompatible(about: Field) -> BadValue:
    return BadValue(f'Incompatible value for field with ID "{about.fid}".')


def _log_day(now: str) -> str:
    months = "JAN FEB MAR APR MAY JUN JUL AUG SEP OCT NOV DEC".split()
    return f"{months[int(now[5:7]) - 1]}-{now[8:10]}-{now[2:4]}" if now else ""


def _text(about: Field, raw: Any, rules: Rules, old: Any) -> str:
    if isinstance(raw, (int, float)) and not isinstance(raw, bool):
        raw = repr(raw)
    if not isinstance(raw, str):
        raise _incompatible(about)
    if rules.switches.trim_text:
        raw = raw.strip()
    if "\n" in raw or "\r" in raw:
        raw = _BREAKS.sub("\r\n", raw)
    longest = about.properties.get("maxLength") or 0
    if longest and len(raw) > longest:
        raise BadValue(f'Value for field with ID "{about.fid}" is longer than {longest} characters.')
    return str(raw)


def _choice(about: Field, raw: Any, rules: Rules, old: Any) -> str:
    if isinstance(raw, list) and len(raw) == 1:
        raw = raw[0]
    text = _text(about, raw, rules, old)
    _offered(about, (text,), rules)
    return text


def _offered(about: Field, values: tuple[str, ...], rules: Rules) -> None:
    """New choices come along where the field allows them and are line errors elsewhere."""
    choices = about.properties.get("choices") or []
    fresh = [value for value in values if value and value not in choices]
    if not fresh:
        return
    if not about.properties.get("allowNewChoices"):
        raise BadValue(f"The field with ID '{about.fid}' has an invalid choice.")
    rules.fresh += [(about, value) for value in fresh]


def _texts(about: Field, raw: Any, rules: Rules, old: Any) -> tuple[str, ...]:
    if isinstance(raw, str):
        raw = [part.strip() for part in raw.split(";")]
    if not isinstance(raw, list) or not all(isinstance(part, str) for part in raw):
        raise _incompatible(about)
    values = tuple(dict.fromkeys(part for part in raw if part))
    _offered(about, values, rules)
    return values


def rounded(value: float, places: int) -> float:
    """Rounded to decimal places, halves away from zero (§4.1), as an 8-byte float."""
    step = Decimal(1).scaleb(-places)
    return float(Decimal(repr(value)).quantize(step, ROUND_HALF_UP)) if abs(value) < 1e15 else value


def _number(about: Field, raw: Any, rules: Rules, old: Any) -> float | int:
    if isinstance(raw, bool):
        raise _incompatible(about)
    if isinstance(raw, str):
        raw = raw.replace(",", "").strip()
    elif not isinstance(raw, (int, float)):
        raise _incompatible(about)
    try:
        value = float(raw)
    except (ValueError, OverflowError):
        raise _incompatible(about) from None
    if not math.isfinite(value):
        raise _incompatible(about)
    places = about.properties.get("decimalPlaces")
    if isinstance(places, int):
        value = rounded(value, places + 2 if about.type == "percent" else places)
    if rules.switches.whole_numbers == "int" and value.is_integer() and abs(value) <= _EXACT:
        return int(value)
    return value


def _duration(about: Field, raw: Any, rules: Rules, old: Any) -> int:
    return int(_number(about, raw, rules, old))


def _checkbox(about: Field, raw: Any, rules: Rules, old: Any) -> bool:
    if isinstance(raw, bool):
        return raw
    word = str(raw).lower()
    if word in ("1", "true", "yes"):
        return True
    if word in ("0", "false", "no"):
        return False
    raise _incompatible(about)


def _moment(read: Callable[[str], str]) -> Callable[[Field, Any, Rules, Any], str]:
    def take(about: Field, raw: Any, rules: Rules, old: Any) -> str:
        try:
            return read(raw if isinstance(raw, str) else str(int(raw)))
        except (ValueError, TypeError, OverflowError):
            raise _incompatible(about) from None

    return take


def phone(text: str, international: bool) -> str:
    """A phone number the way the vendor reformats it; whatever is no digit is dropped (§4.3)."""
    extension = _EXTENSION.search(text)
    main = text[: extension.start()] if extension else text
    digits = "".join(char for char in main if char in "0123456789")
    if not digits:
        return ""
    tail = f" x{extension.group(1)}" if extension else ""
    if international:
        country = "" if main.lstrip().startswith("+") or len(digits) != 10 else "1"
        return f"+{country}{digits}{tail}"
    if len(digits) < 10:
        return (f"{digits[:-4]}-{digits[-4:]}" if len(digits) > 4 else digits) + tail
    before = f"{digits[:-10]} " if len(digits) > 10 else ""
    return f"{before}({digits[-10:-7]}) {digits[-7:-4]}-{digits[-4:]}{tail}"


def _phone(about: Field, raw: Any, rules: Rules, old: Any) -> str:
    return phone(_text(about, raw, rules, old), bool(about.properties.get("useI18NFormat")))


def _user(about: Field, raw: Any, rules: Rules, old: Any) -> str:
    if raw == {} or (isinstance(raw, dict) and not raw.get("id") and not raw.get("email")):
        return ""
    try:
        return rules.person(raw)
    except KeyError:
        raise _incompatible(about) from None


def _users(about: Field, raw: Any, rules: Rules, old: Any) -> tuple[str, ...]:
    if not isinstance(raw, list) or len(raw) > 20:
        raise _incompatible(about)
    people = (_user(about, one, rules, old) for one in raw)
    return tuple(dict.fromkeys(one for one in people if one))


def _file(about: Field, raw: Any, rules: Rules, old: Any) -> Any:
    try:
        return take_file(raw, old, rules.writer, rules.now, rules.switches.megabyte)
    except ValueError as error:
        raise BadValue(f'Field with ID "{about.fid}": {error}') from None


_TAKE: dict[str, Callable[[Field, Any, Rules, Any], Any]] = {
    **dict.fromkeys(("text", "text-multi-line", "rich-text", "email", "url"), _text),
    **dict.fromkeys(("numeric", "currency", "rating", "percent", "recordid"), _number),
    "text-multiple-choice": _choice,
    "multitext": _texts,
    "duration": _duration,
    "checkbox": _checkbox,
    "date": _moment(to_day),
    "timestamp": _moment(to_instant),
    "timeofday": _moment(to_time_of_day),
    "phone": _phone,
    "user": _user,
    "multiuser": _users,
    "file": _file,
}
