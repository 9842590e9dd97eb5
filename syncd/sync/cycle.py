"""One cycle of one mapping: settle → gather → match → process. The whole engine in a screen.

Nothing a cycle does rests on an earlier cycle having ended well: what is stored is what was
observed and agreed, and the plan is always derived again (architecture §5).
"""

from __future__ import annotations

from syncd.core.values import SideName
from syncd.store import Tx
from syncd.sync.act import REFUSED_RETRY
from syncd.sync.collector import unhurried_collector
from syncd.sync.gather import gather, whole
from syncd.sync.match import first_match
from syncd.sync.process import process
from syncd.sync.settle import settle
from syncd.sync.stamp import RETRY, stamp_keys
from syncd.sync.workbench import Workbench

__all__ = ["cycle"]


def cycle(work: Workbench) -> None:
    """Run it. Raises AuthProblem, Stopped, Unavailable; everything else is kept and listed."""
    with unhurried_collector():
        _prepare(work)
        settle(work)
        if work.only is None:
            gather(work)
        else:
            _mark_only(work, work.only)
        _heed_verdicts(work)
        if whole(work):
            first_match(work)
        stamp_keys(work)
        process(work)
        stamp_keys(work)


def _prepare(work: Workbench) -> None:
    """Fix the order of rules that this cycle's baselines stand in."""
    work.fingerprints = tuple(rule.fingerprint for rule in work.mapping.rules)
    with work.store.transaction() as tx:
        work.layout = tx.layout(work.mapping.name, work.fingerprints)
        work.layouts = tx.layouts(work.mapping.name)
        pauses = tx.pauses()
        _overtake(work, tx)
    work.paused = frozenset(identity for mapping, identity in pauses if mapping == work.mapping.name)


def _overtake(work: Workbench, tx: Tx) -> None:
    """Nothing waits for hours because the wall clock was set back by hours."""
    name, now = work.mapping.name, work.clock.now()
    tx.hasten(name, now, max(REFUSED_RETRY, work.mapping.settle))
    tx.hasten(name, now, RETRY, "key")


def _mark_only(work: Workbench, identity: str) -> None:
    """Mark one record, named by its Procore id or `qb:` and its Quickbase record id."""
    side = SideName.QUICKBASE if identity.startswith("qb:") else SideName.PROCORE
    name = identity.removeprefix("qb:")
    scope = name.rpartition("/")[0] if side is SideName.PROCORE else ""
    with work.store.transaction() as tx:
        tx.mark([(work.mapping.name, side, name, scope, 0.0, "asked")])


def _heed_verdicts(work: Workbench) -> None:
    """Mark the records a person has decided about, so that this cycle carries it out."""
    with work.store.read() as tx:
        issues = tx.verdicts(work.mapping.name)
    if not issues:
        return
    with work.store.transaction() as tx:
        for issue in issues:
            side = SideName.PROCORE if issue.procore_id else SideName.QUICKBASE
            identity = issue.procore_id or issue.quickbase_id
            tx.mark([(work.mapping.name, side, identity, issue.scope, 0.0, "verdict")])
            if issue.verdict == "retry" and issue.link is None:
                tx.hold_strangers(work.mapping.name, side, [identity], held=False)
                tx.close_issue(issue.id, work.clock.now())
