"""A value of no shape its kind has holds its own field, by name; everything else still crosses (P7, P10)."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from syncd.sandbox.message import Request, Response
from syncd.sandbox.seed import Seed
from tests.support.whole_stack import WholeStack

FILE = (
    "mapping: vendors\nprocore: {resource: vendors}\nquickbase: {table: Vendors, key: Procore ID}\n"
    "create: [procore, quickbase]\nfields:\n  - {procore: name, quickbase: Company Name}\n"
    "  - {procore: city, quickbase: City}\n"
)
Rows = list[dict[str, Any]]


def synced() -> tuple[WholeStack, list[str]]:
    """Vendors that agree, and their Procore ids."""
    stack = WholeStack({"vendors": FILE}, Seed(projects=0, vendors=3, rfis=0))
    stack.sync()
    stack.clock.advance(300)
    return stack, sorted(stack.quickbase("Vendors"))


def bent(stack: WholeStack, path: str, change: Callable[[Rows], None]) -> None:
    """From now on, lists that this path answers are changed on their way to us."""

    def bend(request: Request, answer: Response) -> Response:
        if not request.path.endswith(path) or answer.status != 200:
            return answer
        found = json.loads(answer.body)
        change(found["data"] if isinstance(found, dict) else found)
        return replace(answer, body=json.dumps(found).encode())

    stack.bend = bend


def test_an_odd_cell_in_quickbase_holds_its_field_alone_and_heals() -> None:
    """An object where Quickbase should have a text: nothing is cleared or written over, the field is
    listed by record and reason, the record's other field and the other records cross; once the cell is
    a text again, it crosses too. A cell like that used to pass in silence, or to fail the mapping."""
    stack, ids = synced()
    city = str(
        next(one.fid for one in stack.world.quickbase.table("Vendors").fields.values() if one.label == "City")
    )
    rid = stack.quickbase("Vendors")[ids[0]]["rid"]

    def odd(rows: Rows) -> None:
        for row in rows:
            if row["3"]["value"] == rid and city in row:
                row[city] = {"value": {"unexpected": True}}

    bent(stack, "/records/query", odd)
    for number in ids:
        stack.edit_procore("vendors", number, city="Lyon", name=f"Renamed {number}")

    report = stack.sync()

    rows = stack.quickbase("Vendors")
    assert [rows[one]["City"] == "Lyon" for one in ids] == [False, *[True] * (len(ids) - 1)]
    assert [rows[one]["Company Name"] for one in ids] == [f"Renamed {one}" for one in ids]
    assert [one.failed for one in report.cycles] == [""]
    (issue,) = stack.issues()
    assert (issue.procore_id, issue.quickbase_id, issue.field) == (ids[0], str(rid), "city = City")
    assert issue.reason == "Quickbase holds an object here that is no text: look at the field in Quickbase"

    stack.bend = None
    stack.sync(wait=90_000)  # the next sweep

    assert stack.quickbase("Vendors")[ids[0]]["City"] == "Lyon"
    assert stack.issues() == []


def test_an_odd_value_in_procore_holds_its_field_or_its_creation_alone() -> None:
    """A list where Procore should have a text: a linked record's field is held, and a record that is new
    is not created without it; the other vendors cross."""
    stack, ids = synced()
    new = str(stack.world.procore.put("vendors", {"name": "Newcomer"}))

    def odd(rows: Rows) -> None:
        for row in rows:
            if str(row["id"]) in (ids[0], new):
                row["city"] = ["Lyon", "Paris"]

    bent(stack, "/vendors", odd)
    for number in ids:
        stack.edit_procore("vendors", number, city="Nice")

    report = stack.sync()

    rows = stack.quickbase("Vendors")
    assert sorted(rows) == ids, "not created without what may stand there"
    assert [rows[one]["City"] == "Nice" for one in ids] == [False, *[True] * (len(ids) - 1)]
    assert [one.failed for one in report.cycles] == [""]
    why = "Procore holds a list here that is no text: look at the field in Procore"
    assert {(one.procore_id, one.reason) for one in stack.issues()} == {
        (ids[0], why),
        (new, f"cannot be created: city = City: {why}"),
    }


def test_a_key_field_that_holds_no_text_is_left_alone() -> None:
    """Nobody can tell whom such a key names: it is not written over cycle after cycle, and a record that
    no link holds is not created from, but listed."""
    stack, ids = synced()
    table = stack.world.quickbase.table("Vendors")
    key = str(next(one.fid for one in table.fields.values() if one.label == "Procore ID"))
    name = next(one.fid for one in table.fields.values() if one.label == "Company Name")
    stack.world.quickbase.upsert("Vendors", [{name: "Unlinked"}], merge=3)

    def odd(rows: Rows) -> None:
        for row in rows:
            if key in row:
                row[key] = {"value": ["x", "y"]}

    bent(stack, "/records/query", odd)
    before = stack.world.procore.rows("vendors")
    stack.edit_procore("vendors", ids[0], city="Lyon")

    first, second = stack.sync(wait=90_000), stack.sync(wait=90_000)

    assert stack.quickbase("Vendors")[ids[0]]["City"] == "Lyon"
    assert [one.updated for one in (*first.cycles, *second.cycles)] == [{"quickbase": 1}, {}]
    assert len(stack.world.procore.rows("vendors")) == len(before)
    (issue,) = stack.issues()
    assert (
        issue.reason
        == "cannot be created: its key field holds something that is no text: look at it in Quickbase"
    )
