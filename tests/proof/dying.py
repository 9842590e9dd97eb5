"""Dying: a site lives through a crash at each step of a story, one turn after another.

In each turn people do something, the process dies before or after one call or commit of what follows, and
the next process goes on. What the vendors' own records then have to show is the story's own.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator
from dataclasses import dataclass, field

from syncd.clock import Clock
from syncd.sandbox.message import Request, Response
from syncd.store import Store
from tests.proof.memory import Crash, ProofStore, fresh_store
from tests.support.whole_stack import WholeStack

__all__ = ["Dying"]

MOST = 2_000
"""Steps of one turn at most; a turn has some dozens."""


@dataclass(slots=True)
class Dying(ABC):
    """Where the process dies: `number` counts the steps of a turn from 1, 0 is never.

    `cycles` bring everything into agreement after a crash, each of which comes `wait` seconds after the
    one before. With `making`, the end of a path, it dies only from a write there until the next write.
    """

    mapping: str
    cycles: int
    wait: float
    making: str = ""
    number: int = 0
    steps: int = 0
    armed: bool = False
    turn: int = 0
    log: list[str] = field(default_factory=list)
    _made: bool = False

    def __post_init__(self) -> None:
        self._open()
        self._start()
        self._people()
        for _ in range(3):
            self._cycle()

    @property
    @abstractmethod
    def stack(self) -> WholeStack:
        """What all processes of the site share."""

    @abstractmethod
    def _open(self) -> None:
        """Make the site, with stores of `_opened`."""

    @abstractmethod
    def _people(self) -> None:
        """Begin a turn: what people do in it."""

    @abstractmethod
    def _problems(self) -> list[str]:
        """What is not as it must be after the turn, in cycles that write nothing more."""

    @property
    def store(self) -> Store:
        """Their store."""
        return self.stack.store

    def swept(self, stride: int = 1) -> tuple[list[str], int]:
        """Die at every `stride`-th step; what was broken and where, and how often it died."""
        problems, deaths = [], 0
        for where, found in self._turns(stride):
            deaths += 1
            problems += [f"{where}: {one}" for one in found]
        return problems, deaths

    def _turns(self, stride: int) -> Iterator[tuple[str, list[str]]]:
        for number in range(1, MOST, stride):
            self.number = number
            self._people()
            self.armed, self.steps, self.log = True, 0, []
            for _ in range(self.cycles):
                self._cycle()
            self.armed = False
            if self.steps < number:
                return
            yield f"step {number} ({self.log[number - 1]})", self._problems()

    def _cycle(self) -> None:
        """One cycle, and the next process where this one dies."""
        try:
            self.stack.sync(self.mapping, wait=self.wait)
        except Crash:
            self._start()

    def _noise(self) -> list[str]:
        """That a quiet cycle wrote something, if it did."""
        quiet = self.stack.sync(self.mapping, wait=self.wait)
        busy = any(one.updated or one.created for one in quiet.cycles)
        return ["a quiet cycle wrote something"] if busy else []

    def _start(self) -> None:
        self.stack.vendors = self.stack.vendors_anew(self._handle)

    def _opened(self, clock: Clock) -> ProofStore:
        store = fresh_store(clock)
        store.fate = self._fate
        return store

    def _handle(self, request: Request) -> Response:
        if self._dies(f"before {request.method} {request.path}"):
            raise Crash("before a call")
        answer = self.stack.world.handle(request)
        if self._dies(f"after {request.method} {request.path}"):
            raise Crash("after a call")
        return answer

    def _fate(self) -> str:
        if self._dies("before a commit"):
            return "before"
        return "after" if self._dies("after a commit") else ""

    def _dies(self, where: str) -> bool:
        what, _, path = where.partition(" /")
        if "POST" in what or "PATCH" in what:
            self._made = path.endswith(self.making)
        if not self.armed or (self.making and not self._made):
            return False
        self.steps += 1
        self.log.append(where)
        return self.steps == self.number
