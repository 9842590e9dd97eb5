"""`links` comes in pages that lose nothing, over all mappings."""

from __future__ import annotations

from pathlib import Path

from tests.support.stages import run_here, run_json, staged


def test_pages_over_several_mappings_list_every_link_once(tmp_path: Path) -> None:
    """Each page goes on behind the last one's id, whichever mapping that link is of."""
    with staged(tmp_path, "projects", "vendors", "rfis") as stage:
        assert run_here(stage, "sync").returncode == 0
        everything = [row["id"] for row in run_json(stage, "links")]
        found: list[int] = []
        while page := run_json(stage, "links", "--limit", "2", "--after", str(max(found, default=0))):
            found += [row["id"] for row in page]
        assert found == sorted(everything)
        assert len({row["mapping"] for row in run_json(stage, "links")}) == 3
