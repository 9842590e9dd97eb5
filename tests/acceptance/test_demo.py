"""The demo as a newcomer runs it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from syncd.catalog.registry import names


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_the_demo_holds_what_it_claims_and_counts_every_resource(project_root: Path) -> None:
    """It ends with 0 and without a cross; its last screen has a line for each resource, and new records
    and edits went both ways."""
    done = subprocess.run(
        [sys.executable, "-m", "syncd", "demo"],
        cwd=project_root,
        capture_output=True,
        text=True,
        timeout=500,
        check=False,
    )

    assert done.returncode == 0, done.stdout + done.stderr
    assert "✗" not in done.stdout
    rows = [line.split() for line in done.stdout.partition("What crossed")[2].splitlines()]
    counts = {row[0]: [int(one) for one in row[1:]] for row in rows if row and row[0] in names()}
    assert set(counts) == set(names()) - {"budgets"}
    both, into_quickbase, edits_there, into_procore, edits_here = zip(*counts.values(), strict=True)
    assert min(both) > 0
    assert counts["projects"][0] == 26
    assert all(sum(column) > 10 for column in (into_quickbase, edits_there, into_procore, edits_here))
