"""Which calls are repeated, how often, and how long the waits are."""

from __future__ import annotations

import random
import threading

import pytest

from syncd.clock import ManualClock
from syncd.errors import NotFound, RateLimited, Stopped, SyncdError, Transient
from syncd.http import Answer, Call, CallKind, Headers, RetryingSender

OK = Answer(200, Headers({}), b"", 0.0, 0.0)
KINDS = [CallKind.READ, CallKind.IDEMPOTENT_WRITE, CallKind.CREATE]


class Script:
    """A sender that fails as it is told to, one failure a call, then succeeds."""

    def __init__(self, *failures: SyncdError) -> None:
        self.failures = list(failures)
        self.calls = 0

    def send(self, call: Call) -> Answer:
        """Play the next line."""
        self.calls += 1
        if self.failures:
            raise self.failures.pop(0)
        return OK


class RecordingClock(ManualClock):
    """Remembers its sleeps."""

    def __init__(self) -> None:
        super().__init__()
        self.sleeps: list[float] = []

    def sleep(self, seconds: float, stop: threading.Event | None = None) -> bool:
        self.sleeps.append(seconds)
        return super().sleep(seconds, stop)


def send(script: Script, kind: CallKind, clock: ManualClock | None = None, **more: object) -> Answer:
    """Send one call of that kind through the policies."""
    call = Call("POST", "/x", kind=kind, **more)  # type: ignore[arg-type]
    return RetryingSender(script, clock or ManualClock(), random.Random(7)).send(call)


def unknown() -> Transient:
    """The vendor may have acted."""
    return Transient("lost", maybe_acted=True)


def undone() -> Transient:
    """The vendor certainly did nothing."""
    return Transient("refused", maybe_acted=False)


@pytest.mark.parametrize("kind", [CallKind.IDEMPOTENT_WRITE, CallKind.CREATE])
def test_a_write_with_an_unknown_outcome_is_never_repeated(kind: CallKind) -> None:
    """P4: what may have acted is settled by looking, not by sending it again."""
    script = Script(unknown())
    with pytest.raises(Transient):
        send(script, kind)
    assert script.calls == 1


@pytest.mark.parametrize("kind", KINDS)
def test_what_certainly_did_not_act_is_repeated(kind: CallKind) -> None:
    """A refused connection and a 429 let any call be repeated."""
    script = Script(undone(), RateLimited("wait"))
    assert send(script, kind) is OK
    assert script.calls == 3


@pytest.mark.parametrize("kind", KINDS)
def test_a_refusal_is_not_repeated(kind: CallKind) -> None:
    """A request that the vendor refuses as it is gets no second try."""
    script = Script(NotFound("gone"))
    with pytest.raises(NotFound):
        send(script, kind)
    assert script.calls == 1


def test_a_reading_is_repeated_a_bounded_number_of_times() -> None:
    """Five attempts, waits that double and carry some jitter; then the last failure is raised."""
    clock, script = RecordingClock(), Script(*(undone() for _ in range(9)))
    with pytest.raises(Transient):
        send(script, CallKind.READ, clock)
    assert script.calls == 5
    bases = [0.5, 1.0, 2.0, 4.0]
    assert len(clock.sleeps) == 4
    for slept, base in zip(clock.sleeps, bases, strict=True):
        assert base <= slept <= base * 1.5


def test_the_total_time_is_bounded() -> None:
    """Slow failures use up the policy's seconds before its attempts."""

    class Slow(Script):
        def send(self, call: Call) -> Answer:
            clock.advance(40)
            return super().send(call)

    clock, script = ManualClock(), Slow(*(undone() for _ in range(9)))
    with pytest.raises(Transient):
        send(script, CallKind.READ, clock)
    assert script.calls == 3


def test_after_a_429_the_governor_waits_not_the_policy() -> None:
    """No back-off on top of the wait that the vendor named."""
    clock = RecordingClock()
    send(Script(RateLimited("wait"), RateLimited("wait")), CallKind.READ, clock)
    assert sum(clock.sleeps) == 0


def test_no_wait_outlives_the_reading_that_a_call_rests_on() -> None:
    """If the pause would end after `fresh_until`, the failure is raised instead."""
    clock, script = RecordingClock(), Script(undone())
    with pytest.raises(Transient):
        send(script, CallKind.IDEMPOTENT_WRITE, clock, fresh_until=0.3)
    assert clock.sleeps == []


def test_a_pause_can_be_stopped() -> None:
    """A stop during a pause ends the call with Stopped."""
    stop = threading.Event()
    stop.set()
    sender = RetryingSender(Script(undone()), ManualClock(), random.Random(7), stop=stop)
    with pytest.raises(Stopped):
        sender.send(Call("GET", "/x"))


def test_the_same_seed_waits_the_same() -> None:
    """Randomness is handed in, so a run replays."""
    first, second = RecordingClock(), RecordingClock()
    for clock in (first, second):
        send(Script(undone(), undone()), CallKind.READ, clock)
    assert first.sleeps == second.sleeps
