"""`syncd explain` of records that no link holds: those are the ones people have to understand."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from syncd.cli.demo.stage import Stage
from tests.support.stages import run_here, run_json, staged


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Stage]:
    """Two vendors' servers with vendors on both sides, nothing synced yet."""
    with staged(tmp_path, "vendors") as made:
        yield made


def twins(stage: Stage) -> tuple[str, str]:
    """Two vendors of one name on each side, held as ambiguous; one id of each side."""
    for _ in range(2):
        rid = stage.person.write_quickbase("Vendors", {"Company Name": "Twin Steel", "City": "Reno"})
        made = stage.person.add_procore("vendors", {"name": "Twin Steel", "city": "Reno"})
    assert run_here(stage, "sync").returncode == 4
    return str(made["id"]), rid


def test_an_ambiguous_record_is_explained_by_either_id(stage: Stage) -> None:
    """A record that is held because several have its name once was refused with exit code 2 although
    `held` listed it: its values, and why it is held, are shown for both sides' ids."""
    procore_id, rid = twins(stage)

    for record in (procore_id, f"qb:{rid}"):
        done = run_here(stage, "explain", "vendors", record)
        assert done.returncode == 0
        assert f"{record} is not linked; it rests" in done.stdout
        assert "Twin Steel" in done.stdout
        assert "the record: several records have the same name" in done.stdout


def test_scripts_read_what_is_known_of_a_record_that_is_not_linked(stage: Stage) -> None:
    """With --json `link` is null, `stranger` is the record as the index has it, its fields have the
    values as last read and now, and its issues are those that `held` lists."""
    _, rid = twins(stage)
    stage.person.write_quickbase("Vendors", {"City": "Sparks"}, rid)

    about = run_json(stage, "explain", "vendors", f"qb:{rid}")

    assert about["link"] is None
    assert (about["stranger"]["quickbase_id"], about["stranger"]["state"]) == (rid, "held")
    city = next(one for one in about["fields"] if one["field"] == "city = City")
    assert (city["as_last_read"], city["now"]) == ("Reno", "Sparks")
    listed = [one["id"] for one in run_json(stage, "held", "vendors") if one["quickbase_id"] == rid]
    assert [issue["id"] for issue in about["issues"]] == listed
    assert (about["pending"], about["history"]) == ([], [])


def test_a_create_whose_answer_was_lost_is_explained(stage: Stage) -> None:
    """While nobody knows whether a create was done, its record shows that write and what it sent."""
    file = stage.folder / "mappings" / "vendors.yaml"
    file.write_text(file.read_text().replace("key: origin_id", "key: none"))
    assert run_here(stage, "sync").returncode == 0
    rid = stage.person.write_quickbase("Vendors", {"Company Name": "Lost Answer Steel"})
    stage.person.fault(kind="drop", vendor="procore", method="POST", path="/rest/v1.0/vendors")
    run_here(stage, "sync")

    about = run_json(stage, "explain", "vendors", f"qb:{rid}")

    (write,) = about["pending"]
    assert (write["state"], write["side"], write["quickbase_id"]) == ("create", "procore", rid)
    assert write["sent"]["name = Company Name"] == "Lost Answer Steel"
    said = run_here(stage, "explain", "vendors", f"qb:{rid}").stdout
    assert "what became of it is not known yet" in said
    assert "nobody knows yet whether it was done" in said


def test_a_record_that_left_only_history_is_explained(stage: Stage) -> None:
    """What was written of a pair is shown although the pair was parted and its record is gone."""
    assert run_here(stage, "sync").returncode == 0
    link = run_json(stage, "links")[0]
    assert run_here(stage, "links", "remove", "vendors", link["procore_id"], "--forget").returncode == 0

    about = run_json(stage, "explain", "vendors", link["procore_id"])

    assert (about["link"], about["stranger"]) == (None, None)
    assert about["history"][0]["state"] == "unlink"
    assert about["fields"][0]["now"], "the record itself is there and can be read"


def test_a_record_that_nothing_is_known_of_is_a_wrong_word(stage: Stage) -> None:
    """No link, no index row, no issue, no write and no history: exit code 2, and where to look."""
    done = run_here(stage, "explain", "vendors", "qb:4711")

    assert done.returncode == 2
    assert "Nothing is known of qb:4711" in done.stderr
    assert "syncd links vendors" in done.stderr
