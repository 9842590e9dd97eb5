"""Users by address, at the edge of one mapping's Quickbase side.

What a rule says `by: email` is an address to everything behind the side, in fields of one user and of
several. An address that no user has is that record's refusal and names the field.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from syncd.core.values import ABSENT, Absent, Kind, Value
from syncd.errors import CallError
from syncd.http.message import Lane
from syncd.http.readings import unreadable
from syncd.mapping.compiled import Mapping, by_address
from syncd.mapping.expressions import cannot
from syncd.quickbase.client import Row
from syncd.quickbase.people import People, address_in
from syncd.sides.batch import outcome_of
from syncd.sides.port import Outcome, Verdict
from syncd.sides.spelled import Write, holding, spelled

__all__ = ["Addresses"]


class Addresses:
    """The fields of users of one mapping whose rules say them by address."""

    def __init__(self, people: People, mapping: Mapping) -> None:
        self._people = people
        fields = ((index, mapping.rules[index].quickbase) for index in mapping.people)
        self._fields = {index: field for index, field in fields if field is not None}

    def read(self, row: Row) -> dict[str, Value | Absent]:
        """The addresses in one record, by their names in raw records. Makes no call."""
        return {
            by_address(one.name): self._said(one.label, one.kind, row[one.name])
            if one.name in row
            else ABSENT
            for one in self._fields.values()
        }

    def _said(self, label: str, kind: Kind, raw: Any) -> Value | Absent:
        found = [one for one in (raw if isinstance(raw, list) else [raw]) if one]
        users = [one for one in found if isinstance(one, dict)]
        if len(users) < len(found):  # taken for nobody, it would be cleared on the other side
            return unreadable("Quickbase", kind, raw)
        for one in users:
            self._people.learn(one)
        known = [(address_in(one), str(one.get("id") or "")) for one in users]
        blank = next((id for address, id in known if id and not address), "")
        if blank:
            return cannot(f"{label}: Quickbase does not show the e-mail address of its user {blank}")
        addresses = sorted({address for address, _ in known if address})
        if kind is Kind.USERS:
            return addresses or None
        return addresses[0] if addresses else None

    def write(self, items: Sequence[Write], send: Callable[[list[Write]], list[Outcome]]) -> list[Outcome]:
        """What became of each: addresses are sent as ids, and records with an unknown one are refused."""
        wanted = {one for item in items for value in self._written(item).values() for one in _each(value)}
        if not wanted:
            return send(list(items))
        try:
            ids = self._people.ids(wanted, Lane.WRITE)
        except CallError as problem:
            return [Outcome(Verdict.UNSENT, reason=outcome_of(problem).reason)] * len(items)

        def spell(item: Write) -> Write | Outcome:
            values = dict(item.values)
            for rule, value in self._written(item).items():
                missing = [one for one in _each(value) if one not in ids]
                if missing:
                    label, who = self._fields[rule].label, " and ".join(repr(one) for one in missing[:3])
                    reason = f"{label}: Quickbase has no user with the e-mail address {who}"
                    return Outcome(Verdict.REFUSED, reason=reason, field=rule)
                found = sorted({ids[one] for one in _each(value)})
                values[rule] = (found or None) if isinstance(value, list) else (found[0] if found else None)
            return holding(item, values)

        return spelled(items, spell, send)

    def _written(self, item: Write) -> dict[int, Value]:
        return {rule: item.values[rule] for rule in self._fields if rule in item.values}


def _each(value: Value) -> list[str]:
    """The addresses in a value, in small letters."""
    words = value if isinstance(value, list) else [value] if isinstance(value, str) else []
    return [one.strip().casefold() for one in words]
