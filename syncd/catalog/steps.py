"""The steps of Quickbase Pipelines' Procore channel, each in our words.

A trigger is what a mapping takes up by itself, and `syncd events` tells; a query or an action is
`syncd procore VERB RESOURCE`. The names of steps and categories are the channel's own.
"""

from __future__ import annotations

from dataclasses import dataclass

from syncd.catalog.registry import names, resource
from syncd.catalog.resource import Resource
from syncd.core.values import Kind

__all__ = ["TRIGGERS", "Step", "missing", "offers", "steps"]

TRIGGERS = ("created", "updated", "deleted", "removed")
"""What can have happened to a record; `removed` ends a membership."""

_AS_FIELD = {
    "lock": ("projects", "budget_locked"),
    "unlock": ("projects", "budget_locked"),
    "invite": ("users", "invited"),
    "set-permission-template": ("project-users", "permission_template"),
}
"""Acts that a mapping carries out where the resource has a field for them."""


@dataclass(frozen=True, slots=True)
class Step:
    """One step. `type` is trigger, query or action."""

    step: str
    category: str
    type: str
    resource: str
    verb: str

    @property
    def mapping(self) -> str:
        """What a mapping does of it: `two-way` or `to-quickbase` where it does it by itself, `link`
        where a rule with `link:` does, `by hand` where only a person does; "" where there is no such
        resource."""
        if self.resource not in names():
            return ""
        if self.verb == "fetch-linked":
            return "link"
        about = resource(self.resource)
        if self.verb == "look-up":
            return "by hand"
        if about.act(self.verb) is not None:
            return "two-way" if _is_field(self.verb) or _is_content(about, self.verb) else "by hand"
        return "two-way" if _is_written(about) else "to-quickbase"


def steps() -> tuple[Step, ...]:
    """Every step, in the channel's order."""
    return tuple(
        Step(step, category, type, resource, verb)
        for category, listed in _CHANNEL
        for type, step, resource, verb in listed
    )


def offers(about: Resource, verb: str) -> bool:
    """Whether the resource has that verb: records of all can be followed and fetched by their link."""
    if verb in ("created", "updated", "fetch-linked"):
        return bool(about.list)
    if verb in ("deleted", "removed"):
        return bool(about.list) and bool(about.delete or about.recycle or about.recycle_bin)
    return verb in about.verbs


def missing() -> tuple[Step, ...]:
    """The steps that the catalogue cannot do: no such resource, or none with that verb."""
    known = names()
    return tuple(
        one for one in steps() if one.resource not in known or not offers(resource(one.resource), one.verb)
    )


def _is_field(verb: str) -> bool:
    home, name = _AS_FIELD.get(verb, ("", ""))
    field = resource(home).field(name) if home in names() else None
    return field is not None and field.field.on_update


def _is_content(about: Resource, verb: str) -> bool:
    """Whether it brings bytes that a rule with `as: file` carries by itself."""
    return any(
        one.kind is Kind.FILE and (one.field.on_create if verb in about.making else one.field.on_update)
        for one in about.fields
        if (act := about.act(verb)) is not None and "upload_uuid" in act.takes
    )


def _is_written(about: Resource) -> bool:
    return not about.not_written and any(one.writable for one in about.fields)


_CHANNEL = (
    (
        "Companies",
        (("query", "Search Companies", "companies", "search"),),
    ),
    (
        "Projects",
        (
            ("trigger", "Project Created", "projects", "created"),
            ("trigger", "Project Updated", "projects", "updated"),
            ("query", "Search Projects", "projects", "search"),
            ("action", "Create Project", "projects", "create"),
            ("action", "Update Project", "projects", "update"),
            ("action", "Look Up a Project", "projects", "look-up"),
            ("action", "Fetch a Linked Project", "projects", "fetch-linked"),
        ),
    ),
    (
        "Directory (Vendors)",
        (
            ("trigger", "Company (Vendor) Created", "vendors", "created"),
            ("trigger", "Company (Vendor) Updated", "vendors", "updated"),
            ("trigger", "Company (Vendor) Removed From Project", "project-vendors", "removed"),
            ("action", "Create Company (Vendor)", "vendors", "create"),
            ("action", "Update Company (Vendor)", "vendors", "update"),
            ("action", "Add Company (Vendor) To Project", "project-vendors", "add"),
            ("action", "Remove Company (Vendor) From Project", "project-vendors", "remove"),
            ("action", "Fetch a Linked Directory -Vendors", "vendors", "fetch-linked"),
            ("action", "Look Up a Company (Vendor)", "vendors", "look-up"),
            ("query", "Search Companies (Vendors)", "vendors", "search"),
        ),
    ),
    (
        "Change events",
        (
            ("query", "Search Change Events", "change-events", "search"),
            ("action", "Look Up Change Event", "change-events", "look-up"),
            ("trigger", "Change Event Created", "change-events", "created"),
            ("trigger", "Change Event Updated", "change-events", "updated"),
        ),
    ),
    (
        "Users",
        (
            ("trigger", "User Created", "users", "created"),
            ("trigger", "User Updated", "users", "updated"),
            ("trigger", "User Removed From Project", "project-users", "removed"),
            ("action", "Create User", "users", "create"),
            ("action", "Update User", "users", "update"),
            ("action", "Add User To Project", "project-users", "add"),
            ("action", "Invite User", "users", "invite"),
            ("action", "Remove User From Project", "project-users", "remove"),
            ("action", "Set User Project Permission Template", "project-users", "set-permission-template"),
            ("action", "Fetch Linked User", "users", "fetch-linked"),
            ("action", "Look Up a User", "users", "look-up"),
            ("query", "Search Users", "users", "search"),
        ),
    ),
    (
        "Company and Project Roles",
        (
            ("query", "Search Company Roles", "company-roles", "search"),
            ("query", "Search Project Roles", "project-roles", "search"),
        ),
    ),
    (
        "RFIs",
        (
            ("trigger", "RFI Created", "rfis", "created"),
            ("trigger", "RFI Updated", "rfis", "updated"),
            ("trigger", "RFI Reply Updated", "rfi-replies", "updated"),
            ("trigger", "RFI Replied", "rfi-replies", "created"),
            ("query", "Search RFIs", "rfis", "search"),
            ("action", "Create RFI", "rfis", "create"),
            ("action", "Look Up an RFI", "rfis", "look-up"),
            ("action", "Update RFI", "rfis", "update"),
            ("action", "Fetch a Linked RFI", "rfis", "fetch-linked"),
        ),
    ),
    (
        "Financials - Budget",
        (
            ("query", "Search Budget Line Items", "budget-line-items", "search"),
            ("action", "Add a Budget Line Item", "budget-line-items", "create"),
            ("action", "Look Up a Budget Line Item", "budget-line-items", "look-up"),
            ("action", "Update a Budget Line Item", "budget-line-items", "update"),
            ("action", "Add a Budget Line Modification", "budget-modifications", "create"),
            ("action", "Look Up a Budget Line Modification", "budget-modifications", "look-up"),
            ("action", "Update a Budget Line Modification", "budget-modifications", "update"),
            ("action", "Delete a Budget Line Modification", "budget-modifications", "delete"),
            ("action", "Lock a Project Budget", "budgets", "lock"),
            ("action", "Unlock a Project Budget", "budgets", "unlock"),
            ("action", "Check Project Budget", "budgets", "look-up"),
        ),
    ),
    (
        "Company - Offices",
        (
            ("query", "Search Company Offices", "offices", "search"),
            ("action", "Create Company Office", "offices", "create"),
            ("action", "Look Up a Company Office", "offices", "look-up"),
            ("action", "Update Company Office", "offices", "update"),
            ("action", "Delete Company Office", "offices", "delete"),
            ("action", "Fetch a Linked Company Office", "offices", "fetch-linked"),
        ),
    ),
    (
        "Files",
        (
            ("trigger", "File Created", "files", "created"),
            ("trigger", "File Updated", "files", "updated"),
            ("trigger", "File Deleted", "files", "deleted"),
            ("action", "Create a File Version", "files", "create-version"),
            ("action", "Update a File", "files", "update"),
            ("action", "Delete a file", "files", "delete"),
            ("action", "Upload a file", "files", "upload"),
            ("query", "Search files", "files", "search"),
            ("action", "Fetch a Linked File", "files", "fetch-linked"),
            ("action", "Look up a file", "files", "look-up"),
        ),
    ),
    (
        "Albums",
        (
            ("action", "Create an Album", "albums", "create"),
            ("action", "Update an Album", "albums", "update"),
            ("action", "Delete an Album", "albums", "delete"),
            ("query", "Search Albums", "albums", "search"),
            ("action", "Fetch a Linked Album", "albums", "fetch-linked"),
            ("action", "Look Up an Album", "albums", "look-up"),
        ),
    ),
    (
        "Submittal",
        (
            ("action", "Create Submittal", "submittals", "create"),
            ("action", "Update Submittal", "submittals", "update"),
            ("action", "Update Submittal Approver", "submittal-approvers", "update"),
            ("action", "Delete Submittal", "submittals", "delete"),
            ("query", "Search Submittals", "submittals", "search"),
            ("action", "Look Up a Submittal", "submittals", "look-up"),
        ),
    ),
    (
        "Image",
        (
            ("action", "Upload an Image", "images", "upload"),
            ("action", "Update an Image", "images", "update"),
            ("action", "Delete an Image", "images", "delete"),
            ("query", "Search Images", "images", "search"),
            ("action", "Fetch a Linked Image", "images", "fetch-linked"),
            ("action", "Look Up an Image", "images", "look-up"),
        ),
    ),
    (
        "Folder",
        (
            ("trigger", "Folder Created", "folders", "created"),
            ("trigger", "Folder Updated", "folders", "updated"),
            ("trigger", "Folder Deleted", "folders", "deleted"),
            ("action", "Create a Folder", "folders", "create"),
            ("action", "Update a Folder", "folders", "update"),
            ("action", "Delete a Folder", "folders", "delete"),
            ("action", "Fetch a Linked Folder", "folders", "fetch-linked"),
            ("action", "Look Up a Folder", "folders", "look-up"),
        ),
    ),
    (
        "Purchase Orders",
        (
            ("action", "Look Up a Purchase Order", "purchase-orders", "look-up"),
            ("query", "Search Purchase Orders", "purchase-orders", "search"),
            ("trigger", "Purchase Order Created", "purchase-orders", "created"),
            ("trigger", "Purchase Order Updated", "purchase-orders", "updated"),
        ),
    ),
)
