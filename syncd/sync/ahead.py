"""Ahead: the baselines that a page's records will probably need, read in one go.

Lists are mostly in the order in which their records were linked. Then the next page's links
follow the last page's, and reading them in a row costs half of looking each of them up. It is
a guess about speed alone: what is not among them is looked up.
"""

from __future__ import annotations

from collections.abc import Sequence

from syncd.core.values import SideName
from syncd.store import Tx
from syncd.store.links import BaseRow

__all__ = ["Ahead"]


class Ahead:
    """The baselines of one pass over one side, page by page. `hopeful` ends with the first page most of
    whose records were elsewhere: no more than one row a record is ever read in vain."""

    __slots__ = ("_last", "_mapping", "_side", "hopeful")

    def __init__(self, mapping: str, side: SideName, *, hopeful: bool) -> None:
        self._mapping = mapping
        self._side = side
        self._last = 0
        self.hopeful = hopeful

    def bases(self, tx: Tx, identities: Sequence[str]) -> dict[str, BaseRow]:
        """Baselines by identity, of these records; those without a link are left out."""
        if not self.hopeful:
            return tx.bases(self._mapping, self._side, identities)
        near = tx.bases_after(self._mapping, self._side, self._last, len(identities))
        known = {one: near[one] for one in identities if one in near}
        if len(known) < len(identities):
            self.hopeful = 2 * len(known) > len(identities)
            known.update(tx.bases(self._mapping, self._side, [one for one in identities if one not in known]))
        self._last = max((hit[0] for hit in known.values()), default=self._last)
        return known
