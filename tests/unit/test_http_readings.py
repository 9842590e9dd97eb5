"""What both vendors write alike: numbers, days and moments in the one form of values."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from syncd.core.values import Value
from syncd.http.readings import day_of, instant_of, number_of


@pytest.mark.parametrize(
    ("raw", "value"),
    [("1.50", "1.5"), (Decimal("0.10"), "0.1"), (7, "7"), ("", None), (None, None), ("-0.00", "0")],
)
def test_a_number_is_read_without_a_float(raw: Any, value: Value) -> None:
    """Money comes as text or as a number; both are the same value, and empty is none."""
    assert number_of(raw) == value


@pytest.mark.parametrize("raw", [True, "twelve"])
def test_what_is_no_number_is_refused(raw: Any) -> None:
    """A checkbox or a word in a number's place is an error, not a zero."""
    with pytest.raises((TypeError, ValueError)):
        number_of(raw)


def test_a_day_is_the_day_its_text_begins_with() -> None:
    """An instant in a day's place keeps the day that was written, whatever the zone."""
    assert day_of("2026-03-31T23:30:00-05:00") == "2026-03-31"
    assert day_of(None) is None
    with pytest.raises(ValueError, match="isoformat"):
        day_of("soon")


def test_a_moment_is_told_in_utc() -> None:
    """Offsets are taken away; an empty text is no moment."""
    assert instant_of("2026-03-31T23:30:00-05:00") == instant_of("2026-04-01T04:30:00Z")
    assert instant_of("") is None
