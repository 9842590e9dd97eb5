"""Ours: what the journal and history say we did to records, so that it is not told as news."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from sqlalchemy import select

from syncd.core.values import Value
from syncd.store.base import Part, chunks, unpack
from syncd.store.columns import table
from syncd.store.statement import Statement, among, either, param, word
from syncd.store.tables import IntentRow
from syncd.store.tables_log import EventRow

__all__ = ["BY_HAND", "Deed", "Ours"]

BY_HAND = "procore:"
"""Begins the name under which a person's own writes are journalled."""


class Deed(NamedTuple):
    """One write of ours to one record. `sent_at` is the vendor's time, `sent` as it was journalled."""

    identity: str
    verb: str
    sent_at: float
    sent: Mapping[str, Value]


_I, _E = table(IntentRow), table(EventRow)
_HERE = (_I.c.connection == param("connection"), _I.c.mapping == param("mapping"))
_TO_PROCORE = (_I.c.side == word("procore"), _I.c.state != word("refused"))
_DEEDS = Statement(
    lambda d: (
        select(_I.c.identity, _I.c.verb, _I.c.sent_at, _I.c.sent)
        .where(*_HERE, *_TO_PROCORE, either(_I.c.verb, "update", "archive", "flag", "delete"))
        .where(_I.c.sent_at >= param("since_at"), among(_I.c.identity, "ids", d))
        .order_by(_I.c.id)
    )
)
_MADE = Statement(
    lambda d: (
        select(_E.c.procore_id)
        .where(_E.c.connection == param("connection"), _E.c.mapping == param("mapping"))
        .where(_E.c.what == word("create"), among(_E.c.procore_id, "ids", d))
    )
)


class Ours(Part):
    """Asked only about records of which there would be news."""

    def deeds(self, mapping: str, identities: Iterable[str], since_at: float) -> dict[str, list[Deed]]:
        """Changes and removals in Procore sent at or after that time (its own) and not refused."""
        found: dict[str, list[Deed]] = {}
        for ids in chunks(identities):
            for row in self._rows(_DEEDS, mapping=mapping, ids=ids, since_at=since_at):
                found.setdefault(row[0], []).append(_deed(row))
        return found

    def made_by_hand(self, resource: str, identities: Iterable[str]) -> set[str]:
        """Which of these records a person had us create."""
        return {
            row[0]
            for ids in chunks(identities)
            for row in self._rows(_MADE, mapping=BY_HAND + resource, ids=ids)
        }


def _deed(row: Any) -> Deed:
    return Deed(row[0], row[1], row[2], unpack(row[3]))
