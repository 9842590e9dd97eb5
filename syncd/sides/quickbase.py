"""One mapping's Quickbase table, seen through the port `Side`.

Reading pages by record id, which never changes, so a pass is whole by construction. Only
creates merge on the key field; a linked record is written by its record id, and one that
is missing then is refused, never made again (architecture §5 "Key field").
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import BinaryIO

from syncd.clock import Clock, parse_instant
from syncd.core.unreadable import Unreadable
from syncd.core.values import ABSENT, Absent, Kind, SideName, Value
from syncd.errors import Forbidden, NotFound, Rejected, Transient
from syncd.mapping.compiled import Mapping
from syncd.mapping.projection import read_plan
from syncd.quickbase.client import Page, QuickbaseClient, Row
from syncd.quickbase.files import UPLOAD_DEADLINE, Attachments
from syncd.quickbase.people import People
from syncd.quickbase.where import all_of, any_id, is_safe_key, key_is, modified_since
from syncd.quickbase.wire import decode, kind_of_type
from syncd.sides.clockwork import WRITE_DEADLINE, http_lane, server_now
from syncd.sides.feed import PagedFeed
from syncd.sides.port import (
    ODD_KEY,
    Draft,
    Feed,
    Found,
    Gone,
    Lane,
    Limits,
    Outcome,
    Patch,
    Reading,
    Record,
    Removal,
    Verdict,
)
from syncd.sides.quickbase_files import Attached
from syncd.sides.quickbase_people import Addresses
from syncd.sides.quickbase_writes import Writer

__all__ = ["BATCH", "PROBE_SECONDS", "QuickbaseSide"]

BATCH = 1_000
"""Records a write call: far below any limit met (reference quickbase-api §2.1)."""

PROBE_SECONDS = 6 * 3600.0
"""How long a refused deletion feed is left alone (it needs administrator rights, §2.4)."""

OLDEST_DELETES = 30 * 86_400.0
"""Seconds for which Quickbase keeps deleted ids (§2.4)."""

FEW_IDS = 90
"""Ids that a single query names one by one, beside the mapping's own filters."""


class QuickbaseSide:
    """Implements `sides.port.Side` for one Quickbase table.

    `table_key` is the field id of the table's own key field, 3 unless somebody moved it.
    """

    name = SideName.QUICKBASE

    def __init__(
        self,
        client: QuickbaseClient,
        mapping: Mapping,
        clock: Clock,
        attachments: Attachments,
        *,
        table_key: int = 3,
        people: People | None = None,
    ) -> None:
        self._addresses = Addresses(people or People(client, clock), mapping)
        self._client = client
        self._clock = clock
        self._table = mapping.quickbase.table
        self._key = mapping.quickbase.key
        self._where = mapping.quickbase.where
        self._plan = read_plan(mapping, SideName.QUICKBASE)
        self._kinds = {one.quickbase.name: one.quickbase.kind for one in mapping.rules if one.quickbase}
        needed = {int(name) for name in self._plan.needs if name.isdigit()}
        self._select = sorted({1, 2, 3, int(self._key), *needed})
        self._writer = Writer(client, mapping, self._select, self._record, table_key)
        self._attached = Attached(attachments, mapping, self._record, table_key)
        self._attachments = attachments
        self._probe_at = 0.0
        self.limits = Limits(
            create=BATCH,
            update=BATCH,
            carries_key=True,
            watches_deletes=True,
            deadline=max(WRITE_DEADLINE, UPLOAD_DEADLINE if self._attached.writes else 0.0),
            removals=frozenset({Removal.DELETE}),
        )

    # -- reading --------------------------------------------------------------------

    def changes(self, scope: str, since: float, lane: Lane) -> Feed:
        """See `Side.changes`. Where Quickbase compares whole days, what is older is left out here."""
        return self._feed(scope, all_of(self._where, modified_since(since)), lane, since // 1)

    def everything(self, scope: str, lane: Lane) -> Feed:
        """See `Side.everything`."""
        return self._feed(scope, self._where, lane)

    def fetch(self, scope: str, ids: Sequence[str], lane: Lane) -> Reading:
        """See `Side.fetch`. Records that the mapping's `where` leaves out are resting."""
        found: dict[str, Record | Gone] = dict.fromkeys(ids, Gone.MISSING)
        asked = [int(one) for one in found if one.isascii() and one.isdigit()]
        try:
            for page in self._client.by_ids(self._table, self._select, asked, http_lane(lane)):
                self._learn(page)
                found.update((row.id, row) for row in self._records(page, scope))
            there = sorted(int(rid) for rid, one in found.items() if isinstance(one, Record))
            if self._where and there:
                inside = self._inside(there, lane)
                for rid in there:
                    record = found[str(rid)]
                    if rid not in inside and isinstance(record, Record):
                        found[str(rid)] = record._replace(resting=True)
        except (Forbidden, NotFound):
            return dict.fromkeys(ids, Gone.HIDDEN)
        return found

    def deletions(self, scope: str, since: float, lane: Lane) -> frozenset[str] | None:
        """See `Side.deletions`. Without the right to ask, asks again only seldom.

        A table that does not index changes for integrations answers as if nothing were ever
        deleted (§2.4), so an empty answer proves nothing; look-ups and sweeps find the rest.
        """
        if self._clock.monotonic() < self._probe_at:
            return None
        oldest = (self.now() or self._clock.now()) - OLDEST_DELETES
        if since < oldest:
            return None
        try:
            changes = self._client.deletions(self._table, since, http_lane(lane))
        except (Forbidden, NotFound, Rejected):
            self._probe_at = self._clock.monotonic() + PROBE_SECONDS
            return None
        return None if changes.truncated else frozenset(str(rid) for rid in changes.deleted)

    def find(self, draft: Draft, sent_at: float, lane: Lane) -> Found:
        """See `Side.find`: by key, which only our own create can have written."""
        if draft.key is None or not is_safe_key(draft.key):
            return Found(sure=False)
        where = key_is(self._key, draft.key)
        records: list[Record] = []
        sure = True
        for page in self._client.pages(self._table, self._select, where, http_lane(lane)):
            self._learn(page)
            records += [one for one in self._records(page, draft.scope) if one.key == draft.key]
            sure = sure and page.whole
        return Found(tuple(records), sure=sure)

    # -- writing --------------------------------------------------------------------

    def create(self, drafts: Sequence[Draft], *, fresh_until: float) -> list[Outcome]:
        """See `Side.create`: one upsert that merges on the key field, so repeats are harmless."""
        return self._addresses.write(drafts, lambda ready: self._writer.create(ready, fresh_until))

    def update(self, patches: Sequence[Patch], *, fresh_until: float) -> list[Outcome]:
        """See `Side.update`: by record id; the key is written only where it is repaired."""

        def send(some: list[Patch]) -> list[Outcome]:
            return self._addresses.write(some, lambda ready: self._writer.update(ready, fresh_until))

        return self._attached.update(patches, fresh_until, send)

    def remove(self, removal: Removal, scope: str, id: str, *, fresh_until: float) -> Outcome:
        """See `Side.remove`; a record that is gone already is removed."""
        if removal is not Removal.DELETE:
            return Outcome(Verdict.REFUSED, reason="Quickbase has no archive; choose keep, flag or delete.")
        return self._writer.delete(id, fresh_until)

    # -- bytes ----------------------------------------------------------------------

    def read_file(self, record: Record, index: int, into: BinaryIO, lane: Lane) -> None:
        """See `Side.read_file`."""
        self._attachments.download(str(record.values[index]), into, lane=http_lane(lane))

    def refuses_file(self, value: str) -> str:
        """See `Side.refuses_file`: the API takes less than the web application (§5)."""
        return self._attached.refuses(value)

    def take_file(self, scope: str, value: str, source: BinaryIO) -> None:
        """See `Side.take_file`: they go with the record's own upsert."""
        self._attached.take(value, source)

    def drop_files(self) -> None:
        """See `Side.drop_files`."""
        self._attached.drop()

    # -- the budget and the time ----------------------------------------------------

    @property
    def places(self) -> None:
        """See `Side.places`: there are none."""
        return None

    def ready(self, lane: Lane, calls: int) -> None:
        """See `Side.ready`."""
        self._client.ready(http_lane(lane), calls)

    def now(self) -> float:
        """See `Side.now`."""
        return server_now(self._client.date, self._client.received, self._clock)

    # -- helpers --------------------------------------------------------------------

    def _feed(self, scope: str, where: str, lane: Lane, since: float = 0.0) -> PagedFeed:
        def source(feed: PagedFeed) -> Iterator[Sequence[Record]]:
            whole = True
            for page in self._client.pages(self._table, self._select, where, http_lane(lane)):
                self._learn(page)
                feed.began = feed.began or (self._clock.now() if page.date is None else page.date)
                whole = whole and page.whole
                rows = self._records(page, scope)
                yield [one for one in rows if one.stamp is None or one.stamp >= since] if since else rows
            feed.clean = whole

        return PagedFeed(source)

    def _inside(self, ids: Sequence[int], lane: Lane) -> frozenset[int]:
        """Which of these (sorted) records the mapping's `where` takes up.

        Few are named one by one; for many, a range of ids is cheaper than many queries.
        Raises Transient where the vendor did not say it for all.
        """
        span = f"{{3.GTE.{ids[0]}}}AND{{3.LTE.{ids[-1]}}}"
        where = all_of(self._where, any_id(ids) if len(ids) <= FEW_IDS else span)
        found: set[int] = set()
        for page in self._client.pages(self._table, [3], where, http_lane(lane)):
            if not page.whole:
                raise Transient("Quickbase returned fewer records than it counted; it is read again later.")
            found.update(int(row["3"]) for row in page.rows)
        return frozenset(found)

    def _learn(self, page: Page) -> None:
        """Take in the types of fields that no rule names but an expression reads."""
        for fid, word in page.types.items():
            kind = kind_of_type(word)
            if fid not in self._kinds and kind is not None:
                self._kinds[fid] = kind

    def _records(self, page: Page, scope: str) -> list[Record]:
        return [self._record(row, scope, page.sent) for row in page.rows]

    def _record(self, row: Row, scope: str, sent: float) -> Record:
        raw: dict[str, Value | Absent] = {
            fid: decode(self._kinds[fid], value) if fid in self._kinds else ABSENT
            for fid, value in row.items()
        }
        raw.update(self._addresses.read(row))
        raw.update(self._attached.values(row))
        return Record(
            str(row["3"]),
            scope,
            self._plan.project(raw),
            _key(row.get(self._key)),
            _seconds(row.get("2")),
            _seconds(row.get("1")),
            sent,
        )


def _key(raw: object) -> str | None:
    key = decode(Kind.TEXT, raw)
    return ODD_KEY if isinstance(key, Unreadable) else key if isinstance(key, str) else None


def _seconds(raw: object) -> float | None:
    try:
        return parse_instant(raw) if isinstance(raw, str) and raw else None
    except ValueError:
        return None
