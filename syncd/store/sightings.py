"""Sightings: what records were last known to hold, where no baseline says it. Digests, no values."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from sqlalchemy import and_, select

from syncd.store.base import Part, chunks
from syncd.store.columns import table
from syncd.store.statement import Statement, among, param, putting
from syncd.store.tables_feed import SightingRow

__all__ = ["Sighting", "Sightings"]


class Sighting(NamedTuple):
    """One record of a feed. `digests` is a text as `encode_row` packs it, in the order of `layout`.

    `stamp` is the vendor's, 0.0 where it has none; `seen` and `missing_since` are by our clock.
    `opens`: records may live in it. `missing` counts look-ups in a row that did not find it; it
    is -1 for a record that a list leaves out although it is there.
    """

    feed: str
    identity: str
    scope: str
    layout: int
    digests: str
    stamp: float = 0.0
    seen: float = 0.0
    opens: bool = True
    missing: int = 0
    missing_since: float = 0.0


_S = table(SightingRow)
_NAMES = [name for name in _S.c.keys() if name != "connection"]  # noqa: SIM118
_ALL = [_S.c[name] for name in _NAMES]
_HERE = and_(_S.c.connection == param("connection"), _S.c.feed == param("feed"))
_AMONG = Statement(lambda d: select(*_ALL).where(_HERE, among(_S.c.identity, "ids", d)))
_PUT = putting(
    _S,
    ["connection", *_NAMES],
    ["connection", "feed", "identity"],
    lambda new: {name: new[name] for name in _NAMES[2:]},
)
_DROP = Statement(lambda d: _S.delete().where(_HERE, among(_S.c.identity, "ids", d)))
_OF = Statement(
    lambda _: (
        select(_S.c.identity, _S.c.missing).where(_HERE, _S.c.scope == param("scope")).order_by(_S.c.identity)
    )
)
_MISSING = Statement(lambda _: select(*_ALL).where(_HERE, _S.c.missing > param("least")))
_HOMES = Statement(
    lambda _: select(_S.c.identity, _S.c.scope, _S.c.stamp, _S.c.opens).where(_HERE).order_by(_S.c.identity)
)
_SIGHTED = Statement(
    lambda _: select(_S.c.identity).where(_HERE, _S.c.scope == param("scope")).limit(param("limit"))
)


def _sighting(row: Any) -> Sighting:
    return Sighting._make((*row[:7], bool(row[7]), *row[8:]))


class Sightings(Part):
    """One for each (feed, record) at most."""

    def sightings(self, feed: str, identities: Iterable[str]) -> dict[str, Sighting]:
        """Sightings by identity; those not here are left out."""
        found = (
            _sighting(row) for ids in chunks(identities) for row in self._rows(_AMONG, feed=feed, ids=ids)
        )
        return {one.identity: one for one in found}

    def sighted(self, feed: str, scope: str, limit: int) -> list[str]:
        """The identities of at most so many of that scope's."""
        return [row[0] for row in self._rows(_SIGHTED, feed=feed, scope=scope, limit=limit)]

    def put_sightings(self, new: Sequence[Sighting]) -> None:
        """Add them, or replace what was known."""
        here = self._connection
        self._db.many(_PUT, [(here, *one) for one in new])

    def forget_sightings(self, feed: str, identities: Iterable[str]) -> None:
        """A baseline says it now, or the record is gone."""
        for ids in chunks(identities):
            self._run(_DROP, feed=feed, ids=ids)

    def sightings_of(self, feed: str, scope: str) -> list[tuple[str, int]]:
        """(identity, missing) of every record of that scope."""
        return [(row[0], row[1]) for row in self._rows(_OF, feed=feed, scope=scope)]

    def sightings_missing(self, feed: str) -> list[Sighting]:
        """Records that the last look-up did not find."""
        return [_sighting(row) for row in self._rows(_MISSING, feed=feed, least=0)]

    def homes(self, feed: str) -> list[tuple[str, str, float, bool]]:
        """(identity, scope, stamp, opens) of every record of the feed: the scopes of another."""
        return [(row[0], row[1], row[2], bool(row[3])) for row in self._rows(_HOMES, feed=feed)]
