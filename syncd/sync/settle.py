"""Settle: look at what became of writes whose outcome was never learned.

Runs first in every cycle. An unknown update is compared with a fresh reading; an unknown
create is looked for, and "not found" counts only when asked twice, later than the request's
deadline plus the vendor's visibility lag (architecture §5).
"""

from __future__ import annotations

from collections.abc import Sequence

from syncd.core.rule import Direction, Rule
from syncd.core.settle import Settled, settle_field
from syncd.core.values import ABSENT, Absent, SideName, Value, other_side
from syncd.errors import AuthProblem, CallError, Forbidden, NotFound, Stopped, Transient, Unavailable
from syncd.observe.logging import get_logger
from syncd.sides.port import Gone, Record
from syncd.store import Intent, Link, NewEvent
from syncd.store.ours import AGAIN
from syncd.sync.act import bases_row
from syncd.sync.decide import LinkPlan, bases_of
from syncd.sync.freight import identified
from syncd.sync.issues import close_fields, doubt_field, held_record, only
from syncd.sync.known_files import file_rules
from syncd.sync.link import with_key
from syncd.sync.occurrences import note_written
from syncd.sync.part import carry_out, is_order
from syncd.sync.places import settle_places
from syncd.sync.settle_creates import settle_create
from syncd.sync.unknown import close, is_late, mark_again
from syncd.sync.workbench import Workbench

__all__ = ["settle"]

_log = get_logger("syncd.sync")

UPDATES = frozenset({"update", "key"})
Found = dict[tuple[SideName, str], Record | Gone]


def settle(work: Workbench) -> None:
    """Settle what can be settled now; what cannot stays pending and blocks only itself.

    Raises AuthProblem, Stopped and Unavailable.
    """
    try:
        settle_places(work)
    except AuthProblem:
        raise
    except CallError as error:
        work.tell("settle.failed", side=SideName.PROCORE.value, reason=error.message)
    with work.store.read() as tx:
        pending = tx.pending(work.mapping.name)
    found = _look(work, [intent for intent in pending if intent.verb in UPDATES])
    for intent in pending:
        work.check_stop()
        try:
            _settle(work, intent, found)
        except (AuthProblem, Stopped, Unavailable):
            raise
        except CallError as error:
            work.tell("settle.failed", side=intent.side.value, reason=error.message)
        except Exception as error:
            _unforeseen(work, intent, error)


def _settle(work: Workbench, intent: Intent, found: Found) -> None:
    if intent.verb == "create":
        settle_create(work, intent)
    elif is_order(intent):
        carry_out(work, intent)
    elif intent.verb == "key" and intent.link is None:
        _keys(work, intent)
    elif intent.verb in UPDATES:
        _update(work, intent, found)
    else:
        _removal(work, intent)


def _unforeseen(work: Workbench, intent: Intent, error: Exception) -> None:
    """A fault of ours about one write: its record waits, listed; the others go on (P10). The list
    and the listener are told what and where, never the error's own words, which may be values."""
    _log.exception("settle.unforeseen", mapping=work.mapping.name, run=work.run)
    work.tell("settle.unforeseen", side=intent.side.value, intent=intent.id, fault=type(error).__name__)
    with work.store.transaction() as tx:
        link = tx.link(intent.link) if intent.link is not None else None
        ids = (link.procore_id, link.quickbase_id) if link else only(other_side(intent.side), intent.source)
        if not any(ids):
            return
        reason = (
            f"what became of a write to {intent.side.value} cannot be told, because something unforeseen "
            f"happened ({type(error).__name__}); the log shows more, please report it"
        )
        held_record(work, tx, ids, reason, scope=link.scope if link else "", link=intent.link)


def _look(work: Workbench, intents: Sequence[Intent]) -> Found:
    """Read both records of every unknown update in bulk: a lost answer to a thousand writes
    costs a few calls, not thousands. What could not be read now is left out."""
    with work.store.read() as tx:
        links = [link for one in intents if one.link is not None and (link := tx.link(one.link))]
    found: Found = {}
    for scope in dict.fromkeys(link.scope for link in links):
        ids = dict.fromkeys(link.procore_id for link in links if link.scope == scope)
        _fetch(work, SideName.PROCORE, scope, list(ids), found)
    _fetch(work, SideName.QUICKBASE, "", list(dict.fromkeys(link.quickbase_id for link in links)), found)
    return found


def _fetch(work: Workbench, side: SideName, scope: str, ids: list[str], found: Found) -> None:
    size = work.side(side).limits.fetch
    for start in range(0, len(ids), size):
        work.check_stop()
        try:
            read = work.side(side).fetch(scope, ids[start : start + size], work.lane)
        except (Transient, Forbidden, NotFound) as error:
            work.tell("settle.failed", side=side.value, reason=error.message)
            continue
        found.update({(side, identity): record for identity, record in read.items()})


def _update(work: Workbench, intent: Intent, found: Found) -> None:
    with work.store.read() as tx:
        link = tx.link(intent.link) if intent.link is not None else None
    if link is None:
        close(work, intent, "void", "its link is gone")
        return
    procore = found.get((SideName.PROCORE, link.procore_id))
    quickbase = found.get((SideName.QUICKBASE, link.quickbase_id))
    if procore is None or quickbase is None:
        return  # not readable now: it stays unknown and is looked at in the next cycle
    target = procore if intent.side is SideName.PROCORE else quickbase
    bases = bases_of(work, link)
    plan = LinkPlan(
        link,
        procore if isinstance(procore, Record) else _as_it_was(link.procore_id, link, bases[0]),
        quickbase if isinstance(quickbase, Record) else _as_it_was(link.quickbase_id, link, bases[1]),
        bases[0],
        bases[1],
        work.base_key(link),
    )
    if not isinstance(target, Record):
        if target is Gone.MISSING and is_late(work, intent):
            _missing(work, intent, plan)
        return
    target = identified(work, intent.side, target, _sent_files(work, intent))
    with work.store.read() as tx:
        plan.issues = {one.field: one for one in tx.issues_of(work.mapping.name, [link.procore_id])}
    _judge(work, intent, plan, target)


def _sent_files(work: Workbench, intent: Intent) -> list[int]:
    """The rules of the files that were sent: which of them are there can be told by their bytes alone."""
    return [i for i in file_rules(work.mapping) if work.mapping.rules[i].fingerprint in intent.sent]


def _keys(work: Workbench, intent: Intent) -> None:
    """A first contact was cut short: its links are stored as if their keys were written, and
    nobody knows which are. They count as written, for a record that is gone by now may well have
    carried its key, and are written again link by link."""
    mapping = work.mapping.name
    with work.store.transaction() as tx:
        links = list(tx.links_by(mapping, SideName.QUICKBASE, intent.sent).values())
        tx.set_bases([with_key(link.id, link, link.procore_id) for link in links])
        marks = [(mapping, SideName.PROCORE, link.procore_id, link.scope, 0.0, "key") for link in links]
        tx.mark(marks)
        tx.close_intent(intent.id, "void", "the keys are written one by one", "")


def _as_it_was(identity: str, link: Link, base: list[Value | Absent]) -> Record:
    """What stands for a source that cannot be read now: the write to its target still has to
    be judged, or who lost to it would be forgotten."""
    return Record(identity, link.scope, tuple(base))


def _missing(work: Workbench, intent: Intent, plan: LinkPlan) -> None:
    """The target was not returned. Asked twice, later than the visibility lag apart, it is gone
    and the write is moot; but who may have lost to it before is not forgotten."""
    link = plan.link
    now = work.side(intent.side).now()
    if intent.looked == 0:
        with work.store.transaction() as tx:
            tx.set_intent(intent.id, looked=1, looked_at=now)
    elif now - intent.looked_at >= work.side(intent.side).limits.lag:
        lines = [
            _event(work, plan, intent, index, rule, ABSENT)
            for index, rule in enumerate(work.mapping.rules)
            if rule.fingerprint in intent.sent
        ]
        with work.store.transaction() as tx:
            tx.record([line for line in lines if line.loser is not None])
            if intent.token is not None:  # it may well have carried its key
                tx.set_bases([with_key(link.id, link, intent.token)])
            tx.close_intent(intent.id, "void", "the record is not there any more", "")
        mark_again(work, link.procore_id, link.scope, "settled")


def _judge(work: Workbench, intent: Intent, plan: LinkPlan, target: Record) -> None:
    """Judge every field of an unknown update by one fresh reading, and store what follows."""
    source = other_side(intent.side)
    results: dict[int, Settled] = {}
    late = is_late(work, intent)
    moved = target.stamp is not None and target.stamp >= intent.sent_at // 1
    for index, rule in enumerate(work.mapping.rules):
        there = rule.field(intent.side)
        if rule.fingerprint not in intent.sent or there is None:
            continue
        if rule.dormant:  # nobody can look; decided from its baselines once it is mended
            if not late:
                return
            continue
        before = intent.before.get(rule.fingerprint)
        results[index] = settle_field(
            target.values[index], intent.sent[rule.fingerprint], before, there, late=late, moved=moved
        )
    if intent.token is not None and not late and target.key != intent.token:
        return
    if Settled.WAIT in results.values():
        return
    with work.store.transaction() as tx:
        for index, result in results.items():
            rule = work.mapping.rules[index]
            if result is Settled.DONE:
                tx.record([_event(work, plan, intent, index, rule, target.values[index])])
                close_fields(work, tx, plan, [rule.key])
                plan.base(intent.side)[index] = target.values[index]
                if intent.side is SideName.PROCORE:
                    plan.wrote[index] = target.values[index]
                plan.base(source)[index] = intent.basis.get(rule.fingerprint)
            elif result is Settled.DOUBT:
                sent = intent.sent[rule.fingerprint]
                reason = (
                    f"syncd wrote {sent!r} to {intent.side.value} and never learned the outcome; it holds "
                    f"{target.values[index]!r} now: settle it with 'syncd conflicts settle'"
                )
                doubt_field(work, tx, plan, rule, reason, intent.side)
                line = _event(work, plan, intent, index, rule, target.values[index])
                if line.loser is not None:  # the write may well be what took it away
                    tx.record([line])
        if intent.side is SideName.QUICKBASE and target.key == intent.token:
            plan.key = target.key
        tx.close_intent(intent.id, "done", "settled by looking", "")
        landed = Settled.DONE in results.values()
        wrote = intent.side if landed else None
        tx.set_bases([bases_row(work, plan, wrote, target.stamp or 0.0)])
        note_written(work, tx, [plan])
        tx.mark(
            [(work.mapping.name, SideName.PROCORE, plan.link.procore_id, plan.link.scope, 0.0, "settled")]
        )


def _removal(work: Workbench, intent: Intent) -> None:
    """Removals and flags are decided again from scratch, once they can no longer land."""
    if is_late(work, intent):
        close(work, intent, "void", AGAIN)


def _event(
    work: Workbench, plan: LinkPlan, intent: Intent, index: int, rule: Rule, now: Value | Absent
) -> NewEvent:
    """The line of history that the write's own answer would have brought.

    What the target held when we decided, and its baseline, still tell whether the write went
    over somebody's value: then that value is a conflict's loser and must not be forgotten. A pair
    with one missing baseline counts as having none, as it does when a field is decided.
    """
    before, base = intent.before.get(rule.fingerprint), plan.base(intent.side)[index]
    first = any(isinstance(one, Absent) for one in plan.bases_at(index))
    over = before is not None if first else before != base and rule.direction is Direction.TWO_WAY
    winner = other_side(intent.side).value
    return NewEvent(
        mapping=work.mapping.name,
        run=intent.run,
        link=plan.link.id,
        procore_id=plan.link.procore_id,
        quickbase_id=plan.link.quickbase_id,
        field=rule.key,
        side=intent.side.value,
        what="conflict" if over else "write",
        before=before,
        after=None if isinstance(now, Absent) else now,
        loser=before if over else None,
        why=f"{winner} {'won the conflict' if over else 'changed'}; the answer was lost and looked up",
    )
