"""The garbage collector during a cycle."""

from __future__ import annotations

import gc
from collections.abc import Iterator

import pytest

from syncd.sync.collector import ALLOCATED, unhurried_collector


@pytest.fixture(autouse=True)
def _as_before() -> Iterator[None]:
    before = gc.get_threshold()
    yield
    gc.set_threshold(*before)


@pytest.mark.parametrize(
    ("before", "meanwhile"),
    [(700, ALLOCATED), (ALLOCATED + 1, ALLOCATED + 1), (0, 0)],
    ids=["Python's own", "set higher by somebody", "switched off by somebody"],
)
def test_collections_come_less_often_meanwhile_and_as_before_afterwards(before: int, meanwhile: int) -> None:
    """The threshold is raised for the cycle alone, also one that fails, and nobody's choice is undone."""
    gc.set_threshold(before, 9, 8)
    seen: list[tuple[int, int, int]] = []
    with pytest.raises(ZeroDivisionError):
        _fail_meanwhile(seen)
    assert seen == [(meanwhile, 9, 8)]
    assert gc.get_threshold() == (before, 9, 8)


def _fail_meanwhile(seen: list[tuple[int, int, int]]) -> None:
    with unhurried_collector():
        seen.append(gc.get_threshold())
        raise ZeroDivisionError
