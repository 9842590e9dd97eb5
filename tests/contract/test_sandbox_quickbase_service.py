"""Around the records: access, limits, headers, schema calls, history, and the past."""

from __future__ import annotations

from typing import Any

import pytest

from syncd.sandbox.message import Request
from syncd.sandbox.quickbase.wire import Refusal
from tests.support.quickbase_sandbox import little_quickbase


def test_access_is_refused_with_the_switched_status() -> None:
    """No realm, no token, a wrong one, a revoked one, and one that the app is not assigned to."""
    for bad, unassigned in ((401, 403), (403, 401)):
        box = little_quickbase(bad_token=bad, unassigned_token=unassigned)
        good = {"qb-realm-hostname": box.sim.realm, "authorization": f"QB-USER-TOKEN {box.sim.user_token}"}
        cases: tuple[tuple[dict[str, str], int], ...] = (
            (good, 200),
            ({**good, "qb-realm-hostname": ""}, 400),
            ({**good, "qb-realm-hostname": "other.example"}, bad),
            ({**good, "authorization": ""}, bad),
            ({**good, "authorization": "QB-USER-TOKEN wrong"}, bad),
        )
        for headers, status in cases:
            assert box.sim.handle(Request("GET", f"/apps/{box.app}", (), headers)).status == status
        box.sim.withdraw("syncd")
        assert box.send("GET", "/fields", query={"tableId": box.table}).status == unassigned
        box.sim.assign("syncd")
        box.sim.set_active("syncd", False)
        assert box.send("GET", f"/apps/{box.app}").status == bad
        assert box.send("GET", f"/apps/{box.app}", who="person").status == 200


def test_a_hundred_calls_in_ten_seconds() -> None:
    """The 101st gets 429 and the wait; after it calls pass; another token has its own window."""
    box = little_quickbase()
    for _ in range(100):
        assert box.send("GET", f"/apps/{box.app}").status == 200
    box.clock.advance(4)
    refused = box.send("GET", f"/apps/{box.app}")
    assert (refused.status, refused.headers["Retry-After"]) == (429, "6")
    assert box.sim.limiter.refused == 1
    assert box.send("GET", f"/apps/{box.app}", who="person").status == 200
    box.clock.advance(6)
    assert box.send("GET", f"/apps/{box.app}").status == 200


def test_the_limit_the_other_way() -> None:
    """Without Retry-After, as a page of HTML, and with refused calls counted."""
    box = little_quickbase(retry_after=False, limit_body="html", refused_calls_count=True)
    box.sim.limiter.size = 2
    statuses = []
    for _ in range(4):
        response = box.send("GET", f"/apps/{box.app}")
        statuses.append(response.status)
        box.clock.advance(4)
    assert statuses == [200, 200, 429, 429]
    assert "Retry-After" not in response.headers
    assert response.body.startswith(b"<!DOCTYPE html>")


def test_every_answer_carries_ray_and_date() -> None:
    """Also refusals; the rays differ."""
    box = little_quickbase()
    answers = [box.send("GET", path) for path in (f"/apps/{box.app}", "/apps/none", "/nowhere", "")]
    assert [one.status for one in answers] == [200, 404, 404, 404]
    assert len({one.headers["qb-api-ray"] for one in answers}) == 4
    assert {one.headers["Date"] for one in answers} == {"Mon, 05 Jan 2026 08:00:00 GMT"}


def test_bodies_that_are_too_large_or_no_json() -> None:
    """Over the cap nothing is read; broken JSON is a 400."""
    box = little_quickbase()
    headers = {"qb-realm-hostname": box.sim.realm, "authorization": f"QB-USER-TOKEN {box.sim.user_token}"}
    for body in (b"{", b'"text"', b"\xff\xfe", b"[" * 100_000):
        assert box.sim.handle(Request("POST", "/records/query", (), headers, body)).status == 400
    box.sim.max_bytes = 10
    assert box.send("POST", "/records/query", {"from": box.table}).status == 413


def test_templates_for_the_statistics() -> None:
    """Calls count under the path with its parameters named."""
    box = little_quickbase()
    for method, path, template in (
        ("POST", "/records/query", "/records/query"),
        ("GET", f"/apps/{box.app}", "/apps/{app}"),
        ("GET", "/fields/usage", "/fields/usage"),
        ("GET", "/fields/6", "/fields/{field}"),
        ("GET", "/strange/thing", "/strange"),
    ):
        assert box.sim.template(Request(method, path)) == template


def test_fields_change_within_their_rules() -> None:
    """No unique at birth, none on data that breaks it, no change of type, choices replaced whole."""
    box = little_quickbase()
    query = {"tableId": box.table}
    body = {"label": "Extra", "fieldType": "text", "unique": True}
    assert box.send("POST", "/fields", body, query=query).status == 400
    assert box.send("POST", "/fields", {"label": "Extra", "fieldType": "magic"}, query=query).status == 400
    box.put({"Name": "same"}, {"Name": "same"})
    name, trade = box.f["Name"], box.f["Trade"]
    assert box.send("POST", f"/fields/{name}", {"unique": True}, query=query).status == 400
    assert box.send("POST", f"/fields/{name}", {"fieldType": "numeric"}, query=query).status == 400
    assert box.send("POST", f"/fields/{trade}", {"required": True}, query=query).status == 400
    changed = box.ask("POST", f"/fields/{trade}", {"properties": {"choices": ["Wood"]}}, query=query)
    assert changed["properties"]["choices"] == ["Wood"]
    assert "lineErrors" in box.put({"Trade": "Steel"})["metadata"]
    assert box.ask("POST", "/fields", {"label": "When", "fieldType": "datetime"}, query=query)[
        "fieldType"
    ] == ("timestamp")
    gone = box.ask("DELETE", "/fields", {"fieldIds": [trade, 1]}, query=query)
    assert gone["deletedFieldIds"] == [trade]
    assert len(gone["errors"]) == 1
    assert box.send("GET", f"/fields/{trade}", query=query).status == 404
    with pytest.raises(Refusal):
        box.sim.set_field(box.table, "Team", unique=True)


def test_new_choices_are_added_where_the_field_allows_them() -> None:
    """`allowNewChoices` turns an unknown choice from an error into a choice."""
    box = little_quickbase()
    box.sim.set_field(box.table, "Trade", properties={"allowNewChoices": True})
    assert "lineErrors" not in box.put({"Trade": "Wood"})["metadata"]
    assert box.sim.table(box.table).labelled("Trade").properties["choices"] == ["Steel", "Glass", "Wood"]


def test_relationships_lookups_and_summaries() -> None:
    """The reference field's id names the relationship; derived values follow both ways; singular to write."""
    box = little_quickbase()
    parent = box.sim.create_table(box.app, "Parents")
    title = box.sim.create_field(parent, "Title", "text")
    total = [{"summaryFid": box.f["Count"], "label": "Total", "accumulationType": "SUM"}]
    body = {"parentTableId": parent, "lookupFieldIds": [title], "summaryFields": total}
    assert box.send("POST", f"/tables/{box.table}/relationships", body).status == 404
    link = box.ask("POST", f"/tables/{box.table}/relationship", body)
    [shown], [summed] = link["lookupFields"], link["summaryFields"]
    box.sim.upsert(parent, [{"Title": "P"}])
    box.put(
        {"Count": 2, str(link["id"]): 1}, {"Count": 3, str(link["id"]): 1}, {"Count": 4, str(link["id"]): 99}
    )
    assert [row[shown["id"]] for row in box.sim.rows(box.table).values()] == ["P", "P", ""]
    assert box.ids(f"{{{shown['id']}.EX.'P'}}") == [1, 2]
    assert box.sim.rows(parent)[1][summed["id"]] == 5
    box.put({"3": 1, "Count": 10})
    assert box.sim.rows(parent)[1][summed["id"]] == 13
    assert box.send("DELETE", f"/tables/{box.table}/relationship/{link['id']}").status == 200
    assert box.ask("GET", f"/tables/{box.table}/relationships")["relationships"] == []


def test_formulas_that_can_be_computed_are_and_others_are_refused() -> None:
    """Fields and texts joined by `&`; anything else cannot be created here."""
    box = little_quickbase()
    full = box.sim.create_field(box.table, "Full", "text", formula='[Name] & " / " & [Count]')
    box.put({"Name": "x", "Count": 3})
    assert box.sim.rows(box.table)[1][full] == "x / 3"
    with pytest.raises(Refusal):
        box.sim.create_field(box.table, "Hard", "text", formula="If([Count] > 3, 1, 2)")


def test_reports_run_with_their_filter_and_columns() -> None:
    """Paged like a query, columns with their override label."""
    box = little_quickbase()
    box.put({"Name": "a"}, {"Name": "b"})
    report = box.sim.create_report(box.table, "Only b", f"{{{box.f['Name']}.EX.'b'}}", [3, box.f["Name"]])
    query = {"tableId": box.table}
    ran = box.ask("POST", f"/reports/{report}/run", query=query)
    assert [row["3"]["value"] for row in ran["data"]] == [2]
    assert {one["labelOverride"] for one in ran["fields"]} == {"Record ID#", "Name"}
    listed = box.ask("GET", "/reports", query=query)
    assert [one["name"] for one in listed] == ["List All", "List Changes", "Only b"]
    assert listed[2]["usedCount"] == 1


class Notes:
    """A history that keeps what it was told."""

    def __init__(self) -> None:
        self.events: list[dict[str, Any]] = []

    def add(
        self,
        vendor: str,
        credential: str,
        kind: str,
        table: str,
        record: str,
        before: dict[str, Any] | None = None,
        after: dict[str, Any] | None = None,
        version: int | None = None,
    ) -> int:
        self.events.append({**locals(), "seq": len(self.events) + 1})
        return len(self.events)


def test_the_history_knows_every_change_and_every_served_version() -> None:
    """Who changed what from what to what; and for each record in an answer the version it was."""
    notes = Notes()
    box = little_quickbase(history=notes)
    name = str(box.f["Name"])
    box.put({"Name": "a"})
    box.sim.upsert(box.table, [{3: 1, "Name": "b"}])
    box.find([1])
    box.put({"3": 1, "Name": "c"}, fieldsToReturn=[3])
    box.sim.delete(box.table, [1])
    told = [(one["kind"], one["credential"], one["version"]) for one in notes.events]
    assert told == [
        ("create", "syncd", None),
        ("update", "person", None),
        ("read", "syncd", 2),
        ("update", "syncd", None),
        ("read", "syncd", 4),
        ("delete", "person", None),
    ]
    changes = [
        (one["before"] and one["before"][name], one["after"] and one["after"][name]) for one in notes.events
    ]
    assert [changes[0], changes[1], changes[3], changes[5]] == [
        (None, "a"),
        ("a", "b"),
        ("b", "c"),
        ("c", None),
    ]


def test_reads_can_show_the_past() -> None:
    """`as_of` serves old values, records deleted since, and none that are newer."""
    notes = Notes()
    box = little_quickbase(history=notes)
    box.put({"Name": "a"}, {"Name": "gone"})
    then = box.clock.now()
    box.clock.advance(60)
    box.put({"3": 1, "Name": "b"}, {"Name": "new"})
    box.sim.delete(box.table, [2])
    box.sim.as_of = then
    assert box.find(select=("Record ID#", "Name")) == [[1, "a"], [2, "gone"]]
    assert notes.events[-1]["version"] == 2
    assert box.ids("{2.AF.'2026-01-05T08:00:30Z'}") == []
    box.sim.as_of = None
    assert box.find(select=("Record ID#", "Name")) == [[1, "b"], [3, "new"]]


def test_lists_and_reads_may_lag() -> None:
    """The lag hides a write from queries, not from the upsert that comes after it."""
    box = little_quickbase(list_lag=5)
    box.put({"Procore ID": "1"})
    assert box.ids("{3.GT.0}") == []
    assert box.ids([1]) == [1]
    assert _ids(box.put({"Procore ID": "1"}, mergeFieldId=box.f["Procore ID"])) == [1]
    box.clock.advance(5)
    assert box.ids("{3.GT.0}") == [1]
    slow = little_quickbase(read_lag=5)
    slow.put({"Procore ID": "1"})
    assert slow.ids([1]) == []


def _ids(answer: Any) -> Any:
    return answer["metadata"]["unchangedRecordIds"]


def test_the_same_seed_gives_the_same_realm() -> None:
    """Ids and tokens are the seed's, so a run can be repeated."""
    one, same, other = little_quickbase(seed=1), little_quickbase(seed=1), little_quickbase(seed=2)
    assert (one.app, one.table, one.sim.user_token) == (same.app, same.table, same.sim.user_token)
    assert one.table != other.table


class Counted(dict[int, Any]):
    """Rows that count how often one of them is looked at."""

    looks = 0

    def __getitem__(self, rid: int) -> Any:
        self.looks += 1
        return super().__getitem__(rid)


def test_ten_thousand_rows_are_not_walked() -> None:
    """By ids, by Date Modified, by a range of ids and by a unique value, only what matches is looked at."""
    box = little_quickbase()
    box.sim.upsert(box.table, [{"Name": "x", "Procore ID": str(n)} for n in range(10_000)])
    box.clock.advance(60)
    box.put({"3": 5000, "Name": "changed"})
    table = box.sim.table(box.table)
    table.rows = rows = Counted(table.rows)
    for where, ids in (
        ([1, 5000, 9999], [1, 5000, 9999]),
        ("{2.OAF.'2026-01-05T08:00:30Z'}", [5000]),
        ("{3.GT.9998}", [9999, 10_000]),
        ("({3.EX.7}OR{3.EX.9})AND({2.OAF.'2020-01-01'})", [7, 9]),
        (f"{{{box.f['Procore ID']}.EX.'41'}}AND{{{box.f['Name']}.EX.'x'}}", [42]),
    ):
        rows.looks = 0
        assert box.ids(where) == ids
        assert rows.looks < 20, where
