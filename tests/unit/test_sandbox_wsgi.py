"""The sandbox on a socket: a real client on 127.0.0.1, and what faults look like from there."""

from __future__ import annotations

import http.client
import json
import socket
import threading
from collections.abc import Iterator
from typing import Any

import pytest

from syncd.clock import SystemClock
from syncd.sandbox import Fault, Seed, Server, World, serve


@pytest.fixture
def server() -> Iterator[Server]:
    """A world of two projects and 60 vendors, served."""
    world = World(SystemClock(), sizes=Seed(projects=2, vendors=60))
    world.seed_demo()
    world.procore.set_rate({"hour": 100_000, "spike": 100_000})
    with serve(world) as server:
        yield server


def _connect(server: Server) -> http.client.HTTPConnection:
    return http.client.HTTPConnection("127.0.0.1", server.port, timeout=10)


def _ask(
    connection: http.client.HTTPConnection, method: str, path: str, body: Any = None, **headers: str
) -> tuple[int, Any]:
    raw = None if body is None else json.dumps(body)
    sent = {
        "Content-Type": "application/json",
        **{key.replace("_", "-"): text for key, text in headers.items()},
    }
    connection.request(method, path, raw, sent)
    answer = connection.getresponse()
    return answer.status, json.loads(answer.read() or b"null")


def _login(server: Server, connection: http.client.HTTPConnection) -> dict[str, str]:
    procore = server.world.info()["procore"]
    grant = {"grant_type": "client_credentials"} | {
        key: procore[key] for key in ("client_id", "client_secret")
    }
    _, answer = _ask(connection, "POST", "/procore/oauth/token", grant)
    return {
        "authorization": f"Bearer {answer['access_token']}",
        "procore_company_id": str(procore["company_id"]),
    }


def _vendors(server: Server) -> str:
    return f"/procore/rest/v1.0/vendors?company_id={server.world.procore.company_id}"


def test_one_connection_serves_many_requests(server: Server) -> None:
    """Both vendors and the control surface answer on one port and one kept connection."""
    connection = _connect(server)
    headers = _login(server, connection)
    first = connection.sock
    status, rows = _ask(connection, "GET", _vendors(server), **headers)
    assert (status, len(rows)) == (200, 60)
    assert connection.sock is first
    assert _ask(connection, "GET", "/sandbox/stats")[1]["total"] == 2
    assert server.world.info()["procore"]["base_url"] == f"http://127.0.0.1:{server.port}/procore"


def test_links_lead_back_to_the_server(server: Server) -> None:
    """A `Link` names the host that was asked, so that a client can follow it."""
    connection = _connect(server)
    headers = {key.replace("_", "-"): text for key, text in _login(server, connection).items()}
    connection.request("GET", _vendors(server) + "&per_page=20", headers=headers)
    answer = connection.getresponse()
    answer.read()
    assert f"<http://127.0.0.1:{server.port}/procore/rest/v1.0/vendors?" in answer.headers["Link"]


def test_a_dropped_answer_is_a_closed_connection(server: Server) -> None:
    """The vendor has acted, and the client sees the connection end at once."""
    connection = _connect(server)
    headers = _login(server, connection)
    server.world.add_fault(Fault("drop", method="POST", path="/rest/v1.0/vendors"))
    body = {"company_id": server.world.procore.company_id, "vendor": {"name": "Lost"}}
    with pytest.raises((http.client.RemoteDisconnected, ConnectionError)):
        _ask(connection, "POST", "/procore/rest/v1.0/vendors", body, **headers)
    assert [row["name"] for row in server.world.procore.rows("vendors").values()].count("Lost") == 1


def test_a_cut_body_ends_early(server: Server) -> None:
    """Fewer bytes arrive than were announced, and then the connection is over."""
    connection = _connect(server)
    headers = _login(server, connection)
    server.world.add_fault(Fault("cut", value=100))
    with pytest.raises(http.client.IncompleteRead) as caught:
        _ask(connection, "GET", _vendors(server), **headers)
    assert len(caught.value.partial) == 100


def test_long_urls_and_large_bodies_are_refused(server: Server) -> None:
    """A target over 8 KB gets 414, a body that is announced too large 413, without being read."""
    assert _ask(_connect(server), "GET", "/sandbox/stats?x=" + "y" * 8200)[0] == 414
    assert _ask(_connect(server), "GET", "/sandbox/stats?x=" + "y" * 8000)[0] == 200
    with socket.create_connection(("127.0.0.1", server.port), timeout=10) as raw:
        raw.sendall(b"POST /sandbox/faults HTTP/1.1\r\nHost: x\r\nContent-Length: 50000000\r\n\r\n")
        assert raw.recv(100).startswith(b"HTTP/1.1 413")


def test_what_the_edge_refuses_is_counted(server: Server) -> None:
    """A URL or a body that never reached a vendor stands in the statistics under its template."""
    server.world.stats.clear()
    assert _ask(_connect(server), "GET", _vendors(server) + "&x=" + "y" * 8200)[0] == 414
    with socket.create_connection(("127.0.0.1", server.port), timeout=10) as raw:
        raw.sendall(b"POST /quickbase/v1/records HTTP/1.1\r\nHost: x\r\nContent-Length: 50000000\r\n\r\n")
        assert raw.recv(100).startswith(b"HTTP/1.1 413")
    assert set(server.world.stats.counts) == {
        ("procore", "GET", "/rest/v1.0/vendors", 414, ""),
        ("quickbase", "POST", "/records", 413, ""),
    }


def test_many_threads_share_one_world(server: Server) -> None:
    """Twenty callers at once: every create is there once, and every request is counted."""
    headers = _login(server, _connect(server))
    server.world.stats.clear()

    def create(number: int) -> None:
        connection = _connect(server)
        for again in range(5):
            body = {"company_id": server.world.procore.company_id, "vendor": {"name": f"T{number}-{again}"}}
            assert _ask(connection, "POST", "/procore/rest/v1.0/vendors", body, **headers)[0] == 201

    threads = [threading.Thread(target=create, args=(number,)) for number in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    names = [row["name"] for row in server.world.procore.rows("vendors").values() if row["name"][0] == "T"]
    assert len(names) == len(set(names)) == 100
    assert server.world.stats.total("procore", status=201) == 100


def test_a_body_in_chunks_is_read_to_its_end(server: Server) -> None:
    """Clients that stream send no length; the body arrives all the same."""
    connection = _connect(server)
    chunks = iter([b'[{"kind": "er', b'ror", "value": 503}]'])
    connection.request(
        "POST", "/sandbox/faults", chunks, {"Content-Type": "application/json"}, encode_chunked=True
    )
    answer = connection.getresponse()
    assert (answer.status, json.loads(answer.read())["waiting"][0]["kind"]) == (200, "error")
