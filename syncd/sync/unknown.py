"""What settling unknown updates and unknown creates have in common."""

from __future__ import annotations

from syncd.core.values import SideName
from syncd.store import Intent
from syncd.sync.workbench import Workbench

__all__ = ["close", "is_late", "mark_again"]


def is_late(work: Workbench, intent: Intent) -> bool:
    """Whether the vendor can no longer act on the request, by its own clock."""
    return work.side(intent.side).now() > intent.settle_after


def close(work: Workbench, intent: Intent, state: str, outcome: str) -> None:
    """Close an intent that needs nothing else."""
    with work.store.transaction() as tx:
        tx.close_intent(intent.id, state, outcome, "")


def mark_again(
    work: Workbench, identity: str, scope: str, why: str, side: SideName = SideName.PROCORE
) -> None:
    """Let a record be looked at again, now."""
    with work.store.transaction() as tx:
        tx.mark([(work.mapping.name, side, identity, scope, 0.0, why)])
