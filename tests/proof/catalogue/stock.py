"""What stands ready in both vendors before people begin: lists, staff, tables and fields."""

from __future__ import annotations

from typing import Any

from syncd.sandbox.procore.sim import ProcoreSim
from syncd.sandbox.quickbase.sim import QuickbaseSim
from tests.proof.catalogue.meaning import Sort, Word

__all__ = ["CODES", "CUSTOM", "LISTS", "STAFF", "furnish", "give_lists"]

CODES = 40
"""Cost codes of the company: each names one budget line."""

STAFF = ("ann", "bo", "cy")
"""People whom nobody edits: others are said by their addresses."""

LISTS: dict[str, tuple[str, ...]] = {
    "trades": ("Masonry", "Roofing", "Steel"),
    "departments": ("North", "South", "West"),
    "project_stages": ("Bidding", "Building", "Warranty"),
    "permission_templates": ("Readers", "Builders"),
    "line_item_types": ("Labor", "Material"),
    "locations": ("Level 1", "Level 2", "Roof"),
    "change_types": ("Owner", "Site"),
    "change_reasons": ("Design", "Weather"),
    "submittal_types": ("Sample", "Shop drawing"),
}
CUSTOM: dict[str, tuple[str, ...]] = {
    "custom.Phase": ("Early", "Late"),
    "custom.Areas": ("Attic", "Cellar", "Yard"),
    "custom.Trade": ("Civil", "Electrical"),
}
"""The entries of custom fields that are lists."""


def give_lists(sim: ProcoreSim, sorts: tuple[Sort, ...]) -> dict[tuple[str, str], int]:
    """The small lists, the staff and the custom fields; the ids of the latter by resource and name."""
    for kind, names in LISTS.items():
        for name in names:
            sim.add_option(kind, name)
    for number in range(1, CODES + 1):
        sim.add_option("cost_codes", f"Work {number}", code=str(number), full_code=f"c{number}")
    for name, group in (("Open", "open"), ("Closed", "closed")):
        sim.add_option("change_event_statuses", name, mapped_to_status=group)
    for name in ("Draft", "Open", "Closed"):
        sim.add_option("submittal_statuses", name, status=name)
    for name in ("Approved", "Rejected"):
        sim.add_option("submittal_responses", name, considered=name.lower())
    for name in ("Lead", "Clerk"):
        sim.put("company_roles", {"name": name})
    for name in STAFF:
        sent = {"first_name": "Staff", "last_name": name, "email_address": f"{name}@example.com"}
        sim.put("users", sent)
    for number in (1, 2):
        sim.put("vendors", {"name": f"stock{number} Supply"})
    ids = {}
    for sort in sorts:
        for word in sort.words:
            if word.custom:
                label = word.procore.removeprefix("custom.")
                entries = CUSTOM.get(word.procore, ())
                ids[sort.resource, word.procore] = sim.add_custom_field(
                    sort.sim,
                    label,
                    word.custom,  # type: ignore[arg-type]
                    *entries,
                )
    return ids


def furnish(
    quickbase: QuickbaseSim, sorts: tuple[Sort, ...], *, index_deletes: bool
) -> tuple[dict[str, str], dict[tuple[str, str], str]]:
    """An app with a table for every resource: table ids, and field ids by resource and label."""
    app = quickbase.create_app("Works")
    tables = {
        one.resource: quickbase.create_table(app, one.table, index_deletes=index_deletes) for one in sorts
    }
    fids = {}
    for sort in sorts:
        table = tables[sort.resource]
        for word in sort.words:
            if word.column == "relation":
                fid = quickbase.create_relationship(table, tables[word.ref], word.quickbase)
            else:
                fid = quickbase.create_field(table, word.quickbase, word.column, **_properties(word))
            fids[sort.resource, word.quickbase] = str(fid)
        fids[sort.resource, "Procore ID"] = str(
            quickbase.create_field(table, "Procore ID", "text", unique=True)
        )
        fids[sort.resource, "Gone"] = str(quickbase.create_field(table, "Gone", "checkbox"))
    return tables, fids


def _properties(word: Word) -> dict[str, Any]:
    if word.column == "currency":
        return {"decimalPlaces": 2}
    if word.column == "multitext":
        people = [f"{one}@example.com" for one in (*STAFF, "pat.example", "sync.service")]
        entries = CUSTOM.get(word.procore) or LISTS.get(word.options) or people
        return {"choices": list(entries)}
    return {}
