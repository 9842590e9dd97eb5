"""Whether what a command printed is what the simulator's own records hold."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from typing import Any

from syncd.catalog import resource
from syncd.core.values import Kind
from tests.support.step_makers import TABLES
from tests.support.step_site import Site

__all__ = ["agrees", "differences", "standing", "stored_key"]

_KEYS = {
    "change-events": {
        "prime_contract": "prime_contract_for_estimates",
        "external_origin_id": "origin_id",
        "external_origin_data": "origin_data",
    },
    "users": {
        "default_permission_template": "permission_template",
        "work_classification": "work_classification_id",
    },
    "rfis": {"question_body": "question"},
    "submittals": {"source_submittal": "source_submittal_log_id"},
    "budget-modifications": {
        "to_budget_line_item": "to_budget_line_item_id",
        "from_budget_line_item": "from_budget_line_item_id",
    },
    "folders": {"parent": "parent_id", "is_deleted": "deleted"},
    "files": {"parent": "parent_id", "is_deleted": "deleted"},
    "albums": {"album_cover": "album_cover_id"},
    "images": {"album": "image_category_id", "image_name": "filename", "uploader": "created_by"},
}
"""What the simulator calls a field, where it has another name for it."""

_FILLED = {("folders", "parent"), ("files", "parent"), ("budget-line-items", "direct_costs")}
"""Where Procore shows something although nothing is stored: the root folder, and a sum of no costs."""

_HIDDEN = {"users": "is_active", "vendors": "is_active"}
"""The flag without which a record is left out of a list."""


def stored_key(name: str, field: str) -> str:
    """Under which key the simulator keeps a field."""
    return _KEYS.get(name, {}).get(field, field)


def standing(site: Site, name: str, project: int = 0) -> dict[str, int]:
    """The records that a list has to show, by our name of them: neither deleted nor inactive."""
    if name == "companies":
        return {str(site.sim.company_id): site.sim.company_id}
    found = {}
    for record, values in site.rows(name).items():
        inside = not project or site.sim.scope_of(TABLES[name], record) == project
        if inside and not values.get("deleted") and values.get(_HIDDEN.get(name, ""), True):
            found[site.named(name, record)] = record
    return found


def differences(site: Site, name: str, record: int, row: dict[str, Any], *, listed: bool) -> dict[str, Any]:
    """The fields whose printed value is not the stored one, each with both.

    A field that can be written has to be there, unless its value is nothing, or it is read one by one
    and this is a list.
    """
    if name == "companies":
        known: dict[str, Any] = {"name": site.sim.state.company_name, "is_active": True, "my_company": True}
    else:
        known = dict(_held(site, name, record))
    wrong: dict[str, Any] = {}
    if row["id"] != site.named(name, record):
        wrong["id"] = (row["id"], site.named(name, record))
    for one in resource(name).fields:
        key = stored_key(name, one.name)
        if one.scope_id or one.beside or not one.field.readable or one.kind is Kind.FILE:
            continue  # of a file its version is shown
        if one.filled:
            known[key] = bool(known[one.read[0]])
        if key not in known:
            if one.writable:
                wrong[one.name] = "the simulator keeps nothing of that name"
            continue
        if one.name not in row:
            if known[key] and one.writable and not (listed and one.field.detail):
                wrong[one.name] = ("not printed", known[key])
        elif not (known[key] is None and (name, one.name) in _FILLED) and not agrees(
            known[key], row[one.name]
        ):
            wrong[one.name] = (row[one.name], known[key])
    return wrong


def _held(site: Site, name: str, record: int) -> dict[str, Any]:
    """What the simulator holds of a record; a membership with the person or vendor it is of, and an
    impact in its two parts."""
    values = site.rows(name)[record]
    for member in ("user", "vendor"):
        if name == f"project-{member}s":
            values = {**site.rows(f"{member}s")[values[member]], **values}
    for key in ("cost_impact", "schedule_impact"):
        if isinstance(values.get(key), dict):
            impact = values[key]
            values = {**values, f"{key}_status": impact["status"], f"{key}_value": impact["value"]}
    return values


def agrees(stored: Any, printed: Any) -> bool:
    """Whether a printed value is the stored one: ids with or without the project they stand in, numbers
    as numbers, and nothing is nothing."""
    if stored in (None, "", (), []):
        return printed in (None, "", [])
    if isinstance(stored, bool) or isinstance(printed, bool):
        return stored is printed
    if isinstance(stored, tuple | list):
        return isinstance(printed, list) and sorted(map(str, stored)) == sorted(map(_tail, printed))
    if str(stored) in (printed, _tail(printed)):
        return True
    try:
        return Decimal(str(stored)) == Decimal(str(printed))
    except InvalidOperation:
        return False


def _tail(printed: Any) -> str:
    return str(printed).rpartition("/")[2]
