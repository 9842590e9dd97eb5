"""Folders, files, albums and images: their plain fields, and what files and images hold."""

from __future__ import annotations

from tests.proof.catalogue.company import home
from tests.proof.catalogue.meaning import Sort, Word

__all__ = ["ALBUMS", "CONTENT", "FILES", "FOLDERS", "IMAGES"]

CONTENT = {
    "files": Word("content", "Document", "file", stored="versions", column="file", more=", as: file"),
    "images": Word(
        "content", "Picture", "file", stored="upload_uuid", column="file", edited=False, more=", as: file"
    ),
}
"""The bytes, in worlds that carry them. Procore never replaces those of an image."""

FOLDERS = Sort(
    "folders",
    "Folders",
    "folders",
    (
        home("projects"),
        Word("name", "Name", needed=True),
        Word("private", "Private", "flag", write="explicit_permissions", column="checkbox"),
        Word("is_tracked", "Tracked", "flag", column="checkbox"),
        Word("custom.Shelf", "Shelf", custom="string"),
    ),
    home="projects",
    lineage="name",
    match=(("name",),),
    tool="Documents",
)

FILES = Sort(
    "files",
    "Files",
    "files",
    (
        home("projects"),
        Word("name", "Name", needed=True),
        Word("description", "Description", column="text-multi-line"),
        Word("private", "Private", "flag", write="explicit_permissions", column="checkbox"),
        Word("is_tracked", "Tracked", "flag", column="checkbox"),
        Word("parent", "Related Folder", "ref", stored="parent_id", column="relation", ref="folders"),
    ),
    home="projects",
    lineage="name",
    match=(("name",),),
    made=False,
    tool="Documents",
)

ALBUMS = Sort(
    "albums",
    "Albums",
    "albums",
    (
        home("projects"),
        Word("name", "Name", needed=True),
        Word("private", "Private", "flag", column="checkbox"),
    ),
    home="projects",
    lineage="name",
    match=(("name",),),
    tool="Photos",
)

IMAGES = Sort(
    "images",
    "Images",
    "images",
    (
        home("projects"),
        Word(
            "album", "Related Album", "ref", stored="image_category_id", column="relation", ref="albums",
            needed=True,
        ),
        Word(
            "image_name", "File Name", stored="filename", write="image_name", fixed=True, edited=False,
            needed=True,
        ),
        Word("description", "Description", column="text-multi-line"),
        Word("private", "Private", "flag", column="checkbox"),
        Word("location", "Location", "name", write="location_id", by="name", options="locations"),
        Word("trades", "Trades", "names", write="trade_ids", column="multitext", by="name", options="trades"),
    ),
    home="projects",
    lineage="image_name",
    made=False,
    tool="Photos",
)  # fmt: skip
