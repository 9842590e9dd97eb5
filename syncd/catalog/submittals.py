"""Submittals, in version 1.1 (reference procore-api §12)."""

from __future__ import annotations

from syncd.catalog.make import derived, in_project, listed, plain, pointer
from syncd.catalog.resource import Filter, Path, Resource, Scope
from syncd.core.values import Kind

__all__ = ["SUBMITTALS"]

_LIST = "/rest/v1.1/projects/{project}/submittals"
_ONE = "/rest/v1.1/projects/{project}/submittals/{id}"
_ADMINS = "Only an admin of the tool can set it."
_SCHEDULED = "Taken only where the project has schedule calculations enabled."
_DELIVERED = "Taken only where the project has delivery information enabled."

# What only a show returns is marked `detail`: it costs one call a record to read.
_FIELDS = (
    in_project("The project the submittal lives in: not a field, but part of its address."),
    plain(
        "number",
        "Number",
        required=True,
        note="Procore refuses a submittal without one.",
    ),
    derived("formatted_number", "Formatted number"),
    plain("title", "Title"),
    plain("description", "Description"),
    plain("revision", "Revision"),
    derived("current_revision", "Current revision", Kind.CHECKBOX),
    plain(
        "source_submittal",
        "Source submittal",
        Kind.NUMBER,
        decimals=0,
        on_update=False,
        detail=True,
        read=("source_submittal_log_id",),
        write="source_submittal_log_id",
        note="Id of the submittal that a new one is a revision of.",
    ),
    plain("private", "Private", Kind.CHECKBOX),
    pointer("status", "Status", "submittal-statuses", note=_ADMINS),
    derived("status_name", "Status name", read=("status", "name")),
    derived(
        "status_group",
        "Status group",
        read=("status", "status"),
        note="Procore's own status that the company's status stands for.",
    ),
    plain("type", "Type", read=("type", "name"), note="Written by its name, as the company calls it."),
    plain("due_date", "Due date", Kind.DAY, note="Not taken where approvers follow one another."),
    plain("issue_date", "Issue date", Kind.DAY, note=_ADMINS),
    plain("received_date", "Received date", Kind.DAY, note=_ADMINS),
    plain("submit_by", "Submit by", Kind.DAY, note=_ADMINS),
    plain("required_on_site_date", "Required on site", Kind.DAY, note=_ADMINS),
    plain("actual_delivery_date", "Actual delivery", Kind.DAY, note=_DELIVERED),
    plain("confirmed_delivery_date", "Confirmed delivery", Kind.DAY, detail=True, note=_DELIVERED),
    plain("lead_time", "Lead time in days", Kind.NUMBER, decimals=0, note=_ADMINS),
    plain(
        "design_team_review_time",
        "Design team review in days",
        Kind.NUMBER,
        decimals=0,
        detail=True,
        note=_SCHEDULED,
    ),
    plain(
        "internal_review_time",
        "Internal review in days",
        Kind.NUMBER,
        decimals=0,
        detail=True,
        note=_SCHEDULED,
    ),
    pointer("submittal_manager", "Submittal manager", "users", kind=Kind.USER, note=_ADMINS),
    pointer("received_from", "Received from", "users", kind=Kind.USER),
    pointer("responsible_contractor", "Responsible contractor", "vendors"),
    listed(
        "distribution_members",
        "Distribution",
        "users",
        write="distribution_member_ids",
        kind=Kind.USERS,
    ),
    derived("ball_in_court", "Ball in court", Kind.USERS, read=("ball_in_court", "*", "id"), target="users"),
    derived(
        "approvers",
        "Approvers",
        Kind.USERS,
        read=("approvers", "*", "user", "id"),
        target="users",
        note="Their answers are the resource submittal-approvers; Procore takes new ones in no JSON call.",
    ),
    pointer("specification_section", "Specification section", "specification-sections"),
    pointer("submittal_package", "Submittal package", "submittal-packages", note=_ADMINS),
    pointer("scheduled_task", "Scheduled task", "scheduled-tasks", note=_DELIVERED),
    # These three are bare ids in lists and objects in a show; both are understood.
    pointer("location", "Location", "locations"),
    pointer("cost_code", "Cost code", "cost-codes", note=_ADMINS),
    pointer("sub_job", "Sub job", "sub-jobs"),
    derived("created_by", "Created by", Kind.USER, read=("created_by", "id"), target="users"),
    derived("distributed_at", "Distributed at", Kind.INSTANT),
    derived("closed_at", "Closed at", Kind.INSTANT),
    derived("created_at", "Created at", Kind.INSTANT),
    derived("updated_at", "Updated at", Kind.INSTANT),
)

_BY_ID = {
    "status_id": "submittal-statuses",
    "approver_id": "users",
    "response_id": "submittal-responses",
    "submittal_manager_id": "users",
    "submittal_package_id": "submittal-packages",
    "specification_section_id": "specification-sections",
    "location_id": "locations",
    "responsible_contractor_id": "vendors",
    "task_id": "",
}

SUBMITTALS = Resource(
    name="submittals",
    title="Submittals",
    scope=Scope.PROJECT,
    wrapper="submittal",
    fields=_FIELDS,
    custom=True,
    list=Path(_LIST),
    show=Path(_ONE),
    create=Path(_LIST),
    update=Path(_ONE),
    delete=Path(_ONE),
    recycle_bin=Path(_LIST + "/recycle_bin"),
    # The description of the API calls it required there too, its text does not.
    update_needs=("number",),
    filters=(
        *(Filter(name, Kind.NUMBER, many=True, target=target) for name, target in _BY_ID.items()),
        Filter("ball_in_court_id", Kind.NUMBER, target="users"),
        Filter("received_from_id", Kind.NUMBER, target="users"),
        Filter("division", Kind.NUMBER, many=True),
        Filter("number", many=True),
        Filter("type", many=True),
        Filter("query"),
        Filter("current_revision", Kind.CHECKBOX, ("true", "false")),
        Filter("unpackaged", Kind.CHECKBOX, ("true", "false")),
    ),
    page_limit=1000,
    id_filter="filters[id]",
    parent="projects",
    tool="Submittals",
    notes=(
        "One call a record to write: Procore has no bulk write for submittals.",
        "A delete moves a submittal to the recycle bin; the API has no way back.",
        "Status is filtered by its id (`status_id`); a filter by its name has no effect.",
        "Every revision is a submittal of its own; `current_revision` leaves the older ones out.",
        "Approvers are put on a submittal in Procore: the API takes them in multipart forms alone.",
        "No e-mail is sent for what syncd writes.",
    ),
)
