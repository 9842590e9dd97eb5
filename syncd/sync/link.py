"""Link: make a pair of identities one link, with the baselines that two readings justify.

Used by first match, by creates and by adoption. Fields that agree get baselines; the others
have none yet and the link is marked, so that the truth table's first rows decide them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from syncd.core.reconcile import agreed, differ_at_first
from syncd.core.rule import LinkLookup, OnEdit, Rule
from syncd.core.values import ABSENT, Absent, Kind, SideName, Value, decode_row, encode_row
from syncd.store import Bases, Link, NewEvent, NewLink, Tx
from syncd.sync.issues import release_waiting
from syncd.sync.newcomers import note_linked
from syncd.sync.workbench import Links, Workbench

__all__ = [
    "Entry",
    "Pairing",
    "add_links",
    "blank_of",
    "enter_links",
    "first_bases",
    "follows",
    "leads_away",
    "left_as_found",
    "settled",
    "todo_of",
    "with_key",
]


class Entry(NamedTuple):
    """A link to store, and why it must be looked at again. `response` is the answer that made it,
    `key` what is written into its key field along with it; both are for the history."""

    link: NewLink
    todo: str = ""
    response: str = ""
    key: str | None = None


@dataclass(frozen=True, slots=True)
class Pairing:
    """Two identities to link, and the baselines of both sides in rule order.

    `owed`: some field is still to be written, although it has baselines.
    """

    procore_id: str
    quickbase_id: str
    scope: str
    base_procore: list[Value | Absent]
    base_quickbase: list[Value | Absent]
    key: str | None
    made_by: str
    stamp_procore: float = 0.0
    stamp_quickbase: float = 0.0
    own_procore: float = 0.0
    own_quickbase: float = 0.0
    response: str = ""
    owed: bool = False

    def entry(self, work: Workbench) -> Entry:
        """What is stored of it."""
        link = NewLink(
            mapping=work.mapping.name,
            scope=self.scope,
            procore_id=self.procore_id,
            quickbase_id=self.quickbase_id,
            layout=work.layout,
            base_procore=encode_row(self.base_procore),
            base_quickbase=encode_row([*self.base_quickbase, self.key]),
            key=self.key,
            stamp_procore=self.stamp_procore,
            stamp_quickbase=self.stamp_quickbase,
            own_procore=self.own_procore,
            own_quickbase=self.own_quickbase,
            made_by=self.made_by,
        )
        done = not self.owed and settled(work.mapping.rules, self.base_procore, self.base_quickbase)
        return Entry(link, todo_of(link, settled=done), self.response)


def first_bases(
    work: Workbench,
    procore: Sequence[Value | Absent],
    quickbase: Sequence[Value | Absent],
    links: LinkLookup,
) -> tuple[list[Value | Absent], list[Value | Absent]]:
    """Baselines of a new pair: only where both sides mean the same already, or nothing is to be said."""
    left: list[Value | Absent] = []
    right: list[Value | Absent] = []
    for rule, p, q in zip(work.mapping.rules, procore, quickbase, strict=True):
        if rule.create_only:
            same = not differ_at_first(rule, p, q, links)
        else:
            same = (p == q and rule.alike) or _agree(rule, p, q, links)
        left.append(p if same else ABSENT)
        right.append(q if same else ABSENT)
    return left, right


def _agree(rule: Rule, p: Value | Absent, q: Value | Absent, links: LinkLookup) -> bool:
    """Whether there is nothing to bring into agreement; what cannot be read is not to be."""
    if isinstance(p, Absent) or isinstance(q, Absent):
        return True
    return agreed(rule, p, q, links)


def leads_away(rule: Rule, side: SideName, here: Value | Absent) -> bool:
    """Whether the rule only reads from `side`, and its target holds something (`here`): what a record we
    made on that side holds is its vendor's default, which nobody put there and which contradicts nobody.

    An empty target contradicts nothing: the number that a vendor gives a new record crosses.
    """
    return (
        not rule.create_only and rule.field(side) is not None and not rule.writes(side) and here is not None
    )


def follows(rule: Rule, side: SideName, ours: Value | Absent) -> bool:
    """Whether a value of ours still has to go to a record that we made on `side`, because its vendor
    takes that field only once the record is there."""
    there = rule.field(side)
    if there is None or there.on_create or not there.on_update or not rule.writes(side):
        return False
    return ours is not None and not isinstance(ours, Absent)


def blank_of(rule: Rule, side: SideName, made: Value | Absent) -> Value | Absent:
    """The blank that such a field holds until then, whether it could be read or not: nobody put it
    there, and taken for somebody's word it would make a conflict of ours with nobody. ABSENT where it
    holds anything else, which may well be a person's."""
    there = rule.field(side)
    if not isinstance(made, Absent):
        return made if made is None or made is False else ABSENT
    return False if there is not None and there.kind is Kind.CHECKBOX else None


def left_as_found(rule: Rule, p: Value | Absent, q: Value | Absent) -> str:
    """What to report of a field that leads away from a record we made; nothing if they agree."""
    if rule.on_edit is OnEdit.IGNORE or isinstance(p, Absent) or isinstance(q, Absent):
        return ""
    return "" if agreed(rule, p, q, Links()) else "its target holds something else; the rule goes one way"


def add_links(work: Workbench, tx: Tx, pairings: Sequence[Pairing]) -> list[int]:
    """Store links of records that the index holds; answers their ids in order."""
    if not pairings:
        return []
    note_linked(work, tx, {one.procore_id: one.base_procore for one in pairings})
    tx.drop_strangers(work.mapping.name, SideName.PROCORE, [one.procore_id for one in pairings])
    tx.drop_strangers(work.mapping.name, SideName.QUICKBASE, [one.quickbase_id for one in pairings])
    return enter_links(work, tx, [one.entry(work) for one in pairings])


def enter_links(work: Workbench, tx: Tx, entries: Sequence[Entry], *, quiet: bool = False) -> list[int]:
    """Store links, close what was open about their records, mark what is still to be done.

    `quiet`: nothing was open about any of them, so there is nothing to look for.
    """
    mapping = work.mapping.name
    links = [one.link for one in entries]
    ids = tx.add_links(links)
    procore = [link.procore_id for link in links]
    quickbase = [link.quickbase_id for link in links]
    if not quiet:
        tx.unmark(mapping, SideName.PROCORE, procore)
        tx.unmark(mapping, SideName.QUICKBASE, quickbase)
        _close_records(work, tx, procore, quickbase)
        release_waiting(work, tx, list(zip(procore, quickbase, strict=True)))
    tx.mark(
        [
            (mapping, SideName.PROCORE, one.link.procore_id, one.link.scope, 0.0, one.todo)
            for one in entries
            if one.todo
        ]
    )
    tx.record([_event(work, one, number) for one, number in zip(entries, ids, strict=True)])
    work.counts.linked += len(links)
    return ids


def _close_records(work: Workbench, tx: Tx, procore: list[str], quickbase: list[str]) -> None:
    """Close what was open about the records while they had no link; mostly there is nothing."""
    for issue in tx.issues_of(work.mapping.name, procore, quickbase):
        if not issue.field and not (issue.procore_id and issue.quickbase_id):
            tx.close_issue(issue.id, work.clock.now())


def settled(
    rules: Sequence[Rule], procore: Sequence[Value | Absent], quickbase: Sequence[Value | Absent]
) -> bool:
    """Whether every field has a baseline, or can have none."""
    return not any(
        isinstance(p, Absent) and isinstance(q, Absent) and (rule.final or not rule.create_only)
        for rule, p, q in zip(rules, procore, quickbase, strict=True)
    )


def todo_of(link: NewLink, *, settled: bool) -> str:
    """Why a new link is looked at again: fields to decide, the key to write, or nothing."""
    if not settled:
        return "first"
    return "" if link.key == link.procore_id else "key"


def with_key(number: int, link: Link | NewLink, key: str | None) -> Bases:
    """What to store of a link whose Quickbase record holds this key, for all we know."""
    row = encode_row([*decode_row(link.base_quickbase)[:-1], key])
    stamps = (link.stamp_procore, link.stamp_quickbase, link.own_procore, link.own_quickbase)
    return (number, link.layout, link.base_procore, row, key, *stamps)


_WHY = {
    "match": "the match keys name one record on each side",
    "key": "the key field names it",
    "create": "it was new on one side, and made on the other",
    "adopt": "it was made by a create whose answer was lost",
}
_QUICKBASE = SideName.QUICKBASE.value
_WHY_KEYED = {how: f"{why}; its key is written" for how, why in _WHY.items()}


def _event(work: Workbench, entry: Entry, number: int) -> NewEvent:
    link, _todo, response, key = entry
    how, run = link.made_by, work.run
    what, ids = "link" if how == "match" else how, (link.procore_id, link.quickbase_id)
    if not key:
        return NewEvent(link.mapping, what, run, number, *ids, why=_WHY.get(how, ""), response=response)
    why = _WHY_KEYED.get(how, "")
    return NewEvent(link.mapping, what, run, number, *ids, "", _QUICKBASE, link.key, key, None, why, response)
