"""When a mapping is due, by its own words, its cursors, its marks and how its last runs ended. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from syncd.mapping.compiled import Mapping
from syncd.store import Cursor, Run
from syncd.sync.workbench import Kind

__all__ = ["FAILED", "RUNS_LOOKED_AT", "Facts", "due", "patience"]

FAILED = "failed"
"""The state of a run that ended early for a reason that may pass: an outage, a refused login."""

FIRST_PATIENCE = 2.0
MOST_PATIENCE = 900.0
"""Seconds after a failed run until the next; they double with every failure in a row. A blip is soon
over; a login that is refused every second would be 7,200 calls an hour for nothing, and might lock
the account (P15)."""

RUNS_LOOKED_AT = 10
"""So many failures in a row reach the longest patience."""

MARKED_PAUSE = 10.0
"""Seconds between two runs of a mapping whose marks are due: marks that stay do not spin it."""


@dataclass(frozen=True, slots=True)
class Facts:
    """What the store knows. `marked` is when the next mark is due, `runs` the newest first."""

    now: float
    cursors: Sequence[Cursor] = ()
    marked: float | None = None
    paused: bool = False
    runs: Sequence[Run] = ()


def due(mapping: Mapping, facts: Facts) -> Kind | None:
    """Which kind of cycle is due now, None for none. Times apart are counted both ways, so that a
    wall clock that was set back delays nothing for long."""
    now = facts.now
    if facts.paused or _resting(facts):
        return None
    if mapping.halted:
        last = facts.runs[0] if facts.runs else None
        new = last is None or last.note != mapping.halted or abs(now - last.started) >= mapping.every
        return Kind.INCREMENTAL if new else None
    # A scope that is closed to us cannot be swept; it must not make every cycle a sweep.
    whole = [one for one in facts.cursors if one.complete and not one.closed_why]
    if whole and abs(now - min(one.swept for one in whole)) >= mapping.sweep:
        return Kind.SWEEP
    polled = max((one.polled for one in facts.cursors), default=0.0)
    if abs(now - polled) >= mapping.every:
        return Kind.INCREMENTAL
    waits = facts.marked is not None and facts.marked <= now
    return Kind.INCREMENTAL if waits and now - polled >= MARKED_PAUSE else None


def patience(runs: Sequence[Run]) -> float:
    """Seconds that must have passed since the start of the last run; 0 where it went well."""
    failures = 0
    for run in runs:
        if run.state != FAILED:
            break
        failures += 1
    return min(FIRST_PATIENCE * 2 ** (failures - 1), MOST_PATIENCE) if failures else 0.0


def _resting(facts: Facts) -> bool:
    wait = patience(facts.runs)
    return bool(wait) and abs(facts.now - facts.runs[0].started) < wait
