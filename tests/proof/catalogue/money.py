"""Budgets: line items, modifications and changes."""

from __future__ import annotations

from tests.proof.catalogue.company import home
from tests.proof.catalogue.meaning import Sort, Word

__all__ = ["CHANGES", "LINES", "MODIFICATIONS"]

LINES = Sort(
    "budget-line-items",
    "Budget Lines",
    "budget_lines",
    (
        home("projects"),
        Word(
            "cost_code", "Cost Code", "name", write="cost_code_id", by="full_code", options="cost_codes",
            edited=False, typed=False, needed=True,
        ),
        Word(
            "line_item_type", "Cost Type", "name", write="line_item_type_id", by="name",
            options="line_item_types", edited=False, typed=False, needed=True,
        ),
        Word("original_budget_amount", "Amount", "money", column="currency"),
        Word("quantity", "Quantity", "number", column="numeric"),
        Word("unit_cost", "Unit Cost", "money", column="currency"),
        Word("uom", "Unit"),
    ),
    home="projects",
    lineage="cost_code",
    match=(("cost_code",),),
    tool="Budget",
)  # fmt: skip

MODIFICATIONS = Sort(
    "budget-modifications",
    "Budget Moves",
    "budget_modifications",
    (
        home("projects"),
        Word(
            "to_budget_line_item", "To Line", "ref", stored="to_budget_line_item_id", column="relation",
            ref="budget-line-items", needed=True,
        ),
        Word(
            "from_budget_line_item", "From Line", "ref", stored="from_budget_line_item_id", column="relation",
            ref="budget-line-items",
        ),
        Word("transfer_amount", "Amount", "money", column="currency", needed=True),
        Word("notes", "Notes", column="text-multi-line"),
        Word("origin_data", "Origin", edited=False, typed=False),
    ),
    home="projects",
    lineage="origin_data",
    match=(("origin_data",),),
    carried=("to_budget_line_item_id", "transfer_amount"),
    tool="Budget",
)  # fmt: skip

CHANGES = Sort(
    "budget-changes",
    "Budget Changes",
    "budget_changes",
    (
        home("projects"),
        Word("title", "Title"),
        Word("status", "Status", needed=True),
    ),
    home="projects",
    lineage="title",
    match=(("title",),),
    stamped=False,
    tool="Budget",
)
