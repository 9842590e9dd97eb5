"""The engine: runs cycles of mappings, parents first, each isolated from the others (P10)."""

from __future__ import annotations

import threading
import traceback
from collections.abc import Callable, Sequence
from pathlib import PurePath
from typing import Any

from syncd.clock import Clock
from syncd.core.values import SideName
from syncd.errors import AuthProblem, Bug, Rejected, SyncdError, UsageProblem
from syncd.http.spool import Spool
from syncd.mapping.compiled import Mapping
from syncd.observe.logging import get_logger
from syncd.settings import Watch
from syncd.sides.port import Lane, Side
from syncd.store import Store, Tx
from syncd.sync.cycle import cycle
from syncd.sync.drift import close_strays, list_drift
from syncd.sync.due import FAILED, RUNS_LOOKED_AT, Facts, due
from syncd.sync.known_files import knowing
from syncd.sync.report import CycleReport, Report
from syncd.sync.watch import Watcher
from syncd.sync.workbench import Kind, Workbench

__all__ = ["CycleReport", "Engine", "Kind", "Report"]

KEEP_SETTLED = 90 * 86_400.0
"""Seconds that settled intents, closed issues and runs are kept."""

KEEP_HISTORY = 800 * 86_400.0
"""Seconds that history is kept: two years and a period end."""

KEEP_EVENTS = 90 * 86_400.0
"""Seconds that entries of the event feed are kept, unless newer ones need their room."""

_log = get_logger("syncd.sync")


class Engine:
    """Keeps mappings in agreement. One thread of decisions; one engine a store.

    `side` makes the sides of a mapping; `listen` is told what happens, by name and
    facts; `spool` is where files wait on their way: without it none are carried.
    `mappings` may be swapped between cycles (hot reload).
    """

    def __init__(
        self,
        store: Store,
        mappings: Sequence[Mapping],
        side: Callable[[Mapping, SideName], Side],
        clock: Clock,
        *,
        stop: threading.Event | None = None,
        listen: Callable[[str, dict[str, Any]], None] | None = None,
        watches: Sequence[Watch] = (),
        spool: Spool | None = None,
    ) -> None:
        self.store = store
        self.mappings = tuple(mappings)
        self.side = side
        self.clock = clock
        self.spool = spool
        self.stop = stop or threading.Event()
        self.listen = listen or (lambda _name, _facts: None)
        self._watcher = Watcher(store, watches, self.mappings, side, clock, self.stop, self.listen)
        self._met: set[str] = set()

    def sync(
        self, names: Sequence[str] = (), kind: Kind = Kind.INCREMENTAL, only: str | None = None
    ) -> Report:
        """One cycle of the named mappings, parents first; by default of all, and then of the watches."""
        reports = [self._cycle(one, kind, only, Lane.COMMAND) for one in self._chosen(names)]
        return Report((*reports, *([] if names else self._watcher.turn(kind))))

    def due(self) -> list[tuple[Mapping, Kind]]:
        """Mappings whose `every` or `sweep` has come, parents first."""
        out = []
        for mapping in in_order(self.mappings):
            kind = self._due(mapping)
            if kind is not None:
                out.append((mapping, kind))
        return out

    def tick(self) -> Report:
        """Run what is due now; the watches where that is nothing."""
        reports = []
        for mapping, kind in self.due():
            if self.stop.is_set():
                break
            lane = Lane.SWEEP if kind is Kind.SWEEP else Lane.POLL
            reports.append(self._cycle(mapping, kind, None, lane))
        return Report(tuple(reports or self._watcher.turn()))

    def _due(self, mapping: Mapping) -> Kind | None:
        with self.store.read() as tx:
            facts = Facts(
                self.clock.now(),
                tx.cursors(mapping.name),
                tx.next_due(mapping.name),
                (mapping.name, "") in tx.pauses(),
                tx.runs(RUNS_LOOKED_AT, mapping.name),
            )
        return due(mapping, facts)

    def _chosen(self, names: Sequence[str]) -> list[Mapping]:
        known = {mapping.name for mapping in self.mappings}
        for name in names:
            if name not in known:
                raise UsageProblem(
                    f"there is no mapping {name!r}", hint=f"mappings: {', '.join(sorted(known))}"
                )
        return [one for one in in_order(self.mappings) if not names or one.name in names]

    def _cycle(self, mapping: Mapping, kind: Kind, only: str | None, lane: Lane) -> CycleReport:
        """One cycle. What nobody foresaw ends this mapping's cycle and no other's (P10).

        Raises Unavailable where the store cannot take work: that concerns every mapping.
        """
        try:
            return self._run(mapping, kind, only, lane)
        except SyncdError:
            raise
        except Exception as error:
            failed, fault = self._unforeseen(mapping, 0, error)
            with self.store.transaction() as tx:  # so that it is met with patience like any failure
                run = tx.start_run(mapping.name, kind.value)
                tx.end_run(run, FAILED, {}, failed)
            return CycleReport(mapping.name, kind, run, failed=failed, exit_code=1, fault=fault)

    def _run(self, mapping: Mapping, kind: Kind, only: str | None, lane: Lane) -> CycleReport:
        with self.store.transaction() as tx:
            if (mapping.name, "") in tx.pauses():
                return CycleReport(mapping.name, kind, paused=True)
            self._meet(tx, mapping)
            run = tx.start_run(mapping.name, kind.value)
            if mapping.halted:
                tx.end_run(run, "held", {}, mapping.halted)
                return CycleReport(mapping.name, kind, run, held=tx.count_issues(mapping.name)["held"])
        work = self._workbench(mapping, kind, only, lane, run)
        failed, code, fault = "", 0, ""
        try:
            cycle(work)
            if work.failed:
                failed, code = "; ".join(work.failed.values()), 1
        except SyncdError as error:
            failed, code = error.message, error.exit_code
            if isinstance(error, Rejected):
                work.tell("call.rejected", reason=error.message)
            if isinstance(error, AuthProblem):
                failed = f"{error.message} {error.hint}".strip()
            if isinstance(error, Bug):
                _, fault = self._unforeseen(mapping, run, error)
        except Exception as error:
            code = 1
            failed, fault = self._unforeseen(mapping, run, error)
        return self._report(work, failed, code, fault)

    def _unforeseen(self, mapping: Mapping, run: int, error: Exception) -> tuple[str, str]:
        """Log a fault of ours with its traceback. The sentence for a person, and what the fault is:
        neither holds the error's own words, which may be values."""
        _log.exception("cycle.unforeseen", mapping=mapping.name, run=run)
        fault = f"{type(error).__name__} at {_place(error)}"
        return f"Something unforeseen happened ({fault}); the log shows more, please report it.", fault

    def _meet(self, tx: Tx, mapping: Mapping) -> None:
        """List what has drifted and, for mappings that are new to this engine, forget what was
        open about rules that are gone."""
        list_drift(tx, mapping, self.clock.now())
        if mapping.name not in self._met:
            close_strays(tx, mapping, self.clock.now())
            self._met.add(mapping.name)

    def _workbench(self, mapping: Mapping, kind: Kind, only: str | None, lane: Lane, run: int) -> Workbench:
        return Workbench(
            mapping,
            self.store,
            knowing(self.side(mapping, SideName.PROCORE), mapping, self.store),
            knowing(self.side(mapping, SideName.QUICKBASE), mapping, self.store),
            self.clock,
            kind,
            run,
            self.stop,
            self.listen,
            only,
            parents={one.name: one for one in self.mappings},
            lane=lane,
            spool=self.spool,
        )

    def _report(self, work: Workbench, failed: str, code: int, fault: str) -> CycleReport:
        name, counts = work.mapping.name, work.counts
        with self.store.transaction() as tx:
            states = tx.count_issues(name)
            facts = {
                "created": sum(counts.created.values()),
                "updated": sum(counts.updated.values()),
                "linked": counts.linked,
                "removed": counts.removed,
                "kept": sum(counts.kept.values()),
                "read": counts.read,
            }
            stopped = failed and self.stop.is_set()
            tx.end_run(work.run, "stopped" if stopped else FAILED if failed else "done", facts, failed)
            if work.kind is Kind.SWEEP:
                tx.prune(self.clock.now() - KEEP_SETTLED)
                tx.prune_history(self.clock.now() - KEEP_HISTORY)
                tx.prune_occurrences(self.clock.now() - KEEP_EVENTS)
        report = CycleReport(
            name,
            work.kind,
            work.run,
            dict(counts.created),
            dict(counts.updated),
            counts.linked,
            counts.removed,
            counts.read,
            counts.oldest_read,
            states.get("conflict", 0),
            states.get("held", 0) + states.get("duplicate", 0),
            states.get("brake", 0),
            failed,
            code,
            fault=fault,
            kept=dict(counts.kept),
        )
        oldest = round(counts.oldest_read, 3)
        work.tell("cycle.finished", kind=work.kind.value, failed=failed, oldest_read=oldest, **facts)
        return report


def _place(error: BaseException) -> str:
    """Where it was raised, as `file:line`."""
    frames = traceback.extract_tb(error.__traceback__)
    return f"{PurePath(frames[-1].filename).name}:{frames[-1].lineno}" if frames else "an unknown place"


def in_order(mappings: Sequence[Mapping]) -> list[Mapping]:
    """Parents first; cycles of optional references keep the order of the files."""
    left = sorted(mappings, key=lambda mapping: mapping.name)
    names = {mapping.name for mapping in left}
    out: list[Mapping] = []
    while left:
        done = {mapping.name for mapping in out}
        free = [one for one in left if not (set(one.depends) & names) - done - {one.name}]
        out += free or left[:1]
        left = [one for one in left if one not in out]
    return out
