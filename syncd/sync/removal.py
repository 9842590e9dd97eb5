"""Removal: a linked record that is not there any more. Verified, braked, by the mapping's word.

Absence from a listing is never a delete (P6). A record counts as deleted only after two
look-ups by id, later than the visibility lag apart, while its scope was open to us. Then the
mapping's `delete:` word says what happens on the other side; many at once wait for a person.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from syncd.core.safety import WINDOW_SECONDS, braked
from syncd.core.trust import MAX_READ_AGE
from syncd.core.values import SideName, other_side
from syncd.errors import CallError
from syncd.mapping.compiled import DeleteWord
from syncd.sides.port import Gone, Outcome, Patch, Record, Removal, Verdict
from syncd.store import Link, Mark, NewEvent, NewIntent, Tx
from syncd.sync.act import UNSENT_RETRY
from syncd.sync.issues import held_record
from syncd.sync.occurrences import tell_gone
from syncd.sync.strangers import stranger_of
from syncd.sync.unknown import settle_after
from syncd.sync.unseen import list_unseen
from syncd.sync.workbench import Links, Workbench, identity_of

__all__ = ["LOOKS", "Missing", "settle_missing"]

LOOKS = 2
"""Look-ups that must agree before a record counts as deleted."""


@dataclass(frozen=True, slots=True)
class Missing:
    """A link of which at least one record was not returned."""

    link: Link
    procore: Record | Gone
    quickbase: Record | Gone

    def on(self, side: SideName) -> Record | Gone:
        return self.procore if side is SideName.PROCORE else self.quickbase

    @property
    def gone(self) -> tuple[SideName, ...]:
        return tuple(side for side in SideName if self.on(side) is Gone.MISSING)


def settle_missing(work: Workbench, found: Sequence[Missing], by_link: dict[int, list[Mark]]) -> None:
    """Count look-ups, and carry out the mapping's word where a delete is certain."""
    verified: list[Missing] = []
    for one in found:
        marks = [mark.id for mark in by_link[one.link.id]]
        if Gone.HIDDEN in (one.procore, one.quickbase):
            unseen = SideName.PROCORE if one.procore is Gone.HIDDEN else SideName.QUICKBASE
            list_unseen(work, one.link, unseen, marks)
        elif _looked(work, one, marks):  # seen twice, for a young link as for an old one
            verified.append(one)
    tell_gone(work, [one.link for one in verified if SideName.PROCORE in one.gone])
    for one in verified:
        if _unconfirmed(one):
            _unlink_unconfirmed(work, one)
    certain = [one for one in verified if not _unconfirmed(one) and not _ended(work, one)]
    for side in SideName:
        _word(work, side, [one for one in certain if other_side(side) in one.gone], by_link)


def _unconfirmed(one: Missing) -> bool:
    """A link made from the index, whose other record was gone before we ever touched it."""
    confirmed = one.link.key == one.link.procore_id
    touched = one.link.own_procore or one.link.own_quickbase
    return one.link.made_by == "match" and not confirmed and len(one.gone) == 1 and not touched


def _unlink_unconfirmed(work: Workbench, one: Missing) -> None:
    """Undo it: the record that is there is unlinked again and looks for its match anew."""
    gone = one.gone[0]
    stays = other_side(gone)
    with work.store.transaction() as tx:
        _drop(work, tx, one.link)
        record = one.on(stays)
        assert isinstance(record, Record)
        tx.put_strangers([stranger_of(work, stays, record, Links(tx), held=False)])
        tx.unmark(work.mapping.name, gone, [identity_of(one.link, gone)])
        tx.mark([(work.mapping.name, stays, record.id, record.scope, 0.0, "new")])


def _looked(work: Workbench, one: Missing, marks: list[int]) -> bool:
    """Count this look-up; True once enough of them agree, far enough apart."""
    lag = max(work.side(side).limits.lag for side in one.gone)
    now = max(work.side(side).now() for side in one.gone)
    link = one.link
    counts = {SideName.PROCORE: link.missing_procore, SideName.QUICKBASE: link.missing_quickbase}
    enough = all(counts[side] >= LOOKS - 1 for side in one.gone) and now >= link.missing_since + lag
    if enough:
        return True
    with work.store.transaction() as tx:
        for side in one.gone:
            if counts[side] == 0:
                tx.set_missing(link.id, side, 1, now)
        tx.defer(marks, work.clock.now() + lag)
    return False


def _ended(work: Workbench, one: Missing) -> bool:
    """Both records are gone: the link ends as a tombstone and nothing is owed."""
    if len(one.gone) < 2:
        return False
    with work.store.transaction() as tx:
        _bury(work, tx, one.link, "both records were deleted")
    return True


def _word(work: Workbench, side: SideName, found: list[Missing], by_link: dict[int, list[Mark]]) -> None:
    """Carry out the word for `side`, whose counterparts were deleted."""
    policy = work.mapping.on_delete(side)
    ready = [one for one in found if not _edited(work, side, one)]
    if policy.word is DeleteWord.KEEP:
        if ready:
            with work.store.transaction() as tx:
                for one in ready:
                    _bury(work, tx, one.link, f"deleted in {other_side(side).value}; kept in {side.value}")
            work.counts.add(work.counts.kept, side, len(ready))
        return
    allowed = _brake(work, side, ready)
    for one in allowed:
        work.check_stop()
        if policy.word is DeleteWord.UNLINK:
            _unlink(work, side, one)
        else:
            _call(work, side, one, policy.word, [mark.id for mark in by_link[one.link.id]])


def _edited(work: Workbench, side: SideName, one: Missing) -> bool:
    """Delete against edit: the survivor was changed since, so it is held."""
    record = one.on(side)
    base = one.link.base_procore if side is SideName.PROCORE else one.link.base_quickbase
    if not isinstance(record, Record) or work.row(side, record) == base:
        return False
    with work.store.transaction() as tx:
        gone = other_side(side).value
        reason = f"it was deleted in {gone} and edited in {side.value}: keep or delete it by hand"
        _hold(work, tx, one.link, reason, "held")
        _unmark(work, tx, one.link)
    return True


def _brake(work: Workbench, side: SideName, found: list[Missing]) -> list[Missing]:
    """Let through what a day may lose by itself, or what a person approved; hold the rest."""
    with work.store.read() as tx:
        already = tx.removals_since(work.mapping.name, work.clock.now() - WINDOW_SECONDS)
        records = tx.count_links(work.mapping.name)
        issues = tx.issues_of(work.mapping.name, [one.link.procore_id for one in found])
    approved = {one.link for one in issues if one.state == "brake" and one.verdict == "approved"}
    waiting = [one for one in found if one.link.id not in approved]
    if not braked(already, len(waiting), records):
        return found
    with work.store.transaction() as tx:
        for one in waiting:
            reason = (
                f"{len(waiting)} records would be removed from {side.value} at once because they were "
                f"deleted in {other_side(side).value}: 'syncd approve' lets the listed ones pass"
            )
            _hold(work, tx, one.link, reason, "brake")
            _unmark(work, tx, one.link)
    return [one for one in found if one.link.id in approved]


def _unlink(work: Workbench, side: SideName, one: Missing) -> None:
    """Drop the link; the survivor may match again but is not re-created unasked."""
    record = one.on(side)
    assert isinstance(record, Record)
    with work.store.transaction() as tx:
        _history(work, tx, one.link, side, "unlink", "")
        _drop(work, tx, one.link)
        _unmark(work, tx, one.link)
        tx.put_strangers([stranger_of(work, side, record, Links(tx), held=True)])
    work.counts.removed += 1


def _call(work: Workbench, side: SideName, one: Missing, word: DeleteWord, marks: list[int]) -> None:
    """Flag, archive or delete the survivor: journal, call, record."""
    record = one.on(side)
    assert isinstance(record, Record)
    with work.store.transaction() as tx:
        (intent,) = tx.open_intents([_intent(work, side, one.link, record, word)])
    fresh_until = record.read_at + MAX_READ_AGE
    try:
        if word is DeleteWord.FLAG:
            patch = Patch(record.id, {}, record.scope, flag=True)
            outcome = work.side(side).update([patch], fresh_until=fresh_until)[0]
        else:
            removal = Removal.ARCHIVE if word is DeleteWord.ARCHIVE else Removal.DELETE
            outcome = work.side(side).remove(removal, record.scope, record.id, fresh_until=fresh_until)
    except CallError as error:
        verdict = Verdict.UNKNOWN if error.maybe_acted else Verdict.UNSENT
        outcome = Outcome(verdict, reason=error.message)
    with work.store.transaction() as tx:
        _removed(work, tx, side, one.link, word, intent, outcome, marks)


def _removed(
    work: Workbench,
    tx: Tx,
    side: SideName,
    link: Link,
    word: DeleteWord,
    intent: int,
    outcome: Outcome,
    marks: list[int],
) -> None:
    if outcome.verdict is Verdict.DONE:
        tx.close_intent(intent, "done", "", outcome.response)
        _history(work, tx, link, side, word.value, outcome.response)
        _bury(work, tx, link, f"{word.value} in {side.value}")
        work.counts.removed += 1
    elif outcome.verdict is Verdict.REFUSED:
        tx.close_intent(intent, "refused", outcome.reason, outcome.response)
        _hold(work, tx, link, f"{side.value} refuses to {word.value} it: {outcome.reason}", "held")
        _unmark(work, tx, link)
    else:
        state = "void" if outcome.verdict is Verdict.UNSENT else "unknown"
        tx.set_intent(intent, state=state, outcome=outcome.reason)
        tx.defer(marks, work.clock.now() + UNSENT_RETRY)


def _intent(work: Workbench, side: SideName, link: Link, record: Record, word: DeleteWord) -> NewIntent:
    return NewIntent(
        mapping=work.mapping.name,
        run=work.run,
        link=link.id,
        side=side,
        verb=word.value,
        scope=record.scope,
        identity=record.id,
        source=identity_of(link, other_side(side)),
        sent_at=work.side(side).now(),
        settle_after=settle_after(work, side),
    )


def _bury(work: Workbench, tx: Tx, link: Link, why: str) -> None:
    """Leave a tombstone, so that nothing is created again (C4)."""
    tx.set_link_state(link.id, "tombstone")
    _unmark(work, tx, link)
    tx.close_issues(work.mapping.name, link.procore_id, link.quickbase_id, None, work.clock.now())
    tx.record(
        [
            NewEvent(
                mapping=work.mapping.name,
                what="buried",
                run=work.run,
                link=link.id,
                procore_id=link.procore_id,
                quickbase_id=link.quickbase_id,
                why=why,
            )
        ]
    )


def _drop(work: Workbench, tx: Tx, link: Link) -> None:
    """End a link, and what was listed about the pair with it."""
    tx.drop_link(link.id)
    tx.close_issues(work.mapping.name, link.procore_id, link.quickbase_id, None, work.clock.now())


def _hold(work: Workbench, tx: Tx, link: Link, reason: str, state: str) -> None:
    ids = (link.procore_id, link.quickbase_id)
    held_record(work, tx, ids, reason, scope=link.scope, state=state, link=link.id)


def _unmark(work: Workbench, tx: Tx, link: Link) -> None:
    tx.unmark(work.mapping.name, SideName.PROCORE, [link.procore_id])
    tx.unmark(work.mapping.name, SideName.QUICKBASE, [link.quickbase_id])


def _history(work: Workbench, tx: Tx, link: Link, side: SideName, what: str, response: str) -> None:
    tx.record(
        [
            NewEvent(
                mapping=work.mapping.name,
                what=what,
                run=work.run,
                link=link.id,
                procore_id=link.procore_id,
                quickbase_id=link.quickbase_id,
                side=side.value,
                why=f"deleted in {other_side(side).value}",
                response=response,
            )
        ]
    )
