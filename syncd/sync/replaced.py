"""Replaced: the link of an image whose row has a new one ends, in the commit that knows the new one."""

from __future__ import annotations

from syncd.core.values import Absent, SideName, encode_row
from syncd.store import Intent, NewEvent, NewIssue, NewStranger, Tx
from syncd.sync.decide import DOUBT
from syncd.sync.workbench import Workbench

__all__ = ["end_replaced", "hold_replacing"]


def end_replaced(work: Workbench, tx: Tx, link_id: int | None, source: str) -> None:
    """End the link that a create was to replace, if it still holds the row `source`; None replaces nothing.

    The image that it held is indexed as one that nothing is created from.
    """
    link = tx.link(link_id) if link_id is not None else None
    if link is None or link.quickbase_id != source:
        return
    name = work.mapping.name
    tx.drop_link(link.id)
    tx.close_issues(name, link.procore_id, link.quickbase_id, None, work.clock.now())
    tx.unmark(name, SideName.PROCORE, [link.procore_id])
    values = encode_row(work.base(link.base_procore, link.layout))
    stamp = link.stamp_procore or None
    old = NewStranger(name, SideName.PROCORE, link.procore_id, link.scope, values, stamp=stamp, held=True)
    tx.put_strangers([old])
    tx.record(
        [
            NewEvent(
                mapping=name,
                what="unlink",
                run=work.run,
                link=link.id,
                procore_id=link.procore_id,
                quickbase_id=link.quickbase_id,
                why="other bytes in Quickbase made a new record in its place; the old one stays in Procore",
            )
        ]
    )


def hold_replacing(work: Workbench, tx: Tx, intent: Intent, reason: str) -> None:
    """Hold the fields whose change may have made a record already, until a person decides or edits them
    again: else another would be made."""
    link = tx.link(intent.link) if intent.link is not None else None
    if link is None or link.quickbase_id != intent.source:
        return
    base = work.base(link.base_procore, link.layout)
    for index in work.mapping.renews:
        rule, held = work.mapping.rules[index], base[index]
        tx.raise_issue(
            NewIssue(
                mapping=work.mapping.name,
                scope=link.scope,
                link=link.id,
                procore_id=link.procore_id,
                quickbase_id=link.quickbase_id,
                field=rule.key,
                state="held",
                reason=reason,
                procore_value=None if isinstance(held, Absent) else held,
                quickbase_value=intent.basis.get(rule.fingerprint),
                waits=(DOUBT, intent.side, intent.source),
            )
        )
