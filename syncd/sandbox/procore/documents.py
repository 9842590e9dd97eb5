"""What folders and files share: places, names, and the index of both (reference procore-api §10.1)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from syncd.sandbox.message import Response
from syncd.sandbox.procore.field import Field
from syncd.sandbox.procore.filters import tests_of
from syncd.sandbox.procore.find import standing
from syncd.sandbox.procore.read import paged, view_of
from syncd.sandbox.procore.render import text_of
from syncd.sandbox.procore.resource import Endpoint, Filter, Resource
from syncd.sandbox.procore.state import State
from syncd.sandbox.procore.table import Record, Values, Version
from syncd.sandbox.procore.wire import Call, Refusal, bad_request, invalid, json_text

__all__ = ["FIELDS", "FILTERS", "INDEX", "INDEX_KEYS", "in_index", "index", "path_of", "placed", "root_of"]

Row = tuple[Resource, Record, Version]

INDEX = "/rest/v1.0/projects/{project_id}/documents"
_KINDS = ("folders", "files")
_SORTS = {
    "updated_at": ("updated_at",),
    "name": ("name",),
    "document_type": ("document_type",),
    "document_type_then_name": ("document_type", "name"),
    "document_type_then_created_at": ("document_type", "created_at"),
    "document_type_then_updated_at": ("document_type", "updated_at"),
}

FIELDS = (
    Field("name", needed=True),
    Field("parent_id", "int"),
    Field("is_tracked", "flag", default=False),
    Field("private", "flag", write="explicit_permissions", default=False),
    Field("deleted", "flag", write="", default=False, hidden=True),
    Field("deleted_at", "instant", write="", hidden=True),
)
FILTERS = {
    "document_type": Filter("text", "document_type"),
    "created_at": Filter("range", "created_at"),
    "updated_at": Filter("range", "updated_at"),
    "created_by_id": Filter("ids", "created_by"),
    "is_in_recycle_bin": Filter("flag", "deleted"),
    "search": Filter("search", "name"),
    "custom_tag_ids": Filter("never"),
    "private": Filter("flag", "private"),
}
INDEX_KEYS = tuple(
    "id name name_with_path parent_id created_at created_by updated_at read_only is_deleted is_recycle_bin "
    "document_type is_tracked private private_parent tracked_folder file children custom_fields".split()
)


def root_of(project: int) -> int:
    """The id of a project's root folder, which is no folder of the table."""
    return project * 10 + 1


def path_of(state: State, project: int, parent: int | None, name: str) -> str:
    """Where a document stands, from the project's name on."""
    names = [name, *(one.now.values["name"] for one in _above(state, parent))]
    return "/".join((state.tables["projects"].records[project].now.values["name"], *reversed(names)))


def placed(state: State, project: int, kind: str, old: Values, after: Values) -> Values:
    """The values with a parent that can be one, and a name that is free there.

    Raises Refusal: 422 for a parent that is none, 409 or 400 for a name that is taken.
    """
    if after["deleted"]:
        return after
    if after["parent_id"] == root_of(project):
        after["parent_id"] = None
    parent = after["parent_id"]
    if parent is not None:
        folder = state.tables["folders"].within(project).get(parent)
        if folder is None or folder.now.values["deleted"]:
            raise invalid({"parent_id": ["is invalid"]})
        if any(one.now.values is old for one in _above(state, parent)):
            raise invalid({"parent_id": ["must not be in the folder itself"]})
    if after["name"] is not None and _taken(state, project, kind, old, after):
        new = old["name"] is None
        raise Refusal(state.switches.document_twice if new else 409, f"{after['name']} exists already")
    return after


def free_name(state: State, project: int, kind: str, old: Values, after: Values) -> str:
    """The name itself, or one like it that is not taken."""
    stem, dot, ending = str(after["name"]).rpartition(".")
    stem, ending = (stem, f".{ending}") if dot else (ending, "")
    name, number = after["name"], 1
    while _taken(state, project, kind, old, {**after, "name": name}):
        name, number = f"{stem} ({number}){ending}", number + 1
    return str(name)


def in_index(state: State, record: Record, values: Values) -> dict[str, Any]:
    """The keys of a row of the index that folders and files have both."""
    return {
        "name_with_path": path_of(state, record.scope, values["parent_id"], values["name"]),
        "parent_id": values["parent_id"] or root_of(record.scope),
        "created_by": state.name_of("users", values["created_by"]),
        "read_only": False,
        "is_deleted": values["deleted"],
        "is_recycle_bin": False,
        "private_parent": None,
        "tracked_folder": None,
    }


def index(state: State, resource: Resource, call: Call, args: dict[str, int], scope: int) -> Response:
    """The flat list of both, with one filter more than tables can say: all below a folder."""
    request = call.request
    within = request.param("filters[folder_id]")
    asked = replace(request, query=tuple(one for one in request.query if one[0] != "filters[folder_id]"))
    rows = [row for row in _rows(state, replace(call, request=asked), scope) if _below(state, row, within)]
    _sort(state, rows, request.param("sort") or "")
    page, headers = paged(rows, request, None, state.switches)
    view = view_of(_ENDPOINT, call)
    texts = []
    for about, record, version in page:
        state.served(about, [(record.id, version)], call.who)
        texts.append(text_of(state, about, record, version, view))
    answer = json_text("[" + ",".join(texts) + "]")
    answer.headers.update(headers)
    return answer


def _rows(state: State, call: Call, scope: int) -> Iterator[Row]:
    """The documents that pass the filters; deleted ones too where the switch says so and no filter asks."""
    moment = state.seen_at(call.as_of, state.switches.list_lag)
    hides = state.switches.index_hides_bin and call.request.param("filters[is_in_recycle_bin]") is None
    for kind in _KINDS:
        about = state.resources[kind]
        tests = tests_of(about, _ENDPOINT, call.request, state.switches)
        for record, version in standing(state, about, scope, moment):
            if version is None or (hides and version.values["deleted"]):
                continue
            if all(test(record.id, version.values) for test in tests):
                yield about, record, version


def _below(state: State, row: Row, folder: str | None) -> bool:
    if not folder:
        return True
    if not folder.isascii() or not folder.isdigit():
        raise bad_request("filters[folder_id] must be an integer")
    _, record, version = row
    above = [one.id for one in _above(state, version.values["parent_id"])]
    return int(folder) in (record.id, *above, root_of(record.scope))


def _sort(state: State, rows: list[Row], asked: str) -> None:
    """As `sort` says; otherwise in the order the switch chooses."""
    rows.sort(key=lambda row: row[1].id)
    down, key = asked.startswith("-"), asked.lstrip("-")
    if not key and state.switches.list_order != "id":
        down = state.switches.list_order == "updated_desc"
        key = "updated_at" if down else "name"
    if not key:
        return
    if key not in _SORTS:
        raise bad_request(f"sort must be one of {', '.join(_SORTS)}")
    keys = _SORTS[key]
    rows.sort(key=lambda row: [str(row[2].values[one]).lower() for one in keys], reverse=down)


def _above(state: State, parent: int | None) -> list[Record]:
    """The folders that a document stands in, from the nearest up."""
    found: list[Record] = []
    while parent is not None:
        record = state.tables["folders"].records[parent]
        found.append(record)
        parent = record.now.values["parent_id"]
    return found


def _taken(state: State, project: int, kind: str, old: Values, after: Values) -> bool:
    """Whether another document of the kind has that name in that place."""
    return any(
        one.now.values is not old
        and not one.now.values["deleted"]
        and (one.now.values["parent_id"], one.now.values["name"]) == (after["parent_id"], after["name"])
        for one in state.tables[kind].within(project).values()
    )


_ENDPOINT = Endpoint("GET", INDEX, "call", run=index)
