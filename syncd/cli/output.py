"""How results look: JSON for scripts, plain tables for people. Results go to stdout."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Mapping, Sequence
from typing import Annotated, Any

import typer

from syncd.clock import instant_text

__all__ = ["Json", "ago", "moment", "put_json", "put_rows", "put_table", "say", "value_text"]

Json = Annotated[bool, typer.Option("--json", help="Print JSON on stdout, for scripts.")]

MAX_CELL = 60
"""Characters of one value in a table; `--json` always has all of it."""


def put_json(value: object) -> None:
    """Print one JSON document."""
    json.dump(value, sys.stdout, ensure_ascii=False, indent=2, default=str)
    sys.stdout.write("\n")


def put_rows(rows: Sequence[Mapping[str, Any]], columns: Sequence[str], *, as_json: bool, none: str) -> None:
    """Print a list of objects: an array as JSON, or a table of `columns`; `none` if it is empty."""
    if as_json:
        put_json(list(rows))
    elif rows:
        put_table(columns, ([value_text(row.get(column)) for column in columns] for row in rows))
    else:
        print(none)


def put_table(columns: Sequence[str], rows: Iterable[Sequence[str]], title: str = "") -> None:
    """Print a table; when piped it is plain text that nothing wraps."""
    from rich import box
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    console = Console(width=None if sys.stdout.isatty() else 400, highlight=False)
    table = Table(*(name.replace("_", " ") for name in columns), box=box.SIMPLE_HEAD, pad_edge=False)
    for row in rows:
        table.add_row(*(Text(cell) for cell in row))
    if title:
        print(f"\n{title}")
    console.print(table)


def say(text: str) -> None:
    """Progress and remarks, on stderr, so that stdout holds results only."""
    print(text, file=sys.stderr, flush=True)


def value_text(value: Any) -> str:
    """A value for a table cell: empty for None, cut where it is long."""
    if value is None or value == "":
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list | tuple):
        text = ", ".join(value_text(item) for item in value)
    elif isinstance(value, Mapping):
        text = ", ".join(f"{key} {value_text(item)}" for key, item in value.items())
    else:
        text = str(value)
    text = " ".join(text.split())
    return text if len(text) <= MAX_CELL else text[: MAX_CELL - 1] + "…"


def moment(seconds: float | None) -> str | None:
    """Epoch seconds as an ISO instant, None where there is none."""
    return instant_text(seconds) if seconds else None


def ago(seconds: float) -> str:
    """A duration in the largest unit that says something: `45 s`, `12 min`, `3 h`, `2 d`."""
    size = abs(seconds)
    if size < 90:
        return f"{size:.0f} s"
    if size < 5_400:
        return f"{size / 60:.0f} min"
    if size < 172_800:
        return f"{size / 3600:.0f} h"
    return f"{size / 86_400:.0f} d"
