"""Pairing strangers by what they match on: the sure pairs, and the ambiguous groups."""

from __future__ import annotations

from typing import Any

from sqlalchemy import exists, func, select

from syncd.store.base import Part
from syncd.store.columns import table
from syncd.store.rows import Stranger
from syncd.store.statement import Statement, param, word
from syncd.store.strangers import RANKS, STRANGER_COLUMNS, as_stranger
from syncd.store.tables import StrangerRow

__all__ = ["Pairs"]

_S = table(StrangerRow)
_PROCORE, _QUICKBASE = word("procore"), word("quickbase")


def _on(one: Any, side: Any) -> list[Any]:
    return [
        one.c.connection == param("connection"),
        one.c.mapping == param("mapping"),
        one.c.side == side,
    ]


def _alone(one: Any, side: Any, column: str) -> Any:
    """No other record of that side has the same match text."""
    other = _S.alias()
    return ~exists().where(*_on(other, side), other.c[column] == one.c[column], other.c.id != one.c.id)


def _pairs(column: str) -> Statement:
    p, q = _S.alias("p"), _S.alias("q")
    clause = (
        select(*(p.c[name] for name in STRANGER_COLUMNS), *(q.c[name] for name in STRANGER_COLUMNS))
        .select_from(p.join(q, q.c[column] == p.c[column]))
        .where(*_on(p, _PROCORE), *_on(q, _QUICKBASE), p.c.id > param("after"))
        .where(_alone(p, _PROCORE, column), _alone(q, _QUICKBASE, column))
        .order_by(p.c.id)
        .limit(param("limit"))
    )
    return Statement(lambda _: clause)


def _rivals(column: str) -> Statement:
    def counted(side: Any) -> Any:
        text: Any = _S.c[column]
        return (
            select(text.label("text"), func.count().label("many"))
            .where(*_on(_S, side), text > param("after"))
            .group_by(text)
            .subquery()
        )

    p, q = counted(_PROCORE), counted(_QUICKBASE)
    clause = (
        select(p.c.text)
        .select_from(p.join(q, q.c.text == p.c.text))
        .where((p.c.many > 1) | (q.c.many > 1))
        .order_by(p.c.text)
        .limit(param("limit"))
    )
    return Statement(lambda _: clause)


def _members(column: str) -> Statement:
    clause = (
        select(_S.c.identity).where(*_on(_S, param("side")), _S.c[column] == param("text")).order_by(_S.c.id)
    )
    return Statement(lambda _: clause)


def _key_pairs() -> Statement:
    p, q = _S.alias("p"), _S.alias("q")
    other = _S.alias()
    alone = ~exists().where(*_on(other, _QUICKBASE), other.c.key == q.c.key, other.c.id != q.c.id)
    clause = (
        select(*(p.c[name] for name in STRANGER_COLUMNS), *(q.c[name] for name in STRANGER_COLUMNS))
        .select_from(p.join(q, q.c.key == p.c.identity))
        .where(*_on(p, _PROCORE), *_on(q, _QUICKBASE), alone)
        .order_by(q.c.key)  # the order of its index, so that LIMIT ends the search early
        .limit(param("limit"))
    )
    return Statement(lambda _: clause)


_KEY_PAIRS = _key_pairs()
_COLUMNS = [f"match_{rank}" for rank in range(RANKS)]
_PAIRS = [_pairs(column) for column in _COLUMNS]
_RIVALS = [_rivals(column) for column in _COLUMNS]
_MEMBERS = [_members(column) for column in _COLUMNS]


class Pairs(Part):
    """First match: one candidate each way is a pair; several are held, never guessed."""

    def pairs(
        self, mapping: str, rank: int, limit: int = 1000, after: int = 0
    ) -> list[tuple[Stranger, Stranger]]:
        """(Procore, Quickbase) strangers whose text of this rank nobody else on either side has.

        In order of the Procore stranger's id; `after` is the last one's. Held strangers are
        paired and counted like others: `held` is for the caller to judge.
        """
        rows = self._rows(_PAIRS[rank], mapping=mapping, limit=limit, after=after)
        half = len(STRANGER_COLUMNS)
        return [(as_stranger(row[:half]), as_stranger(row[half:])) for row in rows]

    def key_pairs(self, mapping: str, limit: int = 1000) -> list[tuple[Stranger, Stranger]]:
        """(Procore, Quickbase) strangers where the Quickbase key field names the Procore record."""
        rows = self._rows(_KEY_PAIRS, mapping=mapping, limit=limit)
        half = len(STRANGER_COLUMNS)
        return [(as_stranger(row[:half]), as_stranger(row[half:])) for row in rows]

    def rivals(
        self, mapping: str, rank: int, limit: int = 1000, after: str = ""
    ) -> list[tuple[str, list[str], list[str]]]:
        """(match text, Procore identities, Quickbase identities) where a side has several.

        Groups that only one side has are no rivals. In order of the text; `after` is the
        last one's.
        """
        texts = [row[0] for row in self._rows(_RIVALS[rank], mapping=mapping, limit=limit, after=after)]
        members = _MEMBERS[rank]
        return [
            (
                text,
                [row[0] for row in self._rows(members, mapping=mapping, side="procore", text=text)],
                [row[0] for row in self._rows(members, mapping=mapping, side="quickbase", text=text)],
            )
            for text in texts
        ]
