"""What a vendor's answer says about its limits, in one form for both vendors.

Procore sends `X-Rate-Limit-Limit/-Remaining/-Reset` (reset in epoch seconds by its own
clock; reference procore-api §16). Quickbase sends `Retry-After` with a 429, and some
clients saw `x-ratelimit-*` with the reset in milliseconds (reference quickbase-api §6).
"""

from __future__ import annotations

from email.utils import parsedate_to_datetime

from syncd.core.budget import Report
from syncd.http.message import Headers

__all__ = ["read_limits"]

LONGEST_RESET = 7_200.0
"""Seconds: a reset further away than this is a misread clock, and is not believed."""


def read_limits(status: int, headers: Headers, date: float | None, now: float) -> Report | None:
    """The report an answer makes, None where it says nothing about limits.

    Moments are measured against the vendor's own `Date` (ours, `now`, where it sent none),
    so that a skewed clock on either side does not shorten a wait.
    """
    retry_after = _retry_after(headers.get("retry-after", ""), date, now)
    refused = status == 429 or (status == 503 and retry_after is not None)
    limit = _count(headers.get("x-rate-limit-limit") or headers.get("x-ratelimit-limit"))
    remaining = _count(headers.get("x-rate-limit-remaining") or headers.get("x-ratelimit-remaining"))
    if not refused and (limit is None or remaining is None):
        return None
    return Report(refused, limit, remaining, _reset_in(headers, date, now), retry_after if refused else None)


def _reset_in(headers: Headers, date: float | None, now: float) -> float | None:
    at = _number(headers.get("x-rate-limit-reset"))
    if at is not None:
        wait = at - (now if date is None else date)
    else:
        milliseconds = _number(headers.get("x-ratelimit-reset"))
        if milliseconds is None:
            return None
        wait = milliseconds / 1000
    return max(0.0, wait) if wait <= LONGEST_RESET else None


def _retry_after(text: str, date: float | None, now: float) -> float | None:
    """Seconds, or a date; None where the header is missing or makes no sense."""
    if not text:
        return None
    seconds = _number(text)
    if seconds is None:
        try:
            seconds = parsedate_to_datetime(text).timestamp() - (now if date is None else date)
        except (TypeError, ValueError, OverflowError):
            return None
    return max(0.0, seconds)


def _number(text: str | None) -> float | None:
    try:
        value = float(text or "")
    except ValueError:
        return None
    return value if 0 <= value < 1e12 else None


def _count(text: str | None) -> int | None:
    value = _number(text)
    return None if value is None else int(value)
