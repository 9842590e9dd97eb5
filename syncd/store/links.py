"""Links and their baselines, and the layouts that baselines are packed in."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import ColumnElement, and_, func, select, update

from syncd.core.values import SideName, other_side
from syncd.store.base import Part, chunks
from syncd.store.columns import table
from syncd.store.entries import NewLink
from syncd.store.rows import Link
from syncd.store.statement import Bulk, Statement, adding, among, changing, param, word
from syncd.store.tables import LinkRow

__all__ = ["BaseRow", "Bases", "Links"]

# (link id, layout, base of that side, stamp of that side, state)
BaseRow = tuple[int, int, str, float, str]
# (link id, layout, base procore, base quickbase, key, stamps of both, own stamps of both)
Bases = tuple[int, int, str, str, str | None, float, float, float, float]

_L = table(LinkRow)
_COLUMNS = [name for name in _L.c.keys() if name != "connection"]  # noqa: SIM118
_ALL = [_L.c[name] for name in _COLUMNS]
_HERE = and_(_L.c.connection == param("connection"), _L.c.mapping == param("mapping"))
_THIS = and_(_L.c.id == param("link_id"), _L.c.connection == param("connection"))
_IDENTITY = {SideName.PROCORE: _L.c.procore_id, SideName.QUICKBASE: _L.c.quickbase_id}
_BASE = {SideName.PROCORE: _L.c.base_procore, SideName.QUICKBASE: _L.c.base_quickbase}
_STAMP = {SideName.PROCORE: _L.c.stamp_procore, SideName.QUICKBASE: _L.c.stamp_quickbase}


def _found(columns: list[Any], side: SideName, *also: ColumnElement[bool]) -> Statement:
    return Statement(lambda d: select(*columns).where(_HERE, among(_IDENTITY[side], "ids", d), *also))


def _newer(stamp: Any) -> Bulk:
    return Bulk(
        lambda _: (
            update(_L)
            .where(_L.c.id == param("link_id"), stamp < param("stamp"))
            .values({stamp.name: param("stamp")})
        ),
        ["stamp", "link_id", "stamp"],
    )


_ADD = adding(_L, [name for name in _L.c.keys() if name != "id"], returning=True)  # noqa: SIM118
_BY = {side: _found([_IDENTITY[side], *_ALL], side) for side in SideName}
_BASES = {
    side: _found([_IDENTITY[side], _L.c.id, _L.c.layout, _BASE[side], _STAMP[side], _L.c.state], side)
    for side in SideName
}
_BASES_AFTER = {
    side: Statement(
        lambda _, side=side: (  # type: ignore[misc]
            select(_IDENTITY[side], _L.c.id, _L.c.layout, _BASE[side], _STAMP[side], _L.c.state)
            .where(_HERE, _L.c.id > param("after_id"))
            .order_by(_L.c.id)
            .limit(param("limit"))
        )
    )
    for side in SideName
}
_ACROSS = {
    side: _found([_IDENTITY[side], _IDENTITY[other_side(side)]], side, _L.c.state == word("live"))
    for side in SideName
}
_ONE = Statement(lambda _: select(*_ALL).where(_THIS))
_PAGE = Statement(
    lambda _: select(*_ALL).where(_HERE, _L.c.id > param("after_id")).order_by(_L.c.id).limit(param("limit"))
)
_PAGE_IN_STATE = Statement(
    lambda _: (
        select(*_ALL)
        .where(_HERE, _L.c.id > param("after_id"), _L.c.state == param("state"))
        .order_by(_L.c.id)
        .limit(param("limit"))
    )
)
_IDS = Statement(
    lambda _: (
        select(_L.c.id).where(_HERE, _L.c.id > param("after_id")).order_by(_L.c.id).limit(param("limit"))
    )
)
_LIVE = Statement(
    lambda _: (
        select(_L.c.id, _L.c.procore_id, _L.c.quickbase_id, _L.c.scope)
        .where(_HERE, _L.c.state == word("live"))
        .where(_L.c.id > param("after_id"), _L.c.id <= param("last_id"))
        .order_by(_L.c.id)
    )
)
_MOVED = ["layout", "base_procore", "base_quickbase", "key"]
_STAMPS = ["stamp_procore", "stamp_quickbase", "own_procore", "own_quickbase"]
_SET_BASES = Bulk(
    lambda _: (
        update(_L).where(_L.c.id == param("link_id")).values({n: param(n) for n in (*_MOVED, *_STAMPS)})
    ),
    [*_MOVED, *_STAMPS, "link_id"],
)
_KEYED = Statement(
    lambda _: (
        update(_L)
        .where(_L.c.id >= param("first_id"), _L.c.id <= param("last_id"))
        .values(key=_L.c.procore_id, stamp_quickbase=param("stamp"), own_quickbase=param("stamp"))
    )
)
_SAW = {side: _newer(_STAMP[side]) for side in SideName}
_MISSING = {side: changing(_L, [f"missing_{side.value}", "missing_since"], _THIS) for side in SideName}
_STATE = changing(_L, ["state"], _THIS)
_PAUSE = changing(_L, ["paused"], _THIS)
_DROP = Statement(lambda _: _L.delete().where(_THIS))
_RELINK = changing(
    _L, ["procore_id", "quickbase_id", "layout", "base_procore", "base_quickbase", "made_by"], _THIS
)
_MOVE = changing(_L, ["scope"], _THIS)
_CLEAR_MISSING = Statement(
    lambda _: update(_L).where(_THIS).values(missing_procore=0, missing_quickbase=0, missing_since=0.0)
)
_COUNT = Statement(lambda _: select(func.count()).select_from(_L).where(_HERE, _L.c.state == word("live")))
_COUNT_ALL = Statement(lambda _: select(func.count()).select_from(_L).where(_HERE))
_SCOPES = Statement(
    lambda _: (
        select(_L.c.procore_id, _L.c.base_procore, _L.c.base_quickbase, _L.c.layout)
        .where(_HERE, _L.c.state == word("live"))
        .order_by(_L.c.id)
    )
)


def _link(row: Any) -> Link:
    return Link._make((*row[:-1], bool(row[-1])))


class Links(Part):
    """The link table. An identity is in at most one link of a mapping, tombstones included."""

    def add_links(self, new: Sequence[NewLink]) -> list[int]:
        """Add links; answers their ids in order. `Bug` where an identity is linked already."""
        now = self._clock.now()
        here = self._connection
        rows: list[tuple[Any, ...]] = [(here, *one[:13], 0, 0, 0.0, now, one.made_by, False) for one in new]
        return self._db.ids(_ADD, rows)

    def link(self, link_id: int) -> Link | None:
        """One link, None if there is none with this id."""
        rows = self._rows(_ONE, link_id=link_id)
        return _link(rows[0]) if rows else None

    def links_by(self, mapping: str, side: SideName, identities: Iterable[str]) -> dict[str, Link]:
        """Links by identity on `side`, in whatever state; identities without one are left out."""
        return {
            row[0]: _link(row[1:])
            for ids in chunks(identities)
            for row in self._rows(_BY[side], mapping=mapping, ids=ids)
        }

    def bases(self, mapping: str, side: SideName, identities: Iterable[str]) -> dict[str, BaseRow]:
        """Baselines of one side by identity, as bare tuples: the hot path of a full pass."""
        return {
            row[0]: row[1:]
            for ids in chunks(identities)
            for row in self._rows(_BASES[side], mapping=mapping, ids=ids)
        }

    def bases_after(self, mapping: str, side: SideName, after_id: int, limit: int) -> dict[str, BaseRow]:
        """The same of the links that follow in id order, by identity on `side`."""
        rows = self._rows(_BASES_AFTER[side], mapping=mapping, after_id=after_id, limit=limit)
        return {row[0]: row[1:] for row in rows}

    def links(
        self, mapping: str, *, after_id: int = 0, limit: int = 1000, state: str | None = None
    ) -> list[Link]:
        """A page of links in id order. Go on with the last one's id as `after_id`."""
        if state is None:
            rows = self._rows(_PAGE, mapping=mapping, after_id=after_id, limit=limit)
        else:
            rows = self._rows(_PAGE_IN_STATE, mapping=mapping, after_id=after_id, limit=limit, state=state)
        return [_link(row) for row in rows]

    def link_ids(self, mapping: str, *, after_id: int = 0, limit: int = 1000) -> list[int]:
        """A page of link ids in order, tombstones included: an index answers it by itself."""
        return [row[0] for row in self._rows(_IDS, mapping=mapping, after_id=after_id, limit=limit)]

    def live_identities(self, mapping: str, after_id: int, last_id: int) -> list[tuple[int, str, str, str]]:
        """(id, Procore id, Quickbase id, scope) of the live links after that id and up to the last."""
        return [tuple(row) for row in self._rows(_LIVE, mapping=mapping, after_id=after_id, last_id=last_id)]

    def set_bases(self, moved: Sequence[Bases]) -> None:
        """Move baselines, keys and stamps of many links at once."""
        self._db.many(_SET_BASES, [(*row[1:], row[0]) for row in moved])

    def keyed(self, first_id: int, last_id: int, stamp: float) -> None:
        """The keys of these new links, from the first to the last, were written at the vendor's
        time `stamp`."""
        self._run(_KEYED, first_id=first_id, last_id=last_id, stamp=stamp)

    def saw(self, side: SideName, stamps: Sequence[tuple[int, float]]) -> None:
        """Versions of these links' records on `side` were seen: (id, the vendor's stamp)."""
        self._db.many(_SAW[side], [(stamp, link, stamp) for link, stamp in stamps])

    def set_missing(self, link_id: int, side: SideName, count: int, since: float) -> None:
        """How often in a row the record was not found on `side`, and since when."""
        self._run(
            _MISSING[side], link_id=link_id, missing_since=since, **{f"missing_{SideName(side).value}": count}
        )

    def clear_missing(self, link_id: int) -> None:
        """The record was seen again on both sides."""
        self._run(_CLEAR_MISSING, link_id=link_id)

    def set_link_state(self, link_id: int, state: str) -> None:
        """Make it `live` or a `tombstone`."""
        self._run(_STATE, link_id=link_id, state=state)

    def drop_link(self, link_id: int) -> None:
        """Forget the link; its records may be matched again."""
        self._run(_DROP, link_id=link_id)

    def relink(
        self,
        link_id: int,
        procore_id: str,
        quickbase_id: str,
        *,
        layout: int,
        base_procore: str,
        base_quickbase: str,
        made_by: str = "person",
    ) -> None:
        """Pair other records under the same id. The baselines given are the new ones."""
        self._run(
            _RELINK, link_id=link_id, procore_id=procore_id, quickbase_id=quickbase_id, layout=layout,
            base_procore=base_procore, base_quickbase=base_quickbase, made_by=made_by,
        )  # fmt: skip

    def move_link(self, link_id: int, scope: str) -> None:
        """Note the scope that its Procore record stands in now."""
        self._run(_MOVE, link_id=link_id, scope=scope)

    def pause_link(self, link_id: int, paused: bool) -> None:
        """Hold one pair still, or let it flow again."""
        self._run(_PAUSE, link_id=link_id, paused=paused)

    def count_links(self, mapping: str) -> int:
        """How many live links there are."""
        return int(self._rows(_COUNT, mapping=mapping)[0][0])

    def count_identities(self, mapping: str) -> int:
        """How many links there are in whatever state: an index answers it by itself."""
        return int(self._rows(_COUNT_ALL, mapping=mapping)[0][0])

    def across(self, mapping: str, side: SideName, identities: Iterable[str]) -> dict[str, str]:
        """Identities on the other side of live links; what is not linked is left out."""
        return {
            row[0]: row[1]
            for ids in chunks(identities)
            for row in self._rows(_ACROSS[side], mapping=mapping, ids=ids)
        }

    def scopes_of(self, mapping: str) -> list[tuple[str, str, str, int]]:
        """(Procore id, both baselines, layout) of every live link, for project scopes."""
        return [tuple(row) for row in self._rows(_SCOPES, mapping=mapping)]
