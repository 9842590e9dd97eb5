"""Reading Procore records by id, in bulk, with as few calls as the vendor allows.

A list that hides records (inactive ones, those a filter leaves out) proves nothing about
what it does not show, so the few that are left are looked for elsewhere and then one by
one; only a 404 for the record itself says MISSING (P6), and only where Procore can delete
such records at all: a project or vendor that is not found is one that we may not see
(procore-api §2, §3.1: there is no delete; §19: 404 stands for "not visible" too). Records that
cannot be looked up one by one are missing where their whole list was read and names them not.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from urllib.parse import urlencode

from syncd.catalog.registry import resource
from syncd.catalog.resource import Resource, ResourceField, Scope
from syncd.core.values import Absent
from syncd.errors import CallError, Forbidden, NotFound, Rejected, Transient
from syncd.http.message import Lane
from syncd.procore.client import Listing, ProcoreClient, Row
from syncd.procore.paging import Pass, older
from syncd.procore.view_rows import FROM_VIEW
from syncd.procore.wire import decode_field, identity, wire_id
from syncd.sides.apart import Apart
from syncd.sides.port import Gone, Reading, Record

__all__ = ["LONGEST_URL", "MOST_SHOWS", "Fetcher"]

LONGEST_URL = 7_850
"""Characters of path and query, so that with any host the URL stays below 8 KB."""

MOST_SHOWS = 50
"""Records looked up one by one in one fetch; the rest is left for the next time."""

FEW = 2
"""So few missing records are asked for directly; for more a list of the deleted is cheaper."""

DELETED = ("deleted", "deleted_at", "is_deleted", "in_recycle_bin")
"""Keys that say of a record which is still shown that it was deleted (reference procore-api §20)."""

Read = Callable[[Row, str, float], Record]


class Fetcher:
    """Fetches for one resource. `query` and `where` are list parameters: always, by the mapping.

    `detail`: the mapping wants what only a show tells; `beside`: and what these resources tell.
    `needed` is all that it reads.
    """

    def __init__(
        self,
        client: ProcoreClient,
        about: Resource,
        query: tuple[tuple[str, str], ...],
        where: tuple[tuple[str, str], ...],
        read: Read,
        *,
        detail: bool,
        needed: Sequence[ResourceField] = (),
        beside: tuple[str, ...] = (),
    ) -> None:
        self._client = client
        self._about = about
        self._query = query
        self._where = where
        self._read = read
        self._detail = detail
        self._needed = needed
        self._beside = beside
        self._passed = False
        self._sizes: dict[str, int] = {}
        self._ids_work = bool(about.id_filter)
        self.apart = Apart()

    def learn(self, scope: str, total: int | None) -> None:
        """Remember how long a scope's whole list is: it says what is cheaper."""
        if total is not None:
            self._sizes[scope] = total

    def fetch(self, scope: str, ids: Sequence[str], lane: Lane) -> Reading:
        """Every id asked for, as a record or why it is not there. See `Side.fetch`."""
        left = {wire_id(one): one for one in ids}
        found: dict[str, Record | Gone] = {}
        try:
            self._take(found, left, scope, self._listed(scope, left, self._with_where(), lane), lane)
            unlisted = list(left.values())
            if left and self._where:
                resting = self._listed(scope, left, self._query, lane)
                self._take(found, left, scope, resting, lane, resting=True)
            if left and self._about.inactive:
                self._take(found, left, scope, self._inactive(left, scope, lane), lane)
        except (Forbidden, NotFound):
            return dict.fromkeys(ids, Gone.HIDDEN)
        self._drop_recycled(found, left, scope, lane)
        self._one_by_one(found, left, scope, lane)
        if unlisted and not self._about.updated_filter:
            there = (record for one in unlisted if isinstance(record := found[one], Record))
            self.apart.hidden(scope, there)
        return {one: found[one] for one in dict.fromkeys(ids)}

    def detailed(self, row: Row, scope: str, sent: float, lane: Lane) -> tuple[Row, float] | None:
        """The row with what only a show tells, and what stands beside it, if the mapping wants that;
        None if it is gone. A show that lags behind the list tells of the record before: it is left out."""
        if self._detail and not self._tells_all(row, scope):
            try:
                whole, at = self._client.show(self._about, scope, str(row["id"]), lane)
            except NotFound:
                return None
            if not older(whole, row, self._about.stamp):
                row, sent = {**row, **whole}, at
        return self._with_beside(row, scope, lane), sent

    def _tells_all(self, row: Row, scope: str) -> bool:
        """Whether a row of a view, which has more columns than a list, holds all that is needed."""
        if FROM_VIEW not in row:
            return False
        return not any(
            one.field.detail and isinstance(decode_field(one, row, scope), Absent) for one in self._needed
        )

    def present(self, scope: str, wire: str, lane: Lane) -> Row | None:
        """One record as Procore has it now, None where its list does not name it.

        Raises Forbidden or NotFound where it is closed to us, or not there.
        """
        if self._about.show:
            return self._client.show(self._about, scope, wire, lane)[0]
        rows = self._whole(Listing(self._about, self._about.list, scope, self._query), lane)
        return next((row for row, _ in rows if str(row["id"]) == wire), None)

    def now(self, scope: str, ids: Sequence[str], lane: Lane) -> dict[str, Record]:
        """Those of the records that could be read: after a write whose answer does not show them."""
        try:
            found = self.fetch(scope, ids, lane)
        except CallError:
            return {}
        return {one: record for one, record in found.items() if isinstance(record, Record)}

    def _with_beside(self, row: Row, scope: str, lane: Lane) -> Row:
        """The row with what there is one of for each record, under that resource's name."""
        for name in self._beside:
            try:
                other, _ = self._client.show(resource(name), self._home(row, scope), "", lane)
            except (Forbidden, NotFound):
                continue  # the tool is off there, or not open to us: nobody can tell
            row = {**row, name: other}
        return row

    def _home(self, row: Row, scope: str) -> str:
        """The scope of what there is one of for each of our records."""
        return (
            str(row["id"]) if self._about.scope is Scope.COMPANY else identity(self._about, scope, row["id"])
        )

    @property
    def _unfound(self) -> Gone:
        """What a 404 proves: where Procore cannot delete at all, only that we may not see it."""
        return Gone.MISSING if self._about.delete or self._about.recycle else Gone.HIDDEN

    @property
    def _list_is_all(self) -> bool:
        """Whether the list just read holds all there is: then what is shown but not listed was deleted
        into a bin that nobody can list, and nothing in it says so (reference procore-api §20)."""
        about = self._about
        return self._passed and bool(about.delete) and not (about.inactive or about.recycle_bin)

    # -- lists ----------------------------------------------------------------------

    def _with_where(self) -> tuple[tuple[str, str], ...]:
        named = {name for name, _ in self._where}
        return (*(pair for pair in self._query if pair[0] not in named), *self._where)

    def _listed(
        self, scope: str, left: dict[str, str], query: tuple[tuple[str, str], ...], lane: Lane
    ) -> Iterator[tuple[Row, float]]:
        """Rows of the list among which ours are, the cheaper way. Raises where it is closed."""
        listing = Listing(self._about, self._about.list, scope, query)
        chunks = self._chunks(listing, sorted(left)) if self._ids_work else []
        if chunks and len(chunks) <= self._pages_of(scope):
            try:
                return iter(self._by_ids(listing, chunks, lane))
            except (NotFound, Rejected):
                pass  # an id it does not know, or the filter itself: the whole list settles it
        return self._whole(listing, lane)

    def _pages_of(self, scope: str) -> int:
        """Calls that the whole list takes; unknown counts as more than a few chunks."""
        size = self._sizes.get(scope)
        return 5 if size is None else max(1, -(-size // self._about.page_limit))

    def _chunks(self, listing: Listing, wires: list[str]) -> list[list[str]]:
        room = LONGEST_URL - len(listing.path.template) - len(listing.scope)
        room -= len(urlencode([*listing.query, ("company_id", "0" * 20), ("per_page", "10000")]))
        each = len(urlencode([(self._id_key, "")])) + 1
        per_call = max(1, room // (each + max((len(one) for one in wires), default=1)))
        return [wires[at : at + per_call] for at in range(0, len(wires), per_call)]

    @property
    def _id_key(self) -> str:
        """Arrays are sent with `[]`; some documents leave the brackets out (procore-api §17)."""
        key = self._about.id_filter
        return key if key.endswith("[]") else key + "[]"

    def _by_ids(self, listing: Listing, chunks: list[list[str]], lane: Lane) -> list[tuple[Row, float]]:
        rows: list[tuple[Row, float]] = []
        for chunk in chunks:
            query = (*listing.query, *((self._id_key, one) for one in chunk))
            page = self._client.page(Listing(self._about, listing.path, listing.scope, query), 1, lane)
            if page.total is not None and page.total > len(chunk):
                self._ids_work = False  # the vendor ignored the filter and listed everything
                raise Rejected("Procore does not filter this list by id.")
            if page.total is not None and len(page.rows) < page.total:
                raise Transient("Procore returned fewer records than it counted; they are read again later.")
            rows += [(row, page.sent) for row in page.rows]
        self._passed = True
        return rows

    def _whole(self, listing: Listing, lane: Lane) -> Iterator[tuple[Row, float]]:
        walk = Pass(self._client, listing, lane)
        self._passed = False
        for page in walk.pages():
            yield from ((row, page.sent) for row in page.rows)
        self._passed = walk.whole
        if not self._where:
            self.learn(listing.scope, walk.total)

    def _inactive(self, left: dict[str, str], scope: str, lane: Lane) -> Iterator[tuple[Row, float]]:
        query = tuple(pair for pair in self._query if not pair[0].startswith("filters"))
        for page in Pass(
            self._client, Listing(self._about, self._about.inactive, scope, query), lane
        ).pages():
            yield from ((row, page.sent) for row in page.rows)
            if not left:
                return

    def _take(
        self,
        found: dict[str, Record | Gone],
        left: dict[str, str],
        scope: str,
        rows: Iterator[tuple[Row, float]],
        lane: Lane,
        *,
        resting: bool = False,
    ) -> None:
        """Move what the rows bring from `left` to `found`."""
        for row, sent in rows:
            one = left.pop(str(row.get("id")), None)
            if one is None:
                continue
            whole = self.detailed(row, scope, sent, lane)
            found[one] = self._unfound if whole is None else self._resting(whole, scope, resting)

    def _resting(self, whole: tuple[Row, float], scope: str, resting: bool) -> Record:
        record = self._read(whole[0], scope, whole[1])
        return record._replace(resting=True) if resting else record

    # -- one by one -----------------------------------------------------------------

    def _drop_recycled(
        self, found: dict[str, Record | Gone], left: dict[str, str], scope: str, lane: Lane
    ) -> None:
        if not self._about.recycle_bin or len(left) <= FEW:
            return
        try:
            for page in Pass(
                self._client, Listing(self._about, self._about.recycle_bin, scope), lane
            ).pages():
                for row in page.rows:
                    if (one := left.pop(str(row.get("id")), None)) is not None:
                        found[one] = Gone.MISSING
        except (Forbidden, NotFound, Rejected):
            return  # the bin is closed to us; each record is asked for instead

    def _one_by_one(
        self, found: dict[str, Record | Gone], left: dict[str, str], scope: str, lane: Lane
    ) -> None:
        if not self._about.show:
            found.update(dict.fromkeys(left.values(), self._unfound if self._passed else Gone.HIDDEN))
            return
        for count, (wire, one) in enumerate(left.items()):
            if count >= MOST_SHOWS:
                found[one] = Gone.HIDDEN
                continue
            try:
                row, sent = self._client.show(self._about, scope, wire, lane)
            except NotFound:
                found[one] = self._unfound
            except Forbidden:
                found[one] = Gone.HIDDEN
            else:
                moved = bool(self._about.moved_to) and self._client.transfers.is_moved(wire)
                if any(row.get(key) for key in DELETED) or (self._list_is_all and not moved):
                    found[one] = Gone.MISSING
                else:
                    row = self._with_beside(row, scope, lane)
                    found[one] = self._resting((row, sent), scope, bool(self._where))
