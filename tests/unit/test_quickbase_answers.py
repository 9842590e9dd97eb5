"""Odd answers of Quickbase: each ends as one error of the tree, for the mapping that asked."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from syncd.core.unreadable import Unreadable
from syncd.core.values import Kind
from syncd.errors import Transient
from syncd.http import Lane
from syncd.quickbase.client import QuickbaseClient
from syncd.quickbase.schema import read_schema
from syncd.quickbase.wire import decode
from syncd.sandbox.message import Response
from tests.support.vendor_rig import Rig


class Bench:
    """A Quickbase client whose next answer is whatever the test says."""

    def __init__(self) -> None:
        self.rig = Rig()
        self.table = self.rig.quickbase.create_table(self.rig.app, "T")
        self.name = self.rig.quickbase.create_field(self.table, "N", "text")
        self.client: QuickbaseClient = self.rig.vendors.quickbase

    def answers(self, label: str, body: Any) -> None:
        """The vendor answers 200 with this, once."""
        answer = Response(200, json.dumps(body).encode(), {"Content-Type": "application/json"})
        self.rig.answers[f"quickbase {label}"] = [answer]


def told(data: Any, **metadata: Any) -> dict[str, Any]:
    """A query's answer."""
    return {"data": data, "fields": [], "metadata": {"totalRecords": 1, "numRecords": 1, **metadata}}


@pytest.mark.parametrize(
    "body",
    [
        told([{"3": {"value": None}}]),
        told(["a row"]),
        told([None]),
        told(None),
        told({}),
        told([], totalRecords=None, numRecords=0),
        told([], totalRecords="many", numRecords=0),
        {"data": [], "metadata": []},
        {"data": [], "metadata": "none"},
        {"data": [], "metadata": {}, "fields": [None]},
        {"data": [], "metadata": {}, "fields": [{}]},
        [],
        "fine",
        None,
    ],
)
def test_an_odd_page_is_transient(body: Any) -> None:
    """A record without an id, a count that is null, a list where an object should be: the page is
    not used, one sentence says so, and it is asked for again.

    These used to be KeyError and TypeError, which stopped every mapping.
    """
    bench = Bench()
    bench.answers("POST /records/query", body)

    with pytest.raises(Transient, match="to a query is of an unknown shape") as caught:
        list(bench.client.pages(bench.table, [3, bench.name], "", Lane.POLL))

    assert not caught.value.maybe_acted


def test_a_record_id_in_another_spelling_is_the_same_record() -> None:
    """`"7"` and `7.0` both name record 7, so that no link is lost over a spelling."""
    bench = Bench()
    bench.answers(
        "POST /records/query",
        told([{"3": {"value": "6"}}, {"3": {"value": 7.0}}], totalRecords=2, numRecords=2),
    )

    page = bench.client.query(bench.table, [3], "", Lane.POLL)

    assert [row["3"] for row in page.rows] == [6, 7]


@pytest.mark.parametrize("cell", [{}, None, "text", [], {"worth": 5}])
def test_a_cell_that_is_none_is_no_value_of_any_kind(cell: Any) -> None:
    """The record is used, its other cells are read, and that one is held rather than taken for empty.

    It used to make the whole page, and with it the mapping, fail.
    """
    bench = Bench()
    bench.answers("POST /records/query", told([{"3": {"value": 1}, "6": cell, "7": {"value": "a"}}]))

    (row,) = bench.client.query(bench.table, [3], "", Lane.POLL).rows

    assert (row["3"], row["7"]) == (1, "a")
    for kind in Kind:
        assert isinstance(decode(kind, row["6"]), Unreadable)


def test_an_odd_record_of_an_upsert_leaves_the_others_known() -> None:
    """A record that came back unreadable is not mentioned; the ones beside it are read."""
    bench = Bench()
    bench.answers("POST /records", {"data": [{"3": {"value": 1}}, {"3": None}, 5], "metadata": None})

    done = bench.client.upsert(bench.table, [{str(bench.name): "a"}], returns=[3])

    assert done.rows == [{"3": 1}]


@pytest.mark.parametrize(
    ("label", "body", "ask"),
    [
        (
            "POST /records",
            {"metadata": {"createdRecordIds": [None]}},
            lambda bench: bench.client.upsert(bench.table, [{}], returns=[3]),
        ),
        ("POST /records", [], lambda bench: bench.client.upsert(bench.table, [{}], returns=[3])),
        (
            "DELETE /records",
            {"numberDeleted": "all"},
            lambda bench: bench.client.delete(bench.table, [1]),
        ),
    ],
)
def test_an_odd_answer_to_a_write_leaves_its_outcome_unknown(
    label: str, body: Any, ask: Callable[[Bench], Any]
) -> None:
    """The vendor took the write, whatever its answer looks like: it is looked up, not repeated."""
    bench = Bench()
    bench.answers(label, body)

    with pytest.raises(Transient) as caught:
        ask(bench)

    assert caught.value.maybe_acted


@pytest.mark.parametrize(
    "changes", [[None], [{"changeType": "DELETE"}], [{"changeType": "DELETE", "recordId": "x"}], 5]
)
def test_an_odd_list_of_deletions_is_transient(changes: Any) -> None:
    """What was deleted is either known or asked again."""
    bench = Bench()
    bench.answers("POST /records/modifiedSince", {"changes": changes})

    with pytest.raises(Transient):
        bench.client.deletions(bench.table, 0.0, Lane.POLL)


@pytest.mark.parametrize(
    ("label", "body"),
    [
        ("GET /tables", {"tables": []}),
        ("GET /tables", [None]),
        ("GET /tables", [{"name": "T"}]),
        ("GET /fields", None),
        ("GET /fields", [{"label": "N"}]),
        ("GET /fields", [{"id": "x"}]),
        ("GET /fields", [{"id": 6, "properties": "none"}]),
    ],
)
def test_an_odd_schema_is_transient(label: str, body: Any) -> None:
    """A table or field is never taken for deleted because its description could not be read."""
    bench = Bench()
    bench.answers(label, body)

    with pytest.raises(Transient):
        read_schema(bench.client)
