"""Hand: two records that a person links, and what stood in the way of it.

One commit ends the links that stand in the way, makes the new one and leaves an order for
every key that has to be emptied (`part.py`); the next cycle does the rest, and decides
where the two differ by the mapping's `first:` word.
"""

from __future__ import annotations

from syncd.core.values import ABSENT, Absent, SideName, Value, encode_row, other_side
from syncd.errors import Forbidden, NotFound, UsageProblem
from syncd.sides.port import Gone, Lane, Record
from syncd.store import Link, NewEvent, NewLink, Tx
from syncd.sync.part import part
from syncd.sync.workbench import Workbench, identity_of

__all__ = ["link_by_hand", "scope_of"]

Ids = dict[SideName, str]


def scope_of(procore_id: str) -> str:
    """The scope a Procore identity stands in: the project of `project/id`, else the company."""
    project, slash, _ = procore_id.rpartition("/")
    return project if slash else ""


def link_by_hand(work: Workbench, procore_id: str, quickbase_id: str, *, instead: bool = False) -> str:
    """Link the two; with `instead`, in the place of the link that the Procore record is in now.

    Answers the Quickbase record of that link, or "". Raises UsageProblem, having done nothing,
    where one of them is not there, is linked already, or may be what a create is about.
    """
    ids = {SideName.PROCORE: procore_id, SideName.QUICKBASE: quickbase_id}
    for side in SideName:
        if not isinstance(_fetch(work, side, ids[side]), Record):
            raise UsageProblem(
                f"{side.value} shows no record {ids[side]}: it does not exist, or we may not see it."
            )
    with work.store.read() as tx:
        ended = _in_the_way(work, tx, ids, instead=instead)
    read = {
        (side, identity): _fetch(work, side, identity)
        for link in ended
        for side in SideName
        if (identity := identity_of(link, side)) != ids[side]
    }
    with work.store.transaction() as tx:
        _refuse_pending(work, tx, ids)
        ended = _in_the_way(work, tx, ids, instead=instead)
        for old in ended:
            tx.drop_link(old.id)
            tx.close_issues(work.mapping.name, old.procore_id, old.quickbase_id, None, work.clock.now())
            if old.state == "live":
                _record(tx, old, "unlink")
        new = _add(work, tx, ids)
        for old in ended:
            part(work, tx, old, new, read)
    return next((old.quickbase_id for old in ended if old.procore_id == procore_id), "")


def _fetch(work: Workbench, side: SideName, identity: str) -> Record | Gone:
    scope = scope_of(identity) if side is SideName.PROCORE else ""
    try:
        return work.side(side).fetch(scope, [identity], Lane.COMMAND)[identity]
    except (Forbidden, NotFound):
        return Gone.HIDDEN


def _refuse_pending(work: Workbench, tx: Tx, ids: Ids) -> None:
    """A create whose outcome is unknown is settled first: it may have made a counterpart."""
    for intent in tx.pending(work.mapping.name):
        source = other_side(intent.side)
        if intent.verb != "create" or intent.source != ids[source]:
            continue
        left = max(0.0, intent.settle_after - work.side(intent.side).now())
        when = f"in {left:.0f} seconds" if left >= 1 else "now"
        raise UsageProblem(
            f"{intent.side.value} may have made a counterpart for {source.value} record {intent.source} "
            f"already, and its answer was lost: run `syncd sync {work.mapping.name}` twice {when}, "
            "which looks for it, and then try again."
        )


def _in_the_way(work: Workbench, tx: Tx, ids: Ids, *, instead: bool) -> list[Link]:
    """The links to end: tombstones that hold either record, and with `instead` the Procore record's."""
    found: dict[int, Link] = {}
    for side in SideName:
        link = tx.links_by(work.mapping.name, side, [ids[side]]).get(ids[side])
        if link is None:
            continue
        same = all(identity_of(link, one) == ids[one] for one in SideName)
        replaced = instead and side is SideName.PROCORE and not same
        if link.state == "live" and not replaced and link.id not in found:
            hint = "" if same else "; part them first"
            raise UsageProblem(
                f"{side.value} record {ids[side]} is linked already "
                f"({link.procore_id} with qb:{link.quickbase_id}){hint}."
            )
        found[link.id] = link
    if instead and not any(link.procore_id == ids[SideName.PROCORE] for link in found.values()):
        raise UsageProblem(
            f"No link of {work.mapping.name} holds {ids[SideName.PROCORE]}: use 'syncd links add'."
        )
    return list(found.values())


def _add(work: Workbench, tx: Tx, ids: Ids) -> Link:
    mapping, now = work.mapping, work.clock.now()
    procore_id, quickbase_id = ids[SideName.PROCORE], ids[SideName.QUICKBASE]
    none: list[Value | Absent] = [ABSENT] * len(mapping.rules)
    new = NewLink(
        mapping=mapping.name,
        scope=scope_of(procore_id),
        procore_id=procore_id,
        quickbase_id=quickbase_id,
        layout=tx.layout(mapping.name, tuple(rule.fingerprint for rule in mapping.rules)),
        base_procore=encode_row(none),
        base_quickbase=encode_row([*none, None]),
        made_by="person",
    )
    link = tx.link(tx.add_links([new])[0])
    assert link is not None
    for side in SideName:
        scope = link.scope if side is SideName.PROCORE else ""
        tx.drop_strangers(mapping.name, side, [ids[side]])
        tx.mark([(mapping.name, side, ids[side], scope, 0.0, "linked")])
    tx.close_issues(mapping.name, procore_id, "", None, now)
    tx.close_issues(mapping.name, "", quickbase_id, None, now)
    _record(tx, link, "link")
    return link


def _record(tx: Tx, link: Link, what: str) -> None:
    tx.record(
        [
            NewEvent(
                mapping=link.mapping,
                what=what,
                link=link.id,
                procore_id=link.procore_id,
                quickbase_id=link.quickbase_id,
                why="a person said so",
            )
        ]
    )
