"""Birth: what would be sent to create one record's counterpart, or why it has to wait."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from syncd.core.filevalue import may_agree
from syncd.core.rule import Held
from syncd.core.unreadable import Unreadable
from syncd.core.values import Absent, Field, Kind, SideName, Value, agree, other_side
from syncd.sides.port import ODD_KEY, Draft, Record
from syncd.store import Intent, Link, Tx
from syncd.sync.issues import held_record, only
from syncd.sync.workbench import Links, Workbench

__all__ = ["Birth", "alike", "birth_of", "creation_token", "hold_birth", "suspected", "twin_of"]

UNREAD_AGAIN = 60.0
"""Seconds until a record is read again of which a field could not be read that is needed."""


@dataclass(slots=True)
class Birth:
    """One record to create: where it comes from and what is sent.

    A field that cannot cross now is left out; it is held once there is a link to hold it on. `instead` is
    the source's link, where what is made takes the place of the record in it.
    """

    source: Record
    side: SideName
    draft: Draft
    instead: Link | None = None


def birth_of(
    work: Workbench, tx: Tx, record: Record, source: SideName, target: SideName, links: Links
) -> Birth | None:
    """What is sent to create the counterpart; None where the record has to wait."""
    values: dict[int, Value] = {}
    for index, rule in enumerate(work.mapping.rules):
        there = rule.field(target)
        if there is None or not there.on_create or not (rule.writes(target) or rule.create_only):
            continue
        if there.kind is Kind.FILE and target is SideName.QUICKBASE:
            continue  # a file is attached to a record that is there, and crosses like any change
        value = record.values[index]
        if isinstance(value, Unreadable):
            hold_birth(work, tx, source, record, rule.key, Held(value.why), UNREAD_AGAIN)
            return None
        if isinstance(value, Absent):
            if (rule.required and not rule.unread(source)) or index == work.mapping.project_rule:
                hold_birth(work, tx, source, record, rule.key, Held("it could not be read"), UNREAD_AGAIN)
                return None
            continue
        sent = rule.translate(value, target, links)
        if isinstance(sent, Held):
            if rule.required or index == work.mapping.project_rule:
                hold_birth(work, tx, source, record, rule.key, sent)
                return None
        elif sent is not None:
            values[index] = sent
        elif rule.required:
            hold_birth(work, tx, source, record, rule.key, Held("it is empty, and required to create"))
            return None
    key_problem = _key_problem(source, record)
    if key_problem:
        hold_birth(work, tx, source, record, "", Held(key_problem))
        return None
    key = record.id if source is SideName.PROCORE else creation_token(work, record.id)
    scope = ""
    if target is SideName.PROCORE and work.mapping.project_rule is not None:
        project = values.pop(work.mapping.project_rule, None)
        if not isinstance(project, str):
            hold_birth(work, tx, source, record, "", Held("it names no project, and Procore needs one"))
            return None
        scope = project
    return Birth(record, target, Draft(values, scope, key))


def _key_problem(source: SideName, record: Record) -> str:
    if source is SideName.QUICKBASE and record.key == ODD_KEY:
        return "its key field holds something that is no text: look at it in Quickbase"
    if source is SideName.QUICKBASE and record.key:
        return (
            f"its key field names Procore record {record.key}, which is not there or is linked already: "
            "if the two belong together, 'syncd links relink' links them; if not, clear the key to have a "
            "new record created"
        )
    return ""


def creation_token(work: Workbench, identity: str) -> str:
    """The text a create carries in Procore where the mapping allows a carrier."""
    return f"quickbase:{work.mapping.quickbase.table}:{identity}"


def hold_birth(
    work: Workbench,
    tx: Tx,
    source: SideName,
    record: Record,
    field_key: str,
    held: Held,
    again: float = 0.0,
    retry: float = 0.0,
) -> None:
    """List it with the reason. `again`: look at it after so many seconds, unasked; `retry`: the list says
    that it is tried again then."""
    where = f"{field_key}: " if field_key else ""
    reason = f"cannot be created: {where}{held.reason}"
    ids = only(source, record.id)
    held_record(work, tx, ids, reason, scope=record.scope, retry=retry, waits=held.waits)
    tx.unmark(work.mapping.name, source, [record.id])
    if again:
        tx.mark([(work.mapping.name, source, record.id, record.scope, work.clock.now() + again, "new")])


def twin_of(work: Workbench, source: SideName, record: Record, recent: Sequence[Intent]) -> Intent | None:
    """One of our own creates that this record may be the second outcome of."""
    if work.side(source).limits.carries_key:
        return next((one for one in recent if record.key is not None and one.token == record.key), None)
    if record.ours is False:
        return None
    if record.created is None:  # it does not tell when it was made: what holds all that was sent may be it
        return next((one for one in recent if _same(work, source, record, one)), None)
    limits = work.side(source).limits
    for intent in recent:
        late = intent.sent_at + limits.deadline + limits.lag
        if intent.sent_at - 2 <= record.created <= late and alike(work, source, record, intent):
            return intent
    return None


def alike(work: Workbench, source: SideName, record: Record, intent: Intent) -> bool:
    """Whether a record could be what an intent sent: equal values, or ours and alike.

    A person may have edited it before we saw it, so where the vendor does not say who made
    it, being more alike than different is enough to ask.
    """
    equal, differ = _likeness(work, source, record, intent)
    return equal > 0 and (record.ours is True or differ <= equal)


def _same(work: Workbench, source: SideName, record: Record, intent: Intent) -> bool:
    """Whether a record holds all of what an intent sent, in the project that it was sent to: the same
    person is a member of many."""
    equal, differ = _likeness(work, source, record, intent)
    return record.scope == intent.scope and equal > 0 and differ == 0


def _likeness(work: Workbench, source: SideName, record: Record, intent: Intent) -> tuple[int, int]:
    """How many of the values that an intent sent a record holds, and how many it does not."""
    found = []
    for index, rule in enumerate(work.mapping.rules):
        there, now = rule.field(source), record.values[index]
        if there is None or rule.fingerprint not in intent.sent or isinstance(now, Absent):
            continue
        found.append(_equal(intent.sent[rule.fingerprint], now, there))
    return found.count(True), found.count(False)


def _equal(sent: Value, now: Value, there: Field) -> bool:
    """Whether a record holds what was sent; of a file, whether it may."""
    return may_agree(sent, now) if there.kind is Kind.FILE else agree(sent, now, there)


def suspected(work: Workbench, tx: Tx, source: SideName, record: Record, twin: Intent) -> None:
    """List a record that may be the second outcome of one of our creates; nothing follows it."""
    reason = (
        f"suspected duplicate: {source.value} may have acted twice when syncd created the record for "
        f"{other_side(source).value} {twin.source}; delete one of the two, or link it with 'syncd links add'"
    )
    held_record(work, tx, only(source, record.id), reason, state="duplicate", scope=record.scope)
    tx.hold_strangers(work.mapping.name, source, [record.id])
    tx.unmark(work.mapping.name, source, [record.id])
