"""A whole world from one seed: clock, vendors, people, troubles, and the real engine in it.

`World(seed).run()` lives through an active time and then a quiet one; `oracle.judge` says
afterwards what was broken. `skip` switches single moments off (people's and faults'), by
which a failing seed is shrunk.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Collection
from typing import Any

from syncd.clock import ManualClock
from syncd.core.values import SideName
from syncd.errors import SyncdError, Unavailable
from syncd.mapping.compiled import Mapping
from syncd.sides.port import Side
from syncd.store import Issue
from syncd.sync.engine import Engine, Kind
from tests.proof import people
from tests.proof.dice import Dice
from tests.proof.memory import Crash, ProofStore, fresh_store
from tests.proof.setup import Setup, draw
from tests.proof.table import Table, make_table

__all__ = ["QUIET_CYCLES", "SETTLING", "World"]

SETTLING: tuple[tuple[float, Kind], ...] = (
    *((200.0, Kind.INCREMENTAL),) * 3,
    (4_000.0, Kind.INCREMENTAL),
    (200.0, Kind.INCREMENTAL),
    (200.0, Kind.SWEEP),
    *((200.0, Kind.INCREMENTAL),) * 3,
    (4_000.0, Kind.INCREMENTAL),
    (200.0, Kind.INCREMENTAL),
)
"""The cycles after people and faults stopped, and the seconds before each. The long waits let
a closed scope be probed and a stepped clock be overtaken; the sweep sees what feeds do not."""

QUIET_CYCLES = 3
"""The cycles after those, in which syncd may not write."""

LIES = frozenset({"empty", "stale"})
OUTAGES = frozenset({"before", "lost", "late", "mute", "busy"})
LIE_GAP = 300.0
"""A vendor that lies to a straight question (empty, with 200) does so once in this time;
nobody could tell a vendor that always lies from one that tells the truth."""

NO_ANSWER = frozenset({"before", "lost", "twice", "late", "mute", "busy", "closed", "crash-before"})
"""Faults after which a reader knows nothing."""

MAX_CRASHES = 12


class World:
    """One seed's world, with everything that happened in it."""

    def __init__(
        self,
        seed: int,
        *,
        skip: Collection[tuple[str, int]] = (),
        trace: bool = False,
        setup: Setup | None = None,
    ) -> None:
        self.seed, self.skip = seed, frozenset(skip)
        self.dice = Dice(seed)
        self.setup = setup or draw(seed)
        self.clock = ManualClock()
        self.story: list[str] | None = [] if trace else None
        self.happened: list[tuple[str, int]] = []
        self.problems: list[str] = []
        self.active = self.idle = False
        self.made = self.edits = self.crashes = self.approved = 0
        self.moments = self.calls = self.commits = 0
        self._lied: dict[str, float] = {}
        self._honest: set[str] = set()
        self._armed, self._off = "", 0.0
        self._down: dict[str, int] = {}
        self.ticks = ticks = itertools.count(1)
        self.calm: list[tuple[float, int, int]] = []
        """When each cycle that nothing struck began (monotonic), and its first and last moment in the
        vendors' own order."""
        self.tables = [
            make_table(one, self.setup, self.clock, ticks, self.between, self.gate)
            for one in self.setup.tables
        ]
        self.store: ProofStore = fresh_store(self.clock)
        self.store.fate = self.fate
        self.engine = self.new_engine()
        self.on_settled: Callable[[World], None] = lambda world: None
        """Called before the sweep: by then, what feeds show must have been dealt with."""

    # -- running ----------------------------------------------------------------------

    def run(self) -> None:
        """Live through the seed. What the engine raises that it should not is a problem."""
        self.populate()
        self.clock.advance(400.0)
        self.active = True
        for number in range(self.setup.cycles):
            rng = self.dice.at("cycle", number)
            kind = rng.choices(list(Kind), [8, 1, 1])[0]
            self.cycle(kind)
            self.clock.advance(rng.choice(self.setup.gaps))
            self.idle = True
            self.between()
            self.idle = False
        self.active, self._armed = False, ""
        for table in self.tables:
            table.p.closed.clear()
        for wait, kind in SETTLING:
            self.clock.advance(wait)
            if kind is Kind.SWEEP:
                self.on_settled(self)
            self.cycle(kind)
        self.quiet_from = [(len(t.p.sent), len(t.q.sent)) for t in self.tables]
        for _ in range(QUIET_CYCLES):
            self.clock.advance(200.0)
            self.cycle(Kind.INCREMENTAL)

    def populate(self) -> None:
        """What exists before syncd is switched on: pairs on both sides, and lone records."""
        rng = self.dice.at("start", 0)
        self.twins: list[tuple[Table, str, str]] = []
        for table in self.tables:
            first = self.made
            for number in range(table.setup.twins if table.setup.project_rule != 0 else 0):
                p = people.new_record(self, table, "p", rng, f"Firm {first + number + 1} Inc")
                q = people.new_record(self, table, "q", rng, f"firm {first + number + 1}")
                self.twins.append((table, p, q))
            self.made += table.setup.twins
            for side, count in zip("pq", table.setup.lone, strict=True):
                for _ in range(count):
                    self.made += 1
                    people.new_record(self, table, side, rng, f"Lone {self.made}")

    def cycle(self, kind: Kind) -> None:
        """One cycle of all mappings; a crash in it is followed by a new process."""
        self.tell(f"== {kind.value} at {self.clock.monotonic():.0f}")
        at, began, struck = self.clock.monotonic(), next(self.ticks), self._struck_so_far()
        try:
            report = self.engine.sync(kind=kind)
        except Crash as crash:
            self.crashes += 1
            self.tell(f"!! crash {crash}")
            self.engine = self.new_engine()
            return
        except Unavailable:
            self.tell("!! disk full")
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
        if self._struck_so_far() == struck:
            self.calm.append((at, began, next(self.ticks)))
        for one in report.cycles:
            if one.fault:
                self.problems.append(f"G2: a fault of ours ended a cycle of {one.mapping}: {one.fault}")
            if one.failed and not self.active:
                self.problems.append(f"G2: a cycle of {one.mapping} failed in quiet: {one.failed}")

    def _struck_so_far(self) -> int:
        return sum(what != "people" for what, _number in self.happened)

    def new_engine(self) -> Engine:
        """A process newly started on the same state."""
        mappings = [table.mapping for table in self.tables]
        return Engine(self.store, mappings, self.side, self.clock, listen=self.hear)

    def hear(self, event: str, facts: dict[str, Any]) -> None:
        """What the engine says: a fault of its own that it lived through is a problem all the same."""
        if event == "settle.unforeseen":
            self.problems.append(f"G2: settling a write raised {facts['fault']}")

    def side(self, mapping: Mapping, name: SideName) -> Side:
        """The engine's way to a vendor."""
        return self.table(mapping.name).sides[name]

    def table(self, name: str) -> Table:
        """The table of that mapping."""
        return next(table for table in self.tables if table.name == name)

    # -- what strikes -----------------------------------------------------------------

    def between(self) -> None:
        """Between any two calls: people may act; a crash that was due after a call strikes."""
        if not self.active:
            return
        self.moments += 1
        if self._armed == "after":
            self._armed = ""
            raise Crash("after a call")
        if self.edits >= self.setup.edits or self.dice.chance("people", self.moments) >= self.setup.edit_rate:
            return
        if ("people", self.moments) in self.skip:
            return
        said = people.act(self, self.moments)
        if said:
            self.edits += 1
            self.happened.append(("people", self.moments))
            self.tell(f"   person {self.moments}: {said}")

    def gate(self, table: str, side: str, call: str) -> str:
        """The fault that strikes this call, or none."""
        self.calls += 1
        fault = self._outage(table + side) or self._fault(table + side, call) if self.active else ""
        if fault and ("fault", self.calls) not in self.skip:
            self.happened.append(("fault", self.calls))
        self.tell(f"   {table} {side} {call}" + (f"  << {fault} (fault {self.calls})" if fault else ""))
        if fault == "crash-before":
            raise Crash("before a call")
        if fault == "crash-after":
            self._armed, fault = "after", ""
        if fault == "step":
            off = self.dice.at("fault", self.calls).choice([-1_700.0, -30.0, 0.0, 40.0, 1_700.0])
            self.clock.step(off - self._off)
            self._off = off
            fault = ""
        if fault == "withdraw":
            closed = self.table(table).p.closed
            scopes = sorted({row.scope for row in self.table(table).p.rows.values()} - {""})
            if closed:
                closed.clear()
            elif scopes:
                closed.add(self.dice.at("fault", self.calls).choice(scopes))
            fault = ""
        return fault

    def _outage(self, vendor: str) -> str:
        """Troubles come in company: a vendor that lost an answer is often gone for a moment."""
        if not self._down.get(vendor):
            return ""
        self._down[vendor] -= 1
        return "before"

    def _fault(self, vendor: str, call: str) -> str:
        if not self.setup.faults or self.dice.chance("fault", self.calls) >= self.setup.fault_rate:
            self._honest.add(vendor + call)
            return ""
        if ("fault", self.calls) in self.skip:
            return ""
        rng = self.dice.at("fault", self.calls)
        fault = rng.choice(self.setup.faults)
        if fault in OUTAGES and rng.random() < 0.4:
            self._down[vendor] = rng.randint(1, 2)
        if fault.startswith("crash") and self.crashes >= MAX_CRASHES:
            return ""
        if fault in LIES or (fault == "short" and call in ("fetch", "deletions")):
            return fault if self._may_lie(vendor, call) else ""
        if fault not in NO_ANSWER:
            self._honest.add(vendor + call)
        return fault

    def _may_lie(self, vendor: str, call: str) -> bool:
        """Once in `LIE_GAP`, to one kind of question never twice in a row, and not about what
        there is at all before syncd has read it whole."""
        now = self.clock.monotonic()
        if now - self._lied.get(vendor, -LIE_GAP) < LIE_GAP or vendor + call not in self._honest:
            return False
        if call == "list" and not self._read_whole(vendor[:-1], vendor[-1]):
            return False
        self._lied[vendor] = now
        self._honest.discard(vendor + call)
        return True

    def _read_whole(self, table: str, side: str) -> bool:
        name = SideName.PROCORE if side == "p" else SideName.QUICKBASE
        with self.store.read() as tx:
            return any(one.complete for one in tx.cursors(table) if one.side is name)

    def fate(self) -> str:
        """What becomes of this commit."""
        if not self.active:
            return ""
        self.commits += 1
        setup = self.setup
        if not setup.commit_faults or self.dice.chance("commit", self.commits) >= setup.commit_rate:
            return ""
        if ("commit", self.commits) in self.skip or self.crashes >= MAX_CRASHES:
            return ""
        fate = self.dice.at("commit", self.commits).choice(setup.commit_faults)
        self.happened.append(("commit", self.commits))
        self.tell(f"   commit {self.commits} << {fate}")
        return fate

    # -- the product's lists ----------------------------------------------------------

    def issues(self, mapping: str) -> list[Issue]:
        """What is open, as the commands list it."""
        with self.store.read() as tx:
            return tx.issues(mapping, limit=1_000)

    def decide(self, issue: int, verdict: str) -> None:
        """A person's word on a listed thing."""
        self.store.fate = lambda: ""
        try:
            with self.store.transaction() as tx:
                tx.set_verdict(issue, verdict)
        except SyncdError as error:
            self.problems.append(f"P14: a verdict was refused: {error}")
        finally:
            self.store.fate = self.fate
        self.approved += verdict == "approved"

    def tell(self, line: str) -> None:
        """One line of the trace."""
        if self.story is not None:
            self.story.append(line)
