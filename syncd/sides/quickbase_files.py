"""Attachments of one mapping's table: what is sent of a record beside its file goes first, then the file.

A file is an upsert of its own, because its body is streamed. So a write of a record may be several
calls: once one of them was done, one that is lost leaves the whole UNKNOWN, to be settled by looking.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import BinaryIO

from syncd.core.filevalue import content_of, file_in
from syncd.core.values import ABSENT, Absent, Kind, SideName, Value
from syncd.errors import CallError, Stale, Stopped
from syncd.mapping.compiled import Mapping as Compiled
from syncd.quickbase.client import Row
from syncd.quickbase.files import Attachments, attachment_in
from syncd.quickbase.limits import upload_refusal
from syncd.sides.batch import outcome_of
from syncd.sides.port import Outcome, Patch, Record, Verdict

__all__ = ["Attached"]

Send = Callable[[list[Patch]], list[Outcome]]


class Attached:
    """The file fields of one table. `read` makes a record of a row."""

    def __init__(
        self,
        attachments: Attachments,
        mapping: Compiled,
        read: Callable[[Row, str, float], Record],
        table_key: int,
    ) -> None:
        self._attachments, self._table, self._read = attachments, mapping.quickbase.table, read
        self._merge = None if table_key == 3 else 3
        self._key = int(mapping.quickbase.key) if mapping.quickbase.key.isdigit() else 3
        fields = ((index, rule.quickbase) for index, rule in enumerate(mapping.rules))
        self._fields = {index: one for index, one in fields if one and one.kind is Kind.FILE}
        self._taken: dict[str, BinaryIO] = {}
        self.writes = any(mapping.rules[index].writes(SideName.QUICKBASE) for index in self._fields)

    def values(self, row: Row) -> dict[str, Value | Absent]:
        """The files of one row, by field id."""
        return {
            one.name: attachment_in(self._table, row["3"], one.name, row[one.name])
            if one.name in row
            else ABSENT
            for one in self._fields.values()
        }

    def refuses(self, value: str) -> str:
        """See `Side.refuses_file`."""
        file = file_in(value)
        return "" if file is None or file.size is None else upload_refusal(file.name, file.size)

    def take(self, value: str, source: BinaryIO) -> None:
        """See `Side.take_file`."""
        self._taken[content_of(value)] = source

    def drop(self) -> None:
        """See `Side.drop_files`."""
        self._taken.clear()

    def update(self, patches: Sequence[Patch], fresh_until: float, send: Send) -> list[Outcome]:
        """One outcome a patch. Those without a file go together by `send`, the others one by one.

        Raises Stale and Stopped only while nothing has been sent.
        """
        if not any(self._fields.keys() & patch.values.keys() for patch in patches):
            return send(list(patches))
        out: list[Outcome] = []
        for patch in patches:
            try:
                out.append(self._one(patch, fresh_until, send))
            except (Stale, Stopped) as problem:
                if not out:
                    raise
                out.append(Outcome(Verdict.UNSENT, reason=problem.message))
        return out

    def _one(self, patch: Patch, fresh_until: float, send: Send) -> Outcome:
        """The plain fields of a record, and then its files."""
        files = {index: value for index, value in patch.values.items() if index in self._fields}
        rest = {index: value for index, value in patch.values.items() if index not in self._fields}
        done: Outcome | None = None
        if rest or patch.key is not None or patch.flag:
            done = send([patch._replace(values=rest)])[0]
            if done.verdict is not Verdict.DONE:
                return done
        for index, value in files.items():
            try:
                one = self._attach(patch, index, value, fresh_until)
            except (Stale, Stopped) as problem:
                if done is None:
                    raise
                one = Outcome(Verdict.UNSENT, reason=problem.message)
            except CallError as problem:
                one = outcome_of(problem)
            if one.verdict is Verdict.UNSENT and done is not None:
                return one._replace(verdict=Verdict.UNKNOWN)
            if one.verdict is not Verdict.DONE:
                return one._replace(field=index)
            done = one if done is None else one._replace(record=_over(done.record, one.record))
        assert done is not None
        return done

    def _attach(self, patch: Patch, index: int, value: Value, fresh_until: float) -> Outcome:
        file = file_in(value)
        if file is None:
            reason = "an attachment can be replaced here and not removed: remove it in Quickbase"
            return Outcome(Verdict.REFUSED, reason=reason, field=index)
        source = self._taken.get(content_of(str(value)))
        if source is None:
            return Outcome(Verdict.UNSENT, reason="the bytes of its file are not at hand")
        fid = self._fields[index].name
        answer = self._attachments.upload(
            self._table,
            patch.id,
            fid,
            file.name,
            source,
            returns=sorted({1, 2, 3, self._key, int(fid)}),
            merge=self._merge,
            fresh_until=fresh_until,
        )
        told = f"HTTP {answer.status}, request {answer.request_id}"
        if 0 in answer.refused:
            return Outcome(Verdict.REFUSED, reason=answer.refused[0].reason, field=index, response=told)
        row = next((one for one in answer.rows if str(one.get("3")) == patch.id), None)
        if row is None or answer.created:
            reason = "Quickbase's answer does not mention this record."
            return Outcome(Verdict.UNKNOWN, reason=reason, response=told)
        return Outcome(Verdict.DONE, self._read(row, patch.scope, answer.sent), response=told)


def _over(one: Record | None, two: Record | None) -> Record | None:
    """The later reading, with what only the earlier one tells."""
    if one is None or two is None:
        return two
    both = zip(one.values, two.values, strict=True)
    return two._replace(values=tuple(old if isinstance(new, Absent) else new for old, new in both))
