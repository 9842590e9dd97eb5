"""What commands ask of the running daemon, through the store, and its answers.

A request is JSON text: `{"names": […], "kind": "incremental" | "resync", "only": ID | null}`.
The answer is the report as JSON, or `{"error": sentence, "exit_code": N}`.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict
from typing import Any

from syncd.errors import Stopped, SyncdError
from syncd.store import Request, Store
from syncd.sync.engine import Engine, Kind, Report

__all__ = ["answer_requests", "report_json", "requests_wait"]


def requests_wait(store: Store) -> bool:
    """Whether anything was asked and is not answered yet."""
    with store.read() as tx:
        return bool(tx.asked())


def answer_requests(store: Store, engine: Engine, note: Callable[[Report], None]) -> None:
    """Carry out and answer everything that was asked, oldest first.

    A request stays on the list until it is answered, so a daemon that dies in one repeats
    it: cycles may be repeated at will. Raises Stopped, and then leaves the request too.
    """
    with store.read() as tx:
        asked = tx.asked()
    for request in asked:
        answer = _answer(engine, request, note)
        if engine.stop.is_set():
            raise Stopped("stopped on request")
        with store.transaction() as tx:
            tx.answered(request.id, json.dumps(answer))


def report_json(report: Report) -> dict[str, Any]:
    """A report as JSON-ready values."""
    return {"exit_code": report.exit_code, "cycles": [asdict(cycle) for cycle in report.cycles]}


def _answer(engine: Engine, request: Request, note: Callable[[Report], None]) -> dict[str, Any]:
    try:
        detail = json.loads(request.detail)
        report = engine.sync(detail.get("names", ()), Kind(detail["kind"]), detail.get("only"))
    except Stopped:
        raise
    except SyncdError as error:
        return {"error": error.message, "exit_code": error.exit_code, "cycles": []}
    except (ValueError, KeyError, AttributeError):
        return {"error": f"The request {request.kind!r} makes no sense.", "exit_code": 1, "cycles": []}
    note(report)
    return report_json(report)
