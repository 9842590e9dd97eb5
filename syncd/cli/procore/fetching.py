"""Downloading for a person: the newest bytes of a record become a file of this machine."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

from syncd.catalog import Resource
from syncd.cli.output import say
from syncd.cli.procore.asked import place_of
from syncd.cli.procore.closed import telling_why
from syncd.cli.procore.local import landing, target_of
from syncd.core.trust import MAX_READ_AGE
from syncd.errors import NotFound, Rejected
from syncd.procore.files import link_in
from syncd.procore.single import Write, carry_out
from syncd.procore.wire import decode_record

if TYPE_CHECKING:
    from syncd.cli.wiring import Wiring
    from syncd.http.courier import Carried
    from syncd.procore.answers import Row

__all__ = ["fetch", "wanted"]

LARGEST = 5 * 1024**3
"""Bytes of a download: Procore takes larger files from people than syncd carries by itself."""


def wanted(about: Resource, record: str, project: str, to: str, *, force: bool) -> Write:
    """What is to be read, checked before anybody is called. Raises UsageProblem, for `to` as well."""
    place = place_of(about, record, project, "", {}, wants_id=True)
    if to and not Path(to).is_dir():  # within a directory its name decides, which Procore has to tell
        target_of(to, "", force=force)
    return Write(about, "download", place.scope, place.id)


def fetch(wiring: Wiring, write: Write, to: str, *, force: bool) -> dict[str, Any]:
    """Fetch the bytes: the record's identity and name, the file, its size and SHA-256.

    The target appears whole or not at all. Raises UsageProblem for the target, Unavailable where there
    is no room for it, and what the calls raise; nothing names the signed link.
    """
    row = _row(wiring, write)
    name = _name(write, row)
    target = target_of(to, name, force=force)
    with landing(target, force=force) as file:
        carried = _fetched(wiring, write, row, file, target, name)
    say(f"{write.identity}: {carried.size:,} bytes are in {target}")
    return {
        "id": write.identity,
        "name": name,
        "file": str(target),
        "size": carried.size,
        "sha256": carried.sha256,
    }


def _fetched(wiring: Wiring, write: Write, row: Row, file: BinaryIO, target: Path, name: str) -> Carried:
    """The bytes behind the record's link; one that has expired meanwhile is read again, once."""
    from syncd.cli.progress import bar
    from syncd.http.message import Lane
    from syncd.http.spool import need_room

    with bar(name) as shown:

        def room(size: int) -> None:
            need_room(target.parent, size, name)
            shown.expect(size)

        def bring(link: str) -> Carried:
            return wiring.vendors.files.download(
                link, file, most=LARGEST, lane=Lane.COMMAND, progress=shown.move, room=room
            )

        try:
            return bring(link_in(row))
        except Rejected as refused:
            if not refused.status:
                raise
        return bring(link_in(_row(wiring, write)))


def _row(wiring: Wiring, write: Write) -> Row:
    """The record as it is now. Raises NotFound."""
    wiring.settings.require_online()
    with telling_why(write.about, write.scope, write.id):
        row = carry_out(wiring.vendors.procore, write, wiring.clock.monotonic() + MAX_READ_AGE).row
    if row is None:
        raise NotFound(f"Procore shows no {write.about.title} with the id {write.identity}.")
    return row


def _name(write: Write, row: Row) -> str:
    """What Procore calls the bytes; the record's id where it calls them nothing."""
    about = write.about.field(write.act.named) if write.act else None
    value = decode_record([about], row, write.scope).get(about.name) if about is not None else None
    return value if isinstance(value, str) and value else write.id
