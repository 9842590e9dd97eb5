"""What a server says the time is, carried on from its last answer."""

from __future__ import annotations

from syncd.clock import Clock
from syncd.http import message
from syncd.http.retry import POLICIES
from syncd.http.wire import DEADLINE, LONGEST_SILENCE
from syncd.sides.port import Lane

__all__ = ["WRITE_DEADLINE", "http_lane", "server_now"]

WRITE_DEADLINE = (
    max(policy.seconds for kind, policy in POLICIES.items() if kind is not message.CallKind.READ)
    + DEADLINE
    + LONGEST_SILENCE
)
"""Seconds after which no attempt of a write can still be under way: repeats of what certainly
was not done, then one request that runs to its deadline and a last silence."""

_LANES = {
    Lane.COMMAND: message.Lane.COMMAND,
    Lane.WRITE: message.Lane.WRITE,
    Lane.DUE: message.Lane.DUE,
    Lane.POLL: message.Lane.POLL,
    Lane.SWEEP: message.Lane.SWEEP,
    Lane.FILES: message.Lane.FILE,
}


def http_lane(lane: Lane) -> message.Lane:
    """The budget's word for a lane of the port."""
    return _LANES[lane]


def server_now(date: float | None, received: float, clock: Clock) -> float:
    """The server's time now (epoch seconds), by its last `Date` and our own monotonic clock.

    0.0 before its first answer. A `Date` is cut to whole seconds, so this may lag by one.
    """
    if date is None:
        return 0.0
    return date + max(0.0, clock.monotonic() - received)
