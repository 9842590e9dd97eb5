"""Real answers of the Quickbase simulator, held to the vendor's own description of its API."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from openapi_schema_validator import OAS30Validator, oas30_format_checker

from syncd.sandbox.quickbase.routes import ROUTES
from tests.support.quickbase_sandbox import LittleQuickbase, little_quickbase

SPEC = Path(__file__).parents[3] / "shared" / "specs" / "quickbase-openapi3-prism.json"
pytestmark = pytest.mark.skipif(
    not SPEC.exists(), reason="the vendor's description of the API lies beside the repository and is not here"
)


@pytest.fixture(scope="module")
def spec() -> dict[str, Any]:
    """The paths of the vendor's description, by path with anonymous parameters."""
    paths = json.loads(SPEC.read_text())["paths"]
    return {re.sub(r"{\w+}", "{}", path): methods for path, methods in paths.items()}


def _errors(schema: dict[str, Any], value: Any) -> list[str]:
    validator = OAS30Validator(schema, format_checker=oas30_format_checker)
    return [
        f"{'/'.join(str(part) for part in error.path)}: {error.message}"
        for error in validator.iter_errors(value)
    ]


Step = tuple[str, str, dict[str, str], Any, int]


def _records(box: LittleQuickbase) -> Iterator[Step]:
    table, name, key = box.table, str(box.f["Name"]), str(box.f["Procore ID"])
    plan, trade = str(box.f["Plan"]), str(box.f["Trade"])
    upload = {"fileName": "plan.pdf", "data": "aGVsbG8="}
    good = {name: {"value": "One"}, key: {"value": "1"}, plan: {"value": upload}}
    bad = {name: {"value": "Two"}, trade: {"value": "Wood"}}
    yield "POST", "/records", {}, {"to": table, "data": [good], "fieldsToReturn": [3, int(key)]}, 200
    yield "POST", "/records", {}, {"to": table, "data": [good, bad], "mergeFieldId": int(key)}, 207
    yield "POST", "/records", {}, {"to": table, "data": []}, 400
    every = list(box.sim.table(table).fields)
    sort = [{"fieldId": 2, "order": "DESC"}]
    question = {"from": table, "select": every, "where": "{3.GT.0}", "sortBy": sort, "options": {"top": 5}}
    yield "POST", "/records/query", {}, question, 200
    since = {"from": table, "after": "2000-01-01T00:00:00Z", "includeDetails": True}
    yield "POST", "/records/modifiedSince", {}, since, 200
    yield "GET", f"/files/{table}/1/{plan}/0", {}, None, 200
    yield "DELETE", f"/files/{table}/1/{plan}/1", {}, None, 200
    yield "DELETE", "/records", {}, {"from": table, "where": [1]}, 200
    yield "POST", "/users", {}, {"emails": []}, 200


def _schema(box: LittleQuickbase) -> Iterator[Step]:
    app, table = {"appId": box.app}, {"tableId": box.table}
    yield "GET", f"/apps/{box.app}", {}, None, 200
    yield "POST", f"/apps/{box.app}", {}, {"description": "changed"}, 200
    yield "GET", f"/apps/{box.app}/events", {}, None, 200
    yield "GET", "/tables", app, None, 200
    yield "POST", "/tables", app, {"name": "Parents"}, 200
    yield "GET", f"/tables/{box.table}", app, None, 200
    yield "POST", f"/tables/{box.table}", app, {"description": "changed"}, 200
    yield "GET", "/fields", {**table, "includeFieldPerms": "true"}, None, 200
    yield "POST", "/fields", table, {"label": "New", "fieldType": "datetime"}, 200
    fresh = box.sim.fid(box.table, "New")
    yield "GET", f"/fields/{fresh}", table, None, 200
    yield "POST", f"/fields/{fresh}", table, {"label": "Newer", "unique": True}, 200
    yield "GET", "/fields/usage", table, None, 200
    yield "GET", f"/fields/usage/{fresh}", table, None, 200
    yield "DELETE", "/fields", table, {"fieldIds": [fresh, 2]}, 200
    yield "GET", "/reports", table, None, 200
    yield "GET", "/reports/1", table, None, 200
    yield "POST", "/reports/1/run", {**table, "top": "2"}, None, 200
    parent = box.sim.table("Parents").dbid
    path = f"/tables/{box.table}/relationship"
    count = [{"summaryFid": 3, "label": "How many", "accumulationType": "COUNT"}]
    yield "POST", path, {}, {"parentTableId": parent, "lookupFieldIds": [3], "summaryFields": count}, 200
    link = next(iter(box.sim.table(box.table).relationships))
    yield "POST", f"{path}/{link}", {}, {"lookupFieldIds": [2]}, 200
    yield "GET", f"/tables/{box.table}/relationships", {}, None, 200
    yield "DELETE", f"{path}/{link}", {}, None, 200
    yield "DELETE", f"/tables/{parent}", app, None, 200
    yield "POST", "/apps", {}, {"name": "Other", "assignToken": True}, 200
    other = list(box.sim.state.apps)[-1]
    yield "DELETE", f"/apps/{other}", {}, {"name": "Other"}, 200


def test_every_covered_endpoint_answers_in_the_vendors_shape(spec: dict[str, Any]) -> None:
    """Requests and answers of every route satisfy the vendor's schemas, and no route is left out."""
    box = little_quickbase()
    box.sim.add_event(box.app, "Tell the office")
    covered = set()
    for steps in (_records(box), _schema(box)):
        for method, path, query, body, status in steps:
            response = box.send(method, path, body, query=query)
            assert response.status == status, (method, path, response.body)
            template = next(one.template for one in ROUTES if _fits(one.method, one.template, method, path))
            covered.add((method, template))
            operation = spec[re.sub(r"{\w+}", "{}", template)][method.lower()]
            if body is not None and status != 400:
                sent = operation["requestBody"]["content"]["application/json"]["schema"]
                assert _errors(sent, body) == [], (method, path)
            if path.startswith("/files") and method == "GET":
                assert response.body == b"aGVsbG8="
                continue
            schema = operation["responses"][str(status)]["content"]["application/json"]["schema"]
            assert _errors(schema, json.loads(response.body)) == [], (method, path)
    assert covered == {(one.method, one.template) for one in ROUTES}


def _fits(method: str, template: str, sent: str, path: str) -> bool:
    box_template = re.sub(r"{(field|app|report|record|version|relationship|table)}", r"[^/]+", template)
    if method != sent or not re.fullmatch(box_template, path):
        return False
    return "{field}" not in template or path != "/fields/usage"


def test_every_route_is_one_of_the_vendors(spec: dict[str, Any]) -> None:
    """The simulator serves no path and no method that the vendor does not have."""
    for route in ROUTES:
        path = re.sub(r"{\w+}", "{}", route.template)
        assert route.method.lower() in spec[path], route


def test_a_wrong_answer_would_be_seen(spec: dict[str, Any]) -> None:
    """The check can fail: record ids as texts violate the vendor's schema."""
    schema = spec["/records"]["post"]["responses"]["200"]["content"]["application/json"]["schema"]
    assert _errors(schema, {"metadata": {"createdRecordIds": ["1"]}, "data": []})
