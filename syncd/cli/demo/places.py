"""Where a person finds each kind of record: Procore's paths, Quickbase's table, and a field to know it by.

Written apart from the catalogue: what the demo claims must not rest on what it shows.
"""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["PLACES", "Place"]


@dataclass(frozen=True, slots=True)
class Place:
    """One resource. `path` is its list, and `one` a record of it that is edited there.

    `known` are a key of Procore's records and the label of the Quickbase field that holds the same
    (both empty where a record is nothing but who is where). `wrapper` stands round what is written
    ("": nothing does). `within` is the resource that it lives in, and `inside` the key of that one's
    rows which holds it where it has no list of its own.
    """

    table: str
    path: str
    known: tuple[str, str] = ("", "")
    one: str = ""
    wrapper: str = ""
    within: str = ""
    inside: str = ""
    query: tuple[tuple[str, str], ...] = ()
    page: int = 300


_COMPANY = "/rest/v1.0/companies/{company}"
_PROJECT = "/rest/v1.0/projects/{project}"
_V2 = "/rest/v2.0/companies/{company}/projects/{project}"


def _documents(kind: str, table: str, label: str) -> Place:
    return Place(
        table,
        f"{_PROJECT}/documents",
        ("name", label),
        f"/rest/v1.0/{kind}s/{{id}}",
        kind,
        within="projects",
        query=(("filters[document_type]", kind), ("filters[is_in_recycle_bin]", "false")),
    )


PLACES = {
    "companies": Place("Companies", "/rest/v1.0/companies", ("name", "Company Name")),
    "offices": Place(
        "Offices", "/rest/v1.0/offices", ("name", "Office Name"), "/rest/v1.0/offices/{id}", "office"
    ),
    "company-roles": Place(
        "Company Roles", f"{_COMPANY}/roles", ("name", "Role Name"), query=(("filters[users_only]", "true"),)
    ),
    "vendors": Place(
        "Vendors",
        "/rest/v1.0/vendors",
        ("name", "Company Name"),
        "/rest/v1.0/vendors/{id}",
        "vendor",
    ),
    "users": Place(
        "People",
        "/rest/v1.3/companies/{company}/users",
        ("email_address", "Email"),
        "/rest/v1.3/companies/{company}/users/{id}",
        "user",
    ),
    "projects": Place(
        "Projects",
        "/rest/v1.0/projects",
        ("name", "Project Name"),
        "/rest/v1.0/projects/{id}",
        "project",
        query=(("filters[by_status]", "All"),),
    ),
    "project-vendors": Place("Project Vendors", "/rest/v1.1/projects/{project}/vendors", within="projects"),
    "project-users": Place(
        "Project Team", f"{_PROJECT}/users", ("job_title", "Job Title"), within="projects"
    ),
    "project-roles": Place("Project Roles", "/rest/v1.0/project_roles", ("role", "Role"), within="projects"),
    "rfis": Place(
        "RFIs",
        f"{_PROJECT}/rfis",
        ("subject", "Subject"),
        f"{_PROJECT}/rfis/{{id}}",
        "rfi",
        within="projects",
    ),
    "rfi-replies": Place(
        "RFI Replies",
        f"{_PROJECT}/rfis/{{parent}}/replies",
        ("plain_text_body", "Reply"),
        f"{_PROJECT}/rfis/{{parent}}/replies/{{id}}",
        "reply",
        within="rfis",
    ),
    "submittals": Place(
        "Submittals",
        "/rest/v1.1/projects/{project}/submittals",
        ("title", "Title"),
        "/rest/v1.1/projects/{project}/submittals/{id}",
        "submittal",
        within="projects",
    ),
    "submittal-approvers": Place(
        "Submittal Approvers", "", ("comment", "Comment"), within="submittals", inside="approvers"
    ),
    "change-events": Place(
        "Change Events",
        "/rest/v1.1/change_events",
        ("title", "Title"),
        "/rest/v1.1/change_events/{id}",
        "change_event",
        within="projects",
    ),
    "purchase-orders": Place(
        "Purchase Orders",
        "/rest/v1.0/purchase_order_contracts",
        ("title", "Title"),
        "/rest/v1.0/purchase_order_contracts/{id}",
        "purchase_order_contract",
        within="projects",
    ),
    "budget-line-items": Place(
        "Budget Lines",
        f"{_V2}/budget_line_items",
        ("original_budget_amount", "Original Budget"),
        "/rest/v1.0/budget_line_items/{id}",
        "budget_line_item",
        within="projects",
        page=100,
    ),
    "budget-modifications": Place(
        "Budget Modifications", f"{_PROJECT}/budget_modifications", ("notes", "Notes"), within="projects"
    ),
    "budget-changes": Place(
        "Budget Changes",
        f"{_PROJECT}/budget_changes",
        ("title", "Title"),
        f"{_PROJECT}/budget_changes/{{id}}",
        within="projects",
    ),
    "folders": _documents("folder", "Folders", "Folder Name"),
    "files": _documents("file", "Files", "File Name"),
    "albums": Place(
        "Albums",
        "/rest/v1.0/image_categories",
        ("name", "Album Name"),
        "/rest/v1.0/image_categories/{id}",
        "image_category",
        within="projects",
    ),
    "images": Place(
        "Images",
        "/rest/v1.0/images",
        ("description", "Description"),
        "/rest/v1.0/images/{id}",
        "image",
        within="projects",
    ),
}
"""By resource, parents first."""
