"""A field of `GET /fields` becomes what the mapping checks want to know."""

from __future__ import annotations

from typing import Any

import pytest

from syncd.core.values import Kind
from syncd.quickbase.schema import field_schema, read_schema
from tests.support.vendor_rig import Rig


def raw(fid: int = 9, type: str = "text", **rest: Any) -> dict[str, Any]:
    """A field as the vendor describes it."""
    properties = rest.pop("properties", {})
    return {"id": fid, "label": "A label", "fieldType": type, "properties": properties, **rest}


@pytest.mark.parametrize(
    ("type", "kind"),
    [
        ("text-multi-line", Kind.TEXT),
        ("text-multiple-choice", Kind.CHOICE),
        ("multitext", Kind.CHOICES),
        ("currency", Kind.MONEY),
        ("timestamp", Kind.INSTANT),
        ("multiuser", Kind.USERS),
    ],
)
def test_types_become_kinds(type: str, kind: Kind) -> None:
    """Each type that a rule can use has its kind."""
    made = field_schema(raw(type=type), {})
    assert made.field.kind is kind
    assert made.kind_known


@pytest.mark.parametrize("type", ["address", "duration", "something new"])
def test_types_without_a_plain_value_are_said_to_be_unknown(type: str) -> None:
    """A rule on such a field is refused at check, not in the middle of a cycle."""
    assert not field_schema(raw(type=type), {}).kind_known


def test_limits_of_the_server_are_taken_over() -> None:
    """Rounding, length and closed lists of choices let us predict what is stored (P11)."""
    made = field_schema(raw(type="numeric", properties={"decimalPlaces": 2}), {})
    assert made.field.decimals == 2
    assert field_schema(raw(properties={"maxLength": 20}), {}).field.max_length == 20
    assert field_schema(raw(properties={"maxLength": 0}), {}).field.max_length is None
    choices = {"choices": ["a", "b"], "allowNewChoices": False}
    closed = field_schema(raw(type="text-multiple-choice", properties=choices), {})
    assert closed.field.choices == frozenset("ab")
    open_list = field_schema(
        raw(type="text-multiple-choice", properties={**choices, "allowNewChoices": True}), {}
    )
    assert open_list.field.choices is None
    assert open_list.new_choices


@pytest.mark.parametrize(
    "one", [raw(mode="lookup"), raw(mode="formula"), raw(fid=2), raw(properties={"appendOnly": True})]
)
def test_what_nobody_writes_is_marked(one: dict[str, Any]) -> None:
    """Formulas, lookups, built-in and logging fields are not writable, and say why."""
    made = field_schema(one, {})
    assert made.why_not_written
    assert not made.field.on_update


def test_an_app_is_read_with_its_references() -> None:
    """Tables, fields and where references point, in one call and one or two a table."""
    rig = Rig()
    parent = rig.quickbase.create_table(rig.app, "Projects")
    child = rig.quickbase.create_table(rig.app, "RFIs")
    key = rig.quickbase.create_field(child, "Procore ID", "text", unique=True)
    reference = rig.quickbase.create_relationship(child, parent)
    schema = read_schema(rig.vendors.quickbase)
    table = schema.table("RFIs")
    assert table is not None
    assert table.dbid == child
    assert table.key == 3
    found = {one.fid: one for one in table.fields}
    assert found[key].unique
    assert found[reference].target == parent
    assert found[reference].field.kind is Kind.REFERENCE
    assert rig.total() == 4
    only = rig.vendors.schemas(["Projects"])
    assert [one.name for one in only.tables] == ["Projects"]
    assert rig.total() == 2
