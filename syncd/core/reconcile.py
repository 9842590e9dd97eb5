"""The decision per field: baseline and now, on both sides, to one result. Pure.

`P`, `Q` are the values now, `P₀`, `Q₀` that side's baseline, `→` the rule's translation.
*Agree* means: what one side means, translated, equals what the other holds, in the other's
kind and schema (its rounding, length, case, format). The rows are tried in this order:

| case | result |
|---|---|
| a field that is sent at creation only was edited later, and cannot be sent | report, if they differ |
| such a field has no baseline yet, and both sides hold something else | report |
| a side's value is of **no shape** its kind has | held, with what stands there |
| a side's value is **absent** (no permission, not in this view) | no decision |
| no baseline yet, and they agree | agree: baselines, no write |
| no baseline, a one-way rule's source cannot be said on the other side | held, with what it cannot |
| no baseline, one side empty | the filled value crosses, if the direction lets it |
| no baseline, they differ | the `first:` word: procore, quickbase or hold |
| one-way, source changed | write, unless they agree already |
| one-way, only the target was edited | `on_edit:` overwrite, ignore or report |
| neither changed | nothing |
| only P changed | write →P to Quickbase, unless they agree: then baselines only |
| only Q changed | the mirror |
| both changed, and agree | baselines only |
| both changed, and differ | conflict, by policy: procore, quickbase, newest or hold |

A *change* is a value that differs from its own side's baseline, so our own write coming
back is never one (P3), and a server that stores something else than was sent causes no
echo (P11).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from syncd.core.rule import Direction, Held, LinkLookup, OnEdit, Policy, Rule
from syncd.core.unreadable import Unreadable
from syncd.core.values import Absent, SideName, Value, agree, other_side

__all__ = ["Decision", "Newest", "Result", "agreed", "decide", "differ_at_first"]

Newest = Callable[[], "SideName | str"]
"""Who edited last: a side, or a sentence that says why this cannot be known."""


class Result(StrEnum):
    """What is to be done about one field."""

    NOTHING = "nothing"
    AGREE = "agree"  # move both baselines, write nothing
    WRITE = "write"  # write `value` to `to`
    CONFLICT = "conflict"  # both sides have their say; a person decides
    HELD = "held"  # waits for what `held` names
    REPORT = "report"  # an edit that goes nowhere: of a one-way rule's target, or made too late
    BRAKE = "brake"  # one clear among too many: a person approves it first


@dataclass(frozen=True, slots=True)
class Decision:
    """The result for one field.

    `value` is in the terms of the side `to`. `over` is True where a real conflict was
    decided by policy: then the value on `to` is its loser and is kept in history. `rests`
    is True where a one-way rule leaves its target as it was found, or an edit comes too late: both
    values become the baselines although they differ, so that the next change is seen.
    """

    result: Result
    to: SideName | None = None
    value: Value = None
    held: Held | None = None
    over: bool = False
    rests: bool = False


NOTHING = Decision(Result.NOTHING)
AGREE = Decision(Result.AGREE)
REPORT = Decision(Result.REPORT)
RESTS = Decision(Result.REPORT, rests=True)

PROCORE, QUICKBASE = SideName.PROCORE, SideName.QUICKBASE

_MET = "the sides held different values when the records met, and the mapping says `first: hold`"
_APART = (
    "the sides hold different values, and Procore takes it only when a record is created: make Quickbase say "
    "the same, or leave it"
)
_LATE = "it was edited, and Procore takes it only when a record is created: put it back, or make a new record"


def decide(
    rule: Rule,
    now: tuple[Value | Absent, Value | Absent],
    base: tuple[Value | Absent, Value | Absent],
    links: LinkLookup,
    newest: Newest,
    verdict: SideName | None = None,
) -> Decision:
    """Decide one field. `now` and `base` are (Procore, Quickbase); no baseline is ABSENT.

    `verdict` is a person's word on a conflict: that side's value is written.
    """
    p, q = now
    if rule.create_only:
        return _too_late(rule, now, base, links)
    if isinstance(p, Absent) or isinstance(q, Absent):
        odd = p if isinstance(p, Unreadable) else q
        return Decision(Result.HELD, held=Held(odd.why)) if isinstance(odd, Unreadable) else NOTHING
    p0, q0 = base
    if isinstance(p0, Absent) or isinstance(q0, Absent):
        return _first(rule, p, q, links, newest, verdict)
    moved_p, moved_q = p != p0, q != q0
    if not moved_p and not moved_q:
        return NOTHING if verdict is None else _settled(rule, p, q, links, verdict)
    if rule.direction is not Direction.TWO_WAY:
        return _one_way(rule, p, q, moved_p, moved_q, links, verdict)
    if not moved_q:
        return _cross(rule, p, q, QUICKBASE, links)
    if not moved_p:
        return _cross(rule, p, q, PROCORE, links)
    # Here both sides changed since they last agreed.
    if agreed(rule, p, q, links):
        return AGREE
    return _contest(rule, p, q, rule.conflict, links, newest, verdict)


def agreed(rule: Rule, p: Value, q: Value, links: LinkLookup) -> bool:
    """Whether both sides mean the same under this rule, in either side's own schema."""
    if rule.quickbase is not None:
        there = rule.to_quickbase(p, links)
        if not isinstance(there, Held) and agree(there, q, rule.quickbase):
            return True
    if rule.procore is not None and rule.writes(PROCORE):
        back = rule.to_procore(q, links)
        return not isinstance(back, Held) and agree(back, p, rule.procore)
    return False


def differ_at_first(rule: Rule, p: Value | Absent, q: Value | Absent, links: LinkLookup) -> bool:
    """Whether a field that can never be sent again holds something else on either side when two records
    meet; an empty one says nothing, and where edits are not to be told of, neither is this."""
    if not rule.final or rule.on_edit is OnEdit.IGNORE or p is None or q is None:
        return False
    return not isinstance(p, Absent) and not isinstance(q, Absent) and not agreed(rule, p, q, links)


def _too_late(
    rule: Rule,
    now: tuple[Value | Absent, Value | Absent],
    base: tuple[Value | Absent, Value | Absent],
    links: LinkLookup,
) -> Decision:
    """A field that Procore takes at creation only: an edit is told of, and stays where it was made.

    Where Procore would take it later, the mapping says that it is not to be sent again: no edit then.
    """
    p, q = now
    if not rule.final:
        return NOTHING
    if not isinstance(p, Absent) and not isinstance(q, Absent):
        if agreed(rule, p, q, links):
            return AGREE
        if all(isinstance(before, Absent) for before in base) and differ_at_first(rule, p, q, links):
            return Decision(Result.REPORT, held=Held(_APART), rests=True)
    moved = any(
        not isinstance(value, Absent) and not isinstance(before, Absent) and value != before
        for value, before in zip(now, base, strict=True)
    )
    return Decision(Result.REPORT, held=Held(_LATE), rests=True) if moved else NOTHING


def _first(
    rule: Rule, p: Value, q: Value, links: LinkLookup, newest: Newest, verdict: SideName | None
) -> Decision:
    if agreed(rule, p, q, links):
        return AGREE
    if rule.direction is not Direction.TWO_WAY:
        crossed = _cross(rule, p, q, _target(rule), links)
        if crossed.result is Result.HELD:
            return crossed  # the source says nothing that could be contested
    if q is None and rule.writes(QUICKBASE):
        return _cross(rule, p, q, QUICKBASE, links)
    if p is None and rule.writes(PROCORE):
        return _cross(rule, p, q, PROCORE, links)
    if p is None or q is None:
        return _left(rule)  # the filled value is the target's, and may not cross
    return _contest(rule, p, q, rule.first, links, newest, verdict, met=True)


def _left(rule: Rule) -> Decision:
    """A one-way rule whose target stays as it is, although it differs from the source."""
    return AGREE if rule.on_edit is OnEdit.IGNORE else RESTS


def _one_way(
    rule: Rule,
    p: Value,
    q: Value,
    moved_p: bool,
    moved_q: bool,
    links: LinkLookup,
    verdict: SideName | None,
) -> Decision:
    target = _target(rule)
    source_moved = moved_p if target is QUICKBASE else moved_q
    if source_moved or verdict is other_side(target):
        return _cross(rule, p, q, target, links)
    if agreed(rule, p, q, links) or verdict is target:
        return AGREE
    return _edited(rule, p, q, target, links)


def _edited(rule: Rule, p: Value, q: Value, target: SideName, links: LinkLookup) -> Decision:
    if rule.on_edit is OnEdit.OVERWRITE:
        return _cross(rule, p, q, target, links)
    return AGREE if rule.on_edit is OnEdit.IGNORE else REPORT


def _contest(
    rule: Rule,
    p: Value,
    q: Value,
    policy: Policy,
    links: LinkLookup,
    newest: Newest,
    verdict: SideName | None,
    *,
    met: bool = False,
) -> Decision:
    """`met`: nobody need have edited anything, the records differed when they were linked."""
    winner: SideName | str = verdict or ""
    if verdict is None:
        if policy is Policy.HOLD:
            winner = _MET if met else "both sides were edited and the mapping says hold"
        elif policy is Policy.NEWEST:
            winner = newest()
        else:
            winner = SideName(policy.value)
    if not isinstance(winner, SideName):
        return Decision(Result.CONFLICT, held=Held(winner))
    loser = other_side(winner)
    if not rule.writes(loser):
        return AGREE if verdict is not None else _left(rule)
    crossed = _cross(rule, p, q, loser, links)
    if crossed.result is Result.WRITE:
        return Decision(Result.WRITE, loser, crossed.value, over=True)
    return crossed


def _settled(rule: Rule, p: Value, q: Value, links: LinkLookup, verdict: SideName) -> Decision:
    """A person chose a side for a field that looks quiet; make it so."""
    target = other_side(verdict)
    if agreed(rule, p, q, links) or not rule.writes(target):
        return AGREE
    return _cross(rule, p, q, target, links)


def _cross(rule: Rule, p: Value, q: Value, to: SideName, links: LinkLookup) -> Decision:
    """Bring the other side's value to `to`, unless `to` means the same already."""
    source, target = (p, q) if to is QUICKBASE else (q, p)
    value = rule.translate(source, to, links)
    if isinstance(value, Held):
        return Decision(Result.HELD, to, held=value)
    there = rule.field(to)
    assert there is not None, f"rule {rule.key} has nothing to write on {to.value}"
    if agree(value, target, there):
        return AGREE
    return Decision(Result.WRITE, to, value)


def _target(rule: Rule) -> SideName:
    return QUICKBASE if rule.direction is Direction.TO_QUICKBASE else PROCORE
