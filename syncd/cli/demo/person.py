"""A person who works on both sides, through the vendors' own APIs and nothing of ours.

The demo edits and checks with this, so what it shows does not rest on the clients it
shows: plain requests of the standard library, with the sandbox's `person` credential.
"""

from __future__ import annotations

import json
from functools import cache
from typing import Any
from urllib.parse import urlencode
from urllib.request import Request, urlopen

from syncd.cli.demo.places import PLACES

__all__ = ["Person"]

TIMEOUT = 30.0

Row = dict[str, Any]


class Person:
    """Reads and edits records on both sides. `info` is what the sandbox says when ready."""

    def __init__(self, info: Row) -> None:
        self._procore = str(info["procore"]["base_url"])
        self._company = str(info["procore"]["company_id"])
        self._quickbase = str(info["quickbase"]["base_url"])
        self._app = str(info["quickbase"]["app_id"])
        self._login = info["person"]["procore"]
        self._headers = {
            "QB-Realm-Hostname": str(info["quickbase"]["realm"]),
            "Authorization": f"QB-USER-TOKEN {info['person']['quickbase']['user_token']}",
        }
        self._control = str(info["control_url"])
        self._token = ""

    # -- Procore ---------------------------------------------------------------------

    def procore(self, resource: str, scope: str = "") -> list[Row]:
        """All records of a resource, as Procore lists them.

        `scope` is the project, or the project and the record that they live in: `project/record`.
        """
        about = PLACES[resource]
        path = f"{self._path(about.path, scope)}?{urlencode(self._query(scope))}"
        path += f"&{urlencode([*about.query, ('per_page', about.page)])}"
        found = self._call_procore("GET", path)
        rows: list[Row] = found["data"] if isinstance(found, dict) else found
        return rows

    def look(self, path: str, scope: str = "") -> Any:
        """What Procore answers to this path."""
        return self._call_procore("GET", f"{self._path(path, scope)}?{urlencode(self._query(scope))}")

    def add_procore(self, resource: str, values: Row, scope: str = "") -> Row:
        """Make a record in Procore."""
        return self._write_procore("POST", resource, PLACES[resource].path, values, scope)

    def edit_procore(self, resource: str, id: str, values: Row, scope: str = "") -> Row:
        """Change a record in Procore."""
        path = PLACES[resource].one.replace("{id}", id)
        return self._write_procore("PATCH", resource, path, values, scope)

    def _write_procore(self, method: str, resource: str, path: str, values: Row, scope: str) -> Row:
        wrapper = PLACES[resource].wrapper
        named = {key: int(value) for key, value in self._query(scope).items()}
        body = {**named, wrapper: values} if wrapper else values
        path = f"{self._path(path, scope)}?{urlencode(self._query(scope))}"
        answer: Row = self._call_procore(method, path, body)
        return answer

    def _query(self, scope: str) -> dict[str, str]:
        project = scope.partition("/")[0]
        return {"company_id": self._company} | ({"project_id": project} if project else {})

    def _path(self, template: str, scope: str) -> str:
        project, _, parent = scope.partition("/")
        names = {"{company}": self._company, "{project}": project, "{parent}": parent}
        for name, value in names.items():
            template = template.replace(name, value)
        return template

    def _call_procore(self, method: str, path: str, body: Row | None = None) -> Any:
        if not self._token:
            grant = {"grant_type": "client_credentials", **self._login}
            self._token = _call("POST", f"{self._procore}/oauth/token", {}, grant)["access_token"]
        headers = {"Authorization": f"Bearer {self._token}", "Procore-Company-Id": self._company}
        return _call(method, self._procore + path, headers, body)

    # -- Quickbase -------------------------------------------------------------------

    def quickbase(self, table: str) -> list[Row]:
        """All records of a table, by the fields' labels; `id` is the record id, `owner` who made it."""
        labels = self._fields(table)
        body = {"from": self._tables()[table], "select": [3, 4, *labels.values()]}
        answer = _call("POST", f"{self._quickbase}/records/query", self._headers, body)
        return [
            {"id": str(row["3"]["value"]), "owner": row["4"]["value"].get("name", "")}
            | {label: row[str(fid)]["value"] for label, fid in labels.items() if str(fid) in row}
            for row in answer["data"]
        ]

    def write_quickbase(self, table: str, values: Row, id: str = "") -> str:
        """Make a record in Quickbase, or change the one with this id; answers its id."""
        labels = self._fields(table)
        row = {str(labels[label]): {"value": value} for label, value in values.items()}
        if id:
            row["3"] = {"value": int(id)}
        body = {"to": self._tables()[table], "data": [row]}
        answer = _call("POST", f"{self._quickbase}/records", self._headers, body)
        meta = answer["metadata"]
        return str((meta["createdRecordIds"] or meta["updatedRecordIds"] or [id])[0])

    @cache  # noqa: B019 - a person lives as long as the demo
    def _tables(self) -> dict[str, str]:
        listed = _call("GET", f"{self._quickbase}/tables?appId={self._app}", self._headers)
        return {table["name"]: table["id"] for table in listed}

    @cache  # noqa: B019 - see above
    def _fields(self, table: str) -> dict[str, int]:
        listed = _call("GET", f"{self._quickbase}/fields?tableId={self._tables()[table]}", self._headers)
        return {field["label"]: int(field["id"]) for field in listed if int(field["id"]) > 5}

    # -- the sandbox's control surface -------------------------------------------------

    def fault(self, **fault: Any) -> None:
        """Have something go wrong at a vendor; see docs/sandbox.md."""
        _call("POST", f"{self._control}/faults", {}, [fault])

    def faults_left(self) -> int:
        """How many faults have not happened yet."""
        return len(_call("GET", f"{self._control}/faults", {}))

    def stats(self) -> Row:
        """What the vendors counted."""
        answer: Row = _call("GET", f"{self._control}/stats", {})
        return answer

    def calm(self) -> None:
        """Take back every fault and changed limit."""
        _call("POST", f"{self._control}/reset", {}, {})


def _call(method: str, url: str, headers: dict[str, str], body: Any = None) -> Any:
    data = None if body is None else json.dumps(body).encode()
    request = Request(url, data, {**headers, "Content-Type": "application/json"}, method=method)
    with urlopen(request, timeout=TIMEOUT) as answer:
        raw = answer.read()
    return json.loads(raw) if raw.strip() else None
