"""The wire over real sockets: deadlines, caps, and whether a byte can have arrived."""

from __future__ import annotations

import socket
import threading

import pytest

from syncd.clock import SystemClock
from syncd.errors import ConfigProblem, Stopped, Transient
from syncd.http import Wire
from syncd.http.wire import CONNECT_TIMEOUT
from syncd.sides.batch import outcome_of
from tests.support.sockets import Talk, server


def drip(pause: threading.Event) -> Talk:
    """A body that never stops coming, one byte at a time."""

    def talk(peer: socket.socket) -> None:
        peer.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n")
        for _ in range(200):
            peer.sendall(b" ")
            if pause.wait(0.05):
                return

    return talk


def test_a_dripping_body_ends_at_the_deadline() -> None:
    """Each byte comes in time, the whole does not: the total deadline holds (P15)."""
    clock, pause = SystemClock(), threading.Event()
    with server(drip(pause)) as url:
        began = clock.monotonic()
        with pytest.raises(Transient, match=r"not complete after 0\.4 s") as caught:
            Wire(clock, deadline=0.4).exchange("POST", url, acts=True)
        took = clock.monotonic() - began
        pause.set()
    assert took < 3
    assert caught.value.maybe_acted


def slowly(before: bytes, piece: bytes, after: bytes, pause: threading.Event) -> Talk:
    """An answer that lingers within: a byte at a time, for longer than anybody should listen."""

    def talk(peer: socket.socket) -> None:
        peer.sendall(before)
        for _ in range(80):
            peer.sendall(piece)
            if pause.wait(0.05):
                break
        peer.sendall(after)

    return talk


@pytest.mark.parametrize(
    ("before", "piece", "after"),
    [
        (b"HTTP/1.1 200 OK\r\nX-Slow: ", b"a", b"\r\nContent-Length: 2\r\n\r\n{}"),
        (b"HTTP/1.1 ", b" ", b"200 OK\r\nContent-Length: 2\r\n\r\n{}"),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", b"0", b"2\r\n{}\r\n0\r\n\r\n"),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n", b"0", b"\r\n\r\n"),
    ],
    ids=["head", "status line", "first chunk's size", "last chunk's size"],
)
def test_the_deadline_covers_every_part_of_an_answer(before: bytes, piece: bytes, after: bytes) -> None:
    """Wherever an answer lingers, the total deadline ends it (P15).

    It used to cover the body alone: a head or a chunk's size could come byte by byte for ever.
    """
    clock, pause = SystemClock(), threading.Event()
    with server(slowly(before, piece, after, pause)) as url:
        began = clock.monotonic()
        with pytest.raises(Transient) as caught:
            Wire(clock, deadline=0.5).exchange("POST", url, acts=True)
        took = clock.monotonic() - began
        pause.set()
    assert took < 1.5
    assert caught.value.maybe_acted


def test_a_reading_that_is_waited_for_ends_at_a_stop() -> None:
    """A stop does not wait for a vendor that takes its time to answer; it used to, for the whole deadline."""
    clock, quiet, stop = SystemClock(), threading.Event(), threading.Event()
    timer = threading.Timer(0.2, stop.set)
    with server(lambda peer: quiet.wait(4) and None) as url:
        timer.start()
        began = clock.monotonic()
        with pytest.raises(Stopped):
            Wire(clock, deadline=4).exchange("GET", url, stop=stop)
        took = clock.monotonic() - began
        quiet.set()
    timer.join()
    assert took < 1.5


def test_the_next_exchange_is_not_struck_by_the_last_ones_end() -> None:
    """A watch ends with its exchange: what goes over the same connection later has its own time."""
    answer = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"
    pause = threading.Event()

    def talk(peer: socket.socket) -> None:
        peer.sendall(answer)
        peer.recv(65_536)
        pause.wait(0.5)
        peer.sendall(answer)

    with server(talk) as url:
        wire = Wire(SystemClock(), deadline=0.8)
        wire.exchange("GET", url)
        pause.wait(0.5)
        assert wire.exchange("GET", url).body == b"{}"


@pytest.mark.slow
def test_a_large_body_may_take_as_long_as_everything_together() -> None:
    """Sending is bound by the deadline, not by the time a connection may take to be made."""

    def talk(peer: socket.socket) -> None:
        threading.Event().wait(CONNECT_TIMEOUT + 1)
        peer.settimeout(1)
        try:
            while peer.recv(1 << 20):
                pass
        except TimeoutError:
            peer.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}")

    with server(talk) as url:
        raw = Wire(SystemClock()).exchange("POST", url, body=b" " * 30_000_000)
    assert raw.status == 200


def test_a_silent_server_ends_at_the_deadline() -> None:
    """No answer at all is a timeout, with the outcome of a write unknown."""
    quiet = threading.Event()
    with server(lambda peer: quiet.wait(3) and None) as url:
        with pytest.raises(Transient, match="timed out") as caught:
            Wire(SystemClock(), deadline=0.3).exchange("POST", url, acts=True)
        quiet.set()
    assert caught.value.maybe_acted


@pytest.mark.parametrize(
    "sent",
    [
        b'HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\n{"a": 1',
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n[1,2,\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\n",
        b"",
        b"HTTP/1.1 200 ",
        b"nonsense\r\n\r\n",
    ],
)
def test_a_cut_answer_is_transient_and_unknown(sent: bytes) -> None:
    """However little of an answer came, the vendor may have acted."""
    with server(lambda peer: peer.sendall(sent)) as url, pytest.raises(Transient) as caught:
        Wire(SystemClock(), deadline=2).exchange("POST", url, body=b"{}", acts=True)
    assert caught.value.maybe_acted


def test_a_chunked_body_is_read_whole() -> None:
    """Chunked transfer coding is undone, and the times bracket the exchange."""
    sent = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\n[1,\r\n2\r\n2]\r\n0\r\n\r\n"
    with server(lambda peer: peer.sendall(sent)) as url:
        raw = Wire(SystemClock(), deadline=2).exchange("GET", url)
    assert raw.body == b"[1,2]"
    assert raw.sent <= raw.received


def test_a_refused_connection_certainly_did_not_act() -> None:
    """Where nobody listens, no byte of a create has left."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    with pytest.raises(Transient, match="could not be reached") as caught:
        Wire(SystemClock(), deadline=2).exchange("POST", f"http://127.0.0.1:{port}/", acts=True)
    assert not caught.value.maybe_acted


def test_a_lost_connection_is_told_in_words() -> None:
    """What is stored as the outcome of such a write is read by people: it was the text of a tuple."""
    with server(lambda peer: None) as url, pytest.raises(Transient) as caught:
        Wire(SystemClock(), deadline=2).exchange("POST", url, acts=True, label="POST /vendors")
    assert caught.value.maybe_acted
    assert outcome_of(caught.value).reason == "the vendor gave no answer (connection lost)"


def test_an_unknown_host_certainly_did_not_act() -> None:
    """A name that does not resolve is known not to have acted."""
    with pytest.raises(Transient) as caught:
        Wire(SystemClock(), deadline=2).exchange("POST", "http://no-such-host.invalid/", acts=True)
    assert not caught.value.maybe_acted


@pytest.mark.parametrize(
    "url",
    [
        "api.example.com/x",
        "ftp://example.com/x",
        "http://",
        "http://a..b/x",
        f"http://{'a' * 64}.example/x",
        "http://[::1/x",
        "http://example.com:port/x",
    ],
)
def test_what_is_no_address_is_a_setting_to_mend(url: str) -> None:
    """A base URL that cannot be one is the settings' fault, not the network's."""
    with pytest.raises(ConfigProblem):
        Wire(SystemClock()).exchange("GET", url)


@pytest.mark.parametrize("token", ["tok\n", "tok\r\nX-Other: 1", "t\u00f6k\u20ac", "demo\u2013realm"])
def test_credentials_that_cannot_be_sent_are_a_setting_to_mend(token: str) -> None:
    """A line end or a euro sign in a token is the settings' fault; the error does not repeat the token.

    It used to end as a fault of syncd.
    """
    with pytest.raises(ConfigProblem, match="cannot be sent") as caught:
        Wire(SystemClock()).exchange("GET", "http://127.0.0.1:9/", headers={"Authorization": token})
    assert "tok" not in str(caught.value)
    assert caught.value.__suppress_context__


def test_a_redirect_is_not_followed() -> None:
    """Credentials never travel to where a server points."""
    sent = b"HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/steal\r\nContent-Length: 0\r\n\r\n"
    with server(lambda peer: peer.sendall(sent)) as url:
        raw = Wire(SystemClock(), deadline=2).exchange("GET", url, headers={"Authorization": "Bearer x"})
    assert raw.status == 302


def test_a_netrc_does_not_replace_our_credentials(tmp_path, monkeypatch) -> None:  # type: ignore[no-untyped-def]
    """A `.netrc` on the machine never wins over the header that we set."""
    (tmp_path / "netrc").write_text("machine 127.0.0.1 login somebody password else\n")
    monkeypatch.setenv("NETRC", str(tmp_path / "netrc"))
    seen: list[bytes] = []
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def serve() -> None:
            peer, _ = listener.accept()
            with peer:
                seen.append(peer.recv(65_536))
                peer.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}")

        thread = threading.Thread(target=serve)
        thread.start()
        url = f"http://127.0.0.1:{listener.getsockname()[1]}/"
        Wire(SystemClock(), deadline=2).exchange("GET", url, headers={"Authorization": "Bearer ours"})
        thread.join(5)
    assert b"Authorization: Bearer ours" in seen[0]
