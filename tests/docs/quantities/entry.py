"""The catalogue's entry of the guide docs/adding-a-resource.md."""

from __future__ import annotations

from syncd.catalog.make import derived, in_project, plain, pointer
from syncd.catalog.resource import Path, Resource, Scope
from syncd.core.values import Kind

__all__ = ["QUANTITIES"]

_LIST = "/rest/v1.0/projects/{project}/budgeted_production_quantities"
_ONE = _LIST + "/{id}"

QUANTITIES = Resource(
    name="budgeted-production-quantities",
    title="Budgeted production quantities",
    scope=Scope.PROJECT,
    parent="projects",
    tool="Budget",
    wrapper="budgeted_production_quantity",
    fields=(
        in_project("The project that the quantity is budgeted in."),
        pointer("cost_code", "Cost code", "cost-codes"),
        plain("quantity", "Quantity", Kind.NUMBER),
        plain("unit_of_measure", "Unit of measure"),
        derived("created_at", "Created at", Kind.INSTANT),
        derived("updated_at", "Updated at", Kind.INSTANT),
    ),
    list=Path(_LIST),
    show=Path(_ONE),
    create=Path(_LIST),
    update=Path(_ONE),
    delete=Path(_ONE),
    created_filter=False,
    notes=("A deleted quantity is gone for good; Procore keeps no recycle bin of them.",),
)
