"""One mapping's Procore records, seen through the port `Side`.

Everything it knows of the resource is the catalogue's data. A record of a project is named
`project/id` here; the vendor sees what follows the last slash.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import BinaryIO

from syncd.catalog.resource import Resource, ResourceField
from syncd.clock import Clock
from syncd.core.values import Absent, SideName
from syncd.errors import Forbidden, NotFound, Rejected
from syncd.http import message
from syncd.mapping.compiled import Mapping
from syncd.mapping.projection import read_plan
from syncd.procore.change_lines import MARK
from syncd.procore.client import Listing, Page, ProcoreClient, Row
from syncd.procore.files import Files
from syncd.procore.names import Names
from syncd.procore.paging import Pass, row_stamp
from syncd.procore.wire import decode_field, decode_record, identity
from syncd.sides.apart import MOST_APART
from syncd.sides.clockwork import WRITE_DEADLINE, http_lane, server_now
from syncd.sides.feed import PagedFeed
from syncd.sides.port import (
    Draft,
    Feed,
    Found,
    Lane,
    Limits,
    Outcome,
    Patch,
    Reading,
    Record,
    Removal,
)
from syncd.sides.procore_fetch import Fetcher
from syncd.sides.procore_files import Bytes
from syncd.sides.procore_find import Finder
from syncd.sides.procore_names import Spelling, with_custom
from syncd.sides.procore_places import FolderPlaces
from syncd.sides.procore_tops import Tops
from syncd.sides.procore_writes import Writer

__all__ = ["PROBE_SECONDS", "ProcoreSide"]

PROBE_SECONDS = 6 * 3600.0
"""How long a recycle bin that is closed to us is left alone."""

BESIDE_SECONDS = 3600.0
"""How often what stands beside the records (a project's budget: a call a record, and no stamp moves
with it) is read for all of them, and not for the changed ones alone."""


class ProcoreSide:
    """Implements `sides.port.Side` for one mapping's Procore resource."""

    name = SideName.PROCORE

    def __init__(
        self,
        client: ProcoreClient,
        mapping: Mapping,
        about: Resource,
        clock: Clock,
        files: Files,
        names: Names | None = None,
    ) -> None:
        about = with_custom(about, mapping)
        names = names or Names(client, clock)
        self._spelling = Spelling(names, mapping)
        self.places = FolderPlaces.of_mapping(client, names, mapping)
        self._client = client
        self._about = about
        self._clock = clock
        self._carrier = about.field(mapping.procore.carrier) if mapping.procore.carrier else None
        self._plan = read_plan(mapping, SideName.PROCORE)
        self._needed: list[ResourceField] = [
            one for name in sorted(self._plan.needs) if (one := about.field(name)) is not None
        ]
        self._tops = Tops(client, [*self._needed, *(one.field for one in mapping.named)])
        where = tuple(_filter(about, name, value) for name, value in mapping.procore.where)
        narrowing = tuple(pair for pair in where if pair not in about.params)
        self._params = (*about.params, *about.sort)
        self._narrow = narrowing
        self._beside = tuple(sorted({one.beside for one in self._needed if one.beside}))
        self._fetcher = Fetcher(
            client,
            about,
            self._params,
            narrowing,
            self._record,
            detail=self._plan.needs_detail,
            needed=[*self._needed, *(one.field for one in mapping.named)],
            beside=self._beside,
        )
        self._bytes = Bytes(client, about, files)
        self._writer = Writer(client, about, mapping, self._record, self._fetcher, self._bytes)
        self._finder = Finder(
            client,
            about,
            self._params,
            [one.procore for one in mapping.rules],
            self._carrier,
            self._page,
            self._fetcher.fetch,
        )
        self._bins_closed: dict[str, float] = {}
        self._beside_read: dict[str, float] = {}
        removals = {Removal.ARCHIVE} if about.archive else set()
        removals |= {Removal.DELETE} if about.delete or about.recycle else set()
        self.limits = Limits(
            create=about.sync_limit if self._writer.creates_in_bulk else 1,
            update=about.sync_limit if self._writer.updates_in_bulk else 1,
            carries_key=self._carrier is not None,
            watches_deletes=bool(about.recycle_bin),
            deadline=WRITE_DEADLINE,
            removals=frozenset(removals),
        )

    # -- reading --------------------------------------------------------------------

    def changes(self, scope: str, since: float, lane: Lane) -> Feed:
        """See `Side.changes`: one call if it fits in a page.

        Where Procore cannot tell what has changed, it is all of them.
        """
        if not self._about.updated_filter or since <= 0 or self._beside_is_due(scope):
            return self._feed(self._list(scope), lane)
        return self._feed(self._list(scope, since=(("filters[updated_at]", since),)), lane)

    def everything(self, scope: str, lane: Lane) -> Feed:
        """See `Side.everything`: the list, and the one that holds the inactive records."""
        return self._feed(self._list(scope), lane, inactive=bool(self._about.inactive))

    def fetch(self, scope: str, ids: Sequence[str], lane: Lane) -> Reading:
        """See `Side.fetch`."""
        self._spelling.lane = http_lane(lane)
        return self._fetcher.fetch(scope, ids, http_lane(lane)) if ids else {}

    def deletions(self, scope: str, since: float, lane: Lane) -> frozenset[str] | None:
        """See `Side.deletions`: the recycle bin, where the resource has one."""
        if not self._about.recycle_bin or self._clock.monotonic() < self._bins_closed.get(scope, 0.0):
            return None
        listing = Listing(
            self._about, self._about.recycle_bin, scope, since=(("filters[updated_at]", max(0.0, since)),)
        )
        walk = Pass(self._client, listing, http_lane(lane))
        try:
            rows = [row for page in walk.pages() for row in page.rows]
        except (Forbidden, NotFound, Rejected):
            self._bins_closed[scope] = self._clock.monotonic() + PROBE_SECONDS
            return None
        return frozenset(identity(self._about, scope, row["id"]) for row in rows if "id" in row)

    def find(self, draft: Draft, sent_at: float, lane: Lane) -> Found:
        """See `Side.find`."""
        return self._finder.find(draft, sent_at, http_lane(lane))

    # -- writing --------------------------------------------------------------------

    def create(self, drafts: Sequence[Draft], *, fresh_until: float) -> list[Outcome]:
        """See `Side.create`."""
        return self._spelling.write(drafts, lambda ready: self._writer.create(ready, fresh_until))

    def update(self, patches: Sequence[Patch], *, fresh_until: float) -> list[Outcome]:
        """See `Side.update`."""
        return self._spelling.write(patches, lambda ready: self._writer.update(ready, fresh_until))

    def remove(self, removal: Removal, scope: str, id: str, *, fresh_until: float) -> Outcome:
        """See `Side.remove`."""
        return self._writer.remove(removal, scope, id, fresh_until)

    # -- bytes ----------------------------------------------------------------------

    def read_file(self, record: Record, index: int, into: BinaryIO, lane: Lane) -> None:
        """See `Side.read_file`: by a link that is read anew, for links are short-lived."""
        self._bytes.read(record, str(record.values[index]), into, http_lane(lane))

    def refuses_file(self, value: str) -> str:
        """See `Side.refuses_file`."""
        return self._bytes.refuses(value)

    def take_file(self, scope: str, value: str, source: BinaryIO) -> None:
        """See `Side.take_file`: the bytes go to Procore's storage, where no record names them yet."""
        self._bytes.take(scope, value, source)

    def drop_files(self) -> None:
        """See `Side.drop_files`."""
        self._bytes.drop()

    # -- the budget and the time ----------------------------------------------------

    def ready(self, lane: Lane, calls: int) -> None:
        """See `Side.ready`."""
        self._client.ready(http_lane(lane), calls)

    def now(self) -> float:
        """See `Side.now`."""
        return server_now(self._client.date, self._client.received, self._clock)

    # -- helpers --------------------------------------------------------------------

    def _list(self, scope: str, since: tuple[tuple[str, float], ...] = ()) -> Listing:
        named = {name for name, _ in self._narrow}
        kept = tuple(pair for pair in self._params if pair[0] not in named)
        return Listing(self._about, self._about.list, scope, (*kept, *self._narrow), since)

    def _feed(self, listing: Listing, lane: Lane, *, inactive: bool = False) -> PagedFeed:
        urgent, apart = http_lane(lane), self._fetcher.apart

        def source(feed: PagedFeed) -> Iterator[Sequence[Record]]:
            walk = Pass(self._client, listing, urgent)
            for page in walk.pages():
                feed.began = feed.began or (self._clock.now() if page.date is None else page.date)
                rows = self._page(page, listing.scope, urgent)
                apart.listed(listing.scope, rows)
                yield rows
            whole = walk.whole
            if inactive:
                others = Pass(self._client, self._inactive(listing), urgent)
                for page in others.pages():
                    rows = self._page(page, listing.scope, urgent)
                    apart.hidden(listing.scope, rows)
                    # That list knows no filters, so what a narrowed mapping finds there rests.
                    yield [one._replace(resting=True) for one in rows] if self._narrow else rows
                whole = whole and others.whole
            if whole and (walk.several or inactive):
                whole = walk.nothing_since()
            if not listing.since and not self._narrow:
                self._fetcher.learn(listing.scope, walk.total)
            if not listing.since:
                self._beside_read[listing.scope] = self._clock.monotonic()
            feed.clean = whole
            feed.apart = apart.of(listing.scope)
            feed.whole = not self._about.updated_filter and len(feed.apart) < MOST_APART

        return PagedFeed(source)

    def _inactive(self, listing: Listing) -> Listing:
        """The second list: it knows no filters (reference procore-api §3.1)."""
        query = tuple(pair for pair in listing.query if not pair[0].startswith("filters"))
        return Listing(self._about, self._about.inactive, listing.scope, query)

    def _page(self, page: Page, scope: str, lane: message.Lane) -> list[Record]:
        records = []
        self._spelling.lane = lane
        for row in page.rows:
            whole = self._fetcher.detailed(row, scope, page.sent, lane)
            if whole is not None:
                records.append(self._record(whole[0], scope, whole[1]))
        return records

    def _beside_is_due(self, scope: str) -> bool:
        """Whether what stands beside the records was not read for all of them for long."""
        read = self._beside_read.get(scope)
        if not self._beside:
            return False
        return read is None or self._clock.monotonic() - read >= BESIDE_SECONDS

    def _record(self, row: Row, scope: str, sent: float) -> Record:
        row = self._tops.cleared(row, scope, self._spelling.lane)
        raw = {**decode_record(self._needed, row, scope), **self._spelling.read(row, scope, sent)}
        key = row.get(MARK) or (decode_field(self._carrier, row, scope) if self._carrier else None)
        return Record(
            identity(self._about, scope, row["id"]),
            scope,
            self._plan.project(raw),
            None if key is None or isinstance(key, Absent) else str(key),
            row_stamp(row, self._about.stamp),
            row_stamp(row, self._about.created),
            sent,
            ours=self._finder.ours(row, scope),
        )


def _filter(about: Resource, name: str, value: str) -> tuple[str, str]:
    found = about.filter(name)
    return (found.key if found else f"filters[{name}]", value)
