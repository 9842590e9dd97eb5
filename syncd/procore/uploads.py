"""The calls of an upload, version 1.1: asking where bytes go, and telling that they are there (§10.2).

Nothing is sent here; `syncd.procore.files` carries them out.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import BinaryIO

from syncd.errors import Transient
from syncd.http.courier import PIECE
from syncd.http.message import Call, CallKind
from syncd.procore.answers import Row

__all__ = ["PLAIN", "SEGMENT", "asking", "finishing", "sums_of"]

SEGMENT = 16 * 1024 * 1024
"""Bytes of a segment, and of a file that goes in one form; Procore wants at least 5 MiB."""

PLAIN = "application/octet-stream"
"""The type of bytes of which nothing else is known."""

_UPLOADS = "/rest/v1.1/projects/{project}/uploads"


def asking(project: str, name: str, file: BinaryIO, content_type: str = "", segment: int = SEGMENT) -> Call:
    """The call that announces a file. One of more than `segment` bytes is read for its sums.

    Raises Transient where the file becomes shorter meanwhile.
    """
    size = file.seek(0, 2)
    body: Row = {"response_filename": name}
    if content_type:
        body["response_content_type"] = content_type
    if size <= segment:
        body["size"] = size
    else:
        body["segments"] = [sums_of(file, at, min(segment, size - at)) for at in range(0, size, segment)]
    return _call("POST", project, "", body)


def finishing(project: str, uuid: str, tags: Sequence[str]) -> Call:
    """The call that says that all segments came, by the tags which the storage gave them, in order."""
    return _call("PATCH", project, uuid, {"segments": [{"etag": tag} for tag in tags]})


def sums_of(file: BinaryIO, start: int, size: int) -> Row:
    """What is announced of a segment: its size and its sums."""
    sha256, md5, left = hashlib.sha256(), hashlib.md5(usedforsecurity=False), size
    file.seek(start)
    while left and (piece := file.read(min(PIECE, left))):
        sha256.update(piece)
        md5.update(piece)
        left -= len(piece)
    if left:
        raise Transient("The file became shorter while it was read.")
    return {"size": size, "sha256": sha256.hexdigest(), "md5": md5.hexdigest()}


def _call(method: str, project: str, uuid: str, body: Row) -> Call:
    path, template = _UPLOADS.format(project=project), _UPLOADS
    if uuid:
        path, template = f"{path}/{uuid}", f"{template}/{{uuid}}"
    return Call(method, path, template, json=body, kind=CallKind.IDEMPOTENT_WRITE)
