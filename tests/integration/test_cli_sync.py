"""Cycles, plans and a person's word, as `syncd` commands against a sandbox's socket."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from syncd.cli.demo.stage import Stage
from tests.support.stages import run_here, run_json, run_text, staged

LIST_WORDS = {"mapping", "scope", "procore_id", "quickbase_id", "state", "reason", "since"}


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Stage]:
    """Two vendors' servers with vendors on both sides, nothing synced yet."""
    with staged(tmp_path, "vendors") as made:
        yield made


def synced(stage: Stage) -> None:
    """Sync, and let the second go by: an edit in the second of our own write is looked at twice."""
    assert run_here(stage, "sync").returncode == 0
    stage.clock.sleep(1.1)


def pair(stage: Stage) -> tuple[str, str]:
    """The ids of one linked vendor on both sides, as a person sees them."""
    row = next(row for row in stage.person.quickbase("Vendors") if row["Procore ID"])
    return row["Procore ID"], row["id"]


def test_sync_links_creates_and_then_is_quiet(stage: Stage) -> None:
    """The first cycle pairs what is the same and creates the rest; the next writes nothing."""
    first = run_json(stage, "sync")
    assert sum(first[0]["created"].values()) > 0
    names = sorted(row["name"] for row in stage.person.procore("vendors"))
    assert names == sorted(row["Company Name"] for row in stage.person.quickbase("Vendors"))
    second = run_here(stage, "sync", "--json")
    assert second.returncode == 0
    (cycle,) = json.loads(second.stdout)
    assert (cycle["created"], cycle["updated"]) == ({}, {})
    links = run_json(stage, "links")
    assert len(links) == len(names)
    assert all(set(link) >= LIST_WORDS and link["state"] == "live" for link in links)


def test_history_keeps_what_a_created_record_was_given(stage: Stage) -> None:
    """For each field that was sent there is a line with its rule, the side and what is held there (P14)."""
    synced(stage)
    row = next(
        one for one in stage.person.quickbase("Vendors") if one["Company Name"].startswith("Quickbase")
    )
    told = run_json(stage, "history", "vendors", row["Procore ID"])
    lines = {one["field"]: one for one in told if one["state"] == "create"}
    name = lines["name = Company Name"]
    assert (name["side"], name["before"], name["after"]) == ("procore", None, row["Company Name"])
    assert (lines["city = City"]["after"], lines["city = City"]["reason"]) == ("Salem", "new in quickbase")
    assert lines[""]["reason"] == "it was new on one side, and made on the other"


def test_plan_says_what_apply_then_writes_and_nothing_else(stage: Stage) -> None:
    """`plan` exits 6 and writes nothing; `apply` writes exactly that; applied twice it is stale."""
    synced(stage)
    procore_id, rid = pair(stage)
    stage.person.write_quickbase("Vendors", {"City": "Planville"}, rid)
    planned = run_here(stage, "plan", "--out", "plan.json", "--json")
    assert planned.returncode == 6
    assert "cycle.rehearsed" in planned.stderr
    assert "cycle.finished" not in planned.stderr, "nothing was written, so no cycle was"
    rows = json.loads(planned.stdout)
    assert [(row["state"], row["procore_id"]) for row in rows] == [("update", procore_id)]
    assert [field["after"] for field in rows[0]["fields"]] == ["Planville"]
    assert (stage.folder / "plan.json").stat().st_mode & 0o077 == 0
    city = {str(row["id"]): row["city"] for row in stage.person.procore("vendors")}
    assert city[procore_id] != "Planville"
    assert run_here(stage, "apply", "plan.json").returncode == 0
    city = {str(row["id"]): row["city"] for row in stage.person.procore("vendors")}
    assert city[procore_id] == "Planville"
    again = run_here(stage, "apply", "plan.json")
    assert again.returncode == 1
    assert "changed since this plan was made" in again.stderr


def test_a_conflict_is_listed_settled_and_explained(stage: Stage) -> None:
    """A field edited on both sides exits 4, is listed with both values, and goes as it is settled."""
    synced(stage)
    procore_id, rid = pair(stage)
    name = next(row["name"] for row in stage.person.procore("vendors") if str(row["id"]) == procore_id)
    stage.person.edit_procore("vendors", procore_id, {"name": name, "city": "Northtown"})
    stage.person.write_quickbase("Vendors", {"City": "Southtown"}, rid)
    assert run_here(stage, "sync").returncode == 4
    found = run_json(stage, "conflicts")
    assert set(found[0]) >= LIST_WORDS | {"id", "field", "procore", "quickbase"}
    assert (found[0]["procore"], found[0]["quickbase"]) == ("Northtown", "Southtown")
    explained = run_json(stage, "explain", "vendors", f"qb:{rid}")
    field = next(one for one in explained["fields"] if one["procore_now"] == "Northtown")
    assert field["decision"].startswith("conflict")
    assert run_here(stage, "conflicts", "settle", str(found[0]["id"]), "procore").returncode == 0
    assert run_here(stage, "sync").returncode == 0
    assert {row["id"]: row["City"] for row in stage.person.quickbase("Vendors")}[rid] == "Northtown"
    assert run_json(stage, "conflicts") == []
    assert any(event["loser"] == "Southtown" for event in run_json(stage, "history", "vendors", procore_id))


def test_resync_of_one_record_shows_and_then_repairs_it(stage: Stage) -> None:
    """`resync --only ID --dry-run` exits 6 without a write; without --dry-run it writes."""
    synced(stage)
    procore_id, rid = pair(stage)
    stage.person.write_quickbase("Vendors", {"City": "Repairton"}, rid)
    assert run_here(stage, "resync", "vendors", "--only", f"qb:{rid}", "--dry-run").returncode == 6
    assert run_here(stage, "resync", "vendors", "--only", f"qb:{rid}").returncode == 0
    assert "No link of vendors holds qb:99" in run_here(stage, "resync", "vendors", "--only", "qb:99").stderr
    assert run_here(stage, "resync", "--only", "qb:99", "--dry-run").returncode == 2
    assert {str(r["id"]): r["city"] for r in stage.person.procore("vendors")}[procore_id] == "Repairton"


def test_links_can_be_parted_and_made_by_hand(stage: Stage) -> None:
    """A parted pair rests; `links add` joins it again, and then edits cross."""
    synced(stage)
    procore_id, rid = pair(stage)
    assert run_here(stage, "links", "remove", "vendors", procore_id).returncode == 0
    stage.person.write_quickbase("Vendors", {"City": "Resting"}, rid)
    run_here(stage, "sync")
    assert {str(r["id"]): r["city"] for r in stage.person.procore("vendors")}[procore_id] != "Resting"
    assert run_here(stage, "links", "add", "vendors", procore_id, rid).returncode == 0
    taken = run_here(stage, "links", "add", "vendors", procore_id, rid)
    assert taken.returncode == 2
    assert "linked already" in taken.stderr
    nobody = run_here(stage, "links", "add", "vendors", "1", rid)
    assert nobody.returncode == 2
    assert "shows no record" in nobody.stderr


def test_a_paused_record_rests_until_it_is_resumed(stage: Stage) -> None:
    """What changes on a paused record waits, and crosses once it is resumed."""
    synced(stage)
    procore_id, rid = pair(stage)
    assert run_here(stage, "pause", f"vendors:{procore_id}").returncode == 0
    assert "1 record paused" in run_here(stage, "status").stdout
    assert "No link of vendors holds 7 yet" in run_here(stage, "pause", "vendors:7").stderr
    stage.person.write_quickbase("Vendors", {"City": "Patience"}, rid)
    run_here(stage, "sync")
    assert {str(r["id"]): r["city"] for r in stage.person.procore("vendors")}[procore_id] != "Patience"
    assert run_here(stage, "resume", f"vendors:{procore_id}").returncode == 0
    run_here(stage, "sync")
    assert {str(r["id"]): r["city"] for r in stage.person.procore("vendors")}[procore_id] == "Patience"
    assert run_here(stage, "resume", f"vendors:{procore_id}").returncode == 2


def test_a_tool_that_is_off_is_named_and_heals(tmp_path: Path) -> None:
    """Each project whose tool is off is held with the tool's name; `retry` tries them at once."""
    with staged(tmp_path, "projects", "vendors", "rfis") as stage:
        assert run_here(stage, "sync").returncode == 0, "nothing of a first sync is held"
        path = "/rest/v1.0/projects/{project_id}/rfis"
        count = len(stage.person.procore("projects"))
        stage.person.fault(kind="tool_off", vendor="procore", path=path, times=count)
        assert run_here(stage, "sync", "rfis").returncode == 4
        reasons = [row["reason"] for row in run_json(stage, "held", "rfis")]
        assert len([one for one in reasons if "the RFIs tool is off there" in one]) == count
        assert f"{count} scopes are closed to us" in run_here(stage, "status").stdout
        run_here(stage, "retry", "--all")
        run_here(stage, "sync", "rfis")
        assert run_json(stage, "held", "rfis") == []


def test_a_paused_mapping_says_so(stage: Stage) -> None:
    """Neither `plan` nor `sync` lets a paused mapping pass for one in agreement."""
    assert run_here(stage, "pause", "vendors").returncode == 0
    assert "paused" in run_here(stage, "plan").stdout
    assert "vendors is paused" in run_here(stage, "sync").stderr
    assert run_json(stage, "sync")[0]["paused"] is True


def test_a_backup_can_be_put_back(stage: Stage) -> None:
    """After `db restore` the links are there again and a cycle creates nothing."""
    run_here(stage, "sync")
    before = run_json(stage, "links")
    assert run_here(stage, "db", "backup", "saved.db").returncode == 0
    assert run_here(stage, "db", "backup", "saved.db").returncode == 2
    assert run_here(stage, "db", "restore", "saved.db").returncode == 0
    assert [link["procore_id"] for link in run_json(stage, "links")] == [one["procore_id"] for one in before]
    after = run_json(stage, "sync")
    assert after[0]["created"] == {}


def test_stdout_holds_results_and_stderr_the_rest(stage: Stage) -> None:
    """With `--json`, stdout is one JSON document although logs are written at the same time."""
    done = run_text(stage, "sync", "--json", SYNCD_LOG_LEVEL="DEBUG", SYNCD_LOG_FORMAT="json")
    assert [cycle["mapping"] for cycle in json.loads(done.stdout)] == ["vendors"]
    assert all(json.loads(line) for line in done.stderr.splitlines() if line.startswith("{"))
    assert "cycle.finished" in done.stderr
    secrets = [value for name, value in stage.environ.items() if name.endswith(("SECRET", "TOKEN"))]
    assert secrets
    assert not [one for one in secrets if one in done.stdout + done.stderr]
