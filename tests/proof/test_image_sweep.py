"""Making a new image in an old one's place survives a crash at every call and commit."""

from __future__ import annotations

import pytest

from tests.proof.image_sweep import ImageSweep


def test_a_crash_makes_no_second_image_and_loses_no_link() -> None:
    """Wherever the process dies while other bytes become a new image, there is one, the row is linked with
    it, nothing is listed, and a quiet cycle writes nothing (P2, P3, P4)."""
    problems, turns = ImageSweep().swept(8)

    assert problems == []
    assert turns >= 2


@pytest.mark.slow
def test_no_crash_of_all_makes_a_second_image() -> None:
    """The same at every call and commit."""
    problems, turns = ImageSweep().swept(1)

    assert problems == []
    assert turns > 15
