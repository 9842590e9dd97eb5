"""What the mapped fields mean on both sides, in the world's own words.

The full-stack oracle compares what the two vendors really stored. These few lines say when
that is the same; they share nothing with the engine's own translation.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

__all__ = ["TABLES", "Meaning", "TableMeaning", "plain"]

SHORT = 8
"""Most characters of the Quickbase field that is too short for some of what people type."""

_ACTIVE = {"Active": True, "Closed": False}


@dataclass(frozen=True, slots=True)
class Meaning:
    """One rule: its Procore field as stored, its Quickbase label, and the kind of both.

    `ref` is the table a reference names. `edited` says whether people edit it at all.
    """

    procore: str
    quickbase: str
    kind: str = "text"
    ref: str = ""
    one_way: bool = False
    edited: bool = True


@dataclass(frozen=True, slots=True)
class TableMeaning:
    """One mapping: Procore's resource, Quickbase's table, the field both carry the serial in."""

    resource: str
    table: str
    serial: str
    fields: tuple[Meaning, ...]


TABLES = (
    TableMeaning(
        "projects",
        "Projects",
        "zip",
        (
            Meaning("name", "Project Name"),
            Meaning("project_number", "Number"),
            Meaning("city", "City"),
            Meaning("active", "Status", "active"),
            Meaning("start_date", "Start Date"),
            Meaning("total_value", "Total Value", "money"),
            Meaning("zip", "Serial", edited=False),
        ),
    ),
    TableMeaning(
        "vendors",
        "Vendors",
        "zip",
        (
            Meaning("name", "Company Name"),
            Meaning("city", "City"),
            Meaning("email_address", "Email"),
            Meaning("business_phone", "Phone", "phone"),
            Meaning("trade_name", "Trade", "short"),
            Meaning("zip", "Serial", edited=False),
        ),
    ),
    TableMeaning(
        "rfis",
        "RFIs",
        "reference",
        (
            Meaning("subject", "Subject"),
            Meaning("status", "Status", one_way=True),
            Meaning("due_date", "Due Date"),
            Meaning("private", "Private", "flag"),
            Meaning("responsible_contractor", "Related Vendor", "ref", ref="vendors"),
            Meaning("rfi_manager", "RFI Manager ID", edited=False),
            Meaning("reference", "Serial", edited=False),
        ),
    ),
)


def plain(kind: str, value: Any) -> Any:
    """A stored value of either side as what it means; None is empty."""
    return _KINDS[kind](value)


def _text(value: Any) -> str | None:
    return (str(value).strip() or None) if value is not None else None


def _short(value: Any) -> str | None:
    text = _text(value)
    return text[:SHORT].strip() if text else None


def _phone(value: Any) -> str | None:
    return (re.sub(r"\D", "", str(value)) or None) if value is not None else None


def _money(value: Any) -> Decimal | None:
    if value in (None, ""):
        return None
    return Decimal(str(value)).quantize(Decimal("0.01"), ROUND_HALF_UP)


def _active(value: Any) -> bool | None:
    return _ACTIVE.get(value) if isinstance(value, str) else value


_KINDS: dict[str, Callable[[Any], Any]] = {
    "text": _text,
    "short": _short,
    "phone": _phone,
    "money": _money,
    "active": _active,
    "flag": bool,
    "ref": _text,
}
