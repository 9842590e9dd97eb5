"""Part: two records that a person said do not belong together, and the key one still carries.

The key field is unique: while a parted Quickbase record carries the Procore identity, the record
that is linked instead cannot. The command that parts them leaves an order in the journal, in its
own commit. Settling carries it out before any other key is written, by a fresh reading each
time, so that a crash anywhere only has it looked at once more. What was parted is listed, and
nothing is created from it unasked.
"""

from __future__ import annotations

from collections.abc import Mapping

from syncd.core.trust import MAX_READ_AGE
from syncd.core.values import ABSENT, Absent, SideName, Value, encode_row, other_side
from syncd.errors import RateLimited, Stale, Transient
from syncd.sides.port import Gone, Outcome, Patch, Record, Verdict
from syncd.store import Intent, Link, NewEvent, NewIntent, NewStranger, Tx
from syncd.sync.issues import close_record, held_record, only
from syncd.sync.strangers import stranger_of
from syncd.sync.unknown import settle_after
from syncd.sync.workbench import Links, Workbench, identity_of

__all__ = ["KEPT", "carry_out", "is_order", "order", "part"]

KEPT = "an emptied key field"
"""What a record waits for whose key Quickbase refuses to empty."""

Readings = Mapping[tuple[SideName, str], Record | Gone]


def is_order(intent: Intent) -> bool:
    """Whether it is about emptying one parted record's key."""
    return intent.verb == "key" and intent.link is None and bool(intent.identity)


def order(work: Workbench, quickbase_id: str, key: str, sent: bool = False) -> NewIntent:
    """A line of the journal: that record's key field must not hold `key` any more. It is a standing
    order until it is `sent`."""
    return NewIntent(
        mapping=work.mapping.name,
        run=work.run if sent else None,
        link=None,
        side=SideName.QUICKBASE,
        verb="key",
        scope="",
        identity=quickbase_id,
        source=key,
        token="",
        sent_at=work.quickbase.now() if sent else 0.0,
        settle_after=settle_after(work, SideName.QUICKBASE) if sent else 0.0,
    )


def part(work: Workbench, tx: Tx, old: Link, new: Link, read: Readings) -> None:
    """Set aside what `old` paired and `new` does not, and have its key emptied. Commit it with both."""
    if (old.procore_id, old.quickbase_id) == (new.procore_id, new.quickbase_id):
        return
    tx.open_intents([order(work, old.quickbase_id, old.procore_id)])
    for side in SideName:
        identity = identity_of(old, side)
        found = read.get((side, identity), Gone.HIDDEN)
        if identity != identity_of(new, side) and found is not Gone.MISSING:
            scope = old.scope if side is SideName.PROCORE else ""
            _set_aside(work, tx, side, (identity, scope), identity_of(old, other_side(side)), found)


def carry_out(work: Workbench, intent: Intent) -> None:
    """Empty the key, if the record still carries it. Raises Transient, Forbidden and NotFound."""
    record = work.quickbase.fetch("", [intent.identity], work.lane)[intent.identity]
    if record is Gone.MISSING:
        _missing(work, intent)
    if not isinstance(record, Record):
        return
    with work.store.transaction() as tx:
        link = tx.links_by(work.mapping.name, SideName.QUICKBASE, [intent.identity]).get(intent.identity)
        again = link is not None and link.procore_id == intent.source
        if link is None:
            _listed(work, tx, intent, record)
        if again or record.key != intent.source:
            why = "linked with it again" if again else "it does not carry the key"
            tx.close_intent(intent.id, "void" if again else "done", why, "")
            _release(work, tx, intent, link)
            return
        tx.close_intent(intent.id, "void", "carried out by the next line", "")
        (number,) = tx.open_intents([order(work, intent.identity, intent.source, sent=True)])
    _empty(work, intent, number, record, link)


def _empty(work: Workbench, intent: Intent, number: int, record: Record, link: Link | None) -> None:
    """Send it. An order that did not leave stands; one without an answer is looked at again."""
    patch = Patch(record.id, {}, record.scope, "")
    try:
        outcome = work.quickbase.update([patch], fresh_until=record.read_at + MAX_READ_AGE)[0]
    except (Stale, RateLimited) as error:
        work.tell("keys.failed", reason=error.message)
        return
    except Transient as error:
        outcome = Outcome(Verdict.UNKNOWN, reason=error.message)
    with work.store.transaction() as tx:
        made = outcome.record
        if outcome.verdict is Verdict.REFUSED or (made is not None and made.key):
            tx.close_intent(number, "refused", outcome.reason, outcome.response)
            _refused(work, tx, intent, outcome.reason or "it kept it", link)
        elif outcome.verdict is Verdict.DONE and made is not None:
            tx.close_intent(number, "done", "", outcome.response)
            tx.record([_event(work, intent, outcome.response)])
            if link is None:
                _listed(work, tx, intent, record._replace(key=None))
            _release(work, tx, intent, link)
        elif outcome.verdict is not Verdict.UNSENT:
            tx.set_intent(number, state="unknown", outcome=outcome.reason)


def _missing(work: Workbench, intent: Intent) -> None:
    """A record that is gone carries no key; gone is what was not returned twice, far enough apart."""
    now = work.quickbase.now()
    if intent.looked == 0:
        with work.store.transaction() as tx:
            tx.set_intent(intent.id, looked=1, looked_at=now)
    elif now - intent.looked_at >= work.quickbase.limits.lag:
        with work.store.transaction() as tx:
            tx.close_intent(intent.id, "void", "the record is not there any more", "")
            tx.drop_strangers(work.mapping.name, SideName.QUICKBASE, [intent.identity])
            close_record(work, tx, "", intent.identity)
            _release(work, tx, intent, None)


def _listed(work: Workbench, tx: Tx, intent: Intent, record: Record) -> None:
    """Keep the index in step with a reading; one that is not in it yet is set aside."""
    name = work.mapping.name
    known = tx.strangers(name, SideName.QUICKBASE, [record.id]).get(record.id)
    if known is None:
        _set_aside(work, tx, SideName.QUICKBASE, (record.id, record.scope), intent.source, record)
    else:
        held = known.held
        tx.put_strangers([stranger_of(work, SideName.QUICKBASE, record, Links(tx), held=held)])


def _set_aside(
    work: Workbench, tx: Tx, side: SideName, place: tuple[str, str], other: str, found: Record | Gone
) -> None:
    """List a parted record and index it as waiting for a person; what it holds may not be known."""
    identity, scope = place
    reason = (
        f"a person parted it from {other_side(side).value} {other}, so nothing is created from it unasked: "
        "'syncd links add' links it, 'syncd retry' has a counterpart created for it"
    )
    if isinstance(found, Record):
        put = stranger_of(work, side, found, Links(tx), held=True)
    else:
        unread: list[Value | Absent] = [ABSENT] * len(work.mapping.rules)
        values = encode_row([*unread, None] if side is SideName.QUICKBASE else unread)
        put = NewStranger(work.mapping.name, side, identity, scope, values, held=True)
    tx.put_strangers([put])
    held_record(work, tx, only(side, identity), reason, scope=scope)


def _refused(work: Workbench, tx: Tx, intent: Intent, words: str, link: Link | None) -> None:
    """Say whose key a person has to empty."""
    reason = (
        f"its key field holds {intent.source}, which it is not linked with, and Quickbase refuses to "
        f"empty it: {words}; empty it by hand"
    )
    ids = (link.procore_id, link.quickbase_id) if link else only(SideName.QUICKBASE, intent.identity)
    waits = (KEPT, SideName.QUICKBASE, intent.source)
    held_record(work, tx, ids, reason, waits=waits, link=link.id if link else None)


def _release(work: Workbench, tx: Tx, intent: Intent, link: Link | None) -> None:
    """Let whoever needs the key, and the record that lost it, be looked at again now."""
    name = work.mapping.name
    owner = tx.links_by(name, SideName.PROCORE, [intent.source]).get(intent.source)
    for one in (owner, link):
        if one is not None:
            tx.mark([(name, SideName.PROCORE, one.procore_id, one.scope, 0.0, "parted")])
    if owner is None:
        scope = intent.source.rpartition("/")[0]
        tx.mark([(name, SideName.PROCORE, intent.source, scope, 0.0, "new")])
    tx.mark([(name, SideName.QUICKBASE, intent.identity, "", 0.0, "parted")])


def _event(work: Workbench, intent: Intent, response: str) -> NewEvent:
    return NewEvent(
        mapping=work.mapping.name,
        what="key",
        run=work.run,
        quickbase_id=intent.identity,
        side=SideName.QUICKBASE.value,
        before=intent.source,
        after=None,
        why="it is not linked with that record, and the key field belongs to syncd",
        response=response,
    )
