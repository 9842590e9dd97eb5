"""Files survive a crash at every call and commit."""

from __future__ import annotations

import pytest

from tests.proof.file_sweep import FileSweep

STRIDE = 131
"""A sample of the steps; a prime, so that calls and commits take turns."""


def _swept(stride: int) -> tuple[list[str], int]:
    problems, turns = [], 0
    for where, found in FileSweep().turns(stride):
        turns += 1
        problems += [f"{where}: {one}" for one in found]
    return problems, turns


def test_a_crash_neither_loses_nor_doubles_a_version() -> None:
    """Wherever the process dies while files cross both ways, each version is there once on both sides
    afterwards, nothing is listed, and a quiet cycle writes nothing (P2, P3, P4)."""
    problems, turns = _swept(STRIDE)

    assert problems == []
    assert turns >= 5


@pytest.mark.slow
def test_no_crash_of_many_loses_or_doubles_a_version() -> None:
    """The same at every fifth call and commit."""
    problems, turns = _swept(5)

    assert problems == []
    assert turns > 100
