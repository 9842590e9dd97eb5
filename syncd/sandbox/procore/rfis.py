"""RFIs and their replies, as data (reference procore-api §7)."""

from __future__ import annotations

import re
from html import escape
from typing import Any

from syncd.sandbox.procore.field import Field
from syncd.sandbox.procore.resource import Endpoint, Filter, Resource
from syncd.sandbox.procore.state import State
from syncd.sandbox.procore.table import Record, Values
from syncd.sandbox.procore.wire import Refusal

__all__ = ["REPLIES", "RFIS"]

_IMPACT = ("yes_known", "yes_unknown", "no_impact", "tbd", "n_a")
_NO_IMPACT = {"status": None, "value": None}
_TAG = re.compile(r"<[^>]*>")

_FIELDS = (
    Field("subject", needed=True),
    Field("number"),
    Field("prefix", write=""),
    Field("reference", default=""),
    Field("due_date", "day"),
    Field("private", "flag", default=False),
    Field("draft", "flag", default=False),
    Field("accepted", "flag", default=False),
    Field("status", write=""),
    Field("initiated_at", "instant", write=""),
    Field("time_resolved", "instant", write=""),
    Field("deleted", "flag", write="", default=False),
    Field("deleted_at", "instant", write=""),
    Field("rfi_manager", "ref", target="users", needed=True),
    Field("received_from", "ref", write="received_from_login_information_id", target="users"),
    Field("assignees", "refs", target="users", default=()),
    Field("distribution_list", "refs", write="distribution_ids", target="users", default=()),
    Field("responsible_contractor", "ref", target="vendors"),
    Field("project_stage", "ref", target="project_stages"),
    Field("location", "ref", target="locations"),
    Field("cost_code", "ref", target="cost_codes"),
    Field("specification_section", "ref", target="specification_sections"),
    Field("drawing_number", default=""),
    Field("cost_impact", "impact", choices=_IMPACT, default=_NO_IMPACT),
    Field("schedule_impact", "impact", choices=_IMPACT, default=_NO_IMPACT),
    Field("question", "body", needed=True),
)
_SHOW_ONLY = {
    "accepted",
    "draft",
    "ball_in_court_role",
    "custom_textfield_1",
    "custom_textfield_2",
    "distribution_list",
    "drawing_ids",
    "drawing_number",
    "specification_section",
    "question",
}
_DERIVED = (
    "full_number link translated_status created_by assignee ball_in_court ball_in_courts ball_in_court_role "
    "location_id sub_job custom_textfield_1 custom_textfield_2 custom_fields drawing_ids questions "
    "created_at updated_at"
).split()
_LIST = tuple(key for key in ("id", *(one.name for one in _FIELDS), *_DERIVED) if key not in _SHOW_ONLY)
_SHOW = tuple(key for key in ("id", *(one.name for one in _FIELDS), *_DERIVED) if key != "question")


def _settle(state: State, scope: int, old: Values, after: Values, user_id: int) -> Values:
    """Number, status and times, which the server sets; `status` itself cannot be written."""
    new = old["status"] is None
    if not new and not old["draft"]:
        after["draft"] = False  # only a draft's draft flag can be changed
    if after["draft"]:
        after["accepted"] = False
    elif not after["number"]:
        after["number"] = _next_number(state, scope)
    if not after["draft"] and not after["initiated_at"]:
        after["initiated_at"] = state.stamp()
    if after["accepted"] and not after["time_resolved"]:
        after["time_resolved"] = state.stamp()
    elif not after["accepted"]:
        after["time_resolved"] = None
    if after["deleted"]:
        after["status"] = "recycled"
    else:
        after["status"] = "draft" if after["draft"] else "closed" if after["accepted"] else "open"
    if new and after["received_from"] is None:
        after["received_from"] = user_id
    return after


def _next_number(state: State, scope: int) -> str:
    numbers = (one.now.values["number"] for one in state.tables["rfis"].within(scope).values())
    return str(max((int(one) for one in numbers if one and one.isascii() and one.isdigit()), default=0) + 1)


def _in_court(values: Values) -> tuple[int, ...]:
    """The users an open RFI waits for: its assignees, or without any its manager."""
    if values["status"] != "open":
        return ()
    manager = values["rfi_manager"]
    return values["assignees"] or ((manager,) if manager else ())


def _derive(state: State, record: Record, values: Values) -> dict[str, Any]:
    assignees = [one for user in values["assignees"] if (one := state.name_of("users", user))]
    waits = [one for user in _in_court(values) if (one := state.name_of("users", user))]
    number = f"{values['prefix'] or ''}{values['number']}" if values["number"] else None
    blank = {"label": None, "value": ""}
    return {
        "full_number": number,
        "link": f"https://app.example.com/{record.scope}/project/rfi/show/{record.id}",
        "translated_status": values["status"].capitalize(),
        "created_by": state.name_of("users", values["created_by"]),
        "assignees": [{**one, "locale": "", "response_required": False} for one in assignees],
        "assignee": assignees[0] if assignees else None,
        "ball_in_courts": waits,
        "ball_in_court": waits[0] if waits else None,
        "ball_in_court_role": None if not waits else "assignees" if assignees else "rfi_manager",
        "location_id": values["location"],
        "sub_job": None,
        "custom_textfield_1": blank,
        "custom_textfield_2": blank,
        "drawing_ids": [],
        "questions": [{"id": record.id + 1, "body": values["question"], "errors": []}],
    }


def _with_answers(state: State, record: Record, values: Values) -> dict[str, Any]:
    """Only a single RFI carries its answers; list rows do not."""
    creator = state.name_of("users", values["created_by"])
    answers = [
        {"id": reply.id, **_derive_reply(state, reply, reply.now.values)}
        for reply in state.tables["replies"].within(record.id).values()
    ]
    question = {
        "id": record.id + 1,
        "created_by": creator["name"] if creator else None,
        "question_date": values["created_at"],
        "plain_text_body": _TAG.sub("", values["question"] or ""),
        "rich_text_body": _rich(values["question"] or ""),
        "attachments": [],
        "answers": answers,
    }
    return {"questions": [question]}


def _rich(body: str) -> str:
    return body if body.startswith("<") else f"<p>{escape(body, quote=False)}</p>"


def _derive_reply(state: State, record: Record, values: Values) -> dict[str, Any]:
    author = state.name_of("users", values["created_by"])
    body = values["body"] or ""
    return {
        "official": values["official"],
        "answer_date": values["created_at"],
        "plain_text_body": _TAG.sub("", body),
        "rich_text_body": _rich(body),
        "created_by": author["name"] if author else None,
        "created_by_id": values["created_by"],
        "attachments": [],
    }


def _settle_reply(state: State, scope: int, old: Values, after: Values, user_id: int) -> Values:
    """A closed RFI takes no replies; of a reply only `official` can be changed."""
    if old["body"] is not None:
        return {**after, "body": old["body"]}
    if state.tables["rfis"].records[scope].now.values["status"] == "closed":
        raise Refusal(403, "You cannot reply to a closed RFI")
    return after


_ONE = "/rest/v1.0/projects/{project_id}/rfis/{id}"
_REPLIES = "/rest/v1.0/projects/{project_id}/rfis/{rfi_id}/replies"

RFIS = Resource(
    name="rfis",
    wrapper="rfi",
    parent="project",
    tool="rfis",
    named="subject",
    custom=True,
    fields=_FIELDS,
    endpoints=(
        Endpoint("GET", "/rest/v1.0/projects/{project_id}/rfis", "list", view="list", view_key=""),
        Endpoint("POST", "/rest/v1.0/projects/{project_id}/rfis", "create", view="show"),
        Endpoint("GET", _ONE, "show", view="show", view_key=""),
        Endpoint("PATCH", _ONE, "update", view="show"),
        Endpoint("PATCH", _ONE + "/recycle", "recycle"),
        Endpoint("PATCH", _ONE + "/retrieve", "retrieve"),
        Endpoint(
            "GET",
            "/rest/v1.0/projects/{project_id}/rfis/recycle_bin",
            "recycle_bin",
            view="list",
            view_key="",
        ),
    ),
    filters={
        "id": Filter("ids"),
        "status": Filter("choices", "status"),
        "created_at": Filter("range", "created_at"),
        "updated_at": Filter("range", "updated_at"),
        "assigned_id": Filter("ids", "assignees"),
        "rfi_manager_id": Filter("ids", "rfi_manager"),
        "responsible_contractor_id": Filter("ids", "responsible_contractor"),
        "received_from_login_information_id": Filter("ids", "received_from"),
        "ball_in_court_id": Filter("ids", read=_in_court),
        "prefix_stage_id": Filter("ids", "project_stage"),
        "cost_code_id": Filter("ids", "cost_code"),
        "location_id": Filter("ids", "location"),
        "number": Filter("text", "number"),
        "search": Filter("search", "subject number", plain=True),
    },
    views={"list": _LIST, "show": _SHOW},
    extras={"show": _with_answers},
    sorts=("id", "number", "subject", "status", "due_date", "created_at", "updated_at"),
    settle=_settle,
    derive=_derive,
)

REPLIES = Resource(
    name="replies",
    wrapper="reply",
    parent="rfis",
    tool="rfis",
    named="body",
    fields=(Field("body", needed=True), Field("official", "flag", default=False)),
    endpoints=(
        Endpoint("GET", _REPLIES, "list", view="reply", view_key="", unfiltered=True),
        Endpoint("POST", _REPLIES, "create", view="reply"),
        Endpoint("GET", _REPLIES + "/{id}", "show", view="reply", view_key=""),
        Endpoint("PATCH", _REPLIES + "/{id}", "update", view="reply"),
        Endpoint("DELETE", _REPLIES + "/{id}", "delete"),
    ),
    views={"reply": ("id", "official")},
    extras={"reply": _derive_reply},
    stamped=False,
    settle=_settle_reply,
)
