"""What is not certain yet is never passed off as agreement: `plan`, `sync` and `resync` count it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from urllib.request import Request, urlopen

import pytest

from syncd.cli.demo.stage import Stage
from syncd.sandbox.seed import Seed
from tests.support.stages import run_here, staged

VENDORS = 22
DELETED = 17
WAITS = f"{DELETED} records wait to be looked at again (see `syncd status`)"


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Stage]:
    """Two linked sides of which most of Quickbase's rows were deleted since."""
    with staged(tmp_path, "vendors", sizes=Seed(projects=0, vendors=VENDORS, rfis=0)) as made:
        assert run_here(made, "sync").returncode == 0
        rows = [row["id"] for row in made.person.quickbase("Vendors") if row["Procore ID"]]
        delete_rows(made, "Vendors", rows[:DELETED])
        yield made


def delete_rows(stage: Stage, table: str, ids: list[str]) -> None:
    """Delete rows as a person does, in one request."""
    base = stage.environ["SYNCD_QUICKBASE__BASE_URL"]
    headers = {
        "QB-Realm-Hostname": stage.environ["SYNCD_QUICKBASE__REALM"],
        "Authorization": f"QB-USER-TOKEN {stage.environ['SYNCD_QUICKBASE__USER_TOKEN']}",
        "Content-Type": "application/json",
    }
    app = stage.environ["SYNCD_QUICKBASE__APP_ID"]
    with urlopen(Request(f"{base}/tables?appId={app}", headers=headers)) as answer:
        table_id = next(one["id"] for one in json.load(answer) if one["name"] == table)
    body = {"from": table_id, "where": "OR".join(f"{{3.EX.{id}}}" for id in ids)}
    request = Request(f"{base}/records", json.dumps(body).encode(), headers, method="DELETE")
    with urlopen(request) as answer:
        assert json.load(answer)["numberDeleted"] == len(ids)


def test_suspected_deletes_are_counted_and_never_called_agreement(stage: Stage) -> None:
    """Between the two looks that make a delete certain, `plan` once said that both sides agree and
    `sync` said nothing, while seventeen removals were on their way to the brake."""
    rehearsed = run_here(stage, "resync", "--dry-run")
    assert (rehearsed.returncode, rehearsed.stdout) == (0, f"Nothing to write; {WAITS}.\n")

    assert f"vendors: {WAITS}" in run_here(stage, "resync").stderr

    planned = run_here(stage, "plan")
    assert (planned.returncode, planned.stdout) == (0, f"Nothing to write; {WAITS}.\n")
    assert f"vendors: {WAITS}" in run_here(stage, "sync").stderr


def test_scripts_read_how_many_records_wait(stage: Stage) -> None:
    """With --json each cycle has `waiting`, and a plan that lists nothing says on stderr what waits."""
    cycles = json.loads(run_here(stage, "resync", "--json").stdout)
    assert [cycle["waiting"] for cycle in cycles] == [DELETED]

    planned = run_here(stage, "plan", "--json")
    assert json.loads(planned.stdout) == []
    assert WAITS in planned.stderr


def test_what_waits_is_said_beside_what_would_be_written(stage: Stage) -> None:
    """Writes that are planned do not hide the records that must be looked at again, and `apply` of
    the plan says the same; agreement is said only where nothing waits."""
    run_here(stage, "resync")
    rid = next(row["id"] for row in stage.person.quickbase("Vendors") if row["Procore ID"])
    stage.clock.sleep(1.1)
    stage.person.write_quickbase("Vendors", {"City": "Lasting"}, rid)

    planned = run_here(stage, "plan", "--out", "plan.json")
    assert planned.returncode == 6
    assert f"1 × update in procore; {WAITS}." in planned.stderr

    applied = run_here(stage, "apply", "plan.json")
    assert applied.returncode == 0
    assert f"vendors: {WAITS}" in applied.stderr


def test_agreement_is_said_where_nothing_waits(tmp_path: Path) -> None:
    """Right after a sync of everything nothing waits, and then both sides agree."""
    with staged(tmp_path, "vendors") as made:
        done = run_here(made, "sync")
        assert "looked at again" not in done.stderr
        assert run_here(made, "plan").stdout == "Nothing to write: both sides agree.\n"
