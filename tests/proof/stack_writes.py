"""Looks over syncd's shoulder at every write: only what changes may be sent (B2)."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from syncd.sandbox.message import Request
from tests.proof.stack_meaning import TABLES, Meaning, TableMeaning, plain

if TYPE_CHECKING:
    from tests.proof.stack_world import StackWorld

__all__ = ["WriteWatch"]


class WriteWatch:
    """Counts writes, and notes fields that were sent although the record held them already.

    A person may have typed the same value since syncd's last reading; then it is no fault.
    """

    def __init__(self, world: StackWorld) -> None:
        self.world = world
        self.writes = self.transfers = 0

    def sent(self, request: Request) -> None:
        """One request of syncd is about to be handled."""
        if request.method == "GET" or "/oauth/" in request.path or request.path.endswith(("/query", "Since")):
            return
        self.writes += 1
        body = json.loads(request.body) if request.body else {}
        if request.path.startswith("/quickbase/v1/records") and request.method == "POST":
            for row in body["data"]:
                self._row(body["to"], row)
        elif request.method == "PATCH" and request.path.startswith("/procore/rest"):
            self._patch(request.path, body)

    def _row(self, dbid: str, row: dict[str, Any]) -> None:
        if "3" not in row:
            return
        for table in TABLES:
            if self.world.dbid(table) == dbid:
                keys = {one: self.world.fid(table, one) for one in table.fields}
                sent = {one: row[key]["value"] for one, key in keys.items() if key in row}
                self._judge(table, "quickbase", int(row["3"]["value"]), sent)

    def _patch(self, path: str, body: dict[str, Any]) -> None:
        parts = path.split("/")
        for table in TABLES:
            if table.resource not in parts or "inactive" in parts or parts[-1] == "recycle":
                continue
            if parts[-1] == "sync":
                items = [(int(one["id"]), one) for one in body["updates"] if one.get("id")]
            elif parts[-2] == table.resource:
                items = [(int(parts[-1]), body[table.resource[:-1]])]
            else:
                continue
            for identity, item in items:
                names = {one: f"{one.procore}_id" if one.ref else one.procore for one in table.fields}
                sent = {one: item[name] for one, name in names.items() if name in item}
                self._judge(table, "procore", identity, sent)

    def _judge(self, table: TableMeaning, side: str, identity: int, sent: dict[Meaning, Any]) -> None:
        row = self.world.live(table, side).get(identity)
        if row is None:
            return
        for one, value in sent.items():
            key = self.world.fid(table, one) if side == "quickbase" else one.procore
            if plain(one.kind, value) != plain(one.kind, row.get(key)) or plain(one.kind, value) is None:
                continue
            if self._touched_unseen(table, side, identity):
                continue
            self.world.problems.append(
                f"B2: {side} {table.resource} {identity}: {key} was sent as {value!r}, which it held already"
            )

    def _touched_unseen(self, table: TableMeaning, side: str, identity: int) -> bool:
        """Whether anything happened to the record that syncd has not been served."""
        name = table.resource if side == "procore" else self.world.dbid(table)
        newest = seen = 0
        for event in self.world.sandbox.history:
            if event.vendor == side and event.table == name and event.record == str(identity):
                if event.kind != "read":
                    newest = event.seq
                elif event.credential == "syncd":
                    seen = event.version or 0  # the last reading: what is decided by
        return seen < newest
