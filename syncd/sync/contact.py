"""Contact: the first passes over both sides, joined before anything of them is stored.

While nothing is known of a mapping, its passes are set aside. When both sides were read
whole, the pairs that leave no doubt become links, with their key fields written on the way;
everything else goes into the index of strangers, where first match and creation go on as
after any other pass. So what this step does not do, or does not live to do, is done there.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import groupby, islice

from syncd.core.match import ALONE, matcher, sure_pairs
from syncd.core.values import SideName, decode_row, encode_row, with_last
from syncd.sides.port import Record
from syncd.store import NewLink, NewStranger, Row, Spool, Spooled, Tx
from syncd.sync.link import Entry, enter_links, first_bases, settled, with_key
from syncd.sync.newcomers import Held, note_held
from syncd.sync.seen import Seen
from syncd.sync.stamp import RETRY, keys_intent, write_keys
from syncd.sync.workbench import MAX_IN_HAND, Links, Workbench

__all__ = ["Contact", "first_contact"]

AT_ONCE = 2_000
"""Pairs, or strangers, stored in one transaction."""

HOLE = "{}"
"""What a packed row holds where a value could not be read."""

Pair = tuple[Spooled, Spooled, str]
"""(Procore's row, Quickbase's row, what says that they belong together)"""


@dataclass(frozen=True, slots=True)
class _Batch:
    """Links just stored (id and link by Quickbase record), and the keys that they still need."""

    made: dict[str, tuple[int, NewLink]]
    keys: dict[str, str]
    intents: list[int]


@contextmanager
def first_contact(work: Workbench) -> Iterator[Contact | None]:
    """Where the first passes of a mapping go; None if anything is known of it already.

    Raises Unavailable where they cannot be set aside.
    """
    name = work.mapping.name
    with work.store.read() as tx:
        known = any(one.complete for one in tx.cursors(name)) or bool(tx.pending(name))
        known = known or any(tx.count_strangers(name, side) for side in SideName)
    if known:
        yield None
        return
    with work.store.spool(SideName.PROCORE) as procore, work.store.spool(SideName.QUICKBASE) as quickbase:
        yield Contact(work, procore, quickbase)


class Contact:
    """What the first passes of both sides have shown."""

    def __init__(self, work: Workbench, procore: Spool, quickbase: Spool) -> None:
        self._work = work
        self._procore, self._quickbase = procore, quickbase
        self.made = Seen()
        """The links made here: both passes have shown their records."""
        self._linked = {side: bytearray() for side in SideName}
        self._quiet = False
        self._alike = all(rule.alike for rule in work.mapping.rules)

    def take(self, tx: Tx, name: SideName, records: Sequence[Record]) -> None:
        """Set a page's unlinked records aside."""
        mapping = self._work.mapping
        texts = matcher(mapping.match, mapping.rules, name, Links(tx), mapping.project_rule)
        rows: list[Row] = []
        for identity, scope, values, key, stamp, created, *_rest in records:
            rows.append((identity, scope, encode_row(values), key, texts(values), stamp, created))
        self._spool(name).add(rows)
        for one in records[: max(0, MAX_IN_HAND - len(self._work.hand))]:
            self._work.keep(name, one)

    def link_sure(self) -> None:
        """Link every pair that leaves no doubt. Both sides were read whole. Raises Stopped."""
        places = self._places()
        with self._work.store.read() as tx:
            name = self._work.mapping.name
            self._quiet = tx.next_due(name) is None and not tx.anything_open(name)
        self._linked = {side: bytearray(len(self._spool(side))) for side in SideName}
        while some := list(islice(places, AT_ONCE)):
            self._work.check_stop()
            rows = self._procore.rows([p for p, _, _ in some]), self._quickbase.rows([q for _, q, _ in some])
            pairs = [(p, q, made_by) for p, q, (_, _, made_by) in zip(*rows, some, strict=True)]
            sure = [_is_sure(pair) for pair in pairs]
            batch = self._store([pair for pair, is_sure in zip(pairs, sure, strict=True) if is_sure])
            for (p, q, _made_by), is_sure in zip(some, sure, strict=True):
                self._linked[SideName.PROCORE][p] = self._linked[SideName.QUICKBASE][q] = is_sure
            if batch.keys:
                self._write(batch)

    def put_strangers(self) -> None:
        """Put all that is not linked into the index."""
        for side in SideName:
            spool, linked = self._spool(side), self._linked[side]
            left = array("q", (place for place in range(len(spool)) if not linked or not linked[place]))
            for start in range(0, len(left), AT_ONCE):
                rows = spool.rows(left[start : start + AT_ONCE])
                with self._work.store.transaction() as tx:
                    tx.put_strangers([self._stranger(side, row) for row in rows], keep_held=True)

    def _spool(self, side: SideName) -> Spool:
        return self._procore if side is SideName.PROCORE else self._quickbase

    def _places(self) -> Iterator[tuple[int, int, str]]:
        """Places of sure pairs in Procore's order. The key field speaks first."""
        by_key = sure_pairs(self._procore.identities, self._quickbase.keys)
        by_text = sure_pairs(self._procore.texts, self._quickbase.texts)
        named = bytearray(len(self._quickbase))
        for q in by_key:
            if q != ALONE:
                named[q] = True
        for p, (key, text) in enumerate(zip(by_key, by_text, strict=True)):
            if key != ALONE:
                yield p, key, "key"
            elif text != ALONE and not named[text]:
                yield p, text, "match"

    def _store(self, pairs: Sequence[Pair]) -> _Batch:
        """Store the links as if the key fields that are not ours yet were written."""
        work = self._work
        keys = {q.identity: p.identity for p, q, _made_by in pairs if q.key != p.identity}
        with work.store.transaction() as tx:
            links = Links(tx)
            entries = [self._entry(pair, links) for pair in pairs]
            ids = enter_links(work, tx, entries, quiet=self._quiet)
            note_held(
                work, tx, [_held(pair[0], one) for pair, one in zip(pairs, entries, strict=True) if one.todo]
            )
            intents = tx.open_intents([keys_intent(work, keys)]) if keys else []
        self.made.note(ids)
        made = {link.quickbase_id: (number, link) for number, (link, *_) in zip(ids, entries, strict=True)}
        return _Batch(made, keys, intents)

    def _write(self, batch: _Batch) -> None:
        """Write the key fields, and store what became of them."""
        keys, made = batch.keys, batch.made
        written = write_keys(self._work, keys)
        with self._work.store.transaction() as tx:
            for first, last, stamp in _runs([(made[one][0], at) for one, at in written.stamps.items()]):
                tx.keyed(first, last, stamp)
            self._not_written(tx, [made[one] for one in keys if one in written.unsent], sure=True)
            unsure = keys.keys() - written.stamps.keys() - written.unsent
            self._not_written(tx, [made[one] for one in keys if one in unsure], sure=False)
            tx.close_intents([(intent, "done", "", "") for intent in batch.intents])

    def _not_written(self, tx: Tx, links: Sequence[tuple[int, NewLink]], *, sure: bool) -> None:
        """Keys to be written again, link by link. One that may be written counts as written, for
        a record that is gone before may well have carried it."""
        tx.set_bases([with_key(number, one, one.key if sure else one.procore_id) for number, one in links])
        due, name = self._work.clock.now() + RETRY, self._work.mapping.name
        tx.mark([(name, SideName.PROCORE, one.procore_id, one.scope, due, "key") for _, one in links])

    def _entry(self, pair: Pair, links: Links) -> Entry:
        p, q, made_by = pair
        work, name, identity, key = self._work, self._work.mapping.name, p.identity, q.key
        left, right, settled = self._bases(p.values, q.values, links)
        right = with_last(right, identity)
        since_p = work.stamped(SideName.PROCORE, None) if p.stamp is None else p.stamp
        since_q = work.stamped(SideName.QUICKBASE, None) if q.stamp is None else q.stamp
        ids, bases = (name, p.scope, identity, q.identity), (work.layout, left, right)
        link = NewLink(*ids, *bases, key, since_p, since_q, made_by=made_by)
        return Entry(link, "" if settled else "first", "", None if key == identity else identity)

    def _bases(self, procore: str, quickbase: str, links: Links) -> tuple[str, str, bool]:
        """Both packed baselines, and whether every field has one."""
        if procore == quickbase and self._alike and HOLE not in procore:
            return procore, quickbase, True  # the ordinary pair: nothing to unpack
        left, right = first_bases(self._work, decode_row(procore), decode_row(quickbase), links)
        return encode_row(left), encode_row(right), settled(self._work.mapping.rules, left, right)

    def _stranger(self, side: SideName, row: Spooled) -> NewStranger:
        identity, scope, values, key, texts, stamp, created = row
        packed = with_last(values, key) if side is SideName.QUICKBASE else values
        return NewStranger(self._work.mapping.name, side, identity, scope, packed, key, texts, stamp, created)


def _held(p: Spooled, entry: Entry) -> Held:
    """What Procore's record holds, beside a baseline that does not say all of it."""
    return p.identity, p.scope, decode_row(entry.link.base_procore), decode_row(p.values), p.stamp


def _runs(stamped: Sequence[tuple[int, float]]) -> Iterator[tuple[int, int, float]]:
    """(first, last, time) of neighbouring links of one time; the order is that of the ids."""
    for (stamp, _), some in groupby(enumerate(stamped), lambda item: (item[1][1], item[1][0] - item[0])):
        numbers = [number for _, (number, _) in some]
        yield numbers[0], numbers[-1], stamp


def _is_sure(pair: Pair) -> bool:
    """Whether the texts behind two equal numbers are equal, too."""
    p, q, made_by = pair
    return p.identity == q.key if made_by == "key" else p.texts[:1] == q.texts[:1]
