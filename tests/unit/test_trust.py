"""When a reading may be acted on (`core/trust.py`)."""

from __future__ import annotations

from syncd.core.trust import LOOKS_BEFORE_TRUST, MAX_READ_AGE, suspect, too_old


def test_a_reading_older_than_what_is_known_is_suspected() -> None:
    """A stamp before the newest one seen may be an old version."""
    assert suspect(90.0, known=100.0, own=0.0, looks=0)
    assert not suspect(100.0, known=100.0, own=0.0, looks=0)
    assert not suspect(110.0, known=100.0, own=0.0, looks=0)


def test_a_reading_of_the_second_of_our_own_write_is_looked_at_twice() -> None:
    """Whole-second stamps do not tell our write from the version before it."""
    assert suspect(100.0, known=100.0, own=100.0, looks=0)
    assert not suspect(100.0, known=100.0, own=100.0, looks=1)


def test_a_clock_that_was_set_back_is_believed_in_the_end() -> None:
    """After enough looks an old stamp is the vendor's truth; no stamp is never suspected."""
    assert suspect(90.0, known=100.0, own=0.0, looks=LOOKS_BEFORE_TRUST - 1)
    assert not suspect(90.0, known=100.0, own=0.0, looks=LOOKS_BEFORE_TRUST)
    assert not suspect(None, known=100.0, own=100.0, looks=0)


def test_a_reading_ages_by_elapsed_time() -> None:
    """Sixty seconds, and not one more (P2)."""
    assert not too_old(0.0, MAX_READ_AGE)
    assert too_old(0.0, MAX_READ_AGE + 0.1)
