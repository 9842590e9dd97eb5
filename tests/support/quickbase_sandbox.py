"""A little Quickbase to test against: one app, one table with a field of each kind, and a caller."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

from syncd.clock import ManualClock
from syncd.sandbox.message import Request, Response
from syncd.sandbox.quickbase.realm import HistorySink
from syncd.sandbox.quickbase.sim import QuickbaseSim
from syncd.sandbox.quickbase.switches import QuickbaseSwitches

__all__ = ["LittleQuickbase", "little_quickbase"]

KINDS: tuple[tuple[str, str, dict[str, Any]], ...] = (
    ("Name", "text", {"maxLength": 40}),
    ("Procore ID", "text", {"unique": True}),
    ("Notes", "text-multi-line", {}),
    ("Trade", "text-multiple-choice", {"choices": ["Steel", "Glass"]}),
    ("Tags", "multitext", {"choices": ["a", "b", "c"]}),
    ("Count", "numeric", {}),
    ("Value", "currency", {}),
    ("Share", "percent", {"decimalPlaces": 1}),
    ("Starts", "date", {}),
    ("Met", "timestamp", {}),
    ("Hour", "timeofday", {}),
    ("Active", "checkbox", {}),
    ("Owner", "user", {}),
    ("Team", "multiuser", {}),
    ("Phone", "phone", {}),
    ("World Phone", "phone", {"useI18NFormat": True}),
    ("Plan", "file", {}),
    ("Log", "text-multi-line", {"appendOnly": True}),
    ("Site", "address", {}),
)


@dataclass(slots=True)
class LittleQuickbase:
    """The simulator with one table; fields are named by label in `f`."""

    sim: QuickbaseSim
    clock: ManualClock
    app: str
    table: str
    f: dict[str, int] = field(default_factory=dict)

    def send(
        self,
        method: str,
        path: str,
        body: Any = None,
        *,
        query: dict[str, str] | None = None,
        who: str = "syncd",
    ) -> Response:
        """One call with good headers."""
        token = self.sim.user_token if who == "syncd" else self.sim.person_token
        headers = {"qb-realm-hostname": self.sim.realm, "authorization": f"QB-USER-TOKEN {token}"}
        raw = b"" if body is None else json.dumps(body).encode()
        return self.sim.handle(Request(method, path, tuple((query or {}).items()), headers, raw))

    def ask(self, method: str, path: str, body: Any = None, **options: Any) -> Any:
        """The JSON of one call, whatever its status."""
        return json.loads(self.send(method, path, body, **options).body)

    def put(self, *records: dict[str, Any], **more: Any) -> Any:
        """Upsert records whose fields are named by label; the answer's JSON."""
        data = [{self.key(name): {"value": value} for name, value in one.items()} for one in records]
        return self.ask("POST", "/records", {"to": self.table, "data": data, **more})

    def find(
        self, where: Any = None, select: tuple[str, ...] = ("Record ID#",), **more: Any
    ) -> list[list[Any]]:
        """The selected values of the rows that a query finds, in the order of the answer."""
        keys = [self.key(name) for name in select]
        body = {"from": self.table, "select": [int(key) for key in keys], **more}
        if where is not None:
            body["where"] = where
        return [
            [row[key]["value"] for key in keys] for row in self.ask("POST", "/records/query", body)["data"]
        ]

    def ids(self, where: Any) -> list[int]:
        """Record ids that a query finds."""
        return [row[0] for row in self.find(where)]

    def read(self, rid: int, label: str) -> Any:
        """One field of one record, as it reads."""
        return self.find([rid], (label,))[0][0]

    def key(self, name: str) -> str:
        """A field's id as text; digits stand for themselves."""
        return name if name.isdigit() else str(self.f[name])


def little_quickbase(history: HistorySink | None = None, seed: int = 7, **switches: Any) -> LittleQuickbase:
    """A fresh one at a known time, 2026-01-05T08:00:00Z."""
    clock = ManualClock(1_767_600_000.0)
    sim = QuickbaseSim(clock, seed=seed, switches=QuickbaseSwitches(**switches), history=history)
    app = sim.create_app("Little App")
    table = sim.create_table(app, "Things")
    for label, kind, properties in KINDS:
        sim.create_field(table, label, kind, **properties)
    fids = {one.label: one.fid for one in sim.table(table).fields.values()}
    return LittleQuickbase(sim, clock, app, table, fids)
