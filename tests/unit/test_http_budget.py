"""The call budget's arithmetic: windows, lanes, headers and clocks that lie."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from syncd.core import budget
from syncd.core.budget import ARRIVAL_MARGIN, Book, Lane, Report, Window

SPIKE, HOUR = Window("spike", 5, 10.0), Window("hour", 40, 3_600.0)
BOTH = (SPIKE, HOUR)
START = Book(time=1_000.0, wall=1_000.0, mono=0.0)


def at(book: Book, seconds: float) -> Book:
    """The book that many seconds later, by clocks that agree."""
    return budget.advance(book, book.wall + seconds, book.mono + seconds)


def spend(book: Book, calls: int, lane: Lane = Lane.COMMAND) -> Book:
    """Charge calls that must all be allowed."""
    for _ in range(calls):
        book, until = budget.charge(book, BOTH, lane)
        assert until == book.time
    return book


steps = st.lists(
    st.tuples(
        st.floats(0, 30),  # seconds that pass first
        st.sampled_from(list(Lane)),
        st.integers(1, 3),  # calls asked for
        st.booleans(),  # answered later: settles the call
        st.floats(-40, 40) | st.just(0.0),  # a step of the wall clock
    ),
    max_size=60,
)


@settings(max_examples=200, deadline=None)
@given(steps)
def test_no_rolling_window_ever_holds_more_than_its_limit(
    plan: list[tuple[float, Lane, int, bool, float]],
) -> None:
    """Whatever is asked, whenever, with a wall clock stepped at will: P5 holds in true time."""
    book, true, wall = START, 0.0, 1_000.0
    left: list[float] = []  # true times at which calls left or arrived, the latest possible
    for pause, lane, calls, answered, step in plan:
        true, wall = true + pause, wall + pause + step
        book = budget.advance(book, wall, true)
        after, until = budget.charge(book, BOTH, lane, calls)
        if until > book.time:
            assert after == book, "a refusal charges nothing"
            continue
        charged_at, book = book.time, after
        left += [true] * calls
        if answered:
            true, wall = true + 0.3, wall + 0.3
            book = budget.settle(budget.advance(book, wall, true), BOTH, charged_at, calls)
        book = budget.book_from_text(budget.book_to_text(book))  # as the ledger stores it
    for window in BOTH:
        for moment in left:
            inside = sum(1 for other in left if moment - window.seconds < other <= moment)
            assert inside <= window.limit


@given(steps)
@settings(max_examples=100, deadline=None)
def test_a_wait_is_exactly_long_enough(plan: list[tuple[float, Lane, int, bool, float]]) -> None:
    """Who is told to wait until T may go at T: no second wait, so no starvation."""
    book = START
    for pause, lane, calls, _, _ in plan:
        book = at(book, pause)
        after, until = budget.charge(book, BOTH, lane, calls)
        if until > book.time:
            book = at(book, until - book.time)
            after, again = budget.charge(book, BOTH, lane, calls)
            assert again == book.time
        book = after


def test_the_reserve_is_kept_from_lower_lanes() -> None:
    """Sweeps and files leave a share that commands and writes can still use."""
    book = START
    for _ in range(10):
        book, until = budget.charge(book, (Window("hour", 10, 3_600.0),), Lane.SWEEP)
        if until > book.time:
            break
    window = Window("hour", 10, 3_600.0)
    assert budget.spent_in(book, window) == 8
    assert budget.room(book, (window,), Lane.FILE) == 0
    assert budget.room(book, (window,), Lane.WRITE) == 2


@pytest.mark.parametrize("lane", list(Lane))
def test_every_lane_can_go_when_the_limit_is_one(lane: Lane) -> None:
    """A reserve never starves a lane for good, however small the limit."""
    tiny = (Window("only", 1, 10.0),)
    book, until = budget.charge(START, tiny, lane)
    assert until == START.time
    _, until = budget.charge(book, tiny, lane)
    assert until == START.time + 10.0 + ARRIVAL_MARGIN


def test_the_vendors_lower_count_is_believed_until_the_reset() -> None:
    """Remaining calls that others have used up are gone for us too, until the reset."""
    book = budget.hear(START, BOTH, Report(limit=5, remaining=1, reset_in=4.0), START.time)
    assert budget.room(book, BOTH, Lane.COMMAND) == 1
    book = spend(book, 1)
    assert budget.open_at(book, BOTH, Lane.COMMAND) == START.time + 4.0 + ARRIVAL_MARGIN
    assert budget.room(at(book, 4.6), BOTH, Lane.COMMAND) == 4


def test_the_vendors_higher_count_does_not_raise_ours() -> None:
    """A header may lower what we think is left, never raise it above our own settings."""
    book = budget.hear(spend(START, 5), BOTH, Report(limit=100, remaining=95, reset_in=9.0), START.time)
    assert budget.room(book, BOTH, Lane.COMMAND) == 0
    assert budget.limit_of(book, SPIKE) == 5


def test_a_lower_limit_of_the_vendor_replaces_ours() -> None:
    """Where the vendor grants less than our settings say, its limit is the limit."""
    book = budget.hear(START, BOTH, Report(limit=20, remaining=20, reset_in=3_000.0), START.time)
    assert budget.limit_of(book, HOUR) == 20
    assert budget.limit_of(book, SPIKE) == 5


@pytest.mark.parametrize(
    ("report", "window"),
    [
        (Report(limit=5, remaining=0, reset_in=8.0), SPIKE),
        (Report(limit=40, remaining=0, reset_in=2_000.0), HOUR),
        (Report(limit=40, remaining=0, reset_in=3.0), HOUR),  # the hour is nearly over
        (Report(limit=5, remaining=0), SPIKE),
        (Report(limit=600, remaining=0, reset_in=500.0), HOUR),  # a limit we had not expected
    ],
)
def test_which_window_a_header_describes(report: Report, window: Window) -> None:
    """Told by a far reset, else by the limit that fits better."""
    book = budget.hear(START, BOTH, report, START.time)
    assert book.tally(window.name).others == window.limit
    assert sum(tally.others for _, tally in book.tallies) == window.limit


def test_an_older_answer_does_not_take_back_a_newer_correction() -> None:
    """Answers overtake each other: one that knows less may not free calls."""
    late, early = START.time, START.time - 1
    book = budget.hear(START, BOTH, Report(limit=5, remaining=0, reset_in=9.0), late)
    book = budget.hear(book, BOTH, Report(limit=5, remaining=4, reset_in=9.0), early)
    assert budget.room(book, BOTH, Lane.COMMAND) == 0
    book = budget.hear(at(book, 1), BOTH, Report(limit=5, remaining=4, reset_in=8.0), START.time + 1)
    assert budget.room(book, BOTH, Lane.COMMAND) == 4


def test_a_refusal_closes_until_the_time_it_names() -> None:
    """429 closes every lane: `Retry-After` first, else the reset."""
    book = budget.hear(START, BOTH, Report(refused=True, retry_after=7.0, reset_in=90.0), START.time)
    assert budget.open_at(book, BOTH, Lane.COMMAND) == START.time + 7.0 + ARRIVAL_MARGIN
    assert budget.room(book, BOTH, Lane.COMMAND) == 0


def test_refusals_that_name_no_time_close_for_longer_and_longer() -> None:
    """Without a word how long, each refusal in a row doubles the wait; a good answer resets it."""
    book = budget.hear(START, BOTH, Report(refused=True), START.time)
    assert book.closed_until == START.time + 10.0 + ARRIVAL_MARGIN
    book = budget.hear(at(book, 20), BOTH, Report(refused=True), START.time)
    assert book.closed_until == START.time + 20 + 20.0 + ARRIVAL_MARGIN
    assert budget.hear(book, BOTH, Report(), START.time).strikes == 0


def test_an_absurd_wait_is_believed_for_an_hour_at_most() -> None:
    """A vendor's mistake may not stop us for days (P15)."""
    book = budget.hear(START, BOTH, Report(refused=True, retry_after=1e9), START.time)
    assert book.closed_until == START.time + budget.LONGEST_CLOSURE + ARRIVAL_MARGIN


@pytest.mark.parametrize(
    ("wall", "mono", "passed"),
    [
        (10.0, 10.0, 10.0),  # both agree
        (3_610.0, 10.0, 10.0),  # the wall was stepped forward
        (10.0, -500.0, 10.0),  # after a reboot only the wall makes sense
        (-2.0, 10.0, 0.0),  # another machine, a little behind: wait for it
        (-3_600.0, 10.0, 0.0),  # the wall was stepped back: go on from there
    ],
)
def test_book_time_follows_the_slower_clock(wall: float, mono: float, passed: float) -> None:
    """A clock that lies can only make us wait longer."""
    start = replace(START, mono=1_000.0)
    assert budget.advance(start, 1_000.0 + wall, 1_000.0 + mono).time == START.time + passed


def test_after_a_step_back_time_goes_on() -> None:
    """The wall fell back by an hour: ten seconds later the spike window is free again."""
    book = budget.advance(spend(START, 5), START.wall - 3_600, 1.0)
    book = at(book, 10.6)
    assert budget.room(book, BOTH, Lane.COMMAND) == 5


def test_pace_counts_whole_windows() -> None:
    """How many calls fit into a minute: five full spike windows less what is used."""
    assert budget.pace(START, BOTH, Lane.COMMAND, 60.0) == 25
    assert budget.pace(spend(START, 2), BOTH, Lane.COMMAND, 60.0) == 23
    assert budget.pace(START, BOTH, Lane.COMMAND, 5.0) == 5


def test_a_book_survives_its_text_and_nothing_else_passes_for_one() -> None:
    """What the ledger stores is what it gives back; other text is a ValueError."""
    book = budget.hear(spend(START, 3), BOTH, Report(limit=5, remaining=1, reset_in=3.0), START.time)
    assert budget.book_from_text(budget.book_to_text(book)) == book
    for text in ("", "{}", "[1,2]", '[1,2,3,4,5,{"a":3}]', "null"):
        with pytest.raises(ValueError):
            budget.book_from_text(text)


def test_a_book_stays_small() -> None:
    """However many calls an hour holds, a window keeps about a hundred heaps (P15)."""
    windows = (Window("hour", 100_000, 3_600.0),)
    book = START
    for _ in range(3_000):
        book, _ = budget.charge(at(book, 1.0), windows, Lane.COMMAND)
    assert len(book.tally("hour").spent) <= budget.GRAINS + 2
    assert budget.spent_in(book, windows[0]) == 3_000


def test_a_heap_of_calls_counts_from_its_last_call() -> None:
    """Calls kept in one heap are freed together, when the last of them has left the window."""
    windows = (Window("hour", 2, 3_600.0),)
    start = replace(START, time=3_600.0, wall=3_600.0)
    book, _ = budget.charge(start, windows, Lane.COMMAND)
    book, _ = budget.charge(at(book, 30.0), windows, Lane.COMMAND)
    assert len(book.tally("hour").spent) == 1
    assert budget.open_at(book, windows, Lane.COMMAND) == 3_600.0 + 30.0 + 3_600.0 + ARRIVAL_MARGIN
