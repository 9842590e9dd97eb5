"""Fields that no update takes: which verb of which resource writes them, and with what body."""

from __future__ import annotations

from dataclasses import dataclass

from syncd.catalog.registry import resource
from syncd.catalog.resource import Act, Resource, ResourceField, Scope
from syncd.core.values import Value
from syncd.procore.client import Row
from syncd.procore.wire import encode_body, identity
from syncd.sides.port import Outcome, Verdict

__all__ = ["Turn", "turn_of"]


@dataclass(frozen=True, slots=True)
class Turn:
    """One verb to carry out for a record: its resource, where, on which id, with what body."""

    about: Resource
    act: Act
    scope: str
    id: str
    body: Row


def turn_of(
    about: Resource, field: ResourceField, index: int, value: Value, scope: str, wire: str
) -> Turn | Outcome:
    """The verb that writes `value` to the field of record `wire`; an Outcome where there is none.

    `index` is the rule's, for the refusal. A verb of what stands beside the record is done in the
    scope that the record is; a verb of a membership names the member in its body.
    """
    owner = resource(field.beside) if field.beside else about
    on, *off = field.by_act
    verb = on if value is True or not off else off[0]
    act = owner.act(verb) if verb else None
    if act is None:
        return _refused(f"{field.field.label} cannot be unticked again.", index)
    if field.beside:
        home = wire if about.scope is Scope.COMPANY else identity(about, scope, wire)
        return Turn(owner, act, home, "", {})
    if field.name not in act.takes:
        return Turn(owner, act, scope, wire, {})
    if value is None and field.name in act.needs:
        return _refused(f"{field.field.label} cannot be emptied.", index)
    given = {about.create_id: wire, field.name: value}
    taken = [(one, given[name]) for name in act.takes if name in given and (one := about.field(name))]
    return Turn(owner, act, scope, wire, encode_body(taken))


def _refused(reason: str, index: int) -> Outcome:
    return Outcome(Verdict.REFUSED, reason=f"In Procore, {reason[0].lower()}{reason[1:]}", field=index)
