"""The control surface below `/sandbox`: statistics, faults, reset, history."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from syncd.sandbox.faults import FaultError, read_faults
from syncd.sandbox.message import Request, Response, json_response, parse_json

if TYPE_CHECKING:
    from syncd.sandbox.world import World

__all__ = ["control"]

MOST_EVENTS = 10_000
"""Events of one history page."""


def control(world: World, request: Request) -> Response:
    """Answer a request to the sandbox itself; 404 for paths that are nobody's."""
    try:
        match request.method, request.path.rstrip("/"):
            case "GET", "/sandbox" | "/sandbox/info":
                return json_response(world.info())
            case "GET", "/sandbox/stats":
                limits = {half.vendor: half.rates() for half in world.halves}
                return json_response({**world.stats.wire(), "limits": limits, "late": world.late})
            case "GET", "/sandbox/faults":
                return json_response(_waiting(world))
            case "POST", "/sandbox/faults":
                for fault in read_faults(_body(request)):
                    world.add_fault(fault)
                return json_response({"waiting": _waiting(world)})
            case "POST", "/sandbox/reset":
                world.reset(data=bool(dict(_body(request) or {}).get("data")))
                return json_response({"reset": True})
            case "GET", "/sandbox/history":
                return json_response(_history(world, request))
    except (FaultError, ValueError, TypeError) as error:
        return json_response({"error": str(error)}, 400)
    return json_response({"error": f"There is nothing at {request.method} {request.path}."}, 404)


def _body(request: Request) -> Any:
    if not request.body.strip():
        return None
    try:
        return parse_json(request.body)
    except (ValueError, RecursionError):
        raise ValueError("The request body is not valid JSON.") from None


def _waiting(world: World) -> list[dict[str, Any]]:
    return [
        {
            "vendor": fault.vendor,
            "method": fault.method,
            "path": fault.path,
            "kind": fault.kind,
            "value": fault.value,
            "times": fault.times,
        }
        for fault in world.faults.waiting
    ]


def _history(world: World, request: Request) -> dict[str, Any]:
    """Events in order, after `after`, of one `kind` or `vendor` if given; `next` to go on from."""
    after = int(request.param("after") or 0)
    limit = min(int(request.param("limit") or MOST_EVENTS), MOST_EVENTS)
    kind, vendor = request.param("kind"), request.param("vendor")
    found = [
        event
        for event in world.history
        if event.seq > after and kind in (None, event.kind) and vendor in (None, event.vendor)
    ][:limit]
    return {"events": [event.wire() for event in found], "next": found[-1].seq if found else None}
