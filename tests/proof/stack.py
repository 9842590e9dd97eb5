"""The full-stack simulation's door: one seed in, problems out; and the real-process acceptance.

`python -m tests.proof prove` calls `run_seed` many times and `acceptance` once.
`python -m tests.proof.stack SEED` tells one seed's story; `FROM TO` runs a range.
"""

from __future__ import annotations

import sys

from syncd.clock import SystemClock
from tests.proof.stack_oracle import judge
from tests.proof.stack_world import StackWorld

__all__ = ["acceptance", "run_seed"]


def run_seed(seed: int) -> list[str]:
    """Live through a seed and judge it: one sentence for everything broken; empty is passed."""
    world = StackWorld(seed)
    world.run()
    return [f"stack seed {seed}: {line}" for line in judge(world)]


def acceptance(kills: int) -> list[str]:
    """Kill a real daemon so many times while people edit over real sockets; the problems after."""
    from tests.acceptance.killing import kill_and_judge

    return kill_and_judge(kills)


def main(arguments: list[str]) -> int:
    """The command line: a seed, or a range of seeds."""
    if len(arguments) == 1:
        world = StackWorld(int(arguments[0]), trace=True)
        world.run()
        print(*(world.story or ()), sep="\n")
        found = judge(world)
        print(*found, sep="\n")
        print(world.setup, dict(world.counts))
        return bool(found)
    first, last = int(arguments[0]), int(arguments[1])
    began, bad = SystemClock().monotonic(), 0
    for seed in range(first, last):
        found = run_seed(seed)
        bad += bool(found)
        for line in found:
            print(line, flush=True)
    spent = SystemClock().monotonic() - began
    print(f"{last - first} seeds, {bad} failed, {(last - first) / spent:.1f} seeds/s")
    return bool(bad)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
