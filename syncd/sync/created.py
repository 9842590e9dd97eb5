"""Created: what history keeps of a record that we made, field by field (P14)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from syncd.core.values import Absent, SideName, Value, other_side
from syncd.store import NewEvent, Tx
from syncd.sync.link import Pairing
from syncd.sync.workbench import Workbench

__all__ = ["sent_by_index", "tell_created"]


def tell_created(
    work: Workbench,
    tx: Tx,
    side: SideName,
    number: int,
    pairing: Pairing,
    sent: Mapping[int, Value],
    holds: Sequence[Value | Absent],
) -> None:
    """A line for each field that was sent to make link `number`'s record on `side`: its rule, and what
    the vendor says it holds, which is what was sent where it does not say."""
    rules = work.mapping.rules
    about = (work.mapping.name, pairing.made_by, work.run, number, pairing.procore_id, pairing.quickbase_id)
    why = f"new in {other_side(side).value}"
    tx.record(
        [
            NewEvent(*about, rules[index].key, side.value, None, _told(holds[index], value), why=why)
            for index, value in sorted(sent.items())
        ]
    )


def sent_by_index(work: Workbench, sent: Mapping[str, Value]) -> dict[int, Value]:
    """A journaled create's values by today's rules; those of rules that are gone are left out."""
    places = {rule.fingerprint: index for index, rule in enumerate(work.mapping.rules)}
    return {places[one]: value for one, value in sent.items() if one in places}


def _told(holds: Value | Absent, sent: Value) -> Value:
    return sent if isinstance(holds, Absent) else holds
