"""Python's collector of cyclic garbage, told how a cycle of ours allocates.

A pass makes very many rows that hold no cycles and live for a page. With Python's own
threshold the collector walks through all that is alive again and again to find nothing, which
costs a pass a fifth of its speed (docs/benchmarks.md). Collections stay on: they come less often.
"""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager

__all__ = ["unhurried_collector"]

ALLOCATED = 30_000
"""Objects more than before that start a collection: several pages' rows, a few megabytes."""


@contextmanager
def unhurried_collector() -> Iterator[None]:
    """Let collections wait for more objects meanwhile. One that is switched off stays off, and
    what somebody set higher stays as it is."""
    young, *older = gc.get_threshold()
    if young:
        gc.set_threshold(max(young, ALLOCATED), *older)
    try:
        yield
    finally:
        gc.set_threshold(young, *older)
