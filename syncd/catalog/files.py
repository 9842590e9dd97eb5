"""Files of a project's documents, with their versions (reference procore-api §10)."""

from __future__ import annotations

from syncd.catalog.documents import FILTERS, ROOT, bin_of, index, params
from syncd.catalog.make import content, derived, in_project, plain, pointer
from syncd.catalog.resource import Act, Filter, Path, Resource, Scope
from syncd.core.values import Kind

__all__ = ["FILES"]

_LIST = "/rest/v1.0/files"
_ONE = "/rest/v1.0/files/{id}"
_NOW = ("file", "current_version")
_LISTED = "The newest version's; only the list has it."

_FIELDS = (
    in_project("The project whose document it is: not a field, but part of every call."),
    plain("name", "Name", required=True, note="With its extension."),
    pointer(
        "parent",
        "Folder",
        "folders",
        read=("parent_id",),
        top=ROOT,
        note="Without one it stands in the root folder.",
    ),
    plain(
        "description",
        "Description",
        detail=True,
        note="Reading it costs one call a file.",
    ),
    plain("private", "Private", Kind.CHECKBOX, write="explicit_permissions"),
    plain("is_tracked", "Tracked", Kind.CHECKBOX),
    plain(
        "upload_uuid",
        "Upload",
        required=True,
        readable=False,
        note="Names bytes that were uploaded; in an update they become a new version. `upload` and"
        " `create-version` fill it in.",
    ),
    plain(
        "unique_name",
        "Make the name unique",
        Kind.CHECKBOX,
        readable=False,
        on_update=False,
        note="Procore renames the file where the folder has that name already, instead of refusing it.",
    ),
    content(
        on_update=True,
        fills=("upload_uuid", "name"),
        note="The newest version's bytes, for rules that say `as: file`; new bytes are a new version.",
    ),
    derived("name_with_path", "Path", note="Begins with the project's name."),
    derived("file_type", "Type", read=("file", "file_type"), note="Only the list has it."),
    derived("size", "Size in bytes", Kind.NUMBER, read=(*_NOW, "size"), note=_LISTED),
    derived("version_id", "Version id", read=(*_NOW, "id"), note=_LISTED),
    derived("version_number", "Version", Kind.NUMBER, read=(*_NOW, "number"), note=_LISTED),
    derived("version_notes", "Version notes", read=(*_NOW, "notes"), note=_LISTED),
    derived(
        "version_created_at", "Version created at", Kind.INSTANT, read=(*_NOW, "created_at"), note=_LISTED
    ),
    derived(
        "url",
        "Link",
        Kind.URL,
        read=(*_NOW, "url"),
        signed=True,
        note="Signed and short-lived; for downloads only.",
    ),
    derived("checked_out_until", "Checked out until", Kind.INSTANT, read=("file", "checked_out_until")),
    derived(
        "checked_out_by",
        "Checked out by",
        Kind.USER,
        read=("file", "checked_out_by", "id"),
        target="users",
        note="A file that somebody checked out refuses new versions with 409.",
    ),
    derived("is_deleted", "In the recycle bin", Kind.CHECKBOX),
    derived("created_by", "Created by", Kind.USER, read=("created_by", "id"), target="users"),
    derived("created_at", "Created at", Kind.INSTANT),
    derived("updated_at", "Updated at", Kind.INSTANT),
)

_VERSION = Act(
    "create-version",
    "POST",
    # `file_id` takes the id of the file itself.
    Path("/rest/v1.0/file_versions", project_in="query", parent_in="file_id"),
    takes=("name", "upload_uuid"),
    needs=("upload_uuid",),
    wrapper="file_version",
    answers="nothing",
    repeatable=False,
    note="Uploads bytes and adds them as the file's newest version; its id, name and place stay.",
)
_UPLOAD = Act(
    "upload",
    "POST",
    Path(_LIST, project_in="query"),
    takes=("name", "parent", "description", "private", "is_tracked", "unique_name", "upload_uuid"),
    needs=("name", "upload_uuid"),
    wrapper="file",
    repeatable=False,
    named="name",
    note="Uploads bytes and makes a file of them.",
)
_DOWNLOAD = Act(
    "download",
    "GET",
    Path(_ONE, project_in="query"),
    query=(("show_latest_version_only", "true"),),
    named="name",
    note="Reads the file, and then its newest version's bytes by their signed link.",
)

FILES = Resource(
    name="files",
    title="Files",
    scope=Scope.PROJECT,
    wrapper="file",
    fields=_FIELDS,
    custom=True,
    list=index(),
    show=Path(_ONE, project_in="query"),
    create=Path(_LIST, project_in="query"),
    update=Path(_ONE, project_in="query"),
    delete=Path(_ONE, project_in="query"),
    recycle_bin=bin_of("file"),
    acts=(_UPLOAD, _VERSION, _DOWNLOAD),
    params=params("file"),
    filters=(*FILTERS, Filter("file_type", many=True)),
    page_limit=1000,
    parent="projects",
    tool="Documents",
    notes=(
        "Bytes are uploaded first, to Procore's storage; the file then names the upload. Only the same user"
        " can use an upload, and within a week.",
        "A name that the folder has already is refused with 400 or 409 unless `unique_name` asks Procore for"
        " another.",
        "The documents index gives size and version; a single file gives the description. Mapping both costs"
        " one call a file.",
        "New bytes are a new version of the same file; old versions stay.",
        "A delete moves a file to the recycle bin; only a person can bring it back.",
        "No origin_id: a file is known by its place and name.",
    ),
)
