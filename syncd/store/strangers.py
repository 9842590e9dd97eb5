"""Strangers: records that no link names yet, kept with what they could be matched on."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import ColumnElement, and_, func, select

from syncd.core.values import SideName
from syncd.store.base import SIDES, Part, chunks
from syncd.store.columns import table
from syncd.store.entries import NewStranger
from syncd.store.rows import Stranger
from syncd.store.statement import Statement, among, param, putting
from syncd.store.tables import StrangerRow

__all__ = ["RANKS", "STRANGER_COLUMNS", "Strangers", "as_stranger"]

RANKS = 4  # alternatives of `match:` that are indexed

_S = table(StrangerRow)
STRANGER_COLUMNS = [
    "id", "mapping", "side", "identity", "scope", "values", "key", "match_0", "match_1", "match_2",
    "match_3", "stamp", "created", "seen", "held",
]  # fmt: skip
_ALL = [_S.c[name] for name in STRANGER_COLUMNS]
_HERE = and_(_S.c.connection == param("connection"), _S.c.mapping == param("mapping"))
_SIDE = and_(_HERE, _S.c.side == param("side"))


def _where(*also: ColumnElement[bool]) -> Statement:
    return Statement(
        lambda _: (
            select(*_ALL)
            .where(_SIDE, _S.c.id > param("after_id"), *also)
            .order_by(_S.c.id)
            .limit(param("limit"))
        )
    )


def _by(target: ColumnElement[Any]) -> Statement:
    # Ordered in Python: ORDER BY id would have SQLite walk the whole side in that order instead
    # of looking each item up.
    return Statement(lambda d: select(*_ALL).where(_SIDE, among(target, "ids", d)))


_PUT = putting(
    _S,
    ["connection", *STRANGER_COLUMNS[1:]],
    ["connection", "mapping", "side", "identity"],
    lambda new: {name: new[name] for name in STRANGER_COLUMNS[4:]},
)
_PUT_KEEPING = putting(
    _S,
    ["connection", *STRANGER_COLUMNS[1:]],
    ["connection", "mapping", "side", "identity"],
    lambda new: {name: new[name] for name in STRANGER_COLUMNS[4:-1]},
)
_BY_IDENTITY = _by(_S.c.identity)
_BY_KEY = _by(_S.c.key)
_BY_MATCH = [_by(_S.c[f"match_{rank}"]) for rank in range(RANKS)]
_DROP = Statement(lambda d: _S.delete().where(_SIDE, among(_S.c.identity, "ids", d)))
_HOLD = Statement(
    lambda d: _S.update().where(_SIDE, among(_S.c.identity, "ids", d)).values(held=param("held"))
)
_UNMATCHED = _where()
_UNMATCHED_IN = _where(_S.c.scope == param("scope"))
_COUNT = Statement(lambda _: select(func.count()).select_from(_S).where(_SIDE))
_NOT_SEEN = (_SIDE, _S.c.scope == param("scope"), _S.c.seen < param("before"))
_UNSEEN = Statement(lambda _: select(_S.c.identity).where(*_NOT_SEEN))
_UNLISTED = Statement(
    lambda _: select(_S.c.identity).where(*_NOT_SEEN).order_by(_S.c.id).limit(param("limit"))
)
_DROP_UNSEEN = Statement(lambda _: _S.delete().where(*_NOT_SEEN))


def as_stranger(row: Any) -> Stranger:
    """A row of `STRANGER_COLUMNS` as what callers see."""
    return Stranger(
        row[0], row[1], SIDES[row[2]], row[3], row[4], row[5], row[6], tuple(row[7:11]),
        row[11], row[12], row[13], bool(row[14]),
    )  # fmt: skip


class Strangers(Part):
    """The index of both sides' unlinked records. A record is either linked or here."""

    def put_strangers(self, new: Sequence[NewStranger | Stranger], *, keep_held: bool = False) -> None:
        """Add unlinked records, or replace what was known of them (their ids stay).

        With `keep_held`, one that waits for a person goes on waiting.
        """
        now, here = self._clock.now(), self._connection
        rows: list[tuple[Any, ...]] = []
        for one in new:
            ranks = (*one.match, None, None, None, None)[:RANKS]
            known = (here, one.mapping, one.side.value, one.identity, one.scope, one.values, one.key)
            rows.append((*known, *ranks, one.stamp, one.created, now, one.held))
        self._db.many(_PUT_KEEPING if keep_held else _PUT, rows)

    def strangers(self, mapping: str, side: SideName, identities: Iterable[str]) -> dict[str, Stranger]:
        """Unlinked records by identity; those not here are left out."""
        return {one.identity: one for one in self._among(_BY_IDENTITY, mapping, side, identities)}

    def drop_strangers(self, mapping: str, side: SideName, identities: Iterable[str]) -> None:
        """They are linked now, or gone."""
        for ids in chunks(identities):
            self._run(_DROP, mapping=mapping, side=str(side), ids=ids)

    def drop_unseen_strangers(self, mapping: str, side: SideName, scope: str, before: float) -> list[str]:
        """A whole pass listed them no more: what was last put before that time is dropped; its ids."""
        where = {"mapping": mapping, "side": str(side), "scope": scope, "before": before}
        gone = [row[0] for row in self._rows(_UNSEEN, **where)]
        if gone:
            self._run(_DROP_UNSEEN, **where)
        return gone

    def unlisted_strangers(
        self, mapping: str, side: SideName, scope: str, before: float, limit: int
    ) -> list[str]:
        """Some of those that a whole pass, which began at that time, has not listed."""
        where = {"mapping": mapping, "side": str(side), "scope": scope, "before": before, "limit": limit}
        return [row[0] for row in self._rows(_UNLISTED, **where)]

    def hold_strangers(
        self, mapping: str, side: SideName, identities: Iterable[str], held: bool = True
    ) -> None:
        """They wait for a person, or no longer do."""
        for ids in chunks(identities):
            self._run(_HOLD, mapping=mapping, side=str(side), ids=ids, held=held)

    def by_match(
        self, mapping: str, side: SideName, rank: int, texts: Iterable[str]
    ) -> dict[str, list[Stranger]]:
        """Unlinked records by the text of one match alternative."""
        found: dict[str, list[Stranger]] = {}
        for one in self._among(_BY_MATCH[rank], mapping, side, texts):
            found.setdefault(one.match[rank] or "", []).append(one)
        return found

    def by_key(self, mapping: str, side: SideName, keys: Iterable[str]) -> dict[str, list[Stranger]]:
        """Unlinked records by the key they carry."""
        found: dict[str, list[Stranger]] = {}
        for one in self._among(_BY_KEY, mapping, side, keys):
            found.setdefault(one.key or "", []).append(one)
        return found

    def unmatched(
        self, mapping: str, side: SideName, after_id: int = 0, limit: int = 1000, scope: str | None = None
    ) -> list[Stranger]:
        """A page of one side's unlinked records in id order."""
        params: dict[str, Any] = {"mapping": mapping, "side": str(side), "after_id": after_id, "limit": limit}
        if scope is None:
            rows = self._rows(_UNMATCHED, **params)
        else:
            rows = self._rows(_UNMATCHED_IN, **params, scope=scope)
        return [as_stranger(row) for row in rows]

    def count_strangers(self, mapping: str, side: SideName) -> int:
        """How many unlinked records that side has."""
        return int(self._rows(_COUNT, mapping=mapping, side=str(side))[0][0])

    def _among(
        self, statement: Statement, mapping: str, side: SideName, texts: Iterable[str]
    ) -> Iterable[Stranger]:
        for ids in chunks(texts):
            for row in sorted(self._rows(statement, mapping=mapping, side=str(side), ids=ids)):
                yield as_stranger(row)
