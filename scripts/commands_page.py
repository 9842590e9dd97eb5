"""Writes docs/commands.md from the command line's own help, so that it cannot go stale.

.venv/bin/python scripts/commands_page.py            # rewrites the page
.venv/bin/python scripts/commands_page.py --check    # exits 1 if it is not what it should be
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import typer

from syncd.cli.app import app
from syncd.cli.exits import Exit
from syncd.settings.load import _names
from syncd.settings.model import Settings

PAGE = Path(__file__).resolve().parent.parent / "docs" / "commands.md"

EXITS = {
    Exit.DONE: "done",
    Exit.FAILED: "failed: a cycle, a call or the state could not do its work",
    Exit.USAGE: "usage: the command line is wrong",
    Exit.CONFIG: "configuration: settings, mapping files or credentials are wrong",
    Exit.REMAINING: "done, but conflicts or held records remain",
    Exit.BRAKE: "stopped by a safety brake; see `syncd held` and `syncd approve`",
    Exit.CHANGES: "`plan` (or `resync --dry-run`) found changes",
}

SETTINGS = {
    "SYNCD_PROCORE__COMPANY_ID": "the Procore company",
    "SYNCD_PROCORE__CLIENT_ID": "the app's client id (a service account, or an app that a user allows)",
    "SYNCD_PROCORE__CLIENT_SECRET": "its secret",
    "SYNCD_PROCORE__REFRESH_TOKEN": "a user's grant; `syncd connect procore` gets one by itself",
    "SYNCD_PROCORE__BASE_URL": "what precedes `/rest`",
    "SYNCD_PROCORE__LOGIN_URL": "what precedes `/oauth`",
    "SYNCD_PROCORE__HOURLY_BUDGET": "the most calls an hour that syncd may use",
    "SYNCD_PROCORE__SPIKE_BUDGET": "the most calls in a short window",
    "SYNCD_PROCORE__SPIKE_WINDOW": "that window, in seconds",
    "SYNCD_PROCORE__TRANSFER_STATUS": "the status of transfers that have to be made as budget changes: "
    "`draft`, `under_review` or `approved`",
    "SYNCD_QUICKBASE__REALM": "the realm, such as `example.quickbase.com`",
    "SYNCD_QUICKBASE__APP_ID": "the app's id",
    "SYNCD_QUICKBASE__USER_TOKEN": "a user token that is assigned to the app",
    "SYNCD_QUICKBASE__BASE_URL": "the API's address, `/v1` included",
    "SYNCD_QUICKBASE__WINDOW_BUDGET": "the most calls in 10 seconds that syncd may use",
    "SYNCD_MAPPINGS_DIR": "where the mapping files are",
    "SYNCD_STATE_DIR": "where the database, the lock and the heartbeat are",
    "SYNCD_DATABASE_URL": "the state's database; default SQLite in the state directory, "
    "`postgresql+psycopg://…` works",
    "SYNCD_LOG_FORMAT": "`text` or `json`, on stderr",
    "SYNCD_LOG_LEVEL": "`DEBUG`, `INFO`, `WARNING` or `ERROR`",
    "SYNCD_DRAIN_SECONDS": "how long the daemon may finish what is in flight when it is stopped",
    "SYNCD_WATCH": "resources to follow without a mapping, with commas between; see [events](events.md)",
}

HEAD = """# Commands

Results go to stdout, progress and logs to stderr. Everything that reads takes `--json`; a list is an
array of objects with `mapping, scope, procore_id, quickbase_id, state, reason, since`, and what
the list adds comes after. Conflicts add `id, field, procore, quickbase`. Times are ISO 8601 in UTC.

A record is named by its Procore id (`PROJECT/ID` where it lives in a project) or as `qb:` and its
Quickbase record id.

This page is written by `scripts/commands_page.py` from the commands' own help.
"""


def page() -> str:
    """The whole page."""
    root: Any = typer.main.get_command(app)
    parts = [HEAD, _exits(), _settings(), "## The commands\n"]
    parts += [_section(words, command) for words, command in _walk(root, "syncd")]
    return "\n".join(parts).rstrip() + "\n"


def _exits() -> str:
    rows = [f"| {code.value} | {EXITS[code]} |" for code in sorted(Exit)]
    order = (
        "Where several apply, the first of 2, 3, 1, 5, 4, 6, 0 is taken. Commands that only look end with 0."
    )
    return "\n".join(["## Exit codes\n", "| code | meaning |", "|---|---|", *rows, "", order, ""])


def _settings() -> str:
    rows = [f"| `{name}` | {SETTINGS[name]} | {_default(name)} |" for name in _names(Settings, "SYNCD_")]
    text = (
        "From the environment, `.env`, a secrets directory or `…_FILE`, then `syncd.yaml`; the first wins. "
        "An unknown `SYNCD_*` name is an error. Secrets are never given on the command line."
    )
    return "\n".join(["## Settings\n", text, "", "| name | meaning | default |", "|---|---|---|", *rows, ""])


def _default(name: str) -> str:
    *folders, leaf = name.removeprefix("SYNCD_").lower().split("__")
    model: Any = Settings
    for folder in folders:
        model = type(model.model_fields[folder].default)
    found = model.model_fields[leaf]
    value = found.default
    text = value.get_secret_value() if hasattr(value, "get_secret_value") else str(value)
    return f"`{text}`" if text else ""


def _walk(group: Any, words: str) -> Iterator[tuple[str, Any]]:
    for name, command in group.commands.items():
        yield f"{words} {name}", command
        if hasattr(command, "commands"):
            yield from _walk(command, f"{words} {name}")


def _section(words: str, command: Any) -> str:
    level = "###" if words.count(" ") == 1 else "####"
    arguments = [one for one in command.params if one.param_type_name == "argument"]
    options = [one for one in command.params if one.param_type_name == "option" and "--help" not in one.opts]
    usage = " ".join([words, *(_argument(one) for one in arguments)])
    lines = [f"{level} `{usage}`\n", command.help.strip().replace("\n\n", "\n\n"), ""]
    for one in arguments:
        lines.append(f"* `{_argument(one)}` {one.help or ''}".rstrip())
    for one in options:
        value = "" if one.is_flag else f" {one.metavar or 'N'}"
        lines.append(f"* `{', '.join(one.opts)}{value}` {one.help or ''}".rstrip())
    return "\n".join([*lines, ""] if arguments or options else lines)


def _argument(one: Any) -> str:
    return str(one.metavar or one.name.upper())


def main() -> int:
    """Write or check the page; returns the exit code."""
    text = page()
    if "--check" in sys.argv[1:]:
        return 0 if PAGE.read_text(encoding="utf-8") == text else 1
    PAGE.write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
