"""Stamp: write the Procore identity into the key field of linked Quickbase records.

The key field belongs to syncd. Stamping rests on the link alone, not on any reading, so a
first sync of thousands of pairs costs one bulk write a batch and no reads.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from syncd.core.trust import MAX_READ_AGE
from syncd.core.values import SideName, decode_row, encode_row
from syncd.errors import CallError, Stale, Transient
from syncd.sides.port import Outcome, Patch, Verdict
from syncd.store import Link, Mark, NewEvent, NewIntent, Tx
from syncd.sync.issues import KEY_REFUSED, held_record
from syncd.sync.unknown import maybe_acted, settle_after, unsent
from syncd.sync.way import make_way
from syncd.sync.workbench import Workbench

__all__ = ["RETRY", "Written", "keys_intent", "stamp_keys", "write_keys"]

MAX_BATCHES = 10_000

RETRY = 20.0
"""Seconds until a key that could not be written is written again."""


def keys_intent(work: Workbench, keys: Mapping[str, str]) -> NewIntent:
    """One line of the journal for a batch of keys, by Quickbase record, that new links need.

    A line for each would say no more: the links say what belongs together, and writing a key
    twice does no harm.
    """
    return NewIntent(
        mapping=work.mapping.name,
        run=work.run,
        link=None,
        side=SideName.QUICKBASE,
        verb="key",
        scope="",
        identity="",
        source="",
        sent=dict(keys),
        sent_at=work.quickbase.now(),
        settle_after=settle_after(work, SideName.QUICKBASE),
    )


@dataclass(slots=True)
class Written:
    """What became of keys, by Quickbase record: the vendor's own time where one is certainly
    written, and those that certainly are not. Nobody knows of the others."""

    stamps: dict[str, float] = field(default_factory=dict)
    unsent: set[str] = field(default_factory=set)


def write_keys(work: Workbench, keys: Mapping[str, str]) -> Written:
    """Write Procore identities by Quickbase record. Raises AuthProblem and Stopped."""
    out = Written(unsent=set(keys))
    pairs, size = list(keys.items()), work.quickbase.limits.update
    for start in range(0, len(pairs), size):
        work.check_stop()
        patches = [Patch(quickbase, {}, "", procore) for quickbase, procore in pairs[start : start + size]]
        try:
            outcomes = work.quickbase.update(patches, fresh_until=work.clock.monotonic() + MAX_READ_AGE)
        except (Stale, CallError) as error:
            work.tell("keys.failed", reason=error.message)
            if maybe_acted(error):
                out.unsent.difference_update(patch.id for patch in patches)
            break
        for patch, outcome in zip(patches, outcomes, strict=True):
            verdict, made = outcome.verdict, outcome.record
            if verdict is Verdict.DONE or verdict is Verdict.UNKNOWN:
                out.unsent.discard(patch.id)
            if verdict is Verdict.DONE and made is not None and made.key == patch.key:
                out.stamps[patch.id] = made.stamp or 0.0
    return out


def stamp_keys(work: Workbench) -> None:
    """Write the keys of all links that were made without one, and see to those that were refused."""
    make_way(work)
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
        ended = list(zip(links, intents, outcomes, strict=True))
        stamped = _stamped(work, tx, ended)
        for link, intent, outcome in ended:
            if link.procore_id not in stamped:
                _not_stamped(work, tx, link, intent, outcome)
        later = [mark.id for mark in marks if mark.identity not in stamped]
        tx.defer(later, work.clock.now() + RETRY)


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


def _stamped(work: Workbench, tx: Tx, ended: list[tuple[Link, int, Outcome]]) -> set[str]:
    """Record what Quickbase says is done, all at once; answers the Procore ids concerned."""
    bases, intents, stamped, events = [], [], [], []
    for link, intent, outcome in ended:
        made = outcome.record
        if outcome.verdict is not Verdict.DONE or made is None:
            continue
        own = made.stamp or 0.0
        intents.append((intent, "done", "", outcome.response))
        stamped.append(link.procore_id)
        events.append(_event(work, link, made.key, outcome.response))
        bases.append(
            (
                link.id,
                link.layout,
                link.base_procore,
                encode_row([*decode_row(link.base_quickbase)[:-1], made.key]),
                made.key,
                link.stamp_procore,
                max(link.stamp_quickbase, own),
                link.own_procore,
                max(link.own_quickbase, own),
            )
        )
    tx.close_intents(intents)
    tx.set_bases(bases)
    tx.record(events)
    tx.unmark(work.mapping.name, SideName.PROCORE, stamped)
    return set(stamped)


def _event(work: Workbench, link: Link, key: str | None, response: str) -> NewEvent:
    return NewEvent(
        mapping=work.mapping.name,
        what="key",
        run=work.run,
        link=link.id,
        procore_id=link.procore_id,
        quickbase_id=link.quickbase_id,
        side=SideName.QUICKBASE,
        before=link.key,
        after=key,
        why="the key field belongs to syncd",
        response=response,
    )


def _not_stamped(work: Workbench, tx: Tx, link: Link, intent: int, outcome: Outcome) -> None:
    mapping = work.mapping.name
    if outcome.verdict is Verdict.REFUSED:
        tx.close_intent(intent, "refused", outcome.reason, outcome.response)
        reason = f"{KEY_REFUSED}: {outcome.reason}"
        held_record(work, tx, (link.procore_id, link.quickbase_id), reason, link=link.id)
        tx.unmark(mapping, SideName.PROCORE, [link.procore_id])
        tx.mark([(mapping, SideName.PROCORE, link.procore_id, link.scope, 0.0, "first")])
    elif outcome.verdict is Verdict.UNSENT:
        tx.close_intent(intent, "void", outcome.reason, outcome.response)
    else:
        tx.set_intent(intent, state="unknown", outcome=outcome.reason)
