"""The demo's stage: the sandbox on a port of its own, a state of its own, `syncd` processes.

What the demo claims goes through `claim`: it is printed with a tick or a cross, and the
demo succeeds only if every claim held.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from syncd.cli.demo.census import Census
from syncd.cli.demo.person import Person
from syncd.clock import Clock

__all__ = ["TO_PROCORE", "TO_QUICKBASE", "Crossing", "Said", "Stage", "environment"]

TO_QUICKBASE, TO_PROCORE = "Procore → Quickbase", "Quickbase → Procore"

LONGEST_COMMAND = 120.0
LOOK_EVERY = 0.05
SCENE_CHANGE = 1.1


@dataclass(frozen=True, slots=True)
class Said:
    """How a command ended: its exit code, its JSON, and the words on stderr."""

    code: int
    json: Any
    words: str


@dataclass(frozen=True, slots=True)
class Crossing:
    """One thing that crossed, and whether the other side was seen to have it."""

    resource: str
    direction: str
    what: str
    value: str
    seen: bool

    def of(self, resource: str, direction: str) -> bool:
        """Whether it is one of this resource in this direction."""
        return (self.resource, self.direction) == (resource, direction)


@dataclass(slots=True)
class Stage:
    """Where the scenes play. `environ` is what `syncd` processes are given, `before` what there was
    at first, and `now` after first contact."""

    person: Person
    clock: Clock
    environ: Mapping[str, str]
    folder: Path
    before: Census = field(default_factory=Census)
    now: Census = field(default_factory=Census)
    crossings: list[Crossing] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)

    def title(self, text: str) -> None:
        """Begin a scene, a second after the last: vendors' stamps are whole seconds.

        An edit in the very second of our own write is looked at twice, some time apart.
        """
        self.clock.sleep(SCENE_CHANGE)
        print(f"\n== {text}", flush=True)

    def tell(self, text: str) -> None:
        """Say what is being done."""
        print(f"   {text}", flush=True)

    def claim(self, holds: bool, text: str) -> bool:
        """State something that was looked up; it counts for the demo's exit code."""
        print(f"   {'✓' if holds else '✗'} {text}", flush=True)
        if not holds:
            self.failed.append(text)
        return holds

    def syncd(self, *arguments: str) -> Said:
        """Run a command to its end. Its stderr is kept, and shown only where it matters."""
        done = subprocess.run(
            [sys.executable, "-m", "syncd", *arguments],
            env=dict(self.environ),
            cwd=self.folder,
            capture_output=True,
            text=True,
            timeout=LONGEST_COMMAND,
            check=False,
        )
        found = json.loads(done.stdout) if "--json" in arguments and done.stdout.strip() else None
        if done.returncode not in (0, 4, 6):
            self.tell(f"`syncd {' '.join(arguments)}` ended with {done.returncode}:")
            for line in done.stderr.strip().splitlines()[-8:]:
                self.tell(f"  {line}")
        return Said(done.returncode, found, done.stderr)

    def start(self, *arguments: str) -> subprocess.Popen[bytes]:
        """Start a command and do not wait for it."""
        return subprocess.Popen(
            [sys.executable, "-m", "syncd", *arguments],
            env=dict(self.environ),
            cwd=self.folder,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )

    def until(self, holds: Callable[[], bool], seconds: float) -> bool:
        """Look again and again until it holds; False if it does not in time."""
        end = self.clock.monotonic() + seconds
        while not holds():
            if self.clock.monotonic() > end:
                return False
            self.clock.sleep(LOOK_EVERY)
        return True


def environment(settings: Mapping[str, str], folder: Path) -> dict[str, str]:
    """The environment of the demo's `syncd` processes: the sandbox's settings and no other."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("SYNCD_")}
    return {
        **kept,
        **settings,
        "SYNCD_MAPPINGS_DIR": str(folder / "mappings"),
        "SYNCD_STATE_DIR": str(folder / "state"),
        "SYNCD_LOG_FORMAT": "text",
    }
