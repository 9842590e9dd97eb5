"""The documents index: one list of a project's folders and files (reference procore-api §10.1).

It is the feed of both: in pages, with filters by time, the recycle bin included. The folder tree
has neither; it is read one level a call.
"""

from __future__ import annotations

from dataclasses import dataclass

from syncd.catalog.resource import Filter, Path
from syncd.core.values import Kind

__all__ = ["FILTERS", "ROOT", "InBin", "bin_of", "index", "params"]

_IN_BIN = "filters[is_in_recycle_bin]"
_INDEX = "/rest/v1.0/projects/{project}/documents"

ROOT = Path("/rest/v1.0/folders", project_in="query")
"""The root folder, which the index does not show: documents at the top name it as their parent."""

FILTERS = (
    Filter("search"),
    Filter("folder_id", Kind.NUMBER),
    Filter("created_by_id", Kind.NUMBER, many=True, target="users"),
    Filter("custom_tag_ids", Kind.NUMBER, many=True),
    Filter("private", Kind.CHECKBOX, ("true", "false")),
)


@dataclass(frozen=True, slots=True)
class InBin(Path):
    """The index of what was deleted: the list's other filters go with it."""

    kind: str = ""

    def query(self, company: str, scope: str) -> tuple[tuple[str, str], ...]:
        """The parameters that name the kind of document and the recycle bin."""
        return (*Path.query(self, company, scope), ("filters[document_type]", self.kind), (_IN_BIN, "true"))


def index() -> Path:
    """The list of what is not deleted; `params` go with it."""
    return Path(_INDEX)


def bin_of(kind: str) -> InBin:
    """The list of the deleted folders or files."""
    return InBin(_INDEX, kind=kind)


def params(kind: str) -> tuple[tuple[str, str], ...]:
    """What the list needs: whether it leaves deleted documents out by itself is not documented."""
    return (("filters[document_type]", kind), (_IN_BIN, "false"), ("view", "extended"))
