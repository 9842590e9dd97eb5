"""`syncd demo`: plays the scenes, and says at the end what crossed."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer

from syncd.cli.demo.census import crossed, take_census
from syncd.cli.demo.person import Person
from syncd.cli.demo.stage import TO_PROCORE, TO_QUICKBASE, Stage, environment
from syncd.cli.exits import Exit
from syncd.cli.output import put_table
from syncd.errors import ConfigProblem

__all__ = ["demo"]

PROJECTS, VENDORS, RFIS = 23, 12, 2
"""What the company begins with in Procore; RFIs are a project's. Quickbase has two projects more."""

PLENTY = 20_000
"""Calls an hour that the sandbox allows here. A company of this size would wait for Procore now and
then, whose usual limits are 3,600 an hour and 25 in 10 seconds; the last scene shows how."""

BURST = 2_000
"""Calls in 10 seconds."""


def demo(
    mappings: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Where the shipped mapping files are.")
    ] = None,
) -> int:
    """See it work: both vendors' simulators, edits crossing, a conflict, a crash, a rate limit.

    Uses a sandbox and a state of its own, which are gone when it ends. Exits 0 only if
    everything it claims was read back from both sides.
    """
    from syncd.cli.demo import scenes

    shipped = _shipped(mappings)
    with tempfile.TemporaryDirectory(prefix="syncd-demo-") as name:
        folder = Path(name)
        (folder / "mappings").mkdir()
        for file in shipped.glob("*.yaml"):
            shutil.copy(file, folder / "mappings" / file.name)
        with _staged(folder) as stage:
            for scene in (
                scenes.first_contact, scenes.edits, scenes.conflict, scenes.crash, scenes.rate_limit,
            ):  # fmt: skip
                scene(stage)
            return _curtain(stage)


@contextmanager
def _staged(folder: Path) -> Iterator[Stage]:
    """A sandbox on a free port of this machine, and a person who works on it."""
    from syncd.clock import SystemClock
    from syncd.sandbox.seed import Seed
    from syncd.sandbox.world import World
    from syncd.sandbox.wsgi import serve

    clock = SystemClock()
    sizes = Seed(projects=PROJECTS, vendors=VENDORS, rfis=RFIS, only_quickbase=2, whole=True)
    world = World(clock, sizes=sizes)
    world.seed_demo()
    world.procore.set_rate({"hour": PLENTY, "spike": BURST})
    world.quickbase.limiter.size = BURST
    budget = {
        "SYNCD_PROCORE__HOURLY_BUDGET": str(PLENTY),
        "SYNCD_PROCORE__SPIKE_BUDGET": str(BURST),
        "SYNCD_QUICKBASE__WINDOW_BUDGET": str(BURST),
    }
    with serve(world):
        info = world.info()
        print(f"The sandbox plays Procore and Quickbase on {info['control_url']}.", flush=True)
        yield Stage(Person(info), clock, {**environment(info["settings"], folder), **budget}, folder)


def _curtain(stage: Stage) -> int:
    """The last screen: what crossed, by resource and direction, as both vendors have it now."""
    rows = []
    for one in crossed(stage.before, take_census(stage.person)):
        edits = [
            sum(c.seen for c in stage.crossings if c.of(one.resource, way))
            for way in (TO_QUICKBASE, TO_PROCORE)
        ]
        counts = (one.both, one.to_quickbase, edits[0], one.to_procore, edits[1])
        rows.append((one.resource, *map(str, counts)))
        if not one.whole:
            stage.failed.append(f"{one.resource}: {one.alone} on one side only, {one.differ} differ")
    head = ("resource", "on both sides", "new in Quickbase", "edits", "new in Procore", "edits")
    put_table(head, rows, title="What crossed, as both vendors have it now")
    if stage.failed:
        print(f"{len(stage.failed)} claims did not hold:")
        for text in stage.failed:
            print(f"  ✗ {text}")
        return Exit.FAILED
    print("Everything above was read back from both sides. Next: docs/tutorial.md.")
    return Exit.DONE


def _shipped(given: Path | None) -> Path:
    """The directory of the shipped mapping files. Raises ConfigProblem if it is not found."""
    here = Path(__file__).resolve().parents[3] / "mappings"
    for folder in (given,) if given else (here, Path("mappings")):
        if (folder / "projects.yaml").is_file():
            return folder
    raise ConfigProblem(
        f"The shipped mapping files are not in {given or here}.",
        hint="Name their directory: syncd demo --mappings DIR",
    )
