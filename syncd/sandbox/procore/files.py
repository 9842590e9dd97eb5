"""Files and their versions, as data: bytes come by uploads, and are read by links (reference §10)."""

from __future__ import annotations

from typing import Any

from syncd.sandbox.message import Response
from syncd.sandbox.procore.documents import FIELDS, FILTERS, INDEX_KEYS, free_name, in_index, placed
from syncd.sandbox.procore.field import Field
from syncd.sandbox.procore.find import present
from syncd.sandbox.procore.resource import Endpoint, Filter, Resource
from syncd.sandbox.procore.state import State
from syncd.sandbox.procore.table import Record, Values
from syncd.sandbox.procore.uploads import claimed, link_of
from syncd.sandbox.procore.wire import Call, Refusal, bad_request, encode, json_text
from syncd.sandbox.procore.write import wrapped

__all__ = ["FILES"]

_LIST = "/rest/v1.0/files"
_ONE = f"{_LIST}/{{id}}"
_VERSIONS = "/rest/v1.0/file_versions"
_SHOW = tuple(
    "id name parent_id size description updated_at created_at checked_out_until name_with_path private "
    "is_tracked tracked_folder checked_out_by file_type file_versions legacy_id is_deleted "
    "custom_fields".split()
)

_FIELDS = (
    *FIELDS,
    Field("description"),
    Field("checked_out_until", "instant"),
    Field("checked_out_by", "ref", write="", target="users"),
    Field("document_type", write="", default="file"),
    Field("file_type", write="", default=""),
    Field("upload_uuid", hidden=True),
    Field("unique_name", "flag", hidden=True, default=False),
    Field("notes", write="", hidden=True),
    Field("version_name", write="", hidden=True),
    Field("versions", write="", default=(), hidden=True),
)


def _settle(state: State, scope: int, old: Values, after: Values, user_id: int) -> Values:
    """The place, who has checked it out, and the bytes that were uploaded as a new version."""
    new, uuid = old["name"] is None, after["upload_uuid"]
    _check_out(state, old, after, user_id)
    if new and not uuid:
        raise bad_request("param is missing or the value is empty: file[upload_uuid]")
    if new and after["unique_name"]:
        after["name"] = free_name(state, scope, "files", old, after)
    after = placed(state, scope, "files", old, after)
    after["file_type"] = str(after["name"]).rpartition(".")[2].lower() if "." in str(after["name"]) else ""
    if uuid:
        after["versions"] = (_version(state, after, uuid, user_id), *old["versions"])
    return {**after, "upload_uuid": None, "unique_name": False, "notes": None, "version_name": None}


def _check_out(state: State, old: Values, after: Values, user_id: int) -> None:
    """A file that somebody else has checked out is not changed (409)."""
    until = old["checked_out_until"]
    if until and until > state.stamp() and old["checked_out_by"] != user_id and not after["deleted"]:
        raise Refusal(409, "The file is checked out")
    if after["checked_out_until"] != until:
        after["checked_out_by"] = user_id if after["checked_out_until"] else None


def _version(state: State, after: Values, uuid: str, user_id: int) -> dict[str, Any]:
    upload = claimed(state, uuid, user_id)
    return {
        "id": state.new_id(),
        "number": len(after["versions"]) + 1,
        "notes": after["notes"],
        "name": after["version_name"] or after["name"],
        "size": upload.size,
        "created_at": state.stamp(),
        "created_by": user_id,
        "upload": upload.uuid,
    }


def _shown_version(state: State, file: int, version: dict[str, Any]) -> dict[str, Any]:
    url = link_of(state, version["upload"])
    kept = {key: version[key] for key in ("id", "notes", "size", "created_at", "number")}
    stored = {"id": version["id"] + 1, "name": version["name"], "filename": version["name"], "url": url}
    who = state.name_of("users", version["created_by"])
    return {**kept, "url": url, "created_by": who, "prostore_file": stored, "file_id": file}


def _derive(state: State, record: Record, values: Values) -> dict[str, Any]:
    versions = [_shown_version(state, record.id, one) for one in values["versions"]]
    now = versions[0] if versions else None
    if state.switches.version_order == "oldest_first":
        versions.reverse()
    facts = {key: values[key] for key in ("description", "file_type", "checked_out_until")}
    holder = values["checked_out_by"]
    by = state.name_of("users", holder) if holder else None
    return {
        **in_index(state, record, values),
        "size": now["size"] if now else None,
        "file_versions": versions,
        "legacy_id": None,
        "children": {},
        "file": {**facts, "checked_out_by": by, "current_version": now},
    }


def _latest(state: State, record: Record, values: Values) -> dict[str, Any]:
    return {"file_versions": [_shown_version(state, record.id, one) for one in values["versions"][:1]]}


def _add_version(state: State, resource: Resource, call: Call, args: dict[str, int], scope: int) -> Response:
    """POST: new bytes for a file that the query names."""
    record = present(state, resource, call, _file_of(call), scope)
    if record.now.values["deleted"]:
        raise Refusal(404, "The requested file could not be found")
    sent = wrapped(resource, call, "file_version")
    if not sent.get("upload_uuid"):
        raise bad_request("param is missing or the value is empty: file_version[upload_uuid]")
    notes, name = sent.get("notes"), sent.get("name")
    before = record.now.values
    after = {**before, "upload_uuid": str(sent["upload_uuid"])}
    after |= {"notes": None if notes is None else str(notes), "version_name": None if not name else str(name)}
    record = state.store(
        resource, record, scope, _settle(state, scope, before, after, call.who.user_id), call.who
    )
    return json_text(encode(_shown_version(state, record.id, record.now.values["versions"][0])), 201)


def _one_version(state: State, resource: Resource, call: Call, args: dict[str, int], scope: int) -> Response:
    for record in state.tables[resource.name].within(scope).values():
        for version in record.now.values["versions"]:
            if version["id"] == args["id"]:
                return json_text(encode(_shown_version(state, record.id, version)))
    raise Refusal(404, "The requested file version could not be found")


def _file_of(call: Call) -> int:
    text = call.request.param("file_id") or ""
    if not text.isascii() or not text.isdigit() or len(text) > 18:
        raise bad_request("param is missing or the value is empty: file_id")
    return int(text)


FILES = Resource(
    name="files",
    wrapper="file",
    fields=_FIELDS,
    endpoints=(
        Endpoint("POST", _LIST, "create", view="false", view_key="", project_in="query"),
        Endpoint("GET", _ONE, "show", view="false", view_key="show_latest_version_only", project_in="query"),
        Endpoint("PATCH", _ONE, "update", view="false", view_key="", project_in="query"),
        Endpoint("DELETE", _ONE, "delete", project_in="query"),
        Endpoint("POST", _VERSIONS, "call", run=_add_version, project_in="query"),
        Endpoint("GET", f"{_VERSIONS}/{{id}}", "call", run=_one_version, project_in="query"),
    ),
    filters={**FILTERS, "file_type": Filter("any", "file_type")},
    views={"true": _SHOW, "false": _SHOW, "normal": INDEX_KEYS, "extended": INDEX_KEYS},
    extras={"true": _latest},
    parent="project",
    tool="Documents",
    echoed=True,
    linked=True,
    custom=True,
    settle=_settle,
    derive=_derive,
)
