"""Link: make a pair of identities one link, with the baselines that two readings justify.

Used by first match, by creates and by adoption. Fields that agree get baselines; the others
have none yet and the link is marked, so that the truth table's first rows decide them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from syncd.core.reconcile import agreed
from syncd.core.rule import LinkLookup, OnEdit, Rule
from syncd.core.values import ABSENT, Absent, SideName, Value, encode_row
from syncd.store import NewEvent, NewLink, Tx
from syncd.sync.issues import release_waiting
from syncd.sync.workbench import Links, Workbench

__all__ = ["Pairing", "add_links", "first_bases", "leads_away", "left_as_found"]


@dataclass(frozen=True, slots=True)
class Pairing:
    """Two identities to link, and the baselines of both sides in rule order."""

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

    def settled(self, work: Workbench) -> bool:
        """Whether every field has a baseline, or can have none."""
        rules = work.mapping.rules
        return not any(
            isinstance(p, Absent) and isinstance(q, Absent) and not rule.create_only
            for rule, p, q in zip(rules, self.base_procore, self.base_quickbase, strict=True)
        )


def first_bases(
    work: Workbench,
    procore: Sequence[Value | Absent],
    quickbase: Sequence[Value | Absent],
    links: LinkLookup,
) -> tuple[list[Value | Absent], list[Value | Absent]]:
    """Baselines of a new pair: only where both sides mean the same already."""
    left: list[Value | Absent] = []
    right: list[Value | Absent] = []
    for rule, p, q in zip(work.mapping.rules, procore, quickbase, strict=True):
        same = rule.create_only or _agree(rule, p, q, links)
        left.append(p if same else ABSENT)
        right.append(q if same else ABSENT)
    return left, right


def _agree(rule: Rule, p: Value | Absent, q: Value | Absent, links: LinkLookup) -> bool:
    """Whether there is nothing to bring into agreement; what cannot be read is not to be."""
    if isinstance(p, Absent) or isinstance(q, Absent):
        return True
    return agreed(rule, p, q, links)


def leads_away(rule: Rule, side: SideName) -> bool:
    """Whether the rule only reads from `side`: what a record we made there holds in it is its
    vendor's default, which nobody put there and which contradicts nobody."""
    return not rule.create_only and rule.field(side) is not None and not rule.writes(side)


def left_as_found(rule: Rule, p: Value | Absent, q: Value | Absent) -> str:
    """What to report of a field that leads away from a record we made; nothing if they agree."""
    if rule.on_edit is OnEdit.IGNORE or isinstance(p, Absent) or isinstance(q, Absent):
        return ""
    return "" if agreed(rule, p, q, Links()) else "its target holds something else; the rule goes one way"


def add_links(work: Workbench, tx: Tx, pairings: Sequence[Pairing]) -> list[int]:
    """Store links, take both records out of the index, mark what is still to be done."""
    if not pairings:
        return []
    mapping = work.mapping.name
    ids = tx.add_links([_new(work, mapping, one) for one in pairings])
    procore = [one.procore_id for one in pairings]
    quickbase = [one.quickbase_id for one in pairings]
    tx.drop_strangers(mapping, SideName.PROCORE, procore)
    tx.drop_strangers(mapping, SideName.QUICKBASE, quickbase)
    tx.unmark(mapping, SideName.PROCORE, procore)
    tx.unmark(mapping, SideName.QUICKBASE, quickbase)
    tx.mark(
        [
            (mapping, SideName.PROCORE, one.procore_id, one.scope, 0.0, why)
            for one in pairings
            if (why := _todo(work, one))
        ]
    )
    _close_records(work, tx, procore, quickbase)
    release_waiting(work, tx, list(zip(procore, quickbase, strict=True)))
    tx.record([_event(work, one, number) for one, number in zip(pairings, ids, strict=True)])
    work.counts.linked += len(pairings)
    return ids


def _close_records(work: Workbench, tx: Tx, procore: list[str], quickbase: list[str]) -> None:
    """Close what was open about the records while they had no link; mostly there is nothing."""
    for issue in tx.issues_of(work.mapping.name, procore, quickbase):
        if not issue.field and not (issue.procore_id and issue.quickbase_id):
            tx.close_issue(issue.id, work.clock.now())


def _todo(work: Workbench, one: Pairing) -> str:
    """Why a new link is looked at again: fields to decide, the key to write, or nothing."""
    if not one.settled(work):
        return "first"
    return "" if one.key == one.procore_id else "key"


def _new(work: Workbench, mapping: str, one: Pairing) -> NewLink:
    return NewLink(
        mapping=mapping,
        scope=one.scope,
        procore_id=one.procore_id,
        quickbase_id=one.quickbase_id,
        layout=work.layout,
        base_procore=encode_row(one.base_procore),
        base_quickbase=encode_row([*one.base_quickbase, one.key]),
        key=one.key,
        stamp_procore=one.stamp_procore,
        stamp_quickbase=one.stamp_quickbase,
        own_procore=one.own_procore,
        own_quickbase=one.own_quickbase,
        made_by=one.made_by,
    )


def _event(work: Workbench, one: Pairing, number: int) -> NewEvent:
    return NewEvent(
        mapping=work.mapping.name,
        what="link" if one.made_by == "match" else one.made_by,
        run=work.run,
        link=number,
        procore_id=one.procore_id,
        quickbase_id=one.quickbase_id,
        why={"match": "the match keys name one record on each side", "key": "the key field names it"}.get(
            one.made_by, ""
        ),
        response=one.response,
    )
