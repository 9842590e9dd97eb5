"""Carrying one call out under the faults that hit it."""

from __future__ import annotations

import json
from http import HTTPStatus
from typing import Any

from syncd.sandbox.faults import Fault
from syncd.sandbox.halves import Half
from syncd.sandbox.history import History
from syncd.sandbox.message import Request, Response

__all__ = ["perform", "refused_by", "shaped"]

_PAGE = (
    "<!DOCTYPE html>\n<html><head><title>{heading}</title></head>"
    "<body><h1>{heading}</h1><p>The server is having a moment.</p></body></html>\n"
)
_SHAPING = frozenset({"drop", "cut", "short_page", "empty"})


def refused_by(half: Half, request: Request, fault: Fault) -> Response | None:
    """The answer of a fault that refuses before anything is done; None if it is no such fault.

    The call counts against the limits all the same, as the vendors say of failed calls, and the
    answer carries the headers of every answer of the vendor.
    """
    if fault.kind == "error":
        status, text = int(fault.number(500)), "The request was refused"
    elif fault.kind == "server_error":
        status, text = int(fault.number(500)), "Internal server error"
    elif fault.kind == "tool_off":
        status, text = half.tool_off()
        status = int(fault.number(status))
    elif fault.kind == "html":
        status, text = int(fault.number(502)), ""
    else:
        return None
    charged = half.charge(request)
    if charged.status == 429:
        return charged
    answer = _page(status) if fault.kind == "html" else half.refusal(status, text)
    answer.headers.update(charged.headers)
    return answer


def _page(status: int) -> Response:
    """What a proxy in front of the vendor shows a browser."""
    known = {one.value: one.phrase for one in HTTPStatus}
    heading = f"{status} {known.get(status, 'Error')}"
    body = _PAGE.format(heading=heading).encode()
    return Response(status, body, {"Content-Type": "text/html; charset=utf-8"})


def perform(half: Half, history: History, now: float, request: Request, faults: list[Fault]) -> Response:
    """Carry the call out, once or twice, in the present or showing the past; shape the answer.

    The history is told of those readings only that get out to the caller.
    """
    kinds = {fault.kind: fault for fault in faults}
    shaping = [fault for fault in faults if fault.kind in _SHAPING]
    if "stale" in kinds:
        half.set_as_of(now - kinds["stale"].number(60.0))
    if shaping:
        history.hold_reads()
    try:
        answer = half.handle(request)
    finally:
        half.set_as_of(None)
    if shaping:
        kept = [rows for fault in shaping if (rows := shaped(half, answer, fault)) is not None]
        history.release_reads(min(kept) if kept else None)
    if "twice" in kinds:
        history.hold_reads()
        half.handle(request)
        history.release_reads(0)
    return answer


def shaped(half: Half, answer: Response, fault: Fault) -> int | None:
    """Change the answer as the fault says; how many of its rows get out (None: all)."""
    if fault.kind == "drop":
        return 0
    if fault.kind == "cut":
        answer.headers["Content-Length"] = str(len(answer.body))
        answer.body = answer.body[: int(fault.number(len(answer.body) // 2))]
        return 0
    keep = 0 if fault.kind == "empty" else None if fault.value is None else int(fault.value)
    short = half.shortened(_json(answer.body), keep) if answer.status == 200 else None
    if short is None:
        return None
    body, kept = short
    if fault.kind == "empty":
        body = _emptied(answer, body)
    answer.body = json.dumps(body, separators=(",", ":")).encode()
    return kept


def _json(body: bytes) -> Any:
    try:
        return json.loads(body)
    except ValueError:
        return None


def _emptied(answer: Response, body: Any) -> Any:
    """An empty list that looks whole: its totals say nothing is there."""
    answer.headers.pop("Link", None)
    if "Total" in answer.headers:
        answer.headers["Total"] = "0"
    if isinstance(body, dict):
        if "metadata" in body:
            body["metadata"] = {**body["metadata"], "totalRecords": 0, "numRecords": 0}
        if "count" in body:
            body["count"] = 0
    return body
