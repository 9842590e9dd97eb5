"""Looks over syncd's shoulder at every write: only what changes may be sent (B2)."""

from __future__ import annotations

import json
import re
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from syncd.sandbox.message import Request
from syncd.sandbox.procore.field import FieldError, take
from syncd.sandbox.procore.routes import shape_of
from tests.proof.catalogue.meaning import Sort, plain

if TYPE_CHECKING:
    from tests.proof.catalogue.world import CatalogueWorld

__all__ = ["WriteWatch"]

_DOWNLOAD = re.compile(r"/quickbase/v1/files/(\w+)/(\d+)/")
"""An attachment that syncd reads: of which table, and which row."""

_READS = ("/query", "Since")
_BYTES = ("/storage/", "/uploads", "/quickbase/v1/files/")
"""Where bytes of files go and come from; the first takes no JSON."""


class WriteWatch:
    """Counts writes, and notes fields that were sent although the record held them already.

    A person may have typed the same value since syncd's last reading; then it is no fault. Keys that
    the vendor wants in every update are none either.
    """

    def __init__(self, world: CatalogueWorld) -> None:
        self.world = world
        self.writes = self.transfers = 0
        self.downloads: list[tuple[int, tuple[str, str]]] = []

    def sent(self, request: Request) -> None:
        """One request of syncd is about to be handled."""
        if (found := _DOWNLOAD.search(request.path)) is not None:
            self.downloads.append((self.world.sandbox.history.events[-1].seq, (found[1], found[2])))
        self.transfers += any(word in request.path for word in _BYTES)
        if request.method == "GET" or "/oauth/" in request.path or request.path.endswith(_READS):
            return
        self.writes += 1
        if _BYTES[0] in request.path:
            return
        body = json.loads(request.body, parse_float=Decimal) if request.body else {}
        if request.path.startswith("/quickbase/v1/records") and request.method == "POST":
            for row in body["data"]:
                self._row(body["to"], row)
        elif request.method == "PATCH" and request.path.startswith("/procore/rest"):
            self._patch(request.path.removeprefix("/procore"), body)

    def _row(self, dbid: str, row: dict[str, Any]) -> None:
        if "3" not in row:
            return
        sort = next((one for one in self.world.sorts if self.world.dbid(one) == dbid), None)
        rid = int(row["3"]["value"])
        now = self.world.rows(sort).get(rid) if sort else None
        if sort is None or now is None:
            return
        for word in sort.words:
            fid = self.world.fid(sort, word.quickbase)
            kind = "id" if word.ref else word.kind
            if fid in row and plain(kind, row[fid]["value"]) == plain(kind, now.get(fid)):
                self._blame("quickbase", sort, str(rid), word.quickbase, row[fid]["value"])

    def _patch(self, path: str, body: dict[str, Any]) -> None:
        """Told by the vendor's own table of what it takes, and what it would store."""
        shape, ids = shape_of(path)
        sim = self.world.sandbox.procore
        route = sim._routes.find("PATCH", shape)
        sort = next((one for one in self.world.sorts if route and one.sim == route.resource.name), None)
        if route is None or sort is None or route.endpoint.action in ("recycle", "retrieve", "reactivate"):
            return
        key = route.resource.wrapper
        items = [one for one in body.get("updates", ()) if one.get("id")]
        if not items and "updates" not in body and isinstance(body.get(key, body), dict) and "{}" in shape:
            items = [{**body.get(key, body), "id": ids[-1]}]
        for item in items:
            now = sim.rows(sort.sim).get(int(item["id"]))
            for name, value in item.items() if now else ():
                self._field(sort, int(item["id"]), now or {}, name, value)

    def _field(self, sort: Sort, number: int, now: dict[str, Any], name: str, value: Any) -> None:
        state = self.world.sandbox.procore.state
        if name == "upload_uuid":
            self._version(sort, number, now, value)
            return
        field = state.resources[sort.sim].writes.get(name) or state.custom.field(sort.sim, name)
        if field is None or name in sort.carried:
            return
        if sort.archives and name in ("active", "is_active") and value is False:
            return  # it may be the mapping's word for a delete, which asks no reading
        try:
            meant = take(field, value, state.switches)
        except FieldError:
            return
        if meant not in (None, "", ()) and meant == now.get(field.name):
            self._blame("procore", sort, str(number), name, value)

    def _version(self, sort: Sort, number: int, now: dict[str, Any], uuid: str) -> None:
        """New bytes of a file: not those it has."""
        word = sort.file
        sent = self.world.sandbox.procore.state.storage.named(str(uuid))
        held = self.world.paper(word, now) if word else None
        if sent is not None and held is not None and sent.content == held.data:
            self._blame("procore", sort, str(number), "upload_uuid", held)

    def _blame(self, side: str, sort: Sort, record: str, field: str, value: Any) -> None:
        if value in (None, "", []) or self._touched_unseen(side, sort, record):
            return
        self.world.problems.append(
            f"B2: {side} {sort.resource} {record}: {field} was sent as {value!r}, which it held already"
        )

    def _touched_unseen(self, side: str, sort: Sort, record: str) -> bool:
        """Whether anything happened to the record that syncd has not been served."""
        name = sort.sim if side == "procore" else self.world.dbid(sort)
        newest = seen = 0
        for event in self.world.sandbox.history:
            if event.vendor == side and event.table == name and event.record == record:
                if event.kind != "read":
                    newest = event.seq
                elif event.credential == "syncd":
                    seen = event.version or 0  # the last reading: what is decided by
        return seen < newest
