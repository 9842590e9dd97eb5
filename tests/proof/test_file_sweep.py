"""Files survive a crash at every call and commit."""

from __future__ import annotations

import pytest

from tests.proof.file_sweep import FileSweep

STRIDE = 131
"""A sample of the steps; a prime, so that calls and commits take turns."""


def test_a_crash_neither_loses_nor_doubles_a_version() -> None:
    """Wherever the process dies while files cross both ways, each version is there once on both sides
    afterwards, nothing is listed, and a quiet cycle writes nothing (P2, P3, P4)."""
    problems, turns = FileSweep().swept(STRIDE)

    assert problems == []
    assert turns >= 5


@pytest.mark.slow
def test_no_crash_of_many_loses_or_doubles_a_version() -> None:
    """The same at every fifth call and commit."""
    problems, turns = FileSweep().swept(5)

    assert problems == []
    assert turns > 100
