"""`syncd plan` and `syncd apply`: what a cycle would write; and exactly that."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from syncd.cli.exits import Exit, worst
from syncd.cli.output import Json, counted, look_again, moment, put_json, put_rows, say
from syncd.errors import Unavailable, UsageProblem

if TYPE_CHECKING:
    from syncd.cli.wiring import Wiring
    from syncd.sync.planning import Plan, PlannedAction

__all__ = ["apply", "plan", "show_plan"]

Names = Annotated[list[str] | None, typer.Argument(metavar="[MAPPING]...", help="Only these mappings.")]
OutFile = Annotated[
    Path | None, typer.Option("--out", metavar="FILE", help="Keep the plan for `syncd apply`.")
]

_COLUMNS = ("mapping", "side", "action", "record", "from", "field", "before", "after")


def plan(mappings: Names = None, out: OutFile = None, json: Json = False) -> int:
    """Show what a cycle would write, field by field; writes nothing.

    Records that must be looked at again first, such as those that seem deleted, are only
    counted: they may become writes later.

    Exit codes: 0 nothing to write, 6 there are changes, 4 conflicts or held records
    remain, 5 a safety brake would stop removals.
    """
    return show_plan(mappings or (), "incremental", None, out, json)


def apply(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A file that `syncd plan --out` wrote.")],
    json: Json = False,
) -> int:
    """Write exactly what a saved plan says, or refuse where it is stale."""
    from syncd.cli.stopping import heed_signals
    from syncd.cli.sync import show_report, with_waiting
    from syncd.cli.wiring import Wiring
    from syncd.daemon.requests import report_json
    from syncd.sync.planning import Plan, apply_plan

    try:
        saved = Plan.from_json(file.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        why = getattr(error, "strerror", None) or "it is not text"
        raise UsageProblem(f"The plan {file} cannot be read: {why}.") from error
    with Wiring() as wiring:
        heed_signals(wiring.stop)
        _refuse_beside_daemon(wiring)
        with wiring.lock("syncd apply"):
            report = apply_plan(
                saved, wiring.store, wiring.mappings, wiring.vendors.side, wiring.clock,
                stop=wiring.stop, listen=wiring.listen, spool=wiring.shown_spool,
            )  # fmt: skip
        return show_report(with_waiting(wiring, report_json(report)), json)


def show_plan(names: Sequence[str], kind: str, only: str | None, out: Path | None, as_json: bool) -> int:
    """Make a plan, print it, keep it if asked to; answers the exit code."""
    from syncd.cli.stopping import heed_signals
    from syncd.cli.wiring import Wiring
    from syncd.sync.engine import Kind
    from syncd.sync.planning import make_plan

    if out is not None and (out.is_dir() or not out.parent.is_dir()):
        raise UsageProblem(f"The plan cannot be kept in {out}: name a file in a directory that is there.")
    with Wiring() as wiring:
        heed_signals(wiring.stop)
        made = make_plan(
            wiring.store, wiring.mappings, wiring.vendors.side, wiring.clock,
            names=wiring.names(names), kind=Kind(kind), only=only, stop=wiring.stop, listen=wiring.listen,
        )  # fmt: skip
    if out is not None:
        _keep(made, out)
    _print(made, as_json)
    for cycle in made.report.cycles:
        if cycle.failed:
            say(f"syncd: {cycle.mapping}: {cycle.failed}")
    return worst([made.report.exit_code, Exit.CHANGES if made.actions else Exit.DONE])


def _keep(made: Plan, out: Path) -> None:
    """Write the plan file, readable by its owner only: it holds record values."""
    try:
        with os.fdopen(
            os.open(out, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8"
        ) as file:
            file.write(made.to_json())
    except OSError as error:
        raise Unavailable(f"The plan could not be written to {out}: {error.strerror}.") from error
    say(f"Kept in {out}; `syncd apply {out}` writes exactly this.")


def _print(made: Plan, as_json: bool) -> None:
    actions = [_action(made, action) for action in made.actions]
    if as_json:
        put_json(actions)
        if made.waiting:
            say(f"{look_again(made.waiting)}.")
        return
    lines = [
        {**action, "action": action["state"], "record": action["identity"], "from": action["source"], **field}
        for action in actions
        for field in action["fields"] or [{}]
    ]
    put_rows(lines, _COLUMNS, as_json=False, none=_nothing(made))
    if lines:
        say(f"Plan: {_sum(made)}{_waiting(made)}.")


def _nothing(made: Plan) -> str:
    """What an empty plan means: a mapping that failed was not looked at whole."""
    failed = [cycle.mapping for cycle in made.report.cycles if cycle.failed]
    if failed:
        return f"Nothing is planned, but {', '.join(failed)} could not be read{_waiting(made)}."
    paused = [cycle.mapping for cycle in made.report.cycles if cycle.paused]
    if paused:
        return f"Nothing to write; paused (see `syncd resume`): {', '.join(paused)}{_waiting(made)}."
    return f"Nothing to write{_waiting(made) or ': both sides agree'}."


def _sum(made: Plan) -> str:
    """How many writes of each kind, the most frequent first."""
    found = Counter(f"{action.verb} in {action.side}" for action in made.actions)
    return ", ".join(f"{number} × {what}" for what, number in found.most_common())


def _waiting(made: Plan) -> str:
    """What would still wait afterwards: for a person, and to be looked at again."""
    cycles = made.report.cycles
    conflicts, braked = sum(one.conflicts for one in cycles), sum(one.braked for one in cycles)
    found = {
        f"{counted(conflicts, 'conflict')} (`syncd conflicts`)": conflicts,
        f"{sum(one.held for one in cycles)} held (`syncd held`)": sum(one.held for one in cycles),
        f"{braked} stopped by a brake (`syncd approve`)": braked,
    }
    said = ", ".join(what for what, number in found.items() if number)
    person = f"; waiting for a person: {said}" if said else ""
    return f"{person}; {look_again(made.waiting)}" if made.waiting else person


def _action(made: Plan, action: PlannedAction) -> dict[str, Any]:
    """One action in the words of every list; `state` is the verb, `side` where it writes."""
    to_procore = action.side == "procore"
    procore, quickbase = (action.identity, action.source) if to_procore else (action.source, action.identity)
    return {
        "mapping": action.mapping,
        "scope": procore.rpartition("/")[0],
        "procore_id": procore,
        "quickbase_id": quickbase,
        "state": action.verb,
        "reason": "",
        "since": moment(made.created_at),
        "side": action.side,
        "identity": action.identity,
        "source": action.source,
        "fields": [{"field": key, "before": before, "after": after} for key, before, after in action.fields],
    }


def _refuse_beside_daemon(wiring: Wiring) -> None:
    from syncd.cli.asking import DAEMON

    holder = wiring.holder()
    if holder.startswith(DAEMON):
        raise Unavailable(
            f"A daemon works on this state, and would change what the plan rests on: {holder}.",
            hint="Stop it first, or let it do the work: `syncd sync` hands over to it.",
        )
