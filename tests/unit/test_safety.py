"""The brake: so many removals at once that a person must look first (architecture §5, P6)."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from syncd.core.safety import MAX_REMOVALS, MIN_REMOVALS, WINDOW_SECONDS, braked

COUNTS = st.integers(0, 60)
SIZES = st.integers(0, 2_000)


def test_the_limits_are_those_that_were_promised() -> None:
    """More than 25, or more than 10 % and at least 3, within 24 hours."""
    assert (MAX_REMOVALS, MIN_REMOVALS, WINDOW_SECONDS) == (25, 3, 24 * 3600.0)


@pytest.mark.parametrize(
    ("planned", "records", "stops"),
    [
        (25, 100_000, False),  # at the limit
        (26, 100_000, True),  # over it, however large the mapping
        (2, 3, False),  # most of a tiny mapping, but fewer than three
        (3, 3, True),
        (3, 30, False),  # exactly a tenth
        (3, 29, True),  # more than a tenth
        (10, 100, False),
        (11, 100, True),
        (3, 0, True),  # nothing is linked: any share is too much
    ],
)
def test_the_brake_stops_just_above_its_limits(planned: int, records: int, stops: bool) -> None:
    """Each limit allows its own number and stops at the next."""
    assert braked(0, planned, records) is stops


def test_removals_that_passed_today_count() -> None:
    """Deleting a few an hour does not get round the brake."""
    assert not braked(0, 2, 20)
    assert braked(2, 1, 20)
    assert braked(25, 1, 100_000)


@given(already=COUNTS, records=SIZES)
def test_nothing_planned_never_stops(already: int, records: int) -> None:
    """A mapping whose day was full goes on with everything else."""
    assert not braked(already, 0, records)


@given(already=COUNTS, planned=COUNTS, records=SIZES, more=st.integers(0, 40))
def test_more_removals_never_loosen_the_brake(already: int, planned: int, records: int, more: int) -> None:
    """What stops goes on stopping with more of it, and with fewer records to take it from."""
    if braked(already, planned, records):
        assert braked(already + more, planned, records)
        assert braked(already, planned + more, records)
        assert braked(already, planned, max(0, records - more))


@given(already=COUNTS, planned=st.integers(1, 60), records=SIZES)
def test_a_removal_passed_earlier_weighs_as_much_as_one_now(already: int, planned: int, records: int) -> None:
    """Only the sum within the day counts, not how it is spread over cycles (A5)."""
    assert braked(already, planned, records) == braked(0, already + planned, records)
