"""Which window a rate header speaks of, and what a wrong guess may cost."""

from __future__ import annotations

import math
from typing import Literal

import pytest

from syncd.core import budget
from syncd.core.budget import Book, Lane, Report, Window
from syncd.core.described import LIMIT_LIFE, described
from syncd.sandbox.procore.limits import Limits
from syncd.sandbox.procore.switches import ProcoreSwitches

SPIKE, HOUR = Window("spike", 25, 10.0), Window("hour", 3_600, 3_600.0)
BOTH = (SPIKE, HOUR)
START = Book(time=1_000.0, wall=1_000.0, mono=0.0)


def at(book: Book, seconds: float) -> Book:
    """The book that many seconds later."""
    return budget.advance(book, book.wall + seconds, book.mono + seconds)


@pytest.mark.parametrize(
    ("limit", "reset_in", "meant"),
    [
        (25, 8.0, SPIKE),
        (3_600, 8.0, HOUR),  # exactly the hour's limit, and the hour is nearly over
        (25, 3_000.0, SPIKE),  # exactly the spike's limit: only a clock can be that wrong
        (10, 8.0, SPIKE),  # the vendor lowered its spike
        (600, 8.0, SPIKE),  # near, and nobody's known limit: no long limit moves for it
        (30, 45.0, SPIKE),  # a spike of 60 s
        (100, 55.0, SPIKE),
        (600, 100.0, HOUR),  # the last minutes of an hour with a lowered limit
        (600, 3_000.0, HOUR),
        (30, 3_000.0, HOUR),
        (10, None, SPIKE),
        (600, None, HOUR),
    ],
)
def test_the_reset_decides_and_the_limit_where_it_leaves_it_open(
    limit: int, reset_in: float | None, meant: Window
) -> None:
    """Every row of the table in `described`."""
    assert described(START, BOTH, Report(limit=limit, remaining=1, reset_in=reset_in)) == meant


@pytest.mark.parametrize("hourly", [60, 100, 300])
@pytest.mark.parametrize("said", [5, 40, 59])
def test_a_spike_header_never_lowers_a_small_hourly_budget(hourly: int, said: int) -> None:
    """Where our hourly setting is small, a spike's limit resembles it: the near reset tells them apart."""
    windows = (SPIKE, Window("hour", hourly, 3_600.0))
    book = budget.hear(START, windows, Report(limit=said, remaining=said - 1, reset_in=9.0), START.time)
    assert budget.limit_of(book, windows[1]) == hourly
    assert budget.limit_of(book, SPIKE) == min(25, said)


def test_a_lowered_spike_is_learned_first_and_recognised_later() -> None:
    """Once heard with a near reset, a spike's limit is its own whatever reset comes with it."""
    book = budget.hear(START, BOTH, Report(limit=12, remaining=11, reset_in=9.0), START.time)
    book = budget.hear(at(book, 5), BOTH, Report(limit=12, remaining=3, reset_in=2_000.0), START.time + 5)
    assert budget.limit_of(book, SPIKE) == 12
    assert budget.limit_of(book, HOUR) == 3_600
    assert budget.open_at(book, BOTH, Lane.POLL) == book.time


@pytest.mark.parametrize("window", ["rolling", "fixed"])
@pytest.mark.parametrize(
    ("spike", "seconds", "hour", "at_least"),
    [
        (25, 10.0, 3_600, 2_700),
        (8, 10.0, 3_600, 2_000),  # the spike was lowered below our setting
        (25, 60.0, 3_600, 1_000),  # seen live: 25 in a minute
        (100, 60.0, 3_600, 2_000),  # seen live: 100 in a minute
        (10, 60.0, 200, 150),
        (25, 10.0, 100, 80),  # the hour was lowered
    ],
)
def test_an_hour_against_limits_we_did_not_expect(
    window: Literal["rolling", "fixed"], spike: int, seconds: float, hour: int, at_least: int
) -> None:
    """Work goes on at nearly the vendor's pace, and no call is refused (P5)."""
    switches = ProcoreSwitches(window=window)
    limits, book, passed = Limits(hour, spike, seconds, switches), START, 0.0
    now = 1_000.0
    for _ in range(20_000):
        if now >= 1_000.0 + 3_600.0:
            break
        book, until = budget.charge(book, BOTH, Lane.WRITE)
        if until > book.time:
            step = until - book.time
            book, now = at(book, step), now + step
            continue
        charged = book.time
        verdict = limits.charge(now)
        passed += verdict.allowed
        book, now = at(book, 0.2), now + 0.2
        reset = math.ceil(now + verdict.wait) - math.floor(now)
        report = Report(not verdict.allowed, verdict.limit, verdict.remaining, float(reset))
        book = budget.hear(budget.settle(book, BOTH, charged), BOTH, report, charged)
    assert passed >= at_least
    assert limits.refused == 0


def test_a_raised_limit_is_found_out_again() -> None:
    """A limit that nobody repeats is forgotten after three hours: a raise shows itself only then."""
    book = budget.hear(START, BOTH, Report(limit=600, remaining=600, reset_in=3_000.0), START.time)
    assert budget.limit_of(book, HOUR) == 600
    assert budget.limit_of(at(book, LIMIT_LIFE - 1), HOUR) == 600
    assert budget.limit_of(at(book, LIMIT_LIFE), HOUR) == 3_600


def test_a_limit_that_is_repeated_is_never_forgotten() -> None:
    """An answer that says again what is known is taken in before the old word runs out."""
    book, report = START, Report(limit=600, remaining=600, reset_in=3_000.0)
    for _ in range(20):
        if not budget.is_known(book, BOTH, report):
            book = budget.hear(book, BOTH, report, book.time)
        assert budget.limit_of(book, HOUR) == 600
        book = at(book, 1_800.0)
