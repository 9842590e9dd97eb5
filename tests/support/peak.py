"""Run commands in one process of their own and learn the most memory that it ever had after each."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Sequence

from syncd.cli.demo.stage import Stage

__all__ = ["peaks"]

_CHILD = """
import json, sys
from contextlib import redirect_stdout
from pathlib import Path
from syncd.cli.app import run_command
told = []
for words in json.loads(sys.argv[1]):
    with redirect_stdout(sys.stderr):
        code = run_command(words)
    if code:
        sys.exit(code)
    lines = Path("/proc/self/status").read_text().splitlines()
    told.append(next(int(line.split()[1]) for line in lines if line.startswith("VmHWM")))
print(json.dumps(told))
"""
"""The kernel's high-water mark of the process itself: what `wait4` tells counts its parent's, too."""

LONGEST = 170
"""Seconds."""


def peaks(stage: Stage, *commands: Sequence[str]) -> list[int]:
    """The peak of resident memory, in bytes, after each command; every one has to end with 0."""
    done = subprocess.run(
        [sys.executable, "-c", _CHILD, json.dumps([list(words) for words in commands])],
        env=dict(stage.environ),
        cwd=stage.folder,
        capture_output=True,
        text=True,
        timeout=LONGEST,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return [kilobytes * 1024 for kilobytes in json.loads(done.stdout)]
