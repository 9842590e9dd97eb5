"""Slips: rows that Quickbase makes of an update to a record that a person has just deleted.

Under one reading of the vendor (switch `unknown_record_id`) an update that names a record which is
gone makes another. syncd deletes it at once, or lists it where it died before it could.
"""

from __future__ import annotations

from typing import Any

from tests.proof.stack_ledger import StackLedger

__all__ = ["a_slip"]

SYSTEM = frozenset("12345")
"""Fields of every row, which nobody writes."""

AT_ONCE = 3
"""Requests within which syncd takes such a row back."""


def a_slip(ledger: StackLedger, side: str, table: Any, record: str) -> bool:
    """Whether that record is such a row: nobody but syncd ever touched it, a row of the table had been
    deleted by a person before, and it was taken back at once or held nothing but our key."""
    if side != "quickbase" or ledger.world.setup.switches.quickbase.unknown_record_id != "create":
        return False
    first, *later = ledger.changes[side, table.resource, record]
    if first.kind != "create" or any(one.credential != "syncd" for one in (first, *later)):
        return False
    if not _deleted_before(ledger, table, first.seq):
        return False
    taken_back = bool(later) and later[0].kind == "delete" and later[0].request - first.request <= AT_ONCE
    held = {name for name, value in (first.after or {}).items() if name not in SYSTEM and value}
    return taken_back or (len(held) == 1 and bool(ledger.key_of(table, first.after or {})))


def _deleted_before(ledger: StackLedger, table: Any, seq: int) -> bool:
    return any(
        one.kind == "delete" and one.credential == "person" and one.seq < seq
        for (side, name, _record), events in ledger.changes.items()
        if side == "quickbase" and name == table.resource
        for one in events
    )
