"""How results look: JSON for scripts, plain tables for people. Results go to stdout."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Mapping, Sequence
from typing import Annotated, Any

import typer

from syncd.clock import instant_text

__all__ = [
    "Json",
    "ago",
    "counted",
    "look_again",
    "moment",
    "put_json",
    "put_rows",
    "put_table",
    "say",
    "value_text",
]

Json = Annotated[bool, typer.Option("--json", help="Print JSON on stdout, for scripts.")]

MAX_CELL = 60
"""Characters of one record value in a table; `--json` always has all of it."""

MAX_SENTENCE = 400
_SENTENCES = frozenset({"reason", "hint", "note", "failed", "decision"})
"""Columns that hold sentences for a person, which are not cut short."""

PLAIN_WIDTH = 1_000
"""Columns of a table that is piped: nothing is wrapped there."""


def put_json(value: object) -> None:
    """Print one JSON document."""
    json.dump(value, sys.stdout, ensure_ascii=False, indent=2, default=str)
    sys.stdout.write("\n")


def put_rows(rows: Sequence[Mapping[str, Any]], columns: Sequence[str], *, as_json: bool, none: str) -> None:
    """Print a list of objects: an array as JSON, or a table of `columns`; `none` if it is empty."""
    if as_json:
        put_json(list(rows))
    elif rows:
        put_table(columns, ([_cell(column, row.get(column)) for column in columns] for row in rows))
    else:
        print(none)


def put_table(columns: Sequence[str], rows: Iterable[Sequence[str]], title: str = "") -> None:
    """Print a table; when piped it is plain text that nothing wraps."""
    from rich import box
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    terminal = sys.stdout.isatty()
    console = Console(width=None if terminal else PLAIN_WIDTH, highlight=False)
    heads = [name.replace("_", " ") for name in columns]
    table = Table(*heads, box=box.SIMPLE_HEAD if terminal else None, pad_edge=False)
    for row in rows:
        table.add_row(*(Text(cell) for cell in row))
    if title:
        print(f"\n{title}")
    console.print(table)


def say(text: str) -> None:
    """Progress and remarks, on stderr, so that stdout holds results only."""
    print(text, file=sys.stderr, flush=True)


def _cell(column: str, value: Any) -> str:
    return value_text(value, MAX_SENTENCE if column in _SENTENCES else MAX_CELL)


def value_text(value: Any, longest: int = MAX_CELL) -> str:
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
    return text if len(text) <= longest else text[: longest - 1] + "…"


def moment(seconds: float | None) -> str | None:
    """Epoch seconds as an ISO instant, None where there is none."""
    return instant_text(seconds) if seconds else None


def counted(number: int, what: str) -> str:
    """`1 conflict`, `2 conflicts`: for nouns that take an s."""
    return f"{number} {what}" if number == 1 else f"{number} {what}s"


def look_again(number: int) -> str:
    """What is to be said of records whose last reading was not certain enough to act on."""
    wait = "waits" if number == 1 else "wait"
    return f"{counted(number, 'record')} {wait} to be looked at again (see `syncd status`)"


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
