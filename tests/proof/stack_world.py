"""The world of projects, vendors and RFIs in one process: real clients, retries, governor and store.

One seed decides everything (`stack_frame.py`).
"""

from __future__ import annotations

import random
from typing import Any

from tests.proof.stack_frame import QUIET_CYCLES, SETTLING, Frame
from tests.proof.stack_meaning import SHORT, TABLES, Meaning, TableMeaning
from tests.proof.stack_people import People
from tests.proof.stack_setup import StackSetup, draw
from tests.proof.stack_writes import WriteWatch

__all__ = ["QUIET_CYCLES", "SETTLING", "StackWorld"]


class StackWorld(Frame):
    """One seed's world. `trace` keeps a readable story."""

    people: People
    watch: WriteWatch

    def __init__(self, seed: int, *, trace: bool = False, setup: StackSetup | None = None) -> None:
        super().__init__(seed, setup or draw(seed), trace=trace)

    @property
    def tools(self) -> tuple[str, ...]:
        """The one tool that may be withdrawn."""
        return ("rfis",)

    def _people(self) -> People:
        return People(self)

    def _watch(self) -> WriteWatch:
        return WriteWatch(self)

    def _furnish(self) -> None:
        self.sandbox.seed_demo()
        self._fit_tables()

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
