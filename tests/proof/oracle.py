"""The judge: did the world end as the promises say? It shares no code with the engine.

It looks at the two vendors' own histories, at what a mapping means by the world's own words,
and at the lists a person can see. It never looks at links, baselines or cursors (the
white-box check of base honesty, `bases.py`, is apart).

Codes are those of the 33 invariants (reference sync-anchors §3).
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from tests.proof import judge_edits, judge_pairs, judge_records, judge_writes
from tests.proof.bases import judge_bases
from tests.proof.ledger import Ledger
from tests.proof.world import World

__all__ = ["Verdict", "judge", "live_through"]


@dataclass(slots=True)
class Verdict:
    """What was broken, and what was counted on the way (races, lists)."""

    problems: list[str]
    counts: Counter[str] = field(default_factory=Counter)


def ledgers(world: World) -> list[Ledger]:
    """One ledger a table, knowing each other for references."""
    out = []
    for table in world.tables:
        with world.store.read() as tx:
            issues = tx.issues(table.name, open_only=False, limit=100_000)
            events = tx.history(table.name, limit=100_000)
        twins = [(p, q) for one, p, q in world.twins if one is table]
        out.append(Ledger(table, issues, events, twins, calm=world.calm))
    by_name = {one.table.name: one for one in out}
    for one in out:
        one.parents, one.blind = by_name, "blind" in world.setup.faults
    return out


def live_through(world: World) -> Verdict:
    """Run a world, and judge it before its sweep and at its end."""
    early: list[str] = []

    def settled(one: World) -> None:
        if "blind" in one.setup.faults:
            return  # a field that could not be read when its record was made waits for the sweep
        for ledger in ledgers(one):
            found = judge_pairs.converged(ledger, Counter()) + judge_pairs.covered(ledger, early=True)
            early.extend(f"{line} before the sweep [{ledger.table.name}]" for line in found)

    world.on_settled = settled
    world.run()
    verdict = judge(world)
    verdict.problems += early
    return verdict


def judge(world: World) -> Verdict:
    """Judge a world that has run. Problems are sentences that begin with an invariant's code."""
    verdict = Verdict(list(world.problems))
    died = bool(world.crashes or any(what == "commit" for what, _number in world.happened))
    for number, ledger in enumerate(ledgers(world)):
        found: list[str] = []
        found += judge_pairs.converged(ledger, verdict.counts)
        found += judge_pairs.covered(ledger)
        found += judge_edits.nothing_lost(ledger, verdict.counts)
        found += judge_edits.real_conflicts(ledger)
        found += judge_edits.real_doubts(ledger, died=died)
        found += judge_records.one_create(ledger)
        found += judge_records.not_again(ledger)
        found += judge_records.not_guessed(ledger)
        found += judge_records.whole_creates(ledger)
        found += judge_records.removals(ledger, world.approved)
        found += judge_writes.quiet(ledger, world.quiet_from[number])
        found += judge_writes.only_changes(ledger)
        found += judge_writes.fresh(ledger)
        found += judge_bases(ledger, world.store)
        verdict.problems += [f"{line} [{ledger.table.name}]" for line in found]
    return verdict
