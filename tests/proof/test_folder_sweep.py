"""Making folders survives a crash at every call and commit."""

from __future__ import annotations

import pytest

from tests.proof.folder_sweep import FolderSweep


def test_a_crash_makes_no_folder_twice() -> None:
    """Wherever the process dies while two files and a moved one make their folders, each folder stands there
    once with its files, nothing is listed, and a quiet cycle writes nothing (P2, P3, P4)."""
    problems, turns = FolderSweep().swept(11)

    assert problems == []
    assert turns >= 2


@pytest.mark.slow
def test_no_crash_of_all_makes_a_folder_twice() -> None:
    """The same at every call and commit."""
    problems, turns = FolderSweep().swept(1)

    assert problems == []
    assert turns > 20
