"""Lists of deleted records that are the ordinary list, asked with one more parameter."""

from __future__ import annotations

from dataclasses import dataclass

from syncd.catalog.resource import Path

__all__ = ["DeletedOnly"]


@dataclass(frozen=True, slots=True)
class DeletedOnly(Path):
    """A list that `filters[include_deleted]=only` narrows to the deleted (procore-api §4, §13, §20).

    For `Resource.recycle_bin` of resources that have no bin of their own; any other filter of the
    list goes with it, so that a feed can ask for those deleted lately.
    """

    def query(self, company: str, scope: str) -> tuple[tuple[str, str], ...]:
        """The parameters of the list, and the one that turns it into the bin."""
        return (*Path.query(self, company, scope), ("filters[include_deleted]", "only"))
