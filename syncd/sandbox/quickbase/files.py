"""Attachments: versions of a file in a field, sent inside an upsert, fetched one by one (§5).

What is too large for an upsert is attached in the web application (`web`), and fetched like any other.
"""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from syncd.sandbox.message import Response
from syncd.sandbox.quickbase.wire import Call, Person, integer, refuse

if TYPE_CHECKING:
    from syncd.sandbox.quickbase.realm import Realm
    from syncd.sandbox.quickbase.table import Table

__all__ = ["FileVersion", "added", "delete_file", "download", "found", "take_file"]

MOST_MB = 100
MOST_VERSIONS = 100


@dataclass(frozen=True, slots=True)
class FileVersion:
    """One stored revision."""

    number: int
    name: str
    data: bytes = field(repr=False)
    uploaded: str
    creator: Person | None

    def wire(self) -> dict[str, Any]:
        """As file fields and the delete answer show a version."""
        return {
            "versionNumber": self.number,
            "fileName": self.name,
            "uploaded": self.uploaded[:19] + "Z",
            "creator": self.creator.wire() if self.creator else {},
        }


def take_file(
    raw: Any, old: tuple[FileVersion, ...], writer: Person | None, now: str, megabyte: int
) -> tuple[FileVersion, ...]:
    """The versions after an upload of `{fileName, data}`. Raises ValueError with the reason."""
    if not isinstance(raw, dict) or not isinstance(raw.get("fileName"), str) or not raw["fileName"]:
        raise ValueError("an attachment needs a 'fileName'.")
    data = raw.get("data")
    if not isinstance(data, str):
        raise ValueError("an attachment needs 'data' in base64.")
    try:
        content = base64.b64decode(data, validate=True)
    except (binascii.Error, ValueError):
        raise ValueError("the attachment's 'data' is not valid base64.") from None
    return added(old, raw["fileName"], content, writer, now, megabyte)


def added(
    old: tuple[FileVersion, ...], name: str, data: bytes, writer: Person | None, now: str, megabyte: int
) -> tuple[FileVersion, ...]:
    """The versions with one more; the oldest goes where there are 100. Raises ValueError if it is too
    large."""
    if len(data) > MOST_MB * megabyte:
        raise ValueError(f"the attachment is larger than {MOST_MB} MB.")
    number = old[-1].number + 1 if old else 1
    return (*old, FileVersion(number, name, data, now, writer))[-MOST_VERSIONS:]


def download(realm: Realm, call: Call) -> Response:
    """`GET /files/{table}/{record}/{field}/{version}`: base64 text; version 0 is the latest."""
    _, _, _key, versions = found(realm, call, realm.seen_at(call.as_of, realm.switches.read_lag))
    wanted = _pick(versions, call.args["version"])
    name = quote(wanted.name, errors="replace")
    return Response(
        200,
        base64.b64encode(wanted.data),
        {
            "Content-Type": realm.switches.file_content_type,
            "Content-Disposition": f"attachment; filename=\"{name}\"; filename*=UTF-8''{name}",
        },
    )


def delete_file(realm: Realm, call: Call) -> dict[str, Any]:
    """`DELETE` on the same path: the version that went."""
    table, rid, key, versions = found(realm, call, None)
    gone = _pick(versions, call.args["version"])
    rest = tuple(version for version in versions if version is not gone)
    realm.write(table, rid, {key: rest}, call.token)
    return gone.wire()


def found(realm: Realm, call: Call, seen_at: float | None) -> tuple[Table, int, str, tuple[FileVersion, ...]]:
    """Table, record id, field key and the versions there. Raises Refusal (404)."""
    table = realm.table(call.args["table"], call.token)
    rid = integer(call.args["record"], "recordId")
    about = table.fields.get(integer(call.args["field"], "fieldId"))
    row = table.rows_at(seen_at).get(rid)
    if about is None or about.type != "file" or row is None:
        raise refuse("The file, record or field was not found.", 404, "Not found")
    return table, rid, about.key, row.values.get(about.key, ())


def _pick(versions: tuple[FileVersion, ...], number: str) -> FileVersion:
    wanted = integer(number, "versionNumber")
    for version in reversed(versions):
        if wanted in (0, version.number):
            return version
    raise refuse(f"There is no version {number} of the file.", 404, "Not found")
