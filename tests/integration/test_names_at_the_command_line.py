"""What commands say of custom fields: taken as they are offline, looked up by whatever calls Procore."""

from __future__ import annotations

from pathlib import Path

from tests.support.stages import run_here, staged

RULE = "  - {procore: custom.Region, quickbase: State, direction: to-quickbase}\n"


def test_check_believes_a_custom_field_and_sync_looks_it_up(tmp_path: Path) -> None:
    """The offline check says what is checked later; online the line is named, and nothing is written."""
    with staged(tmp_path, "projects") as stage:
        file = tmp_path / "mappings" / "projects.yaml"
        kept = [line for line in file.read_text("utf-8").splitlines(True) if "quickbase: State" not in line]
        file.write_text("".join(kept) + RULE, "utf-8")

        checked = run_here(stage, "check")
        synced = run_here(stage, "sync")

        assert checked.returncode == 0, checked.stdout
        assert "So are Procore's custom fields: custom.Region." in checked.stderr
        assert synced.returncode == 3
        assert f"projects.yaml:{len(kept) + 1}:15: Procore has no custom field 'Region'" in synced.stderr
        assert [row["Procore ID"] for row in stage.person.quickbase("Projects") if row["Procore ID"]] == []
