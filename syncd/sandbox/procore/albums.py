"""Albums (image categories), as data: no filters, deleted for good (reference procore-api §11).

The list shows a cover's picture and when an album was changed, a single album the cover's id.
"""

from __future__ import annotations

from typing import Any

from syncd.sandbox.message import Response
from syncd.sandbox.procore.field import Field
from syncd.sandbox.procore.find import present
from syncd.sandbox.procore.resource import Endpoint, Resource
from syncd.sandbox.procore.state import State
from syncd.sandbox.procore.table import Record, Values
from syncd.sandbox.procore.uploads import link_of
from syncd.sandbox.procore.wire import Call, invalid
from syncd.sandbox.procore.write import remove, to_bin

__all__ = ["ALBUMS"]

_LIST = "/rest/v1.0/image_categories"
_ONE = f"{_LIST}/{{id}}"
_ROW = ("id", "count", "cover_photo", "created_at", "links", "name", "private", "updated_at", "position")
_SHOW = ("id", "name", "position", "album_cover_id", "created_at", "private", "count")


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
    cover = state.tables["images"].records.get(values["album_cover_id"] or 0)
    inside = f"/rest/v1.0/images?project_id={record.scope}&image_category_id={record.id}"
    return {
        "count": len(_images(state, record)),
        "cover_photo": link_of(state, cover.now.values["upload_uuid"]) if cover else None,
        "links": {"show": inside, "update": path, "delete": path},
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
        Endpoint("GET", _LIST, "list", view="row", view_key="", unfiltered=True, project_in="query"),
        Endpoint("POST", _LIST, "create", view="show", view_key="", project_in="query"),
        Endpoint("GET", _ONE, "show", view="show", view_key="", project_in="query"),
        Endpoint("PATCH", _ONE, "update", view="show", view_key="", project_in="query"),
        Endpoint("DELETE", _ONE, "call", run=_delete, project_in="query"),
    ),
    views={"row": _ROW, "show": _SHOW},
    parent="project",
    tool="Photos",
    echoed=True,
    settle=_settle,
    derive=_derive,
)
