"""The switches that no other test turns, and what stays true while the clocks are wrong."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Any

import pytest

from syncd.sandbox.quickbase.switches import QuickbaseSwitches
from tests.support.quickbase_sandbox import LittleQuickbase, little_quickbase


def _since(box: LittleQuickbase, after: str) -> Any:
    return box.ask(
        "POST", "/records/modifiedSince", {"from": box.table, "after": after, "includeDetails": True}
    )


@pytest.mark.parametrize(("honoured", "count"), [(False, 1), (True, 0)])
def test_the_fraction_of_after_counts_or_not(honoured: bool, count: int) -> None:
    """A record of .200 is after the cut second, and not after .500 of it."""
    box = little_quickbase(after_subseconds=honoured)
    box.clock.advance(0.2)
    box.put({"Name": "a"})
    assert _since(box, "2026-01-05T08:00:00.500Z")["count"] == count


def test_deletes_beyond_the_limit_may_still_be_listed() -> None:
    """The kept reading lists the newest 1,000 and says that there were more."""
    box = little_quickbase(index_deletes=True, truncated_deletes="kept")
    ids = box.sim.upsert(box.table, [{"Name": str(n)} for n in range(1002)])
    box.clock.advance(60)
    box.sim.delete(box.table, ids)
    answer = _since(box, "2026-01-05T08:00:30Z")
    assert answer["deletesTruncated"] is True
    assert [one["recordId"] for one in answer["changes"]] == list(range(3, 1003))


def test_texts_may_be_trimmed() -> None:
    """A text with white space round it is stored without, and so an equal one is no change."""
    box = little_quickbase(trim_text=True)
    box.put({"Name": "  a "})
    assert box.read(1, "Name") == "a"
    assert box.put({"3": 1, "Name": "a  "})["metadata"]["unchangedRecordIds"] == [1]


def test_the_owner_may_be_writable() -> None:
    """Field 4 takes a user with the switch, and is read-only without it."""
    for writable in (True, False):
        box = little_quickbase(record_owner_writable=writable)
        other = box.sim.add_person("Other Person", "other@sandbox.example")
        answer = box.put({"Name": "a", "4": {"id": other}})
        assert ("lineErrors" in answer["metadata"]) != writable
        if writable:
            assert box.sim.rows(box.table)[1][4]["id"] == other


def test_downloads_name_the_switched_type() -> None:
    """The content type of an attachment is one of the two that were seen."""
    box = little_quickbase(file_content_type="text/plain")
    box.put({"Plan": {"fileName": "a", "data": "YQ=="}})
    response = box.send("GET", f"/files/{box.table}/1/{box.f['Plan']}/0")
    assert response.headers["Content-Type"] == "text/plain"


def test_a_fields_default_fills_new_records_only() -> None:
    """What a create does not mention gets the default; an update leaves it alone."""
    box = little_quickbase()
    box.sim.set_field(box.table, "Count", properties={"defaultValue": "7"})
    box.put({"Name": "a"}, {"Name": "b", "Count": None})
    assert [box.read(rid, "Count") for rid in (1, 2)] == [7, None]
    box.put({"3": 2, "Name": "c"})
    assert box.read(2, "Count") is None


def test_another_key_field_is_what_upserts_and_references_use() -> None:
    """Without a merge field the key decides, and children hold the key's value."""
    box = little_quickbase()
    box.sim.set_key_field(box.table, "Procore ID")
    child = box.sim.create_table(box.app, "Children")
    link = box.sim.create_relationship(child, box.table, lookups=["Name"])
    box.put({"Procore ID": "P1", "Name": "a"})
    assert box.put({"Procore ID": "P1", "Name": "b"})["metadata"]["updatedRecordIds"] == [1]
    box.sim.upsert(child, [{link: "P1"}])
    assert list(box.sim.rows(child)[1].values())[-2:] == ["P1", "b"]
    with pytest.raises(ValueError, match="unique"):
        box.sim.set_key_field(box.table, "Name")


def test_a_step_of_the_wall_clock_hides_nothing() -> None:
    """Lag and the past are measured in elapsed time, whatever the wall says."""
    box = little_quickbase(list_lag=5)
    box.put({"Name": "a"})
    box.clock.advance(10)
    box.clock.step(-3600)
    assert box.ids("{3.GT.0}") == [1]
    box.put({"Name": "b"})
    assert box.ids("{3.GT.0}") == [1]
    box.clock.step(7200)
    assert box.ids("{3.GT.0}") == [1]
    box.clock.advance(5)
    assert box.ids("{3.GT.0}") == [1, 2]


def test_a_deleted_version_of_a_file_takes_no_newer_one_along() -> None:
    """Deleting acts on what is there, even where readers still see an older state."""
    box = little_quickbase(read_lag=60)
    for data in ("YQ==", "Yg==", "Yw=="):
        box.sim.upsert(
            box.table, [{"Procore ID": "1", "Plan": {"fileName": "f", "data": data}}], merge="Procore ID"
        )
    assert box.send("DELETE", f"/files/{box.table}/1/{box.f['Plan']}/1").status == 200
    versions = box.sim.rows(box.table)[1][box.f["Plan"]]["versions"]
    assert [one["versionNumber"] for one in versions] == [2, 3]


def test_every_switch_is_documented() -> None:
    """The page on the sandbox names each switch."""
    page = (Path(__file__).parents[2] / "docs" / "sandbox-quickbase.md").read_text()
    for one in dataclasses.fields(QuickbaseSwitches):
        assert f"`{one.name}`" in page, one.name
