"""Procore's two limits at once: an hourly amount and a short-window spike (reference §16)."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from math import ceil

from syncd.sandbox.message import Response
from syncd.sandbox.procore.switches import ProcoreSwitches
from syncd.sandbox.procore.wire import encode

__all__ = ["Limits", "Verdict"]


@dataclass(slots=True)
class Window:
    """One limit: `size` calls in `seconds`. Times are monotonic seconds."""

    size: int
    seconds: float
    rolling: bool
    calls: deque[float] = field(default_factory=deque)
    peak: int = 0

    def used(self, now: float) -> int:
        """Calls that still count."""
        calls = self.calls
        if self.rolling:
            while calls and calls[0] <= now - self.seconds:
                calls.popleft()
        elif calls and calls[0] <= now - self.seconds:
            calls.clear()
        return len(calls)

    def left(self, now: float) -> int:
        """Calls that are still free."""
        return max(0, self.size - self.used(now))

    def wait(self, now: float) -> float:
        """Seconds until a call more is free than now."""
        if not self.calls:
            return self.seconds
        over = max(0, len(self.calls) - self.size) if self.rolling else 0
        return max(0.0, self.calls[min(over, len(self.calls) - 1)] + self.seconds - now)

    def add(self, now: float) -> None:
        """Count one call."""
        self.calls.append(now)
        self.peak = max(self.peak, len(self.calls))


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether a call is let through, and what the rate headers say about it."""

    allowed: bool
    limit: int
    remaining: int
    wait: float


class Limits:
    """The limits of one app. `refused` counts 429s; `ignored` those after we had said 0 are left."""

    def __init__(self, hour: int, spike: int, spike_seconds: float, switches: ProcoreSwitches) -> None:
        rolling = switches.window == "rolling"
        self.hour = Window(hour, 3600.0, rolling)
        self.spike = Window(spike, spike_seconds, rolling)
        self.refused = 0
        self.ignored = 0
        self._switches = switches
        self._told_until = 0.0

    def charge(self, now: float) -> Verdict:
        """Count a call that arrives at monotonic time `now`, unless it is over a limit."""
        allowed = self.hour.left(now) > 0 and self.spike.left(now) > 0
        if not allowed:
            self.refused += 1
            self.ignored += now < self._told_until
        if allowed or self._switches.refused_calls_count:
            self.hour.add(now)
            self.spike.add(now)
        near = self.hour if self.hour.left(now) <= self.spike.left(now) else self.spike
        remaining, wait = near.left(now), near.wait(now)
        if remaining == 0:
            self._told_until = now + wait
        return Verdict(allowed, near.size, remaining, wait)

    def headers(self, verdict: Verdict, vendor_now: float) -> dict[str, str]:
        """The rate headers: whichever limit is nearer."""
        return {
            "X-Rate-Limit-Limit": str(verdict.limit),
            "X-Rate-Limit-Remaining": str(verdict.remaining),
            "X-Rate-Limit-Reset": str(ceil(vendor_now + verdict.wait)),
        }

    def refusal(self, verdict: Verdict) -> Response:
        """The 429."""
        text = (
            "You have surpassed the max number of requests for an hour. Please wait until your limit resets."
        )
        if self._switches.limit_body == "json":
            answer = Response(429, encode({"errors": text}).encode(), {"Content-Type": "application/json"})
        else:
            answer = Response(429, text.encode(), {"Content-Type": "text/plain; charset=utf-8"})
        if self._switches.retry_after:
            answer.headers["Retry-After"] = str(ceil(verdict.wait))
        return answer

    def wire(self, now: float) -> dict[str, int]:
        """As the statistics show them."""
        return {
            "hour": self.hour.size,
            "hour_used": self.hour.used(now),
            "hour_peak": self.hour.peak,
            "spike": self.spike.size,
            "spike_used": self.spike.used(now),
            "spike_peak": self.spike.peak,
            "refused": self.refused,
            "refused_after_zero": self.ignored,
        }
