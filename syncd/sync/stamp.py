"""Stamp: write the Procore identity into the key field of linked Quickbase records.

The key field belongs to syncd. Stamping rests on the link alone, not on any reading, so a
first sync of thousands of pairs costs one bulk write a batch and no reads.
"""

from __future__ import annotations

from syncd.core.trust import MAX_READ_AGE
from syncd.core.values import SideName, decode_row, encode_row
from syncd.errors import CallError, Stale, Transient
from syncd.sides.port import Outcome, Patch, Verdict
from syncd.store import Link, Mark, NewIntent, Tx
from syncd.sync.act import settle_after, unsent
from syncd.sync.issues import held_record
from syncd.sync.workbench import Workbench

__all__ = ["stamp_keys"]

MAX_BATCHES = 10_000
RETRY = 20.0


def stamp_keys(work: Workbench) -> None:
    """Write the keys of all links that were made without one."""
    size = work.quickbase.limits.update
    for _batch in range(MAX_BATCHES):
        work.check_stop()
        with work.store.read() as tx:
            marks = tx.due_marks_for(work.mapping.name, "key", work.clock.now(), size)
            found = tx.links_by(work.mapping.name, SideName.PROCORE, [mark.identity for mark in marks])
        if not marks:
            return
        _stamp(work, marks, found)


def _stamp(work: Workbench, marks: list[Mark], found: dict[str, Link]) -> None:
    links = [found[mark.identity] for mark in marks if mark.identity in found]
    with work.store.transaction() as tx:
        lost = [mark.identity for mark in marks if mark.identity not in found]
        tx.unmark(work.mapping.name, SideName.PROCORE, lost)
        intents = tx.open_intents([_intent(work, link) for link in links])
    if not links:
        return
    fresh_until = work.clock.monotonic() + MAX_READ_AGE
    patches = [Patch(link.quickbase_id, {}, "", link.procore_id) for link in links]
    try:
        outcomes = work.quickbase.update(patches, fresh_until=fresh_until)
    except (Stale, Transient) as error:
        unsent(work, intents, error)
        with work.store.transaction() as tx:
            tx.defer([mark.id for mark in marks], work.clock.now() + RETRY)
        return
    except CallError as error:
        outcomes = [Outcome(Verdict.UNSENT, reason=error.message) for _ in links]
    with work.store.transaction() as tx:
        for link, intent, outcome in zip(links, intents, outcomes, strict=True):
            _record(work, tx, link, intent, outcome)
        tx.defer([mark.id for mark in marks], work.clock.now() + RETRY)


def _intent(work: Workbench, link: Link) -> NewIntent:
    return NewIntent(
        mapping=work.mapping.name,
        run=work.run,
        link=link.id,
        side=SideName.QUICKBASE,
        verb="key",
        scope="",
        identity=link.quickbase_id,
        source=link.procore_id,
        token=link.procore_id,
        sent_at=work.quickbase.now(),
        settle_after=settle_after(work, SideName.QUICKBASE),
    )


def _record(work: Workbench, tx: Tx, link: Link, intent: int, outcome: Outcome) -> None:
    mapping = work.mapping.name
    if outcome.verdict is Verdict.DONE and outcome.record is not None:
        tx.close_intent(intent, "done", "", outcome.response)
        own = outcome.record.stamp or 0.0
        base = encode_row([*decode_row(link.base_quickbase)[:-1], outcome.record.key])
        tx.set_bases(
            [
                (
                    link.id,
                    link.layout,
                    link.base_procore,
                    base,
                    outcome.record.key,
                    link.stamp_procore,
                    max(link.stamp_quickbase, own),
                    link.own_procore,
                    max(link.own_quickbase, own),
                )
            ]
        )
        tx.unmark(mapping, SideName.PROCORE, [link.procore_id])
    elif outcome.verdict is Verdict.REFUSED:
        tx.close_intent(intent, "refused", outcome.reason, outcome.response)
        reason = f"the key field cannot be written: {outcome.reason}"
        held_record(work, tx, (link.procore_id, link.quickbase_id), reason, link=link.id)
        tx.unmark(mapping, SideName.PROCORE, [link.procore_id])
        tx.mark([(mapping, SideName.PROCORE, link.procore_id, link.scope, 0.0, "first")])
    elif outcome.verdict is Verdict.UNSENT:
        tx.close_intent(intent, "void", outcome.reason, outcome.response)
    else:
        tx.set_intent(intent, state="unknown", outcome=outcome.reason)
