"""The wire over real sockets: deadlines, caps, and whether a byte can have arrived."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from syncd.clock import SystemClock
from syncd.errors import ConfigProblem, Transient
from syncd.http import Wire

Talk = Callable[[socket.socket], None]


@contextmanager
def server(talk: Talk) -> Iterator[str]:
    """A server for one connection that reads the request and then says what `talk` says."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(5)

        def serve() -> None:
            try:
                peer, _ = listener.accept()
            except OSError:
                return
            with peer:
                peer.settimeout(5)
                peer.recv(65_536)
                try:
                    talk(peer)
                except OSError:
                    pass  # the client hung up on us, as it should

        thread = threading.Thread(target=serve)
        thread.start()
        yield f"http://127.0.0.1:{listener.getsockname()[1]}/x"
        thread.join(5)


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


def test_an_unknown_host_certainly_did_not_act() -> None:
    """A name that does not resolve is known not to have acted."""
    with pytest.raises(Transient) as caught:
        Wire(SystemClock(), deadline=2).exchange("POST", "http://no-such-host.invalid/", acts=True)
    assert not caught.value.maybe_acted


@pytest.mark.parametrize("url", ["api.example.com/x", "ftp://example.com/x", "http://"])
def test_what_is_no_address_is_a_setting_to_mend(url: str) -> None:
    """A base URL that cannot be one is the settings' fault, not the network's."""
    with pytest.raises(ConfigProblem):
        Wire(SystemClock()).exchange("GET", url)


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
