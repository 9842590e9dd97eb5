"""Words instead of ids, at the edge of one mapping's Procore side.

What a rule says `by:` a word is text to everything behind the side. Reading turns ids into words: from
the object in the answer where it carries the word, else from a list. Writing turns words into ids; a
word that is not known, or not clear, is that record's refusal and names the field and the candidates.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from syncd.catalog.lookups import Lookup, lookup
from syncd.catalog.resource import Resource
from syncd.core.values import ABSENT, Absent, Value
from syncd.errors import CallError, SyncdError
from syncd.http.message import Lane
from syncd.mapping.compiled import Mapping as Compiled
from syncd.mapping.compiled import Named
from syncd.mapping.expressions import cannot
from syncd.procore.client import Row
from syncd.procore.names import Names, Unnamed, spoken
from syncd.procore.wire import decode_field, wire_id
from syncd.sides.batch import outcome_of
from syncd.sides.port import Outcome, Verdict
from syncd.sides.spelled import Write, holding, spelled

__all__ = ["Spelling", "with_custom"]


def with_custom(about: Resource, mapping: Compiled) -> Resource:
    """The resource with the custom fields of Procore that the mapping's rules use."""
    return replace(about, fields=(*about.fields, *mapping.custom)) if mapping.custom else about


class Spelling:
    """The words of one mapping. `lane` is the lane of whoever reads just now: set it before reading."""

    def __init__(self, names: Names, mapping: Compiled) -> None:
        self._names = names
        self._rules = [
            (one, about) for one in mapping.named if (about := lookup(one.field.target)) is not None
        ]
        self._by_rule = {one.rule: (one, about) for one, about in self._rules}
        self._awake = [(one, about) for one, about in self._rules if not mapping.rules[one.rule].dormant]
        self.lane = Lane.POLL

    # -- reading --------------------------------------------------------------------

    def read(self, row: Row, scope: str, sent: float = float("-inf")) -> dict[str, Value | Absent]:
        """The words of one answer, by their names in raw records. Raises what reading a list raises.
        `sent` is when it was asked for (monotonic).

        What answers a write never raises: the write has been done, whatever becomes of a list. A word
        that cannot be found out then is absent.
        """
        try:
            return {one.raw: self._said(one, about, row, scope, sent) for one, about in self._awake}
        except SyncdError:
            if self.lane is not Lane.WRITE:
                raise
            return {one.raw: ABSENT for one, _ in self._awake}

    def _said(self, one: Named, about: Lookup, row: Row, scope: str, sent: float) -> Value | Absent:
        ids = decode_field(one.field, row, scope)
        if ids is None or isinstance(ids, Absent | bool):
            return ABSENT if isinstance(ids, bool) else ids
        holders = {str(held.get("id")): held for held in _holders(row, one.field.read)}
        try:
            if not isinstance(ids, list):
                return self._word(one, about, wire_id(ids), holders, scope, sent)
            return sorted({self._word(one, about, wire_id(each), holders, scope, sent) for each in ids})
        except Unnamed as problem:
            return cannot(f"{one.field.field.label} cannot be said by {one.by}: {problem}")

    def _word(
        self, one: Named, about: Lookup, id: str, holders: Mapping[str, Row], scope: str, sent: float
    ) -> str:
        carried = spoken(holders.get(id), about, one.by)
        return carried or self._names.word(about, scope, id, one.by, self.lane, sent)

    # -- writing --------------------------------------------------------------------

    def write(self, items: Sequence[Write], send: Callable[[list[Write]], list[Outcome]]) -> list[Outcome]:
        """What became of each: those whose words are known are sent with ids, the others are refused.
        Lists are read before anything is sent, so what that raises (Stopped) is raised here."""

        def sent(ready: list[Write]) -> list[Outcome]:
            self.lane = Lane.WRITE
            return send(ready)

        if not self._by_rule:
            return sent(list(items))
        return spelled(items, self._spelled, sent)

    def _spelled(self, item: Write) -> Write | Outcome:
        """The item with ids for words; an outcome where one of them leads nowhere. Nothing was sent then."""
        if self._by_rule.keys().isdisjoint(item.values):
            return item
        values: dict[int, Value] = dict(item.values)
        for rule in self._by_rule.keys() & values.keys():
            one, about = self._by_rule[rule]
            try:
                values[rule] = self._ids(one, about, values[rule], item.scope)
            except Unnamed as problem:
                hint = "; with `missing: create` the rule has it made" if about.tree and not one.makes else ""
                reason = f"{one.field.field.label}: {problem}{hint}"
                return Outcome(Verdict.REFUSED, reason=reason, field=rule)
            except CallError as problem:
                return Outcome(Verdict.UNSENT, reason=outcome_of(problem).reason)
        return holding(item, values)

    def _ids(self, one: Named, about: Lookup, value: Value, scope: str) -> Value:
        if value is None or isinstance(value, bool):
            return value
        words = value if isinstance(value, list) else [value]
        ids = sorted({self._names.id(about, scope, word, one.by, Lane.WRITE) for word in words})
        return ids if isinstance(value, list) else ids[0]


def _holders(found: Any, path: tuple[str, ...]) -> list[Row]:
    """The objects that carry the ids at the end of a way to read: those one step before it."""
    if path[:1] == ("*",):
        return [held for one in found or () for held in _holders(one, path[1:])]
    if not isinstance(found, dict):
        return []
    return [found] if len(path) <= 1 else _holders(found.get(path[0]), path[1:])
