"""The approvers of submittals, as data (reference procore-api §12).

They stand in their submittal and have one operation of their own: the answer. Nobody makes or
removes one by the API; people do it in the web application.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from syncd.sandbox.message import Response
from syncd.sandbox.procore.field import Field
from syncd.sandbox.procore.find import present
from syncd.sandbox.procore.resource import Endpoint, Resource
from syncd.sandbox.procore.state import State
from syncd.sandbox.procore.table import Record, Values
from syncd.sandbox.procore.wire import Call, bad_request, encode, json_text
from syncd.sandbox.procore.write import apply, wrapped

__all__ = ["APPROVERS", "shown_approver", "waiting"]

_ANSWER = ("submittal_response_id", "comment", "sent_date", "returned_date")
"""What the operation takes; anything else is dropped without a word."""

_FIELDS = (
    Field("user", "ref", target="users", needed=True),
    Field("approver_type", "choice", choices=("Submitter", "Approver", "Reviewer"), default="Approver"),
    Field("response_required", "flag", default=True),
    Field("workflow_group_number", "int", default=1),
    Field("due_date", "day"),
    Field("days_to_respond", "int"),
    Field(
        "response",
        "ref",
        write="submittal_response_id",
        target="submittal_responses",
        shows=("considered",),
    ),
    Field("comment"),
    Field("sent_date", "day"),
    Field("returned_date", "day"),
)


def shown_approver(state: State, record: Record) -> dict[str, Any]:
    """One approver as it reads in its submittal."""
    values = record.now.values
    plain = ("approver_type", "response_required", "workflow_group_number", "due_date", "days_to_respond")
    return {
        "id": record.id,
        **{key: values[key] for key in (*plain, "comment", "sent_date", "returned_date")},
        "user": state.name_of("users", values["user"]),
        "response": state.name_of("submittal_responses", values["response"] or 0, ("considered",)),
        "variance": _late(values),
        "associated_attachments": [],
    }


def waiting(state: State, submittal: int) -> list[int]:
    """The users of the first step in which somebody has not answered, who have not."""
    every = [one.now.values for one in state.tables["submittal_approvers"].within(submittal).values()]
    silent = [one for one in every if _considered(state, one["response"]) in (None, "pending")]
    first = min((one["workflow_group_number"] or 0 for one in silent), default=0)
    return [one["user"] for one in silent if (one["workflow_group_number"] or 0) == first]


def _considered(state: State, response: int | None) -> Any:
    return state.options.more.get(response or 0, {}).get("considered", "") if response else None


def _late(values: Values) -> int | None:
    """Days between the day an answer was due and the day it came."""
    due, came = values["due_date"], values["returned_date"]
    return (date.fromisoformat(came) - date.fromisoformat(due)).days if due and came else None


def _respond(state: State, resource: Resource, call: Call, args: dict[str, int], scope: int) -> Response:
    """An answer: it is needed in every call, can be changed and never cleared. 200 with a list."""
    record = present(state, resource, call, args["id"], scope)
    sent = {key: value for key, value in wrapped(resource, call).items() if key in _ANSWER}
    if sent.get("submittal_response_id") in (None, ""):
        raise bad_request("param is missing or the value is empty: submittal_response_id")
    if not _fits(state, record.now.values, sent["submittal_response_id"]):
        raise bad_request("Invalid Submittal Response for the specified Submittal Approver")
    before = record.now.values["response"]
    if "returned_date" not in sent and str(before) != str(sent["submittal_response_id"]):
        sent["returned_date"] = state.stamp()[:10]
    record = apply(state, resource, record, scope, sent, call.who)
    if state.switches.approver_bumps_submittal:
        above = state.tables["submittals"].records[scope]
        state.store(state.resources["submittals"], above, above.scope, above.now.values, call.who)
    every = list(state.tables[resource.name].within(scope).values())
    answered = every if state.switches.approver_answer == "all" else [record]
    state.served(resource, ((one.id, one.now) for one in answered), call.who)
    return json_text(encode([_told(one) for one in answered]))


def _fits(state: State, values: Values, response: Any) -> bool:
    """Whether an approver may give that answer: only who submits can say `submitted`."""
    number = int(response) if str(response).isascii() and str(response).isdigit() else 0
    if number not in state.options["submittal_responses"]:
        return False
    return (_considered(state, number) == "submitted") is (values["approver_type"] == "Submitter")


def _told(record: Record) -> dict[str, Any]:
    """An approver as it reads in the answer to an answer."""
    values = record.now.values
    return {
        "id": record.id,
        "attachments": [],
        **{key: values[key] for key in ("comment", "returned_date", "sent_date", "days_to_respond")},
        "submittal_response_id": values["response"],
    }


APPROVERS = Resource(
    name="submittal_approvers",
    wrapper="submittal_approver",
    parent="submittals",
    tool="submittals",
    named="comment",
    fields=_FIELDS,
    endpoints=(
        Endpoint(
            "PATCH",
            "/rest/v1.0/submittal_approvers/{id}",
            "call",
            view_key="",
            project_in="query",
            parent_in="submittal_id",
            run=_respond,
        ),
    ),
    stamped=False,
)
