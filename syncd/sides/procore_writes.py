"""Writing one mapping's records to Procore, and reading each record's fate from the answer.

Where the resource has a bulk `sync`, changes go through it, and so do creates that carry an
`origin_id`: its answers are matched by id or origin_id, never by place. Fields that sync
does not know, and creates without a carrier, go one record a call. What no update takes is
done by a verb of the resource (`procore_acts`), after what an update takes.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from syncd.catalog.resource import Resource
from syncd.core.values import Absent
from syncd.errors import CallError, Stale, Stopped
from syncd.http.message import Lane
from syncd.mapping.compiled import Mapping as Compiled
from syncd.procore.client import ProcoreClient, Row, Written
from syncd.procore.errors import ItemError, field_named, item_errors
from syncd.procore.wire import decode_field, encode_body, identity, wire_id
from syncd.sides.batch import outcome_of, write_parts
from syncd.sides.port import Draft, Outcome, Patch, Record, Removal, Verdict
from syncd.sides.procore_entries import Entries, Entry, refusal
from syncd.sides.procore_fetch import Fetcher
from syncd.sides.procore_files import Bytes
from syncd.sides.procore_find import ORIGIN

__all__ = ["Writer"]


class Writer:
    """Creates, updates and removals for one resource; one outcome a record, in order."""

    def __init__(
        self,
        client: ProcoreClient,
        about: Resource,
        mapping: Compiled,
        read: Callable[[Row, str, float], Record],
        fetcher: Fetcher,
        bytes_: Bytes,
    ) -> None:
        self._client = client
        self._about = about
        self._read = read
        self._fetcher = fetcher
        self._entries = Entries(about, mapping, client, bytes_)
        self._ours = f"quickbase:{mapping.quickbase.table}:"
        self.creates_in_bulk = self._entries.creates_in_bulk
        self.updates_in_bulk = bool(about.sync) and (self._entries.carried or about.sync_by == "id")

    def create(self, drafts: Sequence[Draft], fresh_until: float) -> list[Outcome]:
        """Create; at most one record a call unless a carrier makes a repeat harmless."""
        return self._settle([self._entries.draft(one) for one in drafts], fresh_until)

    def update(self, patches: Sequence[Patch], fresh_until: float) -> list[Outcome]:
        """Change only the fields the patches name."""
        return self._settle(self._known([self._entries.patch(one) for one in patches]), fresh_until)

    def remove(self, removal: Removal, scope: str, id: str, fresh_until: float) -> Outcome:
        """Retire the record by its own inactive state, or delete it (a member is removed)."""
        wire = wire_id(id)
        if removal is Removal.ARCHIVE and self._about.archive is not None:
            name, value = self._about.archive
            field = self._about.field(name)
            body = encode_body([(field, value)]) if field else {name: value}
            return self._settle([Entry(body, scope, wire, bool(self._about.sync))], fresh_until)[0]
        if removal is Removal.DELETE and (self._about.delete or self._about.recycle):
            return write_parts([[wire]], lambda _: [self._deleted(scope, wire, fresh_until)], self._refusal)[
                0
            ]
        return Outcome(Verdict.REFUSED, reason=f"Procore has no way to {removal.value} {self._about.title}.")

    def _known(self, entries: list[Entry]) -> list[Entry]:
        """Where a bulk write knows records by their `origin_id` alone: which of ours carry one of
        ours just now. The others go one by one, or they would be made a second time."""
        if self._about.sync_by == "id":
            return entries
        many = [one for one in entries if one.bulk and ORIGIN not in one.body] if self.updates_in_bulk else []
        origins: dict[str, str] = {}
        if len(many) > 1:
            scope = many[0].scope
            found = self._fetcher.now(
                scope, [identity(self._about, scope, one.wire) for one in many], Lane.WRITE
            )
            origins = {wire_id(id): record.key or "" for id, record in found.items()}
        out = []
        for one in entries:
            origin = origins.get(one.wire, "")
            ours = origin.startswith(self._ours)
            out.append(replace(one, bulk=ours, origin=origin if ours else ""))
        return out

    # -- how it goes ----------------------------------------------------------------

    def _settle(self, entries: list[Entry], fresh_until: float) -> list[Outcome]:
        """Bulk first, in one call a thousand; then what has to go one by one."""
        many = [place for place, entry in enumerate(entries) if entry.bulk and not entry.refused]
        ones = [place for place, entry in enumerate(entries) if not entry.bulk and not entry.refused]
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
        settled |= {place: entry.refused for place, entry in enumerate(entries) if entry.refused}
        for place, outcome in settled.items():
            if outcome.verdict is Verdict.REFUSED and self._revives(entries[place]):
                settled[place] = self._revived(entries[place], fresh_until)
        return [settled[place] for place in range(len(entries))]

    def _revives(self, entry: Entry) -> bool:
        """Whether it makes an inactive record active, which may need a call of its own."""
        archive = self._about.archive
        return bool(self._about.reactivate and archive and entry.body.get(archive[0]) is (not archive[1]))

    def _revived(self, entry: Entry, fresh_until: float) -> Outcome:
        """Reactivate, then write. Only where the plain write was refused: that did nothing."""

        def send(_: Sequence[Entry]) -> list[Outcome]:
            self._client.act(self._about.reactivate, entry.scope, entry.wire, fresh_until)
            return [self._goes_on(entry, self._synced([entry], fresh_until)[0], fresh_until)]

        try:
            return write_parts([[entry]], send, self._refusal)[0]
        except (Stale, Stopped) as problem:
            return Outcome(Verdict.UNSENT, reason=problem.message)

    def _synced(self, part: Sequence[Entry], fresh_until: float) -> list[Outcome]:
        items = [one.item for one in part]
        answer = self._client.sync(self._about, items, fresh_until, part[0].scope)
        by_id = {str(row.get("id")): row for row in answer.entities}
        by_origin = {str(row[ORIGIN]): row for row in answer.entities if row.get(ORIGIN)}
        bad_ids, bad_origins = item_errors(answer.errors)
        outcomes = []
        for one in part:
            row = (by_id if one.by_id else by_origin).get(one.token)
            bad = (bad_ids if one.by_id else bad_origins).get(one.token)
            if bad is not None:
                outcomes.append(self._refused(bad, answer.told))
            elif row is not None and (not one.wire or str(row["id"]) == one.wire):
                record = self._read(row, one.scope, answer.sent)
                outcomes.append(Outcome(Verdict.DONE, record, response=answer.told))
            else:
                reason = "Procore's answer does not mention this record."
                outcomes.append(Outcome(Verdict.UNKNOWN, reason=reason, response=answer.told))
        return outcomes

    def _single(self, one: Entry, fresh_until: float) -> Outcome:
        if not one.wire:
            done = self._client.create(self._about, one.scope, one.body, fresh_until, one.member, one.mark)
            if done.row is None and one.member:  # its address says which it is, if not what it holds
                done = replace(done, row={"id": int(one.member)})
            return self._done(done, one.scope)
        outcome = None
        if one.body or not (one.turns or one.alone):
            outcome = self._updated(one, fresh_until)
        return self._goes_on(one, outcome, fresh_until)

    def _goes_on(self, one: Entry, outcome: Outcome | None, fresh_until: float) -> Outcome:
        """What comes after the update of what a bulk write knows. Once something was done, a call that is
        refused or lost leaves the whole of it UNKNOWN: it is settled field by field, by looking."""
        if one.alone and (outcome is None or outcome.verdict is Verdict.DONE):
            told = outcome.response if outcome else ""
            try:
                outcome = self._patched(one, one.alone, fresh_until)
            except (CallError, Stale, Stopped) as problem:
                if not told:
                    raise
                return Outcome(Verdict.UNKNOWN, reason=problem.message, response=told)
        if outcome is not None and (outcome.verdict is not Verdict.DONE or not one.turns):
            return outcome
        return self._turned(one, outcome, fresh_until)

    def _updated(self, one: Entry, fresh_until: float) -> Outcome:
        """An update of one record, with what it always has to carry, read just now."""
        if self._about.patch_by_sync and one.by_id:
            return self._synced([one], fresh_until)[0]
        return self._patched(one, one.body, fresh_until)

    def _patched(self, one: Entry, body: Row, fresh_until: float) -> Outcome:
        """The single update."""
        if one.lacks:
            row = self._fetcher.present(one.scope, one.wire, Lane.WRITE)
            if row is None:
                return refusal("It is not there.")
            found = [(field, decode_field(field, row, one.scope)) for field in one.lacks]
            for field, value in found:
                if value is None or isinstance(value, Absent):
                    return refusal(
                        f"Procore takes it only together with {field.field.label}, which is empty."
                    )
            given = [(field, value) for field, value in found if not isinstance(value, Absent)]
            body = {**encode_body(given), **body}
        done = self._client.update(self._about, one.scope, one.wire, body, fresh_until)
        return self._done(done, one.scope)

    def _turned(self, one: Entry, partly: Outcome | None, fresh_until: float) -> Outcome:
        """What is done besides an update, one call each, and how the record reads then.

        Once something was done, a call that is refused or lost leaves the whole of it UNKNOWN: it is
        settled field by field, by looking.
        """
        told, refused = partly.response if partly else "", None
        for turn in one.turns:
            try:
                done = self._client.do(turn.about, turn.act, turn.scope, turn.id, turn.body, fresh_until)
            except (CallError, Stale, Stopped) as problem:
                if not told:
                    raise
                refused = problem
                break
            told = done.told
        if refused is not None:
            return Outcome(Verdict.UNKNOWN, reason=refused.message, response=told)
        id = identity(self._about, one.scope, one.wire)
        record = self._fetcher.now(one.scope, [id], Lane.WRITE).get(id)
        if record is not None:
            record = _answered(one, partly.record if partly else None, record)
        return Outcome(Verdict.DONE, record, response=told)

    def _deleted(self, scope: str, wire: str, fresh_until: float) -> Outcome:
        done = self._client.delete(self._about, scope, wire, fresh_until)
        return Outcome(Verdict.DONE, response=done.told)

    def _done(self, done: Written, scope: str) -> Outcome:
        if done.row is None or "id" not in done.row:
            reason = "Procore's answer does not say which record it is."
            return Outcome(Verdict.UNKNOWN, reason=reason, response=done.told)
        return Outcome(Verdict.DONE, self._read(done.row, scope, done.sent), response=done.told)

    def _refused(self, bad: ItemError, told: str) -> Outcome:
        field = field_named(bad.reason, bad.keys, self._entries.fields)
        return Outcome(Verdict.REFUSED, reason=bad.reason, field=field, response=told)

    def _refusal(self, problem: CallError) -> Outcome:
        """A refused call as its record's outcome, with the field if the vendor names one."""
        plain = outcome_of(problem)
        field = field_named(plain.reason, (), self._entries.fields)
        return Outcome(plain.verdict, reason=plain.reason, field=field, response=plain.response)


def _answered(one: Entry, answer: Record | None, later: Record) -> Record:
    """A reading that may be older than our acts does not speak where Procore's answers to them do: what
    an update said, and boxes that an act that was done has turned."""
    values = list(later.values)
    for index, said in enumerate(answer.values if answer else ()):
        if not isinstance(said, Absent):
            values[index] = said
    for index, turned in one.ticks.items():
        values[index] = turned
    stamp = max(later.stamp or 0.0, (answer.stamp if answer else None) or 0.0) or None
    return later._replace(values=tuple(values), stamp=stamp)
