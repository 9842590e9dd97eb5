"""Slips: rows that Quickbase makes of an update to a record that a person has just deleted.

Under one reading of the vendor (switch `unknown_record_id`) an update that names a record which is
gone makes another. syncd deletes it at once, or lists it where it died before it could.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from syncd.sandbox.message import Request

if TYPE_CHECKING:
    from tests.proof.stack_ledger import StackLedger

__all__ = ["a_slip", "made_of_update", "rows_named"]

SYSTEM = frozenset("12345")
"""Fields of every row, which nobody writes."""

AT_ONCE = 3
"""Requests within which syncd takes such a row back."""


def a_slip(ledger: StackLedger, side: str, table: Any, record: str) -> bool:
    """Whether that record is such a row: nobody but syncd ever touched it, it was made of a request that
    named a row which a person had deleted, and it was taken back at once or held nothing but our key."""
    if not made_of_update(ledger, side, table, record):
        return False
    first, *later = ledger.changes[side, table.resource, record]
    if any(one.credential != "syncd" for one in later):
        return False
    taken_back = bool(later) and later[0].kind == "delete" and later[0].request - first.request <= AT_ONCE
    held = {name for name, value in (first.after or {}).items() if name not in SYSTEM and value}
    return taken_back or (len(held) == 1 and bool(ledger.key_of(table, first.after or {})))


def made_of_update(ledger: StackLedger, side: str, table: Any, record: str) -> bool:
    """Whether Quickbase made the row of an update of ours to one that a person had deleted."""
    if side != "quickbase" or ledger.world.setup.switches.quickbase.unknown_record_id != "create":
        return False
    first = ledger.changes[side, table.resource, record][0]
    return (
        first.kind == "create"
        and first.credential == "syncd"
        and any(
            event.kind == "delete" and event.credential == "person" and event.seq < first.seq
            for dbid, rid in ledger.world.named.get(first.request, ())
            if dbid == ledger.world.dbid(table)
            for event in ledger.changes[side, table.resource, str(rid)]
        )
    )


def rows_named(request: Request) -> set[tuple[str, int]]:
    """The rows that a write to Quickbase names: (table, record id)."""
    if request.method != "POST" or not request.path.endswith("/quickbase/v1/records"):
        return set()
    body = json.loads(request.body)
    return {(body["to"], int(row["3"]["value"])) for row in body["data"] if "3" in row}
