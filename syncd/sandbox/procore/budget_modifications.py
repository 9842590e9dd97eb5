"""Budget modifications, as data: transfers from one budget line to another (reference procore-api §8).

Where the company uses budget changes, nothing but reading is allowed: 405.
"""

from __future__ import annotations

from typing import Any

from syncd.sandbox.message import Response
from syncd.sandbox.procore.field import Field
from syncd.sandbox.procore.find import present
from syncd.sandbox.procore.resource import Endpoint, Resource
from syncd.sandbox.procore.state import State
from syncd.sandbox.procore.table import Values
from syncd.sandbox.procore.wire import Call, Refusal, bad_request, invalid
from syncd.sandbox.procore.write import create, remove, update, wrapped

__all__ = ["BUDGET_MODIFICATIONS"]

_LIST = "/rest/v1.0/projects/{project_id}/budget_modifications"
_ONE = f"{_LIST}/{{id}}"
_TO, _FROM = "to_budget_line_item_id", "from_budget_line_item_id"
_NEEDED = (_TO, "transfer_amount")


def _barred(state: State) -> Response | None:
    """The 405 of a company that uses budget changes."""
    if not state.switches.uses_budget_changes:
        return None
    words = "Budget modifications are read only, because budget changes are enabled"
    answer = Refusal(405, words).response(state.switches.error_shape)
    answer.headers["Allow"] = "GET"
    return answer


def _create(state: State, resource: Resource, call: Call, args: dict[str, int], scope: int) -> Response:
    return _barred(state) or create(state, resource, _CREATE, call, scope)


def _update(state: State, resource: Resource, call: Call, args: dict[str, int], scope: int) -> Response:
    barred = _barred(state)
    if barred is not None:
        return barred
    record = present(state, resource, call, args["id"], scope)
    sent = wrapped(resource, call)
    for key in _NEEDED:
        if state.switches.modification_patch_needs_all and key not in sent:
            raise bad_request(f"param is missing or the value is empty: {resource.wrapper}[{key}]")
    return update(state, resource, _UPDATE, call, record)


def _delete(state: State, resource: Resource, call: Call, args: dict[str, int], scope: int) -> Response:
    barred = _barred(state)
    if barred is not None:
        return barred
    remove(state, resource, present(state, resource, call, args["id"], scope), call.who)
    return Response(200)


def _settle(state: State, scope: int, old: Values, after: Values, user_id: int) -> Values:
    """Money goes from one line to another."""
    if after[_TO] == after[_FROM]:
        raise invalid({_FROM: ["must differ from to_budget_line_item_id"]})
    return after


def _check(state: State, before: Values | None, sent: dict[str, Any]) -> dict[str, list[str]]:
    """A company may forbid transfers that change the grand total: those from no line."""
    had = before[_FROM] if before else None
    if state.switches.grand_total_fixed and sent.get(_FROM, had) in (None, ""):
        return {_FROM: ["can't be blank"]}
    return {}


_CREATE = Endpoint("POST", _LIST, "call", run=_create)
_UPDATE = Endpoint("PATCH", _ONE, "call", run=_update)

BUDGET_MODIFICATIONS = Resource(
    name="budget_modifications",
    wrapper="budget_modification",
    fields=(
        Field(_FROM, "int", target="budget_lines"),
        Field(_TO, "int", target="budget_lines", needed=True),
        Field("transfer_amount", "money", needed=True),
        Field("notes"),
        Field("origin_id"),
        Field("origin_data"),
    ),
    endpoints=(
        Endpoint("GET", _LIST, "list", view_key="", unfiltered=True),
        Endpoint("GET", _ONE, "show", view_key=""),
        _CREATE,
        _UPDATE,
        Endpoint("DELETE", _ONE, "call", run=_delete),
    ),
    parent="project",
    tool="Budget",
    named="notes",
    echoed=True,
    check=_check,
    settle=_settle,
)
