"""RFIs (reference procore-api §7)."""

from __future__ import annotations

from syncd.catalog.make import derived, listed, plain, pointer
from syncd.catalog.resource import Filter, KeyFilter, Path, Resource, ResourceField, Scope
from syncd.core.values import Field, Kind

__all__ = ["RFIS"]

_IMPACT = ("yes_known", "yes_unknown", "no_impact", "tbd", "n_a")

_PROJECT = ResourceField(
    Field(
        "project",
        "Project",
        Kind.REFERENCE,
        on_update=False,
        required=True,
        note="The project the RFI lives in: not a field of the RFI, but part of its address.",
    ),
    read=(),
    target="projects",
    scope_id=True,
)

# What only a show returns is marked `detail`: it costs one call a record to read.
_FIELDS = (
    _PROJECT,
    plain("subject", "Subject", required=True),
    plain("number", "Number"),
    derived("full_number", "Full number"),
    plain(
        "question_body",
        "Question",
        required=True,
        on_update=False,
        detail=True,
        read=("questions", "0", "plain_text_body"),
        write="question.body",
        note="Written when the RFI is created; reading it costs one call a record.",
    ),
    derived(
        "status",
        "Status",
        Kind.CHOICE,
        choices=("draft", "open", "closed"),
        note="Procore ignores a written status; close and reopen with `accepted`.",
    ),
    plain(
        "accepted",
        "Accepted",
        Kind.CHECKBOX,
        on_create=False,
        detail=True,
        note="True closes the RFI, false reopens it; reading it costs one call a record.",
    ),
    plain("draft", "Draft", Kind.CHECKBOX, detail=True),
    plain("private", "Private", Kind.CHECKBOX),
    plain("due_date", "Due date", Kind.DAY),
    plain("reference", "Reference"),
    plain("drawing_number", "Drawing number", detail=True),
    plain(
        "cost_impact_status",
        "Cost impact",
        Kind.CHOICE,
        choices=_IMPACT,
        read=("cost_impact", "status"),
        write="cost_impact.status",
    ),
    plain(
        "cost_impact_value",
        "Cost impact value",
        Kind.MONEY,
        read=("cost_impact", "value"),
        write="cost_impact.value",
    ),
    plain(
        "schedule_impact_status",
        "Schedule impact",
        Kind.CHOICE,
        choices=_IMPACT,
        read=("schedule_impact", "status"),
        write="schedule_impact.status",
    ),
    plain(
        "schedule_impact_value",
        "Schedule impact in days",
        Kind.NUMBER,
        decimals=0,
        read=("schedule_impact", "value"),
        write="schedule_impact.value",
    ),
    pointer("rfi_manager", "RFI manager", "users", kind=Kind.USER, required=True),
    pointer(
        "received_from",
        "Received from",
        "users",
        kind=Kind.USER,
        write="received_from_login_information_id",
    ),
    listed("assignees", "Assignees", "users", write="assignee_ids", kind=Kind.USERS),
    listed(
        "distribution_list",
        "Distribution list",
        "users",
        write="distribution_ids",
        kind=Kind.USERS,
        detail=True,
    ),
    derived(
        "ball_in_courts", "Ball in court", Kind.USERS, read=("ball_in_courts", "*", "id"), target="users"
    ),
    pointer("responsible_contractor", "Responsible contractor", "vendors"),
    pointer("cost_code", "Cost code", "cost-codes"),
    pointer("location", "Location", "locations"),
    pointer("specification_section", "Specification section", "specification-sections", detail=True),
    pointer("project_stage", "Project stage", "project-stages"),
    derived("created_by", "Created by", Kind.USER, read=("created_by", "id"), target="users"),
    derived("initiated_at", "Initiated at", Kind.INSTANT),
    derived("time_resolved", "Resolved at", Kind.INSTANT),
    derived("created_at", "Created at", Kind.INSTANT),
    derived("updated_at", "Updated at", Kind.INSTANT),
)

RFIS = Resource(
    name="rfis",
    title="RFIs",
    scope=Scope.PROJECT,
    wrapper="rfi",
    fields=_FIELDS,
    custom=True,
    list=Path("/rest/v1.0/projects/{project}/rfis"),
    show=Path("/rest/v1.0/projects/{project}/rfis/{id}"),
    create=Path("/rest/v1.0/projects/{project}/rfis"),
    update=Path("/rest/v1.0/projects/{project}/rfis/{id}"),
    recycle_bin=Path("/rest/v1.0/projects/{project}/rfis/recycle_bin"),
    recycle=Path("/rest/v1.0/projects/{project}/rfis/{id}/recycle"),
    filters=(
        # A single `filters[status]` is refused with 400; only the list form works.
        Filter("status", Kind.CHOICE, ("open", "closed", "draft"), many=True),
        Filter("assigned_id", Kind.NUMBER, target="users"),
        Filter("responsible_contractor_id", Kind.NUMBER, target="vendors"),
        Filter("cost_code_id", Kind.NUMBER, target="cost-codes"),
        Filter("ball_in_court_id", Kind.NUMBER, target="users"),
        Filter("location_id", Kind.NUMBER, target="locations"),
        Filter("rfi_manager_id", Kind.NUMBER, target="users"),
        Filter("received_from_login_information_id", Kind.NUMBER, target="users"),
        Filter("prefix_stage_id", Kind.NUMBER, target="project-stages"),
        Filter("number"),
        KeyFilter("search"),
    ),
    sort=(("sort[attribute]", "created_at"), ("sort[direction]", "asc")),
    page_limit=1000,
    id_filter="filters[id]",
    parent="projects",
    tool="RFIs",
    notes=(
        "One call a record to write: Procore has no bulk write for RFIs.",
        "Procore does not delete RFIs; a person can move them to the recycle bin and back.",
    ),
)
