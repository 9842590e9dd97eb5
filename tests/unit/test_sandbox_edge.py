"""What every answer carries, and what is counted: limits, refusals of faults, and the edge in front."""

from __future__ import annotations

import json
from typing import Any

import pytest

from syncd.sandbox import Fault, Request, Response
from tests.support.procore_sandbox import LittleWorld, little_world


@pytest.fixture
def box() -> LittleWorld:
    """A world whose two credentials have their tokens."""
    box = little_world()
    box.token("syncd")
    box.token("person")
    return box


def _vendors(box: LittleWorld) -> Response:
    return box.call("GET", f"v1.0/vendors?company_id={box.company}")


def _query(box: LittleWorld) -> Response:
    quickbase = box.world.quickbase
    headers = {"qb-realm-hostname": quickbase.realm, "authorization": f"QB-USER-TOKEN {quickbase.user_token}"}
    body = json.dumps({"from": quickbase.table("Vendors").dbid, "select": [3]}).encode()
    return box.world.handle(Request("POST", "/quickbase/v1/records/query", (), headers, body))


def _stats(box: LittleWorld, query: tuple[tuple[str, str], ...] = ()) -> tuple[int, Any]:
    answer = box.world.handle(Request("GET", "/sandbox/stats", query))
    return answer.status, json.loads(answer.body)


@pytest.mark.parametrize("kind", ["error", "server_error", "html", "tool_off"])
def test_an_answer_of_a_fault_has_the_headers_of_every_answer(box: LittleWorld, kind: str) -> None:
    """Also a refusal that a fault makes tells date and limits (Procore), date and a ray of its own
    (Quickbase), and its call is among those counted."""
    box.world.add_fault(Fault(kind, times=3))
    refused = _vendors(box)
    assert refused.status >= 400
    assert refused.headers["Date"] == "Mon, 05 Jan 2026 08:01:00 GMT"
    left = [int(one.headers["X-Rate-Limit-Remaining"]) for one in (refused, _vendors(box))]
    assert left[0] - left[1] == 1
    assert {"X-Rate-Limit-Limit", "X-Rate-Limit-Reset"} <= set(refused.headers)
    answers = [_query(box), _query(box)]
    assert [one.status >= 400 for one in answers] == [True, False]
    assert {one.headers["Date"] for one in answers} == {"Mon, 05 Jan 2026 08:01:00 GMT"}
    assert len({one.headers["qb-api-ray"] for one in answers}) == 2


def test_statistics_tell_how_the_limits_of_both_vendors_stand(box: LittleWorld) -> None:
    """By credential: size, used, peak, refused, and refused after being told that nothing is left."""
    box.world.quickbase.limiter.size = 3
    assert [_query(box).status for _ in range(5)] == [200] * 3 + [429] * 2
    limits = _stats(box)[1]["limits"]["quickbase"]
    used = {"window": 3, "window_used": 3, "window_peak": 3, "refused": 2, "refused_after_zero": 1}
    assert limits["syncd"] == used
    assert limits["person"] == dict.fromkeys(used, 0) | {"window": 3}
    box.clock.advance(10)
    limits = _stats(box)[1]["limits"]["quickbase"]
    assert limits["syncd"] == used | {"window_used": 0}


def test_the_edge_turns_away_what_is_too_long_or_too_large_and_counts_it(box: LittleWorld) -> None:
    """In process as on a socket: 414 over 8 KB of target as it would be sent, 413 over 42 MB; no
    vendor sees the request, no limit is charged, and the statistics have it."""
    box.world.stats.clear()
    path = f"v1.0/vendors?company_id={box.company}&filters[name]="
    assert box.call("GET", path + "x" * 8000).status == 200
    assert box.call("GET", path + "é" * 2000).status == 414
    assert box.call("POST", "v1.0/vendors", b" " * 42_000_001).status == 413
    assert [box.world.stats.total("procore", credential="syncd", status=one) for one in (414, 413)] == [1, 1]
    assert box.world.procore.limits["syncd"].spike.used(box.clock.monotonic()) == 1
    assert _stats(box, (("x", "y" * 8200),))[0] == 414
