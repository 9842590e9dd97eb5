"""The same daemon and commands on PostgreSQL: one writer, hand-over, plan and apply."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from tests.support.stages import daemon, run_here, run_text, staged


@pytest.mark.postgres
def test_one_writer_and_hand_over_work_on_postgresql(tmp_path: Path, postgres_url: str) -> None:
    """A second daemon is refused by the server's lock; `sync` is handed over; links are there."""
    with staged(tmp_path, "vendors") as made:
        stage = replace(made, environ={**made.environ, "SYNCD_DATABASE_URL": postgres_url})
        planned = run_here(stage, "plan", "--out", "plan.json")
        assert planned.returncode == 6, planned.stderr
        assert run_here(stage, "apply", "plan.json").returncode == 0
        with daemon(stage) as process:
            second = run_text(stage, "run")
            assert second.returncode == 1
            assert f"syncd run (process {process.pid})" in second.stderr
            handed = run_text(stage, "sync")
            assert handed.returncode == 0
            assert "The daemon holds this state" in handed.stderr
        names = sorted(row["name"] for row in stage.person.procore("vendors"))
        assert names == sorted(row["Company Name"] for row in stage.person.quickbase("Vendors"))
        assert not (stage.folder / "state" / "syncd.db").exists()
