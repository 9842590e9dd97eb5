"""Budget line items: a project's original budget, line by line (reference procore-api §8).

Version 2.0 has the only list and the delete; version 1.0 shows, creates and updates one line. What
names a line to people is its WBS code: the cost code and the line item type together.
"""

from __future__ import annotations

from dataclasses import replace

from syncd.catalog.make import derived, in_project, plain, pointer
from syncd.catalog.resource import Filter, Path, Resource, Scope, Shape
from syncd.catalog.stand_in import ViewRows, view_part
from syncd.core.values import Kind

__all__ = ["BUDGET_LINE_ITEMS"]

_V2 = "/rest/v2.0/companies/{company}/projects/{project}/budget_line_items"
_ONE = "/rest/v1.0/budget_line_items/{id}"
_VIEWS = "/rest/v1.0/budget_views"
_LOCKED = "Held while the budget is locked."
_SHOWN = "Only the list has it; reading a single line leaves it out."

_AMOUNTS = (
    ("approved_budget_changes", "Approved budget changes"),
    ("pending_budget_changes", "Pending budget changes"),
    ("revised_budget", "Revised budget"),
    ("projected_budget", "Projected budget"),
    ("committed_costs", "Committed costs"),
    ("pending_cost_changes", "Pending cost changes"),
    ("projected_costs", "Projected costs"),
    ("budget_forecast", "Budget forecast"),
    ("estimated_cost_at_completion", "Estimated cost at completion"),
    ("projected_over_under", "Projected over or under"),
)

_ORIGINAL = tuple(
    replace(one, locked_by="budgets")
    for one in (
        plain(
            "calculation_strategy",
            "Calculation",
            Kind.CHOICE,
            choices=("automatic", "manual"),
            note=f"automatic: the original amount is quantity times unit cost, and cannot be set. {_LOCKED}",
        ),
        plain("original_budget_amount", "Original amount", Kind.MONEY, note=_LOCKED),
        plain("quantity", "Quantity", Kind.NUMBER, note=_LOCKED),
        plain("unit_cost", "Unit cost", Kind.MONEY, note=_LOCKED),
    )
)

# What only version 1.0 returns is marked `detail`: it costs one call a line to read.
_FIELDS = (
    in_project("The project whose budget it is: not a field of the line, but part of every call."),
    pointer(
        "cost_code",
        "Cost code",
        "cost-codes",
        required=True,
        detail=True,
        note="One half of the WBS code; reading it costs one call a line.",
    ),
    pointer(
        "line_item_type",
        "Line item type",
        "line-item-types",
        required=True,
        detail=True,
        note="The other half of the WBS code (the cost type); reading it costs one call a line.",
    ),
    derived(
        "wbs_code",
        "WBS code",
        Kind.REFERENCE,
        read=("wbs_code", "id"),
        target="wbs-codes",
        note=f"Cost code and line item type together: written as these two. {_SHOWN}",
    ),
    derived("wbs_flat_code", "WBS code as text", read=("wbs_code", "flat_code"), note=_SHOWN),
    derived("wbs_description", "WBS description", read=("wbs_code", "description"), note=_SHOWN),
    derived("cost_code_name", "Cost code, name", read=("cost_code", "name"), detail=True),
    derived("cost_code_full_code", "Cost code, full", read=("cost_code", "full_code"), detail=True),
    derived("line_item_type_name", "Line item type, name", read=("line_item_type", "name"), detail=True),
    derived("division_name", "Division", read=("division", "name"), detail=True),
    *_ORIGINAL,
    plain("uom", "Unit of measure", note="Must be one of the company's units."),
    *(derived(name, label, Kind.MONEY, detail=True) for name, label in _AMOUNTS),
    plain(
        "direct_costs",
        "Direct costs",
        Kind.MONEY,
        on_create=False,
        detail=True,
        note="Written only where the project's Direct Costs tool is off.",
    ),
    derived("currency", "Currency", read=("currency_configuration", "currency_iso_code")),
    derived("created_at", "Created at", Kind.INSTANT, note=_SHOWN),
    derived("updated_at", "Updated at", Kind.INSTANT, note=_SHOWN),
)

# Columns of Procore's standard view go by names that its interface shows; a company may have changed them.
_VIEW_ROWS = ViewRows(
    views=view_part("budget-views", "Budget views", _VIEWS),
    rows=view_part("budget-view-rows", "Budget view rows", f"{_VIEWS}/{{id}}/detail_rows"),
    columns=Path(f"{_VIEWS}/{{id}}/budget_detail_columns", project_in="query"),
    role="budgeting",
    params=(("budget_row_type", "budgeted"),),
    keys=(
        *((key, (key,)) for key in ("id", "wbs_code", "original_budget_amount", "quantity", "unit_cost")),
        *((key, (key,)) for key in ("uom", "calculation_strategy", "currency_configuration")),
        ("cost_code_id", ("cost_code", "id")),
        ("category_id", ("line_item_type", "id")),
        ("category", ("line_item_type", "name")),
    ),
    named=(
        *((label, name) for name, label in _AMOUNTS),
        ("Projected over Under", "projected_over_under"),
        ("Direct Costs", "direct_costs"),
    ),
    proof=(("cost_code", "id"), ("line_item_type", "id")),
)

BUDGET_LINE_ITEMS = Resource(
    name="budget-line-items",
    title="Budget line items",
    scope=Scope.PROJECT,
    wrapper="budget_line_item",
    fields=_FIELDS,
    list=Path(_V2),
    show=Path(_ONE, project_in="query"),
    create=Path("/rest/v1.0/budget_line_items", project_in="body"),
    update=Path(_ONE, project_in="body"),
    delete=Path(_V2 + "/{id}"),
    shape=Shape.DATA,
    view_rows=_VIEW_ROWS,
    unique=("cost_code", "line_item_type"),
    filters=(Filter("wbs_code_id", Kind.NUMBER, many=True, target="wbs-codes"),),
    page_limit=100,
    updated_filter=False,
    created_filter=False,
    parent="projects",
    tool="Budget",
    notes=(
        "The list is a beta of Procore's version 2.0: 100 lines a page, and no filter by time, so each look"
        " reads a project's whole list.",
        "Where Procore does not answer that list, the rows of the project's oldest budget view are read in"
        " its place, at three calls more a day and project. Rows have no time stamps, and their totals"
        " are what the view's columns of these names say; `syncd doctor` names the view.",
        "Original amounts, quantities and unit costs are held while the budget is locked, whatever Procore"
        " would say: the lock is looked up first, a call a minute and project at most. A transfer"
        " (`budget-modifications`) moves money then.",
        "A line's WBS code is its cost code with its line item type. No two lines of a project share one.",
        "The bulk write is not used: it takes no cost code, and a repeat without ids makes lines again.",
        "Amounts of costs and forecasts follow from other tools; they move without the line's own time of"
        " change.",
    ),
)
