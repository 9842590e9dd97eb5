"""Vanished: what a whole listing does not name any more is marked, to be asked for by id.

Absence from a listing is never a delete (P6): a mark only has the record looked for, twice, while its
scope is open (`removal.py` for linked records, `create.py` for others).
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

from syncd.core.values import SideName
from syncd.store import Tx
from syncd.sync.seen import Seen
from syncd.sync.workbench import Workbench

__all__ = ["UNLISTED", "mark_unlisted", "mark_unseen"]

IDS_AT_ONCE = 5_000
"""Link ids looked through at once after a whole pass."""

MOST_LOOKS = 50
"""Unlinked records of one scope that are looked for by id after one pass; the rest is left for the next."""

UNLISTED = "unlisted"
"""How the reasons of marks begin of unlinked records that a whole listing has left out."""


def mark_unseen(
    work: Workbench,
    tx: Tx,
    name: SideName,
    homes: Collection[str],
    seen: Sequence[Seen],
    apart: Collection[str] | None = None,
) -> None:
    """Links of these Procore scopes whose record none of `seen` has are marked.

    With `apart` (records known to be there all the same) it is no rare pass, so a mark that was put off
    stays put off.
    """
    mapping, last = work.mapping.name, 0
    listed = sum(one.count() for one in seen)
    whole = listed == tx.count_identities(mapping)  # then there is nothing to look through
    while not whole and (ids := tx.link_ids(mapping, after_id=last, limit=IDS_AT_ONCE)):
        after, last = last, ids[-1]
        missed = set(ids)
        for one in seen:
            missed = one.missed(sorted(missed))
        if not missed:
            continue  # nothing to look up: the ordinary case of a side with one scope
        unseen = {
            procore if name is SideName.PROCORE else quickbase: home
            for number, procore, quickbase, home in tx.live_identities(mapping, after, last)
            if number in missed and (name is SideName.QUICKBASE or home in homes)
        }
        fresh = set(unseen)
        if apart is not None:
            fresh = fresh.difference(apart)
            fresh -= tx.marked(mapping, name, fresh)
        if fresh:
            tx.mark(
                [(mapping, name, one, home, 0.0, "missing") for one, home in unseen.items() if one in fresh]
            )


def mark_unlisted(
    work: Workbench, tx: Tx, name: SideName, scope: str, began: float, apart: Collection[str]
) -> None:
    """Unlinked records that a whole pass, which began at our time `began`, has left out are looked for,
    a few at a time, so that their end is told, too."""
    mapping = work.mapping.name
    found = tx.unlisted_strangers(mapping, name, scope, began, MOST_LOOKS + len(apart))
    fresh = [one for one in found if one not in apart][:MOST_LOOKS]
    waiting = tx.marked(mapping, name, fresh)
    tx.mark([(mapping, name, one, scope, 0.0, UNLISTED) for one in fresh if one not in waiting])
