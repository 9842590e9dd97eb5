"""`syncd status`: where everything stands, and the health probe."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from syncd.cli.exits import Exit
from syncd.cli.output import Json, ago, counted, moment, put_json, put_rows, say

if TYPE_CHECKING:
    from syncd.cli.wiring import Wiring
    from syncd.daemon.health import Heartbeat
    from syncd.http.governor import BudgetView
    from syncd.store import Tx

__all__ = ["status"]

_COLUMNS = (
    "mapping", "state", "links", "waiting", "conflicts", "held", "braked", "last_run", "next_due", "reason",
)  # fmt: skip

_BUDGET_COLUMNS = ("vendor", "window", "seconds", "limit", "spent", "left", "next_poll_at", "resets_at")


def status(
    health: Annotated[
        bool, typer.Option("--health", help="Only say whether the daemon is well: exit 0 or 1.")
    ] = False,
    json: Json = False,
) -> int:
    """Show each mapping's links, last run and open issues, and what is left of the budget."""
    from syncd.cli.wiring import Wiring
    from syncd.daemon.health import read_heartbeat

    with Wiring() as wiring:
        beat = read_heartbeat(wiring.state_dir)
        if health:
            return _health(wiring, beat, json)
        rows = _mappings(wiring)
        budget = [row for view in wiring.budget() for row in _budget(view)]
        if json:
            put_json({"daemon": _daemon(wiring, beat), "mappings": rows, "budget": budget})
            return Exit.DONE
        _show_daemon(wiring, beat)
        put_rows(rows, _COLUMNS, as_json=False, none="No mapping has run yet.")
        put_rows(
            budget, _BUDGET_COLUMNS, as_json=False, none="The budget is known once settings are complete."
        )
    return Exit.DONE


def _health(wiring: Wiring, beat: Heartbeat | None, as_json: bool) -> int:
    trouble = "No daemon runs on this state." if beat is None else beat.trouble(wiring.clock.now())
    if as_json:
        put_json({"healthy": not trouble, "reason": trouble})
    else:
        print(trouble or "healthy")
    return Exit.FAILED if trouble else Exit.DONE


def _daemon(wiring: Wiring, beat: Heartbeat | None) -> dict[str, Any] | None:
    if beat is None:
        return None
    now = wiring.clock.now()
    return {
        "pid": beat.pid,
        "version": beat.version,
        "alive": beat.alive(now),
        "since": moment(beat.started),
        "doing": beat.doing,
        "waiting_until": moment(beat.waiting_until),
        "trouble": beat.trouble(now),
        "refused": list(beat.refused),
    }


def _show_daemon(wiring: Wiring, beat: Heartbeat | None) -> None:
    now = wiring.clock.now()
    if beat is None or not beat.alive(now):
        print("No daemon runs on this state.")
        return
    doing = f", {beat.doing}" if beat.doing else ""
    print(f"The daemon (pid {beat.pid}) has run for {ago(now - beat.started)}{doing}.")
    if beat.waiting_until > now:
        print(f"It waits for budget until {moment(beat.waiting_until)}.")
    for line in beat.refused:
        say(f"NOT IN FORCE, the old mappings are: {line}")
    trouble = beat.trouble(now)
    if trouble:
        say(trouble)


def _mappings(wiring: Wiring) -> list[dict[str, Any]]:
    from syncd.cli.known import all_names

    names = all_names(wiring)
    with wiring.store.read() as tx:
        pauses = tx.pauses()
        return [_mapping(wiring, tx, name, pauses) for name in names]


def _mapping(wiring: Wiring, tx: Tx, name: str, pauses: set[tuple[str, str]]) -> dict[str, Any]:
    runs = tx.runs(1, name)
    issues = tx.count_issues(name)
    cursors = tx.cursors(name)
    closed = [cursor for cursor in cursors if cursor.closed_why]
    paused = (name, "") in pauses
    state = "paused" if paused else runs[0].state if runs else "new"
    resting = [issue.reason for issue in tx.about_mapping(name) if issue.field]
    quiet = sum(1 for mapping, identity in pauses if mapping == name and identity)
    shut = [cursor.closed_why for cursor in closed]
    if len(shut) > 1:
        shut = [f"{len(shut)} scopes are closed to us, see `syncd held`"]
    why = [runs[0].note if runs else "", *shut, *resting]
    why.append(f"{counted(quiet, 'record')} paused" if quiet else "")
    reason = "; ".join(dict.fromkeys(one for one in why if one))
    return {
        "mapping": name,
        "scope": "",
        "procore_id": "",
        "quickbase_id": "",
        "state": state,
        "reason": reason,
        "since": moment(runs[0].started) if runs else None,
        "links": tx.count_links(name),
        "waiting": tx.count_marks(name),
        "conflicts": issues.get("conflict", 0),
        "held": issues.get("held", 0) + issues.get("duplicate", 0),
        "reported": issues.get("reported", 0),
        "braked": issues.get("brake", 0),
        "closed_scopes": len(closed),
        "paused_records": quiet,
        "last_run": moment(runs[0].started) if runs else None,
        "last_kind": runs[0].kind if runs else "",
        "next_due": _next_due(wiring, tx, name, paused, max((c.polled for c in cursors), default=0.0)),
    }


def _budget(view: BudgetView) -> list[dict[str, Any]]:
    """One row a window of one vendor account; the account's name carries no secret."""
    return [
        {
            "vendor": view.account.partition(":")[0],
            "window": line.window,
            "seconds": line.seconds,
            "limit": line.limit,
            "spent": line.spent,
            "left": line.left,
            "next_poll_at": moment(view.opens_at),
            "resets_at": moment(view.resets_at),
            "waiting_until": moment(view.waiting_until),
        }
        for line in view.lines
    ]


def _next_due(wiring: Wiring, tx: Tx, name: str, paused: bool, polled: float) -> str | None:
    """When the mapping's next cycle is due: its interval, or a marked record before that, but not
    before a cycle that failed has had its rest."""
    from syncd.sync.due import RUNS_LOOKED_AT, patience

    if paused:
        return None
    every = wiring.intervals().get(name)
    due = [polled + every] if every is not None and polled else []
    marked = tx.next_due(name)
    if marked is not None:
        due.append(max(marked, polled))
    runs = tx.runs(RUNS_LOOKED_AT, name)
    rested = runs[0].started + patience(runs) if runs else 0.0
    return moment(max(min(due), rested)) if due else None
