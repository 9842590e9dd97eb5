"""P4 and P6: one record here makes one there, and nothing is deleted without good reason."""

from __future__ import annotations

import itertools
from collections import defaultdict

from syncd.core.values import SideName, Value
from syncd.mapping.compiled import DeleteWord
from syncd.sides.memory import Happened
from tests.proof.ledger import NOT_ACTED, Ledger, Node

__all__ = ["not_again", "not_guessed", "one_create", "removals", "whole_creates"]


def one_create(ledger: Ledger) -> list[str]:
    """C2, C4: at most one counterpart was ever made for a record, whatever died or was lost."""
    out = []
    made: dict[Node, list[Node]] = defaultdict(list)
    for side in "pq":
        for id in ledger.table.vendor(side).rows:
            source = ledger.source_of((side, id))
            if source is not None:
                made[source].append((side, id))
    for source, ones in made.items():
        if _retried(ledger, [source, *ones]):
            continue  # a person said `retry` of a suspected duplicate
        if source[1] in _rows(ledger, source) and ledger.source_of(source) is not None:
            out.append(f"C2: {ones[0][1]} was created from {source[1]}, which syncd had created itself")
        ones = [one for one in ones if not _gone_unseen(ledger, one)] if len(ones) > 1 else ones
        if len(ones) > 1 and not _twice(ledger, source, ones):
            out.append(f"C2: {source[1]} got {len(ones)} counterparts: {', '.join(one[1] for one in ones)}")
    for p, q in ledger.twins:
        if _untouched(ledger, p, q):
            for source in (("p", p), ("q", q)):
                if made.get(source):
                    out.append(f"C3: {source[1]} had a match in plain sight and got {made[source][0][1]}")
    return out


def not_guessed(ledger: Ledger) -> list[str]:
    """C6: a record is matched only if nobody else on its side has its name, as far as names go
    that stayed as they were from the first day on."""
    if not ledger.table.setup.match:
        return []
    index = ledger.table.setup.match[0][0]
    settlers = {side: _settlers(ledger, side, index) for side in "pq"}
    out = []
    for event in ledger.events:
        if event.what != "link" or not event.why.startswith("the match keys"):
            continue
        for node in (("p", event.procore_id), ("q", event.quickbase_id)):
            mine = settlers[node[0]]
            rivals = [one for one in mine if one != node and node in mine and mine[one] == mine[node]]
            alike = [one for one in rivals if _same_home(ledger, one, node)]
            if alike:
                out.append(f"C6: {node[1]} was matched although {alike[0][1]} has the same name")
    return out


def _settlers(ledger: Ledger, side: str, index: int) -> dict[Node, Value]:
    """Records, with their names, that people made before anything was synced, and that were never
    gone, at rest or renamed."""
    out: dict[Node, Value] = {}
    for id, row in ledger.table.vendor(side).rows.items():
        first = row.versions[0]
        held = [one.values for one in row.versions if one.values is not None and not one.resting]
        names = [values[index] for values in held]
        if first.moment == 0.0 and first.by == "person" and len(held) == len(row.versions):
            if names.count(names[0]) == len(names):
                out[side, id] = names[0]
    return out


def _same_home(ledger: Ledger, one: Node, two: Node) -> bool:
    """Whether two records of a side live in one project, or in none."""
    index = ledger.table.setup.project_rule
    return index is None or ledger.values(one)[index] == ledger.values(two)[index]


def not_again(ledger: Ledger) -> list[str]:
    """C4: what a person deleted is not created again from the record that stayed."""
    out = []
    for side in "pq":
        for one in ledger.past(side):
            node, source = (side, one.id), ledger.source_of((side, one.id))
            if one.by != "syncd" or one.before is not None or source is None:
                continue
            if source not in ledger.groups or _asked_again(ledger, source):
                continue
            for dead in ledger.family(source):
                killed = ledger.killed(dead) if dead != node else None
                if killed is None or killed.by != "person" or killed.order > one.order:
                    continue
                if not _gone_unseen(ledger, dead) and _confirmed(ledger, dead, source):
                    out.append(f"C4: {one.id} was created for {source[1]}, whose {dead[1]} had been deleted")
    return out


def _confirmed(ledger: Ledger, dead: Node, stayed: Node) -> bool:
    """Whether syncd knew of the pair by more than their looks: one was made from the other, or
    the answer to a write of the key came. A match alone may be with what was gone already."""
    p, q = (dead[1], stayed[1]) if dead[0] == "p" else (stayed[1], dead[1])
    made = any(
        one.what in ("create", "adopt") and (one.procore_id, one.quickbase_id) == (p, q)
        for one in ledger.events
    )
    return made or any(one.id == q and one.key == p and not one.fault for one in ledger.table.q.sent)


def _asked_again(ledger: Ledger, node: Node) -> bool:
    return any(
        one.verdict == "retry" and (one.procore_id if node[0] == "p" else one.quickbase_id) == node[1]
        for one in ledger.issues
    )


def whole_creates(ledger: Ledger) -> list[str]:
    """C5: no record is created without a reference that it must have; children wait for parents."""
    out = []
    for side in "pq":
        must = {i for i, spec in enumerate(ledger.table.setup.specs) if spec.required}
        must -= {ledger.table.setup.project_rule} if side == "p" else set()
        for one in ledger.table.vendor(side).sent:
            if one.call == "create" and any(one.values.get(index) is None for index in must):
                out.append(f"C5: the record for {one.key} was created without its parent")
    return out


def _retried(ledger: Ledger, nodes: list[Node]) -> bool:
    return any(
        one.verdict == "retry" and (one.procore_id if node[0] == "p" else one.quickbase_id) == node[1]
        for one in ledger.issues
        if one.state == "duplicate"
        for node in nodes
    )


def _gone_unseen(ledger: Ledger, node: Node) -> bool:
    """A record whose create lost its answer, and that a person deleted before anybody looked:
    there is nothing left from which syncd could ever have known of it."""
    killed = ledger.killed(node)
    first = ledger.table.vendor(node[0]).rows[node[1]].versions[0].seq
    known = any((e.procore_id if node[0] == "p" else e.quickbase_id) == node[1] for e in ledger.events)
    return killed is not None and killed.by == "person" and killed.seen <= first and not known


def _rows(ledger: Ledger, node: Node) -> set[str]:
    return set(ledger.table.vendor(node[0]).rows)


def _twice(ledger: Ledger, source: Node, ones: list[Node]) -> bool:
    """The vendor itself acted twice on one request, and the second record is listed as suspected."""
    vendor = ledger.table.vendor(ones[0][0])
    origin = vendor.rows[ones[0][1]].origin
    asked = [s for s in vendor.sent if s.call == "create" and s.key == origin and s.fault not in NOT_ACTED]
    if len(asked) != 1 or asked[0].fault != "twice" or len(ones) != 2:
        return False
    alive = [one for one in ones if ledger.alive(one) and not ledger.resting(one)]
    if len(alive) < 2:
        return True
    return any(
        one.state == "duplicate" and (one.procore_id if node[0] == "p" else one.quickbase_id) == node[1]
        for one in ledger.issues
        for node in (*ones, source)
    )


def _untouched(ledger: Ledger, p: str, q: str) -> bool:
    """Whether nobody ever touched what a pair of twins is matched by, nor imitated it."""
    index = ledger.table.setup.match[0][0]
    nodes = (("p", p), ("q", q))
    if any(e.node in nodes and e.field == index and not e.born for e in ledger.edits):
        return False
    if any(not ledger.alive(node) or ledger.killed(node) for node in nodes):
        return False
    for node in nodes:
        if any(h.id == node[1] and h.after is None for h in ledger.past(node[0])):
            return False
        if any(v.resting for v in _versions(ledger, node)) or _typed_keys(ledger, node):
            return False
    name = str(ledger.values(("q", q))[index]).casefold().removesuffix(" inc")
    alike = [
        e
        for e in ledger.edits
        if e.field == index and e.node not in nodes and str(e.value).casefold().removesuffix(" inc") == name
    ]
    return not alike and not any(p in _typed_keys(ledger, ("q", id)) for id in ledger.table.q.rows)


def _typed_keys(ledger: Ledger, node: Node) -> set[str | None]:
    """What people typed into the record's key field."""
    pairs = itertools.pairwise(_versions(ledger, node))
    return {new.key for old, new in pairs if new.by == "person" and new.key != old.key}


def _versions(ledger: Ledger, node: Node) -> list:  # type: ignore[type-arg]
    return ledger.table.vendor(node[0]).rows[node[1]].versions


def removals(ledger: Ledger, approved: int) -> list[str]:
    """D1–D4: syncd removes only what the mapping's word allows, whose counterpart a person
    deleted, and that nobody edited since; and never many at once."""
    out = []
    count = 0
    for side in "pq":
        for one in ledger.past(side):
            gone = one.by == "syncd" and one.after is None
            rested = (
                one.by == "syncd" and one.after is not None and not one.fields and _rests(ledger, side, one)
            )
            if not gone and not rested:
                continue
            count += 1
            out += _unjustified(ledger, side, one, DeleteWord.DELETE if gone else DeleteWord.ARCHIVE)
    records = max(len(ledger.table.p.rows), len(ledger.table.q.rows))
    if count > max(2, records // 10) + approved:
        out.append(f"D3: {count} records were removed and {approved} of them approved")
    return out


def _rests(ledger: Ledger, side: str, one: Happened) -> bool:
    versions = ledger.table.vendor(side).rows[one.id].versions
    return any(
        new.seq == one.seq and new.resting and not old.resting for old, new in itertools.pairwise(versions)
    )


def _unjustified(ledger: Ledger, side: str, one: Happened, word: DeleteWord) -> list[str]:
    mine = SideName.PROCORE if side == "p" else SideName.QUICKBASE
    if ledger.table.setup.word(mine) is not word:
        return [f"D1: {one.id} was removed ({word}), and the mapping says {ledger.table.setup.word(mine)}"]
    other = "q" if side == "p" else "p"
    root = ledger.groups[side, one.id]
    killed = [
        h
        for h in ledger.past(other)
        if h.after is None and h.by == "person" and h.order < one.order and ledger.groups[other, h.id] == root
    ]
    if not killed:
        return [f"D1: {one.id} was removed and nobody had deleted its counterpart"]
    last = {e.field: e for e in ledger.edits if e.node == (side, one.id) and e.order < one.order}
    edited = [
        e
        for e in last.values()
        if killed[-1].order < e.order
        and e.seq <= one.seen
        and not (ledger.taken_back(e) or ledger.put_back(e))
    ]
    if edited:
        return [f"D4: {one.id} was removed although a person had edited it since ({edited[-1].seq})"]
    return []
