"""`make bench`: every measurement, one table, `build/bench.json`; exit code 1 if a bar is missed.

`python -m benchmarks calls engine memory` measures only what is named.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from benchmarks import calls
from benchmarks.engine import against_the_peer
from benchmarks.memory import memory
from benchmarks.report import as_table, write_json
from benchmarks.result import Result

Found = TypeVar("Found")

TARGET = Path("build/bench.json")

PARTS: dict[str, Callable[[], list[Result]]] = {
    "calls": lambda: [_said(one.__name__, one)() for one in calls.ALL],
    "engine": against_the_peer,
    "memory": lambda: [memory()],
}


def main(chosen: list[str]) -> int:
    """Measure what is chosen (all of it by default)."""
    unknown = set(chosen) - set(PARTS)
    if unknown:
        print(
            f"there is no bench {', '.join(sorted(unknown))}; there are {', '.join(PARTS)}", file=sys.stderr
        )
        return 2
    results: list[Result] = []
    for name, part in PARTS.items():
        if not chosen or name in chosen:
            found = _said(name, part)()
            print(*(f"  {one.name}: {one.found}" for one in found), sep="\n", file=sys.stderr, flush=True)
            results += found
    print(as_table(results))
    write_json(results, TARGET)
    missed = [one.name for one in results if not one.met]
    if missed:
        print(f"missed: {'; '.join(missed)}", file=sys.stderr)
    return 1 if missed else 0


def _said(name: str, work: Callable[[], Found]) -> Callable[[], Found]:
    """The same, telling what is being measured."""

    def told() -> Found:
        print(f"measuring {name} …", file=sys.stderr, flush=True)
        return work()

    return told


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
