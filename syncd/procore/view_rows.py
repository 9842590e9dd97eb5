"""Records read from the rows of a view, where their own list does not answer (reference procore-api §8).

Found out project by project: the list refuses, and the views answer. It is believed for a day. Where
the views do not answer either, the refusal stands: the tool is off then, or closed to us.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from syncd.catalog.resource import Resource
from syncd.catalog.stand_in import ViewRows
from syncd.clock import Clock
from syncd.errors import CallError, Forbidden, NotFound, Rejected
from syncd.http.message import Lane
from syncd.observe.logging import get_logger
from syncd.procore.answers import Row
from syncd.procore.ways import Listing

if TYPE_CHECKING:
    from syncd.procore.client import Page, ProcoreClient

__all__ = ["AGAIN", "FROM_VIEW", "Views"]

AGAIN = 86_400.0
"""Seconds until the resource's own list is asked again."""

FROM_VIEW = "from_view"
"""The key of a record that was a row of a view: the view's name."""

MOST_VIEWS = 1_000
"""Views of a project that are looked at."""

_NOT_THERE = frozenset({403, 404, 405, 406, 410})
"""Statuses that can mean that an operation is not offered."""

_log = get_logger("syncd.procore.view_rows")


@dataclass(slots=True)
class _View:
    """The view of one project: `columns` are what its own columns go by in a row, and what they are."""

    id: str
    name: str
    until: float
    why: str
    columns: tuple[tuple[str, str], ...]
    proven: bool = False


@dataclass(slots=True)
class Views:
    """The views in use, by resource and project. Threads may share it: what they find out is the same."""

    client: ProcoreClient
    clock: Clock
    _known: dict[tuple[str, str], _View] = field(default_factory=dict)

    def page(
        self, listing: Listing, number: int, lane: Lane, ask: Callable[[Listing, int, Lane], Page]
    ) -> Page:
        """One page of the resource's own list, or of the view that stands in for it.

        Raises what the list raised where no view does.
        """
        about = listing.resource
        view = self.standing_in(about, listing.scope)
        if view is None:
            try:
                return ask(listing, number, lane)
            except (Forbidden, NotFound, Rejected) as refused:
                if number > 1 or refused.status not in _NOT_THERE:
                    raise
                view = self._learn(about, listing.scope, refused, lane)
        assert about.view_rows is not None
        return self._rows(about, about.view_rows, view, listing, number, lane, ask)

    def standing_in(self, about: Resource, scope: str) -> _View | None:
        """The view that is read in place of the list just now, None where the list is."""
        view = self._known.get((about.name, scope))
        return view if view is not None and self.clock.monotonic() < view.until else None

    def told(self, about: Resource, scope: str) -> str:
        """A sentence about what is read in place of the list, "" where it answers."""
        view = self.standing_in(about, scope)
        if view is None:
            return ""
        return f"Read from the rows of the budget view {view.name!r}, because {view.why}."

    # -- finding out ------------------------------------------------------------------

    def _learn(self, about: Resource, scope: str, refused: CallError, lane: Lane) -> _View:
        """The view to read from now on. Raises `refused` where there is none."""
        rows = about.view_rows
        assert rows is not None
        try:
            chosen = self._chosen(rows, scope, lane)
        except (Forbidden, NotFound, Rejected):
            chosen = None
        if chosen is None:
            raise refused
        id, until = str(chosen["id"]), self.clock.monotonic() + AGAIN
        why = f"Procore's own list does not answer (HTTP {refused.status})"
        view = _View(id, str(chosen.get("name")), until, why, self._columns(rows, scope, id, lane))
        self._known[about.name, scope] = view
        _log.warning(
            "list.replaced", resource=about.name, project=scope, view=view.name, status=refused.status
        )
        return view

    def _chosen(self, rows: ViewRows, scope: str, lane: Lane) -> Row | None:
        """The oldest view of the role: the one that a company has from the start."""
        listing = Listing(rows.views, rows.views.list, scope, page_size=MOST_VIEWS)
        found = self.client.page(listing, 1, lane).rows
        fit = [row for row in found if row.get("role") in (rows.role, None)]
        return min(fit, key=lambda row: (str(row.get("created_at") or ""), int(row["id"])), default=None)

    def _columns(self, rows: ViewRows, scope: str, view: str, lane: Lane) -> tuple[tuple[str, str], ...]:
        """By which key of a row each part is read: a column's id or, where rows have that, its name."""
        path = rows.columns
        try:
            found = self.client.get(path.at(self.client.company, scope, view), path.query("", scope), lane)
        except (Forbidden, NotFound, Rejected):
            return ()
        wanted = {name.casefold(): part for name, part in rows.named}
        columns = []
        for one in found if isinstance(found, list) else ():
            if isinstance(one, dict) and (part := wanted.get(str(one.get("name")).casefold())):
                columns += [(str(one.get("id")), part), (str(one.get("name")), part)]
        return tuple(columns)

    def _prove(
        self, about: Resource, rows: ViewRows, view: _View, scope: str, record: Row, lane: Lane
    ) -> None:
        """Look one record up by the id of its row. Raises NotFound where it is another's."""
        try:
            shown, _ = self.client.show(about, scope, str(record["id"]), lane)
        except NotFound:
            shown = {}
        if any(_part(shown, way) != _part(record, way) for way in rows.proof):
            del self._known[about.name, scope]
            words = f"{view.why}, and the rows of its view {view.name!r} go by other ids"
            raise NotFound(f"{about.title} of project {scope}: {words}.", status=404, detail=words)
        view.proven = True

    # -- rows -------------------------------------------------------------------------

    def _rows(
        self,
        about: Resource,
        rows: ViewRows,
        view: _View,
        listing: Listing,
        number: int,
        lane: Lane,
        ask: Callable[[Listing, int, Lane], Page],
    ) -> Page:
        """One page of the view, as records. Filters of the list are kept to here."""
        inner = Listing(rows.rows, rows.rows.list, listing.scope, rows.params, id=view.id)
        page = ask(replace(inner, page_size=listing.page_size), number, lane)
        records = [_record(rows, view, row) for row in page.rows]
        if records and not view.proven:
            self._prove(about, rows, view, listing.scope, records[0], lane)
        wanted = [pair for pair in listing.query if pair not in about.params and pair not in about.sort]
        if not wanted:
            return replace(page, rows=records)
        kept = [record for record in records if _passes(record, wanted)]
        more = page.more if page.total is None else number * page.size < page.total
        return replace(page, rows=kept, total=None, more=more and bool(kept or page.rows))


def _record(rows: ViewRows, view: _View, row: Row) -> Row:
    """A row as a record: the parts that are known, and nothing else of it."""
    record: Row = {FROM_VIEW: view.name}
    for key, way in rows.keys:
        if key in row:
            _put(record, way, row[key])
    for key, part in view.columns:
        if key in row:
            record[part] = row[key]
    if not isinstance(record.get("wbs_code"), dict):
        record.pop("wbs_code", None)
    return record


def _put(record: Row, way: tuple[str, ...], value: Any) -> None:
    *outer, last = way
    place = record
    for key in outer:
        place = place.setdefault(key, {})
    place[last] = value


def _part(record: Row, way: Iterable[str]) -> str:
    found: Any = record
    for key in way:
        found = found.get(key) if isinstance(found, dict) else None
    return str(found)


def _passes(record: Row, wanted: Iterable[tuple[str, str]]) -> bool:
    """Whether a record fits `filters[wbs_code_id][]` and the like: the id of that part, one of the values."""
    asked: dict[str, set[str]] = {}
    for key, value in wanted:
        if key.startswith("filters["):
            name = key.removeprefix("filters[").partition("]")[0].removesuffix("_id")
            asked.setdefault(name, set()).add(value)
    return all(_part(record, (name, "id")) in values for name, values in asked.items())
