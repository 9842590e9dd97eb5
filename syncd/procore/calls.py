"""What each operation of the catalogue is as a call: method, path, query, body. Nothing is sent here.

The client sends these calls; a dry run shows them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from syncd.catalog.registry import resource
from syncd.catalog.resource import Act, Path, Resource, Scope, Shape
from syncd.clock import instant_text
from syncd.http.message import Call, CallKind, Lane
from syncd.procore.answers import Row
from syncd.procore.ways import Listing, Way

__all__ = ["FAR_FUTURE", "Calls"]

FAR_FUTURE = "2100-01-01T00:00:00Z"
"""The open upper end of a range; Procore wants one (reference procore-api §17)."""

_BACK = {"restore": "PUT"}
"""How a way back is asked for, by its last word: change events with PUT (§4), RFIs with PATCH (§7)."""


@dataclass(frozen=True, slots=True)
class Calls:
    """Calls in one company. Writes are made for the lane of writes and may leave at any time; the
    sender of one narrows that."""

    company: str

    # -- reading --------------------------------------------------------------------

    def page(self, listing: Listing, number: int, way: Way, lane: Lane) -> Call:
        """One page of a list; an unpaged one is asked for without a page."""
        path, scope, id, query = self._list_path(listing)
        params = [*path.query(self.company, scope), *query, *listing.query]
        ends = {name: instant_text(until) for name, until in listing.until}
        for name, since in listing.since:
            span = f"{instant_text(since)}...{ends.get(name, FAR_FUTURE)}"
            params.append((name, f'"{span}"' if way.quoted else span))
        if listing.paged:
            params += [("page", str(number)), ("per_page", str(way.size))]
        return Call("GET", path.at(self.company, scope, id), path.template, tuple(params), lane=lane)

    def show(self, about: Resource, scope: str, id: str, lane: Lane) -> Call:
        """One record whole. What has no id (`Shape.ONE`) is shown by its list."""
        path = about.show or about.list
        query = (*about.show_params, *path.query(self.company, scope))
        return Call("GET", path.at(self.company, scope, id), path.template, query, lane=lane)

    # -- writing --------------------------------------------------------------------

    def create(self, about: Resource, scope: str, body: Row, id: str = "") -> Call:
        """POST: one new record, or the membership of the record that `id` names."""
        expects = "nothing" if about.create_id else "json"
        wrapped = body if about.create_id and not body else self._wrapped(about.wrapper, body)
        return self._write("POST", about.create, scope, id, wrapped, CallKind.CREATE, expects)

    def update(self, about: Resource, scope: str, id: str, body: Row) -> Call:
        """PATCH: the keys in `body`, and no others."""
        return self._write("PATCH", about.update, scope, id, self._wrapped(about.wrapper, body))

    def sync(self, about: Resource, scope: str, items: Sequence[Row]) -> Call:
        """PATCH: up to `about.sync_limit` records, new ones and old ones (§18)."""
        return self._write("PATCH", about.sync, scope, "", {"updates": list(items)})

    def delete(self, about: Resource, scope: str, id: str) -> Call:
        """DELETE; or the move to the recycle bin, where that is all there is."""
        if not about.delete:
            return self.touch(about.recycle, scope, id)
        return self._write("DELETE", about.delete, scope, id, None, expects="nothing")

    def restore(self, about: Resource, scope: str, id: str) -> Call:
        """The way back of what was deleted."""
        method = _BACK.get(about.restore.template.rpartition("/")[2], "PATCH")
        return self._write(method, about.restore, scope, id, None, expects="nothing")

    def touch(self, path: Path, scope: str, id: str) -> Call:
        """PATCH without a body, such as the move to the recycle bin."""
        return self._write("PATCH", path, scope, id, None, expects="nothing")

    def do(self, about: Resource, act: Act, scope: str, id: str, body: Row) -> Call:
        """A further verb of the resource. One that does more when it is repeated is sent as a create
        is: never again where it may have acted.

        An act may name the record as a parent in its query: a file has its versions (§10.1).
        """
        if act.path.parent_in and about.scope is not Scope.RECORD and id:
            scope, id = f"{scope}/{id}", ""
        kind = CallKind.IDEMPOTENT_WRITE if act.repeatable else CallKind.CREATE
        if act.method == "GET":
            kind = CallKind.READ
        wrapped = self._wrapped(act.wrapper, body) if body or act.takes else None
        expects = "json" if act.answers == "record" else "nothing"
        return self._write(act.method, act.path, scope, id, wrapped, kind, expects, act.query)

    # -- helpers --------------------------------------------------------------------

    def _write(
        self,
        method: str,
        path: Path,
        scope: str,
        id: str,
        wrapped: Row | None,
        kind: CallKind = CallKind.IDEMPOTENT_WRITE,
        expects: str = "json",
        query: tuple[tuple[str, str], ...] = (),
    ) -> Call:
        beside: dict[str, Any] = dict(path.body(self.company, scope))
        return Call(
            method,
            path.at(self.company, scope, id),
            path.template,
            (*path.query(self.company, scope), *query),
            json={**beside, **(wrapped or {})} if beside or wrapped is not None else None,
            kind=kind,
            lane=Lane.WRITE,
            expects=expects,
        )

    def _wrapped(self, wrapper: str, body: Row) -> Row:
        return {wrapper: body} if wrapper else body

    def _list_path(self, listing: Listing) -> tuple[Path, str, str, tuple[tuple[str, str], ...]]:
        """The list's path, the scope that fills it, the id in it, and what is asked with it.

        Records that stand in their parent's show may have no path of their own.
        """
        if listing.path or listing.shape is not Shape.IN_SHOW:
            return listing.path, listing.scope, listing.id, ()
        above = resource(listing.resource.parent)
        scope, _, record = listing.scope.rpartition("/")
        return above.show, scope, record, above.show_params
