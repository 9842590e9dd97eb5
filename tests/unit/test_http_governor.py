"""The governor: charged before sending, waits that can be stopped, one budget for all."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from typing import TypeVar

import pytest

from syncd.clock import ManualClock, http_date
from syncd.errors import Bug, Stale, Stopped, Unavailable
from syncd.http import Governor, Headers, Lane, MemoryLedger, procore_windows, quickbase_windows
from syncd.observe.metrics import Metrics

Result = TypeVar("Result")


class RecordingClock(ManualClock):
    """A manual clock that remembers every sleep, and may do something during one."""

    def __init__(self) -> None:
        super().__init__()
        self.sleeps: list[float] = []
        self.during: Callable[[], None] = lambda: None

    def sleep(self, seconds: float, stop: threading.Event | None = None) -> bool:
        self.sleeps.append(seconds)
        self.during()
        return super().sleep(seconds, stop)


def governor(clock: ManualClock, ledger: MemoryLedger | None = None, **budget: int) -> Governor:
    """A Procore governor over a ledger of its own, or a shared one."""
    return Governor("procore:1:app", procore_windows(**budget), ledger or MemoryLedger(), clock)


def test_the_spike_window_is_kept() -> None:
    """The 26th call of ten seconds waits for the window to pass, and not longer."""
    clock = RecordingClock()
    guard = governor(clock)
    for _ in range(25):
        assert guard.acquire(Lane.COMMAND).waited == 0
    assert guard.acquire(Lane.COMMAND).waited == pytest.approx(10.5)
    assert clock.sleeps == [pytest.approx(10.5)]


def test_a_long_wait_is_slept_in_slices() -> None:
    """Until the hour is over, the ledger is looked at again every half minute."""
    clock = RecordingClock()
    guard = governor(clock, hourly=3, spike=3)
    for _ in range(4):
        guard.acquire(Lane.COMMAND)
    assert max(clock.sleeps) <= 30.0
    assert sum(clock.sleeps) == pytest.approx(3_600.5, abs=0.1)


def test_processes_and_restarts_share_one_budget() -> None:
    """A second governor on the same ledger finds what the first one spent."""
    clock, ledger = RecordingClock(), MemoryLedger()
    for _ in range(25):
        governor(clock, ledger).acquire(Lane.COMMAND)
    assert governor(clock, ledger).room(Lane.COMMAND) == 0
    assert governor(clock, ledger).acquire(Lane.COMMAND).waited > 10


def test_a_charge_that_was_not_stored_lets_nothing_out() -> None:
    """If the ledger cannot commit, there is no grant: no request leaves uncounted."""

    class Full(MemoryLedger):
        def transact(self, account: str, change: Callable[[str | None], tuple[str, Result]]) -> Result:
            raise Unavailable("The disk is full.")

    with pytest.raises(Unavailable):
        Governor("procore:1:app", procore_windows(), Full(), RecordingClock()).acquire(Lane.WRITE)


def test_stale_is_raised_at_once_and_charges_nothing() -> None:
    """A call that could leave only after its reading is too old does not wait for that."""
    clock = RecordingClock()
    guard = governor(clock)
    for _ in range(25):
        guard.acquire(Lane.WRITE)
    with pytest.raises(Stale, match="was not sent"):
        guard.acquire(Lane.WRITE, fresh_until=clock.monotonic() + 5)
    assert clock.sleeps == []
    assert guard.snapshot().lines[0].spent == 25
    assert guard.acquire(Lane.WRITE, fresh_until=clock.monotonic() + 11).waited > 10


def test_a_wait_can_be_stopped() -> None:
    """A stop during the wait ends it with Stopped; nothing is charged."""
    clock, stop = RecordingClock(), threading.Event()
    guard = governor(clock)
    for _ in range(25):
        guard.acquire(Lane.COMMAND)
    clock.during = stop.set
    with pytest.raises(Stopped):
        guard.acquire(Lane.POLL, stop=stop)
    assert guard.snapshot().lines[0].spent == 25


def test_ready_waits_for_room_and_charges_nothing() -> None:
    """`ready` ends when so many calls could go at once, and leaves them uncharged."""
    clock = RecordingClock()
    guard = governor(clock)
    for _ in range(10):
        guard.acquire(Lane.WRITE)
    guard.ready(Lane.WRITE, 15)
    assert clock.sleeps == []
    guard.ready(Lane.WRITE, 20)
    assert clock.monotonic() == pytest.approx(10.5)
    assert guard.room(Lane.WRITE) == 25
    guard.ready(Lane.WRITE, 10_000)  # as many as a window can hold


def test_more_calls_than_a_window_holds_is_a_bug() -> None:
    """Nobody may ask for what can never be granted."""
    with pytest.raises(Bug):
        governor(RecordingClock()).acquire(Lane.WRITE, 26)


def test_procore_headers_are_believed() -> None:
    """Ten of 25 are left by the vendor's word, whatever we counted, until its reset."""
    clock = RecordingClock()
    guard = governor(clock)
    grant = guard.acquire(Lane.COMMAND)
    date = clock.now() + 500  # the vendor's clock is wrong; only its difference to the reset counts
    headers = Headers(
        {
            "X-Rate-Limit-Limit": "25",
            "X-Rate-Limit-Remaining": "10",
            "X-Rate-Limit-Reset": str(int(date) + 6),
        }
    )
    guard.observe(grant, 200, headers, date)
    assert guard.room(Lane.COMMAND) == 10
    clock.advance(7)
    assert guard.room(Lane.COMMAND) == 24


@pytest.mark.parametrize("form", ["seconds", "date"])
def test_retry_after_closes_for_every_thread(form: str) -> None:
    """429 with `Retry-After`, in either form, holds back every later call."""
    clock = RecordingClock()
    guard = Governor("quickbase:token", quickbase_windows(), MemoryLedger(), clock)
    date = clock.now() + 3_000
    value = "4" if form == "seconds" else http_date(date + 4)
    guard.observe(guard.acquire(Lane.COMMAND), 429, Headers({"Retry-After": value}), date)
    assert guard.snapshot().resets_at == pytest.approx(clock.now() + 4.5)
    assert guard.acquire(Lane.COMMAND).waited == pytest.approx(4.5)


def test_an_answer_that_says_nothing_new_costs_no_transaction() -> None:
    """One ledger transaction a call is enough where the vendor agrees with our count."""

    class Counting(MemoryLedger):
        transactions = 0

        def transact(self, account: str, change: Callable[[str | None], tuple[str, Result]]) -> Result:
            self.transactions += 1
            return super().transact(account, change)

    ledger = Counting()
    guard = governor(RecordingClock(), ledger)
    for sent in range(1, 6):
        headers = Headers({"X-Rate-Limit-Limit": "25", "X-Rate-Limit-Remaining": str(25 - sent)})
        guard.observe(guard.acquire(Lane.WRITE), 200, headers)
    assert ledger.transactions == 5


def test_a_slow_answer_counts_from_its_arrival() -> None:
    """The vendor may have counted a slow call late, so our window starts late as well."""
    clock = RecordingClock()
    guard = governor(clock)
    grant = guard.acquire(Lane.WRITE)
    clock.advance(9)
    guard.observe(grant, 200, Headers({}))
    clock.advance(5)
    assert guard.snapshot().lines[0].spent == 1
    clock.advance(6)
    assert guard.snapshot().lines[0].spent == 0


def test_threads_never_overdraw() -> None:
    """Forty threads at once get exactly the 25 calls there are; the rest must wait."""
    stop = threading.Event()
    granted: list[object] = []

    class Frozen(ManualClock):
        """Time stands still, so whoever must wait waits until stopped."""

        def sleep(self, seconds: float, stop: threading.Event | None = None) -> bool:
            assert stop is not None
            return stop.wait(0.01)

    guard = governor(Frozen())

    def work() -> None:
        try:
            granted.append(guard.acquire(Lane.WRITE, stop=stop))
        except Stopped:
            pass

    threads = [threading.Thread(target=work) for _ in range(40)]
    for thread in threads:
        thread.start()
    while len(granted) < 25:
        stop.wait(0.01)
    stop.wait(0.1)
    assert len(granted) == 25
    assert guard.snapshot().waiting_until is not None
    stop.set()
    for thread in threads:
        thread.join(5)
    assert len(granted) == 25
    assert guard.snapshot().waiting_until is None


def test_the_snapshot_says_what_is_left_and_when_it_goes_on() -> None:
    """`syncd status` shows spent, left, and when a poll may go again."""
    clock, metrics = RecordingClock(), Metrics()
    guard = Governor("procore:1:app", procore_windows(), MemoryLedger(), clock, metrics=metrics)
    for _ in range(24):
        guard.acquire(Lane.POLL)
    view = guard.snapshot()
    assert [(line.window, line.spent, line.left) for line in view.lines] == [
        ("spike", 24, 1),
        ("hour", 24, 3_576),
    ]
    assert view.opens_at == pytest.approx(clock.now() + 10.5)
    assert view.resets_at is None
    assert b'syncd_budget_left{vendor="procore",window="hour"} 3576.0' in metrics.render()


def test_a_more_urgent_lane_that_waits_goes_first() -> None:
    """While a command gathers room for twenty calls, a poll leaves alone what is free."""
    clock = RecordingClock()
    guard = governor(clock)
    for _ in range(10):
        guard.acquire(Lane.COMMAND)
    refused: list[Stale] = []

    def poll() -> None:
        with pytest.raises(Stale) as caught:
            guard.acquire(Lane.POLL, fresh_until=clock.monotonic() + 0.01)
        refused.append(caught.value)

    clock.during = poll
    guard.ready(Lane.COMMAND, 20)
    assert refused
    assert guard.acquire(Lane.POLL).waited == 0, "and goes as soon as nobody is before it"


def test_a_wait_that_grows_is_known_and_told_again(caplog: pytest.LogCaptureFixture) -> None:
    """Where another process is refused meanwhile, status and log say when the wait ends now.

    The end used to be noted once, when the wait began: afterwards it lay in the past, and the health
    check took the daemon for stuck.
    """
    clock, ledger = RecordingClock(), MemoryLedger()
    guard, other = governor(clock, ledger), governor(clock, ledger)
    for _ in range(25):
        grant = guard.acquire(Lane.COMMAND)
    ends: list[float] = []

    def meanwhile() -> None:
        if not ends:
            other.observe(grant, 429, Headers({"Retry-After": "1800"}))
        until = guard.snapshot().waiting_until
        ends.append(0.0 if until is None else until - clock.now())

    clock.during = meanwhile
    with caplog.at_level(logging.INFO):
        guard.acquire(Lane.COMMAND)

    assert ends[0] == pytest.approx(10.5)
    assert ends[1] == pytest.approx(1_790, abs=2)
    assert min(ends) > 0, "never a moment that has passed"
    said = [one for one in caplog.records if "budget.waiting" in one.getMessage()]
    assert len(said) == 2, "when it begins and when it grows, and not at every look"
    assert guard.snapshot().waiting_until is None
