"""Making folders survives a crash at every call and commit."""

from __future__ import annotations

import pytest

from tests.proof.folder_sweep import FolderSweep


def _swept(stride: int) -> tuple[list[str], int]:
    problems, turns = [], 0
    for where, found in FolderSweep().turns(stride):
        turns += 1
        problems += [f"{where}: {one}" for one in found]
    return problems, turns


def test_a_crash_makes_no_folder_twice() -> None:
    """Wherever the process dies while two files and a moved one make their folders, each folder stands there
    once with its files, nothing is listed, and a quiet cycle writes nothing (P2, P3, P4)."""
    problems, turns = _swept(11)

    assert problems == []
    assert turns >= 2


@pytest.mark.slow
def test_no_crash_of_all_makes_a_folder_twice() -> None:
    """The same at every call and commit."""
    problems, turns = _swept(1)

    assert problems == []
    assert turns > 20
