"""Quickbase's value shapes: generous reading, strict writing, queries without free text."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from syncd.core.unreadable import Unreadable
from syncd.core.values import ABSENT, Kind, Value
from syncd.errors import Bug
from syncd.quickbase.errors import line_errors
from syncd.quickbase.where import all_of, any_id, is_safe_key, key_is, modified_since, record_after
from syncd.quickbase.wire import decode, encode

READS: list[tuple[Kind, Any, Any]] = [
    (Kind.TEXT, "", None),
    (Kind.TEXT, None, None),
    (Kind.TEXT, "a\r\nb", "a\nb"),
    (Kind.TEXT, 5, "5"),
    (Kind.TEXT, {"url": "x"}, ABSENT),
    (Kind.TEXT, ["a", "b"], ABSENT),
    (Kind.NUMBER, [], None),
    (Kind.NUMBER, [5], ABSENT),
    (Kind.CHECKBOX, [1], ABSENT),
    (Kind.CHOICES, [{"a": 1}], ABSENT),
    (Kind.USER, [{"id": "1.ab"}, {"id": "2.cd"}], ABSENT),
    (Kind.USER, {"name": "A"}, ABSENT),
    (Kind.USERS, "1.ab", ABSENT),
    (Kind.CHOICE, ["Steel"], "Steel"),
    (Kind.CHOICES, ["b", "a", "b"], ["a", "b"]),
    (Kind.CHOICES, [], None),
    (Kind.CHOICES, None, None),
    (Kind.NUMBER, Decimal("18.0"), "18"),
    (Kind.NUMBER, 0, "0"),
    (Kind.NUMBER, None, None),
    (Kind.MONEY, Decimal("1200.50"), "1200.5"),
    (Kind.PERCENT, Decimal("0.2"), "0.2"),
    (Kind.DAY, "2026-01-31", "2026-01-31"),
    (Kind.DAY, "", None),
    (Kind.INSTANT, "2026-01-31T10:00:00.000Z", "2026-01-31T10:00:00Z"),
    (Kind.INSTANT, "", None),
    (Kind.INSTANT, "soon", ABSENT),
    (Kind.CHECKBOX, None, False),
    (Kind.CHECKBOX, True, True),
    (Kind.USER, {"id": "1.ab", "email": "a@example.com", "name": "A"}, "1.ab"),
    (Kind.USER, {}, None),
    (Kind.USER, "", None),
    (Kind.USERS, [{"id": "2"}, {"id": "1"}], ["1", "2"]),
    (Kind.REFERENCE, 12, "12"),
    (Kind.REFERENCE, 0, None),
    (Kind.REFERENCE, None, None),
]


@pytest.mark.parametrize(("kind", "raw", "value"), READS)
def test_reading(kind: Kind, raw: Any, value: Any) -> None:
    """Every documented shape, and every shape of empty, becomes the one form of its value."""
    assert decode(kind, raw) == value


WRITES: list[tuple[Kind, Value, Any]] = [
    (Kind.TEXT, "a", "a"),
    (Kind.TEXT, None, ""),
    (Kind.MONEY, "1200.5", Decimal("1200.5")),
    (Kind.MONEY, None, "?"),
    (Kind.DAY, None, "?"),
    (Kind.CHECKBOX, None, False),
    (Kind.CHECKBOX, True, True),
    (Kind.CHOICES, None, []),
    (Kind.CHOICES, ["a"], ["a"]),
    (Kind.USER, "1.ab", {"id": "1.ab"}),
    (Kind.USERS, ["1", "2"], [{"id": "1"}, {"id": "2"}]),
    (Kind.REFERENCE, "12", 12),
    (Kind.REFERENCE, None, "?"),
]


@pytest.mark.parametrize(("kind", "value", "raw"), WRITES)
def test_writing(kind: Kind, value: Value, raw: Any) -> None:
    """One shape per kind; what empties a field that is no text is the caller's word (`?` here)."""
    assert encode(kind, value, clear="?") == raw


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=8,
)


@given(ANYTHING)
def test_no_answer_breaks_the_reader(raw: Any) -> None:
    """Whatever stands where a value is expected, reading it gives a value, or what says why not."""
    for kind in Kind:
        value = decode(kind, raw)
        assert value is None or isinstance(value, str | bool | list | Unreadable)


def test_queries_are_joined_so_that_or_stays_inside() -> None:
    """A mapping's own OR cannot widen what we add with AND."""
    assert all_of("", "{6.EX.'a'}") == "{6.EX.'a'}"
    assert all_of("{6.EX.'a'}OR{7.EX.'b'}", record_after(5)) == "({6.EX.'a'}OR{7.EX.'b'})AND{3.GT.5}"
    assert all_of("", "") == ""
    assert record_after(0) == ""
    assert any_id([1, 2]) == "{3.EX.1}OR{3.EX.2}"


def test_a_cursor_becomes_an_inclusive_bound() -> None:
    """Whole seconds, UTC, lower bound inclusive; zero means from the beginning."""
    assert modified_since(1_767_600_000.9) == "{2.OAF.'2026-01-05T08:00:00Z'}"
    assert modified_since(0) == ""


@pytest.mark.parametrize("key", ["562949953400012", "77/562949953400012", "t:a_b-c"])
def test_keys_made_of_ids_may_be_asked_for(key: str) -> None:
    """Ids, slashes and the like are safe inside quotes."""
    assert key_is("6", key) == f"{{6.EX.'{key}'}}"


@pytest.mark.parametrize("key", ["", "it's", "a b", "{3}", "xANDy", "xORy", "a&b", "é", "x" * 256])
def test_free_text_never_enters_a_query(key: str) -> None:
    """Quotes, reserved words and everything else are a bug if they get this far."""
    assert not is_safe_key(key)
    with pytest.raises(Bug):
        key_is("6", key)


def test_line_errors_count_from_one_and_name_their_fields() -> None:
    """Every text met, with its place in the request and the fields it names."""
    found = line_errors(
        {
            "lineErrors": {
                "1": ['Incompatible value for field with ID "6".', 'Unknown field with Id "7".'],
                "3": ["The field with ID '23' has an invalid choice."],
                "4": "Something else entirely.",
                "5": ['Record with ID "9" was not found.'],
            }
        }
    )
    assert {place: one.fids for place, one in found.items()} == {0: (6, 7), 2: (23,), 3: (), 4: ()}
    assert found[3].reason == "Something else entirely."
    assert line_errors({}) == {}
    assert line_errors({"lineErrors": ["odd"]}) == {}
