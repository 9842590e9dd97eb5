"""Reports: what one cycle did, and what all cycles of one call did."""

from __future__ import annotations

from dataclasses import dataclass, field

from syncd.sync.workbench import Kind

__all__ = ["CycleReport", "Report"]

EXIT_ORDER = (2, 3, 1, 5, 4, 6, 0)
"""Which exit code wins where several apply (architecture §7)."""


@dataclass(frozen=True, slots=True)
class CycleReport:
    """What one cycle did. `failed` is empty, or the sentence that says why it ended early.

    `kept` counts, by side, the records that stay although their counterparts were deleted.

    `fault` is empty, or names the fault of ours that ended it, by error and place: never
    expected, whatever the vendors do.
    """

    mapping: str
    kind: Kind
    run: int = 0
    created: dict[str, int] = field(default_factory=dict)
    updated: dict[str, int] = field(default_factory=dict)
    linked: int = 0
    removed: int = 0
    read: int = 0
    oldest_read: float = 0.0
    conflicts: int = 0
    held: int = 0
    braked: int = 0
    failed: str = ""
    exit_code: int = 0
    paused: bool = False
    fault: str = ""
    kept: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Report:
    """What all cycles of one call did."""

    cycles: tuple[CycleReport, ...] = ()

    @property
    def exit_code(self) -> int:
        """The exit code that says it all."""
        codes = {0}
        for one in self.cycles:
            codes.add(one.exit_code)
            if one.braked:
                codes.add(5)
            if one.conflicts or one.held:
                codes.add(4)
        return next(code for code in EXIT_ORDER if code in codes)
