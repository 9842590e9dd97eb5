"""The look-ups of custom fields: definitions, entries of their lists, field sets (reference §21)."""

from __future__ import annotations

from typing import Any

from syncd.sandbox.message import Response
from syncd.sandbox.procore.custom import CustomField
from syncd.sandbox.procore.lookups import page_of
from syncd.sandbox.procore.resource import Endpoint, Resource
from syncd.sandbox.procore.state import State
from syncd.sandbox.procore.wire import Call, Refusal, bad_request, encode, json_text

__all__ = ["COMPANY_DEFINITIONS", "PROJECT_DEFINITIONS"]

_MOST = 100
"""The largest page of definitions (reference §17)."""


def _definition(state: State, about: CustomField, *, entries: bool) -> dict[str, Any]:
    shown: dict[str, Any] = {
        "id": about.id,
        "label": about.label,
        "active": True,
        "company_id": state.company_id,
        "data_type": about.kind,
        "variant": None,
        "description": "",
        "default_value": None,
        "configurable_field_sets_count": 1,
    }
    return shown | ({"custom_field_lov_entries": state.custom.entries(about)} if entries else {})


def _definitions(state: State, resource: Resource, call: Call, args: dict[str, int], scope: int) -> Response:
    ids, label = _ids(call), call.request.param("filters[with_label]")
    found = [
        one
        for one in state.custom.by_id.values()
        if (not ids or one.id in ids) and (label is None or label.lower() in one.label.lower())
    ]
    if call.request.param("sort") == "label":
        found.sort(key=lambda one: one.label.lower())
    return page_of(
        state, [_definition(state, one, entries=False) for one in found], call, _MOST, envelope=False
    )


def _one(state: State, resource: Resource, call: Call, args: dict[str, int], scope: int) -> Response:
    return json_text(encode(_definition(state, _found(state, args["id"]), entries=_with_entries(call))))


def _entries(state: State, resource: Resource, call: Call, args: dict[str, int], scope: int) -> Response:
    rows, ids = state.custom.entries(_found(state, args["custom_field_definition_id"])), _ids(call)
    label = (call.request.param("filters[label_with]") or "").lower()
    kept = [row for row in rows if (not ids or row["id"] in ids) and label in row["label"].lower()]
    return page_of(state, kept, call, None, envelope=False)


def _metadata(state: State, resource: Resource, call: Call, args: dict[str, int], scope: int) -> Response:
    rows = []
    for position, about in enumerate(state.custom.by_id.values(), 1):
        row = {
            "id": about.metadatum,
            "custom_field_definition_id": about.id,
            "company_id": state.company_id,
            "host_type": _class(state, about.resource),
            "source_type": _type(state, about.resource),
            "source_id": str(state.custom.sets[about.resource]),
            "default_value": None,
            "custom_fields_section_id": None,
            **_placed(about, position),
        }
        rows.append(row | ({"lov_entries": state.custom.entries(about)} if _with_entries(call) else {}))
    return page_of(state, rows, call, None, envelope=False)


def _field_sets(state: State, resource: Resource, call: Call, args: dict[str, int], scope: int) -> Response:
    wanted = {*call.request.params("types[]"), *call.request.params("filters[type][]")}
    rows = []
    for name, number in state.custom.sets.items():
        fields = {}
        for position, about in enumerate(state.custom.of(name), 1):
            fields[about.key] = {
                "id": about.metadatum,
                "name": about.key,
                "description": "",
                "custom_field_definition_id": about.id,
                **_placed(about, position),
            }
            if call.request.param("include_lov_entries") == "true":
                fields[about.key]["lov_entries"] = state.custom.entries(about)
        row = {"id": number, "name": "Default", "type": _type(state, name), "category": "", "sections": []}
        row |= {"class_name": _class(state, name), "fields": fields}
        if not wanted or row["type"] in wanted:
            rows.append(row)
    return page_of(state, rows, call, None, envelope=False)


def _placed(about: CustomField, position: int) -> dict[str, Any]:
    """Where a field stands on its form."""
    return {
        "label": about.label,
        "data_type": about.kind,
        "variant": None,
        "position": position,
        "required": False,
        "visible": True,
        "row": position,
        "column": 1,
        "column_width": 1,
    }


def _class(state: State, resource: str) -> str:
    """The vendor's class of a resource. Its own names for them are described nowhere but for observations."""
    return "".join(part.capitalize() for part in state.resources[resource].wrapper.split("_"))


def _type(state: State, resource: str) -> str:
    return f"ConfigurableFieldSet::{_class(state, resource)}"


def _found(state: State, number: int) -> CustomField:
    about = state.custom.by_id.get(number)
    if about is None:
        raise Refusal(404, "The requested custom_field_definition could not be found")
    return about


def _with_entries(call: Call) -> bool:
    return call.request.param("view") in ("with_lov_entries", "extended")


def _ids(call: Call) -> set[int]:
    sent = (*call.request.params("filters[id]"), *call.request.params("filters[id][]"))
    texts = [part.strip() for one in sent for part in one.strip("[]").split(",") if part.strip()]
    if not all(one.isascii() and one.isdigit() and len(one) < 19 for one in texts):
        raise bad_request("filters[id] must be an array of integers")
    return {int(one) for one in texts}


_OLD = "/rest/v1.0/custom_field_definitions"

COMPANY_DEFINITIONS = Resource(
    name="custom_field_definitions",
    wrapper="custom_field_definition",
    fields=(),
    endpoints=(
        Endpoint(
            "GET",
            "/rest/v1.1/companies/{company_id}/custom_field_definitions",
            "call",
            run=_definitions,
            view_key="",
        ),
        Endpoint("GET", _OLD, "call", run=_definitions, view_key="", company_in="query"),
        Endpoint("GET", f"{_OLD}/{{id}}", "call", run=_one, view_key="", company_in="query"),
        Endpoint(
            "GET",
            f"{_OLD}/{{custom_field_definition_id}}/custom_field_lov_entries",
            "call",
            run=_entries,
            view_key="",
            company_in="query",
        ),
        Endpoint(
            "GET", "/rest/v1.0/custom_field_metadata", "call", run=_metadata, view_key="", company_in="query"
        ),
        Endpoint(
            "GET",
            "/rest/v1.0/companies/{company_id}/configurable_field_sets",
            "call",
            run=_field_sets,
            view_key="",
        ),
    ),
)

PROJECT_DEFINITIONS = Resource(
    name="project_field_sets",
    wrapper="configurable_field_set",
    fields=(),
    endpoints=(
        Endpoint(
            "GET",
            "/rest/v1.0/projects/{project_id}/configurable_field_sets",
            "call",
            run=_field_sets,
            view_key="",
        ),
    ),
    parent="project",
)
