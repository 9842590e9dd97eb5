"""People at work: they edit, create, delete and decide through the vendors' own APIs.

Everything goes over the same door as syncd's calls, with the `person` credential; nothing
about it is special. Values come from small sets, so that two people often meet in a field.
"""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from syncd.sandbox.message import Request, Response
from tests.proof.stack_meaning import TABLES, Meaning, TableMeaning

if TYPE_CHECKING:
    from tests.proof.stack_world import StackWorld

__all__ = ["People"]

_CITIES = ("Salem", "Boise", "Reno", "Ogden", None)
_TRADES = ("Masonry", "Roofing", "Structural steel and more", None)
_PHONES = ("(555) 201-0001", "555-201-0002", "(555) 201-0003", None)
_DAYS = ("2026-03-01", "2026-04-15", "2026-05-20", None)
_MONEY = ("1000.0", "2500.55", "99.999", None)


def pick(meaning: Meaning, rng: random.Random, side: str, made: str) -> Any:
    """A value a person may type into that field."""
    name = meaning.procore
    if name in ("name", "subject"):
        return f"{made} {rng.randint(1, 3)}"
    if name == "project_number":
        return rng.choice([f"N {made} {rng.randint(1, 2)}", None])  # two lineages must never match
    if name == "active":
        live = rng.random() < 0.85
        return live if side == "procore" else ("Active" if live else "Closed")
    if name in ("due_date", "start_date"):
        return rng.choice(_DAYS)
    if name == "total_value":
        return rng.choice(_MONEY)
    if name == "private":
        return rng.random() < 0.5
    if name == "status":
        return rng.choice(["draft", "open", "closed"])
    if name == "email_address":
        return rng.choice([f"a{rng.randint(1, 3)}@example.com", None])
    return rng.choice({"city": _CITIES, "trade_name": _TRADES, "business_phone": _PHONES}[name])


class People:
    """The person credential on both vendors."""

    def __init__(self, world: StackWorld) -> None:
        self.world = world
        self._token, self._until = "", -1.0

    # -- doors ------------------------------------------------------------------------

    def procore(self, method: str, path: str, body: Any) -> Response:
        """One call to Procore; the bearer token is renewed in time."""
        sim, clock = self.world.sandbox.procore, self.world.clock
        vendor_now = clock.now() + sim.skew
        if not 0 <= self._until - vendor_now < 5_000:
            mine = self.world.sandbox.info()["person"]["procore"]
            form = urlencode({"grant_type": "client_credentials", **mine}).encode()
            answer = self.world.sandbox.handle(Request("POST", "/procore/oauth/token", body=form))
            self._token, self._until = json.loads(answer.body)["access_token"], vendor_now + 4_900
        headers = {
            "authorization": f"Bearer {self._token}",
            "procore-company-id": str(sim.company_id),
            "content-type": "application/json",
        }
        sent = json.dumps({"company_id": sim.company_id, **body}).encode()
        return self.world.sandbox.handle(
            Request(method, f"/procore/rest/v1.0{path}", headers=headers, body=sent)
        )

    def quickbase(self, method: str, body: Any) -> Response:
        """One call to Quickbase's records."""
        sim = self.world.sandbox.quickbase
        headers = {
            "authorization": f"QB-USER-TOKEN {sim.person_token}",
            "qb-realm-hostname": sim.realm,
            "content-type": "application/json",
        }
        sent = json.dumps(body).encode()
        return self.world.sandbox.handle(Request(method, "/quickbase/v1/records", headers=headers, body=sent))

    # -- deeds ------------------------------------------------------------------------

    def act(self, rng: random.Random) -> str:
        """Do one thing; the answer says what, for the trace."""
        ops = self.world.setup.ops
        op = rng.choices(list(ops), list(ops.values()))[0]
        table = rng.choice(TABLES)
        deeds: dict[str, Callable[[TableMeaning, str, random.Random], str]] = {
            "edit": self._edit,
            "create": self._create,
            "delete": self._delete,
            "word": self._word,
            "close": self._close,
        }
        return deeds[op](table, rng.choice(["procore", "quickbase"]), rng)

    def _edit(self, table: TableMeaning, side: str, rng: random.Random) -> str:
        rows = self.world.live(table, side)
        if not rows:
            return ""
        identity = rng.choice(sorted(rows))
        usable = [one for one in table.fields if one.edited and not (one.one_way and side == "procore")]
        chosen = rng.sample(usable, 2 if rng.random() < 0.2 else 1)
        sent = {one: self._value(table, one, side, identity, rng) for one in chosen}
        return f"{side} {table.resource} {identity} := {self._write(table, side, identity, sent)}"

    def _value(self, table: TableMeaning, one: Meaning, side: str, identity: int, rng: random.Random) -> Any:
        if one.ref:
            parents = sorted(self.world.live(self.world.table(one.ref), side))
            return rng.choice([*parents, None])
        serial = self.world.serial(table, side, identity)
        assert serial, f"{side} {table.resource} {identity} has no serial"
        return pick(one, rng, side, f"{table.resource} {serial}")

    def _write(self, table: TableMeaning, side: str, identity: int, sent: dict[Meaning, Any]) -> Any:
        """Send one record's values; the status tells in the trace what came of it."""
        if side == "quickbase":
            body = {
                self.world.fid(table, one): {"value": self._typed(one, value)} for one, value in sent.items()
            }
            data = [{"3": {"value": identity}, **body}]
            answer = self.quickbase("POST", {"to": self.world.dbid(table), "data": data})
            return answer.status, body
        values = {(f"{one.procore}_id" if one.ref else one.procore): value for one, value in sent.items()}
        if table.resource == "vendors":
            values.setdefault("name", self.world.live(table, side)[identity]["name"])
        path = f"/{table.resource}/{identity}"
        if table.resource == "rfis":
            path = f"/projects/{self.world.sandbox.procore.scope_of('rfis', identity)}{path}"
        return self.procore("PATCH", path, {table.resource[:-1]: values}).status, values

    def _typed(self, one: Meaning, value: Any) -> Any:
        """Emptying a Quickbase field takes the form that this realm understands."""
        if value is None:
            clears = self.world.setup.switches.quickbase.null_write == "clear"
            return None if clears else ""
        return float(value) if one.kind == "money" else value

    def _create(self, table: TableMeaning, side: str, rng: random.Random) -> str:
        serial = self.world.new_serial()
        identity = self.make(table, side, rng, serial, f"{table.resource} {serial} 0")
        return f"{side} {table.resource} + {identity} {serial}"

    def make(self, table: TableMeaning, side: str, rng: random.Random, serial: str, name: str) -> str:
        """A person makes a record; "" where there is no project to make it in."""
        first = table.fields[0]
        sent: dict[Meaning, Any] = {}
        for one in table.fields:
            if one.edited and not one.one_way and one.procore != "active":
                sent[one] = (
                    self._value(table, one, side, 0, rng) if one.ref else pick(one, rng, side, name[:-2])
                )
        sent[first] = name
        projects = sorted(self.world.live(self.world.table("projects"), side))
        if table.resource == "rfis" and not projects:
            return ""
        project = rng.choice(projects) if projects else 0
        if side == "quickbase":
            return self._make_row(table, sent, serial, project)
        values = {(f"{one.procore}_id" if one.ref else one.procore): value for one, value in sent.items()}
        values[table.serial] = serial
        path = f"/{table.resource}"
        if table.resource == "rfis":
            path = f"/projects/{project}/rfis"
            values["rfi_manager_id"] = self.world.sandbox.procore.who["person"].user_id
            values["question"] = {"body": "Why?"}
        answer = self.procore("POST", path, {table.resource[:-1]: values})
        return str(json.loads(answer.body).get("id", answer.status))

    def _make_row(self, table: TableMeaning, sent: dict[Meaning, Any], serial: str, project: int) -> str:
        row = {self.world.fid(table, one): {"value": self._typed(one, v)} for one, v in sent.items()}
        labels: dict[str, Any] = {"Serial": serial}
        if table.resource == "projects":
            labels["Status"] = "Active"
        if table.resource == "rfis":
            labels |= {"Related Project": project, "Status": "open", "Question": "Why?"}
            labels["RFI Manager ID"] = str(self.world.sandbox.procore.who["person"].user_id)
        for label, value in labels.items():
            row[str(self.world.sandbox.quickbase.fid(self.world.dbid(table), label))] = {"value": value}
        answer = self.quickbase("POST", {"to": self.world.dbid(table), "data": [row]})
        made = json.loads(answer.body)["metadata"]["createdRecordIds"]
        return str(made[0]) if made else f"refused {answer.body!r}"

    def _delete(self, table: TableMeaning, side: str, rng: random.Random) -> str:
        """Delete a row, recycle an RFI; Procore's projects and vendors cannot be deleted."""
        rows = self.world.live(table, side)
        if not rows or (side == "procore" and table.resource != "rfis"):
            return ""
        identity = rng.choice(sorted(rows))
        if side == "quickbase":
            self.quickbase("DELETE", {"from": self.world.dbid(table), "where": f"{{3.EX.{identity}}}"})
        else:
            project = self.world.sandbox.procore.scope_of("rfis", identity)
            self.procore("PATCH", f"/projects/{project}/rfis/{identity}/recycle", {})
        return f"{side} {table.resource} - {identity}"

    def _close(self, table: TableMeaning, side: str, rng: random.Random) -> str:
        """Close or reopen an RFI, as Procore has it: by `accepted`."""
        rfis = self.world.table("rfis")
        rows = self.world.live(rfis, "procore")
        if not rows:
            return ""
        identity = rng.choice(sorted(rows))
        project = self.world.sandbox.procore.scope_of("rfis", identity)
        accepted = rng.random() < 0.7
        self.procore("PATCH", f"/projects/{project}/rfis/{identity}", {"rfi": {"accepted": accepted}})
        return f"procore rfis {identity} accepted={accepted}"

    def _word(self, table: TableMeaning, side: str, rng: random.Random) -> str:
        """Decide one listed thing, as `conflicts settle`, `approve` and `retry` do."""
        issues = self.world.issues(table.resource)
        if not issues:
            return ""
        issue = rng.choice(issues)
        verdict = {"brake": "approved", "conflict": rng.choice(["procore", "quickbase"])}.get(
            issue.state, "retry"
        )
        self.world.decide(issue.id, verdict)
        pair = f"{issue.procore_id}/{issue.quickbase_id}"
        return f"{table.resource} says {verdict} on {issue.state} {pair} {issue.field}"
