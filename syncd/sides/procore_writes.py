"""Writing one mapping's records to Procore, and reading each record's fate from the answer.

Where the resource has a bulk `sync`, changes go through it, and so do creates that carry an
`origin_id`: its answers are matched by id or origin_id, never by place. Fields that sync
does not know, and creates without a carrier, go one record a call.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from syncd.catalog.resource import Resource, ResourceField
from syncd.core.values import SideName, Value
from syncd.errors import CallError, Stale, Stopped
from syncd.mapping.compiled import Mapping as Compiled
from syncd.procore.client import ProcoreClient, Row, Written
from syncd.procore.errors import ItemError, field_named, item_errors
from syncd.procore.wire import encode_body, wire_id
from syncd.sides.batch import outcome_of, write_parts
from syncd.sides.port import Draft, Outcome, Patch, Record, Removal, Verdict

__all__ = ["ORIGIN", "Writer"]

ORIGIN = "origin_id"
"""The only carrier that sync merges on (reference procore-api §18)."""


@dataclass(frozen=True, slots=True)
class _Entry:
    """One record on its way. `wire` is its id in Procore, "" for a new one."""

    body: Row
    scope: str
    wire: str = ""
    bulk: bool = False

    @property
    def token(self) -> str:
        """What tells its answer apart in a sync's."""
        return self.wire or str(self.body.get(ORIGIN, ""))


class Writer:
    """Creates, updates and removals for one resource; one outcome a record, in order."""

    def __init__(
        self,
        client: ProcoreClient,
        about: Resource,
        mapping: Compiled,
        read: Callable[[Row, str, float], Record],
    ) -> None:
        self._client = client
        self._about = about
        self._read = read
        self._carrier = mapping.procore.carrier
        self._fields = [about.field(one.procore.name) if one.procore else None for one in mapping.rules]
        self._flag = about.field(mapping.on_delete(SideName.PROCORE).flag)
        self.creates_in_bulk = bool(about.sync) and self._carrier == ORIGIN

    def create(self, drafts: Sequence[Draft], fresh_until: float) -> list[Outcome]:
        """Create; at most one record a call unless a carrier makes a repeat harmless."""
        return self._settle([self._draft(one) for one in drafts], fresh_until)

    def update(self, patches: Sequence[Patch], fresh_until: float) -> list[Outcome]:
        """Change only the fields the patches name."""
        return self._settle([self._patch(one) for one in patches], fresh_until)

    def remove(self, removal: Removal, scope: str, id: str, fresh_until: float) -> Outcome:
        """Retire the record by its own inactive state, or move it to the recycle bin."""
        wire = wire_id(id)
        if removal is Removal.ARCHIVE and self._about.archive is not None:
            name, value = self._about.archive
            field = self._about.field(name)
            body = encode_body([(field, value)]) if field else {name: value}
            return self._settle([_Entry(body, scope, wire, bool(self._about.sync))], fresh_until)[0]
        if removal is Removal.DELETE and self._about.recycle:
            return write_parts([[wire]], lambda _: [self._recycled(scope, wire, fresh_until)], self._refusal)[
                0
            ]
        return Outcome(Verdict.REFUSED, reason=f"Procore has no way to {removal.value} {self._about.title}.")

    # -- what is sent ---------------------------------------------------------------

    def _draft(self, draft: Draft) -> _Entry:
        fields, body = self._body({index: v for index, v in draft.values.items() if v is not None})
        if draft.key and self._carrier:
            carrier = self._about.field(self._carrier)
            body[carrier.write if carrier else self._carrier] = draft.key
        bulk = self.creates_in_bulk and bool(draft.key) and all(one.bulk for one in fields)
        return _Entry(body, draft.scope, "", bulk)

    def _patch(self, patch: Patch) -> _Entry:
        fields, body = self._body(patch.values)
        if patch.key is not None and self._carrier:
            carrier = self._about.field(self._carrier)
            body[carrier.write if carrier else self._carrier] = patch.key
        if patch.flag and self._flag is not None:
            fields.append(self._flag)
            body.update(encode_body([(self._flag, True)]))
        bulk = bool(self._about.sync) and all(one.bulk for one in fields)
        return _Entry(body, patch.scope, wire_id(patch.id), bulk)

    def _body(self, values: Mapping[int, Value]) -> tuple[list[ResourceField], Row]:
        pairs = [(field, value) for index, value in values.items() if (field := self._fields[index])]
        return [field for field, _ in pairs], encode_body(pairs)

    # -- how it goes ----------------------------------------------------------------

    def _settle(self, entries: list[_Entry], fresh_until: float) -> list[Outcome]:
        """Bulk first, in one call a thousand; then what has to go one by one."""
        many = [place for place, entry in enumerate(entries) if entry.bulk]
        ones = [place for place, entry in enumerate(entries) if not entry.bulk]
        limit = self._about.sync_limit
        parts = [many[at : at + limit] for at in range(0, len(many), limit)]
        in_order = [*many, *ones]

        def send(part: Sequence[int]) -> list[Outcome]:
            chosen = [entries[place] for place in part]
            if chosen[0].bulk:
                return self._synced(chosen, fresh_until)
            return [self._single(chosen[0], fresh_until)]

        outcomes = write_parts([*parts, *([place] for place in ones)], send, self._refusal)
        settled = dict(zip(in_order, outcomes, strict=True))
        for place, outcome in settled.items():
            if outcome.verdict is Verdict.REFUSED and self._revives(entries[place]):
                settled[place] = self._revived(entries[place], fresh_until)
        return [settled[place] for place in range(len(entries))]

    def _revives(self, entry: _Entry) -> bool:
        """Whether it makes an inactive record active, which may need a call of its own."""
        archive = self._about.archive
        return bool(self._about.reactivate and archive and entry.body.get(archive[0]) is (not archive[1]))

    def _revived(self, entry: _Entry, fresh_until: float) -> Outcome:
        """Reactivate, then write. Only where the plain write was refused: that did nothing."""

        def send(_: Sequence[_Entry]) -> list[Outcome]:
            self._client.act(self._about.reactivate, entry.scope, entry.wire, fresh_until)
            return self._synced([entry], fresh_until)

        try:
            return write_parts([[entry]], send, self._refusal)[0]
        except (Stale, Stopped) as problem:
            return Outcome(Verdict.UNSENT, reason=problem.message)

    def _synced(self, part: Sequence[_Entry], fresh_until: float) -> list[Outcome]:
        items = [{"id": int(one.wire), **one.body} if one.wire else one.body for one in part]
        answer = self._client.sync(self._about, items, fresh_until)
        by_id = {str(row.get("id")): row for row in answer.entities}
        by_origin = {str(row[ORIGIN]): row for row in answer.entities if row.get(ORIGIN)}
        bad_ids, bad_origins = item_errors(answer.errors)
        outcomes = []
        for one in part:
            row = (by_id if one.wire else by_origin).get(one.token)
            bad = (bad_ids if one.wire else bad_origins).get(one.token)
            if bad is not None:
                outcomes.append(self._refused(bad, answer.told))
            elif row is not None:
                record = self._read(row, one.scope, answer.sent)
                outcomes.append(Outcome(Verdict.DONE, record, response=answer.told))
            else:
                reason = "Procore's answer does not mention this record."
                outcomes.append(Outcome(Verdict.UNKNOWN, reason=reason, response=answer.told))
        return outcomes

    def _single(self, one: _Entry, fresh_until: float) -> Outcome:
        if one.wire:
            done = self._client.update(self._about, one.scope, one.wire, one.body, fresh_until)
        else:
            done = self._client.create(self._about, one.scope, one.body, fresh_until)
        return self._done(done, one.scope)

    def _recycled(self, scope: str, wire: str, fresh_until: float) -> Outcome:
        done = self._client.act(self._about.recycle, scope, wire, fresh_until)
        return Outcome(Verdict.DONE, response=done.told)

    def _done(self, done: Written, scope: str) -> Outcome:
        if done.row is None or "id" not in done.row:
            reason = "Procore's answer does not say which record it is."
            return Outcome(Verdict.UNKNOWN, reason=reason, response=done.told)
        return Outcome(Verdict.DONE, self._read(done.row, scope, done.sent), response=done.told)

    def _refused(self, bad: ItemError, told: str) -> Outcome:
        field = field_named(bad.reason, bad.keys, self._fields)
        return Outcome(Verdict.REFUSED, reason=bad.reason, field=field, response=told)

    def _refusal(self, problem: CallError) -> Outcome:
        """A refused call as its record's outcome, with the field if the vendor names one."""
        plain = outcome_of(problem)
        field = field_named(plain.reason, (), self._fields)
        return Outcome(plain.verdict, reason=plain.reason, field=field, response=plain.response)
