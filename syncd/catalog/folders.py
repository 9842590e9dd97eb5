"""Folders of a project's documents (reference procore-api §10)."""

from __future__ import annotations

from syncd.catalog.documents import FILTERS, ROOT, bin_of, index, params
from syncd.catalog.make import derived, in_project, plain, pointer
from syncd.catalog.resource import Path, Resource, Scope
from syncd.core.values import Kind

__all__ = ["FOLDERS"]

_LIST = "/rest/v1.0/folders"
_ONE = "/rest/v1.0/folders/{id}"

_FIELDS = (
    in_project("The project whose documents it holds: not a field, but part of every call."),
    plain("name", "Name", required=True),
    pointer(
        "parent",
        "Parent folder",
        "folders",
        read=("parent_id",),
        top=ROOT,
        note="Without one it stands in the root folder.",
    ),
    derived("name_with_path", "Path", note="Begins with the project's name; moves when a parent is renamed."),
    plain(
        "private",
        "Private",
        Kind.CHECKBOX,
        write="explicit_permissions",
        note="Written as explicit permissions. A folder in a private one may read as private by itself.",
    ),
    plain("is_tracked", "Tracked", Kind.CHECKBOX),
    derived("read_only", "Read only", Kind.CHECKBOX, note="Folders that Procore keeps itself."),
    derived("is_deleted", "In the recycle bin", Kind.CHECKBOX),
    derived("is_recycle_bin", "Is the recycle bin", Kind.CHECKBOX),
    derived("has_children", "Has children", Kind.CHECKBOX, read=("children", "has_children")),
    derived("created_by", "Created by", Kind.USER, read=("created_by", "id"), target="users"),
    derived("created_at", "Created at", Kind.INSTANT, note="Only the list has it."),
    derived("updated_at", "Updated at", Kind.INSTANT),
)

FOLDERS = Resource(
    name="folders",
    title="Folders",
    scope=Scope.PROJECT,
    wrapper="folder",
    fields=_FIELDS,
    custom=True,
    list=index(),
    show=Path(_ONE, project_in="query"),
    create=Path(_LIST, project_in="query"),
    update=Path(_ONE, project_in="query"),
    delete=Path(_ONE, project_in="query"),
    recycle_bin=bin_of("folder"),
    params=params("folder"),
    # A single folder comes with its children; they are not fields.
    show_params=(("exclude_files", "true"), ("exclude_folders", "true")),
    filters=FILTERS,
    page_limit=1000,
    parent="projects",
    tool="Documents",
    notes=(
        "Read from the documents index, which has pages and a filter by time; the folder tree of the API is"
        " one level a call and has neither.",
        "Procore takes a second folder of the same name in the same place or refuses it with 400 or 409:"
        " names should be unique within their parent.",
        "A delete moves a folder with all it holds to the recycle bin; only a person can bring it back.",
        "No origin_id: a folder is known by its place and name.",
    ),
)
