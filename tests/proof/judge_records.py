"""P4 and P6: one record here makes one there, and nothing is deleted without good reason."""

from __future__ import annotations

import itertools
from collections import defaultdict

from syncd.core.values import SideName
from syncd.mapping.compiled import DeleteWord
from syncd.sides.memory import Happened
from tests.proof.ledger import NOT_ACTED, Ledger, Node

__all__ = ["one_create", "removals"]


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
    alive = [one for one in ones if ledger.alive(one)]
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
        if any(v.resting or v.key != node_key(node, p, v.key) for v in _versions(ledger, node)):
            return False
    name = str(ledger.values(("q", q))[index]).casefold().removesuffix(" inc")
    alike = [
        e
        for e in ledger.edits
        if e.field == index and e.node not in nodes and str(e.value).casefold().removesuffix(" inc") == name
    ]
    return not alike and not any(
        v.key == p for id, row in ledger.table.q.rows.items() if id != q for v in row.versions
    )


def node_key(node: Node, p: str, key: str | None) -> str | None:
    """The keys a twin may carry: none, or its partner's."""
    return key if node[0] == "p" or key in (None, p) else p


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
        if killed[-1].order < e.order and e.seq <= one.seen and not ledger.taken_back(e)
    ]
    if edited:
        return [f"D4: {one.id} was removed although a person had edited it since ({edited[-1].seq})"]
    return []
