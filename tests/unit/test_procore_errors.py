"""Which field of which record Procore refuses, from all the shapes its words come in."""

from __future__ import annotations

from typing import Any

import pytest

from syncd.catalog.registry import resource
from syncd.procore.errors import field_named, item_errors

FIELDS = [resource("rfis").field(name) for name in ("subject", "rfi_manager", "due_date", "question_body")]


@pytest.mark.parametrize(
    ("words", "keys", "place"),
    [
        ("subject: can't be blank", (), 0),
        ("rfi_manager_id: is invalid", (), 1),
        ("", ("due_date",), 2),
        ("question.body: is missing", (), 3),
        ("subject: can't be blank; due_date: is invalid", (), None),
        ("Something went wrong", (), None),
        ("base: the subject: is odd", (), None),
        ("", (), None),
    ],
)
def test_the_field_is_named_or_it_is_not(words: str, keys: tuple[str, ...], place: int | None) -> None:
    """One named field gives its rule; none, or several, give None."""
    assert field_named(words, keys, FIELDS) == place


def test_fields_that_are_not_mapped_are_passed_over() -> None:
    """A rule without a Procore field answers to no name."""
    assert field_named("subject: can't be blank", (), [None, *FIELDS]) == 1


def test_items_are_told_apart_by_id_and_origin_id() -> None:
    """Each refused item is found by what it carried, with the vendor's words."""
    by_id, by_origin = item_errors(
        [
            {"id": 7, "errors": {"name": ["can't be blank", "is too short"]}},
            {"origin_id": "t1", "errors": "no such parent"},
            {"origin_id": "t2", "errors": ["first", "second"]},
            {"id": 8},
        ]
    )
    assert by_id["7"].reason == "name: can't be blank, is too short"
    assert by_id["7"].keys == ("name",)
    assert by_id["8"].reason == "Procore refused it without a word."
    assert by_origin["t1"].reason == "no such parent"
    assert by_origin["t2"].reason == "first, second"


@pytest.mark.parametrize("errors", [None, "text", {"name": ["x"]}, [None, 3, "x"]])
def test_a_shape_nobody_expects_names_no_item(errors: Any) -> None:
    """Unknown shapes give nothing, so their items stay unknown rather than refused."""
    assert item_errors(errors) == ({}, {})
