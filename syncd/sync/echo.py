"""Echo: which of the differences in a Procore record our own writes have made.

Recognised by content: what the journal says was sent, to this record or to make it. Never by who
is said to have written, nor by when alone. A write whose outcome is unknown covers its fields until
it is settled; then the baseline, or the reading that settled it, says what is news.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from syncd.catalog import Resource, names, resource
from syncd.core.rule import Rule
from syncd.core.values import Absent, SideName, Value, agree
from syncd.sides.port import Record
from syncd.store import Deed, Intent, Tx
from syncd.store.ours import BY_HAND
from syncd.sync.birth import alike, twin_of
from syncd.sync.unknown import SAME_SECOND
from syncd.sync.workbench import Workbench

__all__ = ["Echoes", "is_derived", "made_by_us", "removed_by_us", "sent_by_hand"]

TWIN_SECONDS = 86_400.0
"""Seconds after a create of ours in which what it may have made is looked for."""


class Echoes:
    """What was written to some records since the versions of them that are known (stamp by id)."""

    def __init__(self, work: Workbench, tx: Tx, stamps: Mapping[str, float]) -> None:
        name, ids = work.mapping.name, list(stamps)
        self._stamps = stamps
        self._flags = _retiring(work)
        self._unsettled: dict[str, set[str]] = {}
        self._retired: set[str] = set()
        for intent in tx.pending_for(name, SideName.PROCORE, ids):
            if intent.side is SideName.PROCORE:
                self._unsettled.setdefault(intent.identity, set()).update(intent.sent)
        for identity, deeds in tx.removals(name, ids).items():
            if any(deed.verb in ("archive", "flag") for deed in deeds):
                self._retired.add(identity)
        self._about = _known(work.mapping.procore.resource)
        self._hand = tx.deeds_by_hand(work.mapping.procore.resource, ids)
        self._acts = _acts_by_hand(work, tx, stamps, self._hand)

    def unsettled(self, identity: str, rule: Rule) -> bool:
        """Whether a write of this field is under way for all we know."""
        return rule.fingerprint in self._unsettled.get(identity, ())

    def news(self, record: Record, places: Sequence[int], rules: Sequence[Rule]) -> list[int]:
        """Those of the places where the record moved that are not our doing. What nobody can write, and
        moved along with what we wrote, or came of an act of ours, is our doing too."""
        theirs = [at for at in places if not self._sent(record.id, rules[at], record.values[at])]
        if len(theirs) < len(places) or record.id in self._acts:
            return [at for at in theirs if not is_derived(rules[at])]
        return theirs

    def _sent(self, identity: str, rule: Rule, now: Value | Absent) -> bool:
        """Whether the field holds what we put there."""
        there = rule.procore
        if there is None or isinstance(now, Absent):
            return False
        if identity in self._retired and there.name in self._flags:
            return True
        if isinstance(now, bool) and now is self._put(identity, there.name):
            return True
        deeds = self._hand.get(identity, ())
        value = sent_by_hand(deeds, there.name, self._stamps[identity])
        return not isinstance(value, Absent) and agree(value, now, there)

    def _put(self, identity: str, field: str) -> bool | None:
        """What an act of ours last made of a checkbox that acts tick and untick, if anything."""
        one = self._about.field(field) if self._about else None
        if one is None:
            return None
        mine = [act for act in self._acts.get(identity, ()) if act in one.by_act]
        return mine[-1] == one.by_act[0] if mine else None


def is_derived(rule: Rule) -> bool:
    """Whether its field in Procore is one that nobody writes."""
    there = rule.procore
    return there is not None and not there.on_create and not there.on_update


def sent_by_hand(deeds: Sequence[Deed], field: str, stamp: float) -> Value | Absent:
    """What a person last had us write to the field after the version with that stamp, if anything."""
    for deed in reversed(deeds):
        if field in deed.sent and deed.sent_at >= stamp - SAME_SECOND:
            return deed.sent[field]
    return Absent()


def _acts_by_hand(
    work: Workbench, tx: Tx, stamps: Mapping[str, float], hand: Mapping[str, Sequence[Deed]]
) -> dict[str, list[str]]:
    """By record: the acts that a person had us carry out after the version that is known, oldest first;
    also those on what stands beside it. Their echo is looked for as long as that of a create."""
    about, found = _known(work.mapping.procore.resource), dict[str, list[str]]()
    beside = {one.beside for one in about.fields if one.beside} if about else set()
    since = work.procore.now() - TWIN_SECONDS
    for deeds in (hand, *(tx.deeds_by_hand(name, list(stamps)) for name in sorted(beside))):
        for identity, some in deeds.items():
            late = max(since, stamps[identity] - SAME_SECOND)
            acts = [one.act for one in some if one.act not in ("", one.verb) and one.sent_at >= late]
            if acts:
                found.setdefault(identity, []).extend(acts)
    return found


def made_by_us(work: Workbench, tx: Tx, records: Sequence[Record]) -> set[str]:
    """Those of the records, new to us, that creates of ours have made for all we know."""
    name, about = work.mapping.name, work.mapping.procore.resource
    known = _known(about)
    verbs = known.making if known else ("create",)
    found = tx.made_by_hand(about, [one.id for one in records], verbs)
    open_ones = [one for one in tx.pending(name) if one.verb == "create" and one.side is SideName.PROCORE]
    recent = tx.recent_creates(name, SideName.PROCORE, work.procore.now() - TWIN_SECONDS)
    for record in records:
        if twin_of(work, SideName.PROCORE, record, recent) or _may_be(work, record, open_ones):
            found.add(record.id)
    waiting = [one.sent for one in tx.pending(BY_HAND + about) if not one.identity and one.verb == "create"]
    fields = {rule.procore.name: index for index, rule in enumerate(work.mapping.rules) if rule.procore}
    for record in records:
        if any(_carries(work, record, fields, sent) for sent in waiting):
            found.add(record.id)
    return found


def removed_by_us(tx: Tx, mapping: str, about: str, identities: Sequence[str]) -> set[str]:
    """Those of the records that were deleted by a write of ours, not by somebody else."""
    known = _known(about)
    ends = {"delete", *(act.verb for act in known.acts if act.method == "DELETE")} if known else {"delete"}
    deeds = [*tx.removals(mapping, identities).items(), *tx.deeds_by_hand(about, identities).items()]
    return {
        identity
        for identity, some in deeds
        if any(deed.verb == "delete" or deed.act in ends for deed in some)
    }


def _may_be(work: Workbench, record: Record, creates: Sequence[Intent]) -> bool:
    """Whether a create whose outcome nobody knows may have made the record, however late."""
    keyed = work.procore.limits.carries_key
    for intent in creates:
        if keyed:
            if record.key is not None and record.key == intent.token:
                return True
        elif record.created is None or record.created >= intent.sent_at - SAME_SECOND:
            if alike(work, SideName.PROCORE, record, intent):
                return True
    return False


def _carries(work: Workbench, record: Record, fields: Mapping[str, int], sent: Mapping[str, Value]) -> bool:
    """Whether the record holds all that was sent, as far as the mapping reads it, and something of it."""
    seen = 0
    for name, value in sent.items():
        index = fields.get(name)
        now = Absent() if index is None else record.values[index]
        if index is None or isinstance(now, Absent):
            continue
        there = work.mapping.rules[index].procore
        if there is None or not agree(value, now, there):
            return False
        seen += 1
    return seen > 0


def _known(name: str) -> Resource | None:
    return resource(name) if name in names() else None


def _retiring(work: Workbench) -> set[str]:
    """The names of the fields that retiring a record sets."""
    found = {work.mapping.on_delete(SideName.PROCORE).flag} - {""}
    about = _known(work.mapping.procore.resource)
    archive = about.archive if about else None
    return found | ({archive[0]} if archive else set())
