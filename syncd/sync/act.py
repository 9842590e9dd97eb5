"""Act: journal the intent, commit, call, read the outcome, commit. One batch at a time.

Invariants: an intent is committed before its request leaves; a baseline moves only in the
commit that records a confirmed outcome, and only for the fields written (P4, P11, B5).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from syncd.core.rule import Held
from syncd.core.trust import MAX_READ_AGE
from syncd.core.values import Absent, SideName, Value, agree, encode_row, other_side
from syncd.errors import CallError, Stale, Transient
from syncd.sides.port import Outcome, Patch, Verdict
from syncd.store import Bases, NewEvent, NewIntent, Tx
from syncd.sync.decide import LATER, LinkPlan, Sorted
from syncd.sync.echo import is_derived
from syncd.sync.issues import close_fields, held_field, reported_field
from syncd.sync.occurrences import note_written
from syncd.sync.pieces import moved_since, parts
from syncd.sync.placed import place_plans
from syncd.sync.unknown import settle_after, unsent
from syncd.sync.workbench import Workbench

__all__ = ["REFUSED_RETRY", "UNSENT_RETRY", "act", "bases_row"]

UNSENT_RETRY = 20.0
"""Seconds before a write that never left is tried again."""

REFUSED_RETRY = 21_600.0
"""Seconds before a value that a vendor refused is offered again unasked."""


def act(work: Workbench, plans: Sequence[LinkPlan], side: SideName) -> None:
    """Write what the plans have for `side`, batch by batch.

    Plans whose write did not end are marked `unsettled`; the caller leaves their marks.
    """
    if side is SideName.PROCORE:
        place_plans(work, plans, REFUSED_RETRY)
    todo = [(plan, patch) for plan in plans if (patch := plan.patch(side)) is not None]
    first, later = parts(work, side, todo)
    for plan, _patch in later:
        plan.answer = None
    for batch in _batches(first, work.side(side).limits.update):
        work.check_stop()
        _batch(work, side, batch)
    for plan, patch in later:
        work.check_stop()
        if plan.answer is None or plan.unsettled or moved_since(plan, side, patch):
            plan.unsettled = True  # it is read and decided anew
        else:
            _batch(work, side, [(plan, patch)])
    for plan, patch in first:
        if plan.link.id in work.alone:
            work.alone.discard(plan.link.id)
            _singly(work, side, plan, patch)


def _singly(work: Workbench, side: SideName, plan: LinkPlan, patch: Patch) -> None:
    """Where a vendor refused several fields and did not say which: each by itself, at once.

    An answer to one of them may show that a person changed another meanwhile: that one waits.
    """
    singles = [Patch(patch.id, {index: value}, patch.scope) for index, value in patch.values.items()]
    if patch.key is not None:
        singles.append(Patch(patch.id, {}, patch.scope, patch.key))
    plan.answer = None
    for single in singles:
        work.check_stop()
        if not moved_since(plan, side, single):
            _batch(work, side, [(plan, single)])


def _sent(plan: LinkPlan, side: SideName, patch: Patch) -> list[Sorted]:
    return [one for one in plan.writes(side) if one.index in patch.values]


def _batches(todo: list[tuple[LinkPlan, Patch]], size: int) -> Iterator[list[tuple[LinkPlan, Patch]]]:
    """Batches of one scope each, in order."""
    for scope in dict.fromkeys(patch.scope for _plan, patch in todo):
        mine = [item for item in todo if item[1].scope == scope]
        for start in range(0, len(mine), size):
            yield mine[start : start + size]


@dataclass(slots=True)
class _Done:
    """What one batch's successes leave to be stored, at once and in the same commit."""

    intents: list[tuple[int, str, str, str]] = field(default_factory=list)
    events: list[NewEvent] = field(default_factory=list)
    bases: list[Bases] = field(default_factory=list)


def _batch(work: Workbench, side: SideName, batch: list[tuple[LinkPlan, Patch]]) -> None:
    oldest = min(min(plan.procore.read_at, plan.quickbase.read_at) for plan, _patch in batch)
    fresh_until = oldest + MAX_READ_AGE
    if work.clock.monotonic() > fresh_until:
        for plan, _patch in batch:
            plan.unsettled = True
        return
    with work.store.transaction() as tx:
        intents = tx.open_intents([_intent(work, side, plan, patch) for plan, patch in batch])
    try:
        outcomes = work.side(side).update([patch for _plan, patch in batch], fresh_until=fresh_until)
    except (Stale, Transient) as error:
        unsent(work, intents, error)
        for plan, _patch in batch:
            plan.unsettled = True
        return
    except CallError as error:
        outcomes = [Outcome(Verdict.UNSENT, reason=error.message) for _ in batch]
    work.counts.oldest_read = max(work.counts.oldest_read, work.clock.monotonic() - oldest)
    with work.store.transaction() as tx:
        done = _Done()
        for (plan, patch), intent, outcome in zip(batch, intents, outcomes, strict=True):
            _record(work, tx, side, plan, patch, intent, outcome, done)
        tx.close_intents(done.intents)
        tx.record(done.events)
        tx.set_bases(done.bases)
        note_written(work, tx, [plan for plan, _patch in batch])


def _intent(work: Workbench, side: SideName, plan: LinkPlan, patch: Patch) -> NewIntent:
    rules = work.mapping.rules
    source = other_side(side)
    now = work.side(side).now()
    return NewIntent(
        mapping=work.mapping.name,
        run=work.run,
        link=plan.link.id,
        side=side,
        verb="update" if patch.values else "key",
        scope=patch.scope,
        identity=patch.id,
        source=plan.record(source).id,
        sent={rules[i].fingerprint: value for i, value in patch.values.items()},
        before={rules[i].fingerprint: _plain(plan.record(side).values[i]) for i in patch.values},
        basis={rules[i].fingerprint: _plain(plan.record(source).values[i]) for i in patch.values},
        token=patch.key,
        sent_at=now,
        settle_after=settle_after(work, side),
    )


def _record(
    work: Workbench,
    tx: Tx,
    side: SideName,
    plan: LinkPlan,
    patch: Patch,
    intent: int,
    outcome: Outcome,
    done: _Done,
) -> None:
    """Turn one outcome into baselines, history and issues."""
    if outcome.verdict is Verdict.DONE:
        _done(work, tx, side, plan, patch, intent, outcome, done)
    elif outcome.verdict is Verdict.REFUSED:
        tx.close_intent(intent, "refused", outcome.reason, outcome.response)
        _refused(work, tx, side, plan, patch, outcome)
    elif outcome.verdict is Verdict.UNSENT:
        tx.close_intent(intent, "void", outcome.reason, outcome.response)
        plan.unsettled = True
    else:
        tx.set_intent(intent, state="unknown", outcome=outcome.reason)
        plan.unsettled = True


def _done(
    work: Workbench,
    tx: Tx,
    side: SideName,
    plan: LinkPlan,
    patch: Patch,
    intent: int,
    outcome: Outcome,
    done: _Done,
) -> None:
    returned = outcome.record
    unread = returned is None or any(isinstance(returned.values[i], Absent) for i in patch.values)
    if returned is None or unread:
        # The vendor did not say what it holds now: a fresh reading will, next time.
        tx.set_intent(intent, state="unknown", outcome="done, but not read back")
        plan.unsettled = True
        return
    plan.answer = returned
    done.intents.append((intent, "done", "", outcome.response))
    source = other_side(side)
    for one in _sent(plan, side, patch):
        sent, now = one.decision.value, returned.values[one.index]
        plan.base(side)[one.index] = now
        if side is SideName.PROCORE:
            plan.wrote[one.index] = now
        plan.base(source)[one.index] = plan.record(source).values[one.index]
        done.events.append(_event(work, side, plan, one, now, outcome.response))
        close_fields(work, tx, plan, [one.rule.key])
        there = one.rule.field(side)
        if there is not None and not isinstance(now, Absent) and not agree(sent, now, there):
            reported_field(work, tx, plan, one.rule, f"{side.value} stored {now!r} instead of {sent!r}")
    if side is SideName.PROCORE:
        plan.wrote |= {i: returned.values[i] for i, rule in enumerate(work.mapping.rules) if is_derived(rule)}
    if patch.key is not None:
        plan.key, plan.repair_key = returned.key, False
        done.events.append(_repair(work, plan, patch, outcome.response))
    work.counts.add(work.counts.updated, side)
    plan.stored = bases_row(work, plan, side, work.own_stamp(side, plan.record(side).stamp, returned.stamp))
    done.bases.append(plan.stored)


def _event(
    work: Workbench, side: SideName, plan: LinkPlan, one: Sorted, now: Value | Absent, response: str
) -> NewEvent:
    over = one.decision.over
    before = _plain(plan.record(side).values[one.index])
    return NewEvent(
        mapping=work.mapping.name,
        run=work.run,
        link=plan.link.id,
        procore_id=plan.link.procore_id,
        quickbase_id=plan.link.quickbase_id,
        field=one.rule.key,
        side=side.value,
        what="conflict" if over else "write",
        before=before,
        after=_plain(now),
        loser=before if over else None,
        why=f"{other_side(side).value} won the conflict" if over else f"{other_side(side).value} changed",
        response=response,
    )


def _repair(work: Workbench, plan: LinkPlan, patch: Patch, response: str) -> NewEvent:
    return NewEvent(
        mapping=work.mapping.name,
        run=work.run,
        link=plan.link.id,
        procore_id=plan.link.procore_id,
        quickbase_id=plan.link.quickbase_id,
        field="",
        side=SideName.QUICKBASE.value,
        what="repair" if plan.quickbase.key else "key",
        before=plan.quickbase.key,
        after=patch.key,
        why="the key field belongs to syncd",
        response=response,
    )


def _refused(work: Workbench, tx: Tx, side: SideName, plan: LinkPlan, patch: Patch, outcome: Outcome) -> None:
    """Hold what the vendor refused; fields it did not name are sent by themselves next."""
    work.tell("write.refused", side=side.value, reason=outcome.reason)
    writes = _sent(plan, side, patch)
    named = [one for one in writes if one.index == outcome.field]
    if not named and len(writes) + (patch.key is not None) > 1:
        plan.unsettled = True
        work.alone.add(plan.link.id)
        return
    held = Held(f"{side.value} refuses it: {outcome.reason}", (LATER, side, "") if outcome.again else None)
    for one in named or writes:
        held_field(work, tx, plan, one.rule, held.reason, outcome.again or REFUSED_RETRY, held)
    if outcome.again:
        plan.again = work.clock.now() + outcome.again
    if not writes:
        held_field(work, tx, plan, None, f"the key cannot be written: {outcome.reason}", REFUSED_RETRY)
    if named and (len(writes) > 1 or patch.key is not None):
        plan.unsettled = True


def bases_row(work: Workbench, plan: LinkPlan, wrote: SideName | None = None, stamp: float = 0.0) -> Bases:
    """What is to be stored of a plan: its baselines and the newest stamps known of both records, and
    of the record on the side that was written (`wrote`) the write's own `stamp`."""
    link = plan.link
    stamp_procore = max(link.stamp_procore, plan.procore.stamp or 0.0)
    stamp_quickbase = max(link.stamp_quickbase, plan.quickbase.stamp or 0.0)
    own_procore, own_quickbase = link.own_procore, link.own_quickbase
    if wrote is SideName.PROCORE:
        stamp_procore, own_procore = max(stamp_procore, stamp), max(own_procore, stamp)
    elif wrote is SideName.QUICKBASE:
        stamp_quickbase, own_quickbase = max(stamp_quickbase, stamp), max(own_quickbase, stamp)
    base_procore = encode_row(plan.base_procore)
    if plan.procore.stamp is None and base_procore != link.base_procore:
        stamp_procore = max(stamp_procore, work.stamped(SideName.PROCORE, None))
    plan.link = link._replace(
        stamp_procore=stamp_procore,
        stamp_quickbase=stamp_quickbase,
        own_procore=own_procore,
        own_quickbase=own_quickbase,
    )
    base_quickbase = encode_row([*plan.base_quickbase, plan.key])
    stamps = (stamp_procore, stamp_quickbase, own_procore, own_quickbase)
    return (link.id, work.layout, base_procore, base_quickbase, plan.key, *stamps)


def _plain(value: Value | Absent) -> Value:
    return None if isinstance(value, Absent) else value
