"""Which readings may be acted on: neither an older version than was seen, nor an old look."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from syncd.core.trust import LOOKS_BEFORE_TRUST, MAX_READ_AGE, suspect, too_old

STAMPS = st.integers(1, 10**9).map(float)


def test_a_stamp_older_than_the_newest_seen_is_suspect() -> None:
    """A vendor that serves yesterday's version must not carry an old value across."""
    assert suspect(99.0, known=100.0, own=0.0, looks=0)
    assert suspect(99.0, known=100.0, own=0.0, looks=LOOKS_BEFORE_TRUST - 1)


def test_a_stamp_as_new_as_the_newest_seen_is_believed() -> None:
    """The version we know, or a newer one, is what it says."""
    assert not suspect(100.0, known=100.0, own=0.0, looks=0)
    assert not suspect(101.0, known=100.0, own=90.0, looks=0)


def test_the_second_of_our_own_write_is_looked_at_twice() -> None:
    """Stamps may be whole seconds: one equal to our write's may be the version just before it."""
    assert suspect(100.0, known=100.0, own=100.0, looks=0)
    assert not suspect(100.0, known=100.0, own=100.0, looks=1)


def test_a_record_without_stamps_is_believed_once_its_baseline_is_old() -> None:
    """Where a vendor has no stamps only time tells: while it may still show what was before, a reading
    that differs is looked at once more, and believed then.

    Once an office's old name, listed for 40 s after ours was written, was carried back over a person's.
    """
    assert not suspect(None, known=100.0, own=100.0, looks=0)
    assert suspect(None, known=100.0, own=100.0, looks=0, young=True)
    assert not suspect(None, known=100.0, own=100.0, looks=1, young=True)


def test_a_record_we_never_wrote_has_no_second_of_its_own() -> None:
    """`own` 0 means no write of ours, even for a stamp of 0."""
    assert not suspect(0.0, known=0.0, own=0.0, looks=0)


@given(stamp=STAMPS, known=STAMPS, own=STAMPS)
def test_every_suspicion_ends(stamp: float, known: float, own: float) -> None:
    """After enough looks an old stamp is believed (the vendor's clock was set back): no record
    is stuck for good (P15)."""
    assert not suspect(stamp, known, own, LOOKS_BEFORE_TRUST)
    doubted = [suspect(stamp, known, own, looks) for looks in range(LOOKS_BEFORE_TRUST + 1)]
    assert doubted == sorted(doubted, reverse=True), "more looks never make it more suspect"


def test_no_write_rests_on_a_reading_older_than_a_minute() -> None:
    """60 s exactly is still allowed; anything more is read again (P2)."""
    assert MAX_READ_AGE == 60.0
    assert not too_old(10.0, 70.0)
    assert too_old(10.0, 70.001)
    assert not too_old(10.0, 10.0)
