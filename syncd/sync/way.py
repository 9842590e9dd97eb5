"""Way: why a linked record's key was refused, and who has to let go of it first.

The key field is unique, so a key can stand in another record's way. Who holds it is asked of
Quickbase once, by the key itself. A record that is linked with somebody else holds it wrongly,
and is told to let go (`part.py`); one that a person typed it into is named to the person. The key
is written again when it is free, not hours later.
"""

from __future__ import annotations

from syncd.core.values import SideName
from syncd.errors import Forbidden, NotFound, Transient
from syncd.sides.port import Draft, Record
from syncd.store import Issue, Link, Tx
from syncd.sync.issues import KEY_REFUSED, held_record
from syncd.sync.part import KEPT, is_order, order
from syncd.sync.workbench import Workbench

__all__ = ["make_way"]

KEYED = "a key field"
"""What a record waits for whose key stands in another record's key field."""

PAGE = 1_000
MOST_PAGES = 1_000
"""Held issues looked through in one cycle, at most so many pages of them."""


def make_way(work: Workbench) -> None:
    """See to every linked record whose key could not be written."""
    after = 0
    for _page in range(MOST_PAGES):
        with work.store.read() as tx:
            page = tx.issues(work.mapping.name, ("held",), limit=PAGE, after=after)
            waiting = [(issue, link) for issue in page if (link := _unkeyed(tx, issue)) is not None]
        for issue, link in waiting:
            work.check_stop()
            _one(work, issue, link)
        if len(page) < PAGE:
            return
        after = page[-1].id


def _unkeyed(tx: Tx, issue: Issue) -> Link | None:
    """The link that an issue holds as a whole because its key was refused."""
    named = issue.waits is not None and issue.waits[0] == KEYED
    if issue.field or issue.link is None or not (named or issue.reason.startswith(KEY_REFUSED)):
        return None
    link = tx.link(issue.link)
    return link if link is not None and link.state == "live" else None


def _one(work: Workbench, issue: Issue, link: Link) -> None:
    if issue.waits is None:
        if issue.tries == 0:
            _look(work, issue, link)
    elif not _still(work, issue.waits[2], link):
        _again(work, issue, link)


def _still(work: Workbench, identity: str, link: Link) -> bool:
    """Whether that record has the key yet, for all we know. What is not indexed is not known."""
    if not identity:
        return True
    with work.store.read() as tx:
        if _ordered(work, tx, identity):
            return True
        stranger = tx.strangers(work.mapping.name, SideName.QUICKBASE, [identity]).get(identity)
    return stranger is not None and stranger.key == link.procore_id


def _ordered(work: Workbench, tx: Tx, identity: str) -> bool:
    return any(is_order(one) and one.identity == identity for one in tx.pending(work.mapping.name))


def _again(work: Workbench, issue: Issue, link: Link) -> None:
    """The way is free: what the refusal said is over."""
    with work.store.transaction() as tx:
        tx.close_issue(issue.id, work.clock.now())
        tx.mark([(work.mapping.name, SideName.PROCORE, link.procore_id, link.scope, 0.0, "key free")])


def _look(work: Workbench, issue: Issue, link: Link) -> None:
    """Ask who has the key. Nobody: it is written once more, for it may have been let go since."""
    try:
        found = work.quickbase.find(Draft({}, "", link.procore_id), 0.0, work.lane)
    except (Transient, Forbidden, NotFound) as error:
        work.tell("settle.failed", side=SideName.QUICKBASE.value, reason=error.message)
        return
    holders = [one for one in found.records if one.id != link.quickbase_id and one.key == link.procore_id]
    with work.store.transaction() as tx:
        if holders:
            _name(work, tx, link, holders[0])
        elif found.sure:
            tx.retry_issue(issue.id, issue.retry_at)
            tx.mark([(work.mapping.name, SideName.PROCORE, link.procore_id, link.scope, 0.0, "key free")])


def _name(work: Workbench, tx: Tx, link: Link, holder: Record) -> None:
    """Say who has it; have it emptied where that record is linked with somebody else."""
    name, key = work.mapping.name, link.procore_id
    other = tx.links_by(name, SideName.QUICKBASE, [holder.id]).get(holder.id)
    known = bool(tx.strangers(name, SideName.QUICKBASE, [holder.id]))
    if other is not None and other.state == "live" and not _kept(tx, other):
        if not _ordered(work, tx, holder.id):
            tx.open_intents([order(work, holder.id, key)])
        known, what = True, "which is linked with another record and lets go of it"
    else:
        what = f"empty it there, or link the two with 'syncd links relink {name} {key} {holder.id}'"
    reason = f"its key {key} stands in Quickbase record {holder.id} and has to be unique: {what}"
    ids, waits = (key, link.quickbase_id), (KEYED, SideName.QUICKBASE, holder.id if known else "")
    held_record(work, tx, ids, reason, scope=link.scope, waits=waits, link=link.id)


def _kept(tx: Tx, link: Link) -> bool:
    """Whether Quickbase refused to empty that record's key."""
    found = tx.issues_of(link.mapping, [link.procore_id])
    return any(one.waits is not None and one.waits[0] == KEPT for one in found)
