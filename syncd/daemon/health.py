"""The heartbeat: a small file in the state directory that says how the daemon is.

The ticker writes it, so it goes stale when the process hangs or dies; it also says when
the engine thread last showed life, so a stuck engine is seen although the process ticks.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path

__all__ = ["BEAT_SECONDS", "Heartbeat", "read_heartbeat", "remove_heartbeat", "write_heartbeat"]

FILE = "daemon.json"

BEAT_SECONDS = 2.0
FRESH_SECONDS = 20.0
"""A heartbeat older than this is nobody's."""

STUCK_SECONDS = 900.0
"""Longest silence of the engine thread outside a wait for budget; one call takes 30 s at most."""


@dataclass(frozen=True, slots=True)
class Heartbeat:
    """What the daemon last said of itself. Times are epoch seconds.

    `seen` is when its engine thread last showed life, `waiting_until` when a wait for
    budget ends (0: none), `failing` maps mappings to why their last cycle failed,
    `refused` are the problems for which changed mapping files are not in force.
    """

    pid: int
    version: str
    started: float
    beat: float
    seen: float
    doing: str = ""
    waiting_until: float = 0.0
    mappings: tuple[str, ...] = ()
    failing: Mapping[str, str] = field(default_factory=dict)
    refused: tuple[str, ...] = ()

    def alive(self, now: float) -> bool:
        """Whether a daemon beats."""
        return abs(now - self.beat) < FRESH_SECONDS

    def trouble(self, now: float) -> str:
        """Why the daemon is not healthy, as one sentence; empty if it is."""
        if not self.alive(now):
            return f"The daemon's heartbeat is {abs(now - self.beat):.0f} s old: it hangs or has died."
        if now - max(self.seen, self.waiting_until) > STUCK_SECONDS:
            return f"The engine has been silent for {now - self.seen:.0f} s while {self.doing or 'idle'}."
        if self.failing:
            listed = "; ".join(f"{name}: {reason}" for name, reason in sorted(self.failing.items()))
            return f"The last cycle failed for {listed}"
        return ""


def write_heartbeat(state_dir: Path, beat: Heartbeat) -> None:
    """Put it in place at once, so that no reader ever sees half of it. Raises OSError."""
    target = state_dir / FILE
    draft = state_dir / f".{FILE}.{os.getpid()}"
    draft.write_text(json.dumps(asdict(beat)), encoding="utf-8")
    draft.replace(target)


def read_heartbeat(state_dir: Path) -> Heartbeat | None:
    """What was last written, None if there is nothing readable."""
    try:
        found = json.loads((state_dir / FILE).read_text(encoding="utf-8"))
        found |= {name: tuple(found[name]) for name in ("mappings", "refused")}
        return Heartbeat(**found)
    except (OSError, ValueError, TypeError, KeyError):
        return None


def remove_heartbeat(state_dir: Path) -> None:
    """Take it away at a clean end."""
    (state_dir / FILE).unlink(missing_ok=True)
