"""One call, once: authorised, charged to the budget, sent, read whole and judged."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from typing import Any

from syncd.clock import Clock
from syncd.errors import AuthProblem, Stale, Stopped, Transient
from syncd.http.governor import Governor
from syncd.http.json_text import decode, encode
from syncd.http.limits import read_limits
from syncd.http.message import Answer, Call, Headers
from syncd.http.ports import Auth
from syncd.http.problems import is_html, problem_of, request_id, vendor_words
from syncd.http.wire import Raw, Wire
from syncd.observe.metrics import Metrics

__all__ = ["Transport"]


class Transport:
    """Sends calls to one vendor under one account. Threads may share it.

    `send` makes one attempt (two if the credentials had to be renewed in between); whether
    to repeat is for `syncd.http.retry`. `headers` go with every call.
    """

    def __init__(
        self,
        vendor: str,
        base_url: str,
        auth: Auth,
        governor: Governor,
        wire: Wire,
        clock: Clock,
        *,
        headers: Mapping[str, str] | None = None,
        stop: threading.Event | None = None,
        metrics: Metrics | None = None,
    ) -> None:
        self.vendor = vendor
        self.governor = governor
        self._base_url = base_url.rstrip("/")
        self._auth = auth
        self._wire = wire
        self._clock = clock
        self._headers = dict(headers or {})
        self._stop = stop
        self._metrics = metrics

    def send(self, call: Call) -> Answer:
        """Carry out one call and return its good (2xx) answer.

        Raises, by what can be done about it: AuthProblem (401 with fresh credentials),
        Forbidden, NotFound, RateLimited, Rejected (other 4xx), Transient (5xx, a web page,
        a cut or unreadable body, no answer; see its `maybe_acted`), Stale (it could leave
        only after `call.fresh_until`; nothing was sent), Stopped.
        """
        credentials = self._auth.headers(fresh_until=call.fresh_until)
        raw = self._attempt(call, credentials)
        if raw.status == 401 and self._auth.refused(credentials, fresh_until=call.fresh_until):
            raw = self._attempt(call, self._auth.headers(fresh_until=call.fresh_until))
        if raw.status == 401:
            raise AuthProblem(
                f"{self.vendor} refuses even fresh credentials: {vendor_words(raw.body) or 'HTTP 401'}.",
                hint="Check that the credentials belong to this company and base URL.",
            )
        if not 200 <= raw.status < 300:
            report = read_limits(raw.status, raw.headers, raw.date, self._clock.now())
            raise problem_of(self.vendor, call, raw, report, self._clock.now())
        return Answer(
            status=raw.status,
            headers=raw.headers,
            raw=raw.body,
            received=raw.received,
            sent=raw.sent,
            date=raw.date,
            request_id=request_id(raw.headers),
            _parsed=self._parsed(call, raw),
        )

    def _attempt(self, call: Call, credentials: Mapping[str, str]) -> Raw:
        """Charge and send. The charge is durable before the first byte leaves."""
        body = None if call.json is None else encode(call.json)
        headers = {**self._headers, **dict(call.headers), **credentials}
        if body is not None:
            headers["Content-Type"] = "application/json"
        grant = self.governor.acquire(call.lane, stop=self._stop, fresh_until=call.fresh_until)
        if call.fresh_until is not None and self._clock.monotonic() > call.fresh_until:
            raise Stale(f"{self.vendor}, {call.label}: what it rests on has grown too old; it was not sent.")
        status, answer_headers, date = 0, Headers({}), None
        began = self._clock.monotonic()
        try:
            raw = self._wire.exchange(
                call.method,
                self._base_url + call.path,
                query=call.query,
                headers=headers,
                body=body,
                max_bytes=call.max_bytes,
                acts=call.acts,
                label=f"{self.vendor}, {call.label}",
                # A write is waited for: its outcome is worth the seconds.
                stop=None if call.acts else self._stop,
            )
            status, answer_headers, date = raw.status, raw.headers, raw.date
        except (Transient, Stopped):
            self._measure(call, 0, began)
            self.governor.observe(grant, 0, answer_headers)
            raise
        self._measure(call, status, began)
        self.governor.observe(grant, status, answer_headers, date)
        return raw

    def _parsed(self, call: Call, raw: Raw) -> Any:
        """The body as the call expects it. An unreadable 2xx leaves the outcome unknown."""
        if call.expects == "bytes":
            return None
        if not raw.body and (call.expects == "nothing" or raw.status in (202, 204, 205)):
            return None
        try:
            return decode(raw.body)
        except ValueError as problem:
            what = "a web page came instead of JSON" if is_html(raw) else "the answer is not whole JSON"
            raise Transient(
                f"{self.vendor}, {call.label}: {what} (HTTP {raw.status}).",
                status=raw.status,
                method=call.method,
                path=call.path,
                request_id=request_id(raw.headers),
                detail=vendor_words(raw.body),
                maybe_acted=call.acts,
            ) from problem

    def _measure(self, call: Call, status: int, began: float) -> None:
        if self._metrics is None:
            return
        vendor = self.vendor.lower()
        self._metrics.calls.labels(vendor, call.lane.name.lower(), str(status)).inc()
        self._metrics.call_seconds.labels(vendor).observe(self._clock.monotonic() - began)
