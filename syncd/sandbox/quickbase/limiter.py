"""Calls per user token in a sliding window: the judge of whether a client kept its budget (§6)."""

from __future__ import annotations

import math
from collections import deque

from syncd.sandbox.message import Response
from syncd.sandbox.quickbase.switches import QuickbaseSwitches
from syncd.sandbox.quickbase.wire import encode

__all__ = ["Limiter"]

_PAGE = (
    "<!DOCTYPE html><html><head><title>Too many requests</title></head>"
    "<body><h1>Error 429</h1><p>You are being rate limited.</p></body></html>"
)


class Limiter:
    """`size` calls in `window` seconds for each token; `refused` counts the calls beyond it."""

    def __init__(self, switches: QuickbaseSwitches, size: int = 100, window: float = 10.0) -> None:
        self.size, self.window = size, window
        self.refused = 0
        self._switches = switches
        self._calls: dict[str, deque[float]] = {}

    def admit(self, token: str, now: float) -> Response | None:
        """None if the call may go on, else the 429. `now` is monotonic, in seconds."""
        calls = self._calls.get(token)
        if calls is None:
            calls = self._calls[token] = deque()
        edge = now - self.window
        while calls and calls[0] <= edge:
            calls.popleft()
        if len(calls) < self.size:
            calls.append(now)
            return None
        self.refused += 1
        wait = max(1, math.ceil(calls[len(calls) - self.size] + self.window - now)) if self.size > 0 else 1
        if self._switches.refused_calls_count:
            calls.append(now)
        return self._response(wait)

    def _response(self, wait: int) -> Response:
        headers = {"Retry-After": str(wait)} if self._switches.retry_after else {}
        if self._switches.limit_body == "html":
            return Response(429, _PAGE.encode(), {"Content-Type": "text/html; charset=UTF-8", **headers})
        body = encode({"message": "Too Many Requests", "description": "Rate limit exceeded."})
        return Response(429, body.encode(), {"Content-Type": "application/json", **headers})
