"""Projects, as data (reference procore-api §2)."""

from __future__ import annotations

from typing import Any

from syncd.sandbox.procore.field import Field
from syncd.sandbox.procore.resource import Endpoint, Filter, Resource
from syncd.sandbox.procore.state import State
from syncd.sandbox.procore.table import Record, Values

__all__ = ["PROJECTS"]

_TIME_ZONES = (
    "Hawaii",
    "Alaska",
    "Pacific Time (US & Canada)",
    "Arizona",
    "Mountain Time (US & Canada)",
    "Central Time (US & Canada)",
    "Eastern Time (US & Canada)",
    "Atlantic Time (Canada)",
    "UTC",
    "London",
    "Berlin",
    "Sydney",
)
"""The published names a project's time zone may have (those a demo needs; others are refused)."""

_COMPACT = ("id", "name")
_SHOW_ONLY = frozenset(
    (
        "description public_notes square_feet flag office program departments project_type project_bid_type "
        "project_owner_type project_region actual_start_date projected_finish_date warranty_start_date "
        "warranty_end_date estimated_start_date estimated_completion_date tz_name logo_url inbound_email "
        "standard_cost_code_list_id"
    ).split()
)
"""What the normal view of the lists lacks, and the extended one has."""
_NEVER_LISTED = frozenset(
    (
        "code fax template sector work_scope delivery_method created_by project_stage_id parent_job "
        "is_erp_integrated"
    ).split()
)
"""What only Show and the answers to writes have."""

_FIELDS = (
    Field("name", needed=True),
    Field("project_number"),
    Field("address"),
    Field("city"),
    Field("state_code"),
    Field("country_code"),
    Field("zip"),
    Field("county", sync=False),
    Field("phone"),
    Field("fax"),
    Field("time_zone", "choice", choices=_TIME_ZONES),
    Field("latitude", "float"),
    Field("longitude", "float"),
    Field("code", sync=False, default=""),
    Field("description"),
    Field("public_notes"),
    Field("store_number"),
    Field("accounting_project_number"),
    Field("designated_market_area"),
    Field("sector", write=""),
    Field("work_scope", write=""),
    Field("delivery_method", write=""),
    Field("active", "flag", default=True),
    Field("is_demo", "flag", write="", default=False),
    Field("template", "flag", write="", default=False),
    Field("flag", "choice", choices=("Red", "Yellow", "Green")),
    Field("square_feet", "int"),
    Field("start_date", "day", also=("estimated_start_date",)),
    Field("completion_date", "day", also=("estimated_completion_date",)),
    Field("projected_finish_date", "day", write=""),
    Field("actual_start_date", "day", write=""),
    Field("warranty_start_date", "day"),
    Field("warranty_end_date", "day"),
    Field("total_value", "money", also=("estimated_value",)),
    Field("origin_id"),
    Field("origin_data"),
    Field("origin_code", sync=False),
    Field("parent_job", "ref", target="projects", sync=False),
    Field("office", "ref", target="offices"),
    Field("program", "ref", target="programs"),
    Field("project_stage", "ref", target="project_stages"),
    Field("project_type", "ref", target="project_types"),
    Field("project_bid_type", "ref", target="project_bid_types"),
    Field("project_owner_type", "ref", target="project_owner_types"),
    Field("project_region", "ref", target="project_regions"),
    Field("departments", "refs", target="departments"),
)


def _derive(state: State, record: Record, values: Values) -> dict[str, Any]:
    number = values["project_number"]
    creator = state.name_of("users", values["created_by"])
    return {
        "display_name": f"{number} - {values['name']}" if number else values["name"],
        "company": {"id": state.company_id, "name": state.company_name},
        "created_by": creator,
        "tz_name": values["time_zone"],
        "project_stage_id": values["project_stage"],
        "parent_job_id": values["parent_job"],
        "project_bid_type_id": values["project_bid_type"],
        "project_owner_type_id": values["project_owner_type"],
        "project_region_id": values["project_region"],
        "standard_cost_code_list_id": None,
        "is_erp_integrated": values["origin_id"] is not None,
        "owners_project_id": None,
        "photo_id": None,
        "logo_url": None,
        "inbound_email": f"project-{record.id}@example.com",
    }


def _old(state: State, record: Record, values: Values) -> dict[str, Any]:
    stage = state.name_of("project_stages", values["project_stage"] or 0)
    return {
        "name": values["name"],
        "address": {
            "street": values["address"],
            "city": values["city"],
            "state_code": values["state_code"],
            "zip": values["zip"],
            "country_code": values["country_code"],
        },
        "stage_name": stage["name"] if stage else None,
        "status_name": "Active" if values["active"] else "Inactive",
        "type_name": None,
        "open_items": [],
    }


def _all_keys() -> tuple[str, ...]:
    names = [key for field in _FIELDS for key in (field.name, *field.also)]
    computed = (
        "display_name company created_by tz_name parent_job_id project_stage_id project_bid_type_id "
        "project_owner_type_id project_region_id standard_cost_code_list_id is_erp_integrated "
        "owners_project_id photo_id logo_url inbound_email custom_fields created_at updated_at"
    )
    return ("id", *names, *computed.split())


_EXTENDED = tuple(key for key in _all_keys() if key not in _NEVER_LISTED)
_NORMAL = tuple(key for key in _EXTENDED if key not in _SHOW_ONLY)
_FILTERS = {
    "updated_at": Filter("range", "updated_at"),
    "created_at": Filter("range", "created_at"),
    "id": Filter("ids"),
    "name": Filter("text", "name"),
    "origin_id": Filter("text", "origin_id"),
    "synced": Filter("filled", "origin_id"),
    "vendor_id": Filter("never"),
    "custom_fields": Filter("custom_fields"),
    "from_project_template_id": Filter("never"),
    "by_status": Filter("status"),
    "project_number": Filter("text", "project_number"),
    "is_demo": Filter("flag", "is_demo"),
    "template": Filter("flag", "template"),
    "by_department": Filter("ids", "departments"),
    "by_region": Filter("ids", "project_region"),
    "by_office": Filter("ids", "office"),
    "by_program": Filter("ids", "program"),
    "by_stage": Filter("ids", "project_stage"),
    "by_type": Filter("ids", "project_type"),
    "by_bid_type": Filter("ids", "project_bid_type"),
    "by_owner_type": Filter("ids", "project_owner_type"),
}
_V11_ONLY = tuple(name for name in _FILTERS if name.startswith("by_") and name != "by_status")
_V11_ONLY += ("project_number", "is_demo", "template")

PROJECTS = Resource(
    name="projects",
    wrapper="project",
    fields=_FIELDS,
    endpoints=(
        Endpoint("GET", "/rest/v1.0/projects", "list", view_key="serializer_view", without=_V11_ONLY),
        Endpoint("GET", "/rest/v1.1/projects", "list", most=300, without=("from_project_template_id",)),
        Endpoint(
            "GET", "/rest/v1.0/companies/{company_id}/projects", "list", view="old", most=0, unfiltered=True
        ),
        Endpoint("GET", "/rest/v1.0/projects/{id}", "show", view="show"),
        Endpoint("POST", "/rest/v1.0/projects", "create", view="show"),
        Endpoint("PATCH", "/rest/v1.0/projects/{id}", "update", view="show"),
        Endpoint("PATCH", "/rest/v1.0/projects/sync", "sync", view="show"),
    ),
    filters=_FILTERS,
    views={
        "ids": ("id",),
        "old": ("id",),
        "compact": _COMPACT,
        "minimal": _COMPACT,
        "normal": _NORMAL,
        "extended": _EXTENDED,
        "show": None,
    },
    extras={"old": _old},
    sorts=("name", "display_name", "id", "created_at", "updated_at"),
    living="active",
    custom=True,
    derive=_derive,
)
