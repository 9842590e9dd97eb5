"""Clears: the brake on one field being emptied on many records at once (P6).

A permission withdrawn or a view changed can look like a field emptied everywhere. A few
clears are ordinary; many of one field within a day wait for a person.
"""

from __future__ import annotations

from collections.abc import Sequence

from syncd.core.reconcile import Decision, Result
from syncd.core.rule import Held
from syncd.core.safety import WINDOW_SECONDS, braked
from syncd.core.values import SideName, other_side
from syncd.store import Issue
from syncd.sync.decide import LinkPlan, Sorted
from syncd.sync.workbench import Workbench

__all__ = ["brake_clears"]


def brake_clears(work: Workbench, plans: Sequence[LinkPlan]) -> None:
    """Turn the clears that would be too many into decisions that wait for approval."""
    found: dict[tuple[str, SideName], list[tuple[LinkPlan, Sorted]]] = {}
    for plan in plans:
        for one in plan.decisions:
            side = one.decision.to
            if side is not None and _clears(plan, one):
                found.setdefault((one.rule.key, side), []).append((plan, one))
    for (key, side), clears in found.items():
        _brake(work, key, side, clears)


def _clears(plan: LinkPlan, one: Sorted) -> bool:
    decision = one.decision
    if decision.result is not Result.WRITE or decision.value is not None or decision.to is None:
        return False
    issue = plan.issues.get(one.rule.key)
    return plan.record(decision.to).values[one.index] is not None and not _approved(issue)


def _approved(issue: Issue | None) -> bool:
    return issue is not None and issue.verdict == "approved"


def _brake(work: Workbench, key: str, side: SideName, clears: list[tuple[LinkPlan, Sorted]]) -> None:
    since = work.clock.now() - WINDOW_SECONDS
    name = work.mapping.name
    with work.store.read() as tx:
        already = tx.clears_since(name, key, side, since)
        already += sum(one.field == key for one in tx.issues(name, ["brake"]))
        records = tx.count_links(name)
    if not braked(already, len(clears), records):
        return
    reason = (
        f"{key} was emptied in {other_side(side).value} on {already + len(clears)} records within a day: "
        "'syncd approve' lets the listed ones pass"
    )
    for _plan, one in clears:
        one.decision = Decision(Result.BRAKE, side, held=Held(reason))
