"""What waits for somebody or something: raising, refreshing and closing it.

Everything that does not agree stands here with a reason a person can act on (P1).
"""

from __future__ import annotations

from collections.abc import Sequence

from syncd.core.reconcile import Result
from syncd.core.rule import Held, Rule
from syncd.core.values import Absent, SideName, Value
from syncd.store import NewEvent, NewIssue, Tx
from syncd.sync.decide import DOUBT, LinkPlan
from syncd.sync.workbench import Workbench

__all__ = [
    "KEY_REFUSED",
    "braked_field",
    "close_fields",
    "close_record",
    "conflict_field",
    "doubt_field",
    "held_field",
    "held_record",
    "list_open",
    "only",
    "release_waiting",
    "report_resting",
    "reported_field",
]

KEY_REFUSED = "the key cannot be written"
"""How the reasons begin of linked records whose key Quickbase refused (`act.py`, `stamp.py`)."""


def held_field(
    work: Workbench,
    tx: Tx,
    plan: LinkPlan,
    rule: Rule | None,
    reason: str,
    retry: float = 0.0,
    held: Held | None = None,
) -> None:
    """Hold one field of a linked record; `rule` None holds the record."""
    _raise(work, tx, plan, rule, "held", reason, retry, held.waits if held else None)


def conflict_field(work: Workbench, tx: Tx, plan: LinkPlan, rule: Rule, reason: str) -> None:
    """List a conflict between two people's edits, with both values."""
    if _raise(work, tx, plan, rule, "conflict", reason, 0.0, None):
        index = work.mapping.rules.index(rule)
        p, q = plan.procore.values[index], plan.quickbase.values[index]
        tx.record([_event(work, plan, rule.key, "conflict", _plain(p), _plain(q), reason)])


def braked_field(work: Workbench, tx: Tx, plan: LinkPlan, rule: Rule, reason: str) -> None:
    """Hold one clear among too many until a person approves it."""
    _raise(work, tx, plan, rule, "brake", reason, 0.0, None)


def reported_field(work: Workbench, tx: Tx, plan: LinkPlan, rule: Rule, reason: str) -> None:
    """Report something about a field that needs nobody's decision to go on."""
    _raise(work, tx, plan, rule, "reported", reason, 0.0, None)


def report_resting(work: Workbench, plans: Sequence[LinkPlan]) -> None:
    """Report what a one-way rule leaves in its target, and edits that come too late, before any commit
    stores their baselines: afterwards nothing about the field looks open any more."""
    resting = [(plan, one) for plan in plans for one in plan.decisions if one.decision.rests]
    if not resting:
        return
    with work.store.transaction() as tx:
        for plan, one in resting:
            held = one.decision.held
            why = held.reason if held else "its target holds something else; the rule goes one way"
            reported_field(work, tx, plan, one.rule, why)


def list_open(work: Workbench, tx: Tx, plan: LinkPlan) -> None:
    """Conflicts, holds and reports of one plan; what agrees again is closed."""
    for one in plan.decisions:
        decision = one.decision
        if decision.result is Result.CONFLICT:
            assert decision.held is not None
            conflict_field(work, tx, plan, one.rule, decision.held.reason)
        elif decision.result is Result.HELD:
            assert decision.held is not None
            held_field(work, tx, plan, one.rule, decision.held.reason, held=decision.held)
        elif decision.result is Result.BRAKE:
            assert decision.held is not None
            braked_field(work, tx, plan, one.rule, decision.held.reason)
        elif decision.result is Result.REPORT and not decision.rests:
            reported_field(work, tx, plan, one.rule, "its target was edited; the rule goes one way")
        elif decision.result is Result.AGREE:
            close_fields(work, tx, plan, [one.rule.key])
    over = [key for key in plan.quiet if key in plan.issues and plan.issues[key].state != "reported"]
    close_fields(work, tx, plan, over if plan.repair_key else ["", *over])


def doubt_field(work: Workbench, tx: Tx, plan: LinkPlan, rule: Rule, reason: str, side: SideName) -> None:
    """Hold a field whose last write of ours has an outcome that nobody can tell."""
    _raise(work, tx, plan, rule, "held", reason, 0.0, (DOUBT, side, ""))


def _raise(
    work: Workbench,
    tx: Tx,
    plan: LinkPlan,
    rule: Rule | None,
    state: str,
    reason: str,
    retry: float,
    waits: tuple[str, SideName, str] | None,
) -> bool:
    """Insert or refresh the open issue; True if it is new or says something new."""
    now = work.clock.now()
    p: Value | Absent = None
    q: Value | Absent = None
    if rule is not None:
        index = work.mapping.rules.index(rule)
        p, q = plan.procore.values[index], plan.quickbase.values[index]
    old = plan.issues.get(rule.key if rule else "")
    same = (
        old is not None
        and old.state == state
        and old.procore_value == _plain(p)
        and old.quickbase_value == _plain(q)
    )
    if old is not None and old.verdict:
        tx.close_issue(old.id, now)  # a person's word was tried; this is a new question
    tx.raise_issue(
        NewIssue(
            mapping=work.mapping.name,
            scope=plan.link.scope,
            link=plan.link.id,
            procore_id=plan.link.procore_id,
            quickbase_id=plan.link.quickbase_id,
            field=rule.key if rule else "",
            state=state,
            reason=reason,
            procore_value=_plain(p),
            quickbase_value=_plain(q),
            waits=waits,
            stamp_procore=plan.procore.stamp or 0.0,
            stamp_quickbase=plan.quickbase.stamp or 0.0,
            retry_at=now + retry if retry else 0.0,
        )
    )
    return not same


def held_record(
    work: Workbench,
    tx: Tx,
    ids: tuple[str, str],
    reason: str,
    *,
    scope: str = "",
    field: str = "",
    state: str = "held",
    retry: float = 0.0,
    waits: tuple[str, SideName, str] | None = None,
    link: int | None = None,
) -> None:
    """Hold a record, linked or not, as a whole or (`field`) in one of its fields.

    `ids` are its (Procore, Quickbase) identities; an unlinked record has one of them.
    """
    now = work.clock.now()
    tx.raise_issue(
        NewIssue(
            mapping=work.mapping.name,
            scope=scope,
            link=link,
            procore_id=ids[0],
            quickbase_id=ids[1],
            field=field,
            state=state,
            reason=reason,
            waits=waits,
            retry_at=now + retry if retry else 0.0,
        )
    )


def only(side: SideName, identity: str) -> tuple[str, str]:
    """The identities of an unlinked record, as `held_record` takes them."""
    return (identity, "") if side is SideName.PROCORE else ("", identity)


def close_fields(work: Workbench, tx: Tx, plan: LinkPlan, fields: Sequence[str]) -> None:
    """Close the open issues of these fields, if there are any."""
    open_ones = [name for name in fields if name in plan.issues]
    if not open_ones:
        return
    at = work.clock.now()
    tx.close_issues(work.mapping.name, plan.link.procore_id, plan.link.quickbase_id, open_ones, at)
    for name in open_ones:
        issue = plan.issues.pop(name)
        if issue.verdict:
            tx.record([_event(work, plan, name, "settled", None, issue.verdict, "a person decided")])


def close_record(work: Workbench, tx: Tx, procore_id: str, quickbase_id: str) -> None:
    """Close the open issues about one unlinked record, or one pair, as a whole."""
    tx.close_issues(work.mapping.name, procore_id, quickbase_id, [""], work.clock.now())


def release_waiting(work: Workbench, tx: Tx, pairs: Sequence[tuple[str, str]]) -> None:
    """Mark what waited for records that are linked now; it is released by itself."""
    for side, identities in (
        (SideName.PROCORE, [procore for procore, _quickbase in pairs]),
        (SideName.QUICKBASE, [quickbase for _procore, quickbase in pairs]),
    ):
        for issue in tx.waiting_for(work.mapping.name, side, identities):
            name, identity = (
                (SideName.PROCORE, issue.procore_id)
                if issue.procore_id
                else (SideName.QUICKBASE, issue.quickbase_id)
            )
            tx.mark([(issue.mapping, name, identity, issue.scope, 0.0, "released")])


def _event(
    work: Workbench, plan: LinkPlan, field: str, what: str, before: Value, after: Value, why: str
) -> NewEvent:
    return NewEvent(
        mapping=work.mapping.name,
        run=work.run,
        link=plan.link.id,
        procore_id=plan.link.procore_id,
        quickbase_id=plan.link.quickbase_id,
        field=field,
        what=what,
        before=before,
        after=after,
        why=why,
    )


def _plain(value: Value | Absent) -> Value:
    return None if isinstance(value, Absent) else value
