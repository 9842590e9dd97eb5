"""Procore's two limits and the headers about them (reference §16)."""

from __future__ import annotations

import json

import pytest

from syncd.sandbox import Response
from syncd.sandbox.procore.limits import Limits
from syncd.sandbox.procore.switches import ProcoreSwitches
from tests.support.procore_sandbox import LittleWorld, little_world


def _rate(answer: Response) -> tuple[int, int, int]:
    return tuple(int(answer.headers[f"X-Rate-Limit-{name}"]) for name in ("Limit", "Remaining", "Reset"))  # type: ignore[return-value]


def _call(box: LittleWorld, credential: str = "syncd") -> Response:
    return box.call("GET", f"v1.0/vendors?company_id={box.company}&view=compact", credential=credential)


def test_headers_tell_of_the_nearer_limit() -> None:
    """Usually the spike; the hour once it has less left. Reset is in the vendor's own time."""
    box = little_world(spike=5)
    box.world.procore.skew = 1000.0
    now = box.clock.now() + 1000
    assert _rate(_call(box)) == (5, 4, int(now) + 10)
    box.world.procore.set_rate({"hour": 3})
    box.clock.advance(20)
    assert _rate(_call(box)) == (3, 1, int(now) + 3600)


def test_a_spike_ends_in_429_until_it_is_over() -> None:
    """The sixth call in ten seconds is refused, with rate headers and the vendor's text; then it goes on."""
    box = little_world(spike=5)
    assert [_call(box).status for _ in range(6)] == [200] * 5 + [429]
    refused = _call(box)
    assert _rate(refused) == (5, 0, int(box.clock.now()) + 10)
    assert refused.body.startswith(b"You have surpassed the max number of requests for an hour")
    assert "Retry-After" not in refused.headers
    box.clock.advance(10)
    assert _call(box).status == 200


def test_failed_calls_count() -> None:
    """400, 403 and 404 use up the limit like successes."""
    box = little_world(spike=3)
    for path in ("v1.0/vendors", "v1.0/vendors?company_id=5", "v1.0/nothing"):
        assert box.call("GET", path).status in (400, 403, 404)
    assert _call(box).status == 429


def test_the_person_and_the_login_host_are_not_metered() -> None:
    """People work in the web application; tokens come from another host."""
    box = little_world(spike=1)
    assert _call(box).status == 200
    assert [_call(box, "person").status for _ in range(5)] == [200] * 5
    box.tokens.clear()
    assert box.token("syncd")


def test_switches_change_the_429() -> None:
    """JSON body and Retry-After are other readings."""
    box = little_world(spike=1, limit_body="json", retry_after=True)
    _call(box)
    refused = _call(box)
    assert "errors" in json.loads(refused.body)
    assert refused.headers["Retry-After"] == "10"


@pytest.mark.parametrize(("window", "free"), [("rolling", False), ("fixed", True)])
def test_windows_roll_or_end_at_once(window: str, free: bool) -> None:
    """Rolling forgets call by call; fixed forgets all when the first call's window is over."""
    limits = Limits(1000, 2, 10.0, ProcoreSwitches(window=window))  # type: ignore[arg-type]
    assert [limits.charge(moment).allowed for moment in (0.0, 9.0, 10.0)] == [True, True, True]
    assert limits.charge(10.5).allowed is free


def test_refused_calls_may_count_and_ignoring_zero_is_noted() -> None:
    """A client that goes on after being told 0 is counted as such, for the proof of the budget."""
    limits = Limits(1000, 1, 10.0, ProcoreSwitches(refused_calls_count=True))
    assert [limits.charge(moment).allowed for moment in (0.0, 5.0, 11.0, 16.0)] == [True, False, False, False]
    assert limits.wire(16.0)["refused_after_zero"] == 3
    assert limits.wire(16.0)["spike_peak"] == 2
