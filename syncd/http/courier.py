"""Bytes of files on their way, piece by piece: nothing here holds more than a piece in memory.

A courier knows no credentials and follows no redirect: what goes where, and with which headers, is
said by the caller for every hop. Signed addresses are secrets, so no error repeats one.
"""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, BinaryIO, Protocol

import requests
from requests_toolbelt import MultipartEncoder
from urllib3.exceptions import HTTPError

from syncd.clock import Clock
from syncd.errors import Stopped, Transient, Unavailable
from syncd.http.message import Headers
from syncd.http.wire import CONNECT_TIMEOUT, LONGEST_SILENCE, SessionFactory, default_session

__all__ = ["PIECE", "TRANSFER_DEADLINE", "Body", "Carried", "Courier", "Progress", "Room", "Stretch"]

PIECE = 64 * 1024
"""Bytes that are read and written at a time."""

TRANSFER_DEADLINE = 1_800.0
"""Seconds that one request with a file in it may take."""

LONGEST_REFUSAL = 64 * 1024
"""Bytes of an answer that is not a file."""

Progress = Callable[[int], None]
"""Told how many bytes have moved since it was told last; less than none where a transfer begins again."""

Room = Callable[[int], None]
"""Told how many bytes a file will have, before one is written; raises Unavailable where they do not fit."""


@dataclass(frozen=True, slots=True)
class Carried:
    """How a request ended: `words` are the first bytes of an answer that went into no file; `size`
    and `sha256` are those of the bytes that did."""

    status: int
    headers: Headers
    words: bytes = b""
    size: int = 0
    sha256: str = ""


class Stretch:
    """A stretch of an open file, to be read once from its start. `watch` may raise at every piece, and
    Transient is raised where the file ends before the stretch."""

    def __init__(self, file: BinaryIO, start: int, size: int, watch: Progress) -> None:
        self._file, self._left, self._size, self._watch = file, size, size, watch
        file.seek(start)

    def __len__(self) -> int:
        return self._left

    @property
    def len(self) -> int:
        """The bytes left, as multipart bodies ask for it."""
        return self._left

    def read(self, size: int = -1) -> bytes:
        """The next bytes, at most `PIECE` of them unless fewer are left."""
        wanted = min(self._left, PIECE if size < 0 else size)
        data = self._file.read(wanted) if wanted else b""
        if wanted and not data:
            raise Transient("The file became shorter while it was read.")
        self._left -= len(data)
        self._watch(len(data))
        return data


class Body(Protocol):
    """What is sent piece by piece: as many bytes as `len` says, from `read`."""

    def __len__(self) -> int: ...

    def read(self, size: int = -1) -> bytes:
        """The next bytes."""


class Watched:
    """A body that somebody looks at with every piece; `watch` may raise."""

    def __init__(self, body: Body, watch: Progress) -> None:
        self._body, self._watch, self._length = body, watch, len(body)

    def __len__(self) -> int:
        return self._length

    def read(self, size: int = -1) -> bytes:
        """The next bytes, at most `PIECE` of them."""
        data = self._body.read(PIECE if size < 0 else min(size, PIECE))
        self._watch(len(data))
        return data


class Courier:
    """Sends and fetches files. Threads may share it."""

    def __init__(
        self,
        clock: Clock,
        *,
        session_factory: SessionFactory = default_session,
        stop: threading.Event | None = None,
        deadline: float = TRANSFER_DEADLINE,
    ) -> None:
        self._clock = clock
        self._factory = session_factory
        self._local = threading.local()
        self._stop = stop
        self._deadline = deadline

    def put(
        self,
        url: str,
        headers: Mapping[str, str],
        file: BinaryIO,
        start: int,
        size: int,
        label: str,
        progress: Progress | None = None,
    ) -> Carried:
        """PUT one stretch of a file. Raises Transient, Stopped."""
        body = Stretch(file, start, size, self._watch(label, progress))
        return self._carry("PUT", url, headers, body, None, 0, label)

    def post_form(
        self,
        url: str,
        fields: Mapping[str, str],
        name: str,
        content_type: str,
        file: BinaryIO,
        size: int,
        label: str,
        progress: Progress | None = None,
    ) -> Carried:
        """POST a form with these fields in their order, and the file as the last, named `file`."""
        body = Stretch(file, 0, size, self._watch(label, progress))
        form = MultipartEncoder([*fields.items(), ("file", (name, body, content_type))])
        return self._carry("POST", url, {"Content-Type": form.content_type}, form, None, 0, label)

    def post(
        self,
        url: str,
        headers: Mapping[str, str],
        body: Body,
        label: str,
        *,
        longest: int,
        progress: Progress | None = None,
    ) -> Carried:
        """POST a body that is read piece by piece; at most `longest` bytes of the answer are its `words`.

        Raises Transient, which knows that the vendor may have acted; Stopped.
        """
        watch = self._watch(label, progress)
        return self._carry("POST", url, headers, Watched(body, watch), None, longest, label)

    def get(
        self,
        url: str,
        headers: Mapping[str, str],
        into: BinaryIO,
        most: int,
        label: str,
        progress: Progress | None = None,
        room: Room | None = None,
    ) -> Carried:
        """GET into an open file, in place of what it holds; a redirect or a refusal is returned as it
        is, and writes nothing.

        Raises Transient for what is cut, too slow or larger than `most` bytes; Stopped; Unavailable
        where the file cannot be written; what `room` raises, where the answer says how long it is.
        """
        return self._carry("GET", url, headers, None, into, most, label, progress, room)

    def _carry(
        self,
        method: str,
        url: str,
        headers: Mapping[str, str],
        body: Any,
        into: BinaryIO | None,
        most: int,
        label: str,
        progress: Progress | None = None,
        room: Room | None = None,
    ) -> Carried:
        watch = self._watch(label, progress if into is not None else None)
        try:
            response = self._session().request(
                method,
                url,
                data=body,
                headers={"User-Agent": "syncd", "Accept": "*/*", "Accept-Encoding": "identity", **headers},
                timeout=(CONNECT_TIMEOUT, LONGEST_SILENCE),
                allow_redirects=False,
                stream=True,
            )
            with response:
                found = Headers(dict(response.headers))
                if into is None or response.status_code != 200:
                    longest = max(most, LONGEST_REFUSAL) if into is None else LONGEST_REFUSAL
                    words = response.raw.read(longest, decode_content=True)
                    return Carried(response.status_code, found, words)
                _announced(found, most, label, room)
                size, digest = self._pour(response, into, most, label, watch)
        except (requests.RequestException, HTTPError, OSError) as problem:
            raise Transient(
                f"{label}: the transfer broke off ({type(problem).__name__}).", maybe_acted=method != "GET"
            ) from None
        expected = found.get("content-length", "") if "content-encoding" not in found else ""
        if expected.isdigit() and int(expected) != size:
            raise Transient(f"{label}: {size:,} of {int(expected):,} bytes came.")
        return Carried(200, found, b"", size, digest)

    def _pour(
        self, response: requests.Response, into: BinaryIO, most: int, label: str, watch: Progress
    ) -> tuple[int, str]:
        digest, size = hashlib.sha256(), 0
        into.seek(0)
        into.truncate()
        # We ask for bytes as they are; what is packed all the same is unpacked no further than a piece.
        while piece := response.raw.read(PIECE, decode_content=True):
            size += len(piece)
            if size > most:
                raise _too_large(label, most)
            try:
                into.write(piece)
            except OSError as problem:
                raise Unavailable(f"{label}: the file cannot be written here: {problem.strerror}.") from None
            digest.update(piece)
            watch(len(piece))
        return size, digest.hexdigest()

    def _watch(self, label: str, progress: Progress | None) -> Progress:
        """What looks at the clock and at the stop with every piece, and tells how far it is."""
        until = self._clock.monotonic() + self._deadline

        def watch(moved: int) -> None:
            if self._stop is not None and self._stop.is_set():
                raise Stopped(f"{label}: stopped while a file was on its way.")
            if self._clock.monotonic() > until:
                raise Transient(f"{label}: the file was not across after {self._deadline:g} s.")
            if progress is not None:
                progress(moved)

        return watch

    def _session(self) -> requests.Session:
        session: requests.Session | None = getattr(self._local, "session", None)
        if session is None:
            session = self._local.session = self._factory()
        return session


def _announced(headers: Headers, most: int, label: str, room: Room | None) -> None:
    """Look at how long the answer says it is, before a byte of it is read."""
    length = headers.get("content-length", "")
    if not length.isdigit():
        return
    if int(length) > most:
        raise _too_large(label, most)
    if room is not None:
        room(int(length))


def _too_large(label: str, most: int) -> Transient:
    return Transient(f"{label}: the file is larger than {most:,} bytes.")
