"""Images, as data: their bytes come with them and never change (reference procore-api §11)."""

from __future__ import annotations

from typing import Any

from syncd.sandbox.message import Response
from syncd.sandbox.procore.field import Field
from syncd.sandbox.procore.find import present
from syncd.sandbox.procore.read import respond
from syncd.sandbox.procore.resource import Endpoint, Filter, Resource
from syncd.sandbox.procore.state import State
from syncd.sandbox.procore.table import Record, Values
from syncd.sandbox.procore.uploads import claimed, link_of
from syncd.sandbox.procore.wire import Call, Refusal, bad_request
from syncd.sandbox.procore.write import apply, remove, to_bin, wrapped

__all__ = ["IMAGES"]

_LIST = "/rest/v1.0/images"
_ONE = f"{_LIST}/{{id}}"

_FIELDS = (
    Field("description"),
    Field("private", "flag", default=False),
    Field("image_category_id", "int", target="albums"),
    Field("location", "ref", target="locations"),
    Field("trades", "refs", target="trades", default=()),
    Field("log_date", "day", hidden=True),
    Field("filename", write="image_name"),
    Field("starred", "flag", write="", default=False),
    Field("projection", write="", default="regular"),
    Field("taken_at", "instant", write=""),
    Field("size", "int", write=""),
    Field("upload_uuid", hidden=True),
    Field("deleted", "flag", write="", default=False, hidden=True),
    Field("deleted_at", "instant", write="", hidden=True),
)


def _settle(state: State, scope: int, old: Values, after: Values, user_id: int) -> Values:
    """Name and bytes are those the image came with."""
    if old["upload_uuid"] is not None:
        return {**after, "filename": old["filename"], "upload_uuid": old["upload_uuid"]}
    if not after["upload_uuid"]:
        raise bad_request("param is missing or the value is empty: upload_uuid")
    if not after["filename"]:
        raise bad_request("param is missing or the value is empty: image_name")
    upload = claimed(state, after["upload_uuid"], user_id)
    return {**after, "size": upload.size, "taken_at": after["taken_at"] or state.stamp()}


def _derive(state: State, record: Record, values: Values) -> dict[str, Any]:
    album = state.tables["albums"].records.get(values["image_category_id"] or 0)
    url = link_of(state, values["upload_uuid"])
    path = f"/rest/v1.0/images/{record.id}?project_id={record.scope}"
    return {
        "url": url,
        "thumbnail_url": url,
        "image_category_name": album.now.values["name"] if album else None,
        "image_category_private": album.now.values["private"] if album else None,
        "permanently_deleted": False,
        "width": None,
        "height": None,
        "origin_id": None,
        "daily_log_header_id": None,
        "daily_log_segment_id": None,
        "daily_log_segment": None,
        "gps_lat": None,
        "gps_long": None,
        "uploader": state.name_of("users", values["created_by"]),
        "comments_count": 0,
        "links": {
            "self": path,
            "update": path,
            "delete": path,
            "permanentlyDelete": f"{path}&permanent=true",
        },
    }


def _create(state: State, resource: Resource, call: Call, args: dict[str, int], scope: int) -> Response:
    """POST: the upload and the name stand beside the wrapper, in which at least one key has to be."""
    image = wrapped(resource, call)
    if not image:
        raise bad_request("param is missing or the value is empty: image")
    beside = {key: call.json().get(key) for key in ("upload_uuid", "image_name")}
    record = apply(state, resource, None, scope, {**image, **beside}, call.who)
    return respond(state, resource, _CREATE, call, (record, record.now), 201)


def _delete(state: State, resource: Resource, call: Call, args: dict[str, int], scope: int) -> Response:
    """Into the recycle bin, or for good where the call says so."""
    record = present(state, resource, call, args["id"], scope)
    if call.request.param("permanent") == "true":
        remove(state, resource, record, call.who)
    elif record.now.values["deleted"]:
        raise Refusal(404, "The requested image could not be found")
    else:
        to_bin(state, resource, record, call.who, True)
    return Response(200)


_CREATE = Endpoint("POST", _LIST, "call", run=_create, view_key="", project_in="query")

IMAGES = Resource(
    name="images",
    wrapper="image",
    fields=_FIELDS,
    endpoints=(
        Endpoint("GET", _LIST, "list", view_key="serializer_view", project_in="query"),
        _CREATE,
        Endpoint("GET", _ONE, "show", view_key="", project_in="query"),
        Endpoint("PATCH", _ONE, "update", view_key="", project_in="query"),
        Endpoint("DELETE", _ONE, "call", run=_delete, project_in="query"),
    ),
    filters={
        "id": Filter("ids"),
        "created_at": Filter("range", "created_at"),
        "updated_at": Filter("range", "updated_at"),
        "image_category_id": Filter("ids", "image_category_id", plain=True),
        "log_date": Filter("text", "log_date"),
        "private": Filter("flag", "private"),
        "starred": Filter("flag", "starred"),
        "location_id": Filter("ids", "location"),
        "include_sublocations": Filter("filled", "created_at"),
        "trade_ids": Filter("ids", "trades"),
        "projection": Filter("text", "projection"),
        "query": Filter("search", "description"),
        "uploader_id": Filter("ids", "created_by"),
        "daily_log_segment_id": Filter("never"),
    },
    views={
        **dict.fromkeys(("normal", "android", "mobile", "mobile_feed", "prostore_file")),
        "ids_only": ("id",),
    },
    sorts=("deleted_at", "created_at", "exposure_date", "taken_at", "most_recent"),
    parent="project",
    tool="Photos",
    named="filename",
    echoed=True,
    linked=True,
    settle=_settle,
    derive=_derive,
)
