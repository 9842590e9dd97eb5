"""The Quickbase app of the company, as data: one table for each kind of record, and what refers to what."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from syncd.sandbox.quickbase.sim import QuickbaseSim

__all__ = ["KEY", "PLAIN", "TABLES", "TRADES", "make_app"]

KEY = "Procore ID"
"""The unique text field that every table has for the identity of its records in Procore."""

GONE = "Gone from Procore"

_Field = tuple[str, str] | tuple[str, str, dict[str, Any]]

_REQUIRED = {"required": True}


def _choice(label: str, *choices: str) -> _Field:
    return (label, "text-multiple-choice", {"choices": list(choices)})


def _texts(*labels: str) -> tuple[_Field, ...]:
    return tuple((label, "text") for label in labels)


def _ticks(*labels: str) -> tuple[_Field, ...]:
    return tuple((label, "checkbox") for label in labels)


def _days(*labels: str) -> tuple[_Field, ...]:
    return tuple((label, "date") for label in labels)


def _amounts(*labels: str) -> tuple[_Field, ...]:
    return tuple((label, "currency", {"decimalPlaces": 2}) for label in labels)


TRADES = ("Concrete", "Electrical", "Framing", "Masonry", "Plumbing", "Roofing")
"""What vendors do: the trades that the company has set up in Procore, and the choices in Quickbase."""

PLAIN: dict[str, tuple[_Field, ...]] = {
    "Projects": (
        ("Project Name", "text", _REQUIRED),
        *_texts("Number", "City", "State"),
        *_ticks("Active"),
        _choice("Status", "Active", "Closed"),
        *_days("Start Date"),
        *_amounts("Total Value"),
    ),
    "Vendors": (
        ("Company Name", "text", _REQUIRED),
        *_texts("City"),
        ("Email", "email"),
        ("Phone", "phone"),
        ("Website", "url"),
        *_texts("Trade"),
    ),
    "RFIs": (
        ("Subject", "text", _REQUIRED),
        *_texts("Number"),
        _choice("Status", "draft", "open", "closed"),
        *_days("Due Date"),
        *_ticks("Private"),
        ("Question", "text-multi-line"),
        *_texts("RFI Manager ID"),
    ),
}
"""An app that has no more than it needs to show how things cross."""

TABLES: dict[str, tuple[_Field, ...]] = {
    "Companies": (*_texts("Company Name"), *_ticks("Active", GONE)),
    "Offices": (
        ("Office Name", "text", _REQUIRED),
        *_texts("Division", "Street", "City", "State", "ZIP"),
        ("Phone", "phone"),
        *_ticks(GONE),
    ),
    "Company Roles": _texts("Role Name"),
    "Vendors": (
        *PLAIN["Vendors"],
        *_texts("State", "License Number"),
        ("Trades", "multitext", {"choices": list(TRADES)}),
    ),
    "People": (
        *_texts("First Name"),
        ("Last Name", "text", _REQUIRED),
        ("Email", "email"),
        *_texts("Job Title", "Company Permissions"),
        ("Mobile Phone", "phone"),
        *_ticks("Employee", "Active", "Invited"),
        ("Invited On", "timestamp"),
    ),
    "Projects": (
        *PLAIN["Projects"],
        *_texts("Street", "Stage", "Location"),
        *_days("Finish Date"),
        *_ticks("Budget Locked"),
    ),
    "Project Vendors": (),
    "Project Team": _texts("Permissions", "Job Title"),
    "Project Roles": _texts("Role"),
    "RFIs": (
        *PLAIN["RFIs"],
        *_texts("Assignees", "Ball in Court"),
        *_ticks(GONE),
        ("RFI Manager", "email"),
        _choice("Cost Impact", "Yes", "Yes, unknown", "No", "TBD", "N/A"),
        *_amounts("Cost"),
        _choice("Discipline", "Architectural", "Civil", "Electrical", "Mechanical", "Structural"),
    ),
    "RFI Replies": (
        ("Reply", "text-multi-line"),
        *_ticks("Official", GONE),
        *_texts("Replied By"),
        ("Replied On", "timestamp"),
    ),
    "Submittals": (
        ("Number", "text", _REQUIRED),
        *_texts("Revision", "Title", "Type", "Status", "Ball in Court", "Spec Section"),
        ("Description", "text-multi-line"),
        *_days("Due Date", "Needed on Site"),
        ("Lead Time Days", "numeric"),
        ("Manager", "email"),
        *_ticks(GONE),
    ),
    "Submittal Approvers": (
        ("Approver", "email"),
        *_texts("Role", "Response"),
        ("Comment", "text-multi-line"),
        *_days("Due Date", "Returned On"),
        *_ticks(GONE),
    ),
    "Change Events": (
        *_texts("Number", "Title", "Status", "Change Type", "Reason"),
        ("Description", "text-multi-line"),
        _choice("Scope", "In scope", "Out of scope", "To be decided"),
        *_ticks(GONE),
    ),
    "Purchase Orders": (
        *_texts("Number", "Title", "Payment Terms", "Ship To"),
        _choice(
            "Status", "Draft", "Processing", "Submitted", "Partially Received", "Received", "Approved",
            "Closed",
        ),
        *_days("Contract Date", "Delivery Date"),
        ("Retainage", "numeric"),
        *_amounts("Grand Total"),
        *_ticks("Executed", GONE),
    ),
    "Budget Lines": (
        *_texts("WBS Code", "Cost Code", "Cost Type", "Unit"),
        *_amounts("Original Budget", "Unit Cost"),
        ("Quantity", "numeric"),
        *_ticks(GONE),
    ),
    "Budget Modifications": (*_amounts("Amount"), *_texts("Notes", "Approval"), *_ticks(GONE)),
    "Budget Changes": (
        ("Number", "numeric"),
        *_texts("Title", "To WBS Code", "From WBS Code"),
        _choice("Status", "Draft", "Under review", "Approved", "Void"),
        *_amounts("Amount"),
        *_ticks(GONE),
    ),
    "Folders": (*_texts("Folder Name", "Path"), *_ticks("Private", GONE)),
    "Files": (
        *_texts("File Name", "Folder", "Uploaded By"),
        ("Document", "file"),
        ("Version", "numeric"),
        ("Bytes", "numeric"),
        *_ticks("Private", GONE),
    ),
    "Albums": (*_texts("Album Name"), ("Images", "numeric"), *_ticks("Private", GONE)),
    "Images": (
        *_texts("File Name", "Description", "Place", "Uploaded By"),
        ("Picture", "file"),
        ("Taken At", "timestamp"),
        *_ticks("Private", GONE),
    ),
}  # fmt: skip
"""Each table's own fields: label, type and properties."""

_PROJECT = ("Projects", "Related Project")
_VENDOR = ("Vendors", "Related Vendor")
_PERSON = ("People", "Related Person")

_REFERENCES: dict[str, tuple[tuple[str, str], ...]] = {
    "People": (_VENDOR,),
    "Projects": (("Offices", "Related Office"),),
    "Project Vendors": (_PROJECT, _VENDOR),
    "Project Team": (_PROJECT, _PERSON),
    "Project Roles": (_PROJECT, _PERSON),
    "RFIs": (_PROJECT, _VENDOR),
    "RFI Replies": (("RFIs", "Related RFI"),),
    "Submittals": (_PROJECT, _VENDOR),
    "Submittal Approvers": (("Submittals", "Related Submittal"),),
    "Change Events": (_PROJECT,),
    "Purchase Orders": (_PROJECT, _VENDOR),
    "Budget Lines": (_PROJECT,),
    "Budget Modifications": (_PROJECT, ("Budget Lines", "From Line"), ("Budget Lines", "To Line")),
    "Budget Changes": (_PROJECT,),
    "Folders": (_PROJECT, ("Folders", "Parent Folder")),
    "Files": (_PROJECT, ("Folders", "Related Folder")),
    "Albums": (_PROJECT,),
    "Images": (_PROJECT, ("Albums", "Related Album")),
}
"""Each table's reference fields: the table above, and the field's label."""


def make_app(quickbase: QuickbaseSim, tables: Mapping[str, Iterable[_Field]]) -> dict[str, str]:
    """The app with these tables, and their dbids by name.

    A reference to a table that is not made is left out.
    """
    app = quickbase.create_app("Construction")
    made = {name: quickbase.create_table(app, name) for name in tables}
    for name, table in made.items():
        _add_fields(quickbase, table, tables[name])
    for name, above in _REFERENCES.items():
        for parent, label in above:
            if name in made and parent in made:
                quickbase.create_relationship(made[name], made[parent], label)
    return made


def _add_fields(quickbase: QuickbaseSim, table: str, fields: Iterable[_Field]) -> None:
    for label, kind, *more in fields:
        quickbase.create_field(table, label, kind, **(more[0] if more else {}))
    quickbase.create_field(table, KEY, "text", unique=True)
