"""Procore's custom fields by label, in what a person says and in what is printed (reference procore-api §21).

The company's definitions are read only where a word names a custom field, or a record shows one: whoever
has none pays no call.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from syncd.catalog import Resource, ResourceField, closest
from syncd.catalog.custom import PREFIX, CustomField, as_field, labelled
from syncd.catalog.lookups import lookup
from syncd.cli.output import say
from syncd.cli.procore.given import value_of
from syncd.cli.procore.shown import record_row
from syncd.core.values import LISTS, Kind
from syncd.errors import CallError, Forbidden, NotFound, Rejected, UsageProblem
from syncd.http.message import Lane
from syncd.procore.answers import Row
from syncd.procore.names import Names, Unnamed

if TYPE_CHECKING:
    from syncd.cli.wiring import Wiring
    from syncd.mapping.schemas import ProcoreSchema

__all__ = ["Printer", "completed", "shown_field", "with_custom"]

MOST_NAMED = 10
"""Labels listed where none is like the one that was said."""


def completed(wiring: Wiring, about: Resource, given: dict[str, Any]) -> tuple[Resource, dict[str, Any]]:
    """The resource with the custom fields that `given` names, and the values with the ids of list
    entries for their labels. Makes no call where it names none.

    Raises UsageProblem for a label that is unknown (with the nearest one), shared, or of a type that
    cannot be written; and what reading the company's definitions and lists raises.
    """
    if not any(name.startswith(PREFIX) for name in given):
        return about, given
    if not about.custom:
        raise UsageProblem(f"{about.title} have no custom fields in Procore's API.")
    fields: list[ResourceField] = []
    values: dict[str, Any] = {}
    for name, raw in given.items():
        if not name.startswith(PREFIX):
            values[name] = raw
            continue
        one = _meant(wiring.custom_fields, about, name.removeprefix(PREFIX))
        if one.name in values:
            raise UsageProblem(f"{one.name} is given twice.")
        values[one.name] = _with_ids(wiring.vendors.names, one, raw)
        fields.append(one)
    return replace(about, fields=(*about.fields, *fields)), values


def with_custom(wiring: Wiring, about: Resource, names: Collection[str]) -> Resource:
    """The resource with those of these fields that are custom and still there, as they are written."""
    if not about.custom or not any(name.startswith(PREFIX) for name in names):
        return about
    known = _named(wiring.custom_fields, about)
    fields = [as_field(one, name) for name, one in known.items() if name in names and one.usable]
    return replace(about, fields=(*about.fields, *fields))


class Printer:
    """Records of one resource as the command line prints them: custom fields and list entries by label.

    `written`: what is printed answers a write, which is done whatever becomes of the labels.
    """

    def __init__(self, wiring: Wiring, about: Resource, *, written: bool = False) -> None:
        self._wiring, self._about = wiring, about
        self._excused = (CallError,) if written else (Forbidden, NotFound, Rejected)
        self._open = about.custom

    def row(self, row: Row, scope: str) -> dict[str, Any]:
        """A record by field name, its identity first. Raises what reading the definitions raises,
        unless they are closed to us: then custom fields are left out, and that is said."""
        if self._open and row.get("custom_fields"):
            self._open = False
            self._learn()
        return record_row(self._about, row, scope)

    def _learn(self) -> None:
        try:
            known = _named(self._wiring.custom_fields, self._about)
        except self._excused as problem:
            say(f"Custom fields are left out, because their labels cannot be read: {problem.message}")
            return
        fields = [_printed(one, name) for name, one in known.items() if one.usable]
        self._about = replace(self._about, fields=(*self._about.fields, *fields))


def _named(schema: ProcoreSchema, about: Resource) -> dict[str, CustomField]:
    """The resource's custom fields by our name for them: the label, or the id where two share it."""
    known = schema.custom.get(about.name, ())
    labels = Counter(one.label for one in known)
    return {PREFIX + (one.label if labels[one.label] == 1 else one.id): one for one in known}


def shown_field(wiring: Wiring, about: Resource, name: str) -> ResourceField:
    """The custom field of that name as it is printed, list entries by their labels. Raises UsageProblem
    for a label that is unknown or shared, and what reading the company's definitions raises."""
    one = _defined(wiring.custom_fields, about, name.removeprefix(PREFIX))
    return _printed(one, name)


def _meant(schema: ProcoreSchema, about: Resource, word: str) -> ResourceField:
    one = _defined(schema, about, word)
    name = next(name for name, known in _named(schema, about).items() if known is one)
    return as_field(one, name)


def _defined(schema: ProcoreSchema, about: Resource, word: str) -> CustomField:
    found, labels = schema.called(about.name, word), schema.labels(about.name)
    if not found:
        near = closest(word, labels)
        there = f"there is {', '.join(labels[:MOST_NAMED])}" if labels else "the company has defined none"
        meant = f"did you mean {near!r}?" if near else f"{there}."
        raise UsageProblem(f"{about.title} have no custom field {word!r}; {meant}")
    if len(found) > 1:
        ids = " or ".join(f"{PREFIX}{one.id}" for one in found)
        raise UsageProblem(f"{len(found)} custom fields are called {word!r}; say which by its id: {ids}.")
    if not found[0].usable:
        raise UsageProblem(
            f"The custom field {word!r} is of Procore's type {found[0].data_type!r}, which is not known here."
        )
    return found[0]


def _with_ids(names: Names, one: ResourceField, raw: Any) -> Any:
    """The value with ids for labels, where the field is chosen from a list."""
    entries = lookup(one.target) if one.target else None
    if entries is None:
        return raw
    said = value_of(_in_words(one), raw)
    words = said if isinstance(said, list) else [said] if isinstance(said, str) else []
    try:
        ids = [names.id(entries, "", word, "label", Lane.COMMAND) for word in words]
    except Unnamed as problem:
        raise UsageProblem(f"{one.name}: {problem}.") from problem
    return ids if one.kind in LISTS else "".join(ids)


def _in_words(one: ResourceField) -> ResourceField:
    """The same field as a person says it: what is chosen from a list by its labels."""
    return replace(one, field=replace(one.field, kind=Kind.CHOICES if one.kind in LISTS else Kind.TEXT))


def _printed(one: CustomField, name: str) -> ResourceField:
    field = labelled(one, name)
    return replace(field, field=replace(field.field, name=name))
