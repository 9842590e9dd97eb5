"""Ours: what the journal and history say we did to records, so that it is not told as news."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from sqlalchemy import or_, select

from syncd.core.values import Value
from syncd.store.base import Part, chunks, unpack
from syncd.store.columns import table
from syncd.store.statement import Statement, among, either, param, word
from syncd.store.tables import IntentRow
from syncd.store.tables_log import EventRow

__all__ = ["AGAIN", "BY_HAND", "NOT_FOUND", "Deed", "Ours"]

BY_HAND = "procore:"
"""Begins the name under which a person's own writes are journalled."""


AGAIN = "to be decided again"
"""How a removal ends whose outcome nobody learned: it may have been done."""

NOT_FOUND = "looked for twice and not found"
"""How a create ends that is given up: a record that was hidden from us meanwhile may be its work."""


class Deed(NamedTuple):
    """One write of ours to one record. `sent_at` is the vendor's time, `sent` as it was journalled;
    `act` is a person's own verb for it, which may be none of the journal's."""

    identity: str
    verb: str
    sent_at: float
    sent: Mapping[str, Value]
    act: str = ""


_I, _E = table(IntentRow), table(EventRow)
_HERE = (_I.c.connection == param("connection"), _I.c.mapping == param("mapping"))
_MAYBE_DONE = or_(either(_I.c.state, "open", "done", "unknown"), _I.c.outcome == word(AGAIN))


def _deeds(*verbs: str) -> Statement:
    return Statement(
        lambda d: (
            select(_I.c.identity, _I.c.verb, _I.c.sent_at, _I.c.sent, _I.c.source)
            .where(*_HERE, either(_I.c.verb, *verbs), among(_I.c.identity, "ids", d))
            .where(_I.c.side == word("procore"), _MAYBE_DONE)
            .order_by(_I.c.id)
        )
    )


_REMOVALS = _deeds("archive", "flag", "delete")
_BY_HAND = _deeds("update", "delete")
_MADE = Statement(
    lambda d: (
        select(_E.c.procore_id, _E.c.what)
        .where(_E.c.connection == param("connection"), _E.c.mapping == param("mapping"))
        .where(among(_E.c.procore_id, "ids", d))
    )
)


class Ours(Part):
    """Asked only about records of which there would be news."""

    def removals(self, mapping: str, identities: Iterable[str]) -> dict[str, list[Deed]]:
        """What a mapping's `delete:` did in Procore to these records, or may have done."""
        return self._deeds(_REMOVALS, mapping, identities)

    def deeds_by_hand(self, resource: str, identities: Iterable[str]) -> dict[str, list[Deed]]:
        """What a person had us do to these records, or what may have been done of it, oldest first."""
        return self._deeds(_BY_HAND, BY_HAND + resource, identities)

    def made_by_hand(self, resource: str, identities: Iterable[str], verbs: Iterable[str]) -> set[str]:
        """Which of these records a person had us create, by one of those verbs."""
        making = frozenset(verbs)
        return {
            row[0]
            for ids in chunks(identities)
            for row in self._rows(_MADE, mapping=BY_HAND + resource, ids=ids)
            if row[1] in making
        }

    def _deeds(self, statement: Statement, mapping: str, identities: Iterable[str]) -> dict[str, list[Deed]]:
        found: dict[str, list[Deed]] = {}
        for ids in chunks(identities):
            for row in self._rows(statement, mapping=mapping, ids=ids):
                found.setdefault(row[0], []).append(_deed(row))
        return found


def _deed(row: Any) -> Deed:
    return Deed(row[0], row[1], row[2], unpack(row[3]), row[4])
