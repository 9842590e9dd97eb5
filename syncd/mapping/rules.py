"""From one entry under `fields:` to a compiled rule, or to the problems it has."""

from __future__ import annotations

from dataclasses import dataclass, replace

from syncd.catalog import ResourceField
from syncd.catalog.custom import PREFIX, believed
from syncd.core.rule import Direction, Rule
from syncd.core.values import Field, Kind, SideName
from syncd.mapping import transforms
from syncd.mapping.convert import fitted, loosely, parse, refusal
from syncd.mapping.desk import Desk
from syncd.mapping.expressions import BadExpression, Expression, compile_expression
from syncd.mapping.filed import fits
from syncd.mapping.load import Place
from syncd.mapping.model import RuleModel
from syncd.mapping.named import in_words
from syncd.mapping.pairing import paired
from syncd.mapping.schemas import FieldSchema
from syncd.mapping.words import ProcoreWords, assembled, directed, fingerprint, words_for

__all__ = ["Made", "make_rule"]

PROCORE, QUICKBASE = SideName.PROCORE, SideName.QUICKBASE


@dataclass(frozen=True, slots=True)
class Made:
    """A compiled rule, and what later checks want to know of it.

    `said` is the Procore reference that the rule says `by` a word; `procore` is its text then. `makes`:
    what the word does not lead to is made. `renews`: other bytes make a new record.
    """

    rule: Rule
    place: Place
    procore: ResourceField | None = None
    quickbase: FieldSchema | None = None
    expression: Expression | None = None
    said: ResourceField | None = None
    by: str = ""
    makes: bool = False
    renews: bool = False

    def sends(self, side: SideName) -> bool:
        """Whether the rule ever sends a value to `side`, if only when a record is created."""
        field = self.procore if side is PROCORE else self.quickbase
        return field is not None and self.rule.writes(side)


def make_rule(desk: Desk, index: int, model: RuleModel) -> Made | None:
    """Compile rule `index`; None where it has problems, which are noted on the desk."""
    place: Place = ("fields", index)
    if not _one_form(desk, place, model):
        return None
    procore = given = quickbase = None
    by = ""
    if model.procore is not None:
        given = desk.procore_field(model.procore, (*place, "procore"))
    direction = directed(desk, place, model)
    wrong = direction is None or (model.procore is not None and given is None)
    if not wrong:
        assert direction is not None
        said = in_words(desk, place, model, given, direction)
        procore, by = said or (None, "")
        wrong = said is None
    if model.quickbase is not None:
        quickbase = desk.quickbase_field(model.quickbase, (*place, "quickbase"), _like(model, procore))
    if wrong or direction is None or (model.quickbase is not None and quickbase is None):
        return None
    procore = _as_believed(procore, quickbase)
    if not fits(desk, place, model, procore, quickbase) or not _takes(
        desk, place, model, direction, procore, quickbase
    ):
        return None
    made = _formed(desk, place, model, direction, procore, quickbase, by)
    makes = model.missing == "create"
    made = replace(made, said=given, by=by, makes=makes) if made and by else made
    return replace(made, renews=True) if made and model.replace == "new" else made


def _formed(
    desk: Desk,
    place: Place,
    model: RuleModel,
    direction: Direction,
    procore: ResourceField | None,
    quickbase: FieldSchema | None,
    by: str,
) -> Made | None:
    if model.value is not None:
        return _constant(desk, place, model, direction, procore, quickbase)
    if model.from_ is not None:
        return _computed(desk, place, model, direction, procore, quickbase)
    assert procore is not None
    assert quickbase is not None
    rule = paired(desk, place, model, direction, procore, quickbase, by)
    return Made(rule, place, procore, quickbase) if rule else None


def _as_believed(procore: ResourceField | None, quickbase: FieldSchema | None) -> ResourceField | None:
    """A custom field that nobody has looked for is taken to be what its other side is."""
    if procore is None or quickbase is None or procore.read or not procore.name.startswith(PREFIX):
        return procore
    kind = Kind.TEXT if quickbase.field.kind in (Kind.REFERENCE, Kind.USER) else quickbase.field.kind
    return believed(procore.name, kind)


def _like(model: RuleModel, procore: ResourceField | None) -> Kind | None:
    """What a Quickbase field that nobody has looked at yet is taken for."""
    if procore is None or model.values is not None or model.join is not None:
        return None
    if model.link is not None and procore.kind in (Kind.USER, Kind.USERS):
        return Kind.REFERENCE if procore.kind is Kind.USER else Kind.REFERENCES
    by_id = procore.kind in (Kind.USER, Kind.REFERENCE) and model.link is None
    return None if by_id and not procore.scope_id else procore.kind


def _one_form(desk: Desk, place: Place, model: RuleModel) -> bool:
    """A rule is a pair, an expression or a constant, and nothing between."""
    sides = [one for one in (model.procore, model.quickbase) if one is not None]
    if not sides:
        desk.problem(place, "a rule needs `procore:`, `quickbase:` or both")
        return False
    word = "value" if model.value is not None else "from" if model.from_ is not None else ""
    if not word:
        if len(sides) == 2:
            return True
        desk.problem(place, "the rule names one side only; add the other field, `from:` or `value:`")
        return False
    if len(sides) == 2:
        desk.problem(
            (*place, word), f"`{word}:` takes the place of one side's field; name one field", key=True
        )
        return False
    if model.value is not None and model.on is None:
        text = "a constant is sent when a record is created: add `on: create`"
        desk.problem((*place, "value"), text, key=True)
        return False
    extra = {"values": model.values, "link": model.link, "default": model.default, "from": model.from_}
    extra |= {"join": model.join, "as": model.as_}
    wrong = [one for one, given in extra.items() if given is not None and one != word]
    for one in wrong:
        desk.problem((*place, one), f"`{one}:` cannot stand beside `{word}:`", key=True)
    return not wrong


def _takes(
    desk: Desk,
    place: Place,
    model: RuleModel,
    direction: Direction,
    procore: ResourceField | None,
    quickbase: FieldSchema | None,
) -> bool:
    """Whether the fields that this rule writes can be written."""
    fine = True
    if quickbase is not None and direction is not Direction.TO_PROCORE and quickbase.why_not_written:
        hint = "; write `direction: to-procore`" if procore is not None else ""
        text = f"Quickbase field {quickbase.label!r} cannot be written: {quickbase.why_not_written}{hint}"
        desk.problem((*place, "quickbase"), text)
        fine = False
    if procore is None or direction is Direction.TO_QUICKBASE:
        return fine
    once = model.on == "create"
    where = (*place, "procore")
    if not procore.writable:
        hint = "; write `direction: to-quickbase`" if quickbase is not None else ""
        desk.problem(where, f"Procore field {procore.name!r} cannot be written{hint}")
        return False
    if once and not procore.field.on_create:
        desk.problem(where, f"Procore does not take {procore.name!r} when a record is created")
        return False
    if not once and not procore.field.on_update and not procore.scope_id and model.as_ is None:
        text = f"Procore takes {procore.name!r} only when a record is created"
        desk.problem(where, f"{text}; add `on: create` or `direction: to-quickbase`")
        return False
    return fine


def _constant(
    desk: Desk,
    place: Place,
    model: RuleModel,
    direction: Direction,
    procore: ResourceField | None,
    quickbase: FieldSchema | None,
) -> Made | None:
    field = _only_field(procore, quickbase)
    try:
        value = parse(model.value, field)
        reason = refusal(value, field)
    except ValueError as error:
        value, reason = None, str(error)
    if reason:
        desk.problem((*place, "value"), reason)
        return None
    send = transforms.always(value)
    rule = assembled(
        desk,
        model,
        direction,
        key=f"{model.value} → {_title(procore, quickbase)}",
        meaning=fingerprint("value", field.name, field.kind.value, value),
        procore=procore,
        quickbase=quickbase,
        to_quickbase=send if quickbase else transforms.nowhere,
        to_procore=send if procore else transforms.nowhere,
    )
    return Made(rule, place, procore, quickbase)


def _computed(
    desk: Desk,
    place: Place,
    model: RuleModel,
    direction: Direction,
    procore: ResourceField | None,
    quickbase: FieldSchema | None,
) -> Made | None:
    field = _only_field(procore, quickbase)
    source = model.from_ or ""
    try:
        words = words_for(desk, QUICKBASE if quickbase else PROCORE)
        expression = compile_expression(source, words)
    except BadExpression as error:
        desk.problem((*place, "from"), str(error))
        return None
    signed = [name for name in expression.reads if quickbase and desk.signed(name)]
    if signed:
        desk.problem((*place, "from"), desk.why_no_link(signed[0]))
        return None
    if field.kind in (Kind.REFERENCE, Kind.REFERENCES, Kind.USER, Kind.USERS):
        desk.problem((*place, "from"), f"an expression cannot make a {field.kind.value}")
        return None
    side = "Quickbase" if quickbase else "Procore"
    send = transforms.computed(fitted(loosely(field.kind), field, side))
    rule = assembled(
        desk,
        model,
        direction,
        key=f"{source} → {_title(procore, quickbase)}",
        meaning=fingerprint("from", source, expression.reads, field.name, field.kind.value),
        procore=procore,
        quickbase=quickbase,
        to_quickbase=send if quickbase else transforms.nowhere,
        to_procore=send if procore else transforms.nowhere,
    )
    known = {one.name for one in desk.resource.fields if one.field.detail} if quickbase else set()
    custom = words.fields if isinstance(words, ProcoreWords) else {}
    expression = replace(
        expression,
        detail=not known.isdisjoint(expression.reads)
        or any(custom[name].field.detail for name in expression.reads if name in custom),
        custom=tuple(custom[name] for name in expression.reads if name in custom),
    )
    return Made(rule, place, procore, quickbase, expression)


def _only_field(procore: ResourceField | None, quickbase: FieldSchema | None) -> Field:
    if procore is not None:
        return procore.field
    assert quickbase is not None
    return quickbase.field


def _title(procore: ResourceField | None, quickbase: FieldSchema | None) -> str:
    return procore.name if procore else quickbase.label if quickbase else ""
