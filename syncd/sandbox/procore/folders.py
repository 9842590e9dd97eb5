"""Folders, as data: a tree of one level a call, and their part of the index (reference procore-api §10)."""

from __future__ import annotations

from typing import Any

from syncd.sandbox.message import Response
from syncd.sandbox.procore.documents import (
    FIELDS,
    FILTERS,
    INDEX,
    INDEX_KEYS,
    in_index,
    index,
    placed,
    root_of,
)
from syncd.sandbox.procore.field import Field
from syncd.sandbox.procore.find import present, seen
from syncd.sandbox.procore.render import shown
from syncd.sandbox.procore.resource import Endpoint, Resource
from syncd.sandbox.procore.state import State
from syncd.sandbox.procore.table import Record, Values
from syncd.sandbox.procore.wire import Call, Refusal, Who, encode, json_text
from syncd.sandbox.procore.write import to_bin

__all__ = ["FOLDERS"]

_LIST = "/rest/v1.0/folders"
_ONE = f"{_LIST}/{{id}}"
_SHOW = tuple(
    "id name parent_id updated_at private is_tracked tracked_folder name_with_path folders files read_only "
    "is_deleted is_recycle_bin has_children has_children_files has_children_folders custom_fields".split()
)


def _children(state: State, project: int, folder: int | None, kind: str) -> list[Record]:
    """What stands directly in a folder (None: in the root) and is not deleted."""
    return [
        one
        for one in state.tables[kind].within(project).values()
        if one.now.values["parent_id"] == folder and not one.now.values["deleted"]
    ]


def _level(state: State, call: Call, project: int, folder: int | None) -> dict[str, Any]:
    """One level of the tree: what stands in a folder, whose own contents are left out."""
    level: dict[str, Any] = {"folders": [], "files": []}
    for kind, view in (("folders", "show"), ("files", "false")):
        if call.request.param(f"exclude_{kind}") == "true":
            continue
        about = state.resources[kind]
        for one in _children(state, project, folder, kind):
            state.served(about, [(one.id, one.now)], call.who)
            level[kind].append(shown(state, about, one, one.now, view))
    return level


def _tree(state: State, resource: Resource, call: Call, args: dict[str, int], scope: int) -> Response:
    """The root folder, one level of it filled. It has no pages."""
    inside = [bool(_children(state, scope, None, kind)) for kind in ("folders", "files")]
    root = {
        "id": root_of(scope),
        "name": state.tables["projects"].records[scope].now.values["name"],
        "parent_id": None,
        "private": False,
        "is_tracked": False,
        "tracked_folder": None,
        "updated_at": state.tables["projects"].records[scope].now.values["created_at"],
        "name_with_path": state.tables["projects"].records[scope].now.values["name"],
        "read_only": False,
        "is_deleted": False,
        "is_recycle_bin": False,
        "has_children": any(inside),
        "has_children_folders": inside[0],
        "has_children_files": inside[1],
        "custom_fields": {},
        **_level(state, call, scope, None),
    }
    return json_text(encode(root))


def _show(state: State, resource: Resource, call: Call, args: dict[str, int], scope: int) -> Response:
    record, version = seen(state, resource, call, args["id"], scope)
    if version.values["deleted"] and state.switches.recycled_show == 404:
        raise Refusal(404, "The requested folder could not be found")
    state.served(resource, [(record.id, version)], call.who)
    level = _level(state, call, scope, record.id)
    return json_text(encode({**shown(state, resource, record, version, "show"), **level}))


def _delete(state: State, resource: Resource, call: Call, args: dict[str, int], scope: int) -> Response:
    """Into the recycle bin, with all it holds."""
    record = present(state, resource, call, args["id"], scope)
    if record.now.values["deleted"]:
        raise Refusal(404, "The requested folder could not be found")
    _bin(state, record, call.who)
    return Response(200)


def _bin(state: State, folder: Record, who: Who) -> None:
    for one in _children(state, folder.scope, folder.id, "files"):
        to_bin(state, state.resources["files"], one, who, True)
    for one in _children(state, folder.scope, folder.id, "folders"):
        _bin(state, one, who)
    to_bin(state, state.resources["folders"], folder, who, True)


def _settle(state: State, scope: int, old: Values, after: Values, user_id: int) -> Values:
    return placed(state, scope, "folders", old, after)


def _derive(state: State, record: Record, values: Values) -> dict[str, Any]:
    inside = {kind: bool(_children(state, record.scope, record.id, kind)) for kind in ("folders", "files")}
    children = {
        "has_children": any(inside.values()),
        "has_children_files": inside["files"],
        "has_children_folders": inside["folders"],
    }
    return {
        **in_index(state, record, values),
        **children,
        "children": children,
        "file": None,
        "folders": [],
        "files": [],
    }


FOLDERS = Resource(
    name="folders",
    wrapper="folder",
    fields=(*FIELDS, Field("document_type", write="", default="folder")),
    endpoints=(
        Endpoint("GET", _LIST, "call", run=_tree, project_in="query"),
        Endpoint("POST", _LIST, "create", view="show", view_key="", project_in="query"),
        Endpoint("GET", _ONE, "call", run=_show, project_in="query"),
        Endpoint("PATCH", _ONE, "update", view="show", view_key="", project_in="query"),
        Endpoint("DELETE", _ONE, "call", run=_delete, project_in="query"),
        Endpoint("GET", INDEX, "call", run=index),
    ),
    filters={**FILTERS},
    views={"show": _SHOW, "normal": INDEX_KEYS, "extended": INDEX_KEYS},
    parent="project",
    tool="Documents",
    echoed=True,
    custom=True,
    settle=_settle,
    derive=_derive,
)
