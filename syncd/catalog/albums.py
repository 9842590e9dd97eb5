"""Albums: Procore's image categories (reference procore-api §11)."""

from __future__ import annotations

from syncd.catalog.make import derived, in_project, plain, pointer
from syncd.catalog.resource import Path, Resource, Scope
from syncd.core.values import Kind

__all__ = ["ALBUMS"]

_LIST = "/rest/v1.0/image_categories"
_ONE = "/rest/v1.0/image_categories/{id}"

_FIELDS = (
    in_project("The project whose pictures it holds: not a field, but part of every call."),
    plain("name", "Name", required=True),
    plain("private", "Private", Kind.CHECKBOX),
    pointer(
        "album_cover",
        "Cover image",
        "images",
        read=("album_cover_id",),
        detail=True,
        note="An image of the album itself. Reading it costs one call an album.",
    ),
    derived("position", "Position", Kind.NUMBER),
    derived("count", "Images", Kind.NUMBER, note="How many images it holds."),
    derived(
        "cover_photo",
        "Cover picture",
        Kind.URL,
        signed=True,
        note="Signed and short-lived; only the list has it.",
    ),
    derived("created_at", "Created at", Kind.INSTANT),
    derived("updated_at", "Updated at", Kind.INSTANT, note="Only the list has it."),
)

ALBUMS = Resource(
    name="albums",
    title="Albums",
    scope=Scope.PROJECT,
    wrapper="image_category",
    fields=_FIELDS,
    list=Path(_LIST, project_in="query"),
    show=Path(_ONE, project_in="query"),
    create=Path(_LIST, project_in="query"),
    update=Path(_ONE, project_in="query"),
    delete=Path(_ONE, project_in="query"),
    page_limit=1000,
    updated_filter=False,
    created_filter=False,
    parent="projects",
    tool="Photos",
    notes=(
        "The list has no filters: each look reads a project's whole list.",
        "A deleted album is gone for good. What becomes of its images is not documented: move them first.",
        "Cover images and albums name each other: an album's cover is written after its images are there.",
    ),
)
