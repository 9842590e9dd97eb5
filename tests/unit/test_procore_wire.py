"""Procore's shapes: objects read, ids written, money as text, what is left out is absent."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from syncd.catalog.registry import names, resource
from syncd.catalog.resource import ResourceField
from syncd.core.unreadable import Unreadable
from syncd.core.values import ABSENT, Value, decimal_text
from syncd.procore.wire import decode_field, decode_record, encode_body, identity, wire_id


def field(about: str, name: str) -> ResourceField:
    """A field of the catalogue."""
    found = resource(about).field(name)
    assert found is not None
    return found


READS: list[tuple[str, str, Any, Any]] = [
    ("projects", "total_value", {"total_value": "1200.50"}, "1200.5"),
    ("projects", "total_value", {"total_value": None}, None),
    ("projects", "total_value", {}, ABSENT),
    ("projects", "total_value", {"total_value": "a lot"}, ABSENT),
    ("projects", "square_feet", {"square_feet": 1200}, "1200"),
    ("projects", "start_date", {"start_date": "2026-01-31"}, "2026-01-31"),
    ("projects", "start_date", {"start_date": "2026-01-31T00:00:00Z"}, "2026-01-31"),
    ("projects", "start_date", {"start_date": ""}, None),
    ("projects", "updated_at", {"updated_at": "2026-01-31T01:02:03.456+02:00"}, "2026-01-30T23:02:03Z"),
    ("projects", "active", {"active": None}, False),
    ("projects", "active", {"active": True}, True),
    ("projects", "description", {"description": "one\r\ntwo"}, "one\ntwo"),
    ("projects", "description", {"description": ""}, None),
    ("projects", "office", {"office": {"id": 562949953400012, "name": "West"}}, "562949953400012"),
    ("projects", "office", {"office": None}, None),
    ("projects", "office", {"office_id": 7}, "7"),
    ("projects", "office", {}, ABSENT),
    ("projects", "departments", {"departments": [{"id": 9}, {"id": 10}, {"id": 9}]}, ["10", "9"]),
    ("projects", "departments", {"departments": []}, None),
    ("rfis", "question_body", {"questions": [{"plain_text_body": "Why?"}]}, "Why?"),
    ("rfis", "question_body", {"questions": []}, None),
    ("rfis", "question_body", {"subject": "x"}, ABSENT),
    ("rfis", "cost_impact_status", {"cost_impact": {"status": "tbd", "value": None}}, "tbd"),
    ("rfis", "cost_impact_value", {"cost_impact": {"status": "tbd", "value": None}}, None),
    ("rfis", "assignees", {"assignees": [{"id": 2}, {"id": 1}]}, ["1", "2"]),
    ("rfis", "rfi_manager", {"rfi_manager": {"id": 4, "login": "a@example.com"}}, "4"),
    ("rfis", "project", {}, "77"),
]


@pytest.mark.parametrize(("about", "name", "row", "value"), READS)
def test_reading(about: str, name: str, row: dict[str, Any], value: Any) -> None:
    """A response's key becomes the one form of its value; null is empty, missing is ABSENT."""
    assert decode_field(field(about, name), row, "77") == value


WRITES: list[tuple[str, str, Value, dict[str, Any]]] = [
    ("projects", "total_value", "1200.5", {"total_value": Decimal("1200.5")}),
    ("projects", "total_value", None, {"total_value": None}),
    ("projects", "square_feet", "1200", {"square_feet": 1200}),
    ("projects", "name", "Tower", {"name": "Tower"}),
    ("projects", "active", False, {"active": False}),
    ("projects", "office", "562949953400012", {"office_id": 562949953400012}),
    ("projects", "office", None, {"office_id": None}),
    ("projects", "departments", ["9", "10"], {"department_ids": [9, 10]}),
    ("projects", "departments", None, {"department_ids": []}),
    ("rfis", "question_body", "Why?", {"question": {"body": "Why?"}}),
    ("rfis", "responsible_contractor", "12", {"responsible_contractor_id": 12}),
    ("rfis", "status", "closed", {}),
    ("rfis", "project", "77", {}),
]


@pytest.mark.parametrize(("about", "name", "value", "body"), WRITES)
def test_writing(about: str, name: str, value: Value, body: dict[str, Any]) -> None:
    """A value goes out under the key and in the form Procore takes, or not at all."""
    assert encode_body([(field(about, name), value)]) == body


def test_nested_keys_share_their_object() -> None:
    """Two parts of one object are written together."""
    pairs = [(field("rfis", "cost_impact_status"), "yes_known"), (field("rfis", "cost_impact_value"), "10")]
    assert encode_body(pairs) == {"cost_impact": {"status": "yes_known", "value": Decimal("10")}}


def test_identity_carries_the_project() -> None:
    """A project's record is `project/id`; the wire id follows the last slash."""
    assert identity(resource("rfis"), "77", 5) == "77/5"
    assert identity(resource("vendors"), "", 5) == "5"
    assert wire_id("77/5") == "5"
    assert wire_id("5") == "5"


def test_every_field_of_the_catalogue_reads_an_empty_response_as_absent() -> None:
    """Nothing that a response leaves out is ever taken for empty (invariant B3)."""
    for name in names():
        about = resource(name)
        record = decode_record(about.fields, {}, "77")
        for one in about.fields:
            assert record[one.name] is ABSENT or one.scope_id


@given(st.decimals(allow_nan=False, allow_infinity=False, places=4, min_value=-(10**12), max_value=10**12))
def test_money_keeps_every_digit(amount: Decimal) -> None:
    """Money read as text and sent as a number is the same amount, to the last digit."""
    one = field("projects", "total_value")
    value = decode_field(one, {"total_value": str(amount)}, "")
    assert value == decimal_text(amount)
    sent = encode_body([(one, decimal_text(amount))])["total_value"]
    assert sent == amount


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=8,
)


@given(ANYTHING)
def test_no_answer_breaks_the_reader(raw: Any) -> None:
    """Whatever stands where a value is expected, reading it gives a value, or what says why not."""
    for name in ("total_value", "start_date", "active", "office", "departments", "description", "updated_at"):
        value = decode_field(field("projects", name), {name: raw}, "")
        assert value is ABSENT or value is None or isinstance(value, str | bool | list | Unreadable)
