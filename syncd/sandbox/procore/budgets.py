"""Budgets, as data: one a project, locked or not (reference procore-api §8)."""

from __future__ import annotations

from syncd.sandbox.message import Response
from syncd.sandbox.procore.field import Field
from syncd.sandbox.procore.find import only
from syncd.sandbox.procore.resource import Endpoint, Resource
from syncd.sandbox.procore.state import State
from syncd.sandbox.procore.wire import Call, Refusal, bad_request, encode, json_text
from syncd.sandbox.procore.write import remove

__all__ = ["BUDGETS", "locked"]

_PATH = "/rest/v1.0/projects/{project_id}/budget"
_DESTROY = "destroy_all_budget_line_item_transfers"


def locked(state: State, project: int) -> bool:
    """Whether the project's budget is locked."""
    table = state.tables["budgets"].within(project)
    return any(one.now.values["locked"] for one in table.values())


def _turn(state: State, resource: Resource, call: Call, project: int, to: bool) -> None:
    """Lock or unlock. Where it is so already the switch says what comes of it."""
    record = only(state, resource, project)
    if record.now.values["locked"] is to:
        if state.switches.lock_again == "refused":
            raise Refusal(422, f"The budget is already {'locked' if to else 'unlocked'}")
        return
    state.store(resource, record, project, {**record.now.values, "locked": to}, call.who)


def _lock(state: State, resource: Resource, call: Call, args: dict[str, int], scope: int) -> Response:
    _turn(state, resource, call, scope, True)
    return json_text(encode({"locked": True}), 201)


def _unlock(state: State, resource: Resource, call: Call, args: dict[str, int], scope: int) -> Response:
    """Unlocking wipes the project's budget modifications, unless it is told not to."""
    destroy = (call.request.param(_DESTROY) or "true").lower()
    if destroy not in ("true", "false"):
        raise bad_request(f"{_DESTROY} must be true or false")
    _turn(state, resource, call, scope, False)
    if destroy == "true":
        transfers = state.resources["budget_modifications"]
        for record in list(state.tables[transfers.name].within(scope).values()):
            remove(state, transfers, record, call.who)
    return json_text(encode({"locked": False}))


BUDGETS = Resource(
    name="budgets",
    wrapper="budget",
    fields=(Field("locked", "flag", write="", default=False),),
    endpoints=(
        Endpoint("GET", _PATH, "one", view_key=""),
        Endpoint("POST", f"{_PATH}/lock", "call", run=_lock),
        Endpoint("DELETE", f"{_PATH}/lock", "call", run=_unlock),
    ),
    parent="project",
    tool="Budget",
    named="locked",
    single=True,
    stamped=False,
)
