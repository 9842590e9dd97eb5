"""Settle a lost create: look for what it may have made, adopt it, or find it never was.

"Not found" counts only when asked twice, later than the request's deadline plus the vendor's
visibility lag (architecture §5, "Creating").
"""

from __future__ import annotations

from collections.abc import Sequence

from syncd.core.filevalue import may_agree
from syncd.core.values import Absent, Kind, SideName, Value, agree, decode_row, other_side
from syncd.sides.port import Draft, Found, Record
from syncd.store import Intent, Tx
from syncd.store.ours import NOT_FOUND
from syncd.sync.adopted import adopted_bases, agree_rest, is_owed
from syncd.sync.created import sent_by_index, tell_created
from syncd.sync.freight import identified
from syncd.sync.issues import held_record, only
from syncd.sync.known_files import file_rules
from syncd.sync.link import Pairing, add_links
from syncd.sync.replaced import end_replaced, hold_replacing
from syncd.sync.surplus import set_aside, surplus
from syncd.sync.unknown import awaited, close, is_late, mark_again
from syncd.sync.workbench import Workbench

__all__ = ["LOOKS", "settle_create"]

LOOKS = 2
"""How often a lost create is looked for before it counts as never made."""

PAGE = 1_000
"""Unlinked records looked through at once."""


def settle_create(work: Workbench, intent: Intent) -> None:
    """Look for what a lost create may have made; adopt it, hold it, or give it up."""
    rules = work.mapping.rules
    values = {
        index: intent.sent[rule.fingerprint]
        for index, rule in enumerate(rules)
        if rule.fingerprint in intent.sent
    }
    draft = Draft(values, intent.scope, intent.token)
    found = work.side(intent.side).find(draft, intent.sent_at, work.lane)
    free, taken = _unlinked(work, intent, _told_apart(work, intent, found))
    if taken and not free.records:
        with work.store.transaction() as tx:
            if surplus(work, tx, intent.side, intent.source, taken):
                tx.close_intent(intent.id, "done", "found, and linked by hand", "")
    elif free.records:
        first, *others = sorted(free.records, key=lambda record: (record.created or 0.0, record.id))
        _adopt(work, intent, first, others)
    elif free.maybe and is_late(work, intent):
        _resemblance(work, intent, free.maybe)
    elif found.sure and is_late(work, intent):
        _not_found(work, intent)


def _told_apart(work: Workbench, intent: Intent, found: Found) -> Found:
    """What was found, with its files read: of one name and size, only the bytes say whose they are."""
    files = [i for i in file_rules(work.mapping) if work.mapping.rules[i].fingerprint in intent.sent]
    if not files:
        return found
    same: list[Record] = []
    other: list[Record] = []
    for one in found.records:
        known = identified(work, intent.side, one, files)
        sent = [intent.sent[work.mapping.rules[i].fingerprint] for i in files]
        alike = all(may_agree(value, known.values[i]) for i, value in zip(files, sent, strict=True))
        (same if alike else other).append(known)
    return Found(tuple(same), (*other, *found.maybe), found.sure)


def _unlinked(work: Workbench, intent: Intent, found: Found) -> tuple[Found, list[Record]]:
    """The found records that no link holds yet; and those that look like what was sent, but that a
    person has linked since."""
    ids = [record.id for record in (*found.records, *found.maybe)]
    with work.store.read() as tx:
        linked = tx.links_by(work.mapping.name, intent.side, ids)
    since = {id for id, link in linked.items() if link.made_by == "person" and link.created >= intent.at}
    free = Found(
        tuple(record for record in found.records if record.id not in linked),
        tuple(record for record in found.maybe if record.id not in linked),
        found.sure,
    )
    return free, [record for record in found.records if record.id in since]


def _not_found(work: Workbench, intent: Intent) -> None:
    if intent.looked + 1 < LOOKS:
        with work.store.transaction() as tx:
            tx.set_intent(intent.id, looked=intent.looked + 1, looked_at=work.side(intent.side).now())
        return
    listed = _listed(work, intent)
    if listed is not None:
        _adopt(work, intent, listed, ())
        mark_again(work, listed.id, listed.scope, "missing", intent.side)
        return
    close(work, intent, "void", NOT_FOUND)
    source = other_side(intent.side)
    scope = "" if source is SideName.QUICKBASE else intent.source.rpartition("/")[0]
    mark_again(work, intent.source, scope, "new", source)


def _listed(work: Workbench, intent: Intent) -> Record | None:
    """What the create made, where a listing showed it and a person deleted it before it was looked
    for: then it was made, and is not made again."""
    after = 0
    with work.store.read() as tx:
        while page := tx.unmatched(work.mapping.name, intent.side, after, PAGE):
            after = page[-1].id
            for one in page:
                if awaited(work, one, [intent]) and _as_sent(work, intent, decode_row(one.values)):
                    values = tuple(decode_row(one.values)[: len(work.mapping.rules)])
                    return Record(one.identity, one.scope, values, one.key, one.stamp, one.created)
    return None


def _as_sent(work: Workbench, intent: Intent, values: Sequence[Value | Absent]) -> bool:
    """Whether a record holds what was sent, as its side would keep it."""
    for index, rule in enumerate(work.mapping.rules):
        there, now = rule.field(intent.side), values[index]
        if rule.fingerprint not in intent.sent or there is None:
            continue
        sent = intent.sent[rule.fingerprint]
        if there.kind is Kind.FILE and may_agree(sent, now):
            continue
        if isinstance(now, Absent) or not agree(sent, now, there):
            return False
    return True


def _resemblance(work: Workbench, intent: Intent, maybe: Sequence[Record]) -> None:
    """Something like it was made at that time: a person says whether it is the one."""
    ids = ", ".join(record.id for record in maybe[:5])
    reason = (
        f"a create in {intent.side.value} lost its answer, and {ids} was made at that time but differs; "
        "link it with 'syncd links add', or 'syncd retry' to create another"
    )
    source = other_side(intent.side)
    with work.store.transaction() as tx:
        if not tx.links_by(work.mapping.name, source, [intent.source]):
            held_record(work, tx, only(source, intent.source), reason, state="duplicate", scope=intent.scope)
            tx.hold_strangers(work.mapping.name, source, [intent.source])
        set_aside(work, tx, intent.side, maybe, reason)
        hold_replacing(work, tx, intent, reason)
        tx.close_intent(intent.id, "void", "a person decides", "")


def _adopt(work: Workbench, intent: Intent, made: Record, others: Sequence[Record]) -> None:
    """Link the record that a lost create made; its twins, if any, are suspected duplicates, and so
    is the record itself where a person linked one of the two meanwhile."""
    source_side = other_side(intent.side)
    scope = made.scope if source_side is SideName.PROCORE else ""
    source = work.side(source_side).fetch(
        intent.source.rpartition("/")[0] if source_side is SideName.PROCORE else scope,
        [intent.source],
        work.lane,
    )[intent.source]
    base_made, base_source, doubts = adopted_bases(work, intent, made)
    procore_made = intent.side is SideName.PROCORE
    procore_id, quickbase_id = (made.id, intent.source) if procore_made else (intent.source, made.id)
    key = made.key if not procore_made else (source.key if isinstance(source, Record) else None)
    with work.store.transaction() as tx:
        end_replaced(work, tx, intent.link, intent.source)
        if surplus(work, tx, intent.side, intent.source, [made, *others]):
            tx.close_intent(intent.id, "done", "found; linked by hand meanwhile", "")
            return
        owed = False
        if isinstance(source, Record):
            doubts += agree_rest(work, tx, made, source, base_made, base_source, intent)
            owed = is_owed(work, source, base_source, intent.side)
        pairing = Pairing(
            procore_id,
            quickbase_id,
            made.scope if procore_made else intent.source.rpartition("/")[0],
            base_made if procore_made else base_source,
            base_source if procore_made else base_made,
            key,
            "adopt",
            stamp_procore=work.stamped(intent.side, None) if made.stamp is None and procore_made else 0.0,
            owed=owed,
        )
        (number,) = add_links(work, tx, [pairing])
        sent = sent_by_index(work, intent.sent)
        tell_created(work, tx, intent.side, number, pairing, sent, made.values)
        tx.close_intent(intent.id, "done", "found and adopted", "")
        for rule_key, reason in doubts:
            held_record(
                work, tx, (procore_id, quickbase_id), reason, field=rule_key,
                scope=pairing.scope, state="reported", link=number,
            )  # fmt: skip
        _twins(work, tx, intent, others)
    work.counts.add(work.counts.created, intent.side)


def _twins(work: Workbench, tx: Tx, intent: Intent, others: Sequence[Record]) -> None:
    reason = (
        f"suspected duplicate: {intent.side.value} acted more than once on the create for "
        f"{intent.source}; delete one of the records"
    )
    set_aside(work, tx, intent.side, others, reason)
