"""Waiting for another process that renews the token: bounded, stoppable, and no longer than useful."""

from __future__ import annotations

import fcntl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from syncd.clock import ManualClock
from syncd.errors import Stale, Stopped, Unavailable
from syncd.store.renewing import LONGEST_WAIT, renewing

ACCOUNT = "procore:1:app"


class Sleeper(ManualClock):
    """A clock that remembers its sleeps, and may set a stop during one."""

    stop: threading.Event | None = None
    sleeps = 0

    def sleep(self, seconds: float, stop: threading.Event | None = None) -> bool:
        self.sleeps += 1
        if self.stop is not None:
            self.stop.set()
        return super().sleep(seconds, stop)


@contextmanager
def another_process(folder: Path) -> Iterator[str]:
    """Somebody else holds the renewal of the account; the store's address."""
    url = f"sqlite:///{folder / 'syncd.db'}"
    with renewing(url, ACCOUNT, ManualClock()):
        (lock,) = folder.glob(".syncd.db.token-*.lock")
    with lock.open("w") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield url


def test_the_wait_for_another_process_has_an_end(tmp_path: Path) -> None:
    """After two minutes the error says where to look."""
    clock = Sleeper()

    with (
        another_process(tmp_path) as url,
        pytest.raises(Unavailable) as caught,
        renewing(url, ACCOUNT, clock),
    ):
        pass

    assert clock.monotonic() == pytest.approx(LONGEST_WAIT, abs=1)
    assert "second syncd" in caught.value.hint


def test_the_wait_for_another_process_can_be_stopped(tmp_path: Path) -> None:
    """A stop during the wait ends it at the next look; it used to be heard only after the wait."""
    clock, stop = Sleeper(), threading.Event()
    clock.stop = stop

    with another_process(tmp_path) as url, pytest.raises(Stopped), renewing(url, ACCOUNT, clock, stop=stop):
        pass

    assert clock.sleeps == 1


def test_nobody_waits_longer_than_what_they_wait_for_is_good(tmp_path: Path) -> None:
    """A write that would be too old gives up then, and is decided again."""
    clock = Sleeper()

    with another_process(tmp_path) as url, pytest.raises(Stale), renewing(url, ACCOUNT, clock, until=5.0):
        pass

    assert clock.monotonic() == pytest.approx(5.0, abs=0.2)


def test_the_wait_for_another_thread_can_be_stopped() -> None:
    """Threads of one process take turns too, and their wait heeds a stop and its own end."""
    inside, leave, stop = threading.Event(), threading.Event(), threading.Event()

    def hold() -> None:
        with renewing("sqlite://", ACCOUNT, ManualClock()):
            inside.set()
            leave.wait(10)

    holder = threading.Thread(target=hold)
    holder.start()
    inside.wait(5)
    clock = ManualClock()
    clock.advance(9)
    with pytest.raises(Stale), renewing("sqlite://", ACCOUNT, clock, until=5.0):
        pass
    stop.set()
    with pytest.raises(Stopped), renewing("sqlite://", ACCOUNT, clock, stop=stop):
        pass
    leave.set()
    holder.join(5)

    with renewing("sqlite://", ACCOUNT, clock, stop=stop):
        pass  # what is free is not waited for
