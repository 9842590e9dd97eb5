"""When a mapping is due: its interval, its sweep, its marks, and patience after failures."""

from __future__ import annotations

from dataclasses import replace

import pytest

from syncd.core.values import SideName
from syncd.store import Cursor, Run
from syncd.sync.due import FIRST_PATIENCE, MOST_PATIENCE, RUNS_LOOKED_AT, Facts, due, patience
from syncd.sync.workbench import Kind
from tests.support.rules import mapping, rule

NOW = 1_000_000.0
IT = replace(mapping("vendors", [rule("name")]), every=300.0, sweep=86_400.0)
POLLED = Cursor("vendors", SideName.PROCORE, "", complete=True, swept=NOW - 60, polled=NOW - 60)


def ran(state: str, ago: float, note: str = "") -> Run:
    """A run that started so many seconds ago and ended so."""
    return Run(1, "vendors", "incremental", NOW - ago, NOW - ago, state, {}, note)


def test_a_mapping_is_due_when_its_interval_has_passed() -> None:
    """Never polled: due at once; polled a minute ago of five: not yet."""
    assert due(IT, Facts(NOW)) is Kind.INCREMENTAL
    assert due(IT, Facts(NOW, [POLLED])) is None
    assert due(IT, Facts(NOW + 241, [POLLED])) is Kind.INCREMENTAL


def test_a_clock_set_back_delays_nothing_for_long() -> None:
    """A poll that seems to lie in the future does not keep the mapping waiting for it."""
    assert due(IT, Facts(NOW - 7_000, [POLLED])) is Kind.INCREMENTAL


def test_the_sweep_comes_first() -> None:
    """Once the sweep's time has come, a due interval runs as a sweep."""
    assert due(IT, Facts(NOW + 90_000, [POLLED])) is Kind.SWEEP


def test_a_scope_that_is_closed_to_us_makes_no_sweep_due() -> None:
    """It cannot be swept, so its old sweep does not turn every cycle of the others into one."""
    closed = replace(POLLED, scope="7", swept=NOW - 90_000, closed_why="the tool is off")
    assert due(IT, Facts(NOW + 300, [POLLED, closed])) is Kind.INCREMENTAL


def test_due_marks_bring_it_forward_but_do_not_spin_it() -> None:
    """A mark that is due runs the mapping early, yet not twice within the pause."""
    assert due(IT, Facts(NOW, [POLLED], marked=NOW - 1)) is Kind.INCREMENTAL
    assert due(IT, Facts(NOW, [replace(POLLED, polled=NOW - 9)], marked=NOW - 1)) is None


def test_a_paused_mapping_is_never_due() -> None:
    """A pause outranks the interval."""
    assert due(IT, Facts(NOW, paused=True)) is None


@pytest.mark.parametrize(("failures", "wait"), [(0, 0.0), (1, 2.0), (2, 4.0), (4, 16.0), (10, 900.0)])
def test_patience_doubles_with_every_failure_in_a_row(failures: int, wait: float) -> None:
    """Two seconds, four, eight, …, a quarter of an hour at most."""
    assert patience([ran("failed", 1)] * failures + [ran("done", 9)]) == wait
    assert patience([ran("failed", 1)] * RUNS_LOOKED_AT) == MOST_PATIENCE


def test_a_failed_cycle_is_not_tried_every_second() -> None:
    """A login that is refused for an hour of ticks costs a dozen cycles, not 3,600 (P15)."""
    runs: list[Run] = []
    for second in range(3_600):
        moment = NOW + second
        if due(IT, Facts(moment, runs=runs[:RUNS_LOOKED_AT])) is not None:
            runs.insert(0, replace(ran("failed", 0), started=moment))
    assert 8 <= len(runs) <= 14


def test_one_success_ends_the_patience() -> None:
    """After a cycle that went well the interval alone counts again."""
    fine, bad = ran("done", 400), ran("failed", FIRST_PATIENCE - 1)
    assert due(IT, Facts(NOW, runs=[bad, fine])) is None
    assert due(IT, Facts(NOW, runs=[fine, bad])) is Kind.INCREMENTAL
