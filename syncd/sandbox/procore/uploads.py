"""Uploads, version 1.1: asking where bytes go, and telling that all segments came (§10.2)."""

from __future__ import annotations

import base64
import re
from typing import Any

from syncd.sandbox.message import Response
from syncd.sandbox.procore.resource import Endpoint, Resource
from syncd.sandbox.procore.state import State
from syncd.sandbox.procore.storage import LEAST_SEGMENT, MOST_SEGMENT, Segment, Upload
from syncd.sandbox.procore.wire import Call, Refusal, bad_request, encode, invalid, json_text

__all__ = ["UPLOADS", "claimed", "keep", "link_of"]

_LIST = "/rest/v1.1/projects/{project_id}/uploads"
_ONE = f"{_LIST}/{{uuid}}"
_SHA256, _MD5 = re.compile(r"^[0-9a-f]{64}$", re.ASCII), re.compile(r"^[0-9a-f]{32}$", re.ASCII)


def keep(state: State, user_id: int, project: int, filename: str, data: bytes) -> str:
    """Bytes that a user has uploaded whole; the uuid. For people, who use the web application."""
    upload = _made(state, user_id, project, filename, "")
    upload.data, upload.complete = data, True
    return upload.uuid


def claimed(state: State, uuid: str, user_id: int) -> Upload:
    """The upload that a write names. Only its own user can use it, and once it is whole.

    Raises Refusal (422).
    """
    found = state.storage.named(uuid)
    if found is None or found.user_id != user_id:
        raise invalid({"upload_uuid": ["is invalid"]})
    if not found.complete:
        raise invalid({"upload_uuid": ["is not complete"]})
    found.kept = True
    return found


def link_of(state: State, uuid: str) -> str | None:
    """The link that a record shows to the bytes of an upload."""
    found = state.storage.named(uuid)
    hop, anew = state.switches.download_link == "redirect", state.switches.link_signing == "anew"
    return state.storage.link(found, hop, anew=anew) if found else None


def _made(state: State, user_id: int, project: int, filename: str, content_type: str) -> Upload:
    made = state.now()
    number = int(made * 1000) << 80 | state.rng.getrandbits(80)
    kind = content_type or "application/octet-stream"
    upload = Upload(number, user_id, project, filename, kind, made)
    state.storage.uploads[number] = upload
    return upload


def _create(state: State, resource: Resource, call: Call, args: dict[str, int], scope: int) -> Response:
    """POST: how to bring the bytes, in one form or in segments."""
    sent = call.json()
    filename = sent.get("response_filename")
    if not isinstance(filename, str) or not filename:
        raise bad_request("param is missing or the value is empty: response_filename")
    segments = _segments(sent.get("segments"))
    kind = str(sent.get("response_content_type") or "")
    upload = _made(state, call.who.user_id, scope, filename, kind)
    upload.segments = segments
    if segments:
        return json_text(encode(_shown(state, upload)), 201)
    fields = state.storage.fields(upload, sent.get("attachment_content_disposition") in (True, "true"))
    return json_text(encode({"uuid": upload.uuid, "url": state.storage.form_url(), "fields": fields}), 201)


def _segments(sent: Any) -> list[Segment]:
    """The announced segments. Raises Refusal (400)."""
    if sent is None:
        return []
    if not isinstance(sent, list) or not all(isinstance(one, dict) for one in sent):
        raise bad_request("segments must be an array of objects")
    found = []
    for place, one in enumerate(sent):
        size, sha256, md5 = one.get("size"), str(one.get("sha256")), str(one.get("md5") or "")
        if type(size) is not int or not _SHA256.match(sha256):
            raise bad_request("segments need size and sha256")
        if md5 and not _MD5.match(md5):
            raise bad_request("md5 must be 32 hexadecimal digits")
        if size > MOST_SEGMENT or (size < LEAST_SEGMENT and place < len(sent) - 1) or size < 1:
            raise bad_request(f"the size of segment {place + 1} is out of bounds")
        found.append(Segment(size, sha256, md5))
    return found


def _one(state: State, resource: Resource, call: Call, args: dict[str, int], scope: int) -> Response:
    return json_text(encode(_shown(state, _found(state, call, args, scope, 404))))


def _finish(state: State, resource: Resource, call: Call, args: dict[str, int], scope: int) -> Response:
    """PATCH: the tags of all segments, in order; they must be the storage's."""
    upload = _found(state, call, args, scope, 410)
    sent = call.json().get("segments")
    listed = sent if isinstance(sent, list) else []
    tags = [str(one.get("etag", "")).strip('"') for one in listed if isinstance(one, dict)]
    if any(one.data is None for one in upload.segments) or tags != [one.etag for one in upload.segments]:
        raise Refusal(422, "The segments do not match those that were uploaded")
    upload.complete = True
    return json_text(encode(_shown(state, upload)))


def _found(state: State, call: Call, args: dict[str, int], scope: int, gone: int) -> Upload:
    """The upload of a path, to its own user. Raises Refusal: 404, or `gone` when its time is over."""
    upload = state.storage.uploads.get(args["uuid"])
    if upload is None or upload.project != scope or upload.user_id != call.who.user_id:
        raise Refusal(404, "The requested upload could not be found")
    if state.storage.forgotten(upload):
        raise Refusal(gone, "The upload has expired")
    return upload


def _shown(state: State, upload: Upload) -> dict[str, Any]:
    came = [one.data is not None for one in upload.segments]
    status = "non_segmented"
    if upload.segments:
        status = "complete" if upload.complete else "receiving" if any(came) else "ready"
    shown: dict[str, Any] = {"uuid": upload.uuid, "status": status}
    if upload.segments:
        shown["segments"] = [
            {**_segment(state, upload, place, one), **({"etag": one.etag} if came[place] else {})}
            for place, one in enumerate(upload.segments)
        ]
    return shown


def _segment(state: State, upload: Upload, place: int, one: Segment) -> dict[str, Any]:
    headers = {"x-amz-content-sha256": one.sha256, "content-length": str(one.size)}
    if one.md5:
        headers["content-md5"] = base64.b64encode(bytes.fromhex(one.md5)).decode()
    url = state.storage.segment_url(upload, place)
    return {"md5": one.md5, "sha256": one.sha256, "size": one.size, "url": url, "headers": headers}


UPLOADS = Resource(
    name="uploads",
    wrapper="upload",
    fields=(),
    endpoints=(
        Endpoint("POST", _LIST, "call", run=_create),
        Endpoint("GET", _ONE, "call", run=_one),
        Endpoint("PATCH", _ONE, "call", run=_finish),
    ),
    parent="project",
    stamped=False,
)
