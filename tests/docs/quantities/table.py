"""The simulator's table of the guide docs/adding-a-resource.md."""

from __future__ import annotations

from typing import Any

from syncd.sandbox.procore.field import Field
from syncd.sandbox.procore.resource import Endpoint, Filter, Resource
from syncd.sandbox.procore.state import State
from syncd.sandbox.procore.table import Record, Values

__all__ = ["QUANTITIES"]

_LIST = "/rest/v1.0/projects/{project_id}/budgeted_production_quantities"
_ONE = _LIST + "/{id}"


def _derive(state: State, record: Record, values: Values) -> dict[str, Any]:
    return {"project_id": record.scope, "created_by": state.name_of("users", values["created_by"])}


QUANTITIES = Resource(
    name="budgeted_production_quantities",
    wrapper="budgeted_production_quantity",
    parent="project",
    tool="Budget",
    fields=(
        Field("cost_code", "ref", target="cost_codes", shows=("code", "full_code")),
        Field("quantity", "float"),
        Field("unit_of_measure"),
    ),
    endpoints=(
        Endpoint("GET", _LIST, "list"),
        Endpoint("POST", _LIST, "create"),
        Endpoint("GET", _ONE, "show"),
        Endpoint("PATCH", _ONE, "update"),
        Endpoint("DELETE", _ONE, "delete"),
    ),
    filters={"updated_at": Filter("range", "updated_at")},
    named="unit_of_measure",
    derive=_derive,
)
