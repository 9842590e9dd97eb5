"""Albums (image categories), as data: no filters, deleted for good (reference procore-api §11)."""

from __future__ import annotations

from typing import Any

from syncd.sandbox.message import Response
from syncd.sandbox.procore.field import Field
from syncd.sandbox.procore.find import present
from syncd.sandbox.procore.resource import Endpoint, Resource
from syncd.sandbox.procore.state import State
from syncd.sandbox.procore.table import Record, Values
from syncd.sandbox.procore.wire import Call, invalid
from syncd.sandbox.procore.write import remove, to_bin

__all__ = ["ALBUMS"]

_LIST = "/rest/v1.0/image_categories"
_ONE = f"{_LIST}/{{id}}"


def _images(state: State, album: Record) -> list[Record]:
    """What is in an album and not deleted."""
    return [
        one
        for one in state.tables["images"].within(album.scope).values()
        if one.now.values["image_category_id"] == album.id and not one.now.values["deleted"]
    ]


def _delete(state: State, resource: Resource, call: Call, args: dict[str, int], scope: int) -> Response:
    """For good; its images go to the recycle bin or stand without an album."""
    album = present(state, resource, call, args["id"], scope)
    about = state.resources["images"]
    for one in _images(state, album):
        if state.switches.album_delete == "recycles":
            to_bin(state, about, one, call.who, True)
        else:
            state.store(about, one, scope, {**one.now.values, "image_category_id": None}, call.who)
    remove(state, resource, album, call.who)
    return Response(200)


def _settle(state: State, scope: int, old: Values, after: Values, user_id: int) -> Values:
    """The next position, and a cover that is an image of the project."""
    cover = after["album_cover_id"]
    if cover != old["album_cover_id"] and cover is not None:
        image = state.tables["images"].within(scope).get(cover)
        if image is None or image.now.values["deleted"]:
            raise invalid({"album_cover_id": ["is invalid"]})
    if after["position"] is None:
        after["position"] = len(state.tables["albums"].within(scope)) + 1
    return after


def _derive(state: State, record: Record, values: Values) -> dict[str, Any]:
    path = f"/rest/v1.0/image_categories/{record.id}?project_id={record.scope}"
    cover = values["album_cover_id"]
    return {
        "count": len(_images(state, record)),
        "cover_photo": {"id": cover} if cover else None,
        "links": {"self": path, "update": path, "delete": path},
    }


ALBUMS = Resource(
    name="albums",
    wrapper="image_category",
    fields=(
        Field("name", needed=True),
        Field("private", "flag", default=False),
        Field("album_cover_id", "int"),
        Field("position", "int", write=""),
    ),
    endpoints=(
        Endpoint("GET", _LIST, "list", view_key="", unfiltered=True, project_in="query"),
        Endpoint("POST", _LIST, "create", view_key="", project_in="query"),
        Endpoint("GET", _ONE, "show", view_key="", project_in="query"),
        Endpoint("PATCH", _ONE, "update", view_key="", project_in="query"),
        Endpoint("DELETE", _ONE, "call", run=_delete, project_in="query"),
    ),
    parent="project",
    tool="Photos",
    echoed=True,
    settle=_settle,
    derive=_derive,
)
