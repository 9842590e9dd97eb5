"""Old: readings that are not decided by yet, for somebody may still be typing, or a server may lag."""

from __future__ import annotations

from collections.abc import Sequence

from syncd.core.trust import suspect
from syncd.core.unreadable import Unreadable
from syncd.core.values import ABSENT, SideName
from syncd.sides.port import ODD_KEY, Record
from syncd.store import Issue, Link
from syncd.sync.workbench import Workbench

__all__ = ["settling", "suspected_old"]


def settling(work: Workbench, *records: Record) -> bool:
    """Whether somebody may still be typing: `settle:` seconds since the last edit."""
    if not work.mapping.settle:
        return False
    return any(
        record.stamp is not None and work.side(name).now() - record.stamp < work.mapping.settle
        for name, record in zip(SideName, records, strict=True)
    )


def suspected_old(
    work: Workbench, link: Link, procore: Record, quickbase: Record, looks: int, issues: Sequence[Issue]
) -> bool:
    """Whether a reading that differs from what we know may be an old version."""
    for side, record, base, known, own in (
        (SideName.PROCORE, procore, link.base_procore, link.stamp_procore, link.own_procore),
        (SideName.QUICKBASE, quickbase, link.base_quickbase, link.stamp_quickbase, link.own_quickbase),
    ):
        if work.row(side, record) == base or not suspect(
            record.stamp, known, own, looks, young=work.young(side, known)
        ):
            continue
        if link.layout == work.layout and work.stands(side, record, base):
            continue
        # In the second of our own write, and of a record without stamps, a field without a baseline has
        # nothing it could fall back behind.
        based = record.stamp is None or record.stamp >= known
        if _differs(work, link, side, record, issues, based=based):
            work.hand.pop((side, record.id), None)
            return True
    return False


def _differs(
    work: Workbench, link: Link, side: SideName, record: Record, issues: Sequence[Issue], *, based: bool
) -> bool:
    """Whether a value is news: neither its baseline nor what an open issue already lists. `based`: only
    fields that have a baseline count.

    A field that is only sent at creation has no baseline that could move, one that could not be
    read says nothing, and what stands on a list was seen before: none of them makes a reading
    look like an old version.
    """
    text = link.base_procore if side is SideName.PROCORE else link.base_quickbase
    base = work.base(text, link.layout)
    listed = {
        issue.field: issue.procore_value if side is SideName.PROCORE else issue.quickbase_value
        for issue in issues
    }
    for rule, value, old in zip(work.mapping.rules, record.values, base, strict=True):
        never = rule.create_only or rule.dormant or isinstance(value, Unreadable)
        never = never or (based and old is ABSENT)
        if value != old and not never and not (rule.key in listed and listed[rule.key] == value):
            return True
    return side is SideName.QUICKBASE and record.key not in (ODD_KEY, work.base_key(link))
