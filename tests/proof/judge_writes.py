"""P3, P7 and P2's age: syncd is still when nothing changes, and writes only what it must."""

from __future__ import annotations

from syncd.sides.memory_side import SLOW_SECONDS
from tests.proof.ledger import Ledger

__all__ = ["fresh", "only_changes", "quiet"]

OLDEST = 60.0 + SLOW_SECONDS + 1.0
"""What a write may rest on: a reading of 60 s, and the write's own way to the vendor."""


def quiet(ledger: Ledger, since: tuple[int, int]) -> list[str]:
    """A2: after convergence another cycle writes nothing, not even what is there already."""
    out = []
    for side, start in zip("pq", since, strict=True):
        for one in ledger.table.vendor(side).sent[start:]:
            out.append(
                f"A2: in a quiet cycle syncd sent {one.call} {one.id} {dict(one.values)} key {one.key}"
            )
    return out


def only_changes(ledger: Ledger) -> list[str]:
    """B2: no field is sent whose value the record was known to hold already."""
    out = []
    for side in "pq":
        vendor = ledger.table.vendor(side)
        for one in vendor.sent:
            if one.call != "update" or one.id not in vendor.rows:
                continue
            known = next((v for v in vendor.rows[one.id].versions if v.seq == one.seen), None)
            for index, value in one.values.items() if known is not None and known.values else ():
                assert known is not None
                assert known.values is not None
                if known.values[index] == value and not ledger.table.setup.specs[index].link:
                    key = ledger.table.setup.specs[index].key
                    out.append(f"B2: {key} of {one.id} was sent {value!r}, which it held already")
    return out


def fresh(ledger: Ledger) -> list[str]:
    """P2: no write of values rests on a reading older than 60 s."""
    return [
        f"B1r: {one.id} was written {one.age:.0f} s after it was last read"
        for side in "pq"
        for one in ledger.table.vendor(side).sent
        if one.call == "update" and one.values and (one.age is None or one.age > OLDEST)
    ]
