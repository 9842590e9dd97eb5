"""The judge of a catalogue seed: did the world end as the promises say?

It looks at the sandbox's own history and records, and at the lists a person can see; never at
links, baselines or cursors, nor at the catalogue. Codes are those of the invariants (sync-anchors §3).
"""

from __future__ import annotations

from tests.proof.catalogue.carriage import nothing_moves, versions
from tests.proof.catalogue.ledger import Ledger
from tests.proof.catalogue.limits import feed, fresh, invited_once, spares_locked, within_the_word
from tests.proof.catalogue.pairs import converged
from tests.proof.catalogue.records import no_second_life, one_create, removals
from tests.proof.catalogue.world import CatalogueWorld
from tests.proof.stack_edits import nothing_lost, real_conflicts
from tests.proof.stack_pairs import budget, quiet

__all__ = ["judge"]


def judge(world: CatalogueWorld) -> list[str]:
    """Judge a world that has run. Problems are sentences that begin with an invariant's code."""
    found = list(dict.fromkeys(world.problems))
    ledger = Ledger(world)
    for sort in ledger.tables:
        found += converged(ledger, sort)
        found += one_create(ledger, sort)
        found += no_second_life(ledger, sort)
        found += removals(ledger, sort)
        found += versions(ledger, sort)
        found += within_the_word(ledger, sort)
        found += invited_once(ledger, sort)
        found += fresh(ledger, sort)
        found += spares_locked(ledger, sort)
        found += feed(ledger, sort)
        found += nothing_lost(ledger, sort)  # type: ignore[arg-type]
        found += real_conflicts(ledger, sort)  # type: ignore[arg-type]
    return found + quiet(ledger) + nothing_moves(ledger) + budget(ledger)
