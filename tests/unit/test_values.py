"""The one form of values: decimals as text, predictions of what a side stores, rows as text."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from syncd.core.values import (
    ABSENT,
    Absent,
    Field,
    Kind,
    Value,
    agree,
    decimal_text,
    decode_row,
    encode_row,
    normal,
    with_last,
)

ANY_VALUE = st.one_of(st.none(), st.booleans(), st.text(), st.lists(st.text(), min_size=1), st.just(ABSENT))
WORDS = st.text(alphabet=st.characters(codec="utf-8"), max_size=40)


def field(kind: Kind, **more: object) -> Field:
    """A field of that kind."""
    return Field("f", "F", kind, **more)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("given_value", "text"),
    [
        ("1.50", "1.5"),
        ("1E+3", "1000"),
        ("-0", "0"),
        ("0.00", "0"),
        (12, "12"),
        (Decimal("1e-7"), "0.0000001"),
    ],
)
def test_a_number_has_one_text(given_value: Decimal | int | str, text: str) -> None:
    """No exponent, no needless zeros, no minus zero."""
    assert decimal_text(given_value) == text


@pytest.mark.parametrize("wrong", ["", "x", "NaN", "Infinity", "1e999999"])
def test_what_is_no_number_is_refused(wrong: str) -> None:
    """Not finite, not a number, or too long to be one: ValueError, never a wrong text."""
    with pytest.raises(ValueError):
        decimal_text(wrong)


@given(st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**30), max_value=10**30))
def test_a_number_survives_its_text(number: Decimal) -> None:
    """Nothing is rounded on the way into text and back."""
    assert Decimal(decimal_text(number)) == number


@pytest.mark.parametrize(
    ("number", "stored"),
    [("2.345", "2.35"), ("-2.345", "-2.35"), ("2", "2"), ("9" * 40 + ".125", "9" * 40 + ".13")],
)
def test_rounding_is_half_away_from_zero(number: str, stored: str) -> None:
    """As Quickbase rounds (reference §4), for numbers of any length."""
    assert normal(number, field(Kind.MONEY, decimals=2)) == stored


@pytest.mark.parametrize(
    ("one", "two"),
    [
        ("(555) 010-2030", "555.010.2030"),
        ("+1 555 010 2030", "(555) 010-2030"),
        ("555-010-2030 x12", "(555) 010-2030 ext. 12"),
    ],
)
def test_phone_formats_are_no_changes(one: str, two: str) -> None:
    """Only digits and the extension count."""
    assert agree(one, two, field(Kind.PHONE))


def test_a_phone_without_digits_is_not_empty() -> None:
    """`n/a` was typed by somebody; it must not count as agreeing with nothing."""
    assert not agree("n/a", None, field(Kind.PHONE))


@given(WORDS)
def test_line_ends_and_outer_space_are_no_changes(text: str) -> None:
    """Both vendors are known to change them, so a change of them alone is none."""
    padded = " " + text.replace("\r", "").replace("\n", "\r\n") + "\n"
    assert agree(padded, text.replace("\r", ""), field(Kind.TEXT))


def test_case_counts_in_text_and_not_in_mail() -> None:
    """An address is the same in any case; a name is not."""
    assert agree("A@Example.com", "a@example.com", field(Kind.EMAIL))
    assert not agree("Acme", "ACME", field(Kind.TEXT))


def test_an_unset_checkbox_is_a_cleared_one() -> None:
    """Quickbase has no null for checkboxes (reference §4.3)."""
    assert agree(None, False, field(Kind.CHECKBOX))
    assert not agree(None, True, field(Kind.CHECKBOX))


def test_lists_compare_as_sets() -> None:
    """Order and repeats do not count, and an empty list is empty."""
    assert agree(["b", "a", "b"], ["a", "b"], field(Kind.CHOICES))
    assert agree([], None, field(Kind.CHOICES))


@given(WORDS, st.sampled_from([Kind.TEXT, Kind.EMAIL, Kind.PHONE, Kind.URL, Kind.RICH_TEXT]))
def test_normal_is_idempotent(text: str, kind: Kind) -> None:
    """Normalising what is normal changes nothing, or comparing would depend on its history."""
    once = normal(text, field(kind))
    assert normal(once, field(kind)) == once


@given(st.lists(ANY_VALUE))
def test_rows_survive_storage(row: list[Value | Absent]) -> None:
    """A baseline comes back as it was stored, absent positions too."""
    assert decode_row(encode_row(row)) == row


def test_absent_is_one_thing_and_false() -> None:
    """There is one ABSENT, and it never passes for a value."""
    assert Absent() is ABSENT
    assert not ABSENT
    assert repr(ABSENT) == "ABSENT"


@given(st.lists(ANY_VALUE), st.none() | st.text())
def test_a_packed_row_takes_one_more_value(values: list[Value | Absent], last: str | None) -> None:
    """`with_last` makes the very text that packing all of them would."""
    assert with_last(encode_row(values), last) == encode_row([*values, last])
