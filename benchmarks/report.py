"""The table for people and `build/bench.json` for machines."""

from __future__ import annotations

import json
import os
import platform
import sqlite3
from collections.abc import Sequence
from pathlib import Path

from benchmarks.result import Result

__all__ = ["as_table", "write_json"]


def as_table(results: Sequence[Result]) -> str:
    """One line a measurement, columns aligned."""
    rows = [("bench", "bar", "found", ""), *((r.name, r.bar, r.found, _word(r)) for r in results)]
    widths = [max(len(row[place]) for row in rows) for place in range(3)]
    lines = ["  ".join([*(row[place].ljust(widths[place]) for place in range(3)), row[3]]) for row in rows]
    return "\n".join([lines[0], "-" * len(lines[0].rstrip()), *lines[1:]])


def write_json(results: Sequence[Result], path: Path) -> None:
    """Everything exact, with what it was measured on."""
    path.parent.mkdir(parents=True, exist_ok=True)
    found = {
        "machine": {
            "python": platform.python_version(),
            "sqlite": sqlite3.sqlite_version,
            "system": platform.system(),
            "processors": os.cpu_count(),
        },
        "met": all(one.met for one in results),
        "benches": [
            {"name": one.name, "bar": one.bar, "found": one.found, "met": one.met, **one.facts}
            for one in results
        ],
    }
    path.write_text(json.dumps(found, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


def _word(result: Result) -> str:
    return "met" if result.met else "MISSED"
