"""Budget line items, as data: version 2.0 lists and deletes, 1.0 shows, creates and updates (§8).

A line is budgeted against a WBS code, which stands for a cost code and a line item type. Version 1.0
shows the two, version 2.0 the code; only the latter shows stamps, and writes money as text.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from syncd.sandbox.message import Response
from syncd.sandbox.procore.budgets import locked
from syncd.sandbox.procore.field import Field
from syncd.sandbox.procore.find import present
from syncd.sandbox.procore.read import listing
from syncd.sandbox.procore.resource import Endpoint, Filter, Resource
from syncd.sandbox.procore.state import State
from syncd.sandbox.procore.table import Record, Values
from syncd.sandbox.procore.wire import Call, Refusal, invalid
from syncd.sandbox.procore.write import remove

__all__ = ["BUDGET_LINES", "number_of", "totals", "transferred"]

_MONEY = ("original_budget_amount", "unit_cost")
_GUARDED = (*_MONEY, "quantity", "calculation_strategy")
"""What cannot be changed while the budget is locked."""

_FIELDS = (
    Field("cost_code", "ref", target="cost_codes", needed=True, shows=("code", "full_code")),
    Field("line_item_type", "ref", target="line_item_types", needed=True),
    Field("original_budget_amount", "money"),
    Field("quantity", "float"),
    Field("unit_cost", "money"),
    Field("uom"),
    Field("calculation_strategy", "choice", choices=("automatic", "manual"), default="manual"),
    Field("direct_costs", "money"),
    Field("wbs_code", "int", write=""),
)
_V1 = (
    "id original_budget_amount uom quantity unit_cost calculation_strategy approved_budget_changes "
    "revised_budget pending_budget_changes projected_budget committed_costs direct_costs "
    "pending_cost_changes projected_costs budget_forecast estimated_cost_at_completion "
    "projected_over_under cost_code division line_item_type currency_configuration"
).split()
_V2 = (
    "id original_budget_amount quantity uom unit_cost calculation_strategy project_id company_id "
    "updated_at created_at wbs_code currency_configuration"
).split()


def number_of(text: str | None) -> int | float | None:
    """Stored money as the JSON number that version 1.0 describes."""
    if text is None:
        return None
    value = Decimal(text)
    return int(value) if value == value.to_integral_value() else float(value)


def _settle(state: State, scope: int, old: Values, after: Values, user_id: int) -> Values:
    """The amount of an automatic line, its WBS code, and what a lock refuses."""
    if after["calculation_strategy"] == "automatic":
        cost = Decimal(after["unit_cost"] or 0) * Decimal(str(after["quantity"] or 0))
        after["original_budget_amount"] = f"{cost.normalize():f}" if cost % 1 else f"{int(cost)}.0"
    if (scope, "Direct Costs") not in state.tools_off:
        after["direct_costs"] = old["direct_costs"]
    if state.switches.lock_binds and locked(state, scope) and any(after[key] != old[key] for key in _GUARDED):
        raise Refusal(state.switches.locked_budget, "The budget is locked")
    after["wbs_code"] = _wbs_code(state, scope, after["cost_code"], after["line_item_type"])
    taken = state.tables["budget_lines"].within(scope).values()
    if old["wbs_code"] != after["wbs_code"] and any(
        one.now.values["wbs_code"] == after["wbs_code"] for one in taken
    ):
        raise invalid({"cost_code_id": ["has already been taken for this line item type"]})
    return after


def _wbs_code(state: State, project: int, cost_code: int, line_type: int) -> int:
    """The code that stands for the pair in a project; made when it is first budgeted."""
    pair = {"cost_code_id": cost_code, "line_item_type_id": line_type}
    for number in state.options["wbs_codes"]:
        known = state.options.more.get(number, {})
        if state.options.home.get(number, 0) == project and {key: known.get(key) for key in pair} == pair:
            return number
    code, kind = state.options["cost_codes"][cost_code], state.options["line_item_types"][line_type]
    parts = ((cost_code, "full_code", code), (line_type, "code", kind))
    flat = ".".join(str(state.options.more.get(one, {}).get(key) or name) for one, key, name in parts)
    number = state.new_id()
    described = {"flat_code": flat, "description": f"{code}.{kind}", **pair}
    state.options.put("wbs_codes", number, flat, project, described)
    return number


def _moved(state: State, record: Record, statuses: tuple[str, ...]) -> Decimal:
    """What budget changes of these statuses add to a line."""
    total = Decimal(0)
    for change in state.tables["budget_changes"].within(record.scope).values():
        if change.now.values["status"] in statuses:
            for line in change.now.values["adjustment_line_items"]:
                if line["wbs_code"] == record.now.values["wbs_code"]:
                    total += Decimal(line["amount"] or 0)
    return total


def transferred(state: State, record: Record) -> Decimal:
    """What budget modifications add to a line."""
    total = Decimal(0)
    for one in state.tables["budget_modifications"].within(record.scope).values():
        values, amount = one.now.values, Decimal(one.now.values["transfer_amount"])
        total += amount * (values["to_budget_line_item_id"] == record.id)
        total -= amount * (values["from_budget_line_item_id"] == record.id)
    return total


def _derive(state: State, record: Record, values: Values) -> dict[str, Any]:
    code = state.options.more.get(values["wbs_code"], {})
    return {
        "project_id": record.scope,
        "company_id": state.company_id,
        "division": None,
        "currency_configuration": {"currency_iso_code": "USD"},
        "wbs_code": {
            "id": values["wbs_code"],
            "flat_code": code.get("flat_code"),
            "description": code.get("description"),
        },
    }


def totals(state: State, record: Record, values: Values) -> dict[str, Decimal]:
    """What follows for a line from transfers and costs, exact."""
    approved = _moved(state, record, ("approved",)) + transferred(state, record)
    pending = _moved(state, record, ("under_review",))
    revised = Decimal(values["original_budget_amount"] or 0) + approved
    costs = Decimal(values["direct_costs"] or 0)
    return {
        "approved_budget_changes": approved,
        "pending_budget_changes": pending,
        "revised_budget": revised,
        "projected_budget": revised + pending,
        "committed_costs": Decimal(0),
        "direct_costs": costs,
        "pending_cost_changes": Decimal(0),
        "projected_costs": costs,
        "budget_forecast": revised + pending - costs,
        "estimated_cost_at_completion": revised + pending,
        "projected_over_under": Decimal(0),
    }


def _v1(state: State, record: Record, values: Values) -> dict[str, Any]:
    """Money as numbers, and what follows from transfers and costs."""
    amounts = {key: float(amount) for key, amount in totals(state, record, values).items()}
    return {**{key: number_of(values[key]) for key in _MONEY}, **amounts}


def _list(state: State, resource: Resource, call: Call, args: dict[str, int], scope: int) -> Response:
    """Version 2.0's list is a beta that a company may not have."""
    status = state.switches.lines_v2
    if status != 200:
        raise Refusal(status, "This operation is not available")
    return listing(state, resource, _LISTED, call, scope)


def _delete(state: State, resource: Resource, call: Call, args: dict[str, int], scope: int) -> Response:
    """204, unless the budget is locked or something stands on the line (422)."""
    record = present(state, resource, call, args["id"], scope)
    if locked(state, scope):
        raise Refusal(422, "The budget is locked")
    for one in state.tables["budget_modifications"].within(scope).values():
        values = one.now.values
        if record.id in (values["to_budget_line_item_id"], values["from_budget_line_item_id"]):
            raise Refusal(422, "The budget line item has budget modifications")
    remove(state, resource, record, call.who)
    return Response(204)


_LIST = "/rest/v2.0/companies/{company_id}/projects/{project_id}/budget_line_items"
_ONE = "/rest/v1.0/budget_line_items/{id}"
_LISTED = Endpoint("GET", _LIST, "call", view="v2", view_key="", envelope=True, run=_list)

BUDGET_LINES = Resource(
    name="budget_lines",
    wrapper="budget_line_item",
    fields=_FIELDS,
    endpoints=(
        _LISTED,
        Endpoint("DELETE", f"{_LIST}/{{id}}", "call", run=_delete),
        Endpoint("POST", "/rest/v1.0/budget_line_items", "create", view="v1", view_key="", project_in="body"),
        Endpoint("GET", _ONE, "show", view="v1", view_key="", project_in="query"),
        Endpoint("PATCH", _ONE, "update", view="v1", view_key="", project_in="body"),
    ),
    filters={"wbs_code_id": Filter("ids", "wbs_code")},
    views={"v1": tuple(_V1), "v2": tuple(_V2)},
    extras={"v1": _v1},
    parent="project",
    tool="Budget",
    named="uom",
    settle=_settle,
    derive=_derive,
)
