"""Create: what exists on one side only, once nothing on the other side can be its match.

One record here makes one record there (P4): the intent is committed before the call, an
intent without an outcome is unknown and is settled by looking (`settle.py`), and nothing is
created before both sides were read whole.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import ExitStack

from syncd.core.trust import MAX_READ_AGE
from syncd.core.values import Absent, SideName, other_side
from syncd.errors import CallError, Forbidden, NotFound, Stale, Transient
from syncd.sides.port import Gone, Outcome, Record, Verdict
from syncd.store import Mark, NewIntent, Stranger, Tx
from syncd.sync.act import REFUSED_RETRY, UNSENT_RETRY
from syncd.sync.birth import Birth, birth_of, suspected, twin_of
from syncd.sync.born import born, read_back, report, unread
from syncd.sync.created import tell_created
from syncd.sync.gather import whole
from syncd.sync.homes import NOT_WHOLE, homeless
from syncd.sync.issues import close_record, held_record, only
from syncd.sync.link import add_links
from syncd.sync.newcomers import note_gone, note_held, note_reread
from syncd.sync.part import is_order
from syncd.sync.placed import place_births
from syncd.sync.replaced import end_replaced
from syncd.sync.shipped import has_file, shipped
from syncd.sync.surplus import surplus
from syncd.sync.unknown import awaited, settle_after, unsent
from syncd.sync.vanished import UNLISTED
from syncd.sync.workbench import Links, Workbench

__all__ = ["create_missing", "intent_of", "store_outcome"]

MISSED = "missed"
"""Why a mark waits whose record was not returned when it was asked for."""

UNLISTED_AGAIN = f"{UNLISTED} again"

TWIN_SECONDS = 86_400.0
"""How long after a create of ours its second outcome is still looked for."""

CHUNK = 1_000


def create_missing(work: Workbench, marks: Sequence[Mark]) -> None:
    """Work off marks of unlinked records: hold them, wait, or create their counterpart."""
    for source in SideName:
        mine = [mark for mark in marks if mark.side is source]
        for scope in dict.fromkeys(mark.scope for mark in mine):
            _scope(work, source, scope, [mark for mark in mine if mark.scope == scope])


def _scope(work: Workbench, source: SideName, scope: str, marks: list[Mark]) -> None:
    target = other_side(source)
    mapping = work.mapping.name
    with work.store.read() as tx:
        known = tx.strangers(mapping, source, [mark.identity for mark in marks])
        pending = tx.pending(mapping)
    sources = {one.source for one in pending if one.verb == "create" and one.side is target}
    if target is SideName.QUICKBASE:  # a create would merge with the record that still has its key
        sources |= {one.source for one in pending if is_order(one)}
    wait = {one.identity for one in known.values() if awaited(work, one, pending)} | sources
    waiting = [mark for mark in marks if mark.identity in wait]
    todo = [mark for mark in marks if mark.identity not in wait]
    with work.store.read() as tx:
        since = work.side(source).now() - TWIN_SECONDS
        twins = target in work.mapping.create or bool(tx.recent_creates(mapping, source, since))
    wanted = [
        mark for mark in todo if _looked_for(mark) or (twins and _wanted(work, known.get(mark.identity)))
    ]
    with work.store.transaction() as tx:
        done = {mark.identity for mark in todo} - {mark.identity for mark in wanted}
        tx.unmark(mapping, source, sorted(done))
        tx.defer([mark.id for mark in waiting], work.clock.now() + UNSENT_RETRY)
        if wanted and not _whole(work, source, scope):
            tx.defer([mark.id for mark in wanted], work.clock.now() + NOT_WHOLE)
            wanted = []
    for start in range(0, len(wanted), CHUNK):
        work.check_stop()
        _births(work, source, target, scope, wanted[start : start + CHUNK])


def _whole(work: Workbench, source: SideName, scope: str) -> bool:
    """Whether both sides are known well enough to call a record new.

    A Quickbase record's project is known only once its reference is translated, so there the
    question is put again for that project alone (`homes.py`).
    """
    if source is SideName.QUICKBASE and work.mapping.project_rule is not None:
        return not work.failed
    return whole(work, scope if source is SideName.PROCORE else "")


def _looked_for(mark: Mark) -> bool:
    """Whether it is only asked whether the record is there at all."""
    return mark.why.startswith(UNLISTED)


def _wanted(work: Workbench, stranger: Stranger | None) -> bool:
    """Whether there is something to do about it: known, and not waiting for a person."""
    return stranger is not None and not stranger.held and stranger.identity not in work.paused


def _births(
    work: Workbench,
    source: SideName,
    target: SideName,
    scope: str,
    marks: list[Mark],
) -> None:
    try:
        records = _read(work, source, scope, marks)
    except (Transient, Forbidden, NotFound) as error:
        with work.store.transaction() as tx:
            tx.defer([mark.id for mark in marks], work.clock.now() + UNSENT_RETRY)
        work.tell("read.failed", reason=error.message)
        return
    births: list[Birth] = []
    apart: set[str] = set()
    if source is SideName.QUICKBASE and target in work.mapping.create:
        apart = homeless(
            work, [one for one in records.values() if isinstance(one, Record) and not one.resting]
        )
    with work.store.transaction() as tx:
        links = Links(tx)
        recent = tx.recent_creates(work.mapping.name, source, work.side(source).now() - TWIN_SECONDS)
        note_reread(work, tx, source, records)
        for mark in [one for one in marks if one.identity not in apart]:
            record = records[mark.identity]
            if not isinstance(record, Record) or record.resting:
                _vanished(work, tx, source, mark, record)
            elif _looked_for(mark):
                tx.unmark(work.mapping.name, source, [record.id])  # it was considered when it came
            elif twin := twin_of(work, source, record, recent):
                suspected(work, tx, source, record, twin)
            elif target not in work.mapping.create:
                tx.unmark(work.mapping.name, source, [record.id])
            elif birth := birth_of(work, tx, record, source, target, links):
                births.append(birth)
    _create(work, target, births)


def _read(work: Workbench, source: SideName, scope: str, marks: list[Mark]) -> dict[str, Record | Gone]:
    out: dict[str, Record | Gone] = {}
    ask = []
    for mark in marks:
        record = work.fresh(source, mark.identity)
        if record is None:
            ask.append(mark.identity)
        else:
            out[mark.identity] = record
    if ask:
        out.update(work.side(source).fetch(scope, ask, work.lane))
    return out


def _vanished(work: Workbench, tx: Tx, source: SideName, mark: Mark, record: Record | Gone) -> None:
    """An unlinked record that is not there (any more): nothing is owed to it.

    Once is no proof, and feeds will not show an old record again: it is asked for twice.
    """
    if record is Gone.HIDDEN:
        tx.defer([mark.id], work.clock.now() + NOT_WHOLE)
        return
    if record is Gone.MISSING and mark.why not in (MISSED, UNLISTED_AGAIN):
        again = UNLISTED_AGAIN if _looked_for(mark) else MISSED
        tx.defer([mark.id], work.clock.now() + work.side(source).limits.lag, again)
        return
    if record is Gone.MISSING and source is SideName.PROCORE:
        note_gone(work, tx, {mark.identity: mark.scope})
    tx.drop_strangers(work.mapping.name, source, [mark.identity])
    tx.unmark(work.mapping.name, source, [mark.identity])
    close_record(work, tx, *only(source, mark.identity))


def _create(work: Workbench, target: SideName, births: list[Birth]) -> None:
    files = [birth for birth in births if has_file(work, birth)]
    for birth in files:
        work.check_stop()
        with ExitStack() as stack:
            ready = shipped(work, birth, stack)
            if ready is not None:
                _batch(work, target, [ready])
    births = [birth for birth in births if birth not in files] if files else births
    size = work.side(target).limits.create
    for scope in dict.fromkeys(birth.draft.scope for birth in births):
        mine = [birth for birth in births if birth.draft.scope == scope]
        for start in range(0, len(mine), size):
            work.check_stop()
            _batch(work, target, mine[start : start + size])


def _batch(work: Workbench, target: SideName, births: list[Birth]) -> None:
    births = place_births(work, target, births, UNSENT_RETRY, REFUSED_RETRY)
    if not births:
        return
    fresh_until = min(birth.source.read_at for birth in births) + MAX_READ_AGE
    if work.clock.monotonic() > fresh_until:
        return  # their marks stay; the next round reads them again
    with work.store.transaction() as tx:
        intents = tx.open_intents([intent_of(work, target, birth) for birth in births])
    try:
        drafts = [birth.draft for birth in births]
        outcomes = work.side(target).create(drafts, fresh_until=fresh_until)
    except (Stale, Transient) as error:
        unsent(work, intents, error)
        return
    except CallError as error:
        outcomes = [Outcome(Verdict.UNSENT, reason=error.message) for _ in births]
    mutes = [unread(birth, outcome) for birth, outcome in zip(births, outcomes, strict=True)]
    if any(mutes):
        outcomes = read_back(work, target, births[0].draft.scope, outcomes, mutes)
    with work.store.transaction() as tx:
        for birth, intent, outcome, mute in zip(births, intents, outcomes, mutes, strict=True):
            store_outcome(work, tx, target, birth, intent, outcome, mute)


def intent_of(work: Workbench, target: SideName, birth: Birth) -> NewIntent:
    """The line of the journal about one create."""
    rules = work.mapping.rules
    source = other_side(target)
    return NewIntent(
        mapping=work.mapping.name,
        run=work.run,
        link=birth.instead.id if birth.instead else None,
        side=target,
        verb="create",
        scope=birth.draft.scope,
        identity="",
        source=birth.source.id,
        sent={rules[i].fingerprint: value for i, value in birth.draft.values.items()},
        basis={
            rule.fingerprint: value
            for rule, value in zip(rules, birth.source.values, strict=True)
            if not isinstance(value, Absent) and rule.field(source) is not None
        },
        token=birth.draft.key,
        sent_at=work.side(target).now(),
        settle_after=settle_after(work, target),
    )


def store_outcome(
    work: Workbench,
    tx: Tx,
    target: SideName,
    birth: Birth,
    intent: int,
    outcome: Outcome,
    mute: bool,
) -> None:
    """Turn the outcome of one create into a link, or into what waits and why."""
    source = other_side(target)
    mark_again = work.clock.now() + UNSENT_RETRY
    mapping = work.mapping.name
    if outcome.verdict is Verdict.DONE and outcome.record is not None:
        tx.close_intent(intent, "done", "", outcome.response)
        end_replaced(work, tx, birth.instead.id if birth.instead else None, birth.source.id)
        if surplus(work, tx, target, birth.source.id, [outcome.record], outcome.response):
            tx.unmark(mapping, source, [birth.source.id])
            return
        pairing = born(work, tx, birth, outcome, mute=mute)
        (number,) = add_links(work, tx, [pairing])
        there = outcome.record if target is SideName.PROCORE else birth.source
        note_held(work, tx, [(there.id, there.scope, pairing.base_procore, there.values, there.stamp)])
        tell_created(work, tx, target, number, pairing, birth.draft.values, outcome.record.values)
        report(work, tx, birth, outcome.record, pairing, number)
        work.counts.add(work.counts.created, target)
    elif outcome.verdict is Verdict.REFUSED:
        tx.close_intent(intent, "refused", outcome.reason, outcome.response)
        work.tell("write.refused", side=target.value, reason=outcome.reason)
        reason = f"{target.value} refuses to create it: {outcome.reason}"
        ids = only(source, birth.source.id)
        held_record(work, tx, ids, reason, scope=birth.source.scope, retry=outcome.again or REFUSED_RETRY)
        tx.unmark(mapping, source, [birth.source.id])
        if outcome.again:
            due = work.clock.now() + outcome.again
            tx.mark([(mapping, source, birth.source.id, birth.source.scope, due, "new")])
    elif outcome.verdict is Verdict.UNSENT:
        tx.close_intent(intent, "void", outcome.reason, outcome.response)
        tx.unmark(mapping, source, [birth.source.id])
        tx.mark([(mapping, source, birth.source.id, birth.source.scope, mark_again, "new")])
    else:
        tx.set_intent(intent, state="unknown", outcome=outcome.reason or "done, but not read back")
