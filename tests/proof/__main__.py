"""`python -m tests.proof`: prove, replay, shrink.

prove [--engine N] [--stack N] [--catalogue N] [--kills N] [--bugs N] [--table FILE]
                                                          everything; exit code 1 if broken
seed N [--mutant NAME] [--trace]                          one seed again, judged
shrink N [--mutant NAME]                                  the fewest moments that still break it
sample SECONDS                                            seeds until the time is over
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from collections.abc import Iterator
from functools import partial
from pathlib import Path

from syncd.clock import SystemClock
from tests.proof.planted import BUGS
from tests.proof.pool import Brought, hunt, in_processes, run_seed, sweeps
from tests.proof.shrink import replay, shrink

CLOCK = SystemClock()
SHOWN = 20
"""Failing seeds that are shown in full."""


def main(arguments: list[str]) -> int:
    """Do what the command line says; 0 if nothing was broken."""
    said = _parser().parse_args(arguments)
    if said.verb == "prove":
        return prove(said)
    if said.verb == "seed":
        return _seed(said.number, said.mutant, said.trace)
    if said.verb == "shrink":
        return _shrink(said.number, said.mutant)
    until = CLOCK.monotonic() + said.seconds
    return int(bool(_many("engine", 10**9, until)))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.proof", description=__doc__)
    verbs = parser.add_subparsers(dest="verb", required=True)
    one = verbs.add_parser("prove")
    one.add_argument("--engine", type=int, default=20_000)
    one.add_argument("--stack", type=int, default=1_000)
    one.add_argument("--catalogue", type=int, default=500)
    one.add_argument("--kills", type=int, default=50)
    one.add_argument("--bugs", type=int, default=4_000, help="seeds within which a planted bug must fall")
    one.add_argument("--table", type=Path, help="write the table of planted bugs into this document")
    for name in ("seed", "shrink"):
        one = verbs.add_parser(name)
        one.add_argument("number", type=int)
        one.add_argument("--mutant", default="", choices=["", *BUGS], metavar="NAME")
        one.add_argument("--trace", action="store_true")
    verbs.add_parser("sample").add_argument("seconds", type=float)
    return parser


def prove(said: argparse.Namespace) -> int:
    """Everything, in order of speed; all of it runs even if something is broken early."""
    broken = _sweeps()
    broken += _bugs(said.bugs, said.table) if said.bugs else 0
    broken += _many("engine", said.engine)
    broken += _catalogue(said.catalogue)
    broken += _stack(said.stack, said.kills)
    print("PROVED" if not broken else f"BROKEN: {broken} failures")
    return int(bool(broken))


def _sweeps() -> int:
    began, broken, deaths = CLOCK.monotonic(), 0, 0
    for brought in sweeps():
        deaths += brought.counts["runs"]
        broken += bool(brought.problems)
        print(f"sweep  {brought.name}: {brought.counts['runs']} runs, {len(brought.problems)} problems")
        for line in brought.problems[:3]:
            print(f"       {line}")
    print(f"sweep  {deaths} runs in {CLOCK.monotonic() - began:.0f} s")
    return broken


def _bugs(seeds: int, table: Path | None) -> int:
    rows, survivors = [], 0
    for bug, where, line in in_processes(partial(_hunted, seeds=seeds), list(BUGS)):
        survivors += not where
        print(f"bug    {bug}: {where or 'SURVIVED'}", flush=True)
        rows.append((bug, where, line.partition(":")[0] if "seed" in where else _code(line)))
    if table is not None:
        _write_table(table, rows)
    return survivors


def _hunted(bug: str, seeds: int) -> tuple[str, str, str]:
    return hunt(bug, seeds)


def _code(line: str) -> str:
    """The invariant's code in a sweep's sentence, after the story and the place."""
    return line.split(": ")[1] if line.count(": ") > 1 else line.partition(":")[0]


def _write_table(document: Path, rows: list[tuple[str, str, str]]) -> None:
    order = {bug: place for place, bug in enumerate(BUGS)}
    lines = ["| planted bug | what it does | caught by | at |", "|---|---|---|---|"]
    for bug, where, code in sorted(rows, key=lambda row: order[row[0]]):
        lines.append(f"| {bug} | {BUGS[bug].what} | {code} | {where or '**survives**'} |")
    text = document.read_text("utf-8")
    head, _, rest = text.partition("<!-- bugs -->\n")
    _old, mark, tail = rest.partition("<!-- end of bugs -->")
    document.write_text(f"{head}<!-- bugs -->\n" + "\n".join(lines) + f"\n{mark}{tail}", "utf-8")


def _seeds(count: int, until: float | None) -> Iterator[int]:
    for seed in range(count):
        if until is not None and CLOCK.monotonic() > until:
            return
        yield seed


def _many(name: str, count: int, until: float | None = None) -> int:
    """Engine seeds from 0 on; prints what broke, how to replay it, and the counts."""
    began, done, broken = CLOCK.monotonic(), 0, 0
    counts: Counter[str] = Counter()
    for brought in in_processes(run_seed, _seeds(count, until)):
        done += 1
        counts += brought.counts
        broken += bool(brought.problems)
        if brought.problems and broken <= SHOWN:
            _tell_broken(brought)
        if done % 1_000 == 0:
            print(f"{name} {done} seeds, {done / (CLOCK.monotonic() - began):.1f} seeds/s", flush=True)
    spent = max(CLOCK.monotonic() - began, 0.001)
    print(f"{name} {done} seeds in {spent:.0f} s, {done / spent:.1f} seeds/s, {broken} broken")
    print(f"{name} " + ", ".join(f"{number} {what}" for what, number in sorted(counts.items())))
    if counts["edits"]:
        share = 100 * counts["edits lost in the race"] / counts["edits"]
        print(f"{name} {share:.3f} % of people's edits fell into the read-to-write race")
    return broken


def _tell_broken(brought: Brought) -> None:
    print(f"BROKEN seed {brought.name}: {brought.problems[0]}")
    print(f"       replay with: python -m tests.proof seed {brought.name} --trace", flush=True)


def _stack(seeds: int, kills: int) -> int:
    """The full stack's seeds and the real processes, whose worlds are in `stack.py`."""
    from tests.proof import stack

    began, broken = CLOCK.monotonic(), 0
    for problems in in_processes(stack.run_seed, range(seeds)):
        broken += bool(problems)
        for line in problems[:2]:
            print(f"BROKEN {line}", flush=True)
    spent = max(CLOCK.monotonic() - began, 0.001)
    print(f"stack  {seeds} seeds in {spent:.0f} s, {seeds / spent:.1f} seeds/s, {broken} broken")
    found = stack.acceptance(kills) if kills else []
    for line in found:
        print(f"BROKEN {line}")
    print(f"kills  {kills} times killed, {len(found)} problems")
    return broken + bool(found)


def _catalogue(seeds: int) -> int:
    """The full stack over all resources that can be written, a few of them a seed."""
    from tests.proof.catalogue import door

    began, broken = CLOCK.monotonic(), 0
    for problems in in_processes(door.run_seed, range(seeds)):
        broken += bool(problems)
        for line in problems[:2]:
            print(f"BROKEN {line}", flush=True)
    spent = max(CLOCK.monotonic() - began, 0.001)
    print(f"catalogue {seeds} seeds in {spent:.0f} s, {seeds / spent:.1f} seeds/s, {broken} broken")
    return broken


def _seed(seed: int, bug: str, trace: bool) -> int:
    world, problems = replay(seed, bug, trace=trace)
    print(*(world.story or ()), sep="\n")
    print(*problems, sep="\n")
    print(f"seed {seed}: {'broken' if problems else 'passed'}")
    return int(bool(problems))


def _shrink(seed: int, bug: str) -> int:
    skip, problems = shrink(seed, bug)
    if not problems:
        print(f"seed {seed} passes; there is nothing to shrink")
        return 0
    world, _ = replay(seed, bug, skip, trace=True)
    print(*(world.story or ()), sep="\n")
    print(*problems, sep="\n")
    print(f"seed {seed}: {len(world.happened)} moments are left: {world.happened}")
    return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
