"""Where a mapping's Procore lists live: the company, or each linked, active project.

A scope that is closed to us (tool off, permission withdrawn) is held by name, probed seldom
and heals by itself; it never stops the others (P10).
"""

from __future__ import annotations

from dataclasses import replace

from syncd.catalog import names, resource
from syncd.core.values import SideName, decode_row
from syncd.errors import CallError
from syncd.mapping.compiled import Mapping
from syncd.store import NewIssue
from syncd.sync.workbench import Kind, Workbench

__all__ = ["PROBE_SECONDS", "closed", "reopen", "scopes_of"]

PROBE_SECONDS = 3_600.0
"""How often a closed scope is tried again."""

FIRST_PROBE_SECONDS = 60.0


def scopes_of(work: Workbench, name: SideName) -> list[str]:
    """The scopes to poll now. Quickbase, and company resources, have the one scope ""."""
    if name is SideName.QUICKBASE or not work.mapping.procore.projects:
        return [""]
    projects = _active(work, work.mapping.procore.projects)
    now = work.clock.now()
    with work.store.read() as tx:
        cursors = {one.scope: one for one in tx.cursors(work.mapping.name) if one.side is name}
    waiting = {
        scope
        for scope, one in cursors.items()
        if one.closed_why and one.closed_until > now and work.kind is Kind.INCREMENTAL
    }
    return [scope for scope in projects if scope not in waiting]


def closed(work: Workbench, name: SideName, scope: str, error: CallError) -> None:
    """Hold a scope that the vendor does not let us read, and name it."""
    now = work.clock.now()
    reason = _why(work, scope, error)
    if not scope:
        work.failed[name] = reason
    with work.store.transaction() as tx:
        cursor = tx.cursor(work.mapping.name, name, scope)
        wait = PROBE_SECONDS if cursor.closed_why else FIRST_PROBE_SECONDS
        tx.set_cursor(replace(cursor, closed_why=reason, closed_until=now + wait))
        tx.raise_issue(
            NewIssue(
                mapping=work.mapping.name,
                scope=scope,
                link=None,
                procore_id=scope if name is SideName.PROCORE else "",
                quickbase_id="",
                field="",
                state="held",
                reason=reason,
                retry_at=now + wait,
            )
        )
    work.tell("scope.closed", side=name.value, scope=scope, reason=reason)


def _why(work: Workbench, scope: str, error: CallError) -> str:
    """The sentence that a person reads: a project's tool by its name, and the vendor's words."""
    where = f"project {scope}" if scope else "the company"
    about = work.mapping.procore.resource
    tool = resource(about).tool if scope and about in names() else ""
    if not tool:
        return f"{work.mapping.name} in {where} cannot be read: {error.message}"
    said = error.detail or f"HTTP {error.status}"
    return (
        f"{work.mapping.name} in {where} cannot be read: the {tool} tool is off there, or not open to "
        f"our account ({said})"
    )


def reopen(work: Workbench, name: SideName, scope: str) -> None:
    """Release a scope that answered again."""
    with work.store.read() as tx:
        cursor = tx.cursor(work.mapping.name, name, scope)
    if not cursor.closed_why:
        return
    with work.store.transaction() as tx:
        tx.set_cursor(replace(cursor, closed_why="", closed_until=0.0))
        at = work.clock.now()
        tx.close_issues(work.mapping.name, scope if name is SideName.PROCORE else "", "", [""], at)
    work.tell("scope.reopened", side=name.value, scope=scope)


def _active(work: Workbench, projects: str) -> list[str]:
    """Procore ids of the linked, active projects that the mapping takes up, in order."""
    with work.store.read() as tx:
        rows = tx.scopes_of(projects)
        layouts = tx.layouts(projects)
    parent = work.parents.get(projects)
    only = set(work.mapping.procore.only)
    out = []
    for identity, base, _quickbase, layout in rows:
        facts = _facts(parent, layouts.get(layout, ()), base)
        if facts.get("active") is False:
            continue
        if only and not only & {identity, str(facts.get("project_number")), str(facts.get("name"))}:
            continue
        out.append(identity)
    return sorted(out)


def _facts(parent: Mapping | None, fingerprints: tuple[str, ...], base: str) -> dict[str, object]:
    """What the project's baseline says of its Procore fields, by name."""
    if parent is None:
        return {}
    values = dict(zip(fingerprints, decode_row(base), strict=False))
    return {
        rule.procore.name: values.get(rule.fingerprint) for rule in parent.rules if rule.procore is not None
    }
