"""P2: no person's edit is lost, and no conflict is invented."""

from __future__ import annotations

from collections import Counter

from syncd.core.values import Value
from syncd.sides.memory import Happened
from tests.proof.ledger import NOT_ACTED, Edit, Ledger, Node

__all__ = ["nothing_lost", "real_conflicts", "real_doubts"]

SURE = 180.0
"""Seconds after which no reading is put off any more as too fresh, or as maybe an old version."""


def nothing_lost(ledger: Ledger, counts: Counter[str]) -> list[str]:
    """B1: every edit is live, superseded, a recorded loser, or inside the read-to-write race.

    Judged at the moment of each of our writes: an edit that was taken away and came back later
    had been lost all the same.
    """
    out = []
    orders: dict[tuple[Node, int], list[int]] = {}
    one_record: dict[Node, Node] = {("q", q): ("p", p) for p, q in ledger.twins}
    for edit in ledger.edits:
        for node in {edit.node, one_record.get(edit.node, edit.node)}:
            orders.setdefault((ledger.groups[node], edit.field), []).append(edit.order)
    for edit in ledger.edits:
        spec = ledger.table.setup.specs[edit.field]
        if edit.born and edit.value is None:
            continue
        counts["edits"] += 1
        over = _overwritten(ledger, edit)
        if over is None or over.after is None or not spec.writes(_other(edit.side)):
            continue
        later = orders[ledger.groups[edit.node], edit.field]
        if any(edit.order < order < over.order for order in later) or over.after[edit.field] == edit.value:
            continue
        if _recorded(ledger, edit):
            counts["edits recorded as losers"] += 1
            continue
        if over.seen < edit.seq or _met_in_the_race(ledger, edit, over):
            counts["edits lost in the race"] += 1
            continue
        if edit.value is None and (
            ledger.blind or _before_link(ledger, edit) or _at_first_contact(ledger, edit)
        ):
            continue
        if (
            edit.side == "p"
            and not spec.known
            and ledger.values(edit.node)[edit.field] == spec.store("q", edit.value)
        ):
            counts["edits blurred by an undescribed server"] += 1
            continue
        if ledger.taken_back(edit):
            counts["edits taken back"] += 1
            continue
        if _taken_for_ours(ledger, edit, over):
            counts["edits taken for a lost write of ours"] += 1
            continue
        out.append(_sentence(ledger, edit, over))
    return out


def _other(side: str) -> str:
    return "q" if side == "p" else "p"


def _recorded(ledger: Ledger, edit: Edit) -> bool:
    """Whether history keeps the value as the loser of a conflict in this field."""
    key = ledger.table.setup.specs[edit.field].key
    return any(
        one.what == "conflict"
        and one.field == key
        and (one.procore_id if edit.side == "p" else one.quickbase_id) == edit.id
        and one.loser == edit.value
        and one.side == ("procore" if edit.side == "p" else "quickbase")
        for one in ledger.events
    )


def _overwritten(ledger: Ledger, edit: Edit) -> Happened | None:
    """Our write that took the edit away."""
    return next(
        (
            one
            for one in ledger.past(edit.side)
            if one.by == "syncd" and one.id == edit.id and one.seq > edit.seq and edit.field in one.fields
        ),
        None,
    )


def _met_in_the_race(ledger: Ledger, edit: Edit, over: Happened) -> bool:
    """Whether a write of ours that had not seen the edit found just its own value there: the
    vendor noted no change, and from then on the value was as much ours as theirs."""
    spec = ledger.table.setup.specs[edit.field]
    return any(
        one.id == edit.id
        and edit.field in one.values
        and spec.store(edit.side, one.values[edit.field]) == edit.value
        and one.seen < edit.seq
        and one.order < over.order
        and (edit.order < one.order or one.fault == "late")
        and one.fault not in NOT_ACTED
        for one in ledger.table.vendor(edit.side).sent
    )


def _taken_for_ours(ledger: Ledger, edit: Edit, over: Happened) -> bool:
    """Whether a person typed just what a write of ours was bringing whose answer was lost. The
    look-up found its value there and history says so, although that write never landed."""
    spec = ledger.table.setup.specs[edit.field]
    said = any(
        (one.procore_id if edit.side == "p" else one.quickbase_id) == edit.id
        and one.field == spec.key
        and one.side == ("procore" if edit.side == "p" else "quickbase")
        and one.after == edit.value
        and one.why.endswith("looked up")
        for one in ledger.events
    )
    return said and not any(
        one.by == "syncd"
        and one.id == edit.id
        and edit.field in one.fields
        and one.order < over.order
        and one.after is not None
        and one.after[edit.field] == edit.value
        for one in ledger.past(edit.side)
    )


def _before_link(ledger: Ledger, edit: Edit) -> bool:
    """A field emptied before either record carried the other's identity, as far as syncd could
    know: a key that a person typed links nothing before it was read."""
    seen = next(one.seen for one in ledger.past(edit.side) if one.id == edit.id and one.seq == edit.seq)
    if edit.side == "q":
        versions = ledger.table.q.rows[edit.id].versions
        return not any(
            one.key is not None and one.seq < edit.seq and (one.by == "syncd" or one.seq <= seen)
            for one in versions
        )
    if not seen:
        return True
    rows = ledger.table.q.rows.values()
    stamped = [one.moment for row in rows for one in row.versions if one.key == edit.id]
    made = next(one for one in ledger.table.p.rows[edit.id].versions if one.seq == edit.seq)
    return not stamped or made.moment <= min(stamped)


def _at_first_contact(ledger: Ledger, edit: Edit) -> bool:
    """A field emptied before the two sides ever agreed in it for `SURE` seconds, and then for a
    whole cycle that nothing struck: there was no baseline yet, and of two values of which one is
    empty the filled one crosses, by the table's third row."""
    key = ledger.table.setup.specs[edit.field].key
    mine = [one for one in ledger.issues if one.field == key and one.state in ("conflict", "held")]
    if any((one.procore_id if edit.side == "p" else one.quickbase_id) == edit.id for one in mine):
        return True  # it was listed before they agreed; the two may have met unseen in between
    other = _other(edit.side)
    nodes = [edit.node, *(one for one in ledger.family(edit.node) if one[0] == other)]
    now: dict[Node, Value | None] = {}
    met: float | None = None
    past = sorted(
        ((one, side) for side in "pq" for one in ledger.past(side) if (side, one.id) in nodes),
        key=lambda item: item[0].order,
    )
    for one, side in past:
        if met is not None and any(met + SURE <= at and last <= one.order for at, _, last in ledger.calm):
            return False
        if one.order >= edit.order:
            return True
        if one.after is None:
            continue
        if one.by == "syncd" and edit.field in one.fields:
            return False
        now[side, one.id] = one.after[edit.field]
        together = _agree(ledger, edit, now)
        met = (_moment(ledger, side, one) if met is None else met) if together else None
    return True


def _moment(ledger: Ledger, side: str, one: Happened) -> float:
    """When that was, by the clock that nobody sets."""
    versions = ledger.table.vendor(side).rows[one.id].versions
    return next(version.moment for version in versions if version.seq == one.seq)


def _agree(ledger: Ledger, edit: Edit, now: dict[Node, Value | None]) -> bool:
    """Whether the field holds the same on both sides, in any of the records of this one's family."""
    if edit.node not in now:
        return False
    ours = now[edit.node]
    return any(
        ledger.same(edit.field, *((ours, theirs) if edit.side == "p" else (theirs, ours)))
        for node, theirs in now.items()
        if node[0] != edit.side
    )


def _sentence(ledger: Ledger, edit: Edit, over: Happened | None) -> str:
    key = ledger.table.setup.specs[edit.field].key
    now = ledger.values(edit.node)[edit.field]
    by = f"; our write {over.seq} had seen {over.seen}" if over else ""
    return f"B1: {key} of {edit.id} was set to {edit.value!r} ({edit.seq}) by a person and is {now!r}{by}"


def real_conflicts(ledger: Ledger) -> list[str]:
    """B4: each conflict has a person's value on either side, never our own write coming back."""
    out = []
    specs = {spec.key: index for index, spec in enumerate(ledger.table.setup.specs)}
    for issue in ledger.issues:
        if issue.state != "conflict":
            continue
        index = specs[issue.field]
        for side, id, value in (
            ("p", issue.procore_id, issue.procore_value),
            ("q", issue.quickbase_id, issue.quickbase_value),
        ):
            if not _by_people(ledger, (side, id), index, value):
                out.append(f"B4: conflict in {issue.field} of {id} over {value!r}, which nobody typed there")
    for event in ledger.events:
        if event.what != "conflict" or not event.side:
            continue
        index = specs[event.field]
        node: Node = ("p", event.procore_id) if event.side == "procore" else ("q", event.quickbase_id)
        if not ledger.table.setup.specs[index].known and _by_us(ledger, node, index, event.loser):
            continue  # our own value in that server's own form, whose answer was lost
        if not _by_people(ledger, node, index, event.loser):
            out.append(f"B4: {event.loser!r} lost {event.field} of {node[1]}, and nobody had typed it there")
    return out


def real_doubts(ledger: Ledger, *, died: bool) -> list[str]:
    """B4: a write of ours is doubted only if its answer was lost (`died`: or the process did), and
    only over a value that a person typed."""
    out = []
    specs = {spec.key: index for index, spec in enumerate(ledger.table.setup.specs)}
    for issue in ledger.issues:
        if issue.waits is None or issue.waits[0] != "a person" or issue.field not in specs:
            continue
        index = specs[issue.field]
        side, id, value = (
            ("p", issue.procore_id, issue.procore_value)
            if issue.waits[1].value == "procore"
            else ("q", issue.quickbase_id, issue.quickbase_value)
        )
        if not died and not _answer_lost(ledger, (side, id), index):
            out.append(f"B4: our write to {issue.field} of {id} is doubted, and its answer had come")
        if not ledger.table.setup.specs[index].known:
            continue  # nobody can tell our value in that server's own form from a person's
        touched = any(e.node == (side, id) and not e.born for e in ledger.edits)
        if not touched and not _by_people(ledger, (side, id), index, value):
            out.append(
                f"B4: our write to {issue.field} of {id} is doubted over {value!r}, which nobody typed"
            )
    return out


def _answer_lost(ledger: Ledger, node: Node, index: int) -> bool:
    return any(
        one.id == node[1]
        and index in one.values
        and one.fault in ("lost", "late", "short", "empty", "mute", "blind")
        for one in ledger.table.vendor(node[0]).sent
    )


def _by_us(ledger: Ledger, node: Node, index: int, value: Value) -> bool:
    """Whether a write of ours left this value there."""
    return any(
        one.id == node[1] and one.by == "syncd" and one.after is not None and one.after[index] == value
        for one in ledger.past(node[0])
    )


def _by_people(ledger: Ledger, node: Node, index: int, value: Value) -> bool:
    vendor = ledger.table.vendor(node[0])
    if node[1] not in vendor.rows or ledger.by_hand(node, index, value):
        return True
    # A record that was made while one of its fields could not be read has its vendor's default
    # there. That it differs is listed, and a person says which one to take.
    default = ledger.table.setup.specs[index].store(node[0], None)
    return ledger.blind and ledger.source_of(node) is not None and value == default
