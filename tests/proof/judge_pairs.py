"""P1: what belongs together agrees, or stands on a list; what has no counterpart has a reason."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from syncd.core.rule import OnEdit
from syncd.core.values import SideName, Value
from syncd.mapping.compiled import DeleteWord
from tests.proof.ledger import Ledger, Node

__all__ = ["converged", "covered"]


def converged(ledger: Ledger, counts: Counter[str]) -> list[str]:
    """A1: every mapped field of every pair agrees under its rule, or is listed."""
    out: list[str] = []
    for p, q in ledger.partners():
        if ledger.resting(("p", p)) or ledger.resting(("q", q)):
            continue
        if ledger.table.setup.project_rule is not None and not _scope_open(ledger, p):
            continue
        left, right = ledger.values(("p", p)), ledger.values(("q", q))
        for index, spec in enumerate(ledger.table.setup.specs):
            counts["fields"] += 1
            if ledger.same(index, left[index], right[index]):
                if not spec.link or _stands(ledger, spec.link, left[index], right[index]):
                    out += _stale_list(ledger, p, q, spec.key)
            elif ledger.listed(p, q, spec.key):
                counts["fields listed"] += 1
            elif not _left_alone(ledger, index, (p, q)):
                out.append(f"A1: {p} and {q} differ in {spec.key}: {left[index]!r}, {right[index]!r}")
    return out


def _stands(ledger: Ledger, link: str, procore: Value, quickbase: Value) -> bool:
    """Whether the two records that are referred to are still each other's: where one of them was
    deleted, nobody can say any more that the references agree."""
    return procore is None or (procore, quickbase) in set(ledger.parents[link].partners())


def _stale_list(ledger: Ledger, p: str, q: str, key: str) -> Iterator[str]:
    """A list that says two values differ which agree would send a person on an errand."""
    for one in ledger.issues:
        if one.closed is None and one.procore_id == p and one.quickbase_id == q and one.field == key:
            if one.state == "conflict":
                yield f"A1: {p} and {q} agree in {key}, and it is still listed: {one.state} {one.reason}"


def _left_alone(ledger: Ledger, index: int, pair: tuple[str, str]) -> bool:
    """A one-way rule that says `ignore`, or whose target a person said to leave."""
    spec = ledger.table.setup.specs[index]
    if spec.writes("p") and spec.writes("q"):
        return False
    said = "quickbase" if spec.writes("q") else "procore"
    if any(
        i.verdict == said and i.field == spec.key and (i.procore_id, i.quickbase_id) == pair
        for i in ledger.issues
    ):
        return True
    if spec.on_edit is not OnEdit.IGNORE:
        return False
    target: Node = ("q", pair[1]) if spec.writes("q") else ("p", pair[0])
    source: Node = ("p", pair[0]) if spec.writes("q") else ("q", pair[1])
    value: Value = ledger.values(target)[index]
    return ledger.by_hand(target, index, value) or ledger.source_of(source) is not None


def covered(ledger: Ledger, *, early: bool = False) -> list[str]:
    """A1 for whole records: each has its counterpart, or a reason to have none.

    `early`: before a sweep, feeds may be blind to deletes.
    """
    paired_p, paired_q = (
        map(set, zip(*ledger.partners(), strict=True)) if any(ledger.partners()) else (set(), set())
    )
    out = []
    for p in ledger.table.p.live():
        if p not in paired_p and not _excused(ledger, ("p", p), early):
            out.append(f"A1: {p} has no counterpart in Quickbase and is on no list")
    for q in ledger.table.q.live():
        if q not in paired_q and not _excused(ledger, ("q", q), early):
            out.append(f"A1: {q} has no counterpart in Procore and is on no list")
    return out


def _excused(ledger: Ledger, node: Node, early: bool) -> bool:
    side, id = node
    listed = ledger.listed(id, "") if side == "p" else ledger.listed("", id)
    if listed or ledger.resting(node):
        return True
    setup, mine = ledger.table.setup, SideName.PROCORE if side == "p" else SideName.QUICKBASE
    if setup.project_rule is not None and side == "p" and not _scope_open(ledger, id):
        return True
    said = {pair for pair in ledger.said_linked if id == pair[0 if side == "p" else 1]}
    twins = [
        ("q" if node[0] == "p" else "p", two) for pair in (*ledger.twins, *said) for two in pair if id in pair
    ]
    known = [*ledger.family(node), *(one for one in twins if one[1] in ledger.table.vendor(one[0]).rows)]
    if any(ledger.alive(one) and ledger.resting(one) for one in known):
        return True
    if early and any(one[1] in _flat(said) and not ledger.alive(one) for one in known):
        return True  # linked while it rested, so its key was never written; and deleted since
    dead = next((one for one in ledger.family(node) if not ledger.alive(one)), None)
    if dead is not None and _came_back(ledger, node, dead):
        return True
    if dead is not None and (early or (setup.project_rule is not None and not _scope_open(ledger, dead[1]))):
        return True
    if dead is not None:
        word = setup.word(mine)
        if word is DeleteWord.DELETE or (word is DeleteWord.ARCHIVE and not ledger.resting(node)):
            return False
        return word is not DeleteWord.FLAG or id in ledger.table.vendor(side).flagged
    there = SideName.QUICKBASE if side == "p" else SideName.PROCORE
    return there not in setup.create


def _flat(pairs: set[tuple[str, str]]) -> set[str]:
    return {one for pair in pairs for one in pair}


def _scope_open(ledger: Ledger, id: str) -> bool:
    """Whether the child's project is linked, alive and taken up."""
    projects = ledger.parents[ledger.table.setup.projects]
    project = id.rpartition("/")[0]
    return any(p == project for p, _q in projects.partners()) and not projects.resting(("p", project))


def _came_back(ledger: Ledger, node: Node, dead: Node) -> bool:
    """A person restored the record after its counterpart was deleted: its link stays buried."""
    killed = ledger.killed(dead)
    return killed is not None and any(
        one.id == node[1] and one.before is None and one.by == "person" and one.order > killed.order
        for one in ledger.past(node[0])
    )
