"""Invented resources that use everything a simulator's table can say, and a caller of that simulator."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import parse_qsl

from syncd.clock import ManualClock
from syncd.sandbox import Request, Response
from syncd.sandbox.history import History
from syncd.sandbox.procore.field import Field
from syncd.sandbox.procore.find import only
from syncd.sandbox.procore.resource import Endpoint, Filter, Resource
from syncd.sandbox.procore.sim import ProcoreSim
from syncd.sandbox.procore.state import State
from syncd.sandbox.procore.switches import ProcoreSwitches
from syncd.sandbox.procore.wire import Call, Refusal, encode, json_text

__all__ = ["Caller"]

_GATES, _V2 = "/rest/v1.0/gates", "/rest/v2.0/companies/{company_id}/projects/{project_id}/gates"

GATES = Resource(
    name="gates",
    wrapper="gate",
    parent="project",
    tool="gates",
    fields=(Field("name", needed=True), Field("opened_on", "day"), Field("code", hidden=True, default="g")),
    endpoints=(
        Endpoint("GET", _GATES, "list", project_in="query"),
        Endpoint("POST", _GATES, "create", project_in="body"),
        Endpoint("GET", f"{_GATES}/{{id}}", "show", project_in="query"),
        Endpoint("PATCH", f"{_GATES}/{{id}}", "update", project_in="either"),
        Endpoint("DELETE", f"{_GATES}/{{id}}", "delete", project_in="query", status=204),
        Endpoint("GET", _V2, "list", envelope=True, view_key=""),
        Endpoint("POST", _V2, "create", envelope=True, wrapper=""),
        Endpoint("GET", f"{_V2}/{{id}}", "show", envelope=True),
    ),
    filters={"opened_on": Filter("range", "opened_on"), "name": Filter("any", "name", plain=True)},
    custom=True,
    stamps=("created_at",),
)

KEYS = Resource(
    name="keys",
    wrapper="key",
    parent="gates",
    tool="gates",
    fields=(Field("name", needed=True), Field("gate_name", write="")),
    endpoints=(
        Endpoint("GET", "/rest/v1.0/keys", "list", project_in="query"),
        Endpoint("POST", "/rest/v1.0/keys", "create", project_in="query", parent_in="gate_key"),
        Endpoint("GET", "/rest/v1.0/projects/{project_id}/gates/{gate_id}/keys/{id}", "show"),
        Endpoint("GET", "/rest/v1.0/projects/{project_id}/keys", "list", across=True),
        Endpoint("GET", "/rest/v1.0/companies/{company_id}/keys", "list", across=True),
        Endpoint("PATCH", "/rest/v1.0/projects/{project_id}/keys/{id}", "update", across=True),
    ),
    stamped=False,
)


def _lock(state: State, resource: Resource, call: Call, args: dict[str, int], scope: int) -> Response:
    record = only(state, resource, scope)
    if record.now.values["locked"]:
        raise Refusal(422, "is locked already")
    state.store(resource, record, scope, {**record.now.values, "locked": True}, call.who)
    return json_text(encode({"locked": True}), 201)


SEALS = Resource(
    name="seals",
    wrapper="seal",
    parent="project",
    fields=(Field("locked", "flag", default=False), Field("note")),
    endpoints=(
        Endpoint("GET", "/rest/v1.0/projects/{project_id}/seal", "one"),
        Endpoint("PATCH", "/rest/v1.0/projects/{project_id}/seal", "update"),
        Endpoint("POST", "/rest/v1.0/projects/{project_id}/seal/lock", "call", run=_lock),
    ),
    single=True,
    stamped=False,
)

BADGES = Resource(
    name="badges",
    wrapper="badge",
    fields=(
        Field("name", needed=True),
        Field("deleted", "flag", write="", default=False),
        Field("deleted_at", "instant", write=""),
    ),
    endpoints=(
        Endpoint("GET", "/rest/v1.0/badges", "list"),
        Endpoint("POST", "/rest/v1.0/badges", "create"),
        Endpoint("GET", "/rest/v1.0/badges/{id}", "show"),
        Endpoint("PATCH", "/rest/v1.0/badges/{id}", "update"),
        Endpoint("DELETE", "/rest/v1.0/badges/{id}", "delete"),
        Endpoint("PUT", "/rest/v1.0/badges/{id}/restore", "restore"),
    ),
    filters={"include_deleted": Filter("deleted")},
)

PASSES = Resource(
    name="passes",
    wrapper="pass",
    parent="project",
    fields=(Field("user", "ref", target="users", shows=("job_title",)), Field("zone")),
    endpoints=(
        Endpoint("GET", "/rest/v1.0/projects/{project_id}/passes", "list"),
        Endpoint("POST", "/rest/v1.0/projects/{project_id}/passes", "create"),
        Endpoint("GET", "/rest/v1.0/projects/{project_id}/passes/{id}", "show"),
        Endpoint("DELETE", "/rest/v1.0/projects/{project_id}/passes/{id}", "delete", status=204),
    ),
    keyed="user",
    stamps=("updated_at",),
)

STAMPS = Resource(
    name="pass_stamps",
    wrapper="pass_stamp",
    parent="passes",
    fields=(Field("name", needed=True),),
    endpoints=(
        Endpoint("GET", "/rest/v1.0/projects/{project_id}/passes/{pass_id}/stamps", "list"),
        Endpoint("POST", "/rest/v1.0/projects/{project_id}/passes/{pass_id}/stamps", "create"),
    ),
)


class Caller:
    """The simulator with these tables and two projects, and calls to it."""

    def __init__(self, **switches: Any) -> None:
        self.clock = ManualClock(1_767_600_000.0)
        self.history = History(self.clock)
        self.sim = ProcoreSim(
            self.clock,
            switches=ProcoreSwitches(**switches),
            history=self.history,
            hour=1_000_000,
            spike=1_000_000,
            tables=(GATES, KEYS, SEALS, BADGES, PASSES, STAMPS),
        )
        self.project, self.other = (self.sim.put("projects", {"name": name}) for name in ("One", "Two"))
        client = self.sim.oauth.client_of("syncd")
        sent = {"client_id": client.client_id, "client_secret": client.client_secret}
        body = json.dumps({"grant_type": "client_credentials", **sent}).encode()
        answer = self.sim.handle(
            Request("POST", "/oauth/token", (), {"content-type": "application/json"}, body)
        )
        self._token = json.loads(answer.body)["access_token"]

    def call(self, method: str, path: str, body: dict[str, Any] | None = None) -> Response:
        """One call below `/rest`; `{c}`, `{p}` and `{o}` are the company and the two projects."""
        path, _, query = path.format(c=self.sim.company_id, p=self.project, o=self.other).partition("?")
        headers = {
            "authorization": f"Bearer {self._token}",
            "procore-company-id": str(self.sim.company_id),
            "content-type": "application/json",
        }
        raw = b"" if body is None else json.dumps(body).encode()
        pairs = tuple(parse_qsl(query, keep_blank_values=True))
        return self.sim.handle(Request(method, f"/rest/{path}", pairs, headers, raw))

    def json(self, method: str, path: str, body: dict[str, Any] | None = None) -> Any:
        """The JSON of a call that has to succeed."""
        answer = self.call(method, path, body)
        assert answer.status < 300, answer.body
        return json.loads(answer.body)

    def get(self, path: str) -> Any:
        """The JSON of a GET that has to succeed."""
        return self.json("GET", path)

    def status(self, method: str, path: str, body: dict[str, Any] | None = None) -> int:
        """The status of a call."""
        return self.call(method, path, body).status

    def gate(self, name: str = "North", project: int = 0, **sent: Any) -> int:
        """A new gate's id."""
        body = {"project_id": project or self.project, "gate": {"name": name, **sent}}
        return int(self.json("POST", "v1.0/gates", body)["id"])

    def kinds(self, table: str) -> list[str]:
        """What the history says was done to a table's records, reads apart."""
        return [one.kind for one in self.history.changes() if one.table == table]
