"""Create: what exists on one side only, once nothing on the other side can be its match.

One record here makes one record there (P4): the intent is committed before the call, an
intent without an outcome is unknown and is settled by looking (`settle.py`), and nothing is
created before both sides were read whole.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from syncd.core.rule import Held
from syncd.core.trust import MAX_READ_AGE
from syncd.core.values import ABSENT, Absent, SideName, Value, agree, other_side
from syncd.errors import CallError, Forbidden, NotFound, Stale, Transient
from syncd.sides.port import Draft, Gone, Outcome, Record, Verdict
from syncd.store import Intent, Mark, NewIntent, Stranger, Tx
from syncd.sync.act import REFUSED_RETRY, UNSENT_RETRY, settle_after, unsent
from syncd.sync.gather import whole
from syncd.sync.issues import close_record, held_record
from syncd.sync.link import Pairing, add_links, first_bases
from syncd.sync.workbench import Links, Workbench

__all__ = ["SUSPICION", "create_missing", "creation_token"]

SUSPICION = 300.0
"""Seconds round one of our creates within which an equal record is a suspected duplicate."""

NOT_WHOLE = 60.0
CHUNK = 1_000


@dataclass(slots=True)
class Birth:
    """One record to create: where it comes from and what is sent."""

    source: Record
    side: SideName
    draft: Draft
    held: dict[str, Held] = field(default_factory=dict)


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
        pending = {one.source for one in tx.pending(mapping) if one.verb == "create"}
    waiting = [mark for mark in marks if mark.identity in pending]
    todo = [mark for mark in marks if mark.identity not in pending]
    wanted = [mark for mark in todo if _wanted(work, known.get(mark.identity), target)]
    with work.store.transaction() as tx:
        done = {mark.identity for mark in todo} - {mark.identity for mark in wanted}
        tx.unmark(mapping, source, sorted(done))
        tx.defer([mark.id for mark in waiting], work.clock.now() + UNSENT_RETRY)
        if wanted and not whole(work, scope if source is SideName.PROCORE else None):
            tx.defer([mark.id for mark in wanted], work.clock.now() + NOT_WHOLE)
            wanted = []
    for start in range(0, len(wanted), CHUNK):
        work.check_stop()
        _births(work, source, target, scope, wanted[start : start + CHUNK])


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
            elif twin := _twin(work, source, record, recent):
                _suspected(work, tx, source, record, twin)
            elif birth := _birth(work, tx, record, source, target, links):
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
    """An unlinked record that is not there (any more): nothing is owed to it."""
    if record is Gone.HIDDEN:
        tx.defer([mark.id], work.clock.now() + NOT_WHOLE)
        return
    tx.drop_strangers(work.mapping.name, source, [mark.identity])
    tx.unmark(work.mapping.name, source, [mark.identity])


def _twin(work: Workbench, source: SideName, record: Record, recent: Sequence[Intent]) -> Intent | None:
    """One of our own creates that this record may be the second outcome of."""
    if work.side(source).limits.carries_key or record.ours is False or record.created is None:
        return None
    limits = work.side(source).limits
    for intent in recent:
        late = intent.sent_at + limits.deadline + limits.lag
        if intent.sent_at - 2 <= record.created <= late and _same(work, source, record, intent):
            return intent
    return None


def _same(work: Workbench, source: SideName, record: Record, intent: Intent) -> bool:
    """Whether a record could be what an intent sent: equal values, or ours and alike."""
    equal = differ = 0
    for index, rule in enumerate(work.mapping.rules):
        there, now = rule.field(source), record.values[index]
        if there is None or rule.fingerprint not in intent.sent or isinstance(now, Absent):
            continue
        if agree(intent.sent[rule.fingerprint], now, there):
            equal += 1
        else:
            differ += 1
    return equal > 0 and (differ == 0 or record.ours is True)


def _suspected(work: Workbench, tx: Tx, source: SideName, record: Record, twin: Intent) -> None:
    reason = (
        f"suspected duplicate: {source.value} may have acted twice when syncd created the record for "
        f"{other_side(source).value} {twin.source}; delete one of the two, or link it with 'syncd links add'"
    )
    ids = {"procore_id" if source is SideName.PROCORE else "quickbase_id": record.id}
    held_record(work, tx, reason=reason, state="duplicate", scope=record.scope, **ids)  # type: ignore[arg-type]
    tx.hold_strangers(work.mapping.name, source, [record.id])
    tx.unmark(work.mapping.name, source, [record.id])


def _birth(
    work: Workbench, tx: Tx, record: Record, source: SideName, target: SideName, links: Links
) -> Birth | None:
    """What is sent to create the counterpart; None where the record has to wait."""
    values: dict[int, Value] = {}
    held: dict[str, Held] = {}
    for index, rule in enumerate(work.mapping.rules):
        there = rule.field(target)
        if there is None or not there.on_create or not (rule.writes(target) or rule.create_only):
            continue
        value = record.values[index]
        if isinstance(value, Absent):
            continue
        sent = rule.translate(value, target, links)
        if isinstance(sent, Held):
            if rule.required or index == work.mapping.project_rule:
                _hold_birth(work, tx, source, record, rule.key, sent)
                return None
            held[rule.key] = sent
        elif sent is not None:
            values[index] = sent
        elif rule.required:
            _hold_birth(work, tx, source, record, rule.key, Held("it is empty, and required to create"))
            return None
    key_problem = _key_problem(source, record)
    if key_problem:
        _hold_birth(work, tx, source, record, "", Held(key_problem))
        return None
    key = record.id if source is SideName.PROCORE else creation_token(work, record.id)
    scope = ""
    if target is SideName.PROCORE and work.mapping.project_rule is not None:
        project = values.pop(work.mapping.project_rule, None)
        if not isinstance(project, str):
            _hold_birth(work, tx, source, record, "", Held("it names no project, and Procore needs one"))
            return None
        scope = project
    return Birth(record, target, Draft(values, scope, key), held)


def _key_problem(source: SideName, record: Record) -> str:
    if source is SideName.QUICKBASE and record.key:
        return (
            f"its key field names Procore record {record.key}, which is not there or is linked already; "
            "clear the key to have a new record created"
        )
    return ""


def creation_token(work: Workbench, identity: str) -> str:
    """The text a create carries in Procore where the mapping allows a carrier."""
    return f"quickbase:{work.mapping.quickbase.table}:{identity}"


def _hold_birth(
    work: Workbench, tx: Tx, source: SideName, record: Record, field_key: str, held: Held
) -> None:
    ids = {"procore_id" if source is SideName.PROCORE else "quickbase_id": record.id}
    where = f"{field_key}: " if field_key else ""
    held_record(
        work,
        tx,
        reason=f"cannot be created: {where}{held.reason}",
        scope=record.scope,
        waits=held.waits,
        **ids,
    )  # type: ignore[arg-type]
    tx.unmark(work.mapping.name, source, [record.id])


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
        ids = {"procore_id" if source is SideName.PROCORE else "quickbase_id": birth.source.id}
        reason = f"{target.value} refuses to create it: {outcome.reason}"
        held_record(work, tx, reason=reason, scope=birth.source.scope, retry=REFUSED_RETRY, **ids)  # type: ignore[arg-type]
        tx.unmark(mapping, source, [birth.source.id])
    elif outcome.verdict is Verdict.UNSENT:
        tx.close_intent(intent, "void", outcome.reason, outcome.response)
        tx.unmark(mapping, source, [birth.source.id])
        tx.mark([(mapping, source, birth.source.id, birth.source.scope, mark_again, "new")])
    else:
        tx.set_intent(intent, state="unknown", outcome=outcome.reason or "done, but not read back")


def _report(work: Workbench, tx: Tx, birth: Birth, made: Record, pairing: Pairing, number: int) -> None:
    """Say which values the vendor stored otherwise than they were sent (P11)."""
    for index, sent in birth.draft.values.items():
        rule, now = work.mapping.rules[index], made.values[index]
        there = rule.field(birth.side)
        if there is None or isinstance(now, Absent) or agree(sent, now, there):
            continue
        held_record(
            work,
            tx,
            procore_id=pairing.procore_id,
            quickbase_id=pairing.quickbase_id,
            scope=pairing.scope,
            field=rule.key,
            reason=f"{birth.side.value} stored {now!r} instead of {sent!r}",
            state="reported",
            link=number,
        )


def _born(work: Workbench, tx: Tx, birth: Birth, outcome: Outcome) -> Pairing:
    """The link of a record just created. Fields that were sent rest on what was returned."""
    made = outcome.record
    assert made is not None
    target = birth.side
    procore, quickbase = (made, birth.source) if target is SideName.PROCORE else (birth.source, made)
    links = Links(tx)
    base_procore, base_quickbase = first_bases(work, procore.values, quickbase.values, links)
    for index in birth.draft.values:
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
