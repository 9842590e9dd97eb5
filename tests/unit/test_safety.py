"""The brakes (`core/safety.py`): more than 25, or more than 10 % and at least 3, in a day."""

from __future__ import annotations

import pytest

from syncd.core.safety import MAX_REMOVALS, braked


@pytest.mark.parametrize(
    ("already", "planned", "records", "stops"),
    [
        (0, 0, 0, False),
        (0, 2, 2, False),  # fewer than three never stop
        (0, 3, 30, False),  # exactly ten per cent
        (0, 3, 29, True),
        (2, 1, 20, True),  # what went before in the day counts
        (0, MAX_REMOVALS, 10_000, False),
        (0, MAX_REMOVALS + 1, 10_000, True),
        (MAX_REMOVALS, 1, 10_000, True),
        (100, 0, 10, False),  # nothing planned, nothing to stop
    ],
)
def test_the_brake(already: int, planned: int, records: int, stops: bool) -> None:
    """The brake pulls at its bounds, and nowhere else."""
    assert braked(already, planned, records) is stops
