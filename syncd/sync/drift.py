"""Drift: what Quickbase's schema does not fit any more, listed as long as it does not.

A dormant rule decides nothing, so its baselines stay; once the schema or the file is mended
its fields are decided from them like any edit, and its issue closes by itself.
"""

from __future__ import annotations

from syncd.core.values import SideName
from syncd.mapping.compiled import Mapping
from syncd.mapping.memory import Memory, table_of
from syncd.store import NewIssue, Store, Tx

__all__ = ["close_strays", "list_drift", "memory_of"]

PAGE = 1_000
MOST_PAGES = 100


def memory_of(store: Store) -> Memory:
    """What each mapping last fitted, and which of its rules have run on linked records."""
    with store.read() as tx:
        tables = {name: found for name, text in tx.fitted().items() if (found := table_of(text))}
        ran = {name: _ran(tx, name) for name in tables if tx.count_links(name)}
    return Memory(tables, ran)


def _ran(tx: Tx, mapping: str) -> frozenset[str]:
    return frozenset(one for rules in tx.layouts(mapping).values() for one in rules)


def list_drift(tx: Tx, mapping: Mapping, now: float) -> None:
    """Hold what has drifted, release what fits again, and remember what fits now."""
    known = {issue.field: issue for issue in tx.about_mapping(mapping.name)}
    for one in mapping.drift:
        old = known.pop(one.field, None)
        if old is not None and old.verdict:
            tx.close_issue(old.id, now)  # a person had it tried again: it still does not fit
            old = None
        if old is None or old.state != "held" or old.reason != one.reason:
            tx.raise_issue(
                NewIssue(
                    mapping=mapping.name,
                    scope="",
                    link=None,
                    procore_id="",
                    quickbase_id="",
                    field=one.field,
                    state="held",
                    reason=one.reason,
                )
            )
    for field, issue in known.items():
        if field or not any(cursor.closed_why for cursor in tx.cursors(mapping.name)):
            tx.close_issue(issue.id, now)
    if mapping.remembered and tx.fitted().get(mapping.name) != mapping.remembered:
        tx.set_fitted(mapping.name, mapping.remembered)


def close_strays(tx: Tx, mapping: Mapping, now: float) -> None:
    """Close what is open about rules that are no longer there, and have its records read again:
    a rule may only be called otherwise now, and then what was open is listed anew."""
    keys = {rule.key for rule in mapping.rules}
    after = 0
    for _page in range(MOST_PAGES):
        page = tx.issues(mapping.name, limit=PAGE, after=after)
        for issue in page:
            after = issue.id
            if issue.link is None or not issue.field or issue.field in keys:
                continue
            tx.close_issue(issue.id, now)
            tx.mark([(mapping.name, SideName.PROCORE, issue.procore_id, issue.scope, 0.0, "rule")])
        if len(page) < PAGE:
            return
