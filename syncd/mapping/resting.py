"""Rules and mappings that rest because Quickbase's schema has drifted away from them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from syncd.mapping.compiled import Drift, Mapping
from syncd.mapping.desk import Desk
from syncd.mapping.excused import Excused
from syncd.mapping.memory import Memory, merged, table_text
from syncd.mapping.model import RuleModel
from syncd.mapping.problems import Problems
from syncd.mapping.rules import Made, make_rule
from syncd.mapping.words import fingerprint

__all__ = ["at_rest", "rested"]

NEEDED = "nothing of this mapping can cross without it"


def at_rest(desk: Desk, index: int, model: RuleModel, memory: Memory) -> Made | None:
    """Rule `index` as it was when it last fitted, dormant; None if it never fitted, or never ran."""
    if desk.past is None:
        return None
    problems = Problems()
    before = replace(desk, table=desk.past, problems=problems, procore=None)
    made = make_rule(before, index, model)
    if made is None or problems.found or not memory.has_run(desk.model.mapping, made.rule.fingerprint):
        return None
    return replace(made, rule=replace(made.rule, dormant=True))


def rested(desk: Desk, mapping: Mapping, made: Sequence[Made], excused: Excused) -> Mapping:
    """The mapping with what is listed of its drift, and with the caution that it asks for.

    Without a rule that tells records apart, or that creating needs, nothing is matched and
    created: both would make twins. Without a required reference the mapping waits.
    """
    if desk.table is None:
        return mapping
    file = desk.document.file
    dormant = {index: one for index, one in enumerate(made) if one.rule.dormant}
    if not dormant:
        drift = excused.drift(file, {}, False)
        kept = "" if file in excused.whole else table_text(desk.table)
        return replace(mapping, drift=drift, remembered=kept)
    in_match = {index for one in mapping.match for index in one}
    cautious = any(index in in_match or one.rule.required for index, one in dormant.items())
    keys = {_place(one): one.rule.key for one in dormant.values()}
    drift = excused.drift(file, keys, cautious)
    if any(_needed(one) for one in dormant.values()):
        reason = "; ".join(one.reason for one in drift)
        drift = (*drift, Drift("", f"{reason}; {NEEDED}"))
    used = [one.quickbase for one in made if one.quickbase is not None and not one.rule.dormant]
    key = desk.table.field(desk.model.quickbase.key)
    return replace(
        mapping,
        match=() if cautious else mapping.match,
        create=frozenset() if cautious else mapping.create,
        drift=drift,
        remembered=table_text(merged(desk.past, desk.table, [*used, *([key] if key else [])])),
        # Records are read whole when a rule goes to rest and when it is back.
        fingerprint=fingerprint(mapping.fingerprint, "dormant", sorted(dormant)),
    )


def _place(made: Made) -> int:
    """The position of a rule under `fields:`."""
    index = made.place[1]
    assert isinstance(index, int)
    return index


def _needed(made: Made) -> bool:
    reference = made.procore is not None and (made.procore.scope_id or bool(made.rule.link))
    return bool(reference) and made.rule.required
