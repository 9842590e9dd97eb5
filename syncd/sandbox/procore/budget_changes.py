"""Budget changes: packages of adjustments, in bodies without a wrapper (reference procore-api §8).

Answers stand under `data`, though this is version 1.0 with its numbers as ids. The list holds
summaries and has no pages; a single change has its adjustment lines.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from syncd.sandbox.message import Response
from syncd.sandbox.procore.adjustments import adjusted, shown_lines
from syncd.sandbox.procore.budget_lines import number_of
from syncd.sandbox.procore.field import Field, FieldError, take
from syncd.sandbox.procore.find import present, seen, standing
from syncd.sandbox.procore.read import paged
from syncd.sandbox.procore.render import shown, with_id_texts
from syncd.sandbox.procore.resource import Endpoint, Resource
from syncd.sandbox.procore.state import State
from syncd.sandbox.procore.table import Record, Values, Version
from syncd.sandbox.procore.wire import Call, Refusal, bad_request, encode, invalid, json_text
from syncd.sandbox.procore.write import remove

__all__ = ["BUDGET_CHANGES"]

_LIST = "/rest/v1.0/projects/{project_id}/budget_changes"
_ONE = f"{_LIST}/{{id}}"
_ALL_LINES = "/rest/v2.0/companies/{company_id}/projects/{project_id}/budget_changes/adjustment_line_items"
_STATUSES = ("draft", "approved", "under_review", "void")
_LINES = "adjustment_line_items"
_LINE_KEYS = ("id", "adjustment_number", "type", "description", "uom", "quantity")
_SUMMARY = (
    "id number status title description erp_status prime_contract_id amount change_event_line_item_ids "
    "currency_configuration custom_fields"
).split()
_SHOW = (
    "id number status title description erp_status amount prime_contract attachments "
    "adjustment_line_items production_quantities currency_configuration custom_fields"
).split()


def _list(state: State, resource: Resource, call: Call, args: dict[str, int], scope: int) -> Response:
    moment = state.seen_at(call.as_of, state.switches.list_lag)
    rows = [(one, at) for one, at in standing(state, resource, scope, moment) if at is not None]
    state.served(resource, ((one.id, at) for one, at in rows), call.who)
    found = [shown(state, resource, one, at, "summary") for one, at in rows]
    if call.request.param("exclude_custom_fields") == "true":
        found = [{key: value for key, value in one.items() if key != "custom_fields"} for one in found]
    return json_text(encode({"data": found}))


def _one(state: State, resource: Resource, call: Call, args: dict[str, int], scope: int) -> Response:
    return _answer(state, resource, call, seen(state, resource, call, args["id"], scope))


def _all_lines(state: State, resource: Resource, call: Call, args: dict[str, int], scope: int) -> Response:
    """The lines of all changes of a project, each with what it belongs to, in version 2.0's form."""
    status = state.switches.change_lines_v2
    if status != 200:
        raise Refusal(status, "This operation is not available")
    moment = state.seen_at(call.as_of, state.switches.list_lag)
    found = [
        (one, at, line)
        for one, at in standing(state, resource, scope, moment)
        if at is not None
        for line in at.values[_LINES]
    ]
    page, headers = paged(found, call.request, 100, state.switches, 10)
    state.served(resource, {one.id: at for one, at, _ in page}.items(), call.who)
    rows = [with_id_texts(_line_of(one, at.values, line)) for one, at, line in page]
    answer = json_text(encode({"data": rows}))
    answer.headers.update(headers)
    return answer


def _line_of(change: Record, values: Values, line: dict[str, Any]) -> dict[str, Any]:
    return {
        **{key: line[key] for key in _LINE_KEYS},
        "amount": number_of(line["amount"]),
        "wbs_code_id": line["wbs_code"],
        "budget_change_id": change.id,
        "budget_change_number": str(values["number"]),
        "budget_change_status": values["status"],
        "budget_change_name": values["title"],
    }


def _create(state: State, resource: Resource, call: Call, args: dict[str, int], scope: int) -> Response:
    sent = call.json()
    if sent.get("status") in (None, ""):
        raise bad_request("param is missing or the value is empty: status")
    record = state.store(resource, None, scope, _taken(state, scope, resource.blank, sent), call.who)
    return _answer(state, resource, call, (record, record.now), 201)


def _update(state: State, resource: Resource, call: Call, args: dict[str, int], scope: int) -> Response:
    record = present(state, resource, call, args["id"], scope)
    before = record.now.values
    after = _taken(state, scope, before, call.json())
    if after != before or state.switches.noop_bumps_updated:
        record = state.store(resource, record, scope, after, call.who)
    return _answer(state, resource, call, (record, record.now))


def _delete(state: State, resource: Resource, call: Call, args: dict[str, int], scope: int) -> Response:
    remove(state, resource, present(state, resource, call, args["id"], scope), call.who)
    return Response(204)


def _answer(
    state: State, resource: Resource, call: Call, row: tuple[Record, Version], status: int = 200
) -> Response:
    """One change whole. The answer to a create says neither the total nor the prime contract."""
    record, version = row
    state.served(resource, [(record.id, version)], call.who)
    found = shown(state, resource, record, version, "show")
    if status == 201:
        del found["amount"], found["prime_contract"]
    return json_text(encode({"data": found}), status)


def _taken(state: State, scope: int, before: Values, sent: dict[str, Any]) -> Values:
    """The values that a body makes of a change. Raises Refusal (422) with messages by field."""
    after, problems = dict(before), {}
    for field in _FIELDS:
        if field.written_as and field.written_as in sent:
            try:
                after[field.name] = take(field, sent[field.written_as], state.switches)
            except FieldError as error:
                problems[field.written_as] = [str(error)]
    if after["status"] is None:
        problems["status"] = ["can't be blank"]
    if problems:
        raise invalid(problems)
    if after["number"] is None:
        after["number"] = _next_number(state, scope)
    after[_LINES] = adjusted(state, scope, before[_LINES], sent.get(_LINES))
    return after


def _next_number(state: State, scope: int) -> int:
    there = (one.now.values["number"] for one in state.tables["budget_changes"].within(scope).values())
    return max(there, default=0) + 1


def _derive(state: State, record: Record, values: Values) -> dict[str, Any]:
    lines = values[_LINES]
    events = [one["change_event_line_item_id"] for one in lines if one["change_event_line_item_id"]]
    return {
        "amount": float(sum(Decimal(one["amount"] or 0) for one in lines)),
        _LINES: shown_lines(state, lines),
        "change_event_line_item_ids": events,
        "erp_status": None,
        "prime_contract": None,
        "prime_contract_id": None,
        "attachments": [],
        "production_quantities": [],
        "custom_fields": {},
        "currency_configuration": {"currency_iso_code": "USD"},
    }


_FIELDS = (
    Field("number", "int"),
    Field("status", "choice", choices=_STATUSES),
    Field("title"),
    Field("description"),
    Field(_LINES, write="", default=()),
)

BUDGET_CHANGES = Resource(
    name="budget_changes",
    wrapper="budget_change",
    fields=_FIELDS,
    endpoints=(
        Endpoint("GET", _LIST, "call", run=_list),
        Endpoint("GET", _ALL_LINES, "call", run=_all_lines),
        Endpoint("POST", _LIST, "call", run=_create),
        Endpoint("GET", _ONE, "call", run=_one),
        Endpoint("PATCH", _ONE, "call", run=_update),
        Endpoint("DELETE", _ONE, "call", run=_delete),
    ),
    views={"summary": tuple(_SUMMARY), "show": tuple(_SHOW)},
    parent="project",
    tool="Budget",
    named="title",
    stamped=False,
    echoed=True,
    derive=_derive,
)
