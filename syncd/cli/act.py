"""`syncd retry`, `approve`, `pause`, `resume`: a person's word, carried out by the next cycle."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from syncd.cli.output import say
from syncd.errors import UsageProblem

if TYPE_CHECKING:
    from syncd.cli.wiring import Wiring
    from syncd.store import Issue, Link, Tx

__all__ = ["approve", "pause", "resume", "retry"]

MOST = 100_000
"""Issues that one command may touch."""


def retry(
    ids: Annotated[list[int] | None, typer.Argument(metavar="[ID]...", help="Ids from `syncd held`.")] = None,
    all: Annotated[
        bool, typer.Option("--all", help="Everything held but what waits for a person's own word.")
    ] = False,
) -> int:
    """Try held records again now, instead of when their time comes.

    What was set aside (a row that was parted, a suspected duplicate) may be created anew by this, so
    it is only tried again when its id is named.
    """
    from syncd.cli.asking import wake
    from syncd.cli.known import issue_marks
    from syncd.cli.wiring import Wiring

    if bool(ids) == all:
        raise UsageProblem("Name the ids to retry, or --all.")
    with Wiring() as wiring:
        with wiring.store.transaction() as tx:
            chosen = _everything_held(tx) if all else _open(tx, ids or [], "held", "duplicate")
            for issue in chosen:
                if not _probe_scope(tx, issue):
                    tx.set_verdict(issue.id, "retry")
                    tx.mark(issue_marks(issue, wiring.clock.now(), "retry"))
        wake(wiring, f"{len(chosen)} held will be tried again", {issue.mapping for issue in chosen})
    return 0


def approve(
    ids: Annotated[
        list[int] | None, typer.Argument(metavar="[ID]...", help="Ids from `syncd held`, state brake.")
    ] = None,
    all: Annotated[str, typer.Option("--all", metavar="MAPPING", help="All that this mapping lists.")] = "",
) -> int:
    """Let exactly the listed removals pass that a safety brake stopped."""
    from syncd.cli.asking import wake
    from syncd.cli.known import issue_marks, known_names
    from syncd.cli.wiring import Wiring

    if bool(ids) == bool(all):
        raise UsageProblem("Name the ids to approve, or --all MAPPING.")
    with Wiring() as wiring:
        if all:
            known_names(wiring, [all])
        with wiring.store.transaction() as tx:
            chosen = tx.issues(all, ("brake",), limit=MOST) if all else _open(tx, ids or [], "brake")
            for issue in chosen:
                tx.set_verdict(issue.id, "approved")
                tx.mark(issue_marks(issue, wiring.clock.now(), "approved"))
        wake(wiring, f"{len(chosen)} approved", {issue.mapping for issue in chosen})
    return 0


def pause(
    target: Annotated[str, typer.Argument(metavar="MAPPING[:ID]", help="A mapping, or one record of it.")],
) -> int:
    """Hold a mapping or one record still: nothing is read or written for it.

    ID is a Procore id, or qb: and a Quickbase record id.
    """
    return _control(target, pausing=True)


def resume(
    target: Annotated[str, typer.Argument(metavar="MAPPING[:ID]", help="What was paused.")],
) -> int:
    """Let a paused mapping or record flow again; nothing that happened meanwhile is lost."""
    return _control(target, pausing=False)


def _control(target: str, *, pausing: bool) -> int:
    from syncd.cli.asking import wake
    from syncd.cli.known import known_names, parse_target
    from syncd.cli.wiring import Wiring

    mapping, identity = parse_target(target)
    with Wiring() as wiring:
        known_names(wiring, [mapping])
        if pausing:
            with wiring.store.transaction() as tx:
                tx.pause(mapping, identity)
                known = not identity or bool(_links(tx, mapping, identity))
            wake(wiring, f"{target} is paused", ())
            if not known:
                say(f"No link of {mapping} holds {identity} yet; `syncd links {mapping}` lists them.")
            return 0
        with wiring.store.transaction() as tx:
            if (mapping, identity) not in tx.pauses():
                raise UsageProblem(f"{target} is not paused.")
            tx.resume(mapping, identity)
            _recheck(wiring, tx, mapping, identity)
        wake(wiring, f"{target} goes on", [mapping])
    return 0


def _recheck(wiring: Wiring, tx: Tx, mapping: str, identity: str) -> None:
    """Have a resumed record read again: its changes may lie behind the cursor."""
    from syncd.cli.known import link_marks

    if identity:
        for link in _links(tx, mapping, identity):
            tx.mark(link_marks(link, wiring.clock.now(), "resumed"))


def _links(tx: Tx, mapping: str, identity: str) -> list[Link]:
    from syncd.cli.known import parse_record

    side, name = parse_record(identity)
    return list(tx.links_by(mapping, side, [name]).values())


def _probe_scope(tx: Tx, issue: Issue) -> bool:
    """Where the issue is a scope that was closed to us: have it tried at the next poll."""
    from dataclasses import replace

    from syncd.core.values import SideName

    if issue.field or issue.quickbase_id or issue.procore_id != issue.scope:
        return False
    closed = [tx.cursor(issue.mapping, side, issue.scope) for side in SideName]
    closed = [cursor for cursor in closed if cursor.closed_why]
    for cursor in closed:
        tx.set_cursor(replace(cursor, closed_until=0.0))
    return bool(closed)


def _everything_held(tx: Tx) -> list[Issue]:
    """All that is held, but for unlinked records that were set aside for a person to decide about."""
    from syncd.core.values import SideName

    found = tx.issues(None, ("held",), limit=MOST)
    aside: set[int] = set()
    for issue in found:
        if issue.link is None and not issue.field:
            side = SideName.PROCORE if issue.procore_id else SideName.QUICKBASE
            known = tx.strangers(issue.mapping, side, [issue.procore_id or issue.quickbase_id])
            aside.update(issue.id for one in known.values() if one.held)
    return [issue for issue in found if issue.id not in aside]


_STATE_WORDS = {"held": "that is held", "brake": "that a brake stopped"}


def _open(tx: Tx, ids: list[int], *states: str) -> list[Issue]:
    chosen = []
    for id in ids:
        issue = tx.issue(id)
        if issue is None or issue.closed is not None or issue.state not in states:
            raise UsageProblem(f"Nothing {_STATE_WORDS[states[0]]} has the id {id}; see `syncd held`.")
        chosen.append(issue)
    return chosen
