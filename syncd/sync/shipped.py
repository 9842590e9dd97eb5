"""Shipped: a new record of Procore that is made of a file; its bytes go ahead of it (see `freight.py`)."""

from __future__ import annotations

from contextlib import ExitStack

from syncd.core.rule import Held
from syncd.core.values import Kind, other_side
from syncd.errors import CallError
from syncd.sides.port import Record
from syncd.sync.act import REFUSED_RETRY
from syncd.sync.birth import Birth, birth_of, hold_birth
from syncd.sync.freight import AGAIN, Trouble, bring
from syncd.sync.workbench import Links, Workbench

__all__ = ["has_file", "shipped"]


def has_file(work: Workbench, birth: Birth) -> bool:
    """Whether bytes have to be there before the record can be made."""
    return work.spool is not None and any(_is_file(work, birth, index) for index in birth.draft.values)


def shipped(work: Workbench, birth: Birth, stack: ExitStack) -> Birth | None:
    """The birth from a reading made after its bytes were brought; None where it has to wait, and is
    listed or marked. Raises AuthProblem and Stopped."""
    source = other_side(birth.side)
    stack.callback(work.side(birth.side).drop_files)
    sent = []
    work.hand.pop((source, birth.source.id), None)  # it does not say yet what its file holds
    try:
        for index in [one for one in birth.draft.values if _is_file(work, birth, one)]:
            known = bring(work, birth.source, index, source, birth.draft.scope, stack)
            sent.append((index, known.sha256))
        found = work.side(source).fetch(birth.source.scope, [birth.source.id], work.lane)[birth.source.id]
    except Trouble as trouble:
        _wait(work, birth, trouble.reason, passing=trouble.passing)
        return None
    except CallError as problem:
        _wait(work, birth, f"it could not be read again: {problem.message}", passing=True)
        return None
    if not isinstance(found, Record) or found.resting:
        return None  # its mark stays, and the next round sees what became of it
    if birth.instead is not None:
        found = found._replace(key=None)
    with work.store.transaction() as tx:
        again = birth_of(work, tx, found, source, birth.side, Links(tx))
    if again is None or any(content not in str(again.draft.values.get(at)) for at, content in sent):
        return None
    again.instead = birth.instead
    return again


def _is_file(work: Workbench, birth: Birth, index: int) -> bool:
    there = work.mapping.rules[index].field(birth.side)
    return there is not None and there.kind is Kind.FILE


def _wait(work: Workbench, birth: Birth, reason: str, *, passing: bool) -> None:
    retry = AGAIN if passing else REFUSED_RETRY
    with work.store.transaction() as tx:
        source, again = other_side(birth.side), retry if passing else 0.0
        hold_birth(work, tx, source, birth.source, "", Held(reason), again, retry)
