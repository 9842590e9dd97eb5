"""Real answers of the Procore simulator, held to the description of the API of 2024."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from openapi_schema_validator import OAS30Validator, oas30_format_checker

from syncd.sandbox import Response, Seed
from syncd.sandbox.procore.sim import RESOURCES
from tests.support.procore_sandbox import LittleWorld, little_world

SPEC = Path(__file__).parents[3] / "shared" / "specs" / "procore_openapi_2024-10_subset.json"
pytestmark = pytest.mark.skipif(
    not SPEC.exists(), reason="the description of the API lies beside the repository and is not here"
)

NOT_DESCRIBED = {
    "GET /rest/v1.3/companies/{}/users": "newer than the description",
    "GET /rest/v1.3/companies/{}/users/{}": "newer than the description",
    "GET /rest/v1.0/projects/{}/users": "its schema collides by name with another one",
}
"""Operations that the description does not tell of, and why."""

_SYNC_SHOWS_ALL = (
    "code company county created_by custom_fields delivery_method fax inbound_email is_demo "
    "is_erp_integrated owners_project_id parent_job parent_job_id photo_id project_bid_type "
    "project_owner_type project_region project_stage_id sector standard_cost_code_list_id "
    "template tz_name work_scope"
).split()
NOT_DESCRIBED_KEYS = {
    # Recorded real answers have them, or the newer extraction of the description does.
    *(f"projects: {key}" for key in "created_by delivery_method fax parent_job sector work_scope".split()),
    *(f"projects/rfis: {key}" for key in "created_by link location_id project_stage sub_job".split()),
    "projects/rfis: assignees.locale",
    "projects/rfis: assignees.response_required",
    "vendors: connected_to_company_id",
    "vendors/sync: entities.connected_to_company_id",
    "companies/vendors/inactive: connected_to_company_id",
    # The vendor's guide says that sync answers entities as Show does.
    *(f"projects/sync: entities.{key}" for key in _SYNC_SHOWS_ALL),
    # Messages by field: the description has a fixed list of fields, without these.
    "projects/sync: errors.errors.id",
    "vendors/sync: errors.errors.name",
}
"""Keys of the answers that the description does not tell of, on purpose."""


@pytest.fixture(scope="module")
def spec() -> dict[str, Any]:
    """The description: paths with anonymous parameters, and the schemas."""
    whole = json.loads(SPEC.read_text())
    paths = {re.sub(r"{\w+}", "{}", path): methods for path, methods in whole["paths"].items()}
    return {"paths": paths, "components": _nullable(whole["components"])}


def _nullable(node: Any) -> Any:
    """The schemas with every value allowed to be null, as in every recorded real answer.

    `oneOf` becomes `anyOf`: the views have no required keys, so that any answer fits several.
    """
    if isinstance(node, list):
        return [_nullable(one) for one in node]
    if not isinstance(node, dict):
        return node
    changed = {"anyOf" if key == "oneOf" else key: _nullable(one) for key, one in node.items()}
    if isinstance(changed.get("type"), str):
        changed["nullable"] = True
        if "enum" in changed and None not in changed["enum"]:
            changed["enum"] = [*changed["enum"], None]
    return changed


def _schema(spec: dict[str, Any], method: str, shape: str, status: int) -> dict[str, Any] | None:
    operation = spec["paths"].get(shape, {}).get(method.lower())
    assert operation is not None, f"{method} {shape} is not described"
    answer = operation["responses"].get(str(status))
    assert answer is not None, f"{method} {shape} is described without {status}"
    content = answer.get("content")
    if not content:
        return None
    return {**_nullable(content["application/json"]["schema"]), "components": spec["components"]}


def _merged(schema: Any, components: dict[str, Any]) -> Any:
    """A schema without references, with the properties of all its alternatives."""
    while "$ref" in schema:
        schema = components["schemas"][schema["$ref"].rpartition("/")[2]]
    for one in schema.get("anyOf", ()):
        known = _merged(one, components)
        schema = {**schema, "properties": {**schema.get("properties", {}), **known.get("properties", {})}}
    return schema


def _undescribed(schema: Any, components: dict[str, Any], value: Any, where: str = "") -> Iterator[str]:
    """Keys of the answer that the schema does not know."""
    schema = _merged(schema, components)
    if isinstance(value, list):
        for one in value[:3]:
            yield from _undescribed(schema.get("items", {}), components, one, where)
    elif isinstance(value, dict) and "properties" in schema:
        for key, one in value.items():
            if key not in schema["properties"]:
                yield f"{where}{key}"
            else:
                yield from _undescribed(schema["properties"][key], components, one, f"{where}{key}.")


Step = tuple[str, str, Any, int]


def _company_steps(box: LittleWorld) -> Iterator[Step]:
    at = f"company_id={box.company}"
    project, vendor = box.ids("v1.0/projects")[0], box.ids("v1.0/vendors")[0]
    full = {"name": "Full", "city": "Salem", "total_value": 12.5, "start_date": "2026-01-05", "flag": "Red"}
    for version in ("v1.0", "v1.1"):
        yield "GET", f"{version}/projects?{at}", None, 200
        yield "GET", f"{version}/vendors?{at}", None, 200
    yield "GET", f"v1.1/projects?{at}&view=extended", None, 200
    yield "GET", f"v1.1/projects?{at}&view=compact", None, 200
    yield "GET", f"v1.0/companies/{box.company}/projects", None, 200
    yield "POST", "v1.0/projects", {"company_id": box.company, "project": full}, 201
    yield "GET", f"v1.0/projects/{project}?{at}", None, 200
    yield "PATCH", f"v1.0/projects/{project}", {"company_id": box.company, "project": {"city": "Rome"}}, 200
    updates = [{"id": project, "city": "Bonn"}, {"id": 1, "name": "Nobody", "total_value": 1.5}]
    yield "PATCH", "v1.0/projects/sync", {"company_id": box.company, "updates": updates}, 200
    yield (
        "POST",
        "v1.0/vendors",
        {"company_id": box.company, "vendor": {"name": "Made", "parent_id": vendor}},
        201,
    )
    yield "GET", f"v1.0/vendors/{vendor}?{at}", None, 200
    gone = {"name": "Gone", "is_active": False}
    yield "PATCH", f"v1.0/vendors/{vendor}", {"company_id": box.company, "vendor": gone}, 200
    yield "GET", f"v1.0/companies/{box.company}/vendors/inactive", None, 200
    yield "PATCH", f"v1.0/companies/{box.company}/vendors/inactive/{vendor}", {}, 200
    updates = [{"id": vendor, "city": "Bonn"}, {"name": ""}]
    yield "PATCH", "v1.0/vendors/sync", {"company_id": box.company, "updates": updates}, 200
    yield "GET", "v1.0/companies", None, 200
    yield "GET", "v1.0/me", None, 200
    yield "GET", f"v1.0/companies/{box.company}/users", None, 200


def _rfi_steps(box: LittleWorld) -> Iterator[Step]:
    base = f"v1.0/projects/{box.ids('v1.0/projects')[0]}/rfis"
    person, vendor = box.world.procore.who["person"].user_id, box.ids("v1.0/vendors")[0]
    rfi = {"subject": "S", "rfi_manager_id": person, "assignee_ids": [person], "question": {"body": "Why?"}}
    rfi |= {"cost_impact": {"status": "yes_known", "value": 5.5}, "responsible_contractor_id": vendor}
    yield "POST", base, {"rfi": rfi}, 201
    yield "GET", base, None, 200
    one = f"{base}/{box.ids(base)[-1]}"
    yield "POST", f"{one}/replies", {"reply": {"body": "So"}}, 201
    reply = box.ids(f"{one}/replies")[0]
    yield "GET", f"{one}/replies", None, 200
    yield "GET", f"{one}/replies/{reply}", None, 200
    yield "PATCH", f"{one}/replies/{reply}", {"reply": {"official": True}}, 200
    yield "GET", one, None, 200
    yield "PATCH", one, {"rfi": {"accepted": True}}, 200
    yield "PATCH", f"{one}/recycle", {}, 200
    yield "GET", f"{base}/recycle_bin", None, 200
    yield "PATCH", f"{one}/retrieve", {}, 200
    yield "GET", f"{base}/potential_rfi_managers", None, 200
    yield "GET", f"{base}/potential_assignees", None, 200


def _refused_steps(box: LittleWorld) -> Iterator[Step]:
    yield "GET", "v1.0/vendors?company_id=5", None, 403
    yield "GET", f"v1.0/vendors/5?company_id={box.company}", None, 404
    yield "POST", "v1.0/vendors", {"company_id": box.company}, 400
    yield "PATCH", "v1.0/vendors/sync", {"company_id": box.company}, 400
    yield "GET", f"v1.1/projects?company_id={box.company}&filters[updated_at]=soon", None, 400


def _covered(method: str, path: str) -> str:
    return f"{method} " + re.sub(r"/\d+", "/{}", "/rest/" + path.partition("?")[0])


def _check(spec: dict[str, Any], operation: str, answer: Response) -> list[str]:
    method, _, shape = operation.partition(" ")
    schema = _schema(spec, method, shape, answer.status)
    if schema is None:
        return [] if not answer.body or answer.status >= 400 else ["a body that is not described"]
    validator = OAS30Validator(schema, format_checker=oas30_format_checker)
    return [
        f"{'/'.join(str(part) for part in error.path)}: {error.message[:200]}"
        for error in validator.iter_errors(json.loads(answer.body))
    ]


def _unknown_keys(spec: dict[str, Any], operation: str, answer: Response) -> set[str]:
    method, _, shape = operation.partition(" ")
    schema = _schema(spec, method, shape, answer.status)
    if schema is None:
        return set()
    kind = shape.partition("/v1.")[2].partition("/")[2].replace("/{}", "")
    found = _undescribed(schema, spec["components"], json.loads(answer.body))
    return {f"{kind}: {key}" for key in found}


def test_every_answer_has_the_described_shape(spec: dict[str, Any]) -> None:
    """Every operation the simulator serves, called once at least, answers as described (nulls apart)."""
    box = little_world(sizes=Seed(projects=3, vendors=4))
    problems, called, more = {}, set(), set()
    for steps in (_company_steps, _rfi_steps, _refused_steps):
        for method, path, body, status in steps(box):
            operation = _covered(method, path)
            if operation == "GET /rest/v1.1/vendors":
                continue
            answer = box.call(method, path, body)
            assert answer.status == status, (operation, answer.body)
            called.add(operation)
            found = _check(spec, operation, answer)
            if status < 300:
                more |= _unknown_keys(spec, operation, answer)
            if found:
                problems[operation] = found[:5]
    assert problems == {}
    assert more == NOT_DESCRIBED_KEYS
    served = {
        f"{endpoint.method} " + re.sub(r"{\w+}", "{}", endpoint.path)
        for resource in RESOURCES
        for endpoint in resource.endpoints
    }
    assert served - called == set(NOT_DESCRIBED)
