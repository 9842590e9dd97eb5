"""Upsert, delete, query, modifiedSince and files: the promises of the vendor's records calls."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.quickbase_sandbox import LittleQuickbase, little_quickbase


def _meta(answer: Any) -> tuple[list[int], list[int], list[int]]:
    meta = answer["metadata"]
    return meta["createdRecordIds"], meta["updatedRecordIds"], meta["unchangedRecordIds"]


def test_an_upsert_by_merge_field_is_idempotent() -> None:
    """The same request again changes nothing, says so, and still returns the record in `data`."""
    box = little_quickbase()
    merge = box.f["Procore ID"]
    first = box.put({"Procore ID": "7", "Name": "x"}, mergeFieldId=merge, fieldsToReturn=[merge])
    assert _meta(first) == ([1], [], [])
    again = box.put({"Procore ID": "7", "Name": "x"}, mergeFieldId=merge, fieldsToReturn=[merge])
    assert _meta(again) == ([], [], [1])
    assert again["data"] == [{"3": {"value": 1}, str(merge): {"value": "7"}}]
    changed = box.put({"Procore ID": "7", "Name": "y"}, mergeFieldId=merge)
    assert _meta(changed) == ([], [1], [])
    assert changed["data"] == []


def test_failures_leave_the_good_records_stored() -> None:
    """207, errors by 1-based line, several messages a line, the rest committed, all counted."""
    box = little_quickbase()
    trade, count = box.f["Trade"], box.f["Count"]
    answer = box.put({"Name": "good"}, {"Trade": "Wood", "Count": "many", "99": 1}, {"Name": "fine"})
    assert answer["metadata"]["lineErrors"] == {
        "2": [
            f"The field with ID '{trade}' has an invalid choice.",
            f'Incompatible value for field with ID "{count}".',
            'Unknown field with Id "99".',
        ]
    }
    assert answer["metadata"]["totalNumberOfRecordsProcessed"] == 3
    assert _meta(answer) == ([1, 2], [], [])
    body = {"to": box.table, "data": [{"99": {"value": 1}}]}
    assert box.send("POST", "/records", body).status == 207


def test_required_unique_and_read_only_are_line_errors() -> None:
    """Required on create and when blanked, unique against other records, built-ins never."""
    box = little_quickbase()
    box.sim.set_field(box.table, "Name", required=True)
    box.put({"Name": "a", "Procore ID": "1"}, {"Name": "b", "Procore ID": "2"})
    answer = box.put(
        {"Count": 1}, {"3": 1, "Name": ""}, {"3": 2, "Procore ID": "1"}, {"3": 1, "1": "2020-01-01"}
    )
    name = f'Missing value for required field with ID "{box.f["Name"]}".'
    errors = answer["metadata"]["lineErrors"]
    assert errors["1"] == [name]
    assert errors["2"] == [name]
    assert "unique" in errors["3"][0]
    assert "read-only" in errors["4"][0]
    assert _meta(box.put({"3": 2, "Count": 1})) == ([], [2], [])
    lenient = little_quickbase(read_only_write="ignore")
    assert _meta(lenient.put({"1": "2020-01-01", "Name": "x"})) == ([1], [], [])


def test_many_records_may_have_no_value_in_a_unique_field() -> None:
    """Blank is no value: records that people made carry none, and may then be given one."""
    box = little_quickbase()
    assert _meta(box.put({"Name": "a"}, {"Name": "b"}))[0] == [1, 2]
    assert _meta(box.put({"3": 2, "Procore ID": "9"})) == ([], [2], [])
    assert _meta(box.put({"Procore ID": "9", "Count": 1}, mergeFieldId=box.f["Procore ID"])) == ([], [2], [])


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"data": [{}]}, 400),
        ({"to": "nowhere", "data": [{}]}, 404),
        ({"to": "TABLE"}, 400),
        ({"to": "TABLE", "data": []}, 400),
        ({"to": "TABLE", "data": [{"6": "bare"}]}, 400),
        ({"to": "TABLE", "data": [{"6": {"value": 1}}], "mergeFieldId": 6}, 400),
        ({"to": "TABLE", "data": [{"6": {"value": 1}}], "mergeFieldId": "six"}, 400),
        ({"to": "TABLE", "data": [{"6": {"value": 1}}], "fieldsToReturn": [99]}, 400),
        ([], 400),
    ],
)
def test_a_request_that_is_bad_as_a_whole_stores_nothing(body: Any, status: int) -> None:
    """The answer has a message and a description, and the table stays empty."""
    box = little_quickbase()
    if isinstance(body, dict) and body.get("to") == "TABLE":
        body = {**body, "to": box.table}
    response = box.send("POST", "/records", body)
    assert response.status == status
    assert b'"message"' in response.body
    assert b'"description"' in response.body
    assert box.sim.rows(box.table) == {}


def test_a_record_id_that_is_gone() -> None:
    """An upsert by the id of a deleted record fails on its line, or creates, as the switch says."""
    for how, created in (("refuse", []), ("create", [2])):
        box = little_quickbase(unknown_record_id=how)
        box.put({"Name": "a"})
        box.sim.delete(box.table, [1])
        answer = box.put({"3": 1, "Name": "b"})
        assert answer["metadata"]["createdRecordIds"] == created
        assert ("lineErrors" in answer["metadata"]) == (not created)


def test_two_records_with_one_merge_value() -> None:
    """One after the other, or the second fails: undocumented, so a switch."""
    merge = little_quickbase().f["Procore ID"]
    twice = ({"Procore ID": "1", "Name": "a"}, {"Procore ID": "1", "Name": "b"})
    box = little_quickbase()
    assert _meta(box.put(*twice, mergeFieldId=merge)) == ([1], [1], [])
    strict = little_quickbase(duplicates="refuse")
    assert list(strict.put(*twice, mergeFieldId=merge)["metadata"]["lineErrors"]) == ["2"]


def test_the_server_keeps_the_built_in_fields() -> None:
    """Created, modified, owner and modifier follow the writer; a no-op moves nothing, unless switched."""
    for bumps in (False, True):
        box = little_quickbase(noop_bumps_modified=bumps)
        box.put({"Name": "a"})
        box.clock.advance(60)
        same = {"to": box.table, "data": [{"3": {"value": 1}, str(box.f["Name"]): {"value": "a"}}]}
        answer = box.ask("POST", "/records", same, who="person")
        assert _meta(answer) == ([], [], [1])
        row = box.sim.rows(box.table)[1]
        assert row[1] == "2026-01-05T08:00:00Z"
        assert row[2] == ("2026-01-05T08:01:00Z" if bumps else "2026-01-05T08:00:00Z")
        assert row[4]["name"] == "Sync Service"
        assert row[5]["name"] == ("Demo Person" if bumps else "Sync Service")


def test_stamps_come_from_the_vendors_own_clock() -> None:
    """A skewed vendor stamps records and the Date header by its own time."""
    box = little_quickbase()
    box.sim.skew = -30
    response = box.send("POST", "/records", {"to": box.table, "data": [{"6": {"value": "a"}}]})
    assert response.headers["Date"] == "Mon, 05 Jan 2026 07:59:30 GMT"
    assert box.sim.rows(box.table)[1][2] == "2026-01-05T07:59:30Z"


def test_delete_takes_a_query_or_ids() -> None:
    """It says how many went; none is no error; without `where` it is refused."""
    box = little_quickbase()
    box.put({"Name": "a"}, {"Name": "b"}, {"Name": "c"})
    assert box.ask("DELETE", "/records", {"from": box.table, "where": [2, 99]}) == {"numberDeleted": 1}
    assert box.ask("DELETE", "/records", {"from": box.table, "where": [99]}) == {"numberDeleted": 0}
    assert box.send("DELETE", "/records", {"from": box.table}).status == 400
    blanks: tuple[Any, ...] = (None, "", "  \n", [])
    for where in blanks:
        assert box.send("DELETE", "/records", {"from": box.table, "where": where}).status == 400
    assert box.ask("DELETE", "/records", {"from": box.table, "where": "{3.GT.0}"}) == {"numberDeleted": 2}
    assert _meta(box.put({"Name": "d"}))[0] == [4]


def _many(**switches: Any) -> LittleQuickbase:
    box = little_quickbase(**switches)
    box.put(*({"Name": f"row {n:02d}", "Count": n % 3} for n in range(20)))
    return box


def test_pages_are_cut_by_size_and_metadata_tells() -> None:
    """Fewer rows than `top` may come; skip by numRecords until totalRecords reaches the end."""
    box = _many()
    box.sim.page_bytes = 200
    seen: list[int] = []
    pages = 0
    while True:
        options = {"skip": len(seen), "top": 15}
        page = box.ask("POST", "/records/query", {"from": box.table, "select": [3, 6], "options": options})
        assert page["metadata"]["totalRecords"] == 20
        assert 0 < page["metadata"]["numRecords"] == len(page["data"]) < 15
        seen += [row["3"]["value"] for row in page["data"]]
        pages += 1
        if len(seen) == 20:
            break
    assert seen == list(range(1, 21))
    assert pages > 3


def test_a_row_cap_and_a_default_page_size() -> None:
    """Both are unconfirmed, so both are switches."""
    assert len(_many(page_rows=7).find(options={"top": 15})) == 7
    assert len(_many(default_top=5).find()) == 5
    assert len(_many(default_top=5).find(options={"top": 15})) == 15


def test_sorting_grouping_skip_and_top() -> None:
    """Sorted by several fields either way; rows in one group stand together."""
    box = _many()
    count = box.f["Count"]
    down = [{"fieldId": count, "order": "DESC"}, {"fieldId": 3, "order": "ASC"}]
    assert box.find("{3.LTE.6}", sortBy=down) == [[3], [6], [2], [5], [1], [4]]
    assert box.find("{3.LTE.6}", sortBy=down, options={"skip": 1, "top": 2}) == [[6], [2]]
    grouped = box.find("{3.LTE.4}", groupBy=[{"fieldId": count, "grouping": "equal-values"}])
    assert grouped == [[1], [4], [2], [3]]
    assert box.find("{3.LTE.2}", sortBy=False) == [[1], [2]]


def test_unsorted_results_come_in_the_switched_order() -> None:
    """Nothing promises an order unless `sortBy` asks for one."""
    assert _many(result_order="reversed").ids("{3.LTE.3}") == [3, 2, 1]
    shuffled = _many(result_order="shuffled")
    orders = {tuple(shuffled.ids("{3.GT.0}")) for _ in range(5)}
    assert len(orders) > 1
    assert all(sorted(order) == list(range(1, 21)) for order in orders)
    assert shuffled.find(sortBy=[{"fieldId": 3, "order": "ASC"}])[:2] == [[1], [2]]
    upserted = little_quickbase(upsert_order="shuffled").put(*({"Name": str(n)} for n in range(20)))
    assert _meta(upserted)[0] != sorted(_meta(upserted)[0])


def test_select_and_lists_of_ids() -> None:
    """Default columns without `select`; unknown fields by the switch; 1 to 50,000 ids."""
    box = _many()
    shown = box.ask("POST", "/records/query", {"from": box.table, "where": [1]})
    assert [one["id"] for one in shown["fields"]] == [fid for fid in box.f.values() if fid > 5]
    body = {"from": box.table, "select": [3, 99]}
    assert box.send("POST", "/records/query", body).status == 400
    strange = _many(unknown_select="404")
    assert strange.send("POST", "/records/query", {**body, "from": strange.table}).status == 404
    for ids in ([], list(range(1, 50_002)), ["x"]):
        assert box.send("POST", "/records/query", {"from": box.table, "where": ids}).status == 400
    assert box.ids(list(range(1, 50_001)))[-1] == 20


def _since(box: LittleQuickbase, after: str, **more: Any) -> Any:
    body = {"from": box.table, "after": after, "includeDetails": True, **more}
    return box.ask("POST", "/records/modifiedSince", body)


def test_modified_since_tells_what_happened() -> None:
    """Created, changed and deleted records, each once; deletes only where they are indexed."""
    for indexed in (True, False):
        box = little_quickbase(index_deletes=indexed)
        box.put({"Name": "a"}, {"Name": "b"}, {"Name": "c"})
        box.clock.advance(60)
        box.put({"3": 1, "Name": "changed"}, {"Name": "new"})
        box.sim.delete(box.table, [2])
        expected = [(1, "MODIFY"), (4, "CREATE"), (2, "DELETE")][: 3 if indexed else 2]
        answer = _since(box, "2026-01-05T08:00:30Z")
        assert [(one["recordId"], one["changeType"]) for one in answer["changes"]] == expected
        assert answer["count"] == len(expected)
        assert "deletesTruncated" not in answer
        assert _since(box, "2026-01-05T08:01:00Z", includeDetails=False) == {"count": 0}


def test_modified_since_forgets_deletes() -> None:
    """Beyond 1,000 the details are withheld and it says so; after 30 days they are gone silently."""
    box = little_quickbase(index_deletes=True)
    box.put(*({"Name": str(n)} for n in range(1001)))
    box.clock.advance(60)
    box.sim.delete(box.table, range(1, 1002))
    assert _since(box, "2026-01-05T08:00:30Z") == {"count": 0, "changes": [], "deletesTruncated": True}
    few = little_quickbase(index_deletes=True)
    few.put({"Name": "a"})
    few.sim.delete(few.table, [1])
    few.clock.advance(31 * 86_400)
    assert _since(few, "2026-01-01T00:00:00Z") == {"count": 0, "changes": []}


def test_modified_since_follows_lookups() -> None:
    """A change of the parent shows in the child's looked-up field, though the child's stamp stays."""
    box = little_quickbase()
    parent = box.sim.create_table(box.app, "Parents")
    title = box.sim.create_field(parent, "Title", "text")
    box.sim.upsert(parent, [{"Title": "old"}])
    link = box.sim.create_relationship(box.table, parent, "Related Parent", lookups=["Title"])
    shown = box.sim.fid(box.table, "Parent - Title")
    box.sim.upsert(box.table, [{link: 1}, {"Name": "alone"}])
    box.clock.advance(60)
    box.sim.upsert(parent, [{3: 1, title: "new"}])
    assert box.ask("POST", "/records/query", {"from": box.table, "select": [shown]})["data"][0] == {
        str(shown): {"value": "new"}
    }
    assert _since(box, "2026-01-05T08:00:30Z")["count"] == 0
    followed = _since(box, "2026-01-05T08:00:30Z", fieldList=[shown])
    assert [one["recordId"] for one in followed["changes"]] == [1]
    assert "lineErrors" in box.put({"3": 1, str(shown): "mine"})["metadata"]


def test_modified_since_is_for_administrators() -> None:
    """403 without the right, 400 for a bad instant or an unknown key."""
    box = little_quickbase()
    good = {"from": box.table, "after": "2026-01-05T08:00:00Z"}
    assert box.send("POST", "/records/modifiedSince", {**good, "after": "yesterday"}).status == 400
    assert box.send("POST", "/records/modifiedSince", {**good, "extra": 1}).status == 400
    box.sim.set_admin("syncd", False)
    assert box.send("POST", "/records/modifiedSince", good).status == 403


def test_half_a_character_is_kept_as_it_came() -> None:
    """A text with half of a surrogate pair is stored and reads back as the same escape; it used to
    crash the upsert's answer and every query after it."""
    box = little_quickbase()
    cut = "Tower \ud83d"
    box.put({"Name": cut, "Notes": cut, "Plan": {"fileName": cut, "data": "b25l"}})
    body = {"from": box.table, "select": [box.f["Name"]], "where": f"{{{box.f['Name']}.EX.'{cut}'}}"}
    assert b'"Tower \\ud83d"' in box.send("POST", "/records/query", body).body
    assert [box.read(1, label) for label in ("Name", "Notes")] == [cut, cut]
    assert box.send("GET", f"/files/{box.table}/1/{box.f['Plan']}/0").status == 200
    assert box.send("GET", f"/{cut}").status == 404


def test_files_keep_their_versions() -> None:
    """Each upload is a version; 0 is the latest; a deleted one is gone; the body is base64."""
    box = little_quickbase()
    for data in ("b25l", "dHdv"):
        box.put(
            {"Procore ID": "1", "Plan": {"fileName": "ü.txt", "data": data}}, mergeFieldId=box.f["Procore ID"]
        )
    path = f"/files/{box.table}/1/{box.f['Plan']}"
    latest = box.send("GET", f"{path}/0")
    assert (latest.body, latest.headers["Content-Disposition"]) == (
        b"dHdv",
        "attachment; filename=\"%C3%BC.txt\"; filename*=UTF-8''%C3%BC.txt",
    )
    assert box.send("GET", f"{path}/1").body == b"b25l"
    assert box.ask("DELETE", f"{path}/2")["versionNumber"] == 2
    assert box.send("GET", f"{path}/2").status == 404
    assert [one["versionNumber"] for one in box.read(1, "Plan")["versions"]] == [1]
