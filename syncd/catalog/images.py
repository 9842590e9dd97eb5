"""Images of a project's albums (reference procore-api §11)."""

from __future__ import annotations

from syncd.catalog.make import content, derived, in_project, listed, plain, pointer
from syncd.catalog.resource import Act, Filter, KeyFilter, Path, Resource, Scope
from syncd.core.values import Kind

__all__ = ["IMAGES"]

_LIST = "/rest/v1.0/images"
_ONE = "/rest/v1.0/images/{id}"


# A create names the upload beside the wrapper `image`, so the ways to write hold the wrapper.
_FIELDS = (
    in_project("The project whose picture it is: not a field, but part of every call."),
    pointer(
        "album",
        "Album",
        "albums",
        read=("image_category_id",),
        write="image.image_category_id",
        required=True,
        note="Written later, it moves the image to another album.",
    ),
    plain(
        "image_name",
        "File name",
        required=True,
        on_update=False,
        read=("filename",),
        note="With its extension; it cannot be changed later.",
    ),
    plain(
        "upload_uuid",
        "Upload",
        required=True,
        on_update=False,
        readable=False,
        note="Names bytes that were uploaded; `upload` fills it in. An image's bytes cannot be replaced.",
    ),
    content(
        on_update=False,
        fills=("upload_uuid", "image_name"),
        note="The image's bytes, for rules that say `as: file`.",
    ),
    plain("description", "Description", write="image.description"),
    plain(
        "private",
        "Private",
        Kind.CHECKBOX,
        write="image.private",
        note="Where a new image does not say, the project's own setting decides.",
    ),
    pointer("location", "Location", "locations", write="image.location_id"),
    listed("trades", "Trades", "trades", write="image.trade_ids"),
    plain(
        "log_date",
        "Daily log date",
        Kind.DAY,
        read=("daily_log_date",),
        readable=False,
        write="image.log_date",
        note="Puts the image into that day's log; it is not read back.",
    ),
    derived("starred", "Starred", Kind.CHECKBOX),
    derived("album_name", "Album, name", read=("image_category_name",)),
    derived("album_private", "Album private", Kind.CHECKBOX, read=("image_category_private",)),
    derived("projection", "Projection", Kind.CHOICE, choices=("unknown", "regular", "360")),
    derived("size", "Size in bytes", Kind.NUMBER),
    derived("width", "Width in pixels", Kind.NUMBER),
    derived("height", "Height in pixels", Kind.NUMBER),
    derived("gps_lat", "Latitude", Kind.NUMBER),
    derived("gps_long", "Longitude", Kind.NUMBER),
    derived("url", "Link", Kind.URL, signed=True, note="Signed and short-lived; for downloads only."),
    derived("thumbnail_url", "Thumbnail", Kind.URL, signed=True, note="Signed and short-lived."),
    derived("comments_count", "Comments", Kind.NUMBER),
    derived("uploader", "Uploaded by", Kind.USER, read=("uploader", "id"), target="users"),
    derived("taken_at", "Taken at", Kind.INSTANT),
    derived("created_at", "Created at", Kind.INSTANT),
    derived("updated_at", "Updated at", Kind.INSTANT),
)

_UPLOAD = Act(
    "upload",
    "POST",
    Path(_LIST, project_in="query"),
    takes=("image_name", "upload_uuid", "album", "description", "private", "location", "trades", "log_date"),
    needs=("image_name", "upload_uuid", "album"),
    repeatable=False,
    named="image_name",
    note="Uploads bytes and puts them into an album as an image.",
)
_DOWNLOAD = Act(
    "download",
    "GET",
    Path(_ONE, project_in="query"),
    named="image_name",
    note="Reads the image, and then its bytes by their signed link.",
)
_DESTROY = Act(
    "delete-for-good",
    "DELETE",
    Path(_ONE, project_in="query"),
    query=(("permanent", "true"),),
    answers="nothing",
    note="Deletes the image without the recycle bin.",
)

IMAGES = Resource(
    name="images",
    title="Images",
    scope=Scope.PROJECT,
    wrapper="",
    fields=_FIELDS,
    list=Path(_LIST, project_in="query"),
    show=Path(_ONE, project_in="query"),
    create=Path(_LIST, project_in="query"),
    update=Path(_ONE, project_in="query"),
    delete=Path(_ONE, project_in="query"),
    acts=(_UPLOAD, _DOWNLOAD, _DESTROY),
    filters=(
        KeyFilter("image_category_id", Kind.NUMBER, target="albums"),
        Filter("log_date"),
        Filter("private", Kind.CHECKBOX, ("true", "false")),
        Filter("starred", Kind.CHECKBOX, ("true", "false")),
        Filter("location_id", Kind.NUMBER, many=True, target="locations"),
        Filter("include_sublocations", Kind.CHECKBOX, ("true", "false")),
        Filter("trade_ids", Kind.NUMBER, many=True, target="trades"),
        Filter("projection", Kind.CHOICE, ("360", "regular")),
        Filter("query"),
        Filter("uploader_id", Kind.NUMBER, many=True, target="users"),
        Filter("daily_log_segment_id", Kind.NUMBER, many=True),
    ),
    sort=(("sort", "created_at"),),
    page_limit=1000,
    id_filter="filters[id][]",
    id_filter_many=True,
    maker="uploader",
    parent="projects",
    tool="Photos",
    notes=(
        "An image's bytes cannot be replaced: new bytes are a new image.",
        "A delete moves an image to the recycle bin, which the API does not list; `delete-for-good` does"
        " not. What is missing from the list is looked up by its id.",
        "Its `origin_id` is a number of Procore's own, not a place for our identity.",
        "One call an image to write: Procore has no bulk write for images.",
    ),
)
