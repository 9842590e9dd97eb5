"""Renewal: other bytes in a row whose image Procore cannot replace make a new image (`replace: new`).

The new image is created like any record, from the row as it is, while the old link stands. The commit that
learns of it ends that link and makes the new one, so whatever dies on the way leaves one or the other; an
answer that is lost is looked for like any create's (P4). The old image stays, and no row is made of it.
"""

from __future__ import annotations

from contextlib import ExitStack

from syncd.core.reconcile import Result
from syncd.core.trust import MAX_READ_AGE
from syncd.core.values import SideName
from syncd.errors import CallError, Stale, Transient
from syncd.sides.port import Gone, Outcome, Record, Verdict
from syncd.store import Link
from syncd.sync.act import REFUSED_RETRY
from syncd.sync.birth import Birth, birth_of
from syncd.sync.born import read_back, unread
from syncd.sync.create import intent_of, store_outcome
from syncd.sync.decide import LinkPlan, plan_link
from syncd.sync.issues import held_field
from syncd.sync.shipped import has_file, shipped
from syncd.sync.unknown import unsent
from syncd.sync.workbench import Links, Workbench

__all__ = ["is_renewal", "renew"]


def is_renewal(plan: LinkPlan) -> bool:
    """Whether a new image is all that is to be done about the link. While its other fields are not
    settled it waits: an edit of the old image would be left behind."""
    if not plan.renews:
        return False
    others = [one for one in plan.decisions if one.index not in plan.renews]
    plan.unsettled = plan.unsettled or any(one.decision.result is Result.WRITE for one in others)
    return not others and not plan.repair_key and not plan.unsettled


def renew(work: Workbench, plan: LinkPlan) -> bool:
    """Make the new image and link it in the old one's place; False where it has to be tried again.

    Raises AuthProblem and Stopped.
    """
    work.check_stop()
    with work.store.transaction() as tx:
        row = plan.quickbase._replace(key=None)
        birth = birth_of(work, tx, row, SideName.QUICKBASE, SideName.PROCORE, Links(tx))
    if birth is None:
        return True
    birth.instead = plan.link
    with ExitStack() as stack:
        ready = shipped(work, birth, stack) if has_file(work, birth) else birth
        if ready is None or not _still(work, plan.link, ready):
            return False
        return _make(work, plan, ready)


def _still(work: Workbench, link: Link, birth: Birth) -> bool:
    """Whether nobody has edited either record meanwhile, by a reading of the image made now."""
    try:
        found = work.procore.fetch(link.scope, [link.procore_id], work.lane)[link.procore_id]
    except CallError:
        found = Gone.HIDDEN
    if not isinstance(found, Record) or found.resting:
        return False
    with work.store.read() as tx:
        issues = tx.issues_of(work.mapping.name, [link.procore_id])
        row = birth.source._replace(key=link.procore_id)
        return is_renewal(plan_link(work, link, found, row, list(issues), Links(tx)))


def _make(work: Workbench, plan: LinkPlan, birth: Birth) -> bool:
    with work.store.transaction() as tx:
        [intent] = tx.open_intents([intent_of(work, SideName.PROCORE, birth)])
    try:
        outcomes = work.procore.create([birth.draft], fresh_until=birth.source.read_at + MAX_READ_AGE)
    except (Stale, Transient) as error:
        unsent(work, [intent], error)
        return False
    except CallError as error:
        outcomes = [Outcome(Verdict.UNSENT, reason=error.message)]
    mute = unread(birth, outcomes[0])
    if mute:
        outcomes = read_back(work, SideName.PROCORE, birth.draft.scope, outcomes, [mute])
    with work.store.transaction() as tx:
        if outcomes[0].verdict is not Verdict.REFUSED:
            store_outcome(work, tx, SideName.PROCORE, birth, intent, outcomes[0], mute)
            return outcomes[0].verdict is Verdict.DONE
        tx.close_intent(intent, "refused", outcomes[0].reason, outcomes[0].response)
        for one in plan.decisions:
            held_field(work, tx, plan, one.rule, f"procore refuses it: {outcomes[0].reason}", REFUSED_RETRY)
    return True
