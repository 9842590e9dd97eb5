"""Budgets: whether a project's budget is locked (reference procore-api §8).

One object a project, without an id: the project names it. It is changed by two verbs, never by
writing a field.
"""

from __future__ import annotations

from syncd.catalog.make import derived, in_project
from syncd.catalog.resource import Act, Path, Resource, Scope, Shape
from syncd.core.values import Kind

__all__ = ["BUDGETS"]

_LOCK = Path("/rest/v1.0/projects/{project}/budget/lock")
_DESTROY = "destroy_all_budget_line_item_transfers"

_FIELDS = (
    in_project("The project whose budget it is: all that names it."),
    derived("locked", "Locked", Kind.CHECKBOX, note="Changed by `lock` and `unlock`, not by writing it."),
)

BUDGETS = Resource(
    name="budgets",
    title="Budgets",
    scope=Scope.PROJECT,
    wrapper="",
    fields=_FIELDS,
    list=Path("/rest/v1.0/projects/{project}/budget"),
    shape=Shape.ONE,
    paged=False,
    acts=(
        Act("lock", "POST", _LOCK, note="From then on original amounts can be changed by transfers only."),
        # Procore's own default is true, and wipes every budget modification of the project.
        Act(
            "unlock",
            "DELETE",
            _LOCK,
            query=((_DESTROY, "false"),),
            note="Keeps the budget modifications.",
        ),
        Act(
            "unlock-and-destroy-modifications",
            "DELETE",
            _LOCK,
            query=((_DESTROY, "true"),),
            note="Deletes every budget modification of the project for good; a verb of its own, so that"
            " nobody asks for it by accident.",
        ),
    ),
    updated_filter=False,
    created_filter=False,
    stamp="",
    created="",
    parent="projects",
    tool="Budget",
    notes=(
        "Procore's own default when a budget is unlocked is to destroy its modifications. `unlock` never"
        " does; only `unlock-and-destroy-modifications` does.",
        "While a budget is locked, original amounts of its lines are refused.",
        "No time stamp and no webhook tells of a lock: it is asked for, one call a project.",
    ),
)
