"""`syncd sync` and `syncd resync`: cycles now, then exit."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Annotated, Any

import typer

from syncd.cli.output import Json, counted, look_again, put_json, put_rows, say
from syncd.errors import UsageProblem

if TYPE_CHECKING:
    from syncd.cli.wiring import Wiring

__all__ = ["kept", "resync", "show_report", "sync", "with_waiting"]

Names = Annotated[list[str] | None, typer.Argument(metavar="[MAPPING]...", help="Only these mappings.")]

_COLUMNS = ("mapping", "created", "updated", "linked", "removed", "conflicts", "held", "braked", "failed")


def sync(mappings: Names = None, json: Json = False) -> int:
    """Run one incremental cycle of all (or the named) mappings now, then exit.

    Exit codes: 0 done, 1 a cycle failed, 3 configuration, 4 conflicts or held records
    remain, 5 a safety brake stopped removals.
    """
    return _work(mappings or (), "incremental", None, json)


def resync(
    mappings: Names = None,
    only: Annotated[
        str, typer.Option("--only", metavar="ID", help="Only this record: Procore id, or qb:RECORD-ID.")
    ] = "",
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Show what would be written; write nothing.")
    ] = False,
    json: Json = False,
) -> int:
    """Compare both sides fully and repair what differs; deletes nothing.

    What it finds missing is marked for the next cycle to verify. With --dry-run it exits
    6 where it would write.
    """
    if only and len(mappings or ()) != 1:
        raise UsageProblem("--only needs the one mapping that the record belongs to.")
    if dry_run:
        from syncd.cli.plan import show_plan

        return show_plan(mappings or (), "resync", only or None, None, json)
    return _work(mappings or (), "resync", only or None, json)


def _work(names: Sequence[str], kind: str, only: str | None, as_json: bool) -> int:
    from syncd.cli.asking import ask_daemon, daemon_runs
    from syncd.cli.known import known_names
    from syncd.cli.stopping import heed_signals
    from syncd.cli.wiring import Wiring

    with Wiring() as wiring:
        heed_signals(wiring.stop)
        wiring.settings.require_online()
        if daemon_runs(wiring):
            known_names(wiring, names)
            report = ask_daemon(wiring, kind, names, only)
        else:
            with wiring.lock(f"syncd {'sync' if kind == 'incremental' else kind}"):
                report = _here(wiring, names, kind, only)
        report = with_waiting(wiring, report)
        if only and not _is_linked(wiring, names[0], only):
            say(f"No link of {names[0]} holds {only}; it was looked for as a record that is new.")
    return show_report(report, as_json)


def _is_linked(wiring: Wiring, mapping: str, record: str) -> bool:
    from syncd.cli.known import parse_record

    side, identity = parse_record(record)
    with wiring.store.read() as tx:
        return identity in tx.links_by(mapping, side, [identity])


def _here(wiring: Wiring, names: Sequence[str], kind: str, only: str | None) -> dict[str, Any]:
    from syncd.daemon.requests import report_json
    from syncd.sync.engine import Kind

    engine = wiring.engine(spool=wiring.shown_spool)
    return report_json(engine.sync(wiring.names(names), Kind(kind), only))


def with_waiting(wiring: Wiring, report: dict[str, Any]) -> dict[str, Any]:
    """The report with each cycle's `waiting`: the records that must be looked at again."""
    with wiring.store.read() as tx:
        cycles = [{**cycle, "waiting": tx.count_marks(cycle["mapping"])} for cycle in report["cycles"]]
    return {**report, "cycles": cycles}


def kept(side: str, number: int) -> str:
    """What became of records whose counterparts are gone, where the mapping says `keep`."""
    gone = "quickbase" if side == "procore" else "procore"
    if number == 1:
        return f"1 linked record was deleted in {gone}; the one in {side} was kept and syncs no more"
    return f"{number} linked records were deleted in {gone}; those in {side} were kept and sync no more"


def show_report(report: Mapping[str, Any], as_json: bool) -> int:
    """Print what cycles did; answers the exit code that the report carries."""
    if report.get("error"):
        say(f"syncd: {report['error']}")
    if as_json:
        put_json(report["cycles"])
    else:
        rows = [{**cycle, "failed": "yes" if cycle["failed"] else ""} for cycle in report["cycles"]]
        put_rows(rows, _COLUMNS, as_json=False, none="Nothing was run.")
        for cycle in report["cycles"]:
            if cycle["failed"]:
                say(f"syncd: {cycle['mapping']}: {cycle['failed']}")
            if cycle.get("paused"):
                say(f"{cycle['mapping']} is paused; `syncd resume {cycle['mapping']}` lets it go on")
            if cycle["conflicts"]:
                say(f"{cycle['mapping']}: {counted(cycle['conflicts'], 'conflict')}, see `syncd conflicts`")
            if cycle["held"] or cycle["braked"]:
                say(f"{cycle['mapping']}: {cycle['held'] + cycle['braked']} held, see `syncd held`")
            for side, number in cycle["kept"].items():
                say(f"{cycle['mapping']}: {kept(side, number)}, see `syncd history {cycle['mapping']}`")
            if cycle["waiting"]:
                say(f"{cycle['mapping']}: {look_again(cycle['waiting'])}")
    return int(report["exit_code"])
