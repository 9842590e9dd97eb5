"""Budget changes: packages of adjustments, the successor of modifications (reference procore-api §8).

A transfer is one change with two adjustment lines of opposite amounts; the two stand here as plain
fields. Bodies have no wrapper, and answers stand under `data`, with ids as numbers.
"""

from __future__ import annotations

from syncd.catalog.make import derived, in_project, plain, pointer
from syncd.catalog.resource import Path, Resource, ResourceField, Scope, Shape
from syncd.core.values import Kind

__all__ = ["BUDGET_CHANGES", "CHANGE_LINES"]

_LIST = "/rest/v1.0/projects/{project}/budget_changes"
_ONE = "/rest/v1.0/projects/{project}/budget_changes/{id}"
_ALL_LINES = "/rest/v2.0/companies/{company}/projects/{project}/budget_changes/adjustment_line_items"
_STATUSES = ("draft", "approved", "under_review", "void")
_LINES = "adjustment_line_items"


def _line(number: int, label: str) -> tuple[ResourceField, ...]:
    """One adjustment line, by its place. A number in a `write` steps into a list, as in a `read`."""
    at, name = str(number - 1), f"line_{number}"

    def read(key: str) -> tuple[str, ...]:
        return (_LINES, at, key)

    def write(key: str) -> str:
        return f"{_LINES}.{at}.{key}"

    return (
        pointer(
            f"{name}_wbs_code",
            f"{label}, WBS code",
            "wbs-codes",
            on_update=False,
            detail=True,
            read=(*read("wbs_code"), "id"),
            write=write("wbs_code_id"),
        ),
        plain(
            f"{name}_amount",
            f"{label}, amount",
            Kind.MONEY,
            on_update=False,
            detail=True,
            read=read("amount"),
            write=write("amount"),
        ),
        plain(
            f"{name}_type",
            f"{label}, type",
            Kind.CHOICE,
            on_update=False,
            detail=True,
            choices=("change_event", "budget_change"),
            read=read("type"),
            write=write("type"),
            note="The first line of an adjustment is a change_event, the others are budget_change.",
        ),
        plain(
            f"{name}_adjustment",
            f"{label}, adjustment number",
            Kind.NUMBER,
            decimals=0,
            on_update=False,
            detail=True,
            read=read("adjustment_number"),
            write=write("adjustment_number"),
            note="Lines of one transfer have the same.",
        ),
        plain(
            f"{name}_description",
            f"{label}, description",
            on_update=False,
            detail=True,
            read=read("description"),
            write=write("description"),
        ),
    )


_FIELDS = (
    in_project("The project whose budget it is: not a field, but part of its address."),
    plain(
        "status",
        "Status",
        Kind.CHOICE,
        required=True,
        choices=_STATUSES,
        note="draft where nothing else is asked for; approved ones move the budget at once.",
    ),
    plain("number", "Number", Kind.NUMBER, decimals=0, note="Procore gives one where none is sent."),
    plain("title", "Title"),
    plain("description", "Description", Kind.RICH_TEXT, note="HTML."),
    derived("amount", "Total amount", Kind.MONEY, note="The sum of all lines: zero for a transfer."),
    derived("erp_status", "ERP status"),
    derived("currency", "Currency", read=("currency_configuration", "currency_iso_code")),
    *_line(1, "First line"),
    *_line(2, "Second line"),
    derived(
        "wbs_codes",
        "WBS codes of all lines",
        Kind.REFERENCES,
        read=(_LINES, "*", "wbs_code", "id"),
        detail=True,
        target="wbs-codes",
    ),
)

BUDGET_CHANGES = Resource(
    name="budget-changes",
    title="Budget changes",
    scope=Scope.PROJECT,
    wrapper="",
    fields=_FIELDS,
    list=Path(_LIST),
    show=Path(_ONE),
    create=Path(_LIST),
    update=Path(_ONE),
    delete=Path(_ONE),
    shape=Shape.DATA,
    paged=False,
    params=(("exclude_custom_fields", "true"),),
    updated_filter=False,
    created_filter=False,
    # Neither the list nor a single change says when it was made or changed.
    stamp="",
    created="",
    parent="projects",
    tool="Budget",
    notes=(
        "A transfer is one change with two lines of the same adjustment: the first of type change_event"
        " with the amount, the second of type budget_change with the same amount below zero.",
        "Only the first two lines are fields, and they are set when the change is created; later edits of"
        " lines are made in Procore.",
        "Reading lines costs one call a change: the list has summaries only.",
        "No time stamps and no filters: each look reads a project's whole list, which has no pages, and an"
        " edit on both sides cannot be settled by `newest`.",
        "A deleted change is gone for good; void one to keep it.",
    ),
)

CHANGE_LINES = Resource(
    name="budget-change-lines",
    title="Lines of budget changes",
    scope=Scope.PROJECT,
    wrapper="",
    fields=(),
    list=Path(_ALL_LINES),
    shape=Shape.DATA,
    page_limit=100,
    updated_filter=False,
    created_filter=False,
    parent="projects",
    tool="Budget",
)
"""The lines of all changes of a project, with the change that each belongs to: no resource of its own."""
