"""Vendors of the company directory, as data (reference procore-api §3.1)."""

from __future__ import annotations

from typing import Any

from syncd.sandbox.procore.field import Field
from syncd.sandbox.procore.resource import Endpoint, Filter, Resource
from syncd.sandbox.procore.state import State
from syncd.sandbox.procore.table import Record, Values

__all__ = ["VENDORS"]

_BIDDING = (
    "affirmative_action african_american_business asian_american_business certified_business_enterprise "
    "disadvantaged_business eight_a_business hispanic_business historically_underutilized_business "
    "minority_business_enterprise native_american_business sdvo_business small_business womens_business"
).split()

_FULL_VIEWS = ("extended", "normal", "erp", "directory", "summary", "inactive")
"""Views whose keys nobody has described, but for the first: all show everything."""

_FIELDS = (
    Field("name", needed=True),
    Field("abbreviated_name", default=""),
    Field("address"),
    Field("city"),
    Field("state_code"),
    Field("country_code"),
    Field("zip"),
    Field("business_phone"),
    Field("mobile_phone"),
    Field("fax_number"),
    Field("email_address"),
    Field("website"),
    Field("labor_union"),
    Field("license_number"),
    Field("notes"),
    Field("trade_name"),
    Field("is_active", "flag", default=True),
    Field("authorized_bidder", "flag", default=False),
    Field("prequalified", "flag", default=False),
    Field("union_member", "flag", default=False),
    Field("non_union_prevailing_wage", "flag", default=False),
    Field("origin_id"),
    Field("origin_data"),
    Field("origin_code"),
    Field("vendor_group", "ref", target="vendor_groups"),
    Field("parent", "ref", target="vendors"),
    Field("trades", "refs", target="trades"),
    Field("standard_cost_codes", "refs", target="standard_cost_codes"),
)


def _derive(state: State, record: Record, values: Values) -> dict[str, Any]:
    trades = [state.name_of("trades", one) for one in values["trades"] or ()]
    return {
        "company": values["name"],
        "legal_name": values["name"],
        "company_vendor": False,
        "trades": [{**one, "active": True, "updated_at": values["created_at"]} for one in trades if one],
        "attachments": [],
        "bidding": dict.fromkeys(_BIDDING, False),
        "bidding_distribution": [],
        "business_id": None,
        "business_register": None,
        "children_count": 0,
        "contact_count": 0,
        "is_connected": False,
        "connected_to_company_id": None,
        "logo": None,
        "primary_contact": None,
        "project_ids": [],
        "synced_to_erp": values["origin_id"] is not None,
    }


def _inactive(state: State, record: Record, values: Values) -> dict[str, Any]:
    path = f"/rest/v1.0/companies/{state.company_id}/vendors/inactive/{record.id}"
    return {"_links": {"reactivate": path}}


def _parent_is_no_child(state: State, before: Values | None, sent: dict[str, Any]) -> dict[str, list[str]]:
    """Only one level of parents is allowed."""
    parent = state.tables["vendors"].records.get(sent["parent_id"]) if _whole(sent.get("parent_id")) else None
    if parent is not None and parent.now.values["parent"] is not None:
        return {"parent_id": ["must not have a parent itself"]}
    return {}


def _whole(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


VENDORS = Resource(
    name="vendors",
    wrapper="vendor",
    fields=_FIELDS,
    endpoints=(
        Endpoint("GET", "/rest/v1.0/vendors", "list", view="extended"),
        Endpoint("GET", "/rest/v1.0/vendors/{id}", "show", view="extended"),
        Endpoint("POST", "/rest/v1.0/vendors", "create", view="extended"),
        Endpoint("PATCH", "/rest/v1.0/vendors/{id}", "update", view="extended"),
        Endpoint("PATCH", "/rest/v1.0/vendors/sync", "sync", view="extended"),
        Endpoint(
            "GET",
            "/rest/v1.0/companies/{company_id}/vendors/inactive",
            "inactive",
            view="inactive",
            unfiltered=True,
        ),
        Endpoint(
            "PATCH", "/rest/v1.0/companies/{company_id}/vendors/inactive/{id}", "reactivate", view="extended"
        ),
    ),
    filters={
        "updated_at": Filter("range", "updated_at"),
        "created_at": Filter("range", "created_at"),
        "origin_id": Filter("text", "origin_id"),
        "search": Filter("search", "name"),
        "id": Filter("ids"),
        "trade_id": Filter("ids", "trades"),
        "standard_cost_code_id": Filter("ids", "standard_cost_codes"),
        "parent_id": Filter("ids", "parent"),
    },
    views={"compact": ("id", "name"), **dict.fromkeys(_FULL_VIEWS)},
    extras={"inactive": _inactive},
    sorts=("name", "main_office_name", "project_and_bid_counts", "id"),
    living="is_active",
    custom=True,
    custom_set=True,
    check=_parent_is_no_child,
    derive=_derive,
)
