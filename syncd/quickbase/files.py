"""Attachments of Quickbase: bytes to and from a field of one record (reference quickbase-api §5).

A new version goes in the upsert of its record, as base64, streamed; a version comes as base64 text.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, BinaryIO

from syncd.clock import Clock
from syncd.core.filevalue import FileValue, file_in
from syncd.core.values import ABSENT, Absent, Value
from syncd.errors import AuthProblem, Rejected, Stale, Transient
from syncd.http.courier import Carried, Courier
from syncd.http.json_text import decode, encode
from syncd.http.limits import read_limits
from syncd.http.message import Answer, Call, CallKind, Lane
from syncd.http.ports import Auth
from syncd.http.problems import problem_of, request_id
from syncd.http.readings import instant_of
from syncd.http.wire import Raw
from syncd.quickbase.base64_stream import Decoded, Framed
from syncd.quickbase.client import QuickbaseClient, Row, Upserted
from syncd.quickbase.limits import LARGEST_ATTACHMENT, upload_refusal

__all__ = ["UPLOAD_DEADLINE", "Attachments", "attachment_in"]

UPLOAD_DEADLINE = 300.0
"""Seconds that one upload may take; what it may still do is waited for so long."""

LONGEST_ANSWER = 4 * 1024 * 1024
"""Bytes of the answer to an upload, which shows one record."""

_MARK = "\0data\0"


def attachment_in(table: str, record: object, field: str, raw: Any) -> Value | Absent:
    """The newest version in a file field, as a value; None where there is none.

    Its version's number alone would not do: a number may be given again once its version is deleted.
    """
    versions = raw.get("versions") if isinstance(raw, Mapping) else None
    if raw in (None, "") or versions == []:
        return None
    if not isinstance(versions, list):
        return ABSENT
    numbered = [one for one in versions if isinstance(one, Mapping) and _number(one) is not None]
    newest: Mapping[str, Any] = max(numbered, key=lambda one: _number(one) or 0, default={})
    name = newest.get("fileName")
    if not isinstance(name, str) or not name:
        return ABSENT
    try:
        when = instant_of(newest.get("uploaded"))
    except (TypeError, ValueError):
        when = None
    return FileValue(name, f"{table}/{record}/{field}/{_number(newest)} of {when or 'unknown'}").text


def _number(version: Mapping[str, Any]) -> int | None:
    number = version.get("versionNumber")
    if isinstance(number, bool) or number is None:
        return None
    try:
        return int(number)
    except (TypeError, ValueError):
        return None


@dataclass(slots=True)
class Attachments:
    """Carries files for one app. `base_url` is the API's; `auth` gives the token for it.

    `uploader` gives up an upload after `UPLOAD_DEADLINE`, `courier` a download after its own.
    """

    client: QuickbaseClient
    courier: Courier
    uploader: Courier
    auth: Auth
    base_url: str
    clock: Clock

    def download(self, value: str, into: BinaryIO, *, lane: Lane = Lane.FILE) -> None:
        """The bytes of a version, into an open file in place of what it holds.

        Raises NotFound where that version is not there any more, Rejected, Transient, Stopped.
        """
        file = file_in(value)
        if file is None:
            raise Rejected(f"{value!r} names no attachment.")
        place = file.version.partition(" of ")[0]
        sink = Decoded(into)
        call = Call("GET", f"/files/{place}", "/files/{table}/{record}/{field}/{version}", lane=lane)
        most = LARGEST_ATTACHMENT // 3 * 4 + 1024 * 1024

        def send(url: str, headers: Mapping[str, str]) -> Carried:
            return self.courier.get(url, headers, sink, most, _label(call))  # type: ignore[arg-type]

        self._sent(call, send)
        sink.finish()

    def upload(
        self,
        table: str,
        record: str,
        field: str,
        name: str,
        file: BinaryIO,
        *,
        returns: Sequence[int],
        merge: int | None,
        fresh_until: float,
    ) -> Upserted:
        """Add a version to a file field of one record; the record read back.

        Raises Rejected for an empty file or one that the API does not take, before anything is sent;
        Stale; the tree in `syncd.errors`, Transient with `maybe_acted` where it may be there.
        """
        size = file.seek(0, 2)
        if refusal := upload_refusal(name, size):
            raise Rejected(refusal, detail=refusal)
        row: Row = {"3": {"value": int(record)}, field: {"value": {"data": _MARK, "fileName": name}}}
        body: dict[str, Any] = {"to": table, "data": [row], "fieldsToReturn": list(returns)}
        if merge is not None:
            body["mergeFieldId"] = merge
        before, after = encode(body).split(encode(_MARK)[1:-1], 1)
        call = Call(
            "POST", "/records", kind=CallKind.IDEMPOTENT_WRITE, lane=Lane.FILE, fresh_until=fresh_until
        )

        def send(url: str, headers: Mapping[str, str]) -> Carried:
            typed = {**headers, "Content-Type": "application/json"}
            framed = Framed(before, file, size, after)
            return self.uploader.post(url, typed, framed, _label(call), longest=LONGEST_ANSWER)

        sent = self.clock.monotonic()
        carried = self._sent(call, send)
        try:
            parsed = decode(carried.words)
        except ValueError:
            raise Transient(f"{_label(call)}: the answer is not whole JSON.", maybe_acted=True) from None
        known, now = request_id(carried.headers), self.clock.monotonic()
        answer = Answer(carried.status, carried.headers, b"", now, sent, None, known, parsed)
        return self.client.upserted(answer)

    def _sent(self, call: Call, send: Any) -> Carried:
        """Authorise, charge, send; once more where the credentials had to be renewed."""
        credentials = self.auth.headers(fresh_until=call.fresh_until)
        for renewed in (False, True):
            grant = self.client.governor.acquire(
                call.lane, stop=self.client.stop, fresh_until=call.fresh_until
            )
            if call.fresh_until is not None and self.clock.monotonic() > call.fresh_until:
                raise Stale(f"{_label(call)}: what it rests on has grown too old; it was not sent.")
            carried: Carried = send(self.base_url.rstrip("/") + call.path, credentials)
            self.client.governor.observe(grant, carried.status, carried.headers)
            if carried.status != 401 or renewed or not self.auth.refused(credentials):
                break
            credentials = self.auth.headers(fresh_until=call.fresh_until)
        if carried.status == 401:
            raise AuthProblem("Quickbase refuses the user token.", hint="Check SYNCD_QUICKBASE__USER_TOKEN.")
        if not 200 <= carried.status < 300:
            now = self.clock.now()
            raw = Raw(carried.status, carried.headers, carried.words, 0.0, 0.0, None)
            raise problem_of(
                "Quickbase", call, raw, read_limits(carried.status, carried.headers, None, now), now
            )
        return carried


def _label(call: Call) -> str:
    return f"Quickbase, {call.label}"
