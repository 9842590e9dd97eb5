"""Users, as data: read only, just enough for the people that other records name (reference §5)."""

from __future__ import annotations

from typing import Any

from syncd.sandbox.procore.field import Field
from syncd.sandbox.procore.resource import Endpoint, Filter, Resource
from syncd.sandbox.procore.state import State
from syncd.sandbox.procore.table import Record, Values

__all__ = ["USERS"]

_FIELDS = (
    Field("first_name"),
    Field("last_name", needed=True),
    Field("name"),
    Field("email_address", needed=True),
    Field("job_title"),
    Field("employee_id"),
    Field("is_employee", "flag", default=True),
    Field("is_active", "flag", default=True),
    Field("vendor", "ref", target="vendors"),
)


def _login(state: State, record: Record, values: Values) -> dict[str, Any]:
    return {"login": values["email_address"], "name": values["name"]}


USERS = Resource(
    name="users",
    wrapper="user",
    fields=_FIELDS,
    endpoints=(
        Endpoint("GET", "/rest/v1.0/companies/{company_id}/users", "list"),
        Endpoint("GET", "/rest/v1.3/companies/{company_id}/users", "list"),
        Endpoint("GET", "/rest/v1.3/companies/{company_id}/users/{id}", "show"),
        Endpoint("GET", "/rest/v1.0/projects/{project_id}/users", "list"),
        Endpoint("GET", "/rest/v1.0/projects/{project_id}/rfis/potential_rfi_managers", "list", view="login"),
        Endpoint("GET", "/rest/v1.0/projects/{project_id}/rfis/potential_assignees", "list", view="login"),
    ),
    filters={
        "updated_at": Filter("range", "updated_at"),
        "created_at": Filter("range", "created_at"),
        "id": Filter("ids"),
        "vendor_id": Filter("ids", "vendor"),
        "search": Filter("search", "name"),
    },
    views={"normal": None, "extended": None, "ids_only": ("id",), "login": ("id",)},
    extras={"login": _login},
    sorts=("name", "email", "id"),
    living="is_active",
)
