"""A daemon whose engine thread is the test: its turns are taken one by one, without waiting."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path

from syncd.daemon.service import Daemon, Parts
from syncd.mapping.compile import compile_drifting
from syncd.mapping.compiled import Mapping
from syncd.mapping.load import SourceFile
from syncd.sync.drift import memory_of
from tests.support.whole_stack import WholeStack

__all__ = ["Clerk"]


class Clerk:
    """The daemon over a `WholeStack`, as `syncd run` puts it together. `loads` counts readings of
    files and schema; `during` is called while one is made."""

    def __init__(self, stack: WholeStack, folder: Path) -> None:
        self.stack = stack
        self.loads = 0
        self.during: Callable[[], None] | None = None
        self._good: dict[str, str] = {}
        (folder / "mappings").mkdir()
        self.daemon = Daemon(
            Parts(self._load, stack.engine, again=self._again),
            stack.store,
            stack.clock,
            mappings_dir=folder / "mappings",
            state_dir=folder,
            stop=threading.Event(),
            listen=lambda _event, _facts: None,
        )

    def turn(self, wait: float = 0.0) -> None:
        """One turn of the engine thread, `wait` seconds after the last."""
        self.stack.clock.advance(wait)
        self.daemon._turn()

    @property
    def failing(self) -> dict[str, str]:
        """What the health check is told to be failing."""
        return dict(self.daemon._heartbeat().failing)

    @property
    def refused(self) -> tuple[str, ...]:
        """The problems for which changed files are not in force."""
        return self.daemon._heartbeat().refused

    def _load(self) -> list[Mapping]:
        self.loads += 1
        if self.during is not None:
            self.during()
        files = dict(self.stack.files)
        made = self.stack.load()
        self._good = files
        return made

    def _again(self) -> list[Mapping]:
        sources = [SourceFile(f"{name}.yaml", text) for name, text in self._good.items()]
        return compile_drifting(sources, self.stack.vendors.schemas(), memory_of(self.stack.store))
