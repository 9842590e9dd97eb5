"""The judge of a full-stack seed: did the world end as the promises say?

It looks at the sandbox's own history and records, and at the lists a person can see; never
at links, baselines or cursors. Codes are those of the invariants (sync-anchors §3).
"""

from __future__ import annotations

from tests.proof.stack_edits import nothing_lost, real_conflicts
from tests.proof.stack_ledger import StackLedger
from tests.proof.stack_pairs import budget, converged, one_create, quiet, removals
from tests.proof.stack_world import StackWorld

__all__ = ["judge"]


def judge(world: StackWorld) -> list[str]:
    """Judge a world that has run. Problems are sentences that begin with an invariant's code."""
    found = list(dict.fromkeys(world.problems))
    ledger = StackLedger(world)
    for table in ledger.tables:
        found += converged(ledger, table)
        found += one_create(ledger, table)
        found += removals(ledger, table)
        found += nothing_lost(ledger, table)
        found += real_conflicts(ledger, table)
    return found + quiet(ledger) + budget(ledger)
