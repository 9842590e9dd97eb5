"""Procore's calls, over the transport, for any resource the catalogue describes.

Nothing here knows a resource by name. Two of the vendor's unconfirmed habits are found out
as we go and remembered (`syncd.procore.ways`).
"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from syncd.catalog.resource import Path, Resource
from syncd.clock import instant_text
from syncd.errors import AuthProblem, Forbidden, Rejected
from syncd.http.governor import Governor
from syncd.http.message import Answer, Call, CallKind, Lane
from syncd.http.ports import Sender
from syncd.procore.answers import Row, count_in, entities_in, is_record, object_in, record_in, rows_in, told
from syncd.procore.ways import Listing, Way, Ways

__all__ = ["FAR_FUTURE", "Listing", "Page", "ProcoreClient", "Row", "Synced", "Written"]

FAR_FUTURE = "2100-01-01T00:00:00Z"
"""The open upper end of a range; Procore wants one (reference procore-api §17)."""


@dataclass(frozen=True, slots=True)
class Page:
    """One page. `total` is the header's word, None where it is missing; `size` what a full page has."""

    rows: list[Row]
    total: int | None
    size: int
    more: bool
    sent: float
    date: float | None


@dataclass(frozen=True, slots=True)
class Written:
    """A single write's answer: the record as Procore stored it, None if it returned none."""

    row: Row | None
    sent: float
    told: str


@dataclass(frozen=True, slots=True)
class Synced:
    """A bulk write's answer, unsorted: match entities and errors by id, never by place."""

    entities: list[Row]
    errors: Any
    sent: float
    told: str


@dataclass(slots=True)
class ProcoreClient:
    """Calls for one company. `date` is the server's time in its last answer."""

    sender: Sender
    company: str
    governor: Governor
    stop: threading.Event | None = None
    date: float | None = field(default=None, init=False)
    received: float = field(default=0.0, init=False)
    _ways: Ways = field(default_factory=Ways, init=False)
    _me: Row | None = field(default=None, init=False)

    def send(self, call: Call) -> Answer:
        """Send a call and remember what time the server says it is.

        Raises AuthProblem where the whole company is closed to us (reference procore-api §19).
        """
        try:
            answer = self.sender.send(call)
        except Forbidden as closed:
            if "not connected to this company" not in closed.detail:
                raise
            raise AuthProblem(
                f"Procore does not let this app into company {self.company}: {closed.detail}.",
                hint="Check SYNCD_PROCORE__COMPANY_ID, and that the app is installed in that company.",
            ) from closed
        if answer.date is not None:
            self.date, self.received = answer.date, answer.received
        return answer

    def ready(self, lane: Lane, calls: int) -> None:
        """Wait until so many calls could go at once. Raises Stopped."""
        self.governor.ready(lane, calls, stop=self.stop)

    # -- reading --------------------------------------------------------------------

    def page(self, listing: Listing, number: int, lane: Lane) -> Page:
        """One page of a list. Raises Forbidden or NotFound where the list is closed to us.

        A refused page is asked for again with the range in quotes (or without them) and in
        smaller pages, unless the refusal is plainly about something else: what works is kept.
        Raises Rejected if nothing does, Transient for an answer that is no list of records.
        """
        usual = self._ways.usual(listing)
        try:
            return self._page(listing, number, usual, lane)
        except Rejected as problem:
            refused = problem
        for way in self._ways.others(listing, number, usual, refused):
            try:
                page = self._page(listing, number, way, lane)
            except Rejected:
                continue
            self._ways.keep(listing, usual, way)
            return page
        raise refused

    def show(self, about: Resource, scope: str, id: str, lane: Lane) -> tuple[Row, float]:
        """One record whole, and when the request left. Raises NotFound, Forbidden."""
        query = (*about.show_params, *self._company_query(about.show))
        path = about.show.fill(company=self.company, project=scope, id=id)
        answer = self.send(Call("GET", path, about.show.template, query, lane=lane))
        return record_in(answer, acted=False), answer.sent

    def get(self, path: str, query: tuple[tuple[str, str], ...] = (), lane: Lane = Lane.COMMAND) -> Any:
        """Any other reading, parsed."""
        return self.send(Call("GET", path, query=query, lane=lane)).json()

    def me(self) -> Row:
        """Who we are to Procore; asked once."""
        if self._me is None:
            found = self.get("/rest/v1.0/me", lane=Lane.DUE)
            self._me = found if isinstance(found, dict) else {}
        return self._me

    # -- writing --------------------------------------------------------------------

    def create(self, about: Resource, scope: str, body: Row, fresh_until: float) -> Written:
        """Create one record. Never repeated where it may have acted."""
        return self._write("POST", about.create, about, scope, "", body, CallKind.CREATE, fresh_until)

    def update(self, about: Resource, scope: str, id: str, body: Row, fresh_until: float) -> Written:
        """Change one record: only the keys in `body`."""
        kind = CallKind.IDEMPOTENT_WRITE
        return self._write("PATCH", about.update, about, scope, id, body, kind, fresh_until)

    def sync(self, about: Resource, items: Sequence[Row], fresh_until: float) -> Synced:
        """Create and change up to `about.sync_limit` records in one call (§18)."""
        body: Row = {"company_id": int(self.company), "updates": list(items)}
        path = about.sync.fill(company=self.company)
        call = Call(
            "PATCH",
            path,
            about.sync.template,
            json=body,
            kind=CallKind.IDEMPOTENT_WRITE,
            lane=Lane.WRITE,
            fresh_until=fresh_until,
        )
        answer = self.send(call)
        found = object_in(answer, acted=True)
        return Synced(entities_in(found), found.get("errors"), answer.sent, told(answer))

    def act(self, path: Path, scope: str, id: str, fresh_until: float) -> Written:
        """Do something to one record that needs no body, such as moving it to the recycle bin."""
        call = Call(
            "PATCH",
            path.fill(company=self.company, project=scope, id=id),
            path.template,
            self._company_query(path),
            kind=CallKind.IDEMPOTENT_WRITE,
            lane=Lane.WRITE,
            fresh_until=fresh_until,
            expects="nothing",
        )
        answer = self.send(call)
        found = answer.json()
        return Written(found if is_record(found) else None, answer.sent, told(answer))

    # -- helpers --------------------------------------------------------------------

    def _write(
        self,
        method: str,
        path: Path,
        about: Resource,
        scope: str,
        id: str,
        body: Row,
        kind: CallKind,
        fresh_until: float,
    ) -> Written:
        wrapped: Row = {about.wrapper: body}
        if path.company_in == "body":
            wrapped["company_id"] = int(self.company)
        call = Call(
            method,
            path.fill(company=self.company, project=scope, id=id),
            path.template,
            self._company_query(path),
            json=wrapped,
            kind=kind,
            lane=Lane.WRITE,
            fresh_until=fresh_until,
        )
        answer = self.send(call)
        return Written(record_in(answer, acted=True), answer.sent, told(answer))

    def _page(self, listing: Listing, number: int, way: Way, lane: Lane) -> Page:
        query = [*self._company_query(listing.path), *listing.query]
        for name, since in listing.since:
            span = f"{instant_text(since)}...{FAR_FUTURE}"
            query.append((name, f'"{span}"' if way.quoted else span))
        query += [("page", str(number)), ("per_page", str(way.size))]
        path = listing.path.fill(company=self.company, project=listing.scope)
        answer = self.send(Call("GET", path, listing.path.template, tuple(query), lane=lane))
        return Page(
            rows_in(answer, listing.path.template),
            count_in(answer.headers, "total"),
            count_in(answer.headers, "per-page") or way.size,
            'rel="next"' in answer.headers.get("link", ""),
            answer.sent,
            answer.date,
        )

    def _company_query(self, path: Path) -> tuple[tuple[str, str], ...]:
        return (("company_id", self.company),) if path.company_in == "query" else ()
