"""What a fresh look proves about a write whose outcome is unknown."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from syncd.core.settle import Settled, adopted, settle_field
from syncd.core.values import ABSENT, Absent, Kind, Value
from tests.support.rules import field

TEXT = field("name")
SHORT = replace(TEXT, max_length=4)
WORDS = st.sampled_from([None, "ash", "ash ", "birch", "cedar", "elm"])


@pytest.mark.parametrize("late", [True, False])
def test_a_field_that_cannot_be_read_proves_nothing(late: bool) -> None:
    """Absent is never taken for "not there", however long ago the write was sent."""
    assert settle_field(ABSENT, "b", "a", TEXT, late=late) is Settled.WAIT


@pytest.mark.parametrize("late", [True, False])
def test_what_was_sent_stands_there_so_it_was_done(late: bool) -> None:
    """Found as sent is proof at once; what the server made of it counts as the same."""
    assert settle_field("b", "b", "a", TEXT, late=late) is Settled.DONE
    assert settle_field("a lo", "a longer one", "a", SHORT, late=late) is Settled.DONE
    assert settle_field("1.50", "1.5", "1", field("cost", Kind.NUMBER), late=late) is Settled.DONE


@pytest.mark.parametrize("now", ["a", "c", None])
def test_nothing_is_concluded_while_the_request_may_still_act(now: Value) -> None:
    """Neither "not done" nor "something else" counts before the deadline and the lag have passed."""
    assert settle_field(now, "b", "a", TEXT, late=False) is Settled.WAIT


def test_what_was_there_before_still_stands_so_it_was_not_done() -> None:
    """The old value, or what means the same, says that the write never acted."""
    assert settle_field("a", "b", "a", TEXT, late=True) is Settled.NOT_DONE
    assert settle_field("a ", "b", "a", TEXT, late=True) is Settled.NOT_DONE
    assert settle_field(None, "b", None, TEXT, late=True) is Settled.NOT_DONE


def test_the_old_value_on_a_record_that_moved_is_a_persons_to_judge() -> None:
    """Somebody may have put it back after our write had landed: doing it again would undo them."""
    assert settle_field("a", "b", "a", TEXT, late=True, moved=True) is Settled.DOUBT
    assert settle_field("a", "b", "a", TEXT, late=False, moved=True) is Settled.WAIT
    assert settle_field("b", "b", "a", TEXT, late=True, moved=True) is Settled.DONE


def test_without_knowing_what_was_there_another_value_means_not_done() -> None:
    """A field that had no baseline (a create, a new rule) has nothing to be mistaken for."""
    assert settle_field("c", "b", ABSENT, TEXT, late=True) is Settled.NOT_DONE


def test_a_third_value_is_a_persons_to_judge() -> None:
    """Neither what was sent nor what was there: never a conflict with ourselves, never a guess."""
    assert settle_field("c", "b", "a", TEXT, late=True) is Settled.DOUBT
    assert settle_field(None, "b", "a", TEXT, late=True) is Settled.DOUBT


@given(now=WORDS, sent=WORDS, before=st.one_of(WORDS, st.just(ABSENT)), moved=st.booleans())
def test_time_only_turns_waiting_into_a_verdict(
    now: Value, sent: Value, before: Value | Absent, moved: bool
) -> None:
    """Being late never overturns what was proven early, and always ends the waiting."""
    early = settle_field(now, sent, before, TEXT, late=False, moved=moved)
    late = settle_field(now, sent, before, TEXT, late=True, moved=moved)
    assert early in (Settled.DONE, Settled.WAIT)
    assert late is not Settled.WAIT
    assert (early is Settled.DONE) == (late is Settled.DONE)


@pytest.mark.parametrize("touched", [True, False])
def test_a_lost_create_found_as_sent_takes_the_servers_own_form(touched: bool) -> None:
    """The baseline is what the server says it stored (P11), not what was sent."""
    assert adopted("a lo", "a longer one", SHORT, touched=touched) == ("a lo", False)


def test_a_lost_create_that_a_person_touched_keeps_their_edit_visible() -> None:
    """With what was sent as its baseline, the edit shows as a change and crosses (P2)."""
    assert adopted("edited", "sent", TEXT, touched=True) == ("sent", False)


def test_a_lost_create_that_differs_untouched_is_held() -> None:
    """The server stored something else than was sent: its form is kept, and a person told."""
    assert adopted("other", "sent", TEXT, touched=False) == ("other", True)


@pytest.mark.parametrize("touched", [True, False])
def test_a_field_of_a_lost_create_that_cannot_be_read_has_no_baseline(touched: bool) -> None:
    """Absent stays absent: no baseline is made up, and nothing is held for it."""
    assert adopted(ABSENT, "sent", TEXT, touched=touched) == (ABSENT, False)
