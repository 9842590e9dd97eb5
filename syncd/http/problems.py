"""From a vendor's bad answer to one clear sentence of the right kind.

Bodies come in many shapes (reference procore-api §19, quickbase-api §8), HTML from the
edge included, so the reader takes what it finds and never fails itself.
"""

from __future__ import annotations

import re
from typing import Any

from syncd.core.budget import Report
from syncd.errors import CallError, Forbidden, NotFound, RateLimited, Rejected, Transient
from syncd.http.json_text import decode
from syncd.http.message import Call, Headers
from syncd.http.wire import Raw
from syncd.observe.redact import redact

__all__ = ["is_html", "problem_of", "request_id", "vendor_words"]

LONGEST_DETAIL = 300
"""Characters of the vendor's words that are kept."""

_PASSING = frozenset({408, 423, 425})  # the vendor was busy and did nothing
_TELLING = ("error_description", "message", "description", "error", "errors", "reason", "fields", "details")
_SILENT = frozenset({"code", "status", "source", "type"})
_TITLE = re.compile(r"(?is)<(?:title|h1)[^>]*>(.*?)</")
_TAG = re.compile(r"<[^>]*>")


def request_id(headers: Headers) -> str:
    """The vendor's own id of a call, for its support; empty if it gave none."""
    return next((headers[n] for n in ("x-request-id", "qb-api-ray", "cf-ray") if n in headers), "")


def is_html(raw: Raw) -> bool:
    """True if a web page came where an API should have spoken."""
    return "html" in raw.headers.get("content-type", "") or raw.body[:64].lstrip()[:1] == b"<"


def problem_of(vendor: str, call: Call, raw: Raw, report: Report | None, now: float) -> CallError:
    """The error that a non-2xx answer (401 apart) stands for.

    A 4xx means that the vendor did nothing. A web page in place of a JSON refusal is the
    edge speaking, not the vendor: its 403 or 404 says nothing about the record.
    """
    words = vendor_words(raw.body)
    known = request_id(raw.headers)
    tail = f"HTTP {raw.status}" + (f", request {known}" if known else "")
    said = f': "{words}"' if words else ""
    facts: dict[str, Any] = {
        "status": raw.status,
        "method": call.method,
        "path": call.path,
        "request_id": known,
        "detail": words,
    }
    what = f"{vendor}, {call.label}"
    if raw.status == 429:
        return RateLimited(
            f"{what}: too many calls{said} ({tail}).", retry_at=_retry_at(report, now), **facts
        )
    if raw.status >= 500:
        return Transient(f"{what}: the vendor failed{said} ({tail}).", maybe_acted=call.acts, **facts)
    if raw.status in _PASSING:
        return Transient(f"{what}: the vendor was busy{said} ({tail}).", **facts)
    if raw.status < 400:
        return Rejected(
            f"{what}: answered with a redirect ({tail}).",
            hint="Check the base URL in the settings.",
            maybe_acted=call.acts,
            **facts,
        )
    if raw.status in (403, 404, 410) and call.expects == "json" and is_html(raw):
        return Transient(
            f"{what}: a web page came instead of JSON ({tail}).", hint="Check the base URL.", **facts
        )
    if raw.status == 403:
        return Forbidden(f"{what}: not permitted{said} ({tail}).", **facts)
    if raw.status in (404, 410):
        return NotFound(f"{what}: not found, or not visible to us{said} ({tail}).", **facts)
    return Rejected(f"{what}: refused{said} ({tail}).", **facts)


def vendor_words(body: bytes) -> str:
    """What the vendor says is wrong: one line, redacted, cut to 300 characters."""
    head = body[: 64 * 1024]
    try:
        text = _words(decode(body) if len(body) == len(head) else None)
    except ValueError:
        text = ""
        raw = head.decode("utf-8", "replace")
        if title := _TITLE.search(raw):
            text = _TAG.sub(" ", title.group(1))
        elif not raw.lstrip().startswith("<"):
            text = raw
    text = redact(" ".join(text.split()))
    return text if len(text) <= LONGEST_DETAIL else text[: LONGEST_DETAIL - 1] + "…"


def _words(value: Any, depth: int = 5) -> str:
    """Flatten an error body: known words first, then `field: what is wrong with it`."""
    if value is None or isinstance(value, bool) or depth == 0:
        return ""
    if isinstance(value, list):
        return _joined(_words(item, depth - 1) for item in value[:20])
    if not isinstance(value, dict):
        return str(value)
    told = [_words(value[key], depth - 1) for key in _TELLING if key in value]
    rest = [
        f"{key}: {words}"
        for key, item in list(value.items())[:40]
        if key not in _TELLING and key not in _SILENT and (words := _words(item, depth - 1))
    ]
    return _joined([*told, *rest]) if told or rest else str(value.get("code", ""))


def _joined(parts: Any) -> str:
    kept: list[str] = []
    for part in parts:
        if part and part not in kept:
            kept.append(part)
    return "; ".join(kept)


def _retry_at(report: Report | None, now: float) -> float:
    if report is None:
        return 0.0
    wait = report.retry_after if report.retry_after is not None else report.reset_in
    return 0.0 if wait is None else now + wait
