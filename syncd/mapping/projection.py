"""From a vendor's decoded record to values in rule order.

A raw record maps `Field.name` to a `Value`, or lacks the field (then it is ABSENT). A plan
is made once for a mapping and a side and is then cheap: no look-up by rule, no branches.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from syncd.core.rule import Direction
from syncd.core.values import ABSENT, Absent, SideName, Value
from syncd.mapping.compiled import Mapping as Compiled
from syncd.mapping.compiled import by_address
from syncd.mapping.expressions import Expression

__all__ = ["Project", "Raw", "ReadPlan", "needs", "read_plan"]

Raw = Mapping[str, Value | Absent]
_NOWHERE = "\0"
"""A name that no vendor gives a field."""

Project = Callable[[Raw], tuple[Value | Absent, ...]]


@dataclass(frozen=True, slots=True)
class ReadPlan:
    """What one side must read for a mapping, and how that becomes values in rule order.

    `needs` are the field names to ask for. `needs_detail` says that one of them is only in
    a show, so that every record costs a call of its own.
    """

    project: Project
    needs: frozenset[str]
    needs_detail: bool


def read_plan(mapping: Compiled, side: SideName) -> ReadPlan:
    """The plan for `side`.

    A rule without a field on this side reads as None (a constant's source); an expression
    gives its result, ABSENT where one of its fields is absent. A detail field that is only
    ever sent when a record is created is not worth a call a record, and reads as ABSENT. A
    dormant rule reads as ABSENT on both sides and asks for nothing.
    """
    made = {index: one for index, one in _expressions(mapping) if _reads(mapping, index) is side}
    words = _words(mapping, side)
    names: list[str] = []
    detail = any(one.detail for one in made.values())
    for index, rule in enumerate(mapping.rules):
        field = rule.field(side)
        if rule.dormant:
            names.append(_NOWHERE)
            continue
        plain = field.name if field is not None and index not in made else ""
        names.append(words.get(index, plain) if plain else "")
        detail = detail or (field is not None and field.detail and not rule.unread(side))
    runs = {index: one.run for index, one in made.items()}
    return ReadPlan(_projector(names, runs), needs(mapping, side), detail)


def needs(mapping: Compiled, side: SideName) -> frozenset[str]:
    """The names of the fields of `side` that the mapping reads."""
    # Quickbase gives a user with both, id and address, where the field itself is asked for.
    words = _words(mapping, side) if side is SideName.PROCORE else {}
    awake = ((index, rule) for index, rule in enumerate(mapping.rules) if not rule.dormant)
    found = {words.get(index, field.name) for index, rule in awake if (field := rule.field(side)) is not None}
    for index, expression in _expressions(mapping):
        if _reads(mapping, index) is side:
            found.update(expression.reads)
    return frozenset(found)


def _words(mapping: Compiled, side: SideName) -> dict[int, str]:
    """Under which names the rules that say references in words find them."""
    if side is SideName.PROCORE:
        return {one.rule: one.raw for one in mapping.named}
    fields = ((index, mapping.rules[index].quickbase) for index in mapping.people)
    return {index: by_address(field.name) for index, field in fields if field is not None}


def _expressions(mapping: Compiled) -> list[tuple[int, Expression]]:
    return [(index, one) for index, one in mapping.expressions if not mapping.rules[index].dormant]


def _reads(mapping: Compiled, index: int) -> SideName:
    """The side that an expression rule reads: the one it does not write."""
    to_procore = mapping.rules[index].direction is Direction.TO_PROCORE
    return SideName.QUICKBASE if to_procore else SideName.PROCORE


def _projector(names: list[str], made: Mapping[int, Callable[[Raw], Value | Absent]]) -> Project:
    if not made and "" not in names:
        plain = tuple(names)

        def project_plain(raw: Raw) -> tuple[Value | Absent, ...]:
            get = raw.get
            return tuple([get(name, ABSENT) for name in plain])

        return project_plain

    steps = tuple((name, made.get(index)) for index, name in enumerate(names))

    def project(raw: Raw) -> tuple[Value | Absent, ...]:
        return tuple(
            [
                run(raw) if run is not None else (raw.get(name, ABSENT) if name else None)
                for name, run in steps
            ]
        )

    return project
