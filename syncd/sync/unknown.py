"""Writes whose outcome is unknown: when they can no longer act, and how they end."""

from __future__ import annotations

from collections.abc import Sequence

from syncd.core.values import SideName
from syncd.errors import CallError, RateLimited, Stale, Transient
from syncd.store import Intent, Stranger
from syncd.sync.workbench import Workbench

__all__ = ["awaited", "close", "is_late", "mark_again", "maybe_acted", "settle_after", "unsent"]

SAME_SECOND = 2.0
"""Seconds by which a record's stamp of creation may lie before the request that made it."""


def awaited(work: Workbench, one: Stranger, pending: Sequence[Intent]) -> bool:
    """Whether an unlinked record may be what a create of ours made, whose outcome is unknown.

    Until that is settled it is neither matched with another record nor created from: a person
    may have edited it since, so its values do not tell.
    """
    keyed = work.side(one.side).limits.carries_key
    for intent in pending:
        if intent.verb != "create" or intent.side is not one.side:
            continue
        if keyed:
            if one.key == intent.token:
                return True
        elif one.created is None or one.created >= intent.sent_at - SAME_SECOND:
            return True
    return False


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


def settle_after(work: Workbench, side: SideName) -> float:
    """The server's time after which a request sent now can no longer act."""
    limits = work.side(side).limits
    return work.side(side).now() + limits.deadline + limits.lag


def maybe_acted(error: Exception) -> bool:
    """Whether a vendor may have acted on a request that ended in this error."""
    return isinstance(error, Transient) and not isinstance(error, RateLimited) and error.maybe_acted


def unsent(work: Workbench, intents: Sequence[int], error: CallError | Stale) -> None:
    """Close intents whose request certainly never left."""
    if maybe_acted(error):
        return  # left open: unknown, settled by looking
    with work.store.transaction() as tx:
        for intent in intents:
            tx.close_intent(intent, "void", error.message, "")
