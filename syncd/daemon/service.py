"""The engine thread: reload if asked, answer requests, run what is due; again and again.

Nothing that a cycle raises ends this thread: it is said, remembered for the health check,
and tried again at the next turn. Only the stop event ends it.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

from syncd import __version__
from syncd.clock import Clock
from syncd.daemon.health import BEAT_SECONDS, Heartbeat, remove_heartbeat, write_heartbeat
from syncd.daemon.looks import RETRY_SECONDS, Looks, casts_doubt
from syncd.daemon.reload import Watcher
from syncd.daemon.requests import answer_requests, requests_wait
from syncd.daemon.ticker import Ticker
from syncd.errors import ConfigProblem, Stopped, SyncdError
from syncd.mapping.compiled import Mapping
from syncd.observe.logging import get_logger
from syncd.store import Store
from syncd.sync.engine import Engine, Report

__all__ = ["Daemon", "Parts"]

TICK_SECONDS = 1.0


class Parts:
    """What the command line hands in: how to load mappings, make an engine, see the budget.

    `again` compiles the files that were last in force once more, against the schema that the
    last `load` has read.
    """

    def __init__(
        self,
        load: Callable[[], list[Mapping]],
        engine: Callable[[list[Mapping], Callable[[str, dict[str, Any]], None]], Engine],
        waiting_until: Callable[[], float] = lambda: 0.0,
        again: Callable[[], list[Mapping]] | None = None,
    ) -> None:
        self.load = load
        self.again = again
        self.engine = engine
        self.waiting_until = waiting_until


class Daemon:
    """One running daemon. `start`, then `drain` once the stop event is set."""

    def __init__(
        self,
        parts: Parts,
        store: Store,
        clock: Clock,
        *,
        mappings_dir: Path,
        state_dir: Path,
        stop: threading.Event,
        listen: Callable[[str, dict[str, Any]], None],
    ) -> None:
        self.parts = parts
        self.store = store
        self.clock = clock
        self.stop = stop
        self._state_dir = state_dir
        self._tell = listen
        self._log = get_logger("syncd.daemon")
        self._wake = threading.Event()
        self._looks = Looks(clock)
        self._engine: Engine | None = None
        self._watcher = Watcher(mappings_dir, self.reload, stop)
        self._ticker = Ticker()
        self._thread = threading.Thread(target=self._work, name="engine", daemon=True)
        self._started = self._seen = clock.now()
        self._doing = "starting"
        self._failing: dict[str, str] = {}
        self._refused: tuple[str, ...] = ()
        self._unwritten = False

    # -- called from outside the engine thread --------------------------------------

    def start(self) -> None:
        """Begin to work. Raises ConfigProblem if the mappings are wrong from the start."""
        self._load_first()
        self._beat()
        self._ticker.every(TICK_SECONDS, self._wake.set)
        self._ticker.every(BEAT_SECONDS, self._beat)
        self._watcher.start()
        self._thread.start()
        self._ticker.start()
        self._log.info("daemon.started", pid=os.getpid(), mappings=len(self._names()))

    def reload(self) -> None:
        """Have the mapping files read again before the next cycle (a file changed, SIGHUP)."""
        self._looks.ask()
        self._wake.set()

    def drain(self, seconds: float) -> bool:
        """After the stop event: let what is in flight end. False if it did not in time."""
        self._ticker.stop()
        self._wake.set()
        self._thread.join(timeout=seconds)
        remove_heartbeat(self._state_dir)
        drained = not self._thread.is_alive()
        self._log.info("daemon.stopped", pid=os.getpid(), drained=drained)
        return drained

    # -- the engine thread -----------------------------------------------------------

    def _work(self) -> None:
        while not self.stop.is_set():
            self._wake.wait(timeout=5.0)
            self._wake.clear()
            if self.stop.is_set():
                return
            self._seen, self._doing = self.clock.now(), ""
            try:
                self._turn()
            except Stopped:
                return
            except SyncdError as error:
                self._trouble("daemon.trouble", error.message)
            except Exception as error:
                self._log.exception("daemon.unforeseen")
                self._trouble("daemon.unforeseen", f"{type(error).__name__}: {error}")

    def _trouble(self, event: str, reason: str) -> None:
        """Say it, let the health check see it, and take a breath before the next turn."""
        self._log.error(event, reason=reason, retry_in=RETRY_SECONDS)
        self._failing["syncd"] = reason
        self.clock.sleep(RETRY_SECONDS, self.stop)

    def _turn(self) -> None:
        self._reload_if_due()
        if self._engine is None:
            return
        if requests_wait(self.store):
            self._looks.person_waits()
            self._reload_if_due()
        answer_requests(self.store, self._engine, self._note)
        self._note(self._engine.tick())
        self._failing.pop("syncd", None)

    def _note(self, report: Report) -> None:
        for cycle in report.cycles:
            if cycle.failed:
                self._failing[cycle.mapping] = cycle.failed
            else:
                self._failing.pop(cycle.mapping, None)

    def _listen(self, event: str, facts: dict[str, Any]) -> None:
        self._seen = self.clock.now()
        self._doing = f"{event} {facts.get('mapping', '')}".strip()
        if casts_doubt(event, facts):
            self._looks.doubt()
        self._tell(event, facts)

    # -- reload: validate all → swap between cycles → else keep the old set, loudly --

    def _load_first(self) -> None:
        """The first set of mappings. An unreachable vendor is waited for; a mistake is not."""
        try:
            self._looks.begin()
            self._swap(self.parts.load())
        except ConfigProblem:
            raise
        except SyncdError as error:
            self._put_off(error)

    def _reload_if_due(self) -> None:
        if not self._looks.due():
            return
        self._doing = "reading the mapping files"
        self._looks.begin()
        try:
            self._swap(self.parts.load())
        except ConfigProblem as problem:
            self._keep_old()
            self._refused = problem.problems or (problem.message,)
            if self._engine is None:
                self._failing["syncd"] = problem.message
            self._log.error("mappings.refused", reason=problem.message, in_force=self._names())
            for line in self._refused:
                self._log.error("mappings.problem", problem=line)
        except SyncdError as error:
            self._put_off(error)

    def _swap(self, mappings: list[Mapping]) -> None:
        self._engine = self.parts.engine(mappings, self._listen)
        self._refused = ()
        self._looks.ended(drifted=any(mapping.drift for mapping in mappings))
        names = {mapping.name for mapping in mappings}
        self._failing = {name: why for name, why in self._failing.items() if name in names}
        self._log.info("mappings.in_force", mappings=sorted(names))
        for mapping in mappings:
            for one in mapping.drift:
                self._log.error("mappings.drifted", mapping=mapping.name, field=one.field, reason=one.reason)

    def _keep_old(self) -> None:
        """The files are wrong, so those before stay in force; but the schema may have changed
        under them too."""
        if self.parts.again is None or self._engine is None:
            return
        try:
            self._swap(self.parts.again())
        except ConfigProblem as problem:
            self._log.error("mappings.kept", reason=problem.message)

    def _put_off(self, error: SyncdError) -> None:
        self._log.warning("mappings.put_off", reason=error.message, retry_in=RETRY_SECONDS)
        if self._engine is None:
            self._failing["syncd"] = error.message
        self._looks.failed()

    def _names(self) -> list[str]:
        return sorted(one.name for one in self._engine.mappings) if self._engine else []

    # -- the ticker's thread ---------------------------------------------------------

    def _beat(self) -> None:
        try:
            write_heartbeat(self._state_dir, self._heartbeat())
        except OSError as error:
            # A full disk shows here first; the stale heartbeat is what the health check sees.
            # Said once, not at every beat: the log may stand on the same disk.
            if not self._unwritten:
                self._log.error("heartbeat.not_written", reason=error.strerror or str(error))
            self._unwritten = True
        else:
            self._unwritten = False

    def _heartbeat(self) -> Heartbeat:
        return Heartbeat(
            pid=os.getpid(),
            version=__version__,
            started=self._started,
            beat=self.clock.now(),
            seen=self._seen,
            doing=self._doing,
            waiting_until=self.parts.waiting_until(),
            mappings=tuple(self._names()),
            failing=dict(self._failing),
            refused=self._refused,
        )
