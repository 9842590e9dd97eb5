"""Projects (reference procore-api §2)."""

from __future__ import annotations

from syncd.catalog.make import derived, done_by, listed, plain, pointer
from syncd.catalog.resource import Filter, Path, Resource, Scope
from syncd.core.values import Kind

__all__ = ["PROJECTS"]

# What no view of the lists returns is marked `detail`: it costs one call a project to read.
_FIELDS = (
    plain("name", "Name", required=True),
    derived("display_name", "Display name", note="Number and name together; Procore makes it."),
    plain("project_number", "Project number"),
    plain("code", "Code", on_update=False, bulk=False, detail=True),
    plain("description", "Description"),
    plain("active", "Active", Kind.CHECKBOX, note="False retires the project; Procore cannot delete one."),
    plain("address", "Address"),
    plain("city", "City"),
    plain("state_code", "State code", note="ISO 3166-2, such as CA."),
    plain("country_code", "Country code", note="ISO 3166-1, such as US."),
    plain("county", "County", on_create=False, bulk=False),
    plain("zip", "Postal code"),
    plain("phone", "Phone", Kind.PHONE),
    plain("fax", "Fax", Kind.PHONE, on_create=False, bulk=False, detail=True),
    plain("time_zone", "Time zone", note="Must be one of Procore's published names exactly."),
    plain("latitude", "Latitude", Kind.NUMBER, on_update=False, bulk=False),
    plain("longitude", "Longitude", Kind.NUMBER, on_update=False, bulk=False),
    plain("square_feet", "Square feet", Kind.NUMBER, decimals=0),
    plain("start_date", "Start date", Kind.DAY),
    plain("completion_date", "Completion date", Kind.DAY),
    derived("projected_finish_date", "Projected finish date", Kind.DAY),
    derived("actual_start_date", "Actual start date", Kind.DAY),
    plain("warranty_start_date", "Warranty start date", Kind.DAY),
    plain("warranty_end_date", "Warranty end date", Kind.DAY),
    plain("total_value", "Total value", Kind.MONEY, note="Sent as a number, read as text."),
    plain("flag", "Flag", Kind.CHOICE, choices=("Red", "Yellow", "Green")),
    plain("public_notes", "Public notes"),
    plain("store_number", "Store number"),
    plain("accounting_project_number", "Accounting project number"),
    plain("designated_market_area", "Designated market area"),
    derived("sector", "Sector", detail=True),
    derived("work_scope", "Work scope", detail=True),
    derived("delivery_method", "Delivery method", detail=True),
    derived("owners_project_id", "Owner's project id"),
    pointer("office", "Office", "offices"),
    pointer("program", "Program", "programs"),
    pointer("project_stage", "Stage", "project-stages"),
    pointer("project_type", "Type", "project-types"),
    pointer("project_bid_type", "Bid type", "project-bid-types"),
    pointer("project_owner_type", "Owner type", "project-owner-types"),
    pointer("project_region", "Region", "project-regions"),
    pointer("parent_job", "Parent job", "projects", bulk=False),
    done_by(
        "budget_locked",
        "Budget locked",
        ("lock", "unlock"),
        read=("budgets", "locked"),
        beside="budgets",
        note="Locks and unlocks the project's budget; unlocking keeps its modifications. One call a project"
        " to read: every hour for all projects, and for those that changed.",
    ),
    listed("departments", "Departments", "departments", write="department_ids"),
    plain("origin_id", "Origin id", note="Only one integration can own it; see `key:`."),
    plain("origin_data", "Origin data"),
    plain("origin_code", "Origin code", bulk=False),
    derived("created_at", "Created at", Kind.INSTANT),
    derived("updated_at", "Updated at", Kind.INSTANT),
)

_BY_ID = {
    "by_owner_type": "project-owner-types",
    "by_department": "departments",
    "by_region": "project-regions",
    "by_office": "offices",
    "by_program": "programs",
    "by_stage": "project-stages",
    "by_type": "project-types",
    "by_bid_type": "project-bid-types",
    "vendor_id": "vendors",
}

PROJECTS = Resource(
    name="projects",
    title="Projects",
    scope=Scope.COMPANY,
    wrapper="project",
    fields=_FIELDS,
    custom=True,
    list=Path("/rest/v1.1/projects", company_in="query"),
    show=Path("/rest/v1.0/projects/{id}", company_in="query"),
    create=Path("/rest/v1.0/projects", company_in="body"),
    update=Path("/rest/v1.0/projects/{id}", company_in="body"),
    sync=Path("/rest/v1.0/projects/sync", company_in="body"),
    filters=(
        Filter("by_status", Kind.CHOICE, ("All", "Active", "Inactive")),
        Filter("is_demo", Kind.CHECKBOX, ("true", "false")),
        Filter("template", Kind.CHECKBOX, ("true", "false")),
        Filter("synced", Kind.CHECKBOX, ("true", "false")),
        Filter("project_number"),
        Filter("name"),
        *(Filter(name, Kind.NUMBER, target=target) for name, target in _BY_ID.items()),
    ),
    # Without it Procore lists active projects only, and a deactivated one would vanish.
    params=(("filters[by_status]", "All"), ("view", "extended")),
    page_limit=300,
    id_filter="filters[id]",
    origin_filter="filters[origin_id]",
    carriers=("origin_id",),
    archive=("active", False),
    notes=(
        "Procore cannot delete projects; retire them with active: false.",
        "code, county, fax, latitude, longitude, parent_job and origin_code are written one project a call.",
    ),
)
