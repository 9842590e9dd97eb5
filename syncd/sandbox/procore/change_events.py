"""Change events of version 1.1, as data (reference procore-api §4).

References are objects in both directions here: `status: {id}` is written, and read with a name.
"""

from __future__ import annotations

from typing import Any

from syncd.sandbox.message import Response
from syncd.sandbox.procore.field import Field
from syncd.sandbox.procore.find import missing, present
from syncd.sandbox.procore.read import respond
from syncd.sandbox.procore.resource import Endpoint, Filter, Resource
from syncd.sandbox.procore.state import State
from syncd.sandbox.procore.table import Record, Values
from syncd.sandbox.procore.wire import Call, invalid
from syncd.sandbox.procore.write import apply, wrapped

__all__ = ["CHANGE_EVENTS"]

_ORIGIN_ID, _ORIGIN_TYPE = "event_origin.origin_id", "event_origin.origin_type"
_ORIGINS = ("observations", "rfi", "meetings", "site_instructions", "communication", "generic_tools")

_FIELDS = (
    Field("number"),
    Field("title"),
    Field("description"),
    Field("scope", "choice", choices=("tbd", "in_scope", "out_of_scope"), needed=True),
    Field(
        "status",
        "ref",
        write="status",
        target="change_event_statuses",
        needed=True,
        shows=("mapped_to_status",),
    ),
    Field("change_type", "ref", write="change_type", target="change_types", shows=("abbreviation",)),
    Field("change_reason", "ref", write="change_reason", target="change_reasons"),
    Field(
        "prime_contract_for_estimates",
        "ref",
        write="prime_contract_for_estimates",
        target="prime_contracts",
        shows=("number",),
    ),
    Field("event_origin_id", "int", write=_ORIGIN_ID, hidden=True),
    Field("event_origin_type", "choice", write=_ORIGIN_TYPE, choices=_ORIGINS, hidden=True),
    Field("origin_id", write="external_data.origin_id", hidden=True),
    Field("origin_data", write="external_data.origin_data", hidden=True),
    Field("source", "choice", choices=("budget_change", "field_initiated_change_orders")),
    Field(
        "source_of_revenue_rom",
        "choice",
        choices=("latest_cost", "manual", "automatic", "no_revenue_expected"),
        hidden=True,
    ),
    Field("deleted", "flag", write="", default=False, hidden=True),
    Field("deleted_at", "instant", write=""),
)

_OBJECTS = {
    "status": ("id",),
    "change_type": ("id",),
    "change_reason": ("id",),
    "prime_contract_for_estimates": ("id",),
    "event_origin": ("origin_id", "origin_type"),
    "external_data": ("origin_id", "origin_data"),
}
"""The keys that hold an object, and what is taken from each."""


def _flat(sent: dict[str, Any]) -> dict[str, Any]:
    """A body with its objects taken apart: `{"status": {"id": 5}}` becomes `{"status": 5}`.

    Null clears every part. Raises Refusal (422) for a bare value where an object belongs.
    """
    flat = {key: value for key, value in sent.items() if key not in _OBJECTS and "." not in key}
    for key in _OBJECTS.keys() & sent.keys():
        value = {} if sent[key] is None else sent[key]
        if not isinstance(value, dict):
            raise invalid({key: ["must be an object"]})
        for part in _OBJECTS[key]:
            if part in value or sent[key] is None:
                flat[key if part == "id" else f"{key}.{part}"] = value.get(part)
    return flat


def _create(state: State, resource: Resource, call: Call, args: dict[str, int], scope: int) -> Response:
    record = apply(state, resource, None, scope, _flat(wrapped(resource, call)), call.who)
    return respond(state, resource, _WRITTEN, call, (record, record.now), 201)


def _update(state: State, resource: Resource, call: Call, args: dict[str, int], scope: int) -> Response:
    record = present(state, resource, call, args["id"], scope)
    if record.now.values["deleted"]:
        raise missing(resource)
    apply(state, resource, record, scope, _flat(wrapped(resource, call)), call.who)
    return respond(state, resource, _WRITTEN, call, (record, record.now))


def _whole_origin(state: State, before: Values | None, sent: dict[str, Any]) -> dict[str, list[str]]:
    """An origin has an id and a type, or neither."""
    old = before or {}
    number = sent.get(_ORIGIN_ID, old.get("event_origin_id"))
    kind = sent.get(_ORIGIN_TYPE, old.get("event_origin_type"))
    if (number in (None, "")) is not (kind in (None, "")):
        return {"event_origin": ["must have an origin_id and an origin_type"]}
    return {}


def _settle(state: State, scope: int, old: Values, after: Values, user_id: int) -> Values:
    """An event without a number gets the next one of its project."""
    if not after["number"]:
        every = (one.now.values["number"] for one in state.tables["change_events"].within(scope).values())
        taken = [int(one) for one in every if one and one.isascii() and one.isdigit()]
        after["number"] = f"{max(taken, default=0) + 1:03}"
    return after


def _derive(state: State, record: Record, values: Values) -> dict[str, Any]:
    reason = state.name_of("change_reasons", values["change_reason"] or 0)
    return {
        "change_reason": reason and {"id": reason["id"], "change_reason": reason["name"]},
        "event_origin": _origin(state, record, values),
        "external_data": {"origin_id": values["origin_id"], "origin_data": values["origin_data"]},
        "created_by": state.name_of("users", values["created_by"]),
        "project_id": record.scope,
        "company_id": state.company_id,
        "comments_enabled": True,
        "in_recycle_bin": values["deleted"],
        "deletable": not values["deleted"],
        "attachments": [],
        "change_items": [],
        "markup_items": [],
        "production_quantities": [],
        "currency_configuration": {"currency_iso_code": "USD"},
    }


def _origin(state: State, record: Record, values: Values) -> dict[str, Any] | None:
    number, kind = values["event_origin_id"], values["event_origin_type"]
    if number is None or kind is None:
        return None
    rfi = state.tables["rfis"].records.get(number) if kind == "rfi" else None
    return {
        "origin_id": number,
        "origin_type": kind,
        "display_name": rfi.now.values["subject"] if rfi else f"{kind} {number}",
        "web_page_url": f"https://app.example.com/{record.scope}/project/{kind}/{number}",
    }


_LIST, _ONE = "/rest/v1.1/change_events", "/rest/v1.1/change_events/{id}"
_WRITTEN = Endpoint("POST", _LIST, "call", view_key="")

CHANGE_EVENTS = Resource(
    name="change_events",
    wrapper="change_event",
    parent="project",
    tool="change_events",
    named="title",
    custom=True,
    fields=_FIELDS,
    endpoints=(
        Endpoint("GET", _LIST, "list", view_key="", project_in="query"),
        Endpoint("POST", _LIST, "call", view_key="", project_in="query", run=_create),
        Endpoint("GET", _ONE, "show", view_key="", project_in="query"),
        Endpoint("PATCH", _ONE, "call", view_key="", project_in="query", run=_update),
        Endpoint("DELETE", _ONE, "delete", status=204, project_in="query"),
        Endpoint("PUT", _ONE + "/restore", "restore", view_key="", project_in="query"),
    ),
    filters={
        "created_at": Filter("range", "created_at"),
        "updated_at": Filter("range", "updated_at"),
        "include_deleted": Filter("deleted"),
    },
    check=_whole_origin,
    settle=_settle,
    derive=_derive,
)
