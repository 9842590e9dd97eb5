"""The product over the sandbox in one process: files, real clients, a real store, no waiting.

People's edits go straight to the simulators; the clock moves only when a test says so.
"""

from __future__ import annotations

import random
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from syncd.catalog.custom import PREFIX
from syncd.clock import ManualClock
from syncd.http.spool import Spool
from syncd.mapping.compile import compile_drifting
from syncd.mapping.compiled import Mapping
from syncd.mapping.load import SourceFile
from syncd.sandbox.faults import Dropped
from syncd.sandbox.message import Request, Response
from syncd.sandbox.seed import Seed
from syncd.sandbox.switches import Switches
from syncd.sandbox.world import World
from syncd.settings import ProcoreSettings, QuickbaseSettings, Settings
from syncd.sides.build import Vendors
from syncd.store import Issue, open_store
from syncd.sync.drift import memory_of
from syncd.sync.engine import Engine, Kind, Report
from tests.support.wsgi_adapter import WorldAdapter, session_with

__all__ = ["WholeStack"]

SPOOL = Spool(Path(tempfile.gettempdir()))
"""Where files wait on their way; what waits there has no name."""


class WholeStack:
    """Both vendors, and `syncd` as its commands wire it. `files` are the mapping files by name.

    `bend` may replace what a vendor answered, on its way to us.
    """

    def __init__(
        self, files: dict[str, str], sizes: Seed | None = None, switches: Switches | None = None
    ) -> None:
        self.clock = ManualClock()
        sizes = sizes or Seed(projects=2, vendors=3, rfis=1)
        self.bend: Callable[[Request, Response], Response] | None = None
        self.world = World(self.clock, sizes=sizes, switches=switches or Switches())
        self.world.seed_demo()
        self.files = dict(files)
        self.store = open_store("sqlite://", self.clock)
        self.vendors = self.vendors_anew()

    # -- syncd ------------------------------------------------------------------------

    def vendors_anew(self, handle: Callable[[Request], Response] | None = None) -> Vendors:
        """Clients as a new process has them: they know what is stored, and nothing else. `handle`
        answers their calls in the world's place."""
        info = self.world.info()
        company = {**info["procore"], "company_id": str(info["procore"]["company_id"])}
        return Vendors(
            Settings(procore=ProcoreSettings(**company), quickbase=QuickbaseSettings(**info["quickbase"])),
            self.store.ledger,
            self.store.tokens,
            self.clock,
            session_with(WorldAdapter(handle or self._handle, Dropped)),
            rng=random.Random(1),
        )

    def _handle(self, request: Request) -> Response:
        answer = self.world.handle(request)
        return self.bend(request, answer) if self.bend else answer

    def load(self) -> list[Mapping]:
        """The mappings as a command loads them. Raises ConfigProblem."""
        sources = [SourceFile(f"{name}.yaml", text) for name, text in sorted(self.files.items())]
        custom = self.vendors.custom_fields() if any(PREFIX in one.text for one in sources) else None
        return compile_drifting(sources, self.vendors.schemas(), memory_of(self.store), custom)

    def engine(self, mappings: list[Mapping], listen: Callable[[str, dict[str, Any]], None]) -> Engine:
        """An engine over these mappings, as the daemon wants it made."""
        return Engine(self.store, mappings, self.vendors.side, self.clock, listen=listen, spool=SPOOL)

    def sync(self, *names: str, kind: Kind = Kind.INCREMENTAL, wait: float = 200.0) -> Report:
        """What `syncd sync` does, `wait` seconds after the last thing that happened."""
        self.clock.advance(wait)
        return self.engine(self.load(), lambda _event, _facts: None).sync(names, kind)

    def issues(self, mapping: str = "vendors") -> list[Issue]:
        """What is open about a mapping."""
        with self.store.read() as tx:
            return tx.issues(mapping)

    # -- people -----------------------------------------------------------------------

    def procore(self, resource: str) -> dict[str, dict[str, Any]]:
        """Procore's records by id."""
        return {str(number): dict(row) for number, row in self.world.procore.rows(resource).items()}

    def quickbase(self, table: str) -> dict[str, dict[str, Any]]:
        """Quickbase's records by Procore id, by the labels that fields have now."""
        home = self.world.quickbase.table(table)
        labels = {one.fid: one.label for one in home.fields.values()}
        rows = []
        for rid, row in self.world.quickbase.rows(table).items():
            rows.append({"rid": rid, **{labels[fid]: value for fid, value in row.items() if fid in labels}})
        return {row["Procore ID"]: row for row in rows if row.get("Procore ID")}

    def edit_procore(self, resource: str, record: str, **values: Any) -> None:
        """A person's edit in Procore."""
        self.world.procore.put(resource, values, record=int(record))

    def edit_quickbase(self, table: str, record: str, **values: Any) -> None:
        """A person's edit in Quickbase of the row with this Procore id."""
        rid = self.quickbase(table)[record]["rid"]
        self.world.quickbase.upsert(table, [{3: rid, **values}], merge=3)
