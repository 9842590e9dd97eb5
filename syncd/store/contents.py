"""Contents: what versions of files hold, by the versions' own names."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import and_, select

from syncd.core.values import SideName
from syncd.store.base import Part, chunks
from syncd.store.columns import table
from syncd.store.statement import Statement, among, param, putting
from syncd.store.tables_feed import ContentRow

__all__ = ["Contents"]

_C = table(ContentRow)
_SIDE = and_(_C.c.connection == param("connection"), _C.c.side == param("side"))
_AMONG = Statement(
    lambda d: select(_C.c.version, _C.c.size, _C.c.sha256).where(_SIDE, among(_C.c.version, "versions", d))
)
_PUT = putting(
    _C,
    ["connection", "side", "version", "size", "sha256"],
    ["connection", "side", "version"],
    lambda new: {"size": new.size, "sha256": new.sha256},
)


class Contents(Part):
    """A version of a file never changes, so what is known of it stays true; it is never forgotten,
    because baselines hold it."""

    def contents(self, side: SideName, versions: Sequence[str]) -> dict[str, tuple[int, str]]:
        """Size (bytes) and SHA-256 (hexadecimal) of those versions that are known, by version."""
        return {
            str(version): (int(size), str(sha256))
            for some in chunks(versions)
            for version, size, sha256 in self._rows(_AMONG, side=side.value, versions=some)
        }

    def learn_content(self, side: SideName, version: str, size: int, sha256: str) -> None:
        """Keep what a version holds."""
        self._run(_PUT, side=side.value, version=version, size=size, sha256=sha256)
