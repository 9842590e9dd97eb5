"""First match: pair records that exist on both sides before anything is created.

The key field speaks first (a lost link table, or a key a person typed), then the mapping's
`match:` alternatives in order. One candidate each way is linked; several are held for a
person, never guessed.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from syncd.core.values import Absent, SideName, Value, decode_row
from syncd.store import Intent, Stranger, Tx
from syncd.sync.issues import held_record
from syncd.sync.link import Pairing, add_links, first_bases
from syncd.sync.unknown import awaited
from syncd.sync.workbench import Links, Workbench

__all__ = ["first_match"]

More = Callable[[Tx], Sequence[tuple[Stranger, Stranger]]]

PAIRS_AT_ONCE = 2_000
MAX_BATCHES = 10_000


def first_match(work: Workbench) -> None:
    """Link every unambiguous pair of unlinked records, and hold the ambiguous ones."""
    with work.store.read() as tx:
        if not all(tx.count_strangers(work.mapping.name, side) for side in SideName):
            return
    name = work.mapping.name
    _all(work, lambda tx: tx.key_pairs(name, PAIRS_AT_ONCE), "key")
    for rank in range(len(work.mapping.match)):
        _all(work, partial(_ranked, mapping=name, rank=rank), "match")
        _rivals(work, rank)


def _ranked(tx: Tx, *, mapping: str, rank: int) -> Sequence[tuple[Stranger, Stranger]]:
    return tx.pairs(mapping, rank, PAIRS_AT_ONCE)


def _all(work: Workbench, more: More, made_by: str) -> None:
    unread = _unread(work)
    for _batch in range(MAX_BATCHES):
        work.check_stop()
        with work.store.transaction() as tx:
            pairs = more(tx)
            pending = tx.pending(work.mapping.name)
            pairs = [
                pair
                for pair in pairs
                if pair[0].scope not in unread and not any(_in_doubt(work, one, pending) for one in pair)
            ]
            if not pairs:
                return
            links = Links(tx)
            add_links(work, tx, [_pairing(work, p, q, links, made_by) for p, q in pairs])


def _unread(work: Workbench) -> set[str]:
    """Procore scopes that were never read whole: what they list may not be alone in its name."""
    with work.store.read() as tx:
        cursors = tx.cursors(work.mapping.name)
    return {one.scope for one in cursors if one.side is SideName.PROCORE and not one.complete}


def _in_doubt(work: Workbench, one: Stranger, pending: Sequence[Intent]) -> bool:
    """Records on either end of a create that is still unknown are settled by looking."""
    sources = (intent for intent in pending if intent.verb == "create" and intent.side is not one.side)
    return any(intent.source == one.identity for intent in sources) or awaited(work, one, pending)


def _pairing(work: Workbench, p: Stranger, q: Stranger, links: Links, made_by: str) -> Pairing:
    left, right = _values(work, p), _values(work, q)
    base_procore, base_quickbase = first_bases(work, left, right, links)
    return Pairing(
        p.identity,
        q.identity,
        p.scope,
        base_procore,
        base_quickbase,
        q.key,
        made_by,
        work.stamped(SideName.PROCORE, p.stamp),
        work.stamped(SideName.QUICKBASE, q.stamp),
    )


def _values(work: Workbench, stranger: Stranger) -> list[Value | Absent]:
    return decode_row(stranger.values)[: len(work.mapping.rules)]


def _rivals(work: Workbench, rank: int) -> None:
    """Several candidates: each is held, with the others named."""
    with work.store.read() as tx:
        found = tx.rivals(work.mapping.name, rank, PAIRS_AT_ONCE)
    if not found:
        return
    names = " + ".join(work.mapping.rules[index].key for index in work.mapping.match[rank])
    with work.store.transaction() as tx:
        for _text, procore, quickbase in found:
            reason = _reason(names, procore, quickbase)
            for identity in procore:
                held_record(work, tx, (identity, ""), reason)
            for identity in quickbase:
                held_record(work, tx, ("", identity), reason)
            tx.hold_strangers(work.mapping.name, SideName.PROCORE, procore)
            tx.hold_strangers(work.mapping.name, SideName.QUICKBASE, quickbase)


def _reason(names: str, procore: Sequence[str], quickbase: Sequence[str]) -> str:
    return (
        f"several records have the same {names} (Procore {', '.join(procore[:5])}; "
        f"Quickbase {', '.join(quickbase[:5])}): link the right ones with 'syncd links add'"
    )
