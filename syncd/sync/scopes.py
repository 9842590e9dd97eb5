"""Where a mapping's Procore lists live: the company, each linked, active project, or each linked
record of the parent's mapping (the replies of an RFI).

A scope that is closed to us (tool off, permission withdrawn) is held by name, probed seldom
and heals by itself; it never stops the others (P10). A scope rests while its project is not
active or its parent is not linked: it is not read, and is read whole when it comes back.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from collections.abc import Mapping as Facts
from dataclasses import replace

from syncd.catalog import names, resource
from syncd.core.values import SideName, decode_row
from syncd.errors import CallError
from syncd.mapping.compiled import Mapping
from syncd.store import Cursor, NewIssue
from syncd.sync.workbench import Kind, Workbench

__all__ = ["PARENTS_A_CYCLE", "PROBE_SECONDS", "closed", "reopen", "scopes_of", "why_unread"]

PROBE_SECONDS = 3_600.0
"""How often a closed scope is tried again."""

FIRST_PROBE_SECONDS = 60.0

PARENTS_A_CYCLE = 40
"""Parent records whose lists are read in one ordinary cycle: a list each is a call each, so the rest
takes its turn in the next ones, and a sweep reads them all."""


def scopes_of(work: Workbench, name: SideName) -> list[str]:
    """The scopes to read now. Quickbase, and company resources, have the one scope ""."""
    end = work.mapping.procore
    if name is SideName.QUICKBASE or not end.home:
        return [""]
    homes = _homes(work)
    with work.store.read() as tx:
        cursors = {one.scope: one for one in tx.cursors(work.mapping.name) if one.side is name}
    _rest(work, [one for scope, one in cursors.items() if scope not in set(homes)])
    if work.kind is not Kind.INCREMENTAL:
        return homes
    now = work.clock.now()
    ready = [scope for scope in homes if not _closed(cursors.get(scope), now)]
    return _in_turn(work, ready, cursors) if end.under else ready


def why_unread(work: Workbench, scopes: Collection[str]) -> dict[str, str]:
    """Which of these Procore scopes are not looked into, and why; those that only have not been
    read whole yet are left out."""
    homes = set(_homes(work))
    with work.store.read() as tx:
        cursors = {one.scope: one for one in tx.cursors(work.mapping.name) if one.side is SideName.PROCORE}
    out = {}
    for scope in scopes:
        if scope not in homes:
            out[scope] = _rests(work, scope)
        elif scope in cursors and cursors[scope].closed_why:
            out[scope] = f"waits: {cursors[scope].closed_why}"
    return out


def _rests(work: Workbench, scope: str) -> str:
    end = work.mapping.procore
    project = f"Procore project {scope.partition('/')[0]}"
    if end.under:
        return f"waits until {project} is active and what its {end.under} hold is read again"
    narrowed = " and named in `only:`" if end.only else ""
    return f"waits until {project} is active{narrowed}: before, nothing is looked for or created there"


def _homes(work: Workbench) -> list[str]:
    """The Procore scopes that are looked into."""
    end = work.mapping.procore
    return _records(work, end.under) if end.under else _active(work, work.mapping)


def _closed(cursor: Cursor | None, now: float) -> bool:
    """Whether the scope was closed to us, and is not to be tried again yet."""
    return cursor is not None and bool(cursor.closed_why) and cursor.closed_until > now


def _rest(work: Workbench, cursors: Sequence[Cursor]) -> None:
    """Forget how far scopes were read that are none any more; one that comes back is read whole."""
    known = [one for one in cursors if one.complete]
    if known:
        with work.store.transaction() as tx:
            for one in known:
                tx.set_cursor(replace(one, complete=False))


def _in_turn(work: Workbench, scopes: Sequence[str], cursors: Facts[str, Cursor]) -> list[str]:
    """Those never read whole; then, so many a cycle, those whose parent has changed since they were
    read, and those read longest ago."""
    read = {scope: one for scope, one in cursors.items() if one.complete}
    known = [scope for scope in scopes if scope in read]
    with work.store.read() as tx:
        parents = tx.links_by(work.mapping.procore.under, SideName.PROCORE, known)

    def turn(scope: str) -> tuple[bool, float, str]:
        parent = parents.get(scope)
        moved = parent is not None and parent.stamp_procore > read[scope].position
        return (not moved, read[scope].polled, scope)

    new = [scope for scope in scopes if scope not in read]
    return [*new, *sorted(known, key=turn)[:PARENTS_A_CYCLE]]


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
    about = work.mapping.procore.resource
    known = resource(about) if about in names() else None
    where = f"project {scope}" if scope else "the company"
    if work.mapping.procore.under:
        where = f"{work.mapping.procore.under} {scope}"
    tool = known.tool if known and scope else ""
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


def _records(work: Workbench, under: str) -> list[str]:
    """Procore ids of the parent mapping's linked records whose own scope is open to us, in order."""
    parent, now = work.parents.get(under), work.clock.now()
    with work.store.read() as tx:
        identities = [row[0] for row in tx.scopes_of(under)]
        cursors = [one for one in tx.cursors(under) if one.side is SideName.PROCORE]
    shut = {one.scope for one in cursors if _closed(one, now)}
    homes = None if parent is None or not parent.procore.projects else set(_active(work, parent))
    above = ((one, one.rpartition("/")[0]) for one in identities)
    return sorted(one for one, home in above if home not in shut and (homes is None or home in homes))


def _active(work: Workbench, mapping: Mapping) -> list[str]:
    """Procore ids of the linked, active projects that a mapping takes up, in order."""
    projects = mapping.procore.projects
    with work.store.read() as tx:
        rows = tx.scopes_of(projects)
        layouts = tx.layouts(projects)
    parent = work.parents.get(projects)
    only = set(mapping.procore.only)
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
