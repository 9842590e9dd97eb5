"""Short ways to write down a resource's fields, so that the tables read as tables."""

from __future__ import annotations

from syncd.catalog.resource import Path, ResourceField, Send
from syncd.core.values import Field, Kind

__all__ = ["content", "derived", "done_by", "in_project", "listed", "member", "plain", "pointer"]

_SEND = {
    Kind.NUMBER: Send.NUMBER,
    Kind.MONEY: Send.NUMBER,
    Kind.PERCENT: Send.NUMBER,
    Kind.CHECKBOX: Send.FLAG,
}


def plain(
    name: str,
    label: str,
    kind: Kind = Kind.TEXT,
    *,
    required: bool = False,
    on_create: bool = True,
    on_update: bool = True,
    readable: bool = True,
    detail: bool = False,
    bulk: bool = True,
    decimals: int | None = None,
    choices: tuple[str, ...] = (),
    read: tuple[str, ...] = (),
    write: str = "",
    note: str = "",
) -> ResourceField:
    """A field that is read and written under one key, unless `read` or `write` says more."""
    field = Field(
        name=name,
        label=label,
        kind=kind,
        readable=readable,
        on_create=on_create,
        on_update=on_update,
        required=required,
        detail=detail,
        decimals=decimals,
        choices=frozenset(choices) or None,
        note=note,
    )
    send = Send.INTEGER if decimals == 0 else _SEND.get(kind, Send.TEXT)
    return ResourceField(field, read=read or (name,), write=write or name, send=send, bulk=bulk)


def derived(
    name: str,
    label: str,
    kind: Kind = Kind.TEXT,
    *,
    read: tuple[str, ...] = (),
    choices: tuple[str, ...] = (),
    detail: bool = False,
    target: str = "",
    signed: bool = False,
    note: str = "",
) -> ResourceField:
    """A field that Procore keeps and nobody writes."""
    field = Field(
        name,
        label,
        kind,
        on_create=False,
        on_update=False,
        detail=detail,
        choices=frozenset(choices) or None,
        note=note,
    )
    return ResourceField(field, read=read or (name,), target=target, signed=signed)


def pointer(
    name: str,
    label: str,
    target: str,
    *,
    write: str = "",
    read: tuple[str, ...] = (),
    kind: Kind = Kind.REFERENCE,
    required: bool = False,
    on_create: bool = True,
    on_update: bool = True,
    bulk: bool = True,
    detail: bool = False,
    top: Path | None = None,
    note: str = "",
) -> ResourceField:
    """A field read as an object and written by id (reference procore-api §20)."""
    field = Field(
        name,
        label,
        kind,
        on_create=on_create,
        on_update=on_update,
        required=required,
        detail=detail,
        note=note,
    )
    return ResourceField(
        field,
        read=read or (name, "id"),
        write=write or f"{name}_id",
        send=Send.ID,
        bulk=bulk,
        target=target,
        top=top,
    )


def listed(
    name: str,
    label: str,
    target: str,
    *,
    write: str,
    kind: Kind = Kind.REFERENCES,
    on_create: bool = True,
    on_update: bool = True,
    detail: bool = False,
    note: str = "",
) -> ResourceField:
    """A list of objects, written as the list of ids that replaces the whole set."""
    field = Field(name, label, kind, on_create=on_create, on_update=on_update, detail=detail, note=note)
    return ResourceField(field, read=(name, "*", "id"), write=write, send=Send.IDS, target=target)


def in_project(note: str) -> ResourceField:
    """The project a record lives in: not a field of the record, but part of its address."""
    field = Field("project", "Project", Kind.REFERENCE, on_update=False, required=True, note=note)
    return ResourceField(field, read=(), target="projects", scope_id=True)


def member(name: str, label: str, target: str) -> ResourceField:
    """Who is in a project: the record of the company directory that a membership is about."""
    note = "Who is added: part of the membership's address, so it never changes."
    return pointer(name, label, target, read=("id",), required=True, on_update=False, note=note)


def done_by(
    name: str,
    label: str,
    verbs: tuple[str, str],
    *,
    read: tuple[str, ...],
    beside: str = "",
    filled: bool = False,
    once: bool = False,
    note: str = "",
) -> ResourceField:
    """A checkbox that verbs tick and untick ("" where nothing does), and no update."""
    field = Field(name, label, Kind.CHECKBOX, on_create=False, note=note, once=once)
    return ResourceField(field, read=read, by_act=verbs, beside=beside, filled=filled, bulk=False)


def content(*, on_update: bool, fills: tuple[str, ...], note: str) -> ResourceField:
    """The bytes of a file: read as which version there is, written by the upload that brought them."""
    field = Field("content", "Content", Kind.FILE, on_update=on_update, note=note)
    return ResourceField(
        field, read=("content",), write="upload_uuid", send=Send.TEXT, bulk=False, fills=fills
    )
