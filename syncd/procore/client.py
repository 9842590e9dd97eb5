"""Procore's calls, over the transport, for any resource the catalogue describes.

Nothing here knows a resource by name. Two of the vendor's unconfirmed habits are found out
as we go and remembered (`syncd.procore.ways`).
"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from syncd.catalog.resource import Act, Path, Resource, Shape
from syncd.clock import Clock
from syncd.errors import AuthProblem, Forbidden, NotFound, Rejected
from syncd.http.governor import Governor
from syncd.http.message import Answer, Call, Lane
from syncd.http.ports import Sender
from syncd.procore.answers import Row, count_in, entities_in, is_record, object_in, record_in, rows_in, told
from syncd.procore.calls import FAR_FUTURE, Calls
from syncd.procore.transfers import Transfers
from syncd.procore.view_rows import Views
from syncd.procore.ways import Listing, Way, Ways

__all__ = ["FAR_FUTURE", "Listing", "Page", "ProcoreClient", "Row", "Synced", "Written"]


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
    """Calls for one company. `date` is the server's time in its last answer.

    A scope is named "" (the company), by its project, or `project/record`. Writes may leave until
    `fresh_until` (monotonic seconds): later than that, Stale is raised and nothing is sent.
    """

    sender: Sender
    company: str
    governor: Governor
    clock: Clock
    stop: threading.Event | None = None
    transfer_status: str = "draft"
    date: float | None = field(default=None, init=False)
    received: float = field(default=0.0, init=False)
    calls: Calls = field(init=False)
    views: Views = field(init=False)
    transfers: Transfers = field(init=False)
    _ways: Ways = field(default_factory=Ways, init=False)
    _me: Row | None = field(default=None, init=False)

    def __post_init__(self) -> None:
        self.calls = Calls(self.company)
        self.views = Views(self, self.clock)
        self.transfers = Transfers(self, self.clock, self.transfer_status)

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
        smaller pages, unless the refusal is plainly about something else: what works is kept. Rows of a
        view may stand in for a list that does not answer.
        Raises Rejected if nothing does, Transient for an answer that is no list of records.
        """
        about = listing.resource
        if about.view_rows is not None and listing.path == about.list:
            return self.views.page(listing, number, lane, self._asked)
        return self._asked(listing, number, lane)

    def besides(self, listing: Listing, lane: Lane) -> list[Row]:
        """Records of a list that Procore keeps elsewhere: transfers that had to become budget changes."""
        about = listing.resource
        if not about.moved_to or listing.path != about.list:
            return []
        return self.transfers.listed(listing.scope, lane)

    def _asked(self, listing: Listing, number: int, lane: Lane) -> Page:
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
        if about.moved_to and self.transfers.is_moved(id):
            return self.transfers.show(scope, id, lane)
        call = self.calls.show(about, scope, id, lane)
        answer = self.send(call)
        row = record_in(answer, acted=False, template=call.path_template, about=about, scope=scope, id=id)
        return row, answer.sent

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

    def create(
        self, about: Resource, scope: str, body: Row, fresh_until: float, id: str = "", mark: str = ""
    ) -> Written:
        """Create one record, or the membership of the record that `id` names. Never repeated where
        it may have acted. `mark` tells it apart where the record has to become another's."""
        if about.moved_to:
            return self.transfers.create(about, scope, body, fresh_until, mark)
        return self.carry_out(self.calls.create(about, scope, body, id), about, scope, id, fresh_until)

    def update(self, about: Resource, scope: str, id: str, body: Row, fresh_until: float) -> Written:
        """Change one record: only the keys in `body`."""
        if about.moved_to:
            return self.transfers.update(about, scope, id, body, fresh_until)
        return self.carry_out(self.calls.update(about, scope, id, body), about, scope, id, fresh_until)

    def sync(self, about: Resource, items: Sequence[Row], fresh_until: float, scope: str = "") -> Synced:
        """Create and change up to `about.sync_limit` records in one call (§18)."""
        answer = self.send(replace(self.calls.sync(about, scope, items), fresh_until=fresh_until))
        found = object_in(answer, acted=True)
        return Synced(entities_in(found), found.get("errors"), answer.sent, told(answer))

    def delete(
        self, about: Resource, scope: str, id: str, fresh_until: float, *, gone_is_done: bool = False
    ) -> Written:
        """Delete one record, or move it to the recycle bin where that is all there is.

        Raises NotFound for one that is not there: it may only be hidden from us (§19). With
        `gone_is_done` that is the end that was wanted, as it is when a lost delete is repeated.
        """
        try:
            if about.moved_to:
                return self.transfers.delete(about, scope, id, fresh_until)
            return self.carry_out(self.calls.delete(about, scope, id), about, scope, id, fresh_until)
        except NotFound as gone:
            if not gone_is_done:
                raise
            return Written(None, 0.0, f"HTTP {gone.status}")

    def restore(self, about: Resource, scope: str, id: str, fresh_until: float) -> Written:
        """Bring a deleted record back."""
        return self.carry_out(self.calls.restore(about, scope, id), about, scope, id, fresh_until)

    def do(self, about: Resource, act: Act, scope: str, id: str, body: Row, fresh_until: float) -> Written:
        """One of the resource's further verbs. Never repeated where it may have acted, if doing it
        twice does more than doing it once."""
        return self.carry_out(self.calls.do(about, act, scope, id, body), about, scope, id, fresh_until)

    def act(self, path: Path, scope: str, id: str, fresh_until: float) -> Written:
        """Do something to one record that needs no body, such as moving it to the recycle bin."""
        return self.carry_out(self.calls.touch(path, scope, id), None, scope, id, fresh_until)

    def carry_out(
        self, call: Call, about: Resource | None, scope: str, id: str, fresh_until: float
    ) -> Written:
        """Send one of `calls`' writes and read the record in its answer.

        Raises Transient, with `maybe_acted`, where a record was to come and none did.
        """
        answer = self.send(replace(call, fresh_until=fresh_until))
        row: Row | None = None
        if call.expects == "json":
            row = record_in(answer, acted=True, template=call.path_template, about=about, scope=scope, id=id)
        elif is_record(found := answer.json()):
            row = found
        return Written(row, answer.sent, told(answer))

    # -- helpers --------------------------------------------------------------------

    def _page(self, listing: Listing, number: int, way: Way, lane: Lane) -> Page:
        call = self.calls.page(listing, number, way, lane)
        answer = self.send(call)
        shape = listing.shape
        rows = rows_in(answer, call.path_template, listing.resource, shape, listing.scope)
        if not listing.paged:
            return Page(rows, len(rows), max(1, len(rows)), False, answer.sent, answer.date)
        total = count_in(answer.headers, "total")
        size = count_in(answer.headers, "per-page") or way.size
        more = 'rel="next"' in answer.headers.get("link", "")
        if shape is Shape.DATA and total is None and "link" not in answer.headers:
            more = len(rows) >= size  # nothing says how long the list is, so a full page may have a next
        return Page(rows, total, size, more, answer.sent, answer.date)
