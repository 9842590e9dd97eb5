"""From one side's kind of value to the other's: what crosses how, and what cannot.

A conversion takes a value of the source's kind and returns one of the target's, or `Held`
with a sentence where this one value cannot cross. Pairs of kinds that can never cross
raise `CannotMap` when the mapping is loaded.
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from html.parser import HTMLParser
from zoneinfo import ZoneInfo

from syncd.core.rule import Held
from syncd.core.values import NUMERIC, Field, Kind, Value, decimal_text, normal

__all__ = [
    "CannotMap",
    "Convert",
    "between",
    "compared",
    "fitted",
    "loosely",
    "parse",
    "refusal",
    "unchanged",
]

Convert = Callable[[Value], "Value | Held"]

WORDS = frozenset({Kind.TEXT, Kind.CHOICE, Kind.PHONE, Kind.EMAIL, Kind.URL})
IDS = frozenset({Kind.USER, Kind.REFERENCE})
LISTED = frozenset({Kind.CHOICES, Kind.USERS, Kind.REFERENCES})

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


class CannotMap(Exception):
    """Two kinds that can never cross, or not without a word more. `str()` is a sentence."""


def between(source: Kind, target: Kind, zone: ZoneInfo | None = None) -> Convert:
    """The conversion from `source` to `target`. Raises CannotMap."""
    if source in LISTED or target in LISTED:
        return _lists(source, target)
    if Kind.CHECKBOX in (source, target) and source is not target:
        raise CannotMap(f"{_a(source)} does not map to {_a(target)} by itself; say how with `values:`")
    if {source, target} == {Kind.DAY, Kind.INSTANT}:
        return _zoned(target, zone)
    if Kind.USER in (source, target) and source is target:
        raise CannotMap("users have different ids on both sides; matching them needs `by:`")
    if source is target or (source in WORDS and target in WORDS) or (source in NUMERIC and target in NUMERIC):
        return unchanged
    if target in WORDS and (source in NUMERIC or source in IDS or source in (Kind.DAY, Kind.INSTANT)):
        return unchanged  # their values are plain text already
    if source is Kind.RICH_TEXT and target in WORDS:
        return _without_markup
    if source in WORDS and target is Kind.RICH_TEXT:
        return _with_markup
    if source in WORDS and (target in NUMERIC or target in (Kind.DAY, Kind.INSTANT)):
        return _read_as(target)
    if (source in WORDS and target in IDS) or (source in IDS and target in NUMERIC):
        return unchanged
    if source in NUMERIC and target in IDS:
        return unchanged
    raise CannotMap(f"{_a(source)} does not map to {_a(target)}")


def loosely(target: Kind) -> Convert:
    """From what an expression makes (text, yes or no, a list) to `target`."""
    if target in LISTED:
        return lambda value: [value] if isinstance(value, str) else value
    if target is Kind.CHECKBOX:
        return _as_flag
    if target in IDS:
        return _as_text
    read = between(Kind.TEXT, target)

    def convert(value: Value) -> Value | Held:
        text = _as_text(value)
        return text if text is None or isinstance(text, Held) else read(text)

    return convert


def _as_text(value: Value) -> Value | Held:
    if isinstance(value, bool):
        return "true" if value else "false"
    return ", ".join(value) if isinstance(value, list) else value


def _as_flag(value: Value) -> Value | Held:
    if value is None or isinstance(value, bool):
        return bool(value)
    word = value.casefold() if isinstance(value, str) else ""
    if word in ("true", "false"):
        return word == "true"
    return Held(f"the expression makes {str(value)[:60]!r}, which is neither true nor false")


def fitted(convert: Convert, target: Field, side: str) -> Convert:
    """`convert`, holding what the target's schema is known to refuse: empty, choice, length."""

    def checked(value: Value) -> Value | Held:
        made = convert(value)
        if isinstance(made, Held):
            return made
        why = refusal(made, target)
        return Held(f"{side} field '{target.label}' {why}") if why else made

    return checked if target.required or target.choices is not None or target.max_length else convert


def refusal(value: Value, target: Field) -> str:
    """Why the target would refuse this value, "" if nothing is known against it."""
    if value is None:
        return "may not be empty" if target.required and target.kind is not Kind.CHECKBOX else ""
    if target.choices is not None:
        for one in value if isinstance(value, list) else [value]:
            if one not in target.choices:
                return f"does not have the choice {str(one)!r}"
    if target.max_length and isinstance(value, str) and len(value) > target.max_length:
        return f"takes at most {target.max_length} characters, and this has {len(value)}"
    return ""


def parse(text: str | None, field: Field) -> Value:
    """What an admin's text in a mapping file means for this field. Raises ValueError."""
    if text is None or text == "":
        return None
    kind = field.kind
    if kind is Kind.CHECKBOX:
        word = text.casefold()
        if word not in ("true", "false"):
            raise ValueError(f"{text!r} is not true or false, which is what '{field.label}' takes")
        return word == "true"
    if kind in LISTED:
        return sorted({part.strip() for part in text.split(",")} - {""}) or None
    made = between(Kind.TEXT, kind)(text) if kind is not Kind.RICH_TEXT else text
    if isinstance(made, Held):
        raise ValueError(made.reason)
    if field.choices is not None and isinstance(made, str) and made not in field.choices:
        raise ValueError(f"'{field.label}' does not have the choice {text!r}")
    return made


def compared(value: Value, field: Field) -> str:
    """The text by which a value is looked up in `values:`."""
    return repr(normal(value, field))


def unchanged(value: Value) -> Value | Held:
    """The conversion between kinds that share one form."""
    return value


_CALLED = {
    Kind.TEXT: "text",
    Kind.RICH_TEXT: "rich text",
    Kind.MONEY: "an amount of money",
    Kind.PERCENT: "a percentage",
    Kind.INSTANT: "a moment",
    Kind.PHONE: "a phone number",
    Kind.EMAIL: "an e-mail address",
    Kind.URL: "a URL",
    Kind.CHOICES: "a list of choices",
    Kind.USERS: "a list of users",
    Kind.REFERENCES: "a list of references",
}


def _a(kind: Kind) -> str:
    return _CALLED.get(kind, f"a {kind.value}")


def _lists(source: Kind, target: Kind) -> Convert:
    if Kind.USERS in (source, target):
        raise CannotMap("lists of users have different ids on both sides; matching them needs `by:`")
    if source is target:
        return unchanged
    hint = "; make one text of it with `join:`" if WORDS & {source, target} else ""
    raise CannotMap(f"{_a(source)} does not map to {_a(target)}{hint}")


def _read_as(target: Kind) -> Convert:
    def read(value: Value) -> Value | Held:
        if value is None:
            return None
        text = str(value).strip()
        try:
            if target in NUMERIC:
                return decimal_text(text.replace(",", "").removeprefix("$"))
            if target is Kind.DAY:
                if not _DAY.fullmatch(text):
                    raise ValueError(text)
                return date.fromisoformat(text).isoformat()
            moment = datetime.fromisoformat(text)
            if moment.tzinfo is None:
                raise ValueError(text)
            return _instant(moment)
        except (ValueError, OverflowError):
            wanted = {
                Kind.DAY: "a day such as 2026-03-31",
                Kind.INSTANT: "a moment such as 2026-03-31T12:00:00Z",
            }
            return Held(f"{text[:60]!r} is not {wanted.get(target, 'a number')}")

    return read


def _zoned(target: Kind, zone: ZoneInfo | None) -> Convert:
    if zone is None:
        raise CannotMap("a day and a moment meet only in a time zone; add `zone:`, such as America/Chicago")

    def to_instant(value: Value) -> Value | Held:
        if value is None:
            return None
        try:
            return _instant(_first_moment(date.fromisoformat(str(value)), zone))
        except OverflowError:
            return Held(f"{value!r} lies outside the calendar")

    def to_day(value: Value) -> Value | Held:
        if value is None:
            return None
        try:
            return datetime.fromisoformat(str(value)).astimezone(zone).date().isoformat()
        except OverflowError:
            return Held(f"{value!r} lies outside the calendar")

    return to_instant if target is Kind.INSTANT else to_day


def _first_moment(day: date, zone: ZoneInfo) -> datetime:
    """The first moment of the day there; where clocks skip midnight, the first that exists."""
    moment = datetime.combine(day, time(), zone).astimezone(UTC)
    while moment.astimezone(zone).date() < day:
        moment += timedelta(minutes=15)
    return moment


def _instant(moment: datetime) -> str:
    return moment.astimezone(UTC).replace(microsecond=0, tzinfo=None).isoformat() + "Z"


def _with_markup(value: Value) -> Value | Held:
    return html.escape(str(value), quote=False).replace("\n", "<br>") if value is not None else None


class _Words(HTMLParser):
    """Collects the text of a piece of HTML; blocks and breaks end lines."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []

    def handle_data(self, data: str) -> None:
        self.parts.append(data)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "br":
            self.parts.append("\n")

    def handle_endtag(self, tag: str) -> None:
        if tag in ("p", "div", "li", "tr", "h1", "h2", "h3"):
            self.parts.append("\n")


def _without_markup(value: Value) -> Value | Held:
    if value is None:
        return None
    words = _Words()
    words.feed(str(value))
    words.close()
    return "".join(words.parts).strip() or None
