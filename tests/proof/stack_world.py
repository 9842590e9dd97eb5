"""The whole product in one process: real clients, retries, governor and store over the sandbox.

One seed decides everything. People act between any two calls, faults strike calls and
commits, the process dies and starts again; then all of it stops and quiet cycles follow.
"""

from __future__ import annotations

import random
from collections import Counter
from typing import Any

from syncd.clock import ManualClock
from syncd.errors import SyncdError
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
from tests.proof.stack_faults import Faults
from tests.proof.stack_meaning import SHORT, TABLES, Meaning, TableMeaning
from tests.proof.stack_people import People
from tests.proof.stack_setup import StackSetup, draw
from tests.proof.stack_writes import WriteWatch
from tests.support.wsgi_adapter import WorldAdapter, session_with

__all__ = ["QUIET_CYCLES", "SETTLING", "StackWorld"]

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

QUIET_CYCLES = 3
"""The cycles after those, in which syncd may not write."""


class StackWorld:
    """One seed's world. `trace` keeps a readable story."""

    def __init__(self, seed: int, *, trace: bool = False, setup: StackSetup | None = None) -> None:
        self.seed, self.dice = seed, Dice(seed)
        self.setup = setup or draw(seed)
        self.clock = ManualClock()
        self.story: list[str] | None = [] if trace else None
        self.problems: list[str] = []
        self.counts: Counter[str] = Counter()
        self.active = self.acting = False
        self.moments = self.edits = self.made = 0
        self.sandbox = World(
            self.clock,
            seed=seed,
            switches=self.setup.switches,
            sizes=Seed(projects=0, vendors=0, rfis=0, only_quickbase=0),
        )
        self.sandbox.seed_demo()
        self._fit_tables()
        self.people = People(self)
        self.faults = Faults(self)
        self.sandbox.faults.hook = self.faults.hook
        for half, skew in zip(self.sandbox.halves, self.setup.skews, strict=True):
            self.faults.skew(half, skew)
        self.watch = WriteWatch(self)
        self.store: ProofStore = fresh_store(self.clock)
        self.store.fate = self.faults.fate
        self.engine = self._engine()

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
        self.mappings = compile_all(self.setup.files, vendors.schemas())
        return Engine(self.store, self.mappings, vendors.side, self.clock)

    def restart(self) -> None:
        """A process newly started on the same state."""
        self.engine = Engine(self.store, self.mappings, self._vendors().side, self.clock)

    def handle(self, request: Request) -> Response:
        """One call of syncd: people may act before it, faults strike it, time passes."""
        self.between()
        self.clock.advance(self.dice.at("start", self.faults.calls).uniform(*self.setup.pace))
        self.watch.sent(request)
        try:
            answer = self.sandbox.handle(request)
        finally:
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
        for wait, kind in SETTLING:
            self.clock.advance(wait)
            self.cycle(kind)
        self.quiet_from = len(self.sandbox.history)
        self.quiet_calls = self.watch.writes
        for _ in range(QUIET_CYCLES):
            self.clock.advance(200.0)
            self.cycle(Kind.INCREMENTAL)

    def cycle(self, kind: Kind) -> None:
        """One cycle of all mappings; after a crash a new process goes on."""
        self.tell(f"== {kind.value} at {self.clock.monotonic():.0f}")
        try:
            report = self.engine.sync(kind=kind)
        except Crash as crash:
            self.tell(f"!! crash {crash}")
            self.counts["crashes"] += 1
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

    def _by_people(self, deed: Any) -> Any:
        self.acting = True
        try:
            return deed()
        finally:
            self.acting = False

    # -- what there is ----------------------------------------------------------------

    def _fit_tables(self) -> None:
        """What this proof needs beyond the demo's tables: a serial, a flag, a field too short."""
        quickbase = self.sandbox.quickbase
        self._dbids: dict[str, str] = {}
        for table in TABLES:
            dbid = quickbase.table(table.table).dbid
            self._dbids[table.table] = dbid
            quickbase.create_field(dbid, "Serial", "text")
            quickbase.create_field(dbid, "Gone", "checkbox")
            quickbase.index_deletes(dbid, self.setup.index_deletes)
        vendors = self._dbids["Vendors"]
        quickbase.set_field(vendors, quickbase.fid(vendors, "Trade"), properties={"maxLength": SHORT})
        quickbase.page_rows = self.setup.page_rows
        self._fids = {
            (table.table, one.quickbase): str(quickbase.fid(self._dbids[table.table], one.quickbase))
            for table in TABLES
            for one in table.fields
        }

    def _populate(self) -> None:
        """Pairs that exist on both sides, equal and unlinked, and lone records."""
        rng = self.dice.at("start", 1_000_000)
        for table in TABLES:
            twins = max(1, self.setup.twins) if table.resource == "projects" else self.setup.twins
            if table.resource != "rfis":
                for _ in range(twins):
                    serial = self.new_serial()
                    for side in ("procore", "quickbase"):
                        again = random.Random(f"{self.seed} {serial}")
                        self._by_people(lambda t=table, s=side, a=again, n=serial: self._made(t, s, a, n))
            for side, count in zip(("procore", "quickbase"), self.setup.lone, strict=True):
                for _ in range(count):
                    serial = self.new_serial()
                    self._by_people(lambda t=table, s=side, n=serial: self._made(t, s, rng, n))

    def _made(self, table: TableMeaning, side: str, rng: random.Random, serial: str) -> str:
        return self.people.make(table, side, rng, serial, f"{table.resource} {serial} 0")

    def table(self, resource: str) -> TableMeaning:
        """The table of that Procore resource."""
        return next(one for one in TABLES if one.resource == resource)

    def dbid(self, table: TableMeaning) -> str:
        """The Quickbase table's id."""
        return self._dbids[table.table]

    def fid(self, table: TableMeaning, one: Meaning) -> str:
        """The field id of that Quickbase field, as rows are kept by."""
        return self._fids[table.table, one.quickbase]

    def live(self, table: TableMeaning, side: str) -> dict[int, dict[str, Any]]:
        """What exists now, by id, as stored."""
        if side == "quickbase":
            home = self.sandbox.quickbase.state.tables[self.dbid(table)]
            return {rid: version.values for rid, version in home.rows.items()}
        rows = self.sandbox.procore.rows(table.resource)
        return {key: row for key, row in rows.items() if not row.get("deleted")}

    def serial(self, table: TableMeaning, side: str, identity: int) -> str:
        """The serial of a living record: its lineage, edited by nobody."""
        row = self.live(table, side).get(identity) or {}
        key = table.serial if side == "procore" else self._fids[table.table, "Serial"]
        return str(row.get(key) or "")

    def new_serial(self) -> str:
        """A serial for a record that a person makes."""
        self.made += 1
        return f"s{self.made}"

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
