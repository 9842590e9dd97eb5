"""The approvers of a submittal and their answers (reference procore-api §12)."""

from __future__ import annotations

from syncd.catalog.make import derived, plain, pointer
from syncd.catalog.resource import Act, Path, Resource, ResourceField, Scope, Shape
from syncd.core.values import Field, Kind

__all__ = ["SUBMITTAL_APPROVERS"]

_UPDATE = Path("/rest/v1.0/submittal_approvers/{id}", project_in="query", parent_in="submittal_id")

_SUBMITTAL = ResourceField(
    Field(
        "submittal",
        "Submittal",
        Kind.REFERENCE,
        on_create=False,
        on_update=False,
        note="The submittal that waits for this answer: not a field, but where the approver stands.",
    ),
    read=(),
    target="submittals",
    scope_id=True,
)

_FIELDS = (
    _SUBMITTAL,
    derived("user", "Approver", Kind.USER, read=("user", "id"), target="users"),
    derived("user_name", "Approver's name", read=("user", "name")),
    derived("approver_type", "Role", note="Submitter, approver or reviewer, in Procore's words."),
    derived("workflow_group_number", "Step", Kind.NUMBER, note="Approvers of one step answer in any order."),
    derived("response_required", "Answer required", Kind.CHECKBOX),
    pointer(
        "response",
        "Response",
        "submittal-responses",
        write="submittal_response_id",
        on_create=False,
        note="An id of the project's responses, needed by every update. It can be changed, never cleared.",
    ),
    derived("response_name", "Response name", read=("response", "name")),
    plain("comment", "Comment", on_create=False, note="Sent together with the response."),
    plain(
        "sent_date",
        "Sent",
        Kind.DAY,
        on_create=False,
        note="Sent together with the response, by admins of the tool.",
    ),
    plain(
        "returned_date",
        "Returned",
        Kind.DAY,
        on_create=False,
        note="Sent together with the response, by admins of the tool.",
    ),
    derived("due_date", "Due date", Kind.DAY),
    derived("days_to_respond", "Days to respond", Kind.NUMBER),
    derived("variance", "Days late", Kind.NUMBER),
)

SUBMITTAL_APPROVERS = Resource(
    name="submittal-approvers",
    title="Submittal approvers",
    scope=Scope.RECORD,
    wrapper="submittal_approver",
    fields=_FIELDS,
    # The submittal's own show: the approvers are its `approvers`.
    list=Path("/rest/v1.1/projects/{project}/submittals/{parent}"),
    update=_UPDATE,
    update_needs=("response",),
    acts=(
        Act(
            "respond",
            "PATCH",
            _UPDATE,
            takes=("response", "comment", "sent_date", "returned_date"),
            needs=("response",),
            wrapper="submittal_approver",
            answers="nothing",
            note="Answers for an approver. Procore returns the list of the submittal's approvers.",
        ),
    ),
    shape=Shape.IN_SHOW,
    paged=False,
    updated_filter=False,
    created_filter=False,
    stamp="",
    created="",
    parent="submittals",
    tool="Submittals",
    notes=(
        "Read with the submittal they stand in: one call a submittal, and none has a time of change.",
        "Approvers cannot be created or removed by the API, and a response cannot be cleared.",
        "A response that does not fit the approver is refused with 400.",
    ),
)
