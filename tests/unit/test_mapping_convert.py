"""Conversions between kinds: what crosses, what comes back, what is held and what is refused."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from syncd.core.rule import Held
from syncd.core.values import NUMERIC, Field, Kind, decimal_text, normal
from syncd.mapping.convert import WORDS, CannotMap, between, fitted, loosely, parse, refusal

ZONES = st.sampled_from(["America/Chicago", "America/Sao_Paulo", "Asia/Kolkata", "Pacific/Apia", "UTC"])
TEXT = st.text(alphabet=st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), min_size=1)
DECIMALS = st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**15), max_value=10**15, places=4)


@given(DECIMALS, st.sampled_from(sorted(NUMERIC)), st.sampled_from(sorted(WORDS)))
def test_a_number_survives_text(number: Decimal, kind: Kind, word: Kind) -> None:
    """Number to text and back is the same number."""
    text = decimal_text(number)
    assert between(word, kind)(between(kind, word)(text)) == text  # type: ignore[arg-type]


@given(st.dates(min_value=date(1900, 1, 2)), ZONES)
def test_a_day_survives_a_moment(day: date, zone: str) -> None:
    """A day becomes its first moment in the zone, and that moment lies on that day there."""
    there = between(Kind.DAY, Kind.INSTANT, ZoneInfo(zone))(day.isoformat())
    back = between(Kind.INSTANT, Kind.DAY, ZoneInfo(zone))(there)  # type: ignore[arg-type]
    # Samoa skipped 30 December 2011 altogether, so that day has no moment of its own.
    skipped = zone == "Pacific/Apia" and day == date(2011, 12, 30)
    assert back == ("2011-12-31" if skipped else day.isoformat())


@given(TEXT)
def test_text_survives_markup(text: str) -> None:
    """Plain text made rich and read back is the same text, but for outer space."""
    rich = between(Kind.TEXT, Kind.RICH_TEXT)(text)
    assert between(Kind.RICH_TEXT, Kind.TEXT)(rich) == (text.strip() or None)  # type: ignore[arg-type]


@given(TEXT, st.sampled_from(sorted(WORDS)), st.sampled_from(sorted(WORDS)))
def test_words_cross_unchanged(text: str, one: Kind, two: Kind) -> None:
    """Text, choices, phones, mail and URLs are the same text on both sides."""
    assert between(one, two)(text) == text


@pytest.mark.parametrize("kind", list(Kind))
def test_empty_stays_empty(kind: Kind) -> None:
    """Clearing crosses every conversion that there is, and is never turned into a value."""
    for other in Kind:
        try:
            convert = between(kind, other, ZoneInfo("UTC"))
        except CannotMap:
            continue
        assert convert(None) is None


@pytest.mark.parametrize(
    ("target", "text", "why"),
    [
        (Kind.NUMBER, "about 5", "'about 5' is not a number"),
        (Kind.DAY, "31.3.2026", "'31.3.2026' is not a day such as 2026-03-31"),
        (Kind.DAY, "2026-02-30", "'2026-02-30' is not a day such as 2026-03-31"),
        (Kind.INSTANT, "2026-03-31T12:00", "'2026-03-31T12:00' is not a moment such as 2026-03-31T12:00:00Z"),
    ],
)
def test_a_text_that_does_not_read_is_held(target: Kind, text: str, why: str) -> None:
    """One bad text holds its own field with a reason."""
    assert between(Kind.TEXT, target)(text) == Held(why)


@pytest.mark.parametrize(
    ("one", "two", "why"),
    [
        (Kind.DAY, Kind.MONEY, "a day does not map to an amount of money"),
        (Kind.CHECKBOX, Kind.TEXT, "a checkbox does not map to text by itself; say how with `values:`"),
        (Kind.USER, Kind.USER, "users have different ids on both sides; matching them needs `by:`"),
        (
            Kind.CHOICES,
            Kind.TEXT,
            "a list of choices does not map to text; make one text of it with `join:`",
        ),
        (
            Kind.INSTANT,
            Kind.DAY,
            "a day and a moment meet only in a time zone; add `zone:`, such as America/Chicago",
        ),
    ],
)
def test_kinds_that_never_map_are_refused(one: Kind, two: Kind, why: str) -> None:
    """What can never cross is refused when the mapping is loaded."""
    with pytest.raises(CannotMap) as caught:
        between(one, two)
    assert str(caught.value) == why


@pytest.mark.parametrize(
    ("value", "field", "why"),
    [
        (None, Field("f", "F", Kind.TEXT, required=True), "may not be empty"),
        ("x", Field("f", "F", Kind.CHOICE, choices=frozenset({"y"})), "does not have the choice 'x'"),
        (["x"], Field("f", "F", Kind.CHOICES, choices=frozenset({"y"})), "does not have the choice 'x'"),
        ("abc", Field("f", "F", Kind.TEXT, max_length=2), "takes at most 2 characters, and this has 3"),
        ("ab", Field("f", "F", Kind.TEXT, max_length=2), ""),
        (None, Field("f", "F", Kind.CHECKBOX, required=True), ""),
    ],
)
def test_what_the_target_would_refuse_is_held_before_a_call(value: str, field: Field, why: str) -> None:
    """Choice, length and emptiness are known beforehand, so no call is spent on them."""
    assert refusal(value, field) == why
    made = fitted(lambda one: one, field, "Quickbase")(value)
    assert made == (Held(f"Quickbase field 'F' {why}") if why else value)


@pytest.mark.parametrize(
    ("text", "kind", "value"),
    [
        ("true", Kind.CHECKBOX, True),
        ("012", Kind.TEXT, "012"),
        ("012", Kind.NUMBER, "12"),
        ("no", Kind.TEXT, "no"),
        ("a, b", Kind.CHOICES, ["a", "b"]),
        ("", Kind.TEXT, None),
        (None, Kind.DAY, None),
        ("2026-03-31", Kind.DAY, "2026-03-31"),
    ],
)
def test_an_admins_text_means_what_the_field_takes(text: str | None, kind: Kind, value: object) -> None:
    """`true`, `no` and `012` mean what the admin sees, by the kind of the field."""
    assert parse(text, Field("f", "F", kind)) == value


@pytest.mark.parametrize(
    ("made", "target", "value"),
    [
        (True, Kind.TEXT, "true"),
        (["a", "b"], Kind.TEXT, "a, b"),
        ("1,200.50", Kind.MONEY, "1200.5"),
        ("true", Kind.CHECKBOX, True),
        (None, Kind.CHECKBOX, False),
        ("a", Kind.CHOICES, ["a"]),
        ("maybe", Kind.CHECKBOX, Held("the expression makes 'maybe', which is neither true nor false")),
    ],
)
def test_what_an_expression_makes_fits_its_target(made: object, target: Kind, value: object) -> None:
    """Results of expressions are brought into the target's kind, or held."""
    assert loosely(target)(made) == value  # type: ignore[arg-type]


@given(TEXT)
def test_conversion_of_normal_values_is_normal(text: str) -> None:
    """What a side would store converts to what the other would store of it."""
    one, two = Field("a", "A", Kind.TEXT), Field("b", "B", Kind.EMAIL)
    assert normal(between(Kind.TEXT, Kind.EMAIL)(normal(text, one)), two) == normal(text, two)  # type: ignore[arg-type]
