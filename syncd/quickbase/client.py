"""Quickbase's record calls, over the transport (reference quickbase-api §2).

Knows paths, bodies and limits; knows nothing of mappings. Paging is by record id, never by
offset: rows that move while we page are then neither missed nor read twice.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from syncd.clock import instant_text
from syncd.errors import Transient
from syncd.http.governor import Governor
from syncd.http.message import Answer, Call, CallKind, Lane
from syncd.http.ports import Sender
from syncd.quickbase.answers import Row, count_in, mapping_in, object_in, readable_rows, rows_in, understood
from syncd.quickbase.errors import LineError, line_errors
from syncd.quickbase.where import all_of, record_after

__all__ = ["MOST_BYTES", "PAGE_ROWS", "Changes", "Page", "QuickbaseClient", "Row", "Upserted"]

PAGE_ROWS = 10_000
"""Rows asked for a page; the vendor cuts pages by size anyway (§2.3)."""

MOST_BYTES = 30 * 1024 * 1024
"""Bytes of one upsert: the vendor takes 40 MB (§2.1), we keep a margin for encodings."""

MOST_IDS = 5_000
"""Record ids in one query; the vendor takes 50,000 (§2.3), a page rarely holds more rows."""

MOST_PAGES = 10_000
"""Pages of one pass; each brings at least one record, so only a broken server gets here."""


@dataclass(frozen=True, slots=True)
class Page:
    """One page of a query. `total` is what the vendor says matches from here on.

    `sent` is our monotonic time when the request left, `date` the server's epoch seconds;
    `types` are Quickbase's words for the types of the fields that came, by field id.
    """

    rows: list[Row]
    total: int
    whole: bool
    sent: float
    date: float | None
    types: dict[str, str]


@dataclass(frozen=True, slots=True)
class Upserted:
    """What became of an upsert: rows read back, refused lines by place from 0, new ids."""

    rows: list[Row]
    refused: dict[int, LineError]
    created: frozenset[int]
    sent: float
    status: int
    request_id: str = ""


@dataclass(frozen=True, slots=True)
class Changes:
    """The deletions `modifiedSince` lists; `truncated` where it could not list them all."""

    deleted: frozenset[int] = frozenset()
    truncated: bool = False


@dataclass(slots=True)
class QuickbaseClient:
    """Record calls of one app. Every call goes through `sender`, which keeps the budget.

    `date` is the server's time in its last answer, `received` our monotonic time then.
    """

    sender: Sender
    app_id: str
    governor: Governor
    stop: threading.Event | None = None
    date: float | None = field(default=None, init=False)
    received: float = field(default=0.0, init=False)

    def ready(self, lane: Lane, calls: int) -> None:
        """Wait until so many calls could go at once. Raises Stopped."""
        self.governor.ready(lane, calls, stop=self.stop)

    def send(self, call: Call) -> Answer:
        """Send a call and remember what time the server says it is."""
        answer = self.sender.send(call)
        if answer.date is not None:
            self.date, self.received = answer.date, answer.received
        return answer

    def query(
        self,
        table: str,
        select: Sequence[int],
        where: str | Sequence[int],
        lane: Lane,
        *,
        top: int = PAGE_ROWS,
    ) -> Page:
        """One page of records, sorted by record id. `where` is a query or record ids.

        Raises the tree in `syncd.errors`; Transient also for an answer of an unknown shape.
        """
        body: dict[str, Any] = {
            "from": table,
            "select": list(select),
            "sortBy": [{"fieldId": 3, "order": "ASC"}],
            "options": {"top": top},
        }
        if where:
            body["where"] = where if isinstance(where, str) else list(where)
        answer = self.send(Call("POST", "/records/query", json=body, lane=lane))
        with understood(answer, "a query"):
            return _page(answer)

    def pages(self, table: str, select: Sequence[int], where: str, lane: Lane) -> Iterator[Page]:
        """All pages of a query, each beginning after the last record of the one before.

        Ends when the vendor's total is covered, or on a page that is not whole, which is
        yielded last: the caller then knows that the pass saw true rows but not all.
        """
        last = 0
        for _ in range(MOST_PAGES):
            page = self.query(table, select, all_of(where, record_after(last)), lane)
            yield page
            reached = max((row["3"] for row in page.rows), default=0)
            if not page.whole or len(page.rows) >= page.total or reached <= last:
                return
            last = reached

    def by_ids(self, table: str, select: Sequence[int], ids: Sequence[int], lane: Lane) -> Iterator[Page]:
        """The records with these ids; those that do not exist are simply not there.

        Raises Transient where the vendor returned fewer rows than it says there are.
        """
        ordered = sorted(set(ids))
        for start in range(0, len(ordered), MOST_IDS):
            asked = ordered[start : start + MOST_IDS]
            while asked:
                page = self.query(table, select, asked, lane)
                if not page.whole:
                    raise Transient("Quickbase returned fewer records than it counted; try again.")
                yield page
                if len(page.rows) >= page.total or not page.rows:
                    break
                reached = max(row["3"] for row in page.rows)
                asked = [rid for rid in asked if rid > reached]

    def upsert(
        self,
        table: str,
        records: Sequence[Row],
        *,
        returns: Sequence[int],
        merge: int | None = None,
        kind: CallKind = CallKind.IDEMPOTENT_WRITE,
        lane: Lane = Lane.WRITE,
        fresh_until: float | None = None,
    ) -> Upserted:
        """Create or change records in one call. Raises the tree in `syncd.errors`.

        `merge` is the unique field that says which record is meant; without it that is
        the table's key field, normally the record id.
        """
        body: dict[str, Any] = {
            "to": table,
            "data": [{fid: {"value": value} for fid, value in record.items()} for record in records],
            "fieldsToReturn": list(returns),
        }
        if merge is not None:
            body["mergeFieldId"] = merge
        call = Call("POST", "/records", json=body, kind=kind, lane=lane, fresh_until=fresh_until)
        answer = self.send(call)
        return self.upserted(answer)

    def upserted(self, answer: Answer) -> Upserted:
        """What the answer to an upsert says. Raises Transient for one of an unknown shape."""
        with understood(answer, "an upsert", acted=True):
            found = object_in(answer)
            metadata = mapping_in(found.get("metadata"), "metadata")
            return Upserted(
                readable_rows(found.get("data")),
                line_errors(metadata),
                frozenset(int(rid) for rid in metadata.get("createdRecordIds") or ()),
                answer.sent,
                answer.status,
                answer.request_id,
            )

    def delete(
        self, table: str, ids: Sequence[int], *, lane: Lane = Lane.WRITE, fresh_until: float | None = None
    ) -> int:
        """Delete records by id; how many there were. Ids that do not exist are no error."""
        call = Call(
            "DELETE",
            "/records",
            json={"from": table, "where": list(ids)},
            kind=CallKind.IDEMPOTENT_WRITE,
            lane=lane,
            fresh_until=fresh_until,
        )
        answer = self.send(call)
        with understood(answer, "a delete", acted=True):
            return count_in(object_in(answer), "numberDeleted", 0)

    def deletions(self, table: str, after: float, lane: Lane) -> Changes:
        """What was deleted since `after` (§2.4). Raises Forbidden without admin rights."""
        body = {"from": table, "after": instant_text(after), "includeDetails": True}
        answer = self.send(Call("POST", "/records/modifiedSince", json=body, lane=lane))
        with understood(answer, "a question for deletions"):
            found = object_in(answer)
            changes = found.get("changes") or ()
            gone = frozenset(int(one["recordId"]) for one in changes if one.get("changeType") == "DELETE")
            return Changes(gone, bool(found.get("deletesTruncated")))


def _page(answer: Answer) -> Page:
    found = object_in(answer)
    rows = rows_in(found.get("data"))
    metadata = mapping_in(found.get("metadata"), "metadata")
    counted = count_in(metadata, "numRecords", len(rows))
    total = count_in(metadata, "totalRecords", len(rows))
    # A page may end before the total (it is cut by size), but never hold fewer rows than
    # it says, nor none at all while some are left.
    whole = counted == len(rows) and (bool(rows) or total == 0)
    types = {str(one["id"]): str(one.get("type", "")) for one in found.get("fields") or ()}
    return Page(rows, total, whole, answer.sent, answer.date, types)
