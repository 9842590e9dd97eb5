"""Placed: the writes of one batch that have the folders they name; what lacks one waits, listed with why."""

from __future__ import annotations

from collections.abc import Sequence

from syncd.core.rule import Held
from syncd.core.trust import MAX_READ_AGE
from syncd.core.values import SideName, other_side
from syncd.sync.birth import Birth, hold_birth
from syncd.sync.decide import LinkPlan
from syncd.sync.issues import held_field
from syncd.sync.places import Trouble, prepare
from syncd.sync.workbench import Workbench

__all__ = ["place_births", "place_plans"]


def place_plans(work: Workbench, plans: Sequence[LinkPlan], retry: float) -> None:
    """Have the folders be there that the plans write to Procore; where one cannot be, its field is left out
    and, unless it may be there later by itself, held. `retry`: seconds until it is offered again."""
    if work.procore.places is None:
        return
    for plan in plans:
        patch = plan.patch(SideName.PROCORE)
        for one in plan.writes(SideName.PROCORE) if patch is not None else ():
            assert patch is not None
            part = patch._replace(values={one.index: patch.values[one.index]})
            try:
                prepare(work, part, min(plan.procore.read_at, plan.quickbase.read_at) + MAX_READ_AGE)
            except Trouble as trouble:
                plan.decisions.remove(one)
                plan.unsettled = plan.unsettled or trouble.passing
                if not trouble.passing:
                    with work.store.transaction() as tx:
                        held_field(work, tx, plan, one.rule, trouble.reason, retry)


def place_births(
    work: Workbench, target: SideName, births: list[Birth], again: float, retry: float
) -> list[Birth]:
    """Those whose folders are there; the others are held, and looked at after `again` seconds where that
    may help by itself, else after `retry`."""
    if target is not SideName.PROCORE or work.procore.places is None:
        return births
    return [birth for birth in births if _placed(work, birth, again, retry)]


def _placed(work: Workbench, birth: Birth, again: float, retry: float) -> bool:
    try:
        prepare(work, birth.draft, birth.source.read_at + MAX_READ_AGE)
    except Trouble as trouble:
        wait = again if trouble.passing else 0.0
        with work.store.transaction() as tx:
            source = other_side(birth.side)
            hold_birth(work, tx, source, birth.source, "", Held(trouble.reason), wait, wait or retry)
        return False
    return True
