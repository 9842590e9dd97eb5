"""Fields that are not written while something is locked: original amounts, while the project's budget is.

Procore documents neither that it refuses them nor how (reference procore-api §8), so the lock is looked up
before they are sent. Where it is not shown to us, Procore has the word.
"""

from __future__ import annotations

from collections.abc import Iterable

from syncd.catalog.registry import resource
from syncd.catalog.resource import ResourceField
from syncd.core.trust import MAX_READ_AGE
from syncd.core.values import Value
from syncd.errors import CallError, Forbidden, NotFound
from syncd.http.message import Lane
from syncd.procore.client import ProcoreClient
from syncd.sides.port import Outcome, Verdict

__all__ = ["LOCKED_AGAIN", "Locks"]

LOCKED_AGAIN = 3_600.0
"""Seconds until what a lock held back is tried again: as often as a lock is asked for by itself."""


class Locks:
    """What is locked, believed as long as a reading that a write rests on."""

    def __init__(self, client: ProcoreClient) -> None:
        self._client = client
        self._read: dict[tuple[str, str], tuple[float, bool]] = {}

    def refusal(self, scope: str, fields: Iterable[tuple[int, ResourceField, Value]]) -> Outcome | None:
        """Why these fields are not sent now, by the first that is locked; None where they may be."""
        for index, one, _ in fields:
            if not one.locked_by:
                continue
            try:
                locked = self._locked(one.locked_by, scope)
            except CallError as problem:
                return Outcome(Verdict.UNSENT, reason=problem.message)
            if locked:
                what = resource(one.locked_by).title.casefold().removesuffix("s")
                reason = (
                    f"the project's {what} is locked, so {one.field.label.casefold()} stays as it is: unlock "
                    "it, or move the money by a transfer"
                )
                return Outcome(Verdict.REFUSED, reason=reason, field=index, again=LOCKED_AGAIN)
        return None

    def _locked(self, name: str, scope: str) -> bool:
        now = self._client.clock.monotonic()
        known = self._read.get((name, scope))
        if known is None or now - known[0] > MAX_READ_AGE:
            try:
                row, _ = self._client.show(resource(name), scope, "", Lane.WRITE)
            except (Forbidden, NotFound):
                return False
            known = self._read[name, scope] = now, row.get("locked") is True
        return known[1]
