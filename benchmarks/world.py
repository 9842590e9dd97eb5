"""Both vendors' simulators in this process, our real clients on them, a clock that only calls move.

Budgets are the defaults of the settings and the sandbox enforces the vendors' own, so a
wait for the budget costs virtual time here as it costs real time outside. The calls are
those of the sandbox's own statistics, not ours.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any

from syncd.clock import ManualClock
from syncd.mapping.compile import compile_all
from syncd.mapping.load import read_directory
from syncd.sandbox.message import Request, Response
from syncd.sandbox.seed import Seed
from syncd.sandbox.world import World
from syncd.settings import ProcoreSettings, QuickbaseSettings, Settings
from syncd.sides.build import Vendors
from syncd.store import Store, open_store
from syncd.sync.engine import CycleReport, Engine, Kind
from tests.support.stages import PLAIN
from tests.support.wsgi_adapter import WorldAdapter, session_with

__all__ = ["QUIET", "BenchWorld", "Calls"]

Calls = dict[str, int]
"""Requests by `vendor METHOD path-template`."""

LATENCY = 0.25
"""Virtual seconds that one call takes."""

QUIET = 700.0
"""Virtual seconds between two cycles: longer than the feeds' overlap and the mappings' `every:`."""


class BenchWorld:
    """A seeded sandbox and an engine on it, with plain mappings; `only` names some of them."""

    def __init__(self, sizes: Seed, only: tuple[str, ...] = ()) -> None:
        self.clock = ManualClock()
        self.watch: Callable[[Request, Response, float], None] | None = None
        self.sandbox = World(self.clock, seed=1, sizes=sizes, reads=False)
        self.sandbox.seed_demo()
        self.store: Store = open_store("sqlite://", self.clock)
        self.vendors = self._vendors()
        made = compile_all(read_directory(PLAIN), self.vendors.schemas())
        self.mappings = [one for one in made if not only or one.name in only]
        self.engine = Engine(self.store, self.mappings, self.vendors.side, self.clock)
        self.clock.advance(QUIET)

    def cycle(self, kind: Kind = Kind.INCREMENTAL) -> tuple[Calls, list[CycleReport]]:
        """One cycle of every mapping: the calls it took, and what the engine says of it."""
        self.sandbox.stats.clear()
        report = self.engine.sync(kind=kind)
        for one in report.cycles:
            if one.failed:
                raise RuntimeError(f"a cycle of {one.mapping} failed: {one.failed}")
        return self.calls(), list(report.cycles)

    def calls(self) -> Calls:
        """What reached the vendors since the statistics were cleared, by path template."""
        found: Calls = {}
        for (vendor, method, path, _status, _who), count in self.sandbox.stats.counts.items():
            label = f"{vendor} {method} {path}"
            found[label] = found.get(label, 0) + count
        return found

    def settle(self, cycles: int = 4) -> None:
        """Cycles until everything is linked and the feeds' overlaps are behind us; tokens are warm."""
        for _ in range(cycles):
            self.cycle()
            self.clock.advance(QUIET)

    # -- people -----------------------------------------------------------------------

    def edit_procore(self, resource: str, **values: Any) -> int:
        """A person changes every record of the resource; how many there are."""
        records = list(self.sandbox.procore.rows(resource))
        for number, record in enumerate(records):
            sent = {name: f"{value} {number}" for name, value in values.items()}
            self.sandbox.procore.put(resource, sent, record=record)
        return len(records)

    def edit_quickbase(self, table: str, **values: Any) -> int:
        """A person changes every row of the table; `_` in a name stands for a blank."""
        quickbase = self.sandbox.quickbase
        rows = [
            {"3": rid, **{name.replace("_", " "): f"{value} {rid}" for name, value in values.items()}}
            for rid in quickbase.table(table).rows
        ]
        quickbase.upsert(table, rows)
        return len(rows)

    # -- what is true afterwards ---------------------------------------------------------

    def quickbase_values(self, table: str, label: str) -> dict[int, Any]:
        """A field of every row, by record id."""
        fid = str(self.sandbox.quickbase.fid(table, label))
        rows = self.sandbox.quickbase.table(table).rows
        return {rid: version.values.get(fid) for rid, version in rows.items()}

    def keys(self, table: str) -> dict[int, int]:
        """Record id to the Procore id in the key field, as a number; scopes left out."""
        held = self.quickbase_values(table, "Procore ID")
        return {rid: int(str(key).rpartition("/")[2]) for rid, key in held.items() if key}

    def close(self) -> None:
        """Let go of the store."""
        self.store.close()

    def _vendors(self) -> Vendors:
        info = self.sandbox.info()
        procore, quickbase = info["procore"], info["quickbase"]
        settings = Settings(
            procore=ProcoreSettings(**{**procore, "company_id": str(procore["company_id"])}),
            quickbase=QuickbaseSettings(**quickbase),
        )
        return Vendors(
            settings,
            self.store.ledger,
            self.store.tokens,
            self.clock,
            session_with(WorldAdapter(self._handle)),
            rng=random.Random(1),
        )

    def _handle(self, request: Request) -> Response:
        sent = self.clock.monotonic()
        self.clock.advance(LATENCY)
        answer = self.sandbox.handle(request)
        if self.watch is not None:
            self.watch(request, answer, sent)
        return answer
