"""Freight: the bytes of files, brought to where a write will name them, before that write is decided.

A file may take minutes, and no write may rest on a reading older than 60 s (P2). So bytes are brought
first, from one side through the spool to the other, which changes no record anywhere; then the records
are read again and decided afresh, and only that decision writes. What was read is known from then on:
the same bytes are not brought again, and files that turn out to hold the same simply agree.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field

from syncd.core.filevalue import FileValue, file_in, may_agree
from syncd.core.reconcile import Result
from syncd.core.values import Absent, SideName, other_side
from syncd.errors import AuthProblem, CallError, ConfigProblem, NotFound, Transient, Unavailable
from syncd.http.spool import SpooledFile
from syncd.sides.port import Lane, Record
from syncd.sync.act import REFUSED_RETRY
from syncd.sync.decide import LinkPlan, Sorted
from syncd.sync.issues import held_field
from syncd.sync.known_files import file_rules
from syncd.sync.workbench import Workbench

__all__ = ["AGAIN", "Trouble", "bring", "brought", "identified", "leave_unready", "waits_for_bytes"]

AGAIN = 300.0
"""Seconds until bytes that could not be brought, and may be later, are tried again."""


class Trouble(Exception):
    """Why bytes were not brought. `passing`: it may work later by itself."""

    def __init__(self, reason: str, *, passing: bool = False) -> None:
        super().__init__(reason)
        self.reason, self.passing = reason, passing


@dataclass(slots=True)
class Hold:
    """Bytes at hand while one link, or one new record, is written."""

    stack: ExitStack
    ready: set[tuple[SideName, str]] = field(default_factory=set)
    passing: bool = False


def waits_for_bytes(work: Workbench, plan: LinkPlan) -> bool:
    """Whether a file of this link has to be read before it can be decided, or written."""
    return work.spool is not None and any(_todo(plan, one) for one in _files(work, plan))


def leave_unready(work: Workbench, plan: LinkPlan, ready: set[tuple[SideName, str]]) -> None:
    """Leave out what is not at hand, because somebody changed it since bytes were brought: the link is
    looked at again."""
    if work.spool is None:
        return
    for one in _files(work, plan):
        if one.decision.result is not Result.WRITE:
            continue
        file = file_in(one.decision.value)
        if file is None or one.decision.to is None or (one.decision.to, file.sha256) not in ready:
            plan.decisions.remove(one)
            plan.unsettled = True


@contextmanager
def brought(work: Workbench, plan: LinkPlan) -> Iterator[Hold]:
    """The bytes that this link's files need, at hand within. What could not be brought is held by then.

    Raises AuthProblem and Stopped.
    """
    with ExitStack() as stack:
        hold = Hold(stack)
        for side in SideName:
            stack.callback(work.side(side).drop_files)
        for one in _files(work, plan):
            if not _todo(plan, one):
                continue
            try:
                _bring(work, plan, one, hold)
            except Trouble as trouble:
                hold.passing = hold.passing or trouble.passing
                retry = AGAIN if trouble.passing else REFUSED_RETRY
                with work.store.transaction() as tx:
                    held_field(work, tx, plan, one.rule, trouble.reason, retry)
        for side in SideName:
            work.hand.pop((side, plan.record(side).id), None)
        yield hold


def bring(
    work: Workbench, record: Record, index: int, source: SideName, scope: str, stack: ExitStack
) -> FileValue:
    """Bring one file to the side across, to stay there until the stack is unwound. Raises Trouble."""
    target = other_side(source)
    value = str(record.values[index])
    with _troubles(value, source):
        _refuse(work, target, value)
        file = _spooled(work, record, index, source, value, stack)
        named = file_in(value)
        assert named is not None
        known = named.known(file.size, file.sha256)
        _refuse(work, target, known.text)
        work.side(target).take_file(scope, known.text, file)
    return known


def identified(work: Workbench, side: SideName, record: Record, rules: Sequence[int]) -> Record:
    """The record with the content of these files known: read now, where nobody knows it yet.

    Raises CallError, Stopped and Unavailable.
    """
    values = list(record.values)
    for index in rules:
        file = file_in(values[index])
        if file is not None and not file.sha256 and work.spool is not None:
            with ExitStack() as stack:
                held = _spooled(work, record, index, side, file.text, stack)
                values[index] = file.known(held.size, held.sha256).text
    return record._replace(values=tuple(values))


def _files(work: Workbench, plan: LinkPlan) -> list[Sorted]:
    rules = file_rules(work.mapping)
    return [one for one in plan.decisions if one.index in rules] if rules else []


def _todo(plan: LinkPlan, one: Sorted) -> bool:
    """Whether bytes are needed: to write them, or to see whether both sides hold the same already."""
    return one.decision.result is Result.WRITE or _looks_alike(plan, one)


def _looks_alike(plan: LinkPlan, one: Sorted) -> bool:
    """Whether files that stand against one another may be one: of one name, and of no other size."""
    if one.decision.result is not Result.CONFLICT:
        return False
    p, q = (file_in(plan.record(side).values[one.index]) for side in SideName)
    if p is None or q is None or (p.sha256 and q.sha256) or p.name != q.name:
        return False
    return p.size is None or q.size is None or p.size == q.size


def _stands_against(plan: LinkPlan, one: Sorted) -> bool:
    """Whether a write would go over a file that may hold the same."""
    p, q = (file_in(plan.record(side).values[one.index]) for side in SideName)
    if p is None or q is None or not may_agree(p.text, q.text):
        return False
    first = any(isinstance(base, Absent) for base in plan.bases_at(one.index))
    return first or one.decision.over


def _bring(work: Workbench, plan: LinkPlan, one: Sorted, hold: Hold) -> None:
    """Read what has to be compared; bring what has to be written."""
    index = one.index
    if one.decision.result is Result.CONFLICT or _stands_against(plan, one):
        for side in SideName:
            with _troubles(str(plan.record(side).values[index]), side):
                _put(plan, side, identified(work, side, plan.record(side), [index]))
        p, q = (file_in(plan.record(side).values[index]) for side in SideName)
        if one.decision.result is Result.CONFLICT or (p and q and p.sha256 == q.sha256):
            return
    to = one.decision.to
    assert to is not None
    source = other_side(to)
    known = bring(work, plan.record(source), index, source, plan.link.scope, hold.stack)
    hold.ready.add((to, known.sha256))
    values = list(plan.record(source).values)
    values[index] = known.text
    _put(plan, source, plan.record(source)._replace(values=tuple(values)))


def _put(plan: LinkPlan, side: SideName, record: Record) -> None:
    if side is SideName.PROCORE:
        plan.procore = record
    else:
        plan.quickbase = record


def _spooled(
    work: Workbench, record: Record, index: int, side: SideName, value: str, stack: ExitStack
) -> SpooledFile:
    """One version's bytes, read and known from now on."""
    assert work.spool is not None
    work.check_stop()
    named = file_in(value)
    assert named is not None
    file = stack.enter_context(work.spool.file(named.name, named.size or 0))
    work.side(side).read_file(record, index, file, Lane.FILES)
    with work.store.transaction() as tx:
        tx.learn_content(side, named.version, file.size, file.sha256)
    return file


def _refuse(work: Workbench, target: SideName, value: str) -> None:
    if refusal := work.side(target).refuses_file(value):
        raise Trouble(refusal)


@contextmanager
def _troubles(value: str, source: SideName) -> Iterator[None]:
    """What goes wrong with one file concerns its field alone (P10). A version that is not there any more
    was replaced, or its tool withdrawn, while bytes were on their way: the next look tells."""
    file = file_in(value)
    name = file.name if file else value
    try:
        yield
    except AuthProblem:
        raise
    except (NotFound, Transient, Unavailable) as problem:
        raise Trouble(
            f"{name} of {source.value} is not across yet: {problem.message}", passing=True
        ) from problem
    except (CallError, ConfigProblem) as problem:
        raise Trouble(f"{name} of {source.value} cannot be brought: {problem.message}") from problem
