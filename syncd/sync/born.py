"""Born: the link of a record that we have just made, from what its vendor says it holds."""

from __future__ import annotations

from syncd.core.rule import Rule
from syncd.core.settle import adopted
from syncd.core.values import ABSENT, Absent, SideName, agree
from syncd.errors import Forbidden, NotFound, Transient
from syncd.sides.port import Outcome, Record
from syncd.store import Tx
from syncd.sync.birth import Birth
from syncd.sync.issues import close_record, held_record
from syncd.sync.link import Pairing, blank_of, first_bases, follows, leads_away, left_as_found
from syncd.sync.workbench import Links, Workbench

__all__ = ["born", "read_back", "report", "unread"]


def unread(birth: Birth, outcome: Outcome) -> bool:
    """Whether the vendor made the record but did not say what it holds in some field sent."""
    made = outcome.record
    return made is not None and any(isinstance(made.values[index], Absent) for index in birth.draft.values)


def read_back(
    work: Workbench, target: SideName, scope: str, outcomes: list[Outcome], mutes: list[bool]
) -> list[Outcome]:
    """The outcomes with fresh readings of the records that were not read back; a record that
    cannot be read now leaves its create unknown, to be settled by looking."""
    ids = [one.record.id for one, mute in zip(outcomes, mutes, strict=True) if mute and one.record]
    try:
        found = work.side(target).fetch(scope, ids, work.lane)
    except (Transient, Forbidden, NotFound):
        found = {}
    out = []
    for one, mute in zip(outcomes, mutes, strict=True):
        if mute and one.record is not None:
            record = found.get(one.record.id)
            one = one._replace(record=record if isinstance(record, Record) else None)
        out.append(one)
    return out


def report(work: Workbench, tx: Tx, birth: Birth, made: Record, pairing: Pairing, number: int) -> None:
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
    ours = birth.source.values[index]
    if not leads_away(rule, birth.side, ours):
        return ""
    return left_as_found(rule, *((now, ours) if birth.side is SideName.PROCORE else (ours, now)))


def born(work: Workbench, tx: Tx, birth: Birth, outcome: Outcome, *, mute: bool) -> Pairing:
    """The link of a record just created. Fields that were sent rest on what was returned.

    `mute`: the vendor had to be asked again, so a person may have come in between; a field
    that differs from what was sent then rests on that, and the edit is seen.
    """
    made = outcome.record
    assert made is not None
    target = birth.side
    procore, quickbase = (made, birth.source) if target is SideName.PROCORE else (birth.source, made)
    links = Links(tx)
    base_procore, base_quickbase = first_bases(work, procore.values, quickbase.values, links)
    base_made, base_source = base_procore, base_quickbase
    if target is SideName.QUICKBASE:
        base_made, base_source = base_quickbase, base_procore
    owed = False
    for index, rule in enumerate(work.mapping.rules):
        ours = birth.source.values[index]
        if index not in birth.draft.values and not leads_away(rule, target, ours):
            if isinstance(base_made[index], Absent) and follows(rule, target, ours):
                base_made[index], base_source[index] = blank_of(rule, target, made.values[index]), None
                owed = True
            continue
        returned = made.values[index]
        there = rule.field(target)
        if mute and there is not None and index in birth.draft.values:
            touched = made.stamp is None or made.created is None or made.stamp > made.created
            returned, _lossy = adopted(returned, birth.draft.values[index], there, touched=touched)
        if rule.link and isinstance(returned, Absent):
            # An id is stored as it was sent, or not at all. Without a baseline, what happens to the
            # record it names would look like a conflict with our own write.
            returned = birth.draft.values.get(index, ABSENT)
        kept = ABSENT if isinstance(returned, Absent) else birth.source.values[index]
        base_made[index], base_source[index] = returned, kept
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
        work.stamped(SideName.PROCORE, procore.stamp),
        work.stamped(SideName.QUICKBASE, quickbase.stamp),
        own if target is SideName.PROCORE else 0.0,
        own if target is SideName.QUICKBASE else 0.0,
        outcome.response,
        owed,
    )
