"""Memory: the peak of a process that pairs everything and then compares everything.

Measured by Linux (`VmHWM`, the interpreter and all libraries included), each size in a process
of its own; the sides make their rows as they are asked for. The key fields are filled already,
which saves a minute: keys are written in batches of one size. `ru_maxrss` would not do: a process
starts with its parent's, and the parent has measured the engine before.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tempfile
from pathlib import Path

from benchmarks.ours import Ours
from benchmarks.result import Result
from benchmarks.rows import row

__all__ = ["memory"]

SMALL, LARGE = 100_000, 300_000
BAR = 1.3
LONGEST = 600
"""Seconds after which a child is given up."""


def memory(small: int = SMALL, large: int = LARGE) -> Result:
    """Peak memory at `large` links against that at `small`."""
    command = [sys.executable, "-m", "benchmarks.memory"]
    children = [
        subprocess.Popen([*command, str(count)], stdout=subprocess.PIPE, text=True)
        for count in (small, large)
    ]
    found = []
    for child in children:
        said, _ = child.communicate(timeout=LONGEST)
        if child.returncode:
            raise RuntimeError(f"measuring memory ended with exit code {child.returncode}")
        found.append(json.loads(said))
    ratio = found[1]["peak"] / found[0]["peak"]
    growth = [one["peak"] - one["start"] for one in found]
    return Result(
        f"memory, {large:,} links against {small:,}",
        f"peak ≤ {BAR:g} ×",
        f"{ratio:.2f} × ({found[1]['peak']:.0f} MB against {found[0]['peak']:.0f} MB, VmHWM)",
        ratio <= BAR,
        {"ratio": round(ratio, 3), "peaks_mb": [one["peak"] for one in found], "growth_mb": growth},
    )


def _child(count: int) -> None:
    """Pair, then compare twice; print start and peak in MB."""
    start = _megabytes()
    with tempfile.TemporaryDirectory(prefix="syncd-bench-") as directory:
        subject = Ours(count, row, Path(directory), keyed=True)
        subject.sync()
        for number in range(0, count, 100):
            subject.edit(number, 3, "Newtown", left=True)
        subject.sync()
        subject.sync()
        subject.close()
    print(json.dumps({"start": start, "peak": _megabytes()}))


def _megabytes() -> float:
    """The most memory that this process ever had, in MB. Raises RuntimeError where there is no Linux."""
    status = Path("/proc/self/status")
    found = re.search(r"VmHWM:\s+(\d+) kB", status.read_text()) if status.exists() else None
    if found is None:
        raise RuntimeError("the peak of memory is measured on Linux only")
    return round(int(found[1]) / 1024, 1)


if __name__ == "__main__":
    _child(int(sys.argv[1]))
