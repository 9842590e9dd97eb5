"""Planted bugs with whole records: creates, duplicates, deletes."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from syncd.sides.port import Found
from syncd.sync import (
    adopted,
    birth,
    contact,
    create,
    gather,
    match,
    removal,
    settle,
    settle_creates,
    unknown,
)
from syncd.sync.workbench import Workbench
from tests.proof.planted import plant

Swaps = list[tuple[Any, str, Any]]


@plant("no create intent", "a create is journalled only when its answer came")
def no_intent() -> Swaps:
    """A create is journalled only when its answer came."""
    real = create.store_outcome

    def batch(work: Workbench, target: Any, births: Any) -> None:
        until = min(one.source.read_at for one in births) + 60.0
        outcomes = work.side(target).create([one.draft for one in births], fresh_until=until)
        with work.store.transaction() as tx:
            for one, outcome in zip(births, outcomes, strict=True):
                if outcome.verdict.value != "unknown":
                    (intent,) = tx.open_intents([create.intent_of(work, target, one)])
                    real(work, tx, target, one, intent, outcome, False)

    return [(create, "_batch", batch)]


@plant("no marker", "the records do not carry each other's identity")
def no_marker() -> Swaps:
    """The records do not carry each other's identity."""
    real: Any = getattr(create, "birth_of")  # noqa: B009

    def bare(*facts: Any, **more: Any) -> Any:
        made = real(*facts, **more)
        if made is not None:
            made.draft = replace(made.draft, key=None)
        return made

    return [(create, "birth_of", bare)]


@plant("not looked for", "a create whose answer was lost is repeated without looking")
def not_looked_for() -> Swaps:
    """A create whose answer was lost is repeated without looking."""
    real = settle_creates.settle_create

    def settle(work: Workbench, intent: Any) -> None:
        side = work.side(intent.side)
        find = type(side).find
        type(side).find = lambda *facts, **more: Found()  # type: ignore[method-assign]
        try:
            real(work, intent)
        finally:
            type(side).find = find  # type: ignore[method-assign]

    from syncd.sync import settle as module

    return [(module, "settle_create", settle)]


@plant("one early look", "a lost create counts as never made after one look, however early")
def one_look() -> Swaps:
    """A lost create counts as never made after one look, however early."""
    return [(settle_creates, "is_late", lambda work, intent: True), (settle_creates, "LOOKS", 1)]


@plant("adopts what it finds", "an adopted record rests on its present values, not on those sent")
def adopts() -> Swaps:
    """An adopted record rests on its present values, not on those sent."""
    return [(adopted, "adopted", lambda found, sent, field, touched: (found, False))]


@plant("twin unnoticed", "the second record of a create that acted twice is taken for a new one")
def twin() -> Swaps:
    """The second record of a create that acted twice is taken for a new one."""
    return [(create, "twin_of", lambda *facts: None)]


@plant("lost create ignored", "what a lost create may have made is matched and created from")
def ignored() -> Swaps:
    """What a lost create may have made is matched and created from.

    What has ended is still looked through for twins, which would list the record as one of them.
    """
    never = lambda *facts: False  # noqa: E731
    real: Any = getattr(create, "twin_of")  # noqa: B009

    def twin_of(work: Any, source: Any, record: Any, recent: Any) -> Any:
        return real(work, source, record, [one for one in recent if one.state == "done"])

    awaited = [(module, "awaited", never) for module in (create, match, unknown)]
    return [*awaited, (create, "twin_of", twin_of)]


@plant("creates before matching", "records are created without looking for their match")
def unmatched() -> Swaps:
    """Records are created without looking for their match."""
    from syncd.sync import cycle

    return [(cycle, "first_match", lambda work: None), (contact.Contact, "link_sure", lambda self: None)]


@plant("one of several", "first contact links a record with one of several that have its name")
def one_of_several() -> Swaps:
    """First contact links a record with one of several that have its name."""

    def first_best(left: Any, right: Any) -> list[int]:
        there = {text: place for place, text in enumerate(right) if text}
        return [there.pop(text, contact.ALONE) for text in left]

    return [(contact, "sure_pairs", first_best)]


@plant("broken contact forgotten", "keys that a crash left unwritten, or unknown, are left at that")
def contact_forgotten() -> Swaps:
    """Keys that a crash left unwritten, or unknown, are left at that."""
    return [(settle, "_keys", lambda work, intent: unknown.close(work, intent, "void", "forgotten"))]


@plant("creates on half a view", "records are created although a side was not read whole")
def half() -> Swaps:
    """Records are created although a side was not read whole."""
    from syncd.sync import cycle

    real = gather._read

    def read(*facts: Any) -> bool:
        real(*facts)
        return True

    whole = lambda work, scope=None: True  # noqa: E731
    return [(create, "whole", whole), (cycle, "whole", whole), (gather, "_read", read)]


@plant("no tombstone", "a record whose counterpart was deleted is created again")
def no_tombstone() -> Swaps:
    """A record whose counterpart was deleted is created again."""
    real = removal._bury

    def bury(work: Workbench, tx: Any, link: Any, why: str) -> None:
        real(work, tx, link, why)
        tx.drop_link(link.id)

    return [(removal, "_bury", bury)]


@plant("delete beats edit", "a record is removed although a person edited it since")
def delete_wins() -> Swaps:
    """A record is removed although a person edited it since."""
    return [(removal, "_edited", lambda work, side, one: False)]


@plant("no brake", "any number of records may be removed at once")
def no_brake() -> Swaps:
    """Any number of records may be removed at once."""
    return [(removal, "braked", lambda *facts: False)]


@plant("parent ignored", "a child is created before its parent is linked")
def parent_ignored() -> Swaps:
    """A child is created before its parent is linked."""
    real = birth.birth_of

    def orphan(work: Workbench, tx: Any, record: Any, source: Any, target: Any, links: Any) -> Any:
        rules = tuple(replace(rule, required=False) for rule in work.mapping.rules)
        keep, index = work.mapping, work.mapping.project_rule
        if index is None or target.value == "procore":
            return real(work, tx, record, source, target, links)
        work.mapping = replace(keep, rules=rules, project_rule=None)
        try:
            made = real(work, tx, record, source, target, links)
        finally:
            work.mapping = keep
        return made

    return [(create, "birth_of", orphan)]
