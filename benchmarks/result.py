"""What a measurement found, and whether it reached its bar."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

__all__ = ["Result"]


@dataclass(frozen=True, slots=True)
class Result:
    """One line of the table. `facts` are the exact numbers behind it, for `build/bench.json`."""

    name: str
    bar: str
    found: str
    met: bool
    facts: dict[str, Any] = field(default_factory=dict)
