"""The storage behind uploads and downloads: another host, which knows signatures and no tokens (§10.2).

Bytes get there by a form with one file, or in segments with checksums; they leave by signed links.
Times are the vendor's, in epoch seconds.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field
from urllib.parse import quote

from syncd.sandbox.message import Request, Response
from syncd.sandbox.procore.form import Part, read_multipart
from syncd.sandbox.procore.ulid import number_in, ulid_text

__all__ = ["FIRST_BYTE", "LEAST_SEGMENT", "LINK_LIFE", "MOST_SEGMENT", "WEEK", "Segment", "Storage", "Upload"]

FIRST_BYTE = 3_600.0
"""Seconds after an upload was asked for within which its bytes must begin to come."""
WEEK = 7 * 86_400.0
"""Seconds after which an upload that no record names is deleted."""
SIGNATURE = 40
"""Letters of a signature."""
LINK_LIFE = 300.0
"""Seconds that a link to the storage lives."""
LEAST_SEGMENT, MOST_SEGMENT = 5 * 1024 * 1024, 5 * 1024**3
"""Bytes of a segment; the last may be smaller."""


@dataclass(slots=True)
class Segment:
    """One part of a segmented upload: what was announced, and what came."""

    size: int
    sha256: str
    md5: str = ""
    data: bytes | None = None

    @property
    def etag(self) -> str:
        """What the storage answers for the bytes it has."""
        return hashlib.md5(self.data or b"", usedforsecurity=False).hexdigest()


@dataclass(slots=True)
class Upload:
    """Bytes that came, or are to come. `number` is the uuid as a number; `kept`: a record names it."""

    number: int
    user_id: int
    project: int
    filename: str
    content_type: str
    made: float
    segments: list[Segment] = field(default_factory=list)
    data: bytes | None = None
    complete: bool = False
    kept: bool = False

    @property
    def uuid(self) -> str:
        """The id that clients see: 26 letters and digits."""
        return ulid_text(self.number)

    @property
    def content(self) -> bytes:
        """The bytes whole."""
        return self.data if self.data is not None else b"".join(one.data or b"" for one in self.segments)

    @property
    def size(self) -> int:
        """How many bytes there are."""
        return len(self.data) if self.data is not None else sum(len(one.data or b"") for one in self.segments)


class Storage:
    """All uploads of the company. `host` is where the vendor's API was last called."""

    def __init__(self, now: Callable[[], float], secret: str) -> None:
        self._now = now
        self._secret = secret
        self.host = "sandbox.test"
        self.uploads: dict[int, Upload] = {}
        self._signed = 0  # links signed anew so far

    @property
    def own_host(self) -> str:
        """A host name that is not the API's; over a socket both lead to the same server."""
        name, colon, port = self.host.partition(":")
        return f"localhost{colon}{port}" if name == "127.0.0.1" else f"storage.{self.host}"

    # -- places ---------------------------------------------------------------------

    def fields(self, upload: Upload, attachment: bool) -> dict[str, str]:
        """What has to be posted with the one file, unchanged."""
        kind = "attachment" if attachment else "inline"
        return {
            "key": f"companies/uploads/{upload.uuid}",
            "Content-Type": upload.content_type,
            "Content-Disposition": f'{kind}; filename="{quote(upload.filename)}"',
            "policy": base64.b64encode(f"{upload.uuid} {upload.made:.0f}".encode()).decode(),
            "x-amz-algorithm": "AWS4-HMAC-SHA256",
            "x-amz-signature": self._sign(upload.uuid, "form"),
        }

    def form_url(self) -> str:
        """Where the form goes."""
        return f"http://{self.own_host}/procore/storage/uploads"

    def segment_url(self, upload: Upload, place: int) -> str:
        """Where one segment goes."""
        sig = self._sign(upload.uuid, str(place))
        return f"http://{self.own_host}/procore/storage/segments/{upload.uuid}/{place}?X-Amz-Signature={sig}"

    def link(self, upload: Upload, hop: bool, *, anew: bool = False) -> str:
        """What a record shows: a link to the vendor's own host that leads on (`hop`), or to the storage.
        Signed `anew`, no two are the same, and all of them lead there."""
        self._signed += anew
        number = str(self._signed) if anew else ""
        sig = number + self._sign(upload.uuid, f"link{number}")
        host = self.host if hop else self.own_host
        place = "downloads" if hop else "storage/files"
        return f"http://{host}/procore/{place}/{upload.uuid}?companyId=1&sig={sig}"

    # -- calls ----------------------------------------------------------------------

    def handle(self, request: Request) -> Response:
        """Everything below `/storage/`."""
        if request.header("authorization"):
            return _refused(400, "InvalidArgument", "Only one auth mechanism allowed")
        match request.method, *request.path.split("/")[2:]:
            case "POST", "uploads":
                return self._posted(request)
            case "PUT", "segments", uuid, place:
                return self._put(request, self.named(uuid), place)
            case "GET", "files", uuid:
                return self._got(request, self.named(uuid))
        return _refused(404, "NoSuchKey", "The specified key does not exist.")

    def lead_on(self, uuid: str, sig: str) -> Response:
        """The answer of the vendor's own host to a link of a record: a short-lived one to the storage."""
        upload = self.named(uuid)
        if upload is None or not self._is_link(uuid, sig):
            return _refused(404, "NoSuchKey", "The specified key does not exist.")
        until = f"{self._now() + LINK_LIFE:.0f}"
        to = f"http://{self.own_host}/procore/storage/files/{uuid}"
        return Response(302, b"", {"Location": f"{to}?expires={until}&sig={self._sign(uuid, until)}"})

    def _posted(self, request: Request) -> Response:
        """The form: every field as it was given, and one file."""
        sent = read_multipart(request.body, request.header("content-type")) or {}
        upload = self.named(str(sent.get("key", "")).rpartition("/")[2])
        file = sent.get("file")
        if upload is None or not isinstance(file, Part):
            return _refused(403, "AccessDenied", "Invalid according to Policy")
        given = self.fields(upload, "attachment" in str(sent.get("Content-Disposition")))
        if any(sent.get(key) != value for key, value in given.items()):
            return _refused(403, "AccessDenied", "Invalid according to Policy")
        if list(sent)[-1] != "file":
            return _refused(400, "InvalidArgument", "The file has to be the last field of the form.")
        if self._now() > upload.made + FIRST_BYTE:
            return _refused(403, "AccessDenied", "Invalid according to Policy: Policy expired.")
        upload.data, upload.complete = file.data, True
        return Response(204, b"", {"ETag": f'"{hashlib.md5(file.data, usedforsecurity=False).hexdigest()}"'})

    def _put(self, request: Request, upload: Upload | None, place: str) -> Response:
        """One segment, if its checksums are those that were announced."""
        if upload is None or not place.isdigit() or int(place) >= len(upload.segments):
            return _refused(404, "NoSuchUpload", "The specified upload does not exist.")
        if request.param("X-Amz-Signature") != self._sign(upload.uuid, place):
            return _refused(403, "SignatureDoesNotMatch", "The request signature does not match.")
        if self._now() > upload.made + FIRST_BYTE:
            return _refused(403, "AccessDenied", "Request has expired")
        segment = upload.segments[int(place)]
        found = hashlib.sha256(request.body).hexdigest()
        if request.header("x-amz-content-sha256") != segment.sha256 or found != segment.sha256:
            return _refused(400, "XAmzContentSHA256Mismatch", "The provided checksum does not match.")
        if len(request.body) != segment.size:
            return _refused(400, "IncompleteBody", "The number of bytes is not the one that was announced.")
        segment.data = request.body
        return Response(200, b"", {"ETag": f'"{segment.etag}"'})

    def _got(self, request: Request, upload: Upload | None) -> Response:
        """The bytes, by a link that somebody was given."""
        until, sig = request.param("expires"), request.param("sig") or ""
        if upload is None:
            return _refused(403, "AccessDenied", "Access Denied")
        if not (sig == self._sign(upload.uuid, until) if until else self._is_link(upload.uuid, sig)):
            return _refused(403, "AccessDenied", "Access Denied")
        if until and self._now() > float(until):
            return _refused(403, "AccessDenied", "Request has expired")
        return Response(200, upload.content, {"Content-Type": upload.content_type, "Accept-Ranges": "bytes"})

    def named(self, uuid: str) -> Upload | None:
        """The upload of that uuid, unless it was deleted because no record named it."""
        found = self.uploads.get(number_in(uuid))
        return None if found is None or self.forgotten(found) else found

    def forgotten(self, upload: Upload) -> bool:
        """Whether its week is over and no record names it."""
        return not upload.kept and self._now() > upload.made + WEEK

    def _is_link(self, uuid: str, sig: str) -> bool:
        """Whether a record showed a link with this signature; the number it begins with was signed too."""
        return sig[-SIGNATURE:] == self._sign(uuid, f"link{sig[:-SIGNATURE]}")

    def _sign(self, uuid: str, what: str) -> str:
        return hashlib.sha256(f"{self._secret} {uuid} {what}".encode()).hexdigest()[:SIGNATURE]


def _refused(status: int, code: str, words: str) -> Response:
    """An error in the storage's own form."""
    error = f"<Error><Code>{code}</Code><Message>{words}</Message></Error>"
    body = f'<?xml version="1.0" encoding="UTF-8"?>\n{error}'
    return Response(status, body.encode(), {"Content-Type": "application/xml"})
