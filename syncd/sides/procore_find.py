"""Looking for what a create whose answer was lost may have made in Procore.

By who is a member, where the address of a membership names that; by the carrier, where the
mapping has one; else by the values and the time of creation. Where a resource has no time of
creation either, nothing tells a new record from an old one: those like what was sent are
candidates, the ones that a link holds are taken out by the engine, and a person says the rest.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from syncd.catalog.resource import Resource, ResourceField
from syncd.core.filevalue import may_agree
from syncd.core.values import Absent, Field, Kind, agree
from syncd.errors import CallError
from syncd.http.message import Lane
from syncd.procore.client import Listing, Page, ProcoreClient, Row
from syncd.procore.paging import Pass
from syncd.procore.wire import decode_field, identity, wire_id
from syncd.sides.port import Draft, Found, Gone, Reading, Record

__all__ = ["ORIGIN", "Finder"]

ORIGIN = "origin_id"
"""The only carrier that a filter finds and that sync merges on (reference procore-api §18)."""

SKEW = 2.0
"""Seconds before a create was sent that its record may still be stamped with: stamps are whole
seconds, and so is the `Date` we know the server's time by."""

ReadPage = Callable[[Page, str, Lane], Sequence[Record]]
Fetch = Callable[[str, Sequence[str], Lane], Reading]


class Finder:
    """Looks for one mapping's lost creates. `query` always goes with the list; `rules` are the
    mapping's Procore fields in rule order."""

    def __init__(
        self,
        client: ProcoreClient,
        about: Resource,
        query: tuple[tuple[str, str], ...],
        rules: Sequence[Field | None],
        carrier: ResourceField | None,
        read: ReadPage,
        fetch: Fetch,
    ) -> None:
        self._client, self._about, self._query = client, about, query
        self._rules, self._carrier = rules, carrier
        self._read, self._fetch = read, fetch
        self._maker = about.field(about.maker)
        self._me: str | None = None

    def find(self, draft: Draft, sent_at: float, lane: Lane) -> Found:
        """See `Side.find`."""
        if self._about.create_id:
            return self._member(draft, lane)
        if draft.key and self._carrier is not None and self._carrier.name == ORIGIN:
            return self._by_origin(draft, lane)
        since = max(0.0, sent_at - SKEW)
        self._learn_who_we_are()
        same: list[Record] = []
        maybe: list[Record] = []
        sure = True
        for walk in self._walks(draft.scope, self._span(since), lane):
            if same:
                break
            for record in self._all(walk, draft.scope, lane):
                if record.created is not None and record.created < since:
                    continue
                if record.key and (draft.key or self._carrier is None):
                    if record.key == draft.key:
                        same.append(record)
                elif not (draft.key and self._carrier is not None) and record.ours is not False:
                    self._sort(record, draft, same, maybe)
            sure = sure and walk.whole
        return Found(tuple(same), tuple(maybe), sure=sure)

    def ours(self, row: Row, scope: str) -> bool | None:
        """Whether our own account made the record, as far as we have asked who we are."""
        maker = decode_field(self._maker, row, scope) if self._me and self._maker else None
        return str(maker) == self._me if maker and not isinstance(maker, Absent) else None

    def _sort(self, record: Record, draft: Draft, same: list[Record], maybe: list[Record]) -> None:
        """One that was made at that time is ours if it holds all that was sent, else it may be. One of
        which nobody knows the time may be at most, and only while more of it is alike than not; unless
        the place it takes can be taken once only, and it holds all that was sent."""
        equal, differ = self._alike(record, draft)
        place = self._about.unique and record.created is None
        if record.created is not None or (place and self._in_place_of(record, draft)):
            (maybe if differ else same).append(record)
        elif not place and equal and differ <= equal:
            maybe.append(record)

    def _in_place_of(self, record: Record, draft: Draft) -> bool:
        """Whether it has the values that no two records of its scope share."""
        for index, value in draft.values.items():
            field, now = self._rules[index], record.values[index]
            if field is not None and field.name in self._about.unique:
                if isinstance(now, Absent) or not agree(value, now, field):
                    return False
        return True

    def _alike(self, record: Record, draft: Draft) -> tuple[int, int]:
        """How many of the values sent the record holds, and in how many it differs."""
        equal = differ = 0
        for index, value in draft.values.items():
            field, now = self._rules[index], record.values[index]
            if field is None or isinstance(now, Absent):
                continue
            if agree(value, now, field) or (field.kind is Kind.FILE and may_agree(value, now)):
                equal += 1
            else:
                differ += 1
        return equal, differ

    def _member(self, draft: Draft, lane: Lane) -> Found:
        """A membership is named by who is a member: it is there, or it is not."""
        named = self._about.field(self._about.create_id)
        for index, rule in enumerate(self._rules):
            value = draft.values.get(index)
            if named is not None and rule is not None and rule.name == named.name and value is not None:
                id = identity(self._about, draft.scope, wire_id(str(value)))
                found = self._fetch(draft.scope, [id], lane)[id]
                if isinstance(found, Record):
                    return Found((found,))
                return Found(sure=found is Gone.MISSING)
        return Found()

    def _by_origin(self, draft: Draft, lane: Lane) -> Found:
        # Rows with another key mean that the filter was ignored; only a whole list settles it then.
        sure = True
        for walk in self._walks(draft.scope, (), lane, ((self._about.origin_filter, draft.key or ""),)):
            found = [one for one in self._all(walk, draft.scope, lane) if one.key == draft.key]
            sure = sure and walk.whole
            if found:
                return Found(tuple(found), sure=sure)
        return Found(sure=sure)

    def _span(self, since: float) -> tuple[tuple[str, float], ...]:
        """What narrows the list to new records, where it can be narrowed."""
        if not (self._about.created_filter or self._about.updated_filter):
            return ()
        return ((f"filters[{'created_at' if self._about.created_filter else 'updated_at'}]", since),)

    def _walks(
        self,
        scope: str,
        span: tuple[tuple[str, float], ...],
        lane: Lane,
        more: tuple[tuple[str, str], ...] = (),
    ) -> Iterator[Pass]:
        """The list, and the one of what is not active, where what was made may stand by now; that one
        knows no filters (reference procore-api §3.1)."""
        query = (*self._query, *more)
        yield Pass(self._client, Listing(self._about, self._about.list, scope, query, span), lane)
        if self._about.inactive:
            bare = tuple(pair for pair in self._query if not pair[0].startswith("filters"))
            yield Pass(self._client, Listing(self._about, self._about.inactive, scope, bare), lane)

    def _all(self, walk: Pass, scope: str, lane: Lane) -> Iterator[Record]:
        for page in walk.pages():
            yield from self._read(page, scope, lane)

    def _learn_who_we_are(self) -> None:
        """Our own id, so that what others create at the same time is not taken for ours."""
        if self._me is None:
            try:
                self._me = str(self._client.me().get("id", ""))
            except CallError:
                self._me = ""
