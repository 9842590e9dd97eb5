"""The engine without a network, side by side with vdirsyncer in one process.

Both hold the same records of ten fields in memory and their status in a SQLite file on the
same disk; ours with `synchronous=FULL`. Ours reads and compares every value of both sides
(`Kind.RESYNC`: no cursor, no stamp); vdirsyncer compares its etags. The two take turns, and
the middle of the ratios of `ROUNDS` turns counts: a busy moment of the machine slows what
runs just then, and a ratio of neighbours less than one of extremes.
"""

from __future__ import annotations

import gc
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from benchmarks.ours import Ours
from benchmarks.peer import Peer
from benchmarks.result import Result
from benchmarks.rows import Row, row

__all__ = ["LINKS", "against_the_peer"]

LINKS = 100_000
ROUNDS = 3
BARS = {"first pairing": 3.0, "nothing changed": 5.0, "2 % changed": 5.0}


def against_the_peer(count: int = LINKS) -> list[Result]:
    """Three results: records per second, ours against theirs."""
    rows = [row(number) for number in range(count)]
    ours: dict[str, list[float]] = {name: [] for name in BARS}
    theirs: dict[str, list[float]] = {name: [] for name in BARS}
    wrong = 0
    for turn in range(ROUNDS):
        with tempfile.TemporaryDirectory(prefix="syncd-bench-") as directory:
            wrong += _ours(rows, Path(directory), ours, turn)
        with tempfile.TemporaryDirectory(prefix="syncd-bench-") as directory:
            wrong += _theirs(rows, Path(directory), theirs, turn)
    return [_result(name, count, ours[name], theirs[name], wrong) for name in BARS]


def _ours(rows: list[Row], directory: Path, times: dict[str, list[float]], turn: int) -> int:
    subject = Ours(len(rows), rows.__getitem__, directory)
    try:
        return _measured(subject, len(rows), times, turn)
    finally:
        subject.close()


def _theirs(rows: list[Row], directory: Path, times: dict[str, list[float]], turn: int) -> int:
    subject = Peer(rows, directory / "status.db")
    try:
        return _measured(subject, len(rows), times, turn)
    finally:
        subject.close()


def _measured(subject: Ours | Peer, count: int, times: dict[str, list[float]], turn: int) -> int:
    """Pair, look at nothing changed, then at 1 % edited on each side; how many records are wrong."""
    times["first pairing"].append(_timed(subject.sync))
    times["nothing changed"].append(_timed(subject.sync))
    for number in range(0, count, 100):
        subject.edit(number, 3, f"Newtown {turn}", left=True)
        subject.edit(number + 50, 4, f"N{turn}", left=False)
    times["2 % changed"].append(_timed(subject.sync))
    return subject.differences()


def _timed(work: Callable[[], None]) -> float:
    gc.collect()
    gc.freeze()  # the records that wait for the other contestant cost neither any time
    began = time.perf_counter()
    work()
    took = time.perf_counter() - began
    gc.unfreeze()
    return took


def _result(name: str, count: int, our_turns: list[float], their_turns: list[float], wrong: int) -> Result:
    turns = list(zip(our_turns, their_turns, strict=True))
    ours, theirs = sorted(turns, key=lambda turn: turn[1] / turn[0])[len(turns) // 2]
    ratio = theirs / ours
    bar = BARS[name]
    return Result(
        f"{count:,} links, {name}",
        f"≥ {bar:g} × vdirsyncer",
        f"{ratio:.1f} × ({count / ours:,.0f}/s against {count / theirs:,.0f}/s)",
        ratio >= bar and not wrong,
        {
            "ratio": round(ratio, 2),
            "links_per_second": round(count / ours),
            "peer_per_second": round(count / theirs),
            "seconds": round(ours, 3),
            "peer_seconds": round(theirs, 3),
            "ratios": [round(one[1] / one[0], 2) for one in turns],
            "wrong": wrong,
        },
    )
