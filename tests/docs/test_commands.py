"""docs/commands.md says what the commands say, and the commands keep their contract."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
import typer

from syncd.cli.app import app, run_command

COMMANDS = (
    "demo sandbox connect check doctor plan apply sync resync run status links conflicts held events history "
    "explain retry approve pause resume procore catalog db"
).split()

READING = "check doctor plan status held events history explain catalog sync resync apply".split()


def commands() -> dict[str, typer.core.TyperCommand]:
    """The commands by name."""
    return typer.main.get_command(app).commands  # type: ignore[attr-defined, no-any-return]


def test_every_command_of_the_design_is_there() -> None:
    """The set of commands is a contract with scripts (architecture §7)."""
    assert set(commands()) == set(COMMANDS)


@pytest.mark.parametrize("name", READING)
def test_everything_that_reads_takes_json(name: str) -> None:
    """`--json` is an option of every command that answers with records or facts."""
    assert "--json" in [opt for param in commands()[name].params for opt in getattr(param, "opts", ())]


def test_the_page_is_what_the_help_says(project_root: Path) -> None:
    """The page is written from the help; run scripts/commands_page.py after a change."""
    done = subprocess.run(
        [sys.executable, "scripts/commands_page.py", "--check"], cwd=project_root, check=False
    )
    assert done.returncode == 0, "docs/commands.md is stale: run scripts/commands_page.py"


def test_help_is_quick_because_heavy_modules_wait(project_root: Path) -> None:
    """The command line imports neither the database nor the HTTP client before a command needs it."""
    code = (
        "import sys, syncd.cli.app; heavy = ('sqlalchemy', 'requests', 'jinja2', 'apscheduler'); "
        "print([name for name in heavy if name in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=project_root, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"


def test_usage_errors_exit_2_and_help_exits_0(capsys: pytest.CaptureFixture[str]) -> None:
    """A word nobody knows is usage; asking for help or the version is not an error."""
    assert run_command(["frobnicate"]) == 2
    assert run_command(["sandbox", "--port", "many"]) == 2
    assert run_command(["retry"]) == 2
    assert run_command(["--version"]) == 0
    assert run_command(["links", "--help"]) == 0
    assert "syncd 0" in capsys.readouterr().out
