"""Submittals of version 1.1, as data (reference procore-api §12)."""

from __future__ import annotations

from typing import Any

from syncd.sandbox.message import Response
from syncd.sandbox.procore.field import Field
from syncd.sandbox.procore.find import missing, present
from syncd.sandbox.procore.read import respond
from syncd.sandbox.procore.resource import Endpoint, Filter, Resource
from syncd.sandbox.procore.state import State
from syncd.sandbox.procore.submittal_approvers import shown_approver
from syncd.sandbox.procore.submittal_lists import ELSEWHERE, in_court, listed
from syncd.sandbox.procore.table import Record, Values
from syncd.sandbox.procore.wire import Call, bad_request, invalid
from syncd.sandbox.procore.write import apply, update, wrapped

__all__ = ["SUBMITTALS"]

_FIELDS = (
    Field("number", needed=True),
    Field("title"),
    Field("description"),
    Field("revision", default="0"),
    Field("current", "flag", write="", default=True, hidden=True),
    Field("source_submittal_log_id", "int"),
    Field("private", "flag", default=False),
    Field("type"),
    Field("due_date", "day"),
    Field("issue_date", "day"),
    Field("received_date", "day"),
    Field("submit_by", "day"),
    Field("required_on_site_date", "day"),
    Field("actual_delivery_date", "day"),
    Field("confirmed_delivery_date", "day"),
    Field("lead_time", "int"),
    Field("design_team_review_time", "int"),
    Field("internal_review_time", "int"),
    Field("distributed_at", "instant", write=""),
    Field("closed_at", "instant", write=""),
    Field("status", "ref", target="submittal_statuses", shows=("status",)),
    Field("submittal_manager", "ref", target="users"),
    Field("received_from", "ref", target="users"),
    Field("responsible_contractor", "ref", target="vendors"),
    Field("distribution_members", "refs", target="users", default=()),
    Field("specification_section", "ref", target="specification_sections"),
    Field("submittal_package", "ref", target="submittal_packages"),
    Field("scheduled_task", "ref", target="scheduled_tasks"),
    Field("location", "ref", target="locations"),
    Field("cost_code", "ref", target="cost_codes"),
    Field("sub_job", "ref", target="sub_jobs"),
    Field("deleted", "flag", write="", default=False, hidden=True),
    Field("deleted_at", "instant", write=""),
)
_DERIVED = (
    "formatted_number current_revision ball_in_court approvers associated_attachments drawing_ids "
    "linked_drawing_ids submittal_workflow_template last_distributed_submittal created_by custom_fields "
    "location_id cost_code_id sub_job_id created_at updated_at"
).split()
_BINNED = (
    "id approvers ball_in_court created_at created_by current_revision custom_fields distributed_at due_date "
    "formatted_number issue_date location number private received_date received_from responsible_contractor "
    "revision specification_section status sub_job submit_by submittal_manager submittal_package title type "
    "updated_at"
).split()
_ONLY_SHOWN = {
    "source_submittal_log_id",
    "confirmed_delivery_date",
    "design_team_review_time",
    "internal_review_time",
    "location",
    "cost_code",
    "sub_job",
    "deleted_at",
}
_KEYS = ("id", *(one.name for one in _FIELDS if not one.hidden), *_DERIVED)
_LISTED = tuple(key for key in _KEYS if key not in _ONLY_SHOWN)
_SHOWN = tuple(key for key in _KEYS if key not in ("location_id", "cost_code_id", "sub_job_id"))
"""Lists give these three as bare ids, a single submittal as objects."""

_SORTS = (
    "specification_section number title type status responsible_contractor submit_by received_from "
    "received_date due_date distributed_at submittal_package anticipated_delivery_date"
).split()


def _settle(state: State, scope: int, old: Values, after: Values, user_id: int) -> Values:
    """Status and closing time of the company's own; a type by name; no number twice."""
    options = state.options
    if after["type"] and after["type"] not in options["submittal_types"].values():
        raise invalid({"type": ["is not included in the list"]})
    if after["status"] is None:
        drafts = (one for one in options["submittal_statuses"] if _group(state, one) == "Draft")
        after["status"] = next(drafts, None)
    closed = after["status"] is not None and _group(state, after["status"]) == "Closed"
    after["closed_at"] = (after["closed_at"] or state.stamp()) if closed else None
    if not after["deleted"] and state.switches.submittal_number_twice == "refused":
        _check_free(state, scope, old, after)
    return after


def _group(state: State, status: int) -> Any:
    return state.options.more.get(status, {}).get("status")


def _check_free(state: State, scope: int, old: Values, after: Values) -> None:
    """Number and revision stand once in a specification section. Raises Refusal (422)."""
    keys = ("number", "revision", "specification_section")
    for one in state.tables["submittals"].within(scope).values():
        values = one.now.values
        if values is old or values["deleted"]:
            continue
        if all(values[key] == after[key] for key in keys):
            raise invalid({"number": ["has already been taken"]})


def _derive(state: State, record: Record, values: Values) -> dict[str, Any]:
    kinds = {name: key for key, name in state.options["submittal_types"].items()}
    named = values["type"]
    every = state.tables["submittal_approvers"].within(record.id).values()
    return {
        "formatted_number": f"#{values['number']}-{values['revision']}",
        "current_revision": bool(values["current"]),
        "type": {"id": kinds.get(named), "name": named, "translated_name": named} if named else None,
        "ball_in_court": [
            {**one, "initials": None, "vendor": None}
            for user in in_court(state, record, values)
            if (one := state.name_of("users", user))
        ],
        "approvers": [shown_approver(state, one) for one in every],
        "specification_section": _section(state, values["specification_section"]),
        "submittal_package": _package(state, values["submittal_package"]),
        "location_id": values["location"],
        "cost_code_id": values["cost_code"],
        "sub_job_id": values["sub_job"],
        "created_by": state.name_of("users", values["created_by"]),
        "associated_attachments": [],
        "drawing_ids": [],
        "linked_drawing_ids": [],
        "submittal_workflow_template": None,
        "last_distributed_submittal": None,
    }


def _section(state: State, number: int | None) -> dict[str, Any] | None:
    """A section of the specifications is known by its number and what it is about."""
    named = state.name_of("specification_sections", number or 0, ("number",))
    if named is None:
        return None
    label = f"{named['number']} - {named['name']}"
    told = {"description": named["name"], "label": label, "current_revision_id": None}
    return {"id": number, "number": named["number"], **told}


def _package(state: State, number: int | None) -> dict[str, Any] | None:
    named = state.name_of("submittal_packages", number or 0, ("number",))
    return named and {"id": number, "number": named["number"], "title": named["name"]}


def _create(state: State, resource: Resource, call: Call, args: dict[str, int], scope: int) -> Response:
    """A new submittal; made of another one, it is that one's next revision."""
    sent = _taken(resource, call)
    source = _source(state, resource, scope, sent)
    record = apply(state, resource, None, scope, sent, call.who)
    if source is not None:
        before = {**source.now.values, "current": None}
        state.store(resource, source, scope, before, call.who)
    return respond(state, resource, _WRITTEN, call, (record, record.now), 201)


def _source(state: State, resource: Resource, scope: int, sent: dict[str, Any]) -> Record | None:
    """The submittal that a new one is a revision of. Raises Refusal (422)."""
    number = sent.get("source_submittal_log_id")
    if number is None:
        return None
    found = state.tables[resource.name].records.get(number) if isinstance(number, int) else None
    if found is None or found.scope != scope or found.now.values["deleted"]:
        raise invalid({"source_submittal_log_id": ["is invalid"]})
    return found


def _update(state: State, resource: Resource, call: Call, args: dict[str, int], scope: int) -> Response:
    """Both descriptions of the vendor say that a change needs the number, and nobody says so in words."""
    record = present(state, resource, call, args["id"], scope)
    if record.now.values["deleted"]:
        raise missing(resource)
    if "number" not in _taken(resource, call) and state.switches.submittal_patch_needs_number:
        raise bad_request("param is missing or the value is empty: submittal[number]")
    return update(state, resource, _WRITTEN, call, record)


def _taken(resource: Resource, call: Call) -> dict[str, Any]:
    sent = wrapped(resource, call)
    if "workflow_data" in sent:
        raise bad_request("Error Updating Approvers.")
    return sent


_LIST = "/rest/v1.1/projects/{project_id}/submittals"
_ONE = _LIST + "/{id}"
_WRITTEN = Endpoint("POST", _LIST, "call", view="show", view_key="")

SUBMITTALS = Resource(
    name="submittals",
    wrapper="submittal",
    parent="project",
    tool="submittals",
    named="title",
    custom=True,
    fields=_FIELDS,
    endpoints=(
        Endpoint("GET", _LIST, "call", view_key="", run=listed),
        Endpoint("GET", _LIST + "/recycle_bin", "call", view_key="", run=listed),
        Endpoint("POST", _LIST, "call", view_key="", run=_create),
        Endpoint("GET", _ONE, "show", view="show", view_key=""),
        Endpoint("PATCH", _ONE, "call", view_key="", run=_update),
        Endpoint("DELETE", _ONE, "delete"),
    ),
    filters={
        "id": Filter("ids"),
        "created_at": Filter("range", "created_at"),
        "updated_at": Filter("range", "updated_at"),
        "query": Filter("search", "title"),
        "number": Filter("any", "number"),
        "type": Filter("any", "type"),
        "status_id": Filter("ids", "status"),
        "submittal_manager_id": Filter("ids", "submittal_manager"),
        "submittal_package_id": Filter("ids", "submittal_package"),
        "specification_section_id": Filter("ids", "specification_section"),
        "location_id": Filter("ids", "location"),
        "received_from_id": Filter("ids", "received_from"),
        "responsible_contractor_id": Filter("ids", "responsible_contractor"),
        "task_id": Filter("ids", "scheduled_task"),
        "required_on_site_date": Filter("range", "required_on_site_date"),
        "current_revision": Filter("filled", "current"),
        "unpackaged": Filter("filled", "submittal_package"),
        # Answered by `listed`; here they pass everything.
        **{name: Filter("filled", "created_at") for name in ELSEWHERE},
    },
    views={"list": _LISTED, "show": _SHOWN, "bin": tuple(_BINNED)},
    sorts=tuple(_SORTS),
    settle=_settle,
    derive=_derive,
)
