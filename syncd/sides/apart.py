"""Apart: records that are there although the list of their scope leaves them out.

An inactive member is in a list of its own, and what a mapping's filter hides was looked for by id. Whoever
reads such a list whole, at every look, need not look for them again and again.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable

from syncd.sides.port import Record

__all__ = ["MOST_APART", "Apart"]

MOST_APART = 10_000
"""Records remembered for one scope; a list that hides more proves nothing until the next sweep."""


class Apart:
    """Identities by scope. It is a memory only: what it has forgotten costs one look-up."""

    def __init__(self) -> None:
        self._by_scope: dict[str, set[str]] = {}

    def hidden(self, scope: str, records: Iterable[Record]) -> None:
        """These are there, and the list does not name them."""
        known = self._by_scope.setdefault(scope, set())
        for one in records:
            if len(known) < MOST_APART:
                known.add(one.id)

    def listed(self, scope: str, records: Iterable[Record]) -> None:
        """The list names these (again)."""
        if known := self._by_scope.get(scope):
            known.difference_update(one.id for one in records)

    def of(self, scope: str) -> Collection[str]:
        """Those of one scope."""
        return self._by_scope.get(scope, frozenset())
