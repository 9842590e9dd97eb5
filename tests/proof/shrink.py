"""Shrink a failing seed: switch people's and faults' moments off while it still fails."""

from __future__ import annotations

from collections.abc import Collection

from tests.proof.oracle import live_through
from tests.proof.planted import planted
from tests.proof.world import World

__all__ = ["replay", "shrink"]

Moment = tuple[str, int]


def replay(
    seed: int, bug: str = "", skip: Collection[Moment] = (), *, trace: bool = False
) -> tuple[World, list[str]]:
    """Live through a seed again; moments in `skip` do not happen."""
    with planted(bug):
        world = World(seed, skip=skip, trace=trace)
        return world, live_through(world).problems


def shrink(seed: int, bug: str = "") -> tuple[frozenset[Moment], list[str]]:
    """The moments that can be switched off with the same invariant still broken.

    Halves first, then one by one, until nothing more can go.
    """
    world, problems = replay(seed, bug)
    if not problems:
        return frozenset(), []
    code = problems[0].partition(":")[0]
    skip: frozenset[Moment] = frozenset()
    size = max(1, len(world.happened) // 2)
    while size:
        before = skip
        for start in range(0, len(world.happened), size):
            less = skip | set(world.happened[start : start + size])
            _tried, found = replay(seed, bug, less)
            if less != skip and any(line.startswith(code) for line in found):
                skip, problems = less, found
        world, _ = replay(seed, bug, skip)
        size = size // 2 if skip == before or size > 1 else 1
        if not world.happened:
            break
    return skip, problems
