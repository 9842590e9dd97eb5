"""What people edit in the demo, as data: one field on one side, and where the other side shows it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from syncd.cli.demo.census import Census
from syncd.cli.demo.person import Person
from syncd.cli.demo.places import PLACES

__all__ = ["EDITS", "SOMETHING", "Edit", "make", "seen"]

SOMETHING = object()
"""What the other side makes of an edit by itself, such as the time of an invitation."""

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Edit:
    """An edit in `side` (procore or quickbase) of `field`: a key that Procore takes, or a label.

    `there` is where the other side shows it: a label, or keys of Procore's record with dots between.
    `wanted` is how it reads there if not the same; `again` are keys that Procore wants with every edit.
    `last` takes the resource's last linked record, else it is the first.
    """

    resource: str
    side: str
    field: str
    value: Any
    there: str
    wanted: Any = None
    again: tuple[str, ...] = ()
    last: bool = False

    @property
    def expected(self) -> Any:
        """What the other side will read."""
        return self.value if self.wanted is None else self.wanted


def _up(resource: str, field: str, value: Any, label: str, wanted: Any = None, **more: Any) -> Edit:
    return Edit(resource, "procore", field, value, label, wanted, **more)


def _down(resource: str, label: str, value: Any, key: str, wanted: Any = None, **more: Any) -> Edit:
    return Edit(resource, "quickbase", label, value, key, wanted, **more)


EDITS = (
    _down("offices", "ZIP", "62702", "zip"),
    _up("vendors", "city", "Eastgate", "City", again=("name",)),
    _down("vendors", "Email", "desk@example.com", "email_address"),
    _up("users", "mobile_phone", "(555) 012-2000", "Mobile Phone", again=("last_name", "email_address")),
    _up("projects", "city", "Harborview", "City"),
    _down("projects", "State", "WA", "state_code"),
    _down("users", "Invited", True, "welcome_email_sent_at", SOMETHING, last=True),
    _down("projects", "Budget Locked", True, "budget.locked", last=True),
    _down("project-users", "Permissions", "Subcontractor", "permission_template.name"),
    _up("rfis", "due_date", "2026-09-15", "Due Date"),
    _down("rfis", "Subject", "Anchor bolts, revised", "subject"),
    _down("rfi-replies", "Official", True, "official", last=True),
    _up("submittals", "title", "Stair rails, second round", "Title", again=("number",)),
    _down("submittals", "Lead Time Days", 45, "lead_time"),
    _down("submittal-approvers", "Response", "Approved", "response.name"),
    _up("change-events", "title", "Rock under the wall", "Title"),
    _down("change-events", "Scope", "Out of scope", "scope", "out_of_scope"),
    _up("purchase-orders", "delivery_date", "2026-11-30", "Delivery Date"),
    _down("purchase-orders", "Title", "Ready-mix, early strength", "title"),
    _up("budget-line-items", "original_budget_amount", 64_000, "Original Budget"),
    _down("budget-line-items", "Unit", "cy", "uom"),
    _down("budget-changes", "Status", "Under review", "status", "under_review"),
    _up("folders", "name", "Contract Drawings", "Folder Name"),
    _down("folders", "Private", True, "private"),
    _up("files", "name", "Site plan rev 1.pdf", "File Name"),
    _down("files", "File Name", "Door schedule rev 1.pdf", "name", last=True),
    _up("albums", "name", "Progress photos", "Album Name"),
    _down("albums", "Private", True, "private"),
    _up("images", "description", "North side, scaffolding up", "Description"),
    _down("images", "Place", "Gate", "location.name", last=True),
)
"""Edits each way of the kinds of records that people edit on both sides.

Records without a time of change are edited in Quickbase only: an edit in Procore waits for a second look."""


def make(person: Person, census: Census, edit: Edit) -> str:
    """Edit as a person does; the identity of the record that was edited."""
    rows = census.linked(edit.resource)
    identity = list(rows)[-1 if edit.last else 0]
    if edit.side == "quickbase":
        person.write_quickbase(PLACES[edit.resource].table, {edit.field: edit.value}, rows[identity]["id"])
        return identity
    record = census.procore[edit.resource][identity]
    again = {key: record[key] for key in edit.again}
    person.edit_procore(
        edit.resource, str(record["id"]), {**again, edit.field: edit.value}, identity.rpartition("/")[0]
    )
    return identity


def seen(census: Census, edit: Edit, identity: str) -> bool:
    """Whether the other side shows what was edited."""
    if edit.side == "procore":
        return bool(census.linked(edit.resource).get(identity, {}).get(edit.there) == edit.expected)
    found: Any = census.procore[edit.resource].get(identity, {})
    for key in edit.there.split("."):
        found = found.get(key) if isinstance(found, dict) else None
    if edit.expected is SOMETHING:
        return found is not None
    return bool(found == edit.expected)
