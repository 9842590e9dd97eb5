"""What a fresh look says about a write whose answer never came (`core/settle.py`)."""

from __future__ import annotations

import pytest

from syncd.core.settle import Settled, adopted, settle_field
from syncd.core.values import ABSENT, Field, Kind

NAME = Field("name", "Name", Kind.TEXT, max_length=5)


@pytest.mark.parametrize("late", [False, True])
def test_what_was_sent_is_there(late: bool) -> None:
    """Equal to what was sent, in the server's own form too: done, however early."""
    assert settle_field("new", "new", "old", NAME, late=late) is Settled.DONE
    assert settle_field("a lon", "a longer", "old", NAME, late=late) is Settled.DONE


def test_what_was_there_before_proves_nothing_until_it_is_late() -> None:
    """The write may still land; only afterwards the old value means that it never did."""
    assert settle_field("old", "new", "old", NAME, late=False) is Settled.WAIT
    assert settle_field("old", "new", "old", NAME, late=True) is Settled.NOT_DONE


def test_something_else_is_a_doubt_once_it_is_late() -> None:
    """Neither sent nor before: a person decides, and it is never a conflict with ourselves."""
    assert settle_field("other", "new", "old", NAME, late=False) is Settled.WAIT
    assert settle_field("other", "new", "old", NAME, late=True) is Settled.DOUBT


def test_the_old_value_on_a_record_that_moved_is_a_doubt() -> None:
    """A person may have put it back after our write had landed."""
    assert settle_field("old", "new", "old", NAME, late=True, moved=True) is Settled.DOUBT


def test_an_absent_field_waits_and_an_unknown_past_is_not_done() -> None:
    """What cannot be seen cannot be settled; without a known past the write is decided again."""
    assert settle_field(ABSENT, "new", "old", NAME, late=True) is Settled.WAIT
    assert settle_field("other", "new", ABSENT, NAME, late=True) is Settled.NOT_DONE


def test_an_adopted_record_rests_on_what_its_server_made_of_our_values() -> None:
    """Equal values take the server's form; an absent one has no baseline."""
    assert adopted("a lon", "a longer", NAME, touched=True) == ("a lon", False)
    assert adopted(ABSENT, "new", NAME, touched=False) == (ABSENT, False)


def test_an_edit_made_before_the_adoption_is_seen() -> None:
    """Touched since and different: the baseline is what was sent. Untouched: it is held."""
    assert adopted("typed", "new", NAME, touched=True) == ("new", False)
    assert adopted("odd", "new", NAME, touched=False) == ("odd", True)
