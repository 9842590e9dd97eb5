"""Many seeds on all cores: what each brought, in the order in which they come."""

from __future__ import annotations

import gc
import multiprocessing
import os
from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from multiprocessing.pool import AsyncResult
from typing import TypeVar

from tests.proof.catalogue.door import run_seed as run_catalogue
from tests.proof.oracle import live_through
from tests.proof.planted import BUGS, planted
from tests.proof.scenarios import SCENARIOS
from tests.proof.sweep import Point, play, points
from tests.proof.world import World

__all__ = ["Brought", "hunt", "in_processes", "run_seed", "sweeps", "swept"]

EASY = 300
"""Seeds that are tried before the sweeps: most bugs fall to far fewer, and a sweep costs as much."""

FEW = 400
"""Catalogue seeds within which a bug that only they can kill must fall: each is a whole product at work."""

Caught = tuple[str, str, str]

_In = TypeVar("_In")
_Out = TypeVar("_Out")


@dataclass(slots=True)
class Brought:
    """What one seed, or one swept story, brought."""

    name: str
    problems: list[str]
    counts: Counter[str] = field(default_factory=Counter)


def in_processes(work: Callable[[_In], _Out], items: Iterable[_In]) -> Iterator[_Out]:
    """Do all items on every core this process may use; results come in the items' order."""
    cores = len(os.sched_getaffinity(0))
    if cores == 1:
        _steady()
        yield from map(work, items)
        return
    waiting: deque[AsyncResult[_Out]] = deque()
    with multiprocessing.get_context("fork").Pool(cores, _steady) as pool:
        for item in items:
            waiting.append(pool.apply_async(work, (item,)))
            if len(waiting) >= 4 * cores:  # no more in flight, so that an end in time is an end
                yield waiting.popleft().get()
        while waiting:
            yield waiting.popleft().get()


def _steady() -> None:
    """Collect garbage seldom: what is imported stays, and a world is small and dies whole."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 10, 50)


def run_seed(seed: int, bug: str = "") -> Brought:
    """One engine-level seed, with a planted bug or none."""
    with planted(bug):
        world = World(seed)
        try:
            verdict = live_through(world)
        except Exception as error:
            # A planted bug may break even the judge's view of the world: that is a catch, too.
            return Brought(str(seed), [f"G2: the seed could not be judged: {error!r}"])
    verdict.counts["calls"] = world.calls
    verdict.counts["faults and edits"] = len(world.happened)
    return Brought(str(seed), verdict.problems, verdict.counts)


def swept(number: int, bug: str = "", stride: int = 1) -> Brought:
    """One story with every death in it."""
    story = SCENARIOS[number]
    brought = Brought(story.name, [])
    try:
        places = points(story) if not bug else None
        with planted(bug):
            if places is None:
                _world, problems = play(story, Point())
                if problems:
                    return Brought(story.name, [f"{story.name}, no death: {problems[0]}"])
                places = points(story)
            for place in places[::stride]:
                brought.counts["runs"] += 1
                brought.problems += [f"{story.name}, {place}: {line}" for line in play(story, place)[1]]
                if bug and brought.problems:
                    break
    except AssertionError as error:
        brought.problems.append(f"{story.name}: {error}")
    return brought


def sweeps() -> Iterator[Brought]:
    """Every story, with every death."""
    return in_processes(swept, range(len(SCENARIOS)))


def hunt(bug: str, seeds: int) -> Caught:
    """(the bug, where it was caught or "", the sentence that caught it): easy seeds, sweeps, more seeds; or
    the catalogue worlds alone, for what only they can meet."""
    if BUGS[bug].about:
        return _by_catalogue(bug, range(min(seeds, FEW))) or (bug, "", "")
    first = min(seeds, EASY)
    return (
        _by_seed(bug, range(first)) or _by_sweep(bug) or _by_seed(bug, range(first, seeds)) or (bug, "", "")
    )


def _by_seed(bug: str, seeds: range) -> Caught | None:
    for seed in seeds:
        brought = run_seed(seed, bug)
        _really_caught(bug, brought.problems)
        if brought.problems:
            return bug, f"seed {seed}", brought.problems[0]
    return None


def _by_catalogue(bug: str, seeds: range) -> Caught | None:
    about = BUGS[bug].about
    for seed in seeds:
        problems = run_catalogue(seed, bug, about)
        _really_caught(bug, problems)
        if problems:
            return bug, f"catalogue seed {seed} about {about}", problems[0].partition(": ")[2]
    return None


def _by_sweep(bug: str) -> Caught | None:
    for number in range(len(SCENARIOS)):
        brought = swept(number, bug)
        _really_caught(bug, brought.problems)
        if brought.problems:
            return bug, f"sweep: {brought.problems[0].partition(':')[0]}", brought.problems[0]
    return None


def _really_caught(bug: str, problems: list[str]) -> None:
    """A planted bug that does not fit the engine any more fails loudly, not as if it were caught."""
    for line in problems:
        for word in ("TypeError", "AttributeError"):
            assert word not in line, f"{bug} does not fit: {line}"
