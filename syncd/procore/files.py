"""Bytes to and from Procore: version 1.1's uploads, and downloads by signed link (§10.2, §10.3).

An upload is asked for first, brought to Procore's storage, and named by whoever uses it: a file, an
image, a version. The storage is another host: it gets signatures, never our token.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any, BinaryIO
from urllib.parse import urljoin, urlsplit

from syncd.errors import ConfigProblem, Rejected, Transient
from syncd.http.courier import Carried, Courier, Progress, Room
from syncd.http.message import Call, Lane
from syncd.http.ports import Auth
from syncd.procore.answers import Row, object_in
from syncd.procore.client import ProcoreClient
from syncd.procore.limits import LARGEST, upload_refusal
from syncd.procore.uploads import PLAIN, SEGMENT, asking, finishing
from syncd.procore.versions import newest_version

__all__ = ["Files", "link_in"]

ATTEMPTS = 3
"""Times that one transfer is tried: each replaces what the one before it left."""

MOST_HOPS = 5
"""Redirects that a download follows."""

_VENDOR = ".procore.com"
_UUID = re.compile(r"^[0-9A-Za-z-]{1,64}$")


@dataclass(slots=True)
class Files:
    """Carries files for one company. `base_url` is the API's; `auth` gives the token for its host.

    A file of more than `segment` bytes goes in segments of that size.
    """

    client: ProcoreClient
    courier: Courier
    auth: Auth
    base_url: str
    segment: int = SEGMENT

    def upload(
        self,
        project: str,
        name: str,
        file: BinaryIO,
        *,
        content_type: str = "",
        lane: Lane = Lane.FILE,
        progress: Progress | None = None,
    ) -> str:
        """The uuid of a file's bytes, once Procore has them; a record has to name it within a week.

        Raises ConfigProblem for an empty file or one of more than `LARGEST` bytes, before anything
        is sent; Rejected, Transient, Stopped. A repeat is harmless: an upload that nothing names is
        forgotten.
        """
        size = file.seek(0, 2)
        if refusal := upload_refusal(name, size):
            raise ConfigProblem(refusal)
        call = asking(project, name, file, content_type, self.segment)
        if size <= self.segment:
            return self._in_a_form(call, name, file, size, content_type, lane, progress)
        return self._in_segments(call, project, file, lane, progress)

    def download(
        self,
        link: str,
        into: BinaryIO,
        *,
        most: int = LARGEST,
        lane: Lane = Lane.FILE,
        progress: Progress | None = None,
        room: Room | None = None,
    ) -> Carried:
        """The bytes behind a record's link, into an open file; its size and SHA-256.

        Redirects are followed by hand. The token goes to Procore's own host alone, and to no other
        that a redirect leads to. `room` is asked before the first byte is written. Raises Rejected
        where a link has expired: read the record again.
        """
        url = urljoin(self.base_url, link)
        for _ in range(MOST_HOPS + 1):
            carried = self._hop(url, into, most, lane, progress, room)
            if carried.status == 200:
                return carried
            to = carried.headers.get("location", "")
            if carried.status not in (301, 302, 303, 307, 308) or not to:
                raise _refusal("Procore, download", carried, "The link may have expired: read it again.")
            url = urljoin(url, to)
        raise Rejected(f"Procore, download: more than {MOST_HOPS} redirects.")

    # -- up -------------------------------------------------------------------------

    def _in_a_form(
        self,
        call: Call,
        name: str,
        file: BinaryIO,
        size: int,
        content_type: str,
        lane: Lane,
        progress: Progress | None,
    ) -> str:
        made = self._asked(call, lane)
        url, fields = self._checked(made.get("url")), made.get("fields")
        if not isinstance(fields, Mapping):
            raise Transient("Procore, upload: the answer does not say how to bring the bytes.")
        kind = str(fields.get("Content-Type") or content_type or PLAIN)
        texts = {str(key): str(value) for key, value in fields.items()}

        def send(told: Progress) -> Carried:
            return self.courier.post_form(
                url, texts, name, kind, file, size, "Procore, upload of a file", told
            )

        _tried(send, "Procore, upload of a file", progress)
        return _uuid(made)

    def _in_segments(
        self, call: Call, project: str, file: BinaryIO, lane: Lane, progress: Progress | None
    ) -> str:
        planned = call.json["segments"]
        made = self._asked(call, lane)
        given = made.get("segments")
        if not isinstance(given, list) or len(given) != len(planned):
            raise Transient("Procore, upload: the answer does not say where the segments go.")
        uuid, tags = _uuid(made), []
        for place, segment in enumerate(given):
            tags.append(self._segment(file, place, planned[place]["size"], segment, progress))
        done = self._asked(finishing(project, uuid, tags), lane)
        if done.get("status") != "complete":
            raise Transient("Procore, upload: the segments were sent and the upload is not complete.")
        return uuid

    def _segment(self, file: BinaryIO, place: int, size: int, segment: Any, progress: Progress | None) -> str:
        """Bring one segment; the tag that the storage gives it."""
        if not isinstance(segment, Mapping):
            raise Transient("Procore, upload: the answer does not say where the segments go.")
        url, label = self._checked(segment.get("url")), f"Procore, upload of segment {place + 1}"
        given = segment.get("headers")
        headers = {str(key): str(value) for key, value in given.items()} if isinstance(given, Mapping) else {}
        kept = {key: value for key, value in headers.items() if key.lower() != "content-length"}
        kept["Content-Type"] = PLAIN

        def send(told: Progress) -> Carried:
            return self.courier.put(url, kept, file, place * self.segment, size, label, told)

        return _tried(send, label, progress).headers.get("etag", "").strip('"')

    def _asked(self, call: Call, lane: Lane) -> Row:
        """One call about an upload; to repeat it does no harm."""
        return object_in(self.client.send(replace(call, lane=lane)), acted=False)

    # -- down -----------------------------------------------------------------------

    def _hop(
        self,
        url: str,
        into: BinaryIO,
        most: int,
        lane: Lane,
        progress: Progress | None,
        room: Room | None,
    ) -> Carried:
        """One request of a download: with the token and from the budget where it goes to Procore."""
        url = self._checked(url)
        if not self._is_ours(url):
            return self.courier.get(url, {}, into, most, "Procore, download", progress, room)
        governor, credentials = self.client.governor, self.auth.headers()
        for renewed in (False, True):
            grant = governor.acquire(lane, stop=self.client.stop)
            carried = self.courier.get(url, credentials, into, most, "Procore, download", progress, room)
            governor.observe(grant, carried.status, carried.headers)
            if carried.status != 401 or renewed or not self.auth.refused(credentials):
                break
            credentials = self.auth.headers()
        return carried

    def _is_ours(self, url: str) -> bool:
        """Whether an address is Procore's own: the API's scheme, host and port, or another host of
        the vendor's where the API is one, encrypted (§10.3)."""
        ours, there = urlsplit(self.base_url), urlsplit(url)
        if (ours.scheme, ours.netloc.lower()) == (there.scheme, there.netloc.lower()):
            return True
        hosts = (ours.hostname or "", there.hostname or "")
        return there.scheme == "https" and all(host.endswith(_VENDOR) for host in hosts)

    def _checked(self, url: Any) -> str:
        """An address that bytes may go to or come from: encrypted, unless the API itself is not."""
        scheme = urlsplit(url).scheme if isinstance(url, str) else ""
        if scheme != "https" and (scheme != "http" or urlsplit(self.base_url).scheme != "http"):
            raise Transient("Procore names an address for a file that is not one of https.")
        return str(url)


def link_in(row: Row) -> str:
    """The link to a record's newest bytes: an image's own, or a file's version of the largest number.

    Raises Rejected where it has none.
    """
    newest = newest_version(row) if "file_versions" in row else row
    link = newest.get("url")
    if not isinstance(link, str) or not link:
        raise Rejected("Procore gives no link to the bytes of this record.")
    return link


def _tried(send: Callable[[Progress], Carried], label: str, progress: Progress | None) -> Carried:
    """A transfer that may be repeated, tried a few times. Raises Rejected, Transient.

    `progress` takes back what an attempt has moved before the next one begins.
    """
    moved = 0

    def told(bytes_: int) -> None:
        nonlocal moved
        moved += bytes_
        if progress is not None:
            progress(bytes_)

    for attempt in range(1, ATTEMPTS + 1):
        if moved:
            told(-moved)
        try:
            carried = send(told)
        except Transient:
            if attempt == ATTEMPTS:
                raise
            continue
        if 200 <= carried.status < 300:
            return carried
        if carried.status < 500 or attempt == ATTEMPTS:
            raise _refusal(label, carried, "Upload the file again.")
    raise Transient(f"{label}: given up.")


def _refusal(label: str, carried: Carried, hint: str) -> Rejected | Transient:
    kind = Transient if carried.status >= 500 else Rejected
    return kind(f"{label}: refused (HTTP {carried.status}).", hint=hint, status=carried.status)


def _uuid(made: Row) -> str:
    uuid = made.get("uuid")
    if not isinstance(uuid, str) or not _UUID.match(uuid):
        raise Transient("Procore, upload: the answer names no upload.")
    return uuid
