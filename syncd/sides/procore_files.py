"""Bytes of one mapping's Procore records: read by their signed links, uploaded before a write names them."""

from __future__ import annotations

from typing import BinaryIO

from syncd.catalog.resource import Resource
from syncd.core.filevalue import content_of, file_in
from syncd.errors import NotFound, Rejected
from syncd.http.message import Lane
from syncd.procore.client import ProcoreClient
from syncd.procore.files import Files, link_in
from syncd.procore.limits import upload_refusal
from syncd.procore.versions import version_in
from syncd.procore.wire import wire_id
from syncd.sides.port import Record

__all__ = ["Bytes"]

READINGS = 2
"""Times that a record is read for a link that works: links are short-lived (§10.3)."""


class Bytes:
    """Reads and uploads for one resource. Uploads are known by project and content."""

    def __init__(self, client: ProcoreClient, about: Resource, files: Files) -> None:
        self._client, self._about, self._files = client, about, files
        self._uploads: dict[tuple[str, str], str] = {}

    def read(self, record: Record, value: str, into: BinaryIO, lane: Lane) -> None:
        """See `Side.read_file`."""
        wanted = file_in(value)
        for attempt in range(1, READINGS + 1):
            row, _ = self._client.show(self._about, record.scope, wire_id(record.id), lane)
            there = file_in(version_in(row))
            if wanted is None or there is None or there.version != wanted.version:
                raise NotFound(
                    f"Procore's {self._about.title.lower()} {record.id} has another version by now."
                )
            try:
                self._files.download(link_in(row), into, lane=lane)
                return
            except Rejected:
                if attempt == READINGS:
                    raise

    def refuses(self, value: str) -> str:
        """See `Side.refuses_file`."""
        file = file_in(value)
        return "" if file is None or file.size is None else upload_refusal(file.name, file.size)

    def take(self, scope: str, value: str, source: BinaryIO) -> None:
        """See `Side.take_file`: upload them; a record has to name the upload within a week."""
        file = file_in(value)
        project = scope.partition("/")[0]
        name = file.name if file else value
        self._uploads[project, content_of(value)] = self._files.upload(project, name, source)

    def upload(self, scope: str, value: str) -> str:
        """What a write calls the bytes by; "" where they were not taken."""
        return self._uploads.get((scope.partition("/")[0], content_of(value)), "")

    def drop(self) -> None:
        """See `Side.drop_files`."""
        self._uploads.clear()
