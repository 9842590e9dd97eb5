"""A site whose photos are images in Procore and attachments in Quickbase; other bytes make a new image."""

from __future__ import annotations

from collections.abc import Callable

from syncd.clock import Clock
from syncd.store import Store
from tests.support.file_site import PHOTOS, Site

__all__ = ["Gallery"]


class Gallery(Site):
    """Its mapping says `replace: new`."""

    def __init__(self, opened: Callable[[Clock], Store] | None = None) -> None:
        super().__init__(opened)
        text = PHOTOS.replace("as: file", "as: file, replace: new")
        self.stack.files["photos"] = f"{text}  - {{procore: description, quickbase: Notes}}\n"

    def images(self) -> list[tuple[str, bytes, str]]:
        """Procore's images: name, bytes and what is said of them, in the order they were made."""
        state = self.procore.state
        found = [
            state.tables["images"].records[id].now.values for id in sorted(state.tables["images"].records)
        ]
        uploads = [state.storage.named(one["upload_uuid"]) for one in found]
        return [
            (one["filename"], kept.content, one["description"] or "")
            for one, kept in zip(found, uploads, strict=True)
            if kept is not None
        ]

    def linked(self) -> list[str]:
        """The key fields of Quickbase's photos, by row."""
        key = self.quickbase.fid("Site Photos", "Procore ID")
        return [str(row[key]) for _, row in sorted(self.quickbase.rows("Site Photos").items())]

    def newest(self, name: str) -> str:
        """The identity of the image that was made last under a name."""
        images = self.procore.state.tables["images"].records
        made = max(id for id, one in images.items() if one.now.values["filename"] == name)
        return f"{self.project}/{made}"

    def noted(self, row: int, notes: str) -> None:
        """A person edits the notes of a row."""
        self.quickbase.upsert("Site Photos", [{"3": row, "Notes": notes}], merge=3)
