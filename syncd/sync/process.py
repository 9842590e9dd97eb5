"""Process marks: read what moved, decide, act, and take each mark away with its effect.

A mark disappears only in the commit that records what became of it (G4). Marks that cannot
be settled now are put off, never dropped.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from syncd.core.values import SideName
from syncd.errors import CallError, Forbidden, NotFound, Transient
from syncd.sides.port import Gone, Record
from syncd.store import Issue, Link, Mark, Tx
from syncd.store.marks import STALE
from syncd.sync.act import REFUSED_RETRY, UNSENT_RETRY, act, bases_row
from syncd.sync.clears import brake_clears
from syncd.sync.create import create_missing
from syncd.sync.decide import LinkPlan, load_references, plan_link
from syncd.sync.freight import AGAIN, brought, leave_unready, waits_for_bytes
from syncd.sync.issues import list_open, report_resting
from syncd.sync.occurrences import note_read, note_settled
from syncd.sync.old import settling, suspected_old
from syncd.sync.removal import Missing, settle_missing
from syncd.sync.renewal import is_renewal, renew
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

Readings = dict[str, Record | Gone]

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


def _links(
    work: Workbench,
    links: list[Link],
    by_link: dict[int, list[Mark]],
    ready: set[tuple[SideName, str]] | None = None,
) -> None:
    """One batch: read both sides, decide, act, take the marks away.

    Links that need the bytes of files follow one by one, once those are at hand: `ready` then.
    """
    try:
        procore, quickbase = _read_both(work, links)
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
            elif settling(work, one, two):
                doubtful.append((link, work.mapping.settle, None))
            elif suspected_old(work, link, one, two, looks, issues.get(link.id, [])):
                doubtful.append((link, work.procore.limits.lag, STALE if looks == 0 else STALE_AGAIN))
            else:
                seen_again += [link] if link.missing_procore or link.missing_quickbase else []
                plans.append(plan_link(work, link, one, two, issues.get(link.id, []), lookup))
    plans, heavy = _by_weight(work, plans, ready)
    _carry_out(work, plans, by_link)
    settle_missing(work, missing, by_link)
    with work.store.transaction() as tx:
        _unmark(work, tx, rest)
        for link in (*back, *seen_again):
            _revive(tx, link)
        for link, wait, why in doubtful:
            tx.defer([mark.id for mark in by_link[link.id]], work.clock.now() + wait, why)
    for plan in heavy:
        _with_bytes(work, plan, by_link)


def _by_weight(
    work: Workbench, plans: list[LinkPlan], ready: set[tuple[SideName, str]] | None
) -> tuple[list[LinkPlan], list[LinkPlan]]:
    """The links to act on now, and those that wait for bytes of files."""
    if ready is None:
        heavy = [plan for plan in plans if waits_for_bytes(work, plan)]
        return [plan for plan in plans if plan not in heavy] if heavy else plans, heavy
    for plan in plans:
        leave_unready(work, plan, ready)
    return plans, []


def _with_bytes(work: Workbench, plan: LinkPlan, by_link: dict[int, list[Mark]]) -> None:
    """A link whose files have to be brought first: it is read and decided anew when they are there."""
    work.check_stop()
    link = plan.link
    with brought(work, plan) as hold:
        _links(work, [link], by_link, hold.ready)
    if hold.passing:
        due = work.clock.now() + AGAIN
        with work.store.transaction() as tx:
            tx.mark([(work.mapping.name, SideName.PROCORE, link.procore_id, link.scope, due, "bytes")])


def _revive(tx: Tx, link: Link) -> None:
    """Both records are there (again): what was counted against them is forgotten.

    A tombstone comes back to life with its old baselines; its marks stay, so the next round
    decides it like any other link.
    """
    for side in SideName:
        tx.set_missing(link.id, side, 0, 0.0)
    tx.set_link_state(link.id, "live")


def _read_both(
    work: Workbench, links: list[Link]
) -> tuple[dict[str, Record | Gone], dict[str, Record | Gone]]:
    """Both sides of links of one scope. A reading is worth its call only if a write can follow before it
    is too old."""
    work.procore.ready(work.lane, READ_AND_WRITE)
    work.quickbase.ready(work.lane, READ_AND_WRITE)
    procore = _read(work, SideName.PROCORE, links[0].scope, [link.procore_id for link in links])
    return procore, _read(work, SideName.QUICKBASE, "", [link.quickbase_id for link in links])


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


def _carry_out(work: Workbench, plans: list[LinkPlan], by_link: dict[int, list[Mark]]) -> None:
    """Act on both sides, then store what needs no write and take the marks away."""
    renewals = [plan for plan in plans if is_renewal(plan)]
    if renewals:
        plans = [plan for plan in plans if plan not in renewals]
        _renew(work, renewals, by_link)
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
            elif plan.again:
                tx.defer([mark.id for mark in by_link[plan.link.id]], plan.again)
        tx.set_bases([row for plan in plans if (row := bases_row(work, plan)) != plan.stored])
        note_settled(work, tx, plans)
        done = [plan for plan in plans if not (plan.unsettled or plan.repair_key or plan.again)]
        _unmark(work, tx, [plan.link for plan in done])


def _renew(work: Workbench, plans: list[LinkPlan], by_link: dict[int, list[Mark]]) -> None:
    """Links whose change makes a new record in Procore, one by one."""
    for plan in plans:
        done = renew(work, plan)
        with work.store.transaction() as tx:
            if done:
                _unmark(work, tx, [plan.link])
            else:
                tx.defer([mark.id for mark in by_link[plan.link.id]], work.clock.now() + UNSENT_RETRY)


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
