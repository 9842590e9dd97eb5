"""Writing one mapping's records to Quickbase, and reading each record's fate from the answer.

How a number, a day or a reference is emptied is not confirmed (`null` or `""`, reference
quickbase-api §4.3), so it is found out: what the read-back shows as still filled, or a
line error refuses, is sent once more in the other form, and the form that worked is kept.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from syncd.core.values import LISTS, Kind, SideName, Value
from syncd.errors import CallError, Stale, Stopped
from syncd.mapping.compiled import Mapping as Compiled
from syncd.quickbase.client import MOST_BYTES, QuickbaseClient, Row, Upserted
from syncd.quickbase.errors import LineError
from syncd.quickbase.wire import TEXTUAL, encode
from syncd.sides.batch import outcome_of, write_parts
from syncd.sides.port import Draft, Outcome, Patch, Record, Verdict

__all__ = ["Writer"]

_CERTAIN = TEXTUAL | LISTS | {Kind.CHECKBOX}
"""Kinds whose empty form is beyond doubt."""

_DATED = frozenset({Kind.DAY, Kind.INSTANT})

_UNTRIED = object()

NOT_FLAGGED = "Quickbase did not keep the checkbox that says so."
"""What is said where a flag was sent and the answer shows that it is not set (P11)."""

MOST_TRIES = 3
"""Calls that may follow an update to empty fields the other way; usually none does."""


@dataclass(frozen=True, slots=True)
class _Entry:
    """One record on its way: what is sent, and which fields of it are being emptied."""

    row: Row
    emptied: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class _Sent:
    """What became of one record, and the fields that a refusal names."""

    outcome: Outcome
    fids: frozenset[str] = frozenset()


class Writer:
    """Creates, updates and deletes for one table; one outcome a record, in order."""

    def __init__(
        self,
        client: QuickbaseClient,
        mapping: Compiled,
        select: Sequence[int],
        read: Callable[[Row, str, float], Record],
        table_key: int,
    ) -> None:
        self._client = client
        self._table = mapping.quickbase.table
        self._key = mapping.quickbase.key
        self._flag = mapping.on_delete(SideName.QUICKBASE).flag
        self._fields = [one.quickbase for one in mapping.rules]
        self._rule_of = {field.name: index for index, field in enumerate(self._fields) if field}
        self._select = [*select, int(self._flag)] if self._flag else select
        self._read = read
        self._address = None if table_key == 3 else 3  # what an update merges on, if not the key
        self._forms: dict[str, Any] = {}

    def create(self, drafts: Sequence[Draft], fresh_until: float) -> list[Outcome]:
        """Upsert by the key field. A draft without a key would not be safe to repeat: refused."""
        outcomes: dict[int, Outcome] = {}
        entries: dict[str, tuple[int, _Entry]] = {}
        for place, draft in enumerate(drafts):
            if not draft.key:
                outcomes[place] = Outcome(Verdict.REFUSED, reason="It has no key to be created by.")
            elif draft.key in entries:
                outcomes[place] = Outcome(Verdict.UNSENT, reason="Another record of this batch has its key.")
            else:
                entries[draft.key] = (place, self._entry(draft.values, {self._key: draft.key}, new=True))
        scope = drafts[0].scope if drafts else ""
        sent = write_parts(
            _by_size([entry for _, entry in entries.values()]),
            lambda part: self._created(part, scope, fresh_until),
        )
        for (place, _), outcome in zip(entries.values(), sent, strict=True):
            outcomes[place] = outcome
        return [outcomes[place] for place in range(len(drafts))]

    def _created(self, part: Sequence[_Entry], scope: str, fresh_until: float) -> list[Outcome]:
        sent = self._send(part, self._key, int(self._key), scope, fresh_until)
        return [one.outcome for one in sent]

    def update(self, patches: Sequence[Patch], fresh_until: float) -> list[Outcome]:
        """Upsert by record id. Raises Stale or Stopped only while nothing has been sent."""
        entries = []
        for patch in patches:
            start: Row = {"3": int(patch.id)}
            if patch.key is not None:
                start[self._key] = patch.key
            if patch.flag:
                start[self._flag] = True
            entries.append(self._entry(patch.values, start))
        scope = patches[0].scope if patches else ""
        return write_parts(_by_size(entries), lambda part: self._update(part, scope, fresh_until))

    def delete(self, rid: str, fresh_until: float) -> Outcome:
        """Delete one record; one that is gone already counts as deleted."""
        try:
            count = self._client.delete(self._table, [int(rid)], fresh_until=fresh_until)
        except CallError as problem:
            return outcome_of(problem)
        return Outcome(Verdict.DONE, reason="" if count else "It was gone already.", response="HTTP 200")

    def _entry(self, values: Mapping[int, Value], start: Row, *, new: bool = False) -> _Entry:
        row, emptied = dict(start), set()
        for index, value in values.items():
            field = self._fields[index]
            if field is None or (new and value is None):
                continue  # a new record's fields are empty already
            row[field.name] = encode(field.kind, value, clear=self._form(field.name, field.kind))
            if value is None and field.kind not in _CERTAIN:
                emptied.add(field.name)
        return _Entry(row, frozenset(emptied))

    def _form(self, fid: str, kind: Kind) -> Any:
        """What empties this field: as found out, else as the reference suggests."""
        return self._forms.get(fid, "" if kind in _DATED else None)

    def _update(self, part: Sequence[_Entry], scope: str, fresh_until: float) -> list[Outcome]:
        sent = self._send(part, "3", self._address, scope, fresh_until)
        tried: dict[int, frozenset[str]] = {}
        for _ in range(MOST_TRIES):
            again: dict[int, _Entry] = {}
            for place, (entry, one) in enumerate(zip(part, sent, strict=True)):
                fids = self._still_filled(entry, one) - tried.get(place, frozenset())
                if fids:
                    again[place] = self._other_form(entry, one, fids)
                    tried[place] = tried.get(place, frozenset()) | fids
            if not again:
                break
            self._repeat(again, sent, scope, fresh_until)
        return [one.outcome for one in sent]

    def _other_form(self, entry: _Entry, one: _Sent, fids: frozenset[str]) -> _Entry:
        """The record with these fields emptied the other way; only those, if the rest is stored."""
        for fid in fids:
            if self._forms.get(fid, _UNTRIED) in (_UNTRIED, entry.row[fid]):
                self._forms[fid] = None if entry.row[fid] == "" else ""
        forms = {fid: self._forms.get(fid, entry.row[fid]) for fid in entry.emptied}
        if one.outcome.verdict is Verdict.DONE:
            return _Entry({"3": entry.row["3"], **{fid: forms[fid] for fid in fids}})
        return _Entry({**entry.row, **forms})

    def _still_filled(self, entry: _Entry, one: _Sent) -> frozenset[str]:
        """The fields of a record that were to be emptied and were not, or not in this form."""
        if one.outcome.verdict is Verdict.REFUSED and entry.emptied:
            return entry.emptied & one.fids if one.fids else entry.emptied
        if one.outcome.record is None:
            return frozenset()
        values = one.outcome.record.values
        return frozenset(fid for fid in entry.emptied if values[self._rule_of[fid]])

    def _repeat(self, again: dict[int, _Entry], sent: list[_Sent], scope: str, fresh_until: float) -> None:
        """Send the emptied fields once more; what an earlier call settled stays settled."""
        try:
            second = self._send(list(again.values()), "3", self._address, scope, fresh_until)
        except (Stale, Stopped) as problem:
            second = [_Sent(Outcome(Verdict.UNSENT, reason=problem.message))] * len(again)
        except CallError as problem:
            second = [_Sent(outcome_of(problem))] * len(again)
        for place, one in zip(again, second, strict=True):
            if one.outcome.verdict is Verdict.DONE or sent[place].outcome.verdict is not Verdict.DONE:
                sent[place] = one

    def _send(
        self, part: Sequence[_Entry], by: str, merge: int | None, scope: str, fresh_until: float
    ) -> list[_Sent]:
        """One upsert. Rows of the answer are told apart by field `by`, never by their order."""
        rows = [entry.row for entry in part]
        answer = self._client.upsert(
            self._table, rows, returns=self._select, merge=merge, fresh_until=fresh_until
        )
        there = {str(row.get(by)): row for row in answer.rows}
        made = self._undo_strays(answer) if by == "3" else ""
        told = f"HTTP {answer.status}, request {answer.request_id}"
        sent = []
        for place, entry in enumerate(part):
            row = there.get(str(entry.row[by]))
            if place in answer.refused:
                sent.append(self._refused(answer.refused[place], told))
            elif row is not None and entry.row.get(self._flag) and not row.get(self._flag):
                sent.append(_Sent(Outcome(Verdict.REFUSED, reason=NOT_FLAGGED, response=told)))
            elif row is not None:
                record = self._read(row, scope, answer.sent)
                sent.append(_Sent(Outcome(Verdict.DONE, record, response=told)))
            elif made:
                sent.append(_Sent(Outcome(Verdict.REFUSED, reason=made, response=told)))
            else:
                reason = "Quickbase's answer does not mention this record."
                sent.append(_Sent(Outcome(Verdict.UNKNOWN, reason=reason, response=told)))
        return sent

    def _refused(self, error: LineError, told: str) -> _Sent:
        rule = next((self._rule_of[str(fid)] for fid in error.fids if str(fid) in self._rule_of), None)
        fids = frozenset(str(fid) for fid in error.fids)
        return _Sent(Outcome(Verdict.REFUSED, reason=error.reason, field=rule, response=told), fids)

    def _undo_strays(self, answer: Upserted) -> str:
        """Delete what an update by record id created because its record is gone; say so.

        Whether the vendor refuses such a record or makes a new one is not confirmed.
        """
        if not answer.created:
            return ""
        gone = "The record no longer exists"
        strays = ", ".join(str(rid) for rid in sorted(answer.created))
        try:
            self._client.delete(self._table, sorted(answer.created))
        except (CallError, Stale, Stopped):
            return f"{gone}; Quickbase made record {strays} in its place: delete that by hand."
        return f"{gone}; Quickbase made another in its place, which was deleted again."


def _by_size(entries: Sequence[_Entry]) -> list[list[_Entry]]:
    """Parts that keep below the payload limit, by a generous guess at each record's size."""
    parts: list[list[_Entry]] = []
    room = 0
    for entry in entries:
        size = sum(24 + 2 * len(str(value)) for value in entry.row.values())
        if not parts or size > room:
            parts.append([])
            room = MOST_BYTES
        parts[-1].append(entry)
        room -= size
    return parts
