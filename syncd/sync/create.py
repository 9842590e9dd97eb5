"""Create: what exists on one side only, once nothing on the other side can be its match.

One record here makes one record there (P4): the intent is committed before the call, an
intent without an outcome is unknown and is settled by looking (`settle.py`), and nothing is
created before both sides were read whole.
"""

from __future__ import annotations

from collections.abc import Sequence

from syncd.core.rule import Rule
from syncd.core.trust import MAX_READ_AGE
from syncd.core.values import ABSENT, Absent, SideName, agree, other_side
from syncd.errors import CallError, Forbidden, NotFound, Stale, Transient
from syncd.sides.port import Gone, Outcome, Record, Verdict
from syncd.store import Mark, NewIntent, Stranger, Tx
from syncd.sync.act import REFUSED_RETRY, UNSENT_RETRY, settle_after, unsent
from syncd.sync.birth import Birth, birth_of, suspected, twin_of
from syncd.sync.gather import whole
from syncd.sync.issues import close_record, held_record, only
from syncd.sync.link import Pairing, add_links, first_bases, leads_away, left_as_found
from syncd.sync.unknown import awaited
from syncd.sync.workbench import Links, Workbench

__all__ = ["create_missing"]

NOT_WHOLE = 60.0
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
    wait = {one.identity for one in known.values() if awaited(work, one, pending)} | sources
    waiting = [mark for mark in marks if mark.identity in wait]
    todo = [mark for mark in marks if mark.identity not in wait]
    wanted = [mark for mark in todo if _wanted(work, known.get(mark.identity), target)]
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
    question is put again for that project alone (`_home`).
    """
    if source is SideName.QUICKBASE and work.mapping.project_rule is not None:
        return not work.failed
    return whole(work, scope if source is SideName.PROCORE else "")


def _home(work: Workbench, births: list[Birth]) -> list[Birth]:
    """Those births whose project was read whole; the marks of the others are put off."""
    if work.mapping.project_rule is None or not births or births[0].side is SideName.QUICKBASE:
        return births
    ready = {scope: whole(work, scope) for scope in {birth.draft.scope for birth in births}}
    late = [birth for birth in births if not ready[birth.draft.scope]]
    with work.store.transaction() as tx:
        at = work.clock.now() + NOT_WHOLE
        for birth in late:
            tx.unmark(work.mapping.name, other_side(birth.side), [birth.source.id])
            mark = (work.mapping.name, other_side(birth.side), birth.source.id, birth.source.scope, at, "new")
            tx.mark([mark])
    return [birth for birth in births if ready[birth.draft.scope]]


def _wanted(work: Workbench, stranger: Stranger | None, target: SideName) -> bool:
    """Whether a counterpart may be created: known, not waiting for a person, and allowed."""
    if stranger is None or stranger.held or target not in work.mapping.create:
        return False
    return stranger.identity not in work.paused


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
    with work.store.transaction() as tx:
        links = Links(tx)
        recent = tx.recent_creates(work.mapping.name, source, work.side(source).now() - 86_400.0)
        for mark in marks:
            record = records[mark.identity]
            if not isinstance(record, Record) or record.resting:
                _vanished(work, tx, source, mark, record)
            elif twin := twin_of(work, source, record, recent):
                suspected(work, tx, source, record, twin)
            elif birth := birth_of(work, tx, record, source, target, links):
                births.append(birth)
    _create(work, target, _home(work, births))


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
    """An unlinked record that is not there (any more): nothing is owed to it."""
    if record is Gone.HIDDEN:
        tx.defer([mark.id], work.clock.now() + NOT_WHOLE)
        return
    tx.drop_strangers(work.mapping.name, source, [mark.identity])
    tx.unmark(work.mapping.name, source, [mark.identity])
    close_record(work, tx, *only(source, mark.identity))


def _create(work: Workbench, target: SideName, births: list[Birth]) -> None:
    size = work.side(target).limits.create
    for scope in dict.fromkeys(birth.draft.scope for birth in births):
        mine = [birth for birth in births if birth.draft.scope == scope]
        for start in range(0, len(mine), size):
            work.check_stop()
            _batch(work, target, mine[start : start + size])


def _batch(work: Workbench, target: SideName, births: list[Birth]) -> None:
    fresh_until = min(birth.source.read_at for birth in births) + MAX_READ_AGE
    if work.clock.monotonic() > fresh_until:
        return  # their marks stay; the next round reads them again
    with work.store.transaction() as tx:
        intents = tx.open_intents([_intent(work, target, birth) for birth in births])
    try:
        drafts = [birth.draft for birth in births]
        outcomes = work.side(target).create(drafts, fresh_until=fresh_until)
    except (Stale, Transient) as error:
        unsent(work, intents, error)
        return
    except CallError as error:
        outcomes = [Outcome(Verdict.UNSENT, reason=error.message) for _ in births]
    with work.store.transaction() as tx:
        for birth, intent, outcome in zip(births, intents, outcomes, strict=True):
            _record(work, tx, target, birth, intent, outcome)


def _intent(work: Workbench, target: SideName, birth: Birth) -> NewIntent:
    rules = work.mapping.rules
    source = other_side(target)
    return NewIntent(
        mapping=work.mapping.name,
        run=work.run,
        link=None,
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


def _record(work: Workbench, tx: Tx, target: SideName, birth: Birth, intent: int, outcome: Outcome) -> None:
    source = other_side(target)
    mark_again = work.clock.now() + UNSENT_RETRY
    mapping = work.mapping.name
    if outcome.verdict is Verdict.DONE and outcome.record is not None:
        tx.close_intent(intent, "done", "", outcome.response)
        pairing = _born(work, tx, birth, outcome)
        (number,) = add_links(work, tx, [pairing])
        _report(work, tx, birth, outcome.record, pairing, number)
        work.counts.add(work.counts.created, target)
    elif outcome.verdict is Verdict.REFUSED:
        tx.close_intent(intent, "refused", outcome.reason, outcome.response)
        work.tell("write.refused", side=target.value, reason=outcome.reason)
        reason = f"{target.value} refuses to create it: {outcome.reason}"
        ids = only(source, birth.source.id)
        held_record(work, tx, ids, reason, scope=birth.source.scope, retry=REFUSED_RETRY)
        tx.unmark(mapping, source, [birth.source.id])
    elif outcome.verdict is Verdict.UNSENT:
        tx.close_intent(intent, "void", outcome.reason, outcome.response)
        tx.unmark(mapping, source, [birth.source.id])
        tx.mark([(mapping, source, birth.source.id, birth.source.scope, mark_again, "new")])
    else:
        tx.set_intent(intent, state="unknown", outcome=outcome.reason or "done, but not read back")


def _report(work: Workbench, tx: Tx, birth: Birth, made: Record, pairing: Pairing, number: int) -> None:
    """Say which values the vendor stored otherwise than they were sent (P11)."""
    ids = (pairing.procore_id, pairing.quickbase_id)
    for index, rule in enumerate(work.mapping.rules):
        reason = _remark(birth, made, index, rule)
        if reason:
            held_record(
                work, tx, ids, reason, scope=pairing.scope, field=rule.key, state="reported", link=number
            )


def _remark(birth: Birth, made: Record, index: int, rule: Rule) -> str:
    now, there = made.values[index], rule.field(birth.side)
    if there is None or isinstance(now, Absent):
        return ""
    if index in birth.draft.values:
        sent = birth.draft.values[index]
        return "" if agree(sent, now, there) else f"{birth.side.value} stored {now!r} instead of {sent!r}"
    if not leads_away(rule, birth.side):
        return ""
    ours = birth.source.values[index]
    return left_as_found(rule, *((now, ours) if birth.side is SideName.PROCORE else (ours, now)))


def _born(work: Workbench, tx: Tx, birth: Birth, outcome: Outcome) -> Pairing:
    """The link of a record just created. Fields that were sent rest on what was returned."""
    made = outcome.record
    assert made is not None
    target = birth.side
    procore, quickbase = (made, birth.source) if target is SideName.PROCORE else (birth.source, made)
    links = Links(tx)
    base_procore, base_quickbase = first_bases(work, procore.values, quickbase.values, links)
    for index, rule in enumerate(work.mapping.rules):
        # A field that could not be read, and so not sent, has the vendor's default: a
        # baseline on that side alone says that nobody put it there.
        unread = isinstance(birth.source.values[index], Absent) and rule.writes(target)
        if index not in birth.draft.values and not leads_away(rule, target) and not unread:
            continue
        returned = made.values[index]
        kept = ABSENT if isinstance(returned, Absent) else birth.source.values[index]
        base_procore[index] = returned if target is SideName.PROCORE else kept
        base_quickbase[index] = kept if target is SideName.PROCORE else returned
    close_record(work, tx, procore.id, quickbase.id)
    own = made.stamp or 0.0
    return Pairing(
        procore.id,
        quickbase.id,
        procore.scope,
        base_procore,
        base_quickbase,
        quickbase.key,
        "create",
        procore.stamp or 0.0,
        quickbase.stamp or 0.0,
        own if target is SideName.PROCORE else 0.0,
        own if target is SideName.QUICKBASE else 0.0,
        outcome.response,
    )
