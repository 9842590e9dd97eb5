"""Change events, in version 1.1 (reference procore-api §4)."""

from __future__ import annotations

from syncd.catalog.deleted import DeletedOnly
from syncd.catalog.make import derived, in_project, plain, pointer
from syncd.catalog.resource import Act, Path, Resource, Scope
from syncd.core.values import Kind

__all__ = ["CHANGE_EVENTS"]

_LIST = "/rest/v1.1/change_events"
_ONE = "/rest/v1.1/change_events/{id}"
_SCOPES = ("tbd", "in_scope", "out_of_scope")
_SOURCES = ("budget_change", "field_initiated_change_orders")
_ORIGINS = ("observations", "rfi", "meetings", "site_instructions", "communication", "generic_tools")

# References are objects in both directions: `status` is read and written as {id}.
_FIELDS = (
    in_project("The project it lives in: not a field, but part of every call's query."),
    plain("number", "Number", note="A text in this version; Procore numbers it where none is sent."),
    plain("title", "Title"),
    plain("description", "Description"),
    plain("scope", "Scope", Kind.CHOICE, required=True, choices=_SCOPES),
    pointer("status", "Status", "change-event-statuses", write="status.id", required=True),
    derived("status_name", "Status name", read=("status", "name")),
    derived(
        "status_group",
        "Status group",
        read=("status", "mapped_to_status"),
        note="Procore's own status that the company's status stands for.",
    ),
    pointer("change_type", "Change type", "change-types", write="change_type.id"),
    derived("change_type_name", "Change type name", read=("change_type", "name")),
    pointer("change_reason", "Change reason", "change-reasons", write="change_reason.id"),
    derived("change_reason_name", "Change reason name", read=("change_reason", "change_reason")),
    pointer(
        "prime_contract",
        "Prime contract for estimates",
        "prime-contracts",
        read=("prime_contract_for_estimates", "id"),
        write="prime_contract_for_estimates.id",
    ),
    plain(
        "event_origin_id",
        "Origin id",
        Kind.NUMBER,
        decimals=0,
        read=("event_origin", "origin_id"),
        write="event_origin.origin_id",
        note="Id of the record it grew from; map it together with its type.",
    ),
    plain(
        "event_origin_type",
        "Origin type",
        Kind.CHOICE,
        choices=_ORIGINS,
        read=("event_origin", "origin_type"),
        write="event_origin.origin_type",
    ),
    derived("event_origin_name", "Origin", read=("event_origin", "display_name")),
    derived("event_origin_url", "Origin page", Kind.URL, read=("event_origin", "web_page_url")),
    plain("source", "Source", Kind.CHOICE, choices=_SOURCES, note="Which of Procore's tools made it."),
    plain(
        "external_origin_id",
        "External id",
        read=("external_data", "origin_id"),
        write="external_data.origin_id",
        note="No filter finds a change event by it; an accounting integration may own it.",
    ),
    plain(
        "external_origin_data",
        "External data",
        read=("external_data", "origin_data"),
        write="external_data.origin_data",
    ),
    derived("currency", "Currency", read=("currency_configuration", "currency_iso_code")),
    derived("comments_enabled", "Comments enabled", Kind.CHECKBOX),
    derived("deletable", "Can be deleted", Kind.CHECKBOX),
    derived("in_recycle_bin", "In the recycle bin", Kind.CHECKBOX),
    derived("created_by", "Created by", Kind.USER, read=("created_by", "id"), target="users"),
    derived("created_at", "Created at", Kind.INSTANT),
    derived("updated_at", "Updated at", Kind.INSTANT),
    derived("deleted_at", "Deleted at", Kind.INSTANT),
)

CHANGE_EVENTS = Resource(
    name="change-events",
    title="Change events",
    scope=Scope.PROJECT,
    wrapper="change_event",
    fields=_FIELDS,
    custom=True,
    list=Path(_LIST, project_in="query"),
    show=Path(_ONE, project_in="query"),
    create=Path(_LIST, project_in="query"),
    update=Path(_ONE, project_in="query"),
    delete=Path(_ONE, project_in="query"),
    restore=Path(_ONE + "/restore", project_in="query"),
    recycle_bin=DeletedOnly(_LIST, project_in="query"),
    acts=(
        Act(
            "restore",
            "PUT",
            Path(_ONE + "/restore", project_in="query"),
            note="Brings a change event back from the recycle bin.",
        ),
    ),
    page_limit=1000,
    parent="projects",
    tool="Change Events",
    notes=(
        "One call a record to write: Procore has no bulk write for change events.",
        "A delete moves a change event to the recycle bin; `restore` brings it back.",
        "A create needs a status of the company by its id, and a scope.",
        "Lists have no filter by id: single records are read one by one, or with the whole list.",
        "Line items (`change_items`) are not fields; whether their edits move `updated_at` is not"
        " documented.",
    ),
)
