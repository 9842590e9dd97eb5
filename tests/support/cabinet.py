"""A site whose drawings stand in folders, said as paths in a text field, with missing folders made."""

from __future__ import annotations

from collections.abc import Callable

from syncd.clock import Clock
from syncd.store import Store
from tests.support.file_site import DRAWINGS, Site

__all__ = ["Cabinet"]

MAKING = "  - {procore: parent, quickbase: Folder, by: path, missing: create}\n"


class Cabinet(Site):
    """A site whose drawings say their folder, and have missing ones made."""

    def __init__(self, opened: Callable[[Clock], Store] | None = None) -> None:
        super().__init__(opened)
        self.stack.files["drawings"] = DRAWINGS + MAKING

    def folder(self, name: str, above: int | None = None) -> int:
        """A folder that a person makes in Procore."""
        return self.procore.put("folders", {"name": name, "parent_id": above}, scope=self.project)

    def folders(self) -> list[str]:
        """Procore's folders, by their own paths."""
        names = {
            int(id): (one["name"], one["parent_id"]) for id, one in self.stack.procore("folders").items()
        }

        def way(id: int | None) -> str:
            return "" if id is None else f"{way(names[id][1])}/{names[id][0]}"

        return sorted(way(one) for one in names)

    def stands(self, name: str) -> str | None:
        """The name of the folder that a file of Procore stands in."""
        folders = self.stack.procore("folders")
        file = next(one for one in self.stack.procore("files").values() if one["name"] == name)
        return None if file["parent_id"] is None else str(folders[str(file["parent_id"])]["name"])

    def said(self, name: str) -> str | None:
        """The path in the row of a file."""
        found: str | None = next(one["Folder"] for one in self.rows() if one["File Name"] == name)
        return found or None

    def edit(self, name: str | int, path: str) -> None:
        """A person edits the path of a file's row, known by the file or by itself."""
        rid = name
        if isinstance(name, str):
            rid = next(one["rid"] for one in self.rows() if one["File Name"] == name)
        self.quickbase.upsert("Site Drawings", [{"3": rid, "Folder": path}], merge=3)

    def new(self, name: str, path: str) -> int:
        """A person's new row with a file for a folder."""
        return self.attach(name, name.encode(), **{"File Name": name, "Folder": path})

    def moved(self, name: str, above: int | None) -> None:
        """A person moves a file in Procore."""
        self.procore.put("files", {"parent_id": above}, scope=self.project, record=self.number(name))
