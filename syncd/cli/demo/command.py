"""`syncd demo`: plays the scenes, and says at the end what crossed."""

from __future__ import annotations

import shutil
import tempfile
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer

from syncd.cli.demo.person import Person
from syncd.cli.demo.stage import Stage, environment
from syncd.cli.exits import Exit
from syncd.cli.output import put_table
from syncd.errors import ConfigProblem

__all__ = ["demo"]

FILES = ("projects.yaml", "vendors.yaml", "rfis.yaml")


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
        for file in FILES:
            shutil.copy(shipped / file, folder / "mappings" / file)
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
    from syncd.sandbox.world import World
    from syncd.sandbox.wsgi import serve

    clock = SystemClock()
    world = World(clock)
    world.seed_demo()
    with serve(world):
        info = world.info()
        print(f"The sandbox plays Procore and Quickbase on {info['control_url']}.", flush=True)
        yield Stage(Person(info), clock, environment(info["settings"], folder), folder)


def _curtain(stage: Stage) -> int:
    """The last screen: what crossed per resource and direction, and whether all of it was seen."""
    crossed = Counter((one.resource, one.direction) for one in stage.crossings if one.seen)
    wanted = Counter((one.resource, one.direction) for one in stage.crossings)
    rows = [(*key, f"{crossed[key]} of {count}") for key, count in sorted(wanted.items())]
    put_table(("resource", "direction", "crossed and read back"), rows, title="What crossed")
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
        if all((folder / file).is_file() for file in FILES):
            return folder
    raise ConfigProblem(
        f"The shipped mapping files ({', '.join(FILES)}) are not in {given or here}.",
        hint="Name their directory: syncd demo --mappings DIR",
    )
