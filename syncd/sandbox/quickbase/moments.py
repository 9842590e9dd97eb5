"""Instants and days as text of one width, so that comparing texts compares times.

An instant is kept as `YYYY-MM-DDTHH:MM:SS.mmmZ` (the vendor stores milliseconds, reference
quickbase-api §3), a day as `YYYY-MM-DD`.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta

__all__ = [
    "day_start",
    "end_of_cut",
    "relative_days",
    "stamp",
    "to_day",
    "to_instant",
    "to_time_of_day",
    "zone_offset",
]

_US_DAY = re.compile(r"(\d\d)-(\d\d)-(\d{4})$")
_ZONE = re.compile(r"\(UTC([+-])(\d\d):(\d\d)\)")
_TIME = re.compile(r"(\d{1,2}):(\d\d)(?::(\d\d)(?:\.(\d{1,3}))?)?$")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_SPANS = {"day": 1, "days": 1, "week": 7, "weeks": 7, "month": 30, "months": 30, "year": 365, "years": 365}

CUTS = {"ms": 23, "second": 19, "day": 10}


def stamp(seconds: float) -> str:
    """Epoch seconds as an instant."""
    return _instant(_EPOCH + timedelta(milliseconds=int(seconds * 1000 // 1)))


def end_of_cut(granularity: str) -> int:
    """How many characters of an instant count at that granularity."""
    return CUTS[granularity]


def to_instant(text: str) -> str:
    """ISO 8601 or epoch milliseconds as an instant. Raises ValueError for anything else."""
    if text.isascii() and text.lstrip("-").isdigit() and len(text) > 8:
        return _instant(_EPOCH + timedelta(milliseconds=int(text)))
    if len(text) < 10:
        raise ValueError(text)
    if " " in text:
        raise ValueError("a blank between day and time is not supported")
    moment = datetime.fromisoformat(text)
    return _instant(moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC))


def to_day(text: str) -> str:
    """A day from `YYYY-MM-DD`, `MM-DD-YYYY` or an instant. Raises ValueError."""
    american = _US_DAY.match(text)
    if american:
        month, day, year = (int(part) for part in american.groups())
        return date(year, month, day).isoformat()
    if len(text) == 10:
        return date.fromisoformat(text).isoformat()
    return to_instant(text)[:10]


def to_time_of_day(text: str) -> str:
    """`HH:MM`, `HH:MM:SS` or with a fraction, as `HH:MM:SS.mmm`. Raises ValueError."""
    found = _TIME.match(text)
    if not found:
        raise ValueError(text)
    hour, minute, second = (int(part or 0) for part in found.groups()[:3])
    if hour > 23 or minute > 59 or second > 59:
        raise ValueError(text)
    return f"{hour:02d}:{minute:02d}:{second:02d}.{(found.group(4) or '').ljust(3, '0')}"


def zone_offset(time_zone: str) -> int:
    """Minutes east of UTC, out of an app's `(UTC-05:00) …`; 0 if it says nothing."""
    found = _ZONE.match(time_zone)
    if not found:
        return 0
    minutes = int(found.group(2)) * 60 + int(found.group(3))
    return -minutes if found.group(1) == "-" else minutes


def day_start(day: str, offset: int, plus: int = 0) -> str:
    """The instant at which a day (moved by `plus` days) begins in a zone."""
    first = datetime.fromisoformat(day).replace(tzinfo=UTC)
    return _instant(first + timedelta(days=plus, minutes=-offset))


def relative_days(text: str, now: str, offset: int) -> tuple[str, str]:
    """First day, and the day after the last, of a range such as 'this month' or 'last 7 days'.

    Raises ValueError for a range that is not known.
    """
    today = (datetime.fromisoformat(now[:19]) + timedelta(minutes=offset)).date()
    words = text.lower().split()
    if words in (["today"], ["yesterday"], ["tomorrow"]):
        first = today + timedelta(days={"today": 0, "yesterday": -1, "tomorrow": 1}[words[0]])
        return first.isoformat(), (first + timedelta(days=1)).isoformat()
    if words and words[0] == "the":
        words = words[1:]
    if len(words) == 3 and words[1].isdigit() and words[2] in _SPANS and words[0] in ("last", "past", "next"):
        span = timedelta(days=int(words[1]) * _SPANS[words[2]])
        if words[0] == "next":
            return (today + timedelta(days=1)).isoformat(), (today + span + timedelta(days=1)).isoformat()
        return (today - span).isoformat(), today.isoformat()
    if len(words) == 2 and words[0] in ("this", "last", "next"):
        shift = {"this": 0, "last": -1, "next": 1}[words[0]]
        first, last = _span(today, words[1], shift)
        return first.isoformat(), last.isoformat()
    raise ValueError(f"'{text}' is not a relative range that is known.")


def _span(today: date, unit: str, shift: int) -> tuple[date, date]:
    """The calendar week, month, quarter or year that is `shift` away from today's."""
    if unit == "day":
        first = today + timedelta(days=shift)
        return first, first + timedelta(days=1)
    if unit == "week":
        first = today - timedelta(days=(today.weekday() + 1) % 7) + timedelta(weeks=shift)
        return first, first + timedelta(weeks=1)
    length = {"month": 1, "quarter": 3, "year": 12}.get(unit)
    if length is None:
        raise ValueError(f"'{unit}' is no unit of a relative range.")
    months = today.year * 12 + today.month - 1
    begin = months - months % length + shift * length
    return _month(begin), _month(begin + length)


def _month(number: int) -> date:
    return date(number // 12, number % 12 + 1, 1)


def _instant(moment: datetime) -> str:
    """Of one width whatever the year: `%Y` leaves out the zeros of the first thousand."""
    return moment.isoformat(timespec="milliseconds")[:23] + "Z"
