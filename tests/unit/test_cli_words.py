"""Words people type and cells people read: names of records, mappings, values, times."""

from __future__ import annotations

import json

import pytest

from syncd.cli.files import pick
from syncd.cli.known import parse_record, parse_target
from syncd.cli.output import MAX_CELL, ago, moment, put_rows, value_text
from syncd.core.values import SideName
from syncd.errors import UsageProblem
from syncd.sync.hand import scope_of


def test_a_record_is_named_by_its_procore_id_or_by_qb_and_its_record_id() -> None:
    """`qb:` means Quickbase; everything else is a Procore identity, a slash included."""
    assert parse_record("qb:17") == (SideName.QUICKBASE, "17")
    assert parse_record("55/123") == (SideName.PROCORE, "55/123")


@pytest.mark.parametrize("text", ["", "qb:"])
def test_a_record_without_an_id_is_refused(text: str) -> None:
    """An empty name is a usage problem, not everything."""
    with pytest.raises(UsageProblem):
        parse_record(text)


def test_a_target_is_a_mapping_or_one_record_of_it() -> None:
    """Only the first colon parts them, so `vendors:qb:7` names a Quickbase record."""
    assert parse_target("vendors") == ("vendors", "")
    assert parse_target("vendors:qb:7") == ("vendors", "qb:7")
    with pytest.raises(UsageProblem):
        parse_target(":7")


def test_an_unknown_mapping_is_refused_with_what_was_meant() -> None:
    """The nearest name is suggested; names asked for twice count once."""
    with pytest.raises(UsageProblem, match="did you mean 'vendors'"):
        pick(["vendor"], ["projects", "vendors"])
    with pytest.raises(UsageProblem, match=r"there are projects, vendors\.$"):
        pick(["nothing"], ["projects", "vendors"])
    assert pick(["vendors", "vendors"], ["projects", "vendors"]) == ("vendors",)


def test_the_scope_of_a_project_resource_is_in_its_identity() -> None:
    """`project/id` stands in that project; a plain id in the company."""
    assert scope_of("55/123") == "55"
    assert scope_of("123") == ""


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, ""),
        (True, "yes"),
        (["a", "b"], "a, b"),
        ({"procore": 2}, "procore 2"),
        ("a\n b", "a b"),
        (7, "7"),
    ],
)
def test_cells_are_short_plain_text(value: object, text: str) -> None:
    """Every kind of value has one readable form in a table."""
    assert value_text(value) == text


def test_a_long_value_is_cut_in_tables_only() -> None:
    """A cell ends with an ellipsis where the value is longer than it may be."""
    cell = value_text("x" * 500)
    assert len(cell) == MAX_CELL
    assert cell.endswith("…")


def test_json_rows_are_an_array_with_whole_values(capsys: pytest.CaptureFixture[str]) -> None:
    """`--json` prints every key and nothing cut; an empty list is `[]`, not words."""
    put_rows([{"a": "x" * 500, "b": None}], ("a",), as_json=True, none="Nothing.")
    assert json.loads(capsys.readouterr().out) == [{"a": "x" * 500, "b": None}]
    put_rows([], ("a",), as_json=True, none="Nothing.")
    assert json.loads(capsys.readouterr().out) == []


def test_a_piped_table_is_plain_and_unwrapped(capsys: pytest.CaptureFixture[str]) -> None:
    """Every row stays on its line, without box drawing, whatever the width."""
    put_rows([{"reason": "word " * 60}], ("reason",), as_json=False, none="Nothing.")
    lines = capsys.readouterr().out.strip().splitlines()
    assert len(lines) == 2
    assert "─" not in "".join(lines)


def test_times_are_iso_and_durations_are_round() -> None:
    """Lists carry UTC instants; people read the largest unit that says something."""
    assert moment(0.0) is None
    assert moment(1_767_600_000.0) == "2026-01-05T08:00:00Z"
    assert [ago(s) for s in (45, 600, 7_300, 400_000)] == ["45 s", "10 min", "2 h", "5 d"]
