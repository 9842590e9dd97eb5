"""What the benchmarks measure with is itself right: sides, rows, judging and the table."""

from __future__ import annotations

import json
from pathlib import Path

from benchmarks.calls import idle
from benchmarks.ours import Ours
from benchmarks.report import as_table, write_json
from benchmarks.result import Result
from benchmarks.rows import FIELDS, bench_mapping, row
from benchmarks.side import GeneratedSide
from syncd.clock import ManualClock
from syncd.core.values import SideName
from syncd.sides.port import Gone, Lane, Patch


def test_rows_fit_the_mapping_and_differ_by_name() -> None:
    """Every row has a value for each of the ten rules, and no two rows share a match key."""
    assert len(bench_mapping().rules) == len(FIELDS) == len(row(7)) == 10
    assert len({row(number)[0] for number in range(1_000)}) == 1_000


def test_a_generated_side_serves_what_was_written_to_it() -> None:
    """Edits and keys are kept, pages are whole, and an id out of range is missing."""
    side = GeneratedSide(SideName.QUICKBASE, 4_100, row, ManualClock())
    (done,) = side.update([Patch("3", {3: "Elsewhere"}, key="7000003")], fresh_until=60.0)
    assert done.record is not None
    pages = [list(page) for page in side.everything("", Lane.SWEEP)]
    assert [len(page) for page in pages] == [2_000, 2_000, 100]
    assert (pages[0][2].values[3], pages[0][2].key) == ("Elsewhere", "7000003")
    assert side.fetch("", ["9999"], Lane.DUE) == {"9999": Gone.MISSING}


def test_ours_pairs_and_carries_edits_across(tmp_path: Path) -> None:
    """The measured engine ends with no record unlinked or different, and writes nothing when quiet."""
    ours = Ours(300, row, tmp_path)
    ours.sync()
    assert (ours.differences(), ours.procore.writes, ours.quickbase.writes) == (0, 0, 300)
    ours.edit(1, 3, "Newtown", left=True)
    ours.edit(2, 4, "N", left=False)
    assert ours.differences() == 2
    ours.sync()
    ours.sync()
    assert (ours.differences(), ours.procore.writes, ours.quickbase.writes) == (0, 1, 301)
    ours.close()


def test_an_idle_cycle_costs_what_the_design_says() -> None:
    """One Procore call a scope and one Quickbase query a table, by the sandbox's own count."""
    found = idle()
    assert found.met, found
    assert (found.facts["procore"], found.facts["quickbase"]) == (7, 3)


def test_the_table_and_the_file_name_what_was_missed(tmp_path: Path) -> None:
    """A missed bar stands in the table and makes the file say that not all was met."""
    results = [Result("a", "≤ 1", "1", True, {"total": 1}), Result("b", "≤ 1", "2", False)]
    write_json(results, tmp_path / "build" / "bench.json")
    assert as_table(results).splitlines()[-1].endswith("MISSED")
    kept = json.loads((tmp_path / "build" / "bench.json").read_text())
    assert (kept["met"], kept["benches"][0]["total"]) == (False, 1)
