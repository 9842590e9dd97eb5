"""When a call may be repeated: one policy per kind of call, and nowhere else.

A reading may always be repeated. A write is repeated only when it is certain that the
vendor did nothing (429, or no byte left us); where that is unknown, the engine settles it
by looking, because a repeated create would make a second record (P4).
"""

from __future__ import annotations

import random
import threading
from dataclasses import dataclass

from tenacity import RetryCallState, Retrying

from syncd.clock import Clock
from syncd.errors import RateLimited, Stopped, Transient
from syncd.http.message import Answer, Call, CallKind
from syncd.http.ports import Sender
from syncd.observe.logging import get_logger
from syncd.observe.metrics import Metrics

__all__ = ["POLICIES", "Policy", "RetryingSender"]

JITTER = 0.5
"""Share of a wait that is added at random, so that threads do not return in step."""

_log = get_logger("syncd.http.retry")


@dataclass(frozen=True, slots=True)
class Policy:
    """How often and how long. Waits double from `first` to `longest` seconds.

    Waits for the budget are the governor's and do not come on top: after a 429 the
    governor alone knows when to go on.
    """

    attempts: int
    seconds: float
    first: float = 0.5
    longest: float = 15.0


POLICIES: dict[CallKind, Policy] = {
    CallKind.READ: Policy(attempts=5, seconds=90.0),
    CallKind.IDEMPOTENT_WRITE: Policy(attempts=4, seconds=45.0),
    CallKind.CREATE: Policy(attempts=3, seconds=45.0),
}


class RetryingSender:
    """A sender that repeats what is safe to repeat; otherwise as the sender it wraps."""

    def __init__(
        self,
        inner: Sender,
        clock: Clock,
        rng: random.Random,
        *,
        stop: threading.Event | None = None,
        metrics: Metrics | None = None,
        vendor: str = "",
    ) -> None:
        self._inner = inner
        self._clock = clock
        self._rng = rng
        self._stop = stop
        self._metrics = metrics
        self._vendor = vendor.lower()

    def send(self, call: Call) -> Answer:
        """Carry out a call, repeated within its policy. Raises what the last attempt raised."""
        policy = POLICIES[call.kind]
        began = self._clock.monotonic()

        def give_up(state: RetryCallState) -> bool:
            at = self._clock.monotonic() + state.upcoming_sleep
            too_old = call.fresh_until is not None and at > call.fresh_until
            return state.attempt_number >= policy.attempts or at - began > policy.seconds or too_old

        retrying = Retrying(
            sleep=self._pause,
            stop=give_up,
            wait=lambda state: self._wait(policy, state),
            retry=lambda state: _repeatable(call, state),
            before_sleep=lambda state: self._say(call, state),
            reraise=True,
        )
        return retrying(self._inner.send, call)

    def _wait(self, policy: Policy, state: RetryCallState) -> float:
        if isinstance(_failure(state), RateLimited):
            return 0.0  # the governor has been told, and holds the next attempt back
        wait = min(policy.longest, policy.first * 2.0 ** (state.attempt_number - 1))
        return wait * (1 + JITTER * self._rng.random())

    def _pause(self, seconds: float) -> None:
        if self._clock.sleep(seconds, self._stop):
            raise Stopped("Stopped while waiting to repeat a call.")

    def _say(self, call: Call, state: RetryCallState) -> None:
        if self._metrics:
            self._metrics.retries.labels(self._vendor, call.kind.value).inc()
        _log.info(
            "call.repeated",
            call=call.label,
            attempt=state.attempt_number,
            wait=f"{state.upcoming_sleep:.1f}s",
            reason=str(_failure(state)),
        )


def _failure(state: RetryCallState) -> BaseException | None:
    return state.outcome.exception() if state.outcome is not None else None


def _repeatable(call: Call, state: RetryCallState) -> bool:
    failure = _failure(state)
    if isinstance(failure, RateLimited):
        return True
    if not isinstance(failure, Transient):
        return False
    return call.kind is CallKind.READ or not failure.maybe_acted
