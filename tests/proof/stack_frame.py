"""The frame of a full-stack world: the whole product over the sandbox, one seed, one virtual clock.

People act between any two calls, faults strike calls and commits, the process dies and starts
again; then all of it stops and quiet cycles follow. What there is to sync is the heirs' matter.
"""

from __future__ import annotations

import random
import tempfile
from abc import ABC, abstractmethod
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Protocol

from syncd.catalog.custom import PREFIX
from syncd.clock import ManualClock
from syncd.errors import SyncdError
from syncd.http.spool import Spool
from syncd.mapping.compile import compile_all
from syncd.sandbox.faults import Dropped
from syncd.sandbox.message import Request, Response
from syncd.sandbox.seed import Seed
from syncd.sandbox.world import World
from syncd.settings import ProcoreSettings, QuickbaseSettings, Settings
from syncd.sides.build import Vendors
from syncd.store import Issue
from syncd.sync.engine import Engine, Kind
from tests.proof.dice import Dice
from tests.proof.memory import Crash, ProofStore, fresh_store
from tests.proof.slips import rows_named
from tests.proof.stack_faults import Faults
from tests.proof.stack_setup import StackSetup
from tests.support.wsgi_adapter import WorldAdapter, session_with

__all__ = ["QUIET_CYCLES", "SETTLING", "Frame"]

SETTLING: tuple[tuple[float, Kind], ...] = (
    *((200.0, Kind.INCREMENTAL),) * 4,
    (4_000.0, Kind.INCREMENTAL),
    (200.0, Kind.SWEEP),
    *((200.0, Kind.INCREMENTAL),) * 4,
    (4_000.0, Kind.INCREMENTAL),
    (200.0, Kind.INCREMENTAL),
)
"""The cycles after people and faults stopped, and the seconds before each: looks at lost writes
need the deadline and the lag to pass, a closed scope is probed within an hour."""

SPOOL = Spool(Path(tempfile.gettempdir()))
"""Where bytes of files wait on their way; what waits there has no name."""

OVERTAKEN = 7_200.0
"""Seconds that our clock may be put back and still be overtaken by those cycles; what was put off waits
until then."""

QUIET_CYCLES = 3
"""The cycles after those, in which syncd may not write."""


class Actor(Protocol):
    """The people of a world."""

    def act(self, rng: random.Random) -> str:
        """Do one thing; what it was, for the trace."""


class Watch(Protocol):
    """Who looks over syncd's shoulder at every call."""

    writes: int
    transfers: int

    def sent(self, request: Request) -> None:
        """A request of syncd is about to be handled."""


class Frame(ABC):
    """One seed's world. `trace` keeps a readable story.

    Heirs fill the sandbox (`_furnish`), say who the people are and who watches, and make records
    before anything runs (`_populate`).
    """

    setup: StackSetup

    def __init__(self, seed: int, setup: StackSetup, *, trace: bool = False) -> None:
        self.seed, self.dice, self.setup = seed, Dice(seed), setup
        self.clock = ManualClock()
        self.story: list[str] | None = [] if trace else None
        self.problems: list[str] = []
        self.counts: Counter[str] = Counter()
        self.begun: list[int] = []  # the newest event of each moment at which a cycle began
        self.deaths: list[int] = []  # ... and at which the process died
        self.moments_of: dict[int, tuple[float, float]] = {}  # when a request of ours began, and ended
        self.named: dict[int, set[tuple[str, int]]] = {}  # rows that requests of ours named, by number
        self.active = self.acting = False
        self.moments = self.edits = self.made = 0
        self.sandbox = World(
            self.clock,
            seed=seed,
            switches=self.setup.switches,
            sizes=Seed(projects=0, vendors=0, rfis=0, only_quickbase=0),
        )
        self._furnish()
        self.people = self._people()
        self.faults = Faults(self)
        self.sandbox.faults.hook = self.faults.hook
        for half, skew in zip(self.sandbox.halves, self.setup.skews, strict=True):
            self.faults.skew(half, skew)
        self.watch = self._watch()
        self.store: ProofStore = fresh_store(self.clock)
        self.store.fate = self.faults.fate
        self.engine = self._engine()

    # -- what heirs say ---------------------------------------------------------------

    @abstractmethod
    def _furnish(self) -> None:
        """Fill the sandbox with tables and lists."""

    @abstractmethod
    def _people(self) -> Actor:
        """Who acts in both vendors."""

    @abstractmethod
    def _watch(self) -> Watch:
        """Who looks at every call."""

    @abstractmethod
    def _populate(self) -> None:
        """Make the records that are there before anything runs."""

    @property
    @abstractmethod
    def tools(self) -> Sequence[str]:
        """The tools that may be withdrawn from a project."""

    # -- the product ------------------------------------------------------------------

    def _settings(self) -> Settings:
        info = self.sandbox.info()
        procore, quickbase = info["procore"], info["quickbase"]
        return Settings(
            procore=ProcoreSettings(**{**procore, "company_id": str(procore["company_id"])}),
            quickbase=QuickbaseSettings(**quickbase),
        )

    def _vendors(self) -> Vendors:
        adapter = WorldAdapter(self.handle, Dropped)
        store = self.store
        rng = random.Random(self.seed)
        return Vendors(
            self._settings(), store.ledger, store.tokens, self.clock, session_with(adapter), rng=rng
        )

    def _engine(self) -> Engine:
        """The first process: mappings are compiled against Quickbase's schema, as `syncd run` does."""
        vendors = self._vendors()
        custom = vendors.custom_fields() if any(PREFIX in one.text for one in self.setup.files) else None
        self.mappings = compile_all(self.setup.files, vendors.schemas(), procore=custom)
        return self._engine_over(vendors)

    def _engine_over(self, vendors: Vendors) -> Engine:
        return Engine(self.store, self.mappings, vendors.side, self.clock, spool=SPOOL)

    def restart(self) -> None:
        """A process newly started on the same state."""
        self.engine = self._engine_over(self._vendors())

    def handle(self, request: Request) -> Response:
        """One call of syncd: people may act before it, faults strike it, time passes."""
        self.between()
        self.clock.advance(self.dice.at("start", self.faults.calls).uniform(*self.setup.pace))
        self.watch.sent(request)
        number, began = self.sandbox._requests + 1, self.clock.monotonic()
        if named := rows_named(request):
            self.named[number] = named
        try:
            answer = self.sandbox.handle(request)
        finally:
            self.moments_of[number] = began, self.clock.monotonic()
            self.faults.forgive()
        self.tell(f"   {request.method} {request.path.rpartition('/rest/')[2]} -> {answer.status}")
        return answer

    # -- running ----------------------------------------------------------------------

    def run(self) -> None:
        """Live through the seed."""
        self._populate()
        self.clock.advance(400.0)
        self.active = True
        for number in range(self.setup.cycles):
            rng = self.dice.at("cycle", number)
            self.cycle(rng.choices(list(Kind), [8, 1, 1])[0])
            self.clock.advance(rng.choice(self.setup.gaps))
            self.between()
        self.active = False
        self.faults.stop()
        if self.faults.back > OVERTAKEN:
            self.clock.advance(self.faults.back)
        for wait, kind in SETTLING:
            self.clock.advance(wait)
            self.cycle(kind)
        self.quiet_from = len(self.sandbox.history)
        self.quiet_calls, self.quiet_transfers = self.watch.writes, self.watch.transfers
        for _ in range(QUIET_CYCLES):
            self.clock.advance(200.0)
            self.cycle(Kind.INCREMENTAL)

    def cycle(self, kind: Kind) -> None:
        """One cycle of all mappings; after a crash a new process goes on."""
        self.tell(f"== {kind.value} at {self.clock.monotonic():.0f}")
        self.begun.append(self._newest())
        try:
            report = self.engine.sync(kind=kind)
        except Crash as crash:
            self.tell(f"!! crash {crash}")
            self.counts["crashes"] += 1
            self.deaths.append(self._newest())
            self.restart()
            return
        except SyncdError as error:
            self.tell(f"!! {error}")
            if not self.active:
                self.problems.append(f"G2: the engine gave up in quiet: {error}")
            return
        except Exception as error:
            where = error.__traceback__
            while where is not None and where.tb_next is not None:
                where = where.tb_next
            line = (
                f"{where.tb_frame.f_code.co_filename.rpartition('/')[2]}:{where.tb_lineno}" if where else ""
            )
            self.problems.append(f"G2: the engine raised {type(error).__name__}: {error} at {line}")
            return
        for one in report.cycles:
            self.tell(f"   {one.mapping}: {one.failed or 'done'}")
            if one.fault:
                self.problems.append(f"G2: a fault of ours ended a cycle of {one.mapping}: {one.fault}")
            if one.failed and not self.active:
                self.problems.append(f"G2: a cycle of {one.mapping} failed in quiet: {one.failed}")

    def _newest(self) -> int:
        """The number of the newest event."""
        return self.sandbox.history.events[-1].seq if len(self.sandbox.history) else 0

    def between(self) -> None:
        """Between any two calls people may act."""
        if not self.active or self.acting or self.edits >= self.setup.edits:
            return
        self.moments += 1
        if self.dice.chance("people", self.moments) >= self.setup.edit_rate:
            return
        said = self._by_people(lambda: self.people.act(self.dice.at("people", self.moments)))
        if said:
            self.edits += 1
            self.tell(f"   person {said}")

    def _by_people(self, deed: Callable[[], Any]) -> Any:
        self.acting = True
        try:
            return deed()
        finally:
            self.acting = False

    # -- the product's lists, as its commands show them -----------------------------------

    def issues(self, mapping: str, *, closed: bool = False) -> list[Issue]:
        """What stands (or, with `closed`, ever stood) on a list."""
        with self.store.read() as tx:
            return tx.issues(mapping, open_only=not closed, limit=10_000)

    def decide(self, issue: int, verdict: str) -> None:
        """A person's word on a listed thing."""
        self.store.fate = lambda: ""
        try:
            with self.store.transaction() as tx:
                tx.set_verdict(issue, verdict)
        except SyncdError as error:
            self.problems.append(f"P14: a verdict was refused: {error}")
        finally:
            self.store.fate = self.faults.fate

    def tell(self, line: str) -> None:
        """One line of the trace."""
        if self.story is not None:
            self.story.append(line)
