"""The crash sweep of files: die before and after each call and each commit while bytes are on their way.

One site lives through it all. In each turn people make a new file and a new version on either side, the
process dies at one step of what follows, and the next process goes on; the vendors' own records must then
show each version once on both sides, and a quiet cycle writes nothing (P2, P3, P4).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from syncd.sandbox.message import Request, Response
from syncd.store import Store
from tests.proof.memory import Crash, ProofStore, fresh_store
from tests.support.file_site import Site

__all__ = ["FileSweep"]

CYCLES = 7
"""Cycles after a crash within which everything has crossed; each is later than the one before by more
than an upload may take and the vendor may lag."""

WAIT = 600.0

MOST = 2_000
"""Steps of one turn at most; a turn has some dozens."""


@dataclass(slots=True)
class FileSweep:
    """The site, and where the process dies: `number` counts the steps of a turn from 1, 0 is never."""

    number: int = 0
    steps: int = 0
    armed: bool = False
    turn: int = 0
    cycles: int = CYCLES
    log: list[str] = field(default_factory=list)
    expected: dict[str, list[bytes]] = field(default_factory=dict)
    _files: list[tuple[str, int]] = field(default_factory=list)
    _rows: list[tuple[str, int]] = field(default_factory=list)
    site: Site = field(init=False)

    def __post_init__(self) -> None:
        self.site = Site(fresh_store)
        assert isinstance(self.site.stack.store, ProofStore)
        self.site.stack.store.fate = self._fate
        self._start()
        self._people()
        self._rest()

    @property
    def store(self) -> Store:
        """What the processes share."""
        return self.site.stack.store

    def turns(self, stride: int = 1) -> Iterator[tuple[str, list[str]]]:
        """Die at every `stride`-th step; where that was, and what was broken afterwards."""
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
        self._lived("drawings")

    def _lived(self, mapping: str) -> None:
        """One cycle of a mapping, and the next process where this one dies."""
        try:
            self.site.stack.sync(mapping, wait=WAIT)
        except Crash:
            self._start()

    def _rest(self) -> None:
        for _ in range(3):
            self._cycle()

    def _start(self) -> None:
        self.site.stack.vendors = self.site.stack.vendors_anew(self._handle)

    def _people(self) -> None:
        """A new file in Procore and a new row in Quickbase; a new version of those of the turn before."""
        self.turn += 1
        site, turn = self.site, self.turn
        if self._files:
            name, record = self._files[-1]
            site.put_file(name, f"second {name}".encode(), record)
            self.expected[name].append(f"second {name}".encode())
            name, record = self._rows[-1]
            site.attach(name, f"second {name}".encode(), record)
            self.expected[name].append(f"second {name}".encode())
        plan, door = f"plan {turn}.pdf", f"door {turn}.pdf"
        self._files.append((plan, site.put_file(plan, plan.encode())))
        self._rows.append((door, site.attach(door, door.encode(), **{"File Name": door})))
        self.expected |= {plan: [plan.encode()], door: [door.encode()]}

    def _problems(self) -> list[str]:
        site, found = self.site, []
        for where, there in (("Procore", site.files()), ("Quickbase", site.attached())):
            for name in {*there, *self.expected}:
                has, should = there.get(name, []), self.expected.get(name, [])
                if has != should:
                    found.append(f"{where}: {name} has {len(has)} versions, {has}, and should have {should}")
        if len(site.stack.procore("files")) != len(site.quickbase.rows("Site Drawings")):
            found.append("a record was lost or made twice")
        found += [f"listed: {reason}" for reason in site.held()]
        quiet = site.stack.sync("drawings", wait=WAIT)
        if any(one.updated or one.created for one in quiet.cycles):
            found.append("a quiet cycle wrote something")
        return found

    # -- dying ------------------------------------------------------------------------

    def _handle(self, request: Request) -> Response:
        if self._dies(f"before {request.method} {request.path}"):
            raise Crash("before a call")
        answer = self.site.stack.world.handle(request)
        if self._dies(f"after {request.method} {request.path}"):
            raise Crash("after a call")
        return answer

    def _fate(self) -> str:
        if self._dies("before a commit"):
            return "before"
        return "after" if self._dies("after a commit") else ""

    def _dies(self, where: str) -> bool:
        if not self.armed:
            return False
        self.steps += 1
        self.log.append(where)
        return self.steps == self.number
