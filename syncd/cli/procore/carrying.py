"""Uploading for a person: a file of this machine becomes a record of Procore, or a version of one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from syncd.catalog import Resource
from syncd.catalog.custom import PREFIX
from syncd.cli.procore.called import write_of
from syncd.cli.procore.closed import telling_why
from syncd.cli.procore.custom import completed
from syncd.cli.procore.given import split_words
from syncd.cli.procore.local import LocalFile, opened
from syncd.cli.procore.writing import rehearse, write_now
from syncd.errors import UsageProblem
from syncd.procore.limits import upload_refusal
from syncd.procore.single import Write
from syncd.procore.uploads import asking

if TYPE_CHECKING:
    from syncd.cli.wiring import Wiring

__all__ = ["carry", "split_file"]

UUID = "upload_uuid"

TO_COME = "(what the first call answers)"
"""Stands for the name of an upload that has not been made."""


def split_file(
    about: Resource, verb: str, words: Sequence[str], option: str
) -> tuple[str, str, dict[str, Any]]:
    """The record's id, the file's path ("" for none) and the values by field name, from a command's words.

    `option` is the path that an option gave. Raises UsageProblem for words that are neither.
    """
    bare = [word for word in words if "=" not in word]
    _, values = split_words([word for word in words if "=" in word])
    makes = verb in about.making
    if option and len(bare) > (not makes):
        raise UsageProblem(f"Two files are named: {option} and {bare[-1]}.")
    id = "" if makes or not bare else bare[0]
    rest = bare if makes else bare[1:]
    if len(rest) > 1:
        raise UsageProblem(f"{rest[1]!r} is neither a field=value nor the one file.")
    return id, option or (rest[0] if rest else ""), values


def carry(
    wiring: Wiring,
    about: Resource,
    verb: str,
    record: str,
    path: str,
    given: Mapping[str, Any],
    place: tuple[str, str],
    *,
    dry_run: bool,
    as_json: bool,
) -> None:
    """Upload the file and write the record that names the upload; without a file, `given` names one.

    The write is checked whole, and the record looked at, before a byte is sent. `place` are project and
    parent. Raises UsageProblem for the file, and what the calls raise.
    """
    with ExitStack() as stack:
        local = stack.enter_context(opened(path, upload_refusal)) if path else None
        about, given = _with_custom(wiring, about, verb, given)
        write = write_of(wiring, about, verb, record, _values(about, verb, local, given), *place)
        if local is None:
            (rehearse if dry_run else write_now)(wiring, write, as_json=as_json)
        elif dry_run:
            call = asking(_project(write), _called(write, local), local.file, local.content_type)
            rehearse(wiring, write, as_json=as_json, first=[call])
        else:
            write_now(wiring, _uploaded(wiring, write, local), as_json=as_json)


def _with_custom(
    wiring: Wiring, about: Resource, verb: str, given: Mapping[str, Any]
) -> tuple[Resource, dict[str, Any]]:
    """As `completed`, for a verb that makes a record: bytes alone have no custom fields."""
    custom = [name for name in given if name.startswith(PREFIX)]
    if custom and verb not in about.making:
        raise UsageProblem(f"{verb} takes no custom fields; set {custom[0]} with `update {about.name}`.")
    return completed(wiring, about, dict(given))


def _values(about: Resource, verb: str, local: LocalFile | None, given: Mapping[str, Any]) -> dict[str, Any]:
    """The values of the write; a file gives its name where nobody gave another."""
    act = about.act(verb)
    if local is None or act is None:
        if not given.get(UUID):
            raise UsageProblem(f"{verb} {about.name} needs a file to upload: name one of this machine.")
        return dict(given)
    if UUID in given:
        raise UsageProblem(f"Name a file or {UUID}, not both.")
    own = {act.named: local.name} if act.named else {}
    return {**own, **given, UUID: TO_COME}


def _uploaded(wiring: Wiring, write: Write, local: LocalFile) -> Write:
    """Upload the bytes; the write as it names them."""
    from syncd.cli.procore.by_hand import look_ahead
    from syncd.cli.progress import bar
    from syncd.http.message import Lane

    wiring.settings.require_online()
    with telling_why(write.about, write.scope, write.id):
        look_ahead(wiring, write)
        with bar(local.name, local.size) as shown:
            uuid = wiring.vendors.files.upload(
                _project(write),
                _called(write, local),
                local.file,
                content_type=local.content_type,
                lane=Lane.COMMAND,
                progress=shown.move,
            )
    values = tuple((one, uuid if one.name == UUID else value) for one, value in write.values)
    return replace(write, values=values)


def _called(write: Write, local: LocalFile) -> str:
    """What the upload is called: what the record will be, where the write says so."""
    named = write.act.named if write.act else ""
    said = next((value for one, value in write.values if one.name == named), None)
    return said if isinstance(said, str) and said else local.name


def _project(write: Write) -> str:
    return write.scope.partition("/")[0]
