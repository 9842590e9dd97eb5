"""The daemon as a real process: it works by itself, is asked, reloads, drains and is refused twice."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from syncd.cli.demo.stage import Stage
from tests.support.stages import daemon, run_here, run_json, run_text, staged


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Stage]:
    """Vendors on both sides, polled every 2 seconds, and synced once."""
    with staged(tmp_path, "vendors") as made:
        file = made.folder / "mappings" / "vendors.yaml"
        file.write_text(file.read_text().replace("every: 10m", "every: 2s"))
        assert run_here(made, "sync").returncode == 0
        made.clock.sleep(1.1)  # an edit in the second of our own write is looked at twice
        yield made


def city_in_procore(stage: Stage, procore_id: str) -> str:
    """What Procore holds, as a person sees it."""
    return {str(row["id"]): row["city"] for row in stage.person.procore("vendors")}[procore_id]


def test_edits_cross_by_themselves_and_sigterm_ends_it_well(stage: Stage) -> None:
    """An edit crosses without a command; the probe says healthy; SIGTERM drains and exits 0."""
    row = stage.person.quickbase("Vendors")[0]
    with daemon(stage) as process:
        assert run_here(stage, "status", "--health").returncode == 0
        stage.person.write_quickbase("Vendors", {"City": "Selfton"}, row["id"])
        assert stage.until(lambda: city_in_procore(stage, row["Procore ID"]) == "Selfton", 20)
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=15) == 0
    probe = run_here(stage, "status", "--health")
    assert probe.returncode == 1
    assert "No daemon runs" in probe.stdout


def test_a_second_daemon_is_refused_and_a_command_is_handed_over(stage: Stage) -> None:
    """One writer: `run` again exits 1 naming the holder, `sync` is done by the daemon, `apply` waits."""
    assert run_here(stage, "plan", "--out", "plan.json").returncode in (0, 6)
    with daemon(stage) as process:
        second = run_text(stage, "run")
        assert second.returncode == 1
        assert f"syncd run (process {process.pid})" in second.stderr
        handed = run_text(stage, "sync", "vendors", "--json")
        assert handed.returncode == 0
        assert "The daemon holds this state" in handed.stderr
        assert '"mapping": "vendors"' in handed.stdout
        refused = run_here(stage, "apply", "plan.json")
        assert refused.returncode == 1
        assert "A daemon works on this state" in refused.stderr


def test_a_bad_mapping_is_refused_and_the_old_one_stays_in_force(stage: Stage) -> None:
    """A broken file is named in status while edits still cross; a mended one is taken up."""
    file = stage.folder / "mappings" / "vendors.yaml"
    good = file.read_text()
    row = stage.person.quickbase("Vendors")[0]

    def refused() -> list[str]:
        told: list[str] = run_json(stage, "status")["daemon"]["refused"]
        return told

    with daemon(stage):
        file.write_text(good + "\nfields: [\n")
        assert stage.until(lambda: bool(refused()), 15)
        assert refused()[0].startswith("mappings/vendors.yaml:")
        stage.person.write_quickbase("Vendors", {"City": "Stillton"}, row["id"])
        assert stage.until(lambda: city_in_procore(stage, row["Procore ID"]) == "Stillton", 20)
        file.write_text(good)
        assert stage.until(lambda: not refused(), 15)


def test_sigkill_leaves_a_state_that_the_next_daemon_goes_on_with(stage: Stage) -> None:
    """Killed without warning, the lock is free at once and the next daemon brings edits across."""
    row = stage.person.quickbase("Vendors")[0]
    with daemon(stage) as process:
        stage.person.write_quickbase("Vendors", {"City": "Killville"}, row["id"])
        process.kill()
        process.wait(timeout=10)
    with daemon(stage):
        assert stage.until(lambda: city_in_procore(stage, row["Procore ID"]) == "Killville", 20)
    names = [one["name"] for one in stage.person.procore("vendors")]
    assert len(names) == len(set(names))


def test_a_pause_reaches_the_running_daemon(stage: Stage) -> None:
    """While a mapping is paused the daemon leaves it alone; resumed, the edit crosses."""
    row = stage.person.quickbase("Vendors")[0]
    with daemon(stage):
        assert run_here(stage, "pause", "vendors").returncode == 0
        stage.person.write_quickbase("Vendors", {"City": "Pauseton"}, row["id"])
        assert run_json(stage, "status")["mappings"][0]["state"] == "paused"
        assert city_in_procore(stage, row["Procore ID"]) != "Pauseton"
        assert run_here(stage, "resume", "vendors").returncode == 0
        assert stage.until(lambda: city_in_procore(stage, row["Procore ID"]) == "Pauseton", 20)
