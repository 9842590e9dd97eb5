"""Surplus: what a create of ours made although one of the two records is linked by now.

A person may link either record by hand while the answer is lost. The link stands; what was
made is listed as a suspected duplicate and waits for a person, so that nothing is lost.
"""

from __future__ import annotations

from collections.abc import Sequence

from syncd.catalog import names, resource
from syncd.core.values import SideName, other_side
from syncd.sides.port import Record
from syncd.store import Link, NewEvent, Tx
from syncd.sync.issues import held_record, only
from syncd.sync.strangers import stranger_of
from syncd.sync.workbench import Links, Workbench, identity_of

__all__ = ["set_aside", "surplus"]


def surplus(
    work: Workbench, tx: Tx, side: SideName, source: str, made: Sequence[Record], response: str = ""
) -> bool:
    """List what a create for `source` made on `side`, if a link holds `source` or all that was made.

    False, and nothing was done, where `source` and one of those made can still be linked.
    """
    mapping, other = work.mapping.name, other_side(side)
    holder = tx.links_by(mapping, other, [source]).get(source)
    linked = tx.links_by(mapping, side, [record.id for record in made])
    free = [record for record in made if record.id not in linked]
    if holder is None and free:
        return False
    if holder is None:
        _without(work, tx, side, source, next(iter(linked.values())))
        return True
    reason = (
        f"suspected duplicate: {side.value} made it for {other.value} {source}, which is linked with "
        f"{identity_of(holder, side)} by now; delete it, or link it with 'syncd links add'"
    )
    set_aside(work, tx, side, free, reason)
    tx.record([_event(work, side, record, source, response) for record in free])
    return True


def set_aside(work: Workbench, tx: Tx, side: SideName, records: Sequence[Record], reason: str) -> None:
    """List suspected duplicates and index them as waiting for a person, also where no listing has
    shown them yet."""
    links = Links(tx)
    for record in records:
        held_record(work, tx, only(side, record.id), reason, state="duplicate", scope=record.scope)
    tx.put_strangers([stranger_of(work, side, record, links, held=True) for record in records])


def _without(work: Workbench, tx: Tx, side: SideName, source: str, link: Link) -> None:
    """A person linked with another record what was made for this one: no other is made unasked."""
    other = other_side(side)
    reason = (
        f"{side.value} {identity_of(link, side)}, made for it, is linked with {other.value} "
        f"{identity_of(link, other)} by now; link it with 'syncd links add', or 'syncd retry' creates another"
    )
    about = work.mapping.procore.resource
    if about in names() and resource(about).create_id:  # its address says who it is: there can be no other
        reason = (
            f"{side.value} {identity_of(link, side)} is linked with {other.value} {identity_of(link, other)} "
            "already, and both name the same member of the project: delete one of the two rows"
        )
    scope = source.rpartition("/")[0] if other is SideName.PROCORE else ""
    held_record(work, tx, only(other, source), reason, scope=scope)
    tx.hold_strangers(work.mapping.name, other, [source])
    tx.unmark(work.mapping.name, other, [source])


def _event(work: Workbench, side: SideName, record: Record, source: str, response: str) -> NewEvent:
    procore, quickbase = only(side, record.id)
    return NewEvent(
        mapping=work.mapping.name,
        what="create",
        run=work.run,
        procore_id=procore,
        quickbase_id=quickbase,
        side=side.value,
        why=f"made for {other_side(side).value} {source}, which is linked with another by now",
        response=response,
    )
