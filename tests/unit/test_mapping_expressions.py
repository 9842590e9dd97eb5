"""Expressions: what they may say, what they make, and that no bomb goes off."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from syncd.core.values import ABSENT, Kind, Value
from syncd.mapping.expressions import BadExpression, cannot, compile_expression, reason_of, slug

FIELDS = {
    "city": ("city", Kind.TEXT),
    "state": ("state_code", Kind.TEXT),
    "total": ("total_value", Kind.MONEY),
    "active": ("active", Kind.CHECKBOX),
    "tags": ("tags", Kind.CHOICES),
}
RAW: dict[str, Value] = {
    "city": "Austin",
    "state_code": None,
    "total_value": "12.50",
    "active": True,
    "tags": ["a", "b"],
}


@pytest.mark.parametrize(
    ("source", "made"),
    [
        ("city ~ ', ' ~ state", "Austin, "),
        ("city ~ (', ' ~ state if state else '')", "Austin"),
        ("total * 1.1", "13.75"),
        ("total + 1", "13.5"),
        ("0.1 + 0.2 + total * 0", "0.3"),
        ("-total", "-12.5"),
        ("total // 5", "2"),
        ("total|round(0)", "13"),
        ("'yes' if active else 'no'", "yes"),
        ("not active", False),
        ("city|upper|replace('A', 'O')", "OUSTIN"),
        ("city|truncate(4, '.')", "Aus."),
        ("tags|join('; ')", "a; b"),
        ("tags", ["a", "b"]),
        ("city[0:2]", "Au"),
        ("city[-1]", "n"),
        ("state|default('TX')", "TX"),
        ("state is empty", True),
        ("state == none", True),
        ("state * 2", None),
        ("city in ['Austin', 'Waco']", True),
        ("city == 'Austin' and total > 5", True),
        ("city|length", "6"),
        ("city|split('s')", ["Au", "tin"]),
        ("'007' if active else city", "007"),
        ("tags|first", "a"),
    ],
)
def test_an_expression_makes_a_value(source: str, made: Value) -> None:
    """Numbers stay decimals, empty fields are empty text, leading zeros stay."""
    assert compile_expression(source, FIELDS).run(RAW) == made


@pytest.mark.parametrize(
    ("source", "why"),
    [
        ("'x' * 10 ** 9", "powers (**) are not allowed"),
        ("city.__class__", "there is nothing behind a dot; use a field's own name"),
        ("city['__class__']", "only plain numbers may stand in square brackets"),
        ("city.ljust(1000000000)", "calls are not allowed; use a filter, such as name|upper"),
        ("lipsum()", "calls are not allowed; use a filter, such as name|upper"),
        ("'%1000000000s' % city", "% is not allowed; join text with ~"),
        ("city|replace(**{'a': 1})", "the filter 'replace' takes plain arguments only"),
        ("{'a': city}", "pairs in braces are not allowed; use `values:`"),
        ("(city, state)", "tuple is not allowed in an expression"),
        ("1 + 1", "the expression reads no field; use `value:` for a constant"),
        ("cty", "the expression reads 'cty', which is not a field; did you mean 'city'?"),
        ("total * 1e99", "the expression holds a number that is too large"),
        ("(" * 900 + "city" + ")" * 900, "the expression is nested too deeply"),
        ("city" + " ~ city" * 500, "the expression is longer than 2000 characters"),
        ("city" + "~city" * 250, "the expression has more than 200 parts; split it in two fields"),
        ("city state", "the expression cannot be read from 'state' on"),
        ("city is odd", "there is no test 'odd'; there are defined, empty, none, number"),
    ],
)
def test_what_is_not_allowed_is_refused_when_loaded(source: str, why: str) -> None:
    """Calls, attributes, powers, formats, unknown words and sheer size are refused by name."""
    with pytest.raises(BadExpression) as caught:
        compile_expression(source, FIELDS)
    assert str(caught.value) == why


@pytest.mark.parametrize(
    ("source", "why"),
    [
        ("city * 1000000000", "'Austin' is not a number, so it cannot be multiplied"),
        ("tags * 1000000000", "'a, b' is not a number, so it cannot be multiplied"),
        ("total / (total - total)", "the expression divides by zero, or by something as good as zero"),
        ("city|number", "'Austin' is not a number"),
        ("total|round(0 - total)", "round takes 0 to 20 places"),
        (
            "city" + "|replace('', city)|replace('u', 'uuuuuuuuuuuuuuuuuuuuuuuuuuuuuu')" * 25,
            "100000 characters",
        ),
        ("total" + " * 999999999999" * 30, "100 digits"),
    ],
)
def test_what_goes_wrong_on_a_record_is_a_reason(source: str, why: str) -> None:
    """A failing record gives a reason that its field is held with, at once and without a bomb."""
    assert why in reason_of(compile_expression(source, FIELDS).run(RAW))


@pytest.mark.parametrize(
    ("source", "why"),
    [
        ("total / 0", "the expression divides by zero, or by something as good as zero"),
        (
            "total if city else 1 // (2 - 2)",
            "the expression divides by zero, or by something as good as zero",
        ),
        ("total|round(99999999)", "round takes 0 to 20 places"),
        ("city ~ 'twelve'|number", "'twelve' is not a number"),
        ("total - 'twelve'", "'twelve' is not a number, so it cannot be subtracted"),
        ("city|truncate('wide')", "'wide' is not a number"),
        ("city|upper(state)", "'upper' does not take what it is given"),
        ("city|join(" + ",".join("1" * 60) + ")", "'join' does not take 60 values"),
        (
            "city ~ 'a'" + "|replace('a', 'aaaaaaaaaaaaaaaaaaaa')" * 40,
            "a text of more than 100000 characters",
        ),
    ],
)
def test_what_can_never_work_is_refused_when_loaded(source: str, why: str) -> None:
    """A part that fails whatever the record holds is named before any record is read, without letting
    anything grow or last. Each record used to be held with it."""
    with pytest.raises(BadExpression) as caught:
        compile_expression(source, FIELDS)
    assert str(caught.value).startswith("the expression can never work: ")
    assert str(caught.value).endswith(why)


@pytest.mark.parametrize(
    "source",
    ["total / 2", "total|round(2)", "city + '!'", "1 / total", "total - '12'|number", "tags + ['x']"],
)
def test_what_works_on_some_records_is_let_through(source: str) -> None:
    """Only what works on none is refused."""
    assert compile_expression(source, FIELDS).source == source


def test_an_absent_field_makes_the_result_absent() -> None:
    """What was not read decides nothing (invariant B3)."""
    assert compile_expression("city ~ state", FIELDS).run({"city": "Austin"}) is ABSENT


def test_an_expression_says_what_it_reads() -> None:
    """The fields are named as raw records name them, so that they are asked for."""
    assert compile_expression("state ~ city ~ city", FIELDS).reads == ("city", "state_code")


def test_reasons_survive_as_text() -> None:
    """A failure passes through staging as a text that no vendor sends, and is told from others."""
    assert reason_of(cannot("because")) == "because"
    assert reason_of("because") == ""
    assert reason_of(None) == ""


def test_labels_are_words_in_expressions() -> None:
    """Quickbase labels are written in small letters with underscores."""
    assert slug("Project Name") == "project_name"
    assert slug("Record ID#") == "record_id"
    assert slug("2nd Phone") == "_2nd_phone"


@given(st.text(max_size=60))
def test_any_text_compiles_or_is_refused(source: str) -> None:
    """Whatever is typed gives an expression or one sentence, and no other error."""
    try:
        made = compile_expression(source, FIELDS)
    except BadExpression:
        return
    assert isinstance(made.run(RAW), str | bool | list | None)


OPERATORS = st.sampled_from(["+", "-", "*", "/", "//", "~", "==", "<", "and", "or", "in"])
FILTERS = st.sampled_from(
    ["upper", "join(',')", "round(2)", "first", "length", "replace('x',city)", "abs", "int", "split('s')"]
)
SOURCES = st.recursive(
    st.sampled_from(["city", "state", "total", "active", "tags", "'x'", "3", "1.5"]),
    lambda inner: st.one_of(
        st.tuples(inner, OPERATORS, inner).map(lambda parts: f"({parts[0]} {parts[1]} {parts[2]})"),
        st.tuples(inner, FILTERS).map(lambda parts: f"({parts[0]}|{parts[1]})"),
    ),
    max_leaves=12,
)


@given(SOURCES)
def test_no_allowed_expression_raises(source: str) -> None:
    """Every allowed expression gives a value or a reason on every record, never an exception."""
    try:
        made = compile_expression(source, FIELDS)
    except BadExpression:
        return
    assert isinstance(made.run(RAW), str | bool | list | None)
