"""Calls per user token in a sliding window: the judge of whether a client kept its budget (§6)."""

from __future__ import annotations

import math
from collections import deque
from dataclasses import dataclass

from syncd.sandbox.message import Response
from syncd.sandbox.quickbase.switches import QuickbaseSwitches
from syncd.sandbox.quickbase.wire import encode

__all__ = ["Limiter"]

_PAGE = (
    "<!DOCTYPE html><html><head><title>Too many requests</title></head>"
    "<body><h1>Error 429</h1><p>You are being rate limited.</p></body></html>"
)


@dataclass(slots=True)
class Use:
    """What became of one token's calls: the most that counted at once, and the refusals.

    `ignored` are the refusals before the time that the vendor had told this token to wait for.
    """

    peak: int = 0
    refused: int = 0
    ignored: int = 0
    told_until: float = 0.0


class Limiter:
    """`size` calls in `window` seconds for each token. Times are monotonic, in seconds."""

    def __init__(self, switches: QuickbaseSwitches, size: int = 100, window: float = 10.0) -> None:
        self.size, self.window = size, window
        self._switches = switches
        self._calls: dict[str, deque[float]] = {}
        self._uses: dict[str, Use] = {}

    @property
    def refused(self) -> int:
        """How many calls of all tokens were refused."""
        return sum(use.refused for use in self._uses.values())

    def admit(self, token: str, now: float) -> Response | None:
        """None if the call may go on, else the 429."""
        calls, use = self._at(token, now)
        if len(calls) < self.size:
            calls.append(now)
            use.peak = max(use.peak, len(calls))
            return None
        use.refused += 1
        use.ignored += now < use.told_until
        wait = max(1, math.ceil(calls[len(calls) - self.size] + self.window - now)) if self.size > 0 else 1
        if self._switches.retry_after:
            use.told_until = now + wait
        if self._switches.refused_calls_count:
            calls.append(now)
            use.peak = max(use.peak, len(calls))
        return self._response(wait)

    def wire(self, token: str, now: float) -> dict[str, int]:
        """One token's limit as the statistics show it."""
        calls, use = self._at(token, now)
        return {
            "window": self.size,
            "window_used": len(calls),
            "window_peak": use.peak,
            "refused": use.refused,
            "refused_after_zero": use.ignored,
        }

    def _at(self, token: str, now: float) -> tuple[deque[float], Use]:
        """The token's calls that still count, and what became of all of them."""
        calls = self._calls.get(token)
        if calls is None:
            calls = self._calls[token] = deque()
            self._uses[token] = Use()
        edge = now - self.window
        while calls and calls[0] <= edge:
            calls.popleft()
        return calls, self._uses[token]

    def _response(self, wait: int) -> Response:
        headers = {"Retry-After": str(wait)} if self._switches.retry_after else {}
        if self._switches.limit_body == "html":
            return Response(429, _PAGE.encode(), {"Content-Type": "text/html; charset=UTF-8", **headers})
        body = encode({"message": "Too Many Requests", "description": "Rate limit exceeded."})
        return Response(429, body.encode(), {"Content-Type": "application/json", **headers})
