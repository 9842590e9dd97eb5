"""The door of the catalogue worlds: one seed in, problems out.

`python -m tests.proof.catalogue.door SEED [RESOURCE]` tells one seed's story; `FROM TO [RESOURCE]` runs a
range.
"""

from __future__ import annotations

import sys
from collections import Counter

from syncd.clock import SystemClock
from tests.proof.catalogue.judge import judge
from tests.proof.catalogue.world import CatalogueWorld
from tests.proof.planted import planted

__all__ = ["run_seed"]


def run_seed(seed: int, bug: str = "", about: str = "") -> list[str]:
    """Live through a seed and judge it, with a planted bug or none, perhaps about one resource: one
    sentence for everything broken; empty is passed."""
    with planted(bug):
        world = CatalogueWorld(seed, only=about)
        world.run()
        return [f"catalogue seed {seed}: {line}" for line in judge(world)]


def main(arguments: list[str]) -> int:
    """The command line: a seed, perhaps about one resource, or a range of seeds."""
    if len(arguments) > 1 and arguments[1].isdigit():
        return _range(int(arguments[0]), int(arguments[1]), "".join(arguments[2:3]))
    world = CatalogueWorld(int(arguments[0]), only="".join(arguments[1:2]), trace=True)
    world.run()
    print(*(one.text for one in world.setup.files), sep="\n")
    print(*(world.story or ()), sep="\n")
    found = judge(world)
    print(*found, sep="\n")
    print(dict(world.counts))
    return bool(found)


def _range(first: int, last: int, about: str) -> int:
    began, bad, met, used = SystemClock().monotonic(), 0, Counter[str](), Counter[str]()
    for seed in range(first, last):
        world = CatalogueWorld(seed, only=about)
        world.run()
        met.update(one.resource for one in world.sorts)
        found = judge(world)
        bad += bool(found)
        used.update(
            {what: n for what, n in world.counts.items() if what.startswith(("excused", "overw", "versions"))}
        )
        for line in found:
            print(f"catalogue seed {seed}: {line}", flush=True)
    spent = SystemClock().monotonic() - began
    print(
        f"{last - first} seeds, {bad} failed, {(last - first) / spent:.1f} seeds/s, worlds with {dict(met)}"
    )
    for what, count in sorted(used.items()):
        print(f"{count:6} {what}")
    return bool(bad)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
