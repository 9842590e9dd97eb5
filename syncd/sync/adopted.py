"""Adopted: the first baselines of a record that a lost create made, and what a person did to it since."""

from __future__ import annotations

from syncd.core.settle import adopted
from syncd.core.values import ABSENT, Absent, SideName, Value
from syncd.sides.port import Record
from syncd.store import Intent, Tx
from syncd.sync.link import blank_of, first_bases, follows, leads_away, left_as_found
from syncd.sync.workbench import Links, Workbench

__all__ = ["adopted_bases", "agree_rest", "is_owed"]


def is_owed(work: Workbench, source: Record, base_source: list[Value | Absent], side: SideName) -> bool:
    """Whether some field is to be written now that the record is there."""
    rules = zip(work.mapping.rules, source.values, base_source, strict=True)
    return any(base is None and follows(rule, side, now) for rule, now, base in rules)


def _untouched(made: Record) -> bool:
    """Whether nobody changed the record since it was made, as far as its stamps can tell."""
    return made.stamp is not None and made.created is not None and made.stamp <= made.created


def adopted_bases(
    work: Workbench, intent: Intent, made: Record
) -> tuple[list[Value | Absent], list[Value | Absent], list[tuple[str, str]]]:
    """Baselines for an adopted record; fields where the server stored something else."""
    touched = not _untouched(made)
    there_base: list[Value | Absent] = []
    source_base: list[Value | Absent] = []
    doubts: list[tuple[str, str]] = []
    told = _told(work, intent)
    for index, rule in enumerate(work.mapping.rules):
        there = rule.field(intent.side)
        if rule.fingerprint not in told or there is None:
            there_base.append(ABSENT)
            source_base.append(ABSENT)
            continue
        sent, now = told[rule.fingerprint], made.values[index]
        base, lossy = adopted(now, sent, there, touched=touched)
        there_base.append(now if lossy else base)
        basis = intent.basis.get(rule.fingerprint)
        source_base.append(ABSENT if isinstance(there_base[-1], Absent) else basis)
        if lossy:
            doubts.append((rule.key, f"{intent.side.value} stored {now!r} instead of {sent!r}"))
    return there_base, source_base, doubts


def _told(work: Workbench, intent: Intent) -> dict[str, Value]:
    """What the create said of each field: what it sent, and the project it was sent to, which the call
    names in its path."""
    index = work.mapping.project_rule
    if index is None or intent.side is SideName.QUICKBASE:
        return dict(intent.sent)
    return {**intent.sent, work.mapping.rules[index].fingerprint: intent.scope}


def agree_rest(
    work: Workbench,
    tx: Tx,
    made: Record,
    source: Record,
    base_made: list[Value | Absent],
    base_source: list[Value | Absent],
    intent: Intent,
) -> list[tuple[str, str]]:
    """Fields that were not sent and agree already get baselines as in any new link.

    Answers what is to be reported: (rule key, reason).
    """
    remarks = []
    procore_made = intent.side is SideName.PROCORE
    p, q = (made, source) if procore_made else (source, made)
    left, right = first_bases(work, p.values, q.values, Links(tx))
    told = _told(work, intent)
    for index, rule in enumerate(work.mapping.rules):
        if rule.fingerprint in told:
            continue
        if _untouched(made) and leads_away(rule, intent.side, source.values[index]):
            base_made[index], base_source[index] = made.values[index], source.values[index]
            if reason := left_as_found(rule, p.values[index], q.values[index]):
                remarks.append((rule.key, reason))
            continue
        base_made[index] = left[index] if procore_made else right[index]
        base_source[index] = right[index] if procore_made else left[index]
        if isinstance(base_made[index], Absent) and follows(rule, intent.side, source.values[index]):
            base_made[index], base_source[index] = blank_of(rule, intent.side, made.values[index]), None
    return remarks
