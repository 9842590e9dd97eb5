"""Offices of the company, as data: no stamps, no filters, deleted for good (reference procore-api §9)."""

from __future__ import annotations

from typing import Any

from syncd.sandbox.procore.field import Field
from syncd.sandbox.procore.resource import Endpoint, Resource
from syncd.sandbox.procore.state import State
from syncd.sandbox.procore.table import Record, Values

__all__ = ["OFFICES"]

_FIELDS = (
    Field("name", needed=True),
    Field("address"),
    Field("city"),
    Field("state_code"),
    Field("country_code"),
    Field("zip"),
    Field("phone"),
    Field("fax"),
    Field("division"),
    Field("logo", write=""),
)


def _main(state: State, record: Record, values: Values) -> dict[str, Any]:
    """The first office is the main one."""
    return {"main_office": record.id == min(state.tables["offices"].records, default=0)}


_PATH = "/rest/v1.0/offices"

OFFICES = Resource(
    name="offices",
    wrapper="office",
    fields=_FIELDS,
    endpoints=(
        Endpoint("GET", _PATH, "list", company_in="query"),
        Endpoint("GET", f"{_PATH}/{{id}}", "show", company_in="query"),
        Endpoint("POST", _PATH, "create", company_in="body"),
        Endpoint("PATCH", f"{_PATH}/{{id}}", "update", company_in="body"),
        Endpoint("DELETE", f"{_PATH}/{{id}}", "delete", company_in="query"),
    ),
    views={"normal": None, "extended": None},
    extras={"extended": _main},
    stamped=False,
)
