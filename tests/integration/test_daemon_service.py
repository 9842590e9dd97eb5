"""The engine thread in this process: nothing that happens to it ends it but the stop event."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from syncd.clock import ManualClock, SystemClock
from syncd.daemon.health import read_heartbeat
from syncd.daemon.service import Daemon, Parts
from syncd.errors import ConfigProblem, Transient, Unavailable
from syncd.mapping.compiled import Mapping, ProcoreEnd, QuickbaseEnd
from syncd.store import Store, open_store
from syncd.sync.engine import CycleReport, Engine, Kind, Report

VENDORS = Mapping("vendors", "vendors.yaml", ProcoreEnd("vendors"), QuickbaseEnd("t", "6"), ())


class Scripted(Engine):
    """An engine whose ticks do what a list of functions says, then nothing."""

    def __init__(self, store: Store, script: list[Callable[[], Report]], stop: threading.Event) -> None:
        super().__init__(store, [VENDORS], lambda _m, _s: None, ManualClock(), stop=stop)  # type: ignore[arg-type, return-value]
        self.script = script
        self.asked: list[tuple[tuple[str, ...], Kind, str | None]] = []

    def tick(self) -> Report:
        return self.script.pop(0)() if self.script else Report()

    def sync(self, names: Any = (), kind: Kind = Kind.INCREMENTAL, only: str | None = None) -> Report:
        self.asked.append((tuple(names), kind, only))
        return Report((CycleReport("vendors", kind, conflicts=1),))


class Rig:
    """A daemon over a scripted engine and a state in memory."""

    def __init__(self, folder: Path) -> None:
        self.stop = threading.Event()
        self.store = open_store("sqlite://", SystemClock())
        self.script: list[Callable[[], Report]] = []
        self.loads: list[Callable[[], list[Mapping]]] = []
        self.engine = Scripted(self.store, self.script, self.stop)
        self.folder = folder
        (folder / "mappings").mkdir()
        self.daemon = Daemon(
            Parts(self.load, lambda _mappings, _listen: self.engine),
            self.store,
            ManualClock(SystemClock().now()),
            mappings_dir=folder / "mappings",
            state_dir=folder,
            stop=self.stop,
            listen=lambda _event, _facts: None,
        )

    def load(self) -> list[Mapping]:
        return self.loads.pop(0)() if self.loads else [VENDORS]

    def until(self, holds: Callable[[], bool]) -> bool:
        clock = SystemClock()
        for _look in range(200):
            if holds():
                return True
            clock.sleep(0.05)
        return False


@contextmanager
def running(folder: Path, *script: Callable[[], Report]) -> Iterator[Rig]:
    """A rig whose daemon runs, and is drained at the end."""
    rig = Rig(folder)
    rig.script.extend(script)
    rig.daemon.start()
    try:
        yield rig
    finally:
        rig.stop.set()
        assert rig.daemon.drain(5.0)
        rig.store.close()


def raising(error: Exception) -> Callable[[], Any]:
    """A step that raises."""

    def step() -> Any:
        raise error

    return step


def test_neither_our_errors_nor_strange_ones_end_the_thread(tmp_path: Path) -> None:
    """A full disk and a plain bug are survived; the turns after them still run."""
    script = [raising(Unavailable("The disk is full.")), raising(ZeroDivisionError("bug")), Report]
    with running(tmp_path, *script) as rig:
        assert rig.until(lambda: not rig.script)
    assert read_heartbeat(tmp_path) is None, "a clean end takes the heartbeat away"


def test_a_failing_cycle_shows_in_the_heartbeat_until_it_succeeds(tmp_path: Path) -> None:
    """The health probe sees what failed last, by mapping, and forgets it once it works."""
    failed = Report((CycleReport("vendors", Kind.INCREMENTAL, failed="no permission", exit_code=1),))
    with running(tmp_path, lambda: failed) as rig:
        now = SystemClock().now()

        def trouble() -> str:
            beat = read_heartbeat(tmp_path)
            return beat.trouble(now) if beat else "none"

        assert rig.until(lambda: "vendors: no permission" in trouble())
        rig.script.append(lambda: Report((CycleReport("vendors", Kind.INCREMENTAL),)))
        assert rig.until(lambda: trouble() == "")


def test_a_request_is_carried_out_and_answered_with_the_report(tmp_path: Path) -> None:
    """What a command asks through the store comes back as JSON with the exit code."""
    with running(tmp_path) as rig:
        with rig.store.transaction() as tx:
            detail = json.dumps({"names": ["vendors"], "kind": "resync", "only": "qb:7"})
            request = tx.ask("sync", "", detail)
            nonsense = tx.ask("sync", "", "{")

        def answer(of: int) -> dict[str, Any]:
            with rig.store.read() as tx:
                return json.loads(tx.answer(of) or "{}")  # type: ignore[no-any-return]

        assert rig.until(lambda: bool(answer(nonsense)))
        assert rig.engine.asked == [(("vendors",), Kind.RESYNC, "qb:7")]
        assert answer(request)["exit_code"] == 4
        assert answer(request)["cycles"][0]["mapping"] == "vendors"
        assert answer(nonsense)["exit_code"] == 1


def test_refused_mappings_leave_the_old_ones_in_force(tmp_path: Path) -> None:
    """A reload that finds a mistake keeps the engine; a vendor that is down is tried again."""
    with running(tmp_path) as rig:
        rig.loads += [raising(ConfigProblem("1 problem.", problems=["a.yaml:1:1: no"]))]
        rig.daemon.reload()

        def refused() -> tuple[str, ...]:
            beat = read_heartbeat(tmp_path)
            return beat.refused if beat else ()

        assert rig.until(lambda: refused() == ("a.yaml:1:1: no",))
        rig.loads += [raising(Transient("Quickbase is down."))]
        rig.daemon.reload()
        assert rig.until(lambda: not rig.loads)
        rig.daemon.reload()
        assert rig.until(lambda: refused() == ())


def test_a_start_with_a_vendor_that_is_down_waits_for_it(tmp_path: Path) -> None:
    """Only a mistake of ours refuses to start; an unreachable vendor is waited for."""
    rig = Rig(tmp_path)
    rig.loads += [raising(Transient("Quickbase is down."))]
    rig.daemon.start()
    beat = read_heartbeat(tmp_path)
    assert beat is not None
    assert "Quickbase is down." in beat.trouble(SystemClock().now())
    rig.stop.set()
    assert rig.daemon.drain(5.0)
    rig.store.close()
