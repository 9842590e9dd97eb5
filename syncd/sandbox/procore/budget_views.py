"""Budget views: a project's budget lines as rows with the columns that a company chose (reference §8).

A view is an entry of the option list `budget_views`; every company has the standard one. What a row
always has goes by documented keys, what the view adds by the column's name (so the recorded answers),
or by its id (so the documents of another report): a switch says which.
"""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from syncd.sandbox.message import Response
from syncd.sandbox.procore.budget_lines import BUDGET_LINES, totals, transferred
from syncd.sandbox.procore.find import standing
from syncd.sandbox.procore.lookups import page_of
from syncd.sandbox.procore.read import paged
from syncd.sandbox.procore.resource import Endpoint, Resource
from syncd.sandbox.procore.state import State
from syncd.sandbox.procore.table import Record, Values
from syncd.sandbox.procore.wire import Call, Refusal, bad_request, encode, json_text

__all__ = ["BUDGET_VIEWS", "COLUMNS"]

_PATH = "/rest/v1.0/budget_views"
_ONE = f"{_PATH}/{{budget_view_id}}"
_STANDARD = 562_949_953_399_001
"""The standard view is older than all other records."""

COLUMNS = {
    "Approved Budget Changes": "approved_budget_changes",
    "Revised Budget": "revised_budget",
    "Pending Budget Changes": "pending_budget_changes",
    "Projected Budget": "projected_budget",
    "Committed Costs": "committed_costs",
    "Direct Costs": "direct_costs",
    "Pending Cost Changes": "pending_cost_changes",
    "Projected Costs": "projected_costs",
    "Estimated Cost at Completion": "estimated_cost_at_completion",
    "Projected over Under": "projected_over_under",
}
"""The columns of the standard view, by name: which amount of a line they show."""

_WORDS = (("cost_code", "Cost Code"), ("cost_type", "Cost Type"), ("vendor", "Vendor"))
"""Columns of words, whose ids are words too."""


def _views(state: State) -> dict[int, dict[str, Any]]:
    """The company's views by id."""
    standard = {"id": _STANDARD, "name": "Standard Budget View", "role": "budgeting"}
    return {one["id"]: one for one in (standard, *state.options.rows("budget_views", 0))}


def _column_id(name: str) -> str:
    """A column's id: a number, as text."""
    return str(7_001 + list(COLUMNS).index(name))


def _listed(state: State, resource: Resource, call: Call, args: dict[str, int], scope: int) -> Response:
    rows = []
    for number, view in _views(state).items():
        base = f"https://sandbox.test{_PATH}/{number}"
        links = {key: f"{base}/{key}?project_id={scope}" for key in ("detail_rows", "summary_rows")}
        rows.append(
            {
                "id": number,
                "name": view["name"],
                "description": view.get("description", ""),
                "role": view.get("role", "budgeting"),
                "created_at": view.get("created_at", "2026-01-05T08:00:00Z"),
                "updated_at": view.get("created_at", "2026-01-05T08:00:00Z"),
                "created_by": None,
                "links": links,
            }
        )
    return page_of(state, rows, call, None, envelope=False)


def _columns(state: State, resource: Resource, call: Call, args: dict[str, int], scope: int) -> Response:
    """Columns of words and of amounts, in the order they stand in."""
    _view(state, args)
    known = [(id, name, "standard") for id, name in _WORDS]
    known += [(_column_id(name), name, "source") for name in COLUMNS]
    rows = [
        {
            "id": id,
            "name": name,
            "position": place,
            "type": kind,
            "aggregatable": kind == "source",
            "filterable": kind == "standard",
            "groupable": kind == "standard",
        }
        for place, (id, name, kind) in enumerate(known, 1)
    ]
    return json_text(encode(rows))


def _rows(state: State, resource: Resource, call: Call, args: dict[str, int], scope: int) -> Response:
    """One row a line; there are no rows here for money that was spent without a line."""
    _view(state, args)
    wanted = call.request.param("budget_row_type") or "budgeted"
    if wanted not in ("budgeted", "unbudgeted", "all"):
        raise bad_request("budget_row_type must be one of budgeted, unbudgeted, all")
    moment = state.seen_at(call.as_of, state.switches.list_lag)
    found = []
    for record, version in standing(state, BUDGET_LINES, scope, moment):
        if version is not None and wanted != "unbudgeted" and _passes(call, record, version.values):
            found.append((record, version))
    page, headers = paged(found, call.request, None, state.switches)
    state.served(BUDGET_LINES, [(record.id, version) for record, version in page], call.who)
    answer = json_text(encode([_row(state, record, version.values) for record, version in page]))
    answer.headers.update(headers)
    return answer


_FILTERS: dict[str, Callable[[Record, Values], int]] = {
    "budget_line_item_id[]": lambda record, values: record.id,
    "cost_code_id[]": lambda record, values: values["cost_code"],
    "category_id[]": lambda record, values: values["line_item_type"],
}


def _passes(call: Call, record: Record, values: Values) -> bool:
    for key, read in _FILTERS.items():
        asked = {value for name, value in call.request.query if name == key}
        if asked and str(read(record, values)) not in asked:
            return False
    return True


def _row(state: State, record: Record, values: Values) -> dict[str, Any]:
    """A line as a row: money as text with two places at least, the WBS code whole and in its parts."""
    known, named = state.options.more, state.options
    code, kind = values["cost_code"], values["line_item_type"]
    wbs = known.get(values["wbs_code"], {})
    amounts = totals(state, record, values)
    project = state.name_of("projects", record.scope) or {}
    full = str(known.get(code, {}).get("full_code") or "")
    by_id = state.switches.view_row_keys == "ids"
    forecast = amounts["budget_forecast"]
    return {
        "id": record.id,
        "budget_row_id": str(values["wbs_code"]),
        "budgeted": True,
        "deletable": True,
        "wbs_code_id": values["wbs_code"],
        "wbs_code": {
            "id": values["wbs_code"],
            "flat_code": wbs.get("flat_code"),
            "flat_name": wbs.get("description"),
            "description": wbs.get("description"),
        },
        "unbudgeted_reason": None,
        "company_id": state.company_id,
        "company": state.company_name,
        "project_id": record.scope,
        "project": project.get("name"),
        "biller_id": record.scope,
        "biller": project.get("name"),
        "biller_type": "Project",
        "root_cost_code_id": code,
        "root_cost_code": f"{full} - {named['cost_codes'][code]}",
        "cost_code_id": code,
        "cost_code": f"{full} - {named['cost_codes'][code]}",
        "cost_code_origin_id": None,
        "category_id": kind,
        "category": named["line_item_types"][kind],
        "uom": values["uom"],
        "unit_cost": _text(values["unit_cost"], 4),
        "quantity": None if values["quantity"] is None else f"{Decimal(str(values['quantity'])):.12f}",
        "calculation_strategy": values["calculation_strategy"],
        "original_budget_amount": _text(values["original_budget_amount"], 2),
        "budget_modifications": _text(transferred(state, record), 2),
        "budget_forecast": {"id": record.id, "amount": _text(forecast, 2), "notes": ""},
        "currency_configuration": {"currency_iso_code": "USD"},
        **{_column_id(name) if by_id else name: _text(amounts[key], 2) for name, key in COLUMNS.items()},
    }


def _text(amount: Decimal | str | None, places: int) -> str | None:
    """An amount as text, exact, with so many places at least."""
    if amount is None:
        return None
    value = Decimal(amount)
    digits = max(places, -int(value.normalize().as_tuple().exponent))
    return f"{value:.{digits}f}"


def _view(state: State, args: dict[str, int]) -> None:
    if args["budget_view_id"] not in _views(state):
        raise Refusal(404, "The requested budget view could not be found")


BUDGET_VIEWS = Resource(
    name="budget_views",
    wrapper="budget_view",
    fields=(),
    endpoints=(
        Endpoint("GET", _PATH, "call", run=_listed, project_in="query"),
        Endpoint("GET", f"{_ONE}/budget_detail_columns", "call", run=_columns, project_in="query"),
        Endpoint("GET", f"{_ONE}/detail_rows", "call", run=_rows, project_in="query"),
    ),
    parent="project",
    tool="Budget",
)
