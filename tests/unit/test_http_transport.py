"""The transport: credentials, budget, and every bad answer sorted into the error tree."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterable
from decimal import Decimal
from typing import Any

import pytest
import requests

from syncd.clock import ManualClock
from syncd.errors import (
    AuthProblem,
    CallError,
    Forbidden,
    NotFound,
    RateLimited,
    Rejected,
    Stale,
    Transient,
)
from syncd.http import (
    Call,
    CallKind,
    Governor,
    Lane,
    MemoryLedger,
    StaticToken,
    Transport,
    Wire,
    procore_windows,
)
from syncd.http.wire import Raw
from syncd.observe.metrics import Metrics
from tests.support.wsgi_adapter import WsgiAdapter, session_with

START = Callable[..., Any]


class Vendor:
    """A tiny WSGI server: answers what it is told to, and remembers what it was asked."""

    def __init__(self) -> None:
        self.asked: list[dict[str, Any]] = []
        self.status, self.headers, self.body = "200 OK", [("Content-Type", "application/json")], b"{}"
        self.failure: Exception | None = None

    def says(self, status: str, body: Any = b"{}", **headers: str) -> None:
        """Set the answer to every further request."""
        kind = "text/html" if isinstance(body, str) else "application/json"
        self.status = status
        self.body = (
            body if isinstance(body, bytes) else body.encode() if isinstance(body, str) else dumps(body)
        )
        self.headers = [("Content-Type", kind), *((k.replace("_", "-"), v) for k, v in headers.items())]

    def __call__(self, environ: dict[str, Any], start_response: START) -> Iterable[bytes]:
        environ["body"] = environ["wsgi.input"].read()
        self.asked.append(environ)
        if self.failure:
            raise self.failure
        start_response(self.status, self.headers)
        return [self.body]


def dumps(value: Any) -> bytes:
    """JSON as a vendor writes it."""
    return json.dumps(value).encode()


def transport(vendor: Vendor, clock: ManualClock | None = None, **more: Any) -> Transport:
    """A transport to that vendor, with a fixed token and a budget of its own."""
    clock = clock or ManualClock()
    return Transport(
        "Quickbase",
        "http://vendor.test/v1/",
        StaticToken("user-token-1", "demo.example.com"),
        Governor("quickbase:t", procore_windows(), MemoryLedger(), clock),
        Wire(clock, session_factory=session_with(WsgiAdapter(vendor)), user_agent="syncd/9"),
        clock,
        **more,
    )


READ = Call("GET", "/records/7", "/records/{id}", query=(("filters[id][]", "1"), ("filters[id][]", "2")))
CREATE = Call("POST", "/records", json={"a": 1}, kind=CallKind.CREATE, lane=Lane.WRITE)


def test_a_good_answer() -> None:
    """Query, headers and body go out as given; fractions come back as Decimals."""
    vendor = Vendor()
    vendor.says(
        "200 OK", b'{"total": 10.10, "n": 3}', qb_api_ray="ray1", Date="Mon, 05 Jan 2026 08:00:00 GMT"
    )
    answer = transport(vendor, headers={"Procore-Company-Id": "5"}).send(READ)
    assert answer.json() == {"total": Decimal("10.10"), "n": 3}
    assert str(answer.json()["total"]) == "10.10"
    assert answer.request_id == "ray1"
    assert answer.date == 1_767_600_000.0
    asked = vendor.asked[0]
    assert asked["PATH_INFO"] == "/v1/records/7"
    assert asked["QUERY_STRING"] == "filters%5Bid%5D%5B%5D=1&filters%5Bid%5D%5B%5D=2"
    assert asked["HTTP_AUTHORIZATION"] == "QB-USER-TOKEN user-token-1"
    assert asked["HTTP_QB_REALM_HOSTNAME"] == "demo.example.com"
    assert (asked["HTTP_PROCORE_COMPANY_ID"], asked["HTTP_USER_AGENT"]) == ("5", "syncd/9")


def test_a_decimal_is_sent_digit_by_digit() -> None:
    """Money leaves as the number it is, even with more digits than a float holds."""
    vendor = Vendor()
    body = {"a": Decimal("0.10"), "b": Decimal("12345678901234567.89"), "c": Decimal("1E+3"), "d": "ü"}
    transport(vendor).send(Call("POST", "/records", json=body, kind=CallKind.IDEMPOTENT_WRITE))
    sent = vendor.asked[0]["body"].decode()
    assert json.loads(sent, parse_float=Decimal) == {**body, "a": Decimal("0.1"), "c": 1000}


@pytest.mark.parametrize(
    ("status", "body", "kind", "acted"),
    [
        ("400 Bad Request", {"errors": "no"}, Rejected, False),
        ("403 Forbidden", {"message": "no"}, Forbidden, False),
        ("404 Not Found", {"errors": ["no"]}, NotFound, False),
        ("410 Gone", {}, NotFound, False),
        ("409 Conflict", {"errors": {"name": ["taken"]}}, Rejected, False),
        ("414 URI Too Long", "<html>long</html>", Rejected, False),
        ("422 Unprocessable", {"errors": {"name": ["is blank"]}}, Rejected, False),
        ("423 Locked", {"message": "busy"}, Transient, False),
        ("429 Too Many", "You have surpassed the max number of requests for an hour", RateLimited, False),
        ("500 Error", {"errors": "boom"}, Transient, True),
        ("502 Bad Gateway", "<html><title>502 Bad Gateway</title></html>", Transient, True),
        ("503 Unavailable", "<html></html>", Transient, True),
        ("404 Not Found", "<html>edge</html>", Transient, False),
        ("403 Forbidden", "<!DOCTYPE html>", Transient, False),
        ("200 OK", "<html>maintenance</html>", Transient, True),
        ("200 OK", b'{"data": [1, 2', Transient, True),
        ("201 Created", b"", Transient, True),
        ("302 Found", b"", Rejected, True),
    ],
)
def test_bad_answers(status: str, body: Any, kind: type[CallError], acted: bool) -> None:
    """Each kind of bad answer is its own error, and says whether a write may have acted."""
    vendor = Vendor()
    vendor.says(status, body, x_request_id="req-9")
    with pytest.raises(CallError) as caught:
        transport(vendor).send(CREATE)
    assert type(caught.value) is kind
    assert caught.value.maybe_acted is acted
    assert caught.value.status == int(status[:3])
    assert caught.value.request_id == "req-9"
    with pytest.raises(CallError) as caught:
        transport(vendor).send(READ)
    assert caught.value.maybe_acted is False or status[0] == "3", "a reading changes nothing"


def test_an_empty_body_where_none_is_due() -> None:
    """204, and a call that expects nothing, are good answers without a body."""
    vendor = Vendor()
    vendor.says("204 No Content", b"")
    assert transport(vendor).send(CREATE).json() is None
    vendor.says("200 OK", b"")
    nothing = Call("DELETE", "/x", kind=CallKind.IDEMPOTENT_WRITE, expects="nothing")
    assert transport(vendor).send(nothing).json() is None


def test_a_lost_connection_leaves_the_outcome_unknown() -> None:
    """After bytes may have left, only a reading is known not to have acted."""
    vendor = Vendor()
    vendor.failure = requests.ConnectionError("reset")
    with pytest.raises(Transient) as caught:
        transport(vendor).send(CREATE)
    assert (caught.value.maybe_acted, caught.value.status) == (True, 0)
    with pytest.raises(Transient) as caught:
        transport(vendor).send(READ)
    assert caught.value.maybe_acted is False


def test_a_refused_user_token_says_what_to_do() -> None:
    """401 with a token that cannot be renewed names the settings to look at."""
    vendor = Vendor()
    vendor.says("401 Unauthorized", {"message": "Invalid Authorization"})
    with pytest.raises(AuthProblem) as caught:
        transport(vendor).send(READ)
    assert "SYNCD_QUICKBASE__USER_TOKEN" in caught.value.hint
    assert len(vendor.asked) == 1


def test_errors_hold_no_secret_and_few_words() -> None:
    """The vendor's words are cut to 300 characters, and a token in them is masked."""
    vendor = Vendor()
    vendor.says("400 Bad Request", {"message": "token user-token-1 is odd " + "x" * 900})
    with pytest.raises(Rejected) as caught:
        transport(vendor).send(READ)
    assert len(caught.value.detail) <= 300
    assert "user-token-1" not in str(caught.value) + caught.value.detail


def test_what_is_too_old_is_not_sent() -> None:
    """A call whose reading aged while it waited for the budget raises Stale; nothing left."""
    vendor, clock = Vendor(), ManualClock()
    send = transport(vendor, clock).send
    for _ in range(25):
        send(Call("GET", "/x", lane=Lane.COMMAND))
    with pytest.raises(Stale):
        send(Call("PATCH", "/x", json={}, kind=CallKind.IDEMPOTENT_WRITE, fresh_until=clock.monotonic() + 3))
    assert len(vendor.asked) == 25


def test_a_body_over_the_cap_is_not_read() -> None:
    """The size cap of a call holds whatever the server sends."""
    vendor = Vendor()
    vendor.says("200 OK", b"[" + b"1," * 1_000_000 + b"1]")
    with pytest.raises(Transient, match="larger than 1,000,000 bytes"):
        transport(vendor).send(Call("GET", "/x", max_bytes=1_000_000))


def test_failed_calls_count() -> None:
    """Refusals and lost answers use up budget like any other call (reference procore-api §16)."""
    vendor = Vendor()
    carrier = transport(vendor)
    vendor.says("404 Not Found", {})
    with pytest.raises(NotFound):
        carrier.send(READ)
    vendor.failure = requests.ReadTimeout("slow")
    with pytest.raises(Transient):
        carrier.send(READ)
    assert carrier.governor.snapshot().lines[0].spent == 2


def test_a_call_that_timed_out_counts_from_its_end() -> None:
    """The vendor may have taken up a call at any moment until we hung up."""
    vendor, clock = Vendor(), ManualClock()
    carrier = transport(vendor, clock)

    def hang(environ: dict[str, Any], start_response: START) -> Iterable[bytes]:
        clock.advance(9)
        raise requests.ReadTimeout("slow")

    carrier._wire = Wire(clock, session_factory=session_with(WsgiAdapter(hang)))
    with pytest.raises(Transient, match="timed out"):
        carrier.send(READ)
    clock.advance(5)
    assert carrier.governor.snapshot().lines[0].spent == 1


def test_metrics_count_by_vendor_lane_and_status() -> None:
    """A call is counted with the status that came back, 0 for none, and without any id."""
    vendor, metrics = Vendor(), Metrics()
    carrier = transport(vendor, metrics=metrics)
    carrier.send(READ)
    vendor.failure = requests.ConnectionError("reset")
    with pytest.raises(Transient):
        carrier.send(READ)
    text = metrics.render().decode()
    assert 'syncd_calls_total{lane="poll",status="200",vendor="quickbase"} 1.0' in text
    assert 'syncd_calls_total{lane="poll",status="0",vendor="quickbase"} 1.0' in text
    assert "records/7" not in text


@pytest.mark.parametrize(("call", "heeded"), [(READ, True), (CREATE, False)])
def test_a_stop_ends_a_reading_but_waits_for_a_write(call: Call, heeded: bool) -> None:
    """A write that is under way is waited for: its outcome would be unknown otherwise."""
    stop = threading.Event()
    seen: list[threading.Event | None] = []

    class Watched(Wire):
        def exchange(self, *arguments: Any, **more: Any) -> Raw:
            seen.append(more["stop"])
            return super().exchange(*arguments, **more)

    clock, vendor = ManualClock(), Vendor()
    wire = Watched(clock, session_factory=session_with(WsgiAdapter(vendor)))
    auth = StaticToken("user-token-1", "demo.example.com")
    governor = Governor("quickbase:t", procore_windows(), MemoryLedger(), clock)

    Transport("Quickbase", "http://vendor.test/v1/", auth, governor, wire, clock, stop=stop).send(call)

    assert seen == [stop if heeded else None]
