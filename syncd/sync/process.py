"""Process marks: read what moved, decide, act, and take each mark away with its effect.

A mark disappears only in the commit that records what became of it (G4). Marks that cannot
be settled now are put off, never dropped.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from syncd.core.trust import suspect
from syncd.core.unreadable import Unreadable
from syncd.core.values import ABSENT, SideName
from syncd.errors import CallError, Forbidden, NotFound, Transient
from syncd.sides.port import ODD_KEY, Gone, Record
from syncd.store import Issue, Link, Mark, Tx
from syncd.store.marks import STALE
from syncd.sync.act import REFUSED_RETRY, UNSENT_RETRY, act, bases_row
from syncd.sync.clears import brake_clears
from syncd.sync.create import create_missing
from syncd.sync.decide import LinkPlan, load_references, plan_link
from syncd.sync.issues import list_open, report_resting
from syncd.sync.occurrences import note_read, note_settled
from syncd.sync.removal import Missing, settle_missing
from syncd.sync.workbench import Links, Workbench

__all__ = ["CHUNK", "MAX_ROUNDS", "process"]

CHUNK = 1_000
"""Marks taken in hand at once."""

SINGLE_CHUNK = 100
"""Links read and decided together where a side takes one write a call."""

MAX_ROUNDS = 10_000
"""Chunks in one cycle; what is left is due in the next."""

READ_AND_WRITE = 2
"""Calls that must be free at once before a batch is read."""

STALE_AGAIN = f"{STALE} again"
LOOKED = {STALE: 1, STALE_AGAIN: 2}
"""How often a mark's record was looked at and its reading seemed to be an old version."""

PUT_OFF = 30.0
"""Seconds a mark is put off when nothing else says how long."""


def process(work: Workbench) -> None:
    """Work off the marks that are due. Raises AuthProblem and Stopped."""
    for _round in range(MAX_ROUNDS):
        work.check_stop()
        with work.store.read() as tx:
            marks = tx.due_marks(work.mapping.name, work.clock.now(), CHUNK)
        if not marks:
            return
        _chunk(work, marks)
        _put_off_leftovers(work, marks)


def _chunk(work: Workbench, marks: Sequence[Mark]) -> None:
    mapping = work.mapping.name
    links: dict[int, Link] = {}
    by_link: dict[int, list[Mark]] = {}
    strange: list[Mark] = []
    with work.store.read() as tx:
        for side in SideName:
            mine = [mark for mark in marks if mark.side is side]
            found = tx.links_by(mapping, side, [mark.identity for mark in mine])
            for mark in mine:
                link = found.get(mark.identity)
                if link is None:
                    strange.append(mark)
                    continue
                links[link.id] = link
                by_link.setdefault(link.id, []).append(mark)
        busy = {intent.link for intent in tx.pending(mapping) if intent.link is not None}
    todo = [link for link in links.values() if link.id not in busy and not _rests(work, link)]
    for batch in _batches(work, todo):
        work.check_stop()
        _links(work, batch, by_link)
    if strange:
        create_missing(work, strange)


def _rests(work: Workbench, link: Link) -> bool:
    return link.paused or link.procore_id in work.paused or f"qb:{link.quickbase_id}" in work.paused


def _batches(work: Workbench, links: list[Link]) -> Iterator[list[Link]]:
    """Links of one Procore scope at a time, few where each write is a call of its own."""
    size = SINGLE_CHUNK if work.procore.limits.update == 1 else CHUNK
    for scope in dict.fromkeys(link.scope for link in links):
        mine = [link for link in links if link.scope == scope]
        for start in range(0, len(mine), size):
            yield mine[start : start + size]


def _links(work: Workbench, links: list[Link], by_link: dict[int, list[Mark]]) -> None:
    """One batch: read both sides, decide, act, take the marks away."""
    try:
        # A reading is worth its call only if a write can follow before it is too old.
        work.procore.ready(work.lane, READ_AND_WRITE)
        work.quickbase.ready(work.lane, READ_AND_WRITE)
        procore = _read(work, SideName.PROCORE, links[0].scope, [link.procore_id for link in links])
        quickbase = _read(work, SideName.QUICKBASE, "", [link.quickbase_id for link in links])
    except (Transient, Forbidden, NotFound) as error:
        _put_off(work, [mark for link in links for mark in by_link[link.id]], error)
        return
    plans: list[LinkPlan] = []
    missing: list[Missing] = []
    rest: list[Link] = []
    back: list[Link] = []
    doubtful: list[tuple[Link, float, str | None]] = []
    seen_again: list[Link] = []
    with work.store.read() as tx:
        lookup = Links(tx)
        present = [
            (side, record)
            for side, found in ((SideName.PROCORE, procore), (SideName.QUICKBASE, quickbase))
            for record in found.values()
            if isinstance(record, Record)
        ]
        load_references(work, lookup, present)
        issues = _issues(tx.issues_of(work.mapping.name, [link.procore_id for link in links]))
        for link in links:
            one, two = procore[link.procore_id], quickbase[link.quickbase_id]
            looks = max(LOOKED.get(mark.why, 0) for mark in by_link[link.id])
            if link.state != "live":
                (back if isinstance(one, Record) and isinstance(two, Record) else rest).append(link)
            elif not isinstance(one, Record) or not isinstance(two, Record):
                missing.append(Missing(link, one, two))
            elif one.resting or two.resting:
                rest.append(link)
            elif _settling(work, one, two):
                doubtful.append((link, work.mapping.settle, None))
            elif _suspect(work, link, one, two, looks, issues.get(link.id, [])):
                doubtful.append((link, work.procore.limits.lag, STALE if looks == 0 else STALE_AGAIN))
            else:
                seen_again += [link] if link.missing_procore or link.missing_quickbase else []
                plans.append(plan_link(work, link, one, two, issues.get(link.id, []), lookup))
    _carry_out(work, plans, by_link)
    settle_missing(work, missing, by_link)
    with work.store.transaction() as tx:
        _unmark(work, tx, rest)
        for link in back:
            _revive(tx, link)
        for link in seen_again:
            _revive(tx, link)
        for link, wait, why in doubtful:
            tx.defer([mark.id for mark in by_link[link.id]], work.clock.now() + wait, why)


def _revive(tx: Tx, link: Link) -> None:
    """Both records are there (again): what was counted against them is forgotten.

    A tombstone comes back to life with its old baselines; its marks stay, so the next round
    decides it like any other link.
    """
    for side in SideName:
        tx.set_missing(link.id, side, 0, 0.0)
    tx.set_link_state(link.id, "live")


def _read(work: Workbench, side: SideName, scope: str, ids: list[str]) -> dict[str, Record | Gone]:
    """Readings young enough to decide by: those in hand, the others by id in bulk."""
    out: dict[str, Record | Gone] = {}
    ask = []
    for identity in ids:
        record = work.fresh(side, identity)
        if record is None:
            ask.append(identity)
        else:
            out[identity] = record
    size = work.side(side).limits.fetch
    for start in range(0, len(ask), size):
        out.update(work.side(side).fetch(scope, ask[start : start + size], work.lane))
    return out


def _settling(work: Workbench, *records: Record) -> bool:
    """Whether somebody may still be typing: `settle:` seconds since the last edit."""
    if not work.mapping.settle:
        return False
    return any(
        record.stamp is not None and work.side(name).now() - record.stamp < work.mapping.settle
        for name, record in zip(SideName, records, strict=True)
    )


def _suspect(
    work: Workbench, link: Link, procore: Record, quickbase: Record, looks: int, issues: Sequence[Issue]
) -> bool:
    """Whether a reading that differs from what we know may be an old version."""
    for side, record, base, known, own in (
        (SideName.PROCORE, procore, link.base_procore, link.stamp_procore, link.own_procore),
        (SideName.QUICKBASE, quickbase, link.base_quickbase, link.stamp_quickbase, link.own_quickbase),
    ):
        if work.row(side, record) == base or not suspect(
            record.stamp, known, own, looks, young=work.young(side, known)
        ):
            continue
        if link.layout == work.layout and work.stands(side, record, base):
            continue
        # In the second of our own write a field without a baseline has nothing it could fall back behind.
        based = record.stamp is not None and record.stamp >= known
        if _differs(work, link, side, record, issues, based=based):
            work.hand.pop((side, record.id), None)
            return True
    return False


def _differs(
    work: Workbench, link: Link, side: SideName, record: Record, issues: Sequence[Issue], *, based: bool
) -> bool:
    """Whether a value is news: neither its baseline nor what an open issue already lists. `based`: only
    fields that have a baseline count.

    A field that is only sent at creation has no baseline that could move, one that could not be
    read says nothing, and what stands on a list was seen before: none of them makes a reading
    look like an old version.
    """
    text = link.base_procore if side is SideName.PROCORE else link.base_quickbase
    base = work.base(text, link.layout)
    listed = {
        issue.field: issue.procore_value if side is SideName.PROCORE else issue.quickbase_value
        for issue in issues
    }
    for rule, value, old in zip(work.mapping.rules, record.values, base, strict=True):
        never = rule.create_only or rule.dormant or isinstance(value, Unreadable)
        never = never or (based and old is ABSENT)
        if value != old and not never and not (rule.key in listed and listed[rule.key] == value):
            return True
    return side is SideName.QUICKBASE and record.key not in (ODD_KEY, work.base_key(link))


def _carry_out(work: Workbench, plans: list[LinkPlan], by_link: dict[int, list[Mark]]) -> None:
    """Act on both sides, then store what needs no write and take the marks away."""
    note_read(work, plans)
    brake_clears(work, plans)
    report_resting(work, plans)
    for side in SideName:
        act(work, plans, side)
    with work.store.transaction() as tx:
        for plan in plans:
            list_open(work, tx, plan)
            if plan.unsettled:
                tx.defer([mark.id for mark in by_link[plan.link.id]], work.clock.now() + UNSENT_RETRY)
                work.hand.pop((SideName.PROCORE, plan.link.procore_id), None)
                work.hand.pop((SideName.QUICKBASE, plan.link.quickbase_id), None)
            elif plan.repair_key:
                # A refused key moves no baseline, so nothing but its mark would bring it back.
                tx.defer([mark.id for mark in by_link[plan.link.id]], work.clock.now() + REFUSED_RETRY)
        tx.set_bases([row for plan in plans if (row := bases_row(work, plan)) != plan.stored])
        note_settled(work, tx, plans)
        _unmark(work, tx, [plan.link for plan in plans if not plan.unsettled and not plan.repair_key])


def _unmark(work: Workbench, tx: Tx, links: Sequence[Link]) -> None:
    tx.unmark(work.mapping.name, SideName.PROCORE, [link.procore_id for link in links])
    tx.unmark(work.mapping.name, SideName.QUICKBASE, [link.quickbase_id for link in links])


def _issues(found: Sequence[Issue]) -> dict[int, list[Issue]]:
    out: dict[int, list[Issue]] = {}
    for issue in found:
        if issue.link is not None:
            out.setdefault(issue.link, []).append(issue)
    return out


def _put_off(work: Workbench, marks: Sequence[Mark], error: CallError) -> None:
    work.tell("read.failed", reason=error.message)
    with work.store.transaction() as tx:
        tx.defer([mark.id for mark in marks], work.clock.now() + PUT_OFF)


def _put_off_leftovers(work: Workbench, marks: Sequence[Mark]) -> None:
    """Whatever a chunk left due is put off, so that a round always makes way for the next."""
    now = work.clock.now()
    with work.store.read() as tx:
        due = {mark.id for mark in tx.due_marks(work.mapping.name, now, CHUNK)}
    left = [mark.id for mark in marks if mark.id in due]
    if left:
        with work.store.transaction() as tx:
            tx.defer(left, now + PUT_OFF)
