"""The `syncd` command: what there is to call, and how a call ends.

Every command is a function in a file of its own noun; this file only lists them. A
command returns its exit code, or raises an error of `syncd.errors`, which knows one.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from functools import cache
from typing import Annotated, Any

import typer
from typer.exceptions import TyperException

from syncd import __version__
from syncd.cli import (
    act,
    catalog,
    check,
    conflicts,
    connect,
    database,
    doctor,
    events,
    explain,
    history,
    links,
    plan,
    procore,
    run,
    sandbox,
    status,
    sync,
)
from syncd.cli.demo import command as demo
from syncd.cli.exits import Exit, guarded

__all__ = ["app", "main", "run_command"]

app = typer.Typer(
    name="syncd",
    help="Keeps Procore and Quickbase records in agreement, in both directions, unattended.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)

_TRY, _SETUP, _WORK, _LOOK, _ACT = "Try it", "Set up", "Work", "Look", "Act"

app.command("demo", rich_help_panel=_TRY)(demo.demo)
app.command("sandbox", rich_help_panel=_TRY)(sandbox.sandbox)
app.add_typer(connect.app, name="connect", rich_help_panel=_SETUP)
app.command("check", rich_help_panel=_SETUP)(check.check)
app.command("doctor", rich_help_panel=_SETUP)(doctor.doctor)
app.command("catalog", rich_help_panel=_SETUP)(catalog.catalog)
app.command("plan", rich_help_panel=_WORK)(plan.plan)
app.command("apply", rich_help_panel=_WORK)(plan.apply)
app.command("sync", rich_help_panel=_WORK)(sync.sync)
app.command("resync", rich_help_panel=_WORK)(sync.resync)
app.command("run", rich_help_panel=_WORK)(run.run)
app.command("status", rich_help_panel=_LOOK)(status.status)
app.add_typer(links.app, name="links", rich_help_panel=_LOOK)
app.add_typer(conflicts.app, name="conflicts", rich_help_panel=_LOOK)
app.command("held", rich_help_panel=_LOOK)(conflicts.held)
app.command("history", rich_help_panel=_LOOK)(history.history)
app.command("events", rich_help_panel=_LOOK)(events.events)
app.command("explain", rich_help_panel=_LOOK)(explain.explain)
app.command("retry", rich_help_panel=_ACT)(act.retry)
app.command("approve", rich_help_panel=_ACT)(act.approve)
app.command("pause", rich_help_panel=_ACT)(act.pause)
app.command("resume", rich_help_panel=_ACT)(act.resume)
app.add_typer(procore.app, name="procore", rich_help_panel=_ACT)
app.add_typer(database.app, name="db", rich_help_panel=_SETUP)


def _version(wanted: bool) -> None:
    if wanted:
        print(f"syncd {__version__}")
        raise typer.Exit


@app.callback()
def _options(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version.")
    ] = False,
    debug: Annotated[bool, typer.Option("--debug", help="Show where an unforeseen error happened.")] = False,
) -> None:
    """Options that stand before the command; `--debug` is read in `main`."""


def run_command(arguments: Sequence[str]) -> int:
    """Run one command line and return its exit code; nothing but SystemExit escapes."""
    return guarded(lambda: _dispatch(arguments), debug="--debug" in arguments)


@cache
def parser() -> Any:
    """All commands and options as the framework reads them; made once a process."""
    return typer.main.get_command(app)


def _dispatch(arguments: Sequence[str]) -> int:
    try:
        code = parser().main(list(arguments), prog_name="syncd", standalone_mode=False)
    except TyperException as error:
        # The framework's usage errors know their exit code (2) and how to show themselves.
        show = getattr(error, "show", None)
        if show is not None:
            show()
        return int(getattr(error, "exit_code", Exit.USAGE))
    except typer.Abort:
        return Exit.FAILED
    return _code(code)


def _code(code: object) -> int:
    if code is None:
        return Exit.DONE
    return int(code) if isinstance(code, int) and code != 130 else Exit.FAILED


def main() -> None:
    """The console script."""
    sys.exit(run_command(sys.argv[1:]))
