"""A vendor in memory, and the side that reads and writes it: published, for tests and proofs.

`MemoryVendor` (`memory_vendor.py`) keeps every version of every record and who made it, so
that a judge who shares no code with the engine can say afterwards what was lost.
`MemorySide` (`memory_side.py`) is the port over it, and misbehaves on demand.
"""

from __future__ import annotations

from syncd.sides.memory_side import MemorySide
from syncd.sides.memory_vendor import (
    LATE_SECONDS,
    STALE_SECONDS,
    Happened,
    MemoryVendor,
    Sent,
    Version,
)

__all__ = ["LATE_SECONDS", "STALE_SECONDS", "Happened", "MemorySide", "MemoryVendor", "Sent", "Version"]
