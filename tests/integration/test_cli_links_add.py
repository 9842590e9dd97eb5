"""`links add`: names that can be, records that are there, and no create on its way."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from syncd.cli.demo.stage import Stage
from tests.support.stages import run_here, run_json, staged

SYNC = "/rest/v1.0/vendors/sync"


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Stage]:
    """Two vendors' servers; nothing is synced yet."""
    with staged(tmp_path, "projects", "vendors", "rfis") as made:
        yield made


def test_a_name_that_no_record_can_have_is_refused_by_its_shape(stage: Stage) -> None:
    """The sentence says how such records are named; it used to say '(hidden)'."""
    for words, said in (
        (("vendors", "abc", "1"), "Vendors are named by their number in Procore, and 'abc' is no such name."),
        (("vendors", "5/1", "1"), "Vendors are named by their number"),
        (("rfis", "5", "1"), "RFIs are named as PROJECT/ID in Procore, and '5' is no such name."),
        (("vendors", "5", "x"), "named by their record id, a number, and 'x' is none."),
    ):
        for command in ("add", "relink"):
            done = run_here(stage, "links", command, *words)
            assert done.returncode == 2
            assert said in done.stderr
            assert "hidden" not in done.stderr


def test_a_record_that_is_not_shown_is_said_not_to_exist_or_not_to_be_ours_to_see(stage: Stage) -> None:
    """On both sides, and in a project that is not there: nobody outside can tell the two apart."""
    vendor = str(stage.person.procore("vendors")[0]["id"])
    for words, who in (
        (("vendors", "999999", "1"), "procore shows no record 999999"),
        (("rfis", "999999/1", "1"), "procore shows no record 999999/1"),
        (("vendors", vendor, "999999"), "quickbase shows no record 999999"),
    ):
        done = run_here(stage, "links", "add", *words)
        assert done.returncode == 2
        assert f"{who}: it does not exist, or we may not see it." in done.stderr


def test_a_record_whose_create_lost_its_answer_is_not_linked_by_hand_until_it_is_settled(
    stage: Stage,
) -> None:
    """It says when to try again; the next cycles find what was made, and the mapping flows on."""
    assert run_here(stage, "sync").returncode in (0, 4)
    row = stage.person.write_quickbase("Vendors", {"Company Name": "Lost4 Co"})
    stage.person.fault(kind="drop", vendor="procore", method="PATCH", path=SYNC, times=1)
    run_here(stage, "sync", "vendors")
    other = str(stage.person.add_procore("vendors", {"name": "Found4 Co"})["id"])

    refused = run_here(stage, "links", "add", "vendors", other, row)
    assert refused.returncode == 2
    assert f"procore may have made a counterpart for quickbase record {row} already" in refused.stderr
    assert "run `syncd sync vendors` twice in" in refused.stderr

    stage.clock.sleep(1.1)
    assert run_here(stage, "sync", "vendors").returncode in (0, 4)
    named = {one["quickbase_id"]: one["procore_id"] for one in run_json(stage, "links", "list", "vendors")}
    made = {str(one["id"]): one["name"] for one in stage.person.procore("vendors")}
    assert made[named[row]] == "Lost4 Co"
    assert other in named.values()
