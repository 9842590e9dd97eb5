"""Rules that pair a field with a field: by link, by a map of values, or by kind."""

from __future__ import annotations

from dataclasses import replace
from zoneinfo import ZoneInfo

from syncd.catalog import ResourceField
from syncd.catalog.custom import PREFIX
from syncd.core.rule import Direction, Rule, Translate
from syncd.core.values import NUMERIC, Field, Kind, SideName, Value
from syncd.mapping import transforms
from syncd.mapping.convert import CannotMap, between, compared, fitted, parse, refusal
from syncd.mapping.desk import Desk
from syncd.mapping.filed import across
from syncd.mapping.load import Place
from syncd.mapping.model import RuleModel
from syncd.mapping.named import joins
from syncd.mapping.schemas import FieldSchema
from syncd.mapping.words import assembled, fingerprint

__all__ = ["paired"]

_ADDRESSED = {Kind.USER: Kind.EMAIL, Kind.USERS: Kind.CHOICES}
"""What fields of users hold where they are said by address."""

_HOLDS_ONE_ID = NUMERIC | {Kind.REFERENCE, Kind.TEXT}
_HOLDS_MANY_IDS = frozenset({Kind.REFERENCES, Kind.CHOICES})


def paired(
    desk: Desk,
    place: Place,
    model: RuleModel,
    direction: Direction,
    procore: ResourceField,
    quickbase: FieldSchema,
    by: str = "",
) -> Rule | None:
    """The rule that pairs these two fields; None where it has problems.

    `by` is the word that Procore's field is said by, if it is a reference.
    """
    if not joins(desk, place, model, procore, quickbase) or not _known_by(desk, place, by, quickbase):
        return None
    both = _both_ways(desk, place, model, direction, procore, quickbase, by)
    if both is None:
        return None
    to_quickbase, to_procore = both
    if by:
        to_quickbase = transforms.told(to_quickbase)
        to_procore = transforms.told(to_procore)
    if model.default is not None:
        default = _default(desk, place, model, direction, procore)
        if default is None:
            return None
        to_procore = transforms.defaulted(to_procore, default)
    # What a custom field is never changes, and is not known where the field is gone.
    custom = procore.name.startswith(PREFIX)
    word = "" if custom else by
    meaning = fingerprint(
        "pair",
        (procore.name, "custom" if custom else procore.kind.value),
        (quickbase.field.name, quickbase.field.kind.value),
        sorted(model.values.items(), key=str) if model.values else None,
        model.link,
        (model.zone or desk.model.zone) if Kind.INSTANT in (procore.kind, quickbase.field.kind) else None,
        model.default,
        *(("by", word, model.join) if word or model.join else ()),
    )
    return assembled(
        desk,
        model,
        direction,
        key=f"{procore.name} = {quickbase.label}",
        meaning=meaning,
        procore=procore,
        quickbase=quickbase,
        to_quickbase=to_quickbase,
        to_procore=to_procore,
    )


def _both_ways(
    desk: Desk,
    place: Place,
    model: RuleModel,
    direction: Direction,
    procore: ResourceField,
    quickbase: FieldSchema,
    by: str,
) -> tuple[Translate, Translate] | None:
    """To Quickbase and to Procore, by whichever word the rule has for it."""
    if model.as_ is not None:
        return across()
    if model.link is not None:
        return _linked(desk, place, model, procore, quickbase)
    if model.join is not None:
        return (
            transforms.joined(model.join, fitted(_as_it_is, quickbase.field, "Quickbase")),
            transforms.parted(model.join, fitted(_as_it_is, procore.field, "Procore")),
        )
    if model.values is not None:
        return _mapped(desk, place, model, direction, procore.field, quickbase.field)
    return _converted(desk, place, model, direction, procore, quickbase, by)


def _known_by(desk: Desk, place: Place, by: str, quickbase: FieldSchema) -> bool:
    """Users of both sides have an address in common, and nothing else."""
    if quickbase.field.kind not in (Kind.USER, Kind.USERS) or by in ("", "email"):
        return True
    text = (
        f"Quickbase field {quickbase.label!r} holds users, who are known by their address: write `by: email`"
    )
    desk.problem((*place, "by"), text)
    return False


def _linked(
    desk: Desk, place: Place, model: RuleModel, procore: ResourceField, quickbase: FieldSchema
) -> tuple[Translate, Translate] | None:
    assert model.link is not None
    at = (*place, "link")
    if procore.kind not in (Kind.REFERENCE, Kind.REFERENCES, Kind.USER, Kind.USERS):
        desk.problem(at, f"{procore.name!r} is {procore.kind.value}, not a reference, so it has no `link:`")
        return None
    if model.values is not None:
        desk.problem((*place, "values"), "`values:` cannot stand beside `link:`", key=True)
        return None
    many = procore.kind in (Kind.REFERENCES, Kind.USERS)
    if quickbase.field.kind not in (_HOLDS_MANY_IDS if many else _HOLDS_ONE_ID):
        kind = quickbase.field.kind.value
        desk.problem(
            (*place, "quickbase"),
            f"Quickbase field {quickbase.label!r} is {kind} and cannot hold a reference",
        )
        return None
    forth = transforms.by_link(
        model.link, SideName.PROCORE, quickbase.field, fitted(_as_it_is, quickbase.field, "Quickbase")
    )
    back = transforms.by_link(
        model.link, SideName.QUICKBASE, procore.field, fitted(_as_it_is, procore.field, "Procore")
    )
    return forth, back


def _as_it_is(value: Value) -> Value:
    return value


def _converted(
    desk: Desk,
    place: Place,
    model: RuleModel,
    direction: Direction,
    procore: ResourceField,
    quickbase: FieldSchema,
    by: str,
) -> tuple[Translate, Translate] | None:
    one, two = procore.field, quickbase.field
    if by == "email" and two.kind in _ADDRESSED:
        two = replace(two, kind=_ADDRESSED[two.kind])
    if quickbase.target or procore.scope_id or Kind.REFERENCE in (two.kind,):
        desk.problem(place, f"{one.name!r} and {quickbase.label!r} are references; add `link:` and a mapping")
        return None
    zone = desk.zone(model, place)
    if direction is Direction.TWO_WAY and Kind.RICH_TEXT in (one.kind, two.kind) and one.kind is not two.kind:
        text = "rich text loses its markup on the way to plain text; narrow the rule with `direction:`"
        desk.problem(place, text)
        return None
    try:
        forth = _way(one, two, "Quickbase", zone, needed=direction is not Direction.TO_PROCORE)
        back = _way(two, one, "Procore", zone, needed=direction is not Direction.TO_QUICKBASE)
    except CannotMap as error:
        desk.problem(place, f"{one.name!r} does not fit {quickbase.label!r}: {error}")
        return None
    return forth, back


def _way(source: Field, target: Field, side: str, zone: ZoneInfo | None, *, needed: bool) -> Translate:
    """One way of a pair. The way that is not written serves first matches, where it exists."""
    try:
        convert = between(source.kind, target.kind, zone)
    except CannotMap:
        if needed:
            raise
        return transforms.nowhere
    return transforms.plain(fitted(convert, target, side))


def _mapped(
    desk: Desk, place: Place, model: RuleModel, direction: Direction, one: Field, two: Field
) -> tuple[Translate, Translate] | None:
    assert model.values is not None
    at = (*place, "values")
    forth: dict[str, Value] = {}
    back: dict[str, Value] = {}
    fine = True
    for word, other in model.values.items():
        here = (*at, word)
        try:
            p, q = parse(word, one), parse(other, two)
        except ValueError as error:
            desk.problem(here, str(error), key=_is_of(word, one))
            fine = False
            continue
        if compared(p, one) in forth:
            desk.problem(here, f"{word!r} is in `values:` twice", key=True)
            fine = False
        if compared(q, two) in back and direction is not Direction.TO_QUICKBASE:
            text = f"{other!r} stands for two values, so the way back is not clear"
            hint = "; make it one to one or write `direction: to-quickbase`"
            desk.problem(here, text + (hint if direction is Direction.TWO_WAY else ""))
            fine = False
        forth[compared(p, one)] = q
        back.setdefault(compared(q, two), p)
    if not model.values:
        desk.problem(at, "`values:` is empty", key=True)
        fine = False
    if not fine:
        return None
    return (
        transforms.by_values(forth, one, fitted(_as_it_is, two, "Quickbase")),
        transforms.by_values(back, two, fitted(_as_it_is, one, "Procore")),
    )


def _is_of(word: str, field: Field) -> bool:
    """Whether the trouble with a pair of values is its left word."""
    try:
        parse(word, field)
    except ValueError:
        return True
    return False


def _default(
    desk: Desk, place: Place, model: RuleModel, direction: Direction, procore: ResourceField
) -> Value:
    at = (*place, "default")
    if direction is Direction.TO_QUICKBASE:
        desk.problem(at, "`default:` is what Procore gets, and this rule goes to Quickbase only", key=True)
        return None
    try:
        value = parse(model.default, procore.field)
        if model.join is not None:
            value = transforms.parts_of(model.default or "", model.join)
        reason = refusal(value, procore.field)
    except ValueError as error:
        value, reason = None, str(error)
    if value is None or reason:
        desk.problem(at, f"Procore field {procore.name!r} {reason}" if value is not None else
                     reason or "`default:` is empty")  # fmt: skip
        return None
    return value
