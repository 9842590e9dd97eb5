"""Unseen: a linked record that is neither there nor known to be deleted. Listed, never removed.

A 404 may mean that a permission is missing (P6), and where a vendor cannot delete at all it
can mean nothing else. So nothing follows but a line on a list, and another look.
"""

from __future__ import annotations

from collections.abc import Sequence

from syncd.core.values import SideName
from syncd.store import Link
from syncd.sync.issues import held_record
from syncd.sync.workbench import Workbench

__all__ = ["LOOK_AGAIN", "list_unseen"]

LOOK_AGAIN = 600.0
"""Seconds until an unseen record is asked for again."""


def list_unseen(work: Workbench, link: Link, side: SideName, marks: Sequence[int]) -> None:
    """Hold the link with the reason; it is closed by itself once the record is seen again."""
    reason = (
        f"it cannot be seen in {side.value}: a permission may be missing, or it is gone; it rests "
        "until it is seen again, or 'syncd links remove' ends the link"
    )
    with work.store.transaction() as tx:
        held_record(work, tx, (link.procore_id, link.quickbase_id), reason, scope=link.scope, link=link.id)
        tx.defer(marks, work.clock.now() + LOOK_AGAIN)
