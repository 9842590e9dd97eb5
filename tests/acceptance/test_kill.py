"""SIGKILL at random moments, real processes, real sockets: nothing is duplicated, nothing is lost."""

from __future__ import annotations

import pytest

from tests.acceptance.killing import kill_and_judge


@pytest.mark.timeout(180)
def test_five_kills_duplicate_and_lose_nothing() -> None:
    """Five daemons die at random moments of their work while a person edits both sides; the next
    one always goes on, and in the end both sides agree or say why not (P1-P4, G1)."""
    assert kill_and_judge(5) == []


@pytest.mark.slow
@pytest.mark.timeout(400)
def test_fifty_kills_duplicate_and_lose_nothing() -> None:
    """The same with fifty, as `make prove` runs it."""
    assert kill_and_judge(50, seed=8) == []
