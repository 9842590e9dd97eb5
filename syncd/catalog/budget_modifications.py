"""Budget modifications: transfers between two budget lines, the older way (reference procore-api §8)."""

from __future__ import annotations

from dataclasses import replace

from syncd.catalog.make import derived, in_project, plain, pointer
from syncd.catalog.resource import Path, Resource, Scope, Send
from syncd.core.values import Kind

__all__ = ["BUDGET_MODIFICATIONS"]

_LIST = "/rest/v1.0/projects/{project}/budget_modifications"
_ONE = "/rest/v1.0/projects/{project}/budget_modifications/{id}"

_FIELDS = (
    in_project("The project whose budget it is: not a field, but part of its address."),
    pointer(
        "to_budget_line_item",
        "To line",
        "budget-line-items",
        read=("to_budget_line_item_id",),
        required=True,
        note="The line that gets the money.",
    ),
    pointer(
        "from_budget_line_item",
        "From line",
        "budget-line-items",
        read=("from_budget_line_item_id",),
        note="The line that gives it; another than the first. Without one the grand total changes, which a"
        " company may forbid.",
    ),
    # Procore documents a text in both directions.
    replace(
        plain(
            "transfer_amount",
            "Amount",
            Kind.MONEY,
            required=True,
            note="How much moves from the one line to the other.",
        ),
        send=Send.TEXT,
    ),
    plain("notes", "Notes"),
    derived(
        "change_status",
        "Status of the budget change",
        Kind.CHOICE,
        choices=("draft", "approved", "under_review", "void"),
        note="Only of a transfer that had to be made as a budget change.",
    ),
    plain("origin_id", "Origin id", note="Only one integration can own it; see `key:`."),
    plain("origin_data", "Origin data"),
    derived("created_at", "Created at", Kind.INSTANT),
    derived("updated_at", "Updated at", Kind.INSTANT),
)

BUDGET_MODIFICATIONS = Resource(
    name="budget-modifications",
    title="Budget modifications",
    scope=Scope.PROJECT,
    wrapper="budget_modification",
    fields=_FIELDS,
    list=Path(_LIST),
    show=Path(_ONE),
    create=Path(_LIST),
    update=Path(_ONE),
    delete=Path(_ONE),
    # The schema requires both in a PATCH too.
    update_needs=("to_budget_line_item", "transfer_amount"),
    moved_to="budget-changes",
    page_limit=1000,
    updated_filter=False,
    created_filter=False,
    parent="projects",
    tool="Budget",
    notes=(
        "Where the company uses budget changes (all new companies do), Procore answers 405 to every write:"
        " old modifications can be read there, and cannot be changed or deleted.",
        "A new transfer becomes one budget change there, with two lines of opposite amounts, in the status"
        " SYNCD_PROCORE__TRANSFER_STATUS (draft, where nothing else is set). It is named"
        " `PROJECT/change-ID`, and its title ends with syncd's mark, which finds it again: leave that be.",
        "Budget changes that people make are no modifications: a mapping of `budget-changes` holds them.",
        "The list has no filters: each look reads a project's whole list.",
        "Unlocking the budget destroys all of a project's modifications by Procore's default; syncd's"
        " `unlock` keeps them.",
        "A deleted modification is gone for good.",
    ),
)
