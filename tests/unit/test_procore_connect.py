"""The authorization code: the address to sign in at, and the code in what comes back."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from http.client import HTTPConnection
from urllib.parse import parse_qs, urlsplit

import pytest

from syncd.clock import ManualClock, SystemClock
from syncd.errors import AuthProblem, Bug, Stopped
from syncd.procore.connect import MOST_AT_ONCE, OUT_OF_BAND, CodeReceiver, authorize_url, code_in


def test_the_address_carries_client_redirect_and_state() -> None:
    """What Procore needs to know stands in the query, escaped."""
    url = urlsplit(authorize_url("https://login.example.com/", "abc", OUT_OF_BAND, "s t"))
    assert url.path == "/oauth/authorize"
    assert parse_qs(url.query) == {
        "response_type": ["code"],
        "client_id": ["abc"],
        "redirect_uri": [OUT_OF_BAND],
        "state": ["s t"],
    }


@pytest.mark.parametrize(
    "pasted",
    ["  abc123 \n", "http://localhost:1/callback?code=abc123&state=s", "/callback?state=s&code=abc123"],
)
def test_the_code_is_found_in_what_a_person_pastes(pasted: str) -> None:
    """The bare code and the whole address both do."""
    assert code_in(pasted, "s") == "abc123"


@pytest.mark.parametrize(
    ("pasted", "words"),
    [
        ("", "not an authorization code"),
        ("not a code", "not an authorization code"),
        ("http://localhost/callback?error=access_denied&error_description=No", "No"),
        ("http://localhost/callback?code=abc&state=other", "another attempt"),
        ("http://localhost/callback?code=abc", "another attempt"),
        ("http://localhost/callback?code=abc&state=other&state=s", "another attempt"),
        ("http://localhost/callback?state=s", "no code"),
    ],
)
def test_anything_else_is_refused_in_words(pasted: str, words: str) -> None:
    """A refusal, another attempt's answer and plain nonsense each have their sentence."""
    with pytest.raises(AuthProblem) as caught:
        code_in(pasted, "s")
    assert words in caught.value.message


@contextmanager
def waiting(receiver: CodeReceiver, stop: threading.Event | None = None) -> Iterator[list[object]]:
    """Wait for state `s` in a thread; what came of it is in the list when the block is left."""
    ended: list[object] = []

    def wait() -> None:
        try:
            ended.append(receiver.wait(SystemClock(), "s", stop))
        except (AuthProblem, Stopped) as error:
            ended.append(error)

    thread = threading.Thread(target=wait, daemon=True)
    thread.start()
    yield ended
    thread.join(10)
    assert not thread.is_alive()


def port_of(receiver: CodeReceiver) -> int:
    """Where it listens."""
    port = urlsplit(receiver.redirect_uri).port
    assert port is not None
    return port


def browse(receiver: CodeReceiver, path: str) -> int:
    """Ask for that path as a browser would; the answer's status."""
    connection = HTTPConnection("127.0.0.1", port_of(receiver), timeout=5)
    try:
        connection.request("GET", path)
        return connection.getresponse().status
    finally:
        connection.close()


def browse_soon(receiver: CodeReceiver, path: str) -> int:
    """Ask again while there is no place yet: places become free a moment after a connection ends."""
    for _ in range(50):
        try:
            return browse(receiver, path)
        except OSError:
            threading.Event().wait(0.05)
    return 0


def test_the_browser_that_comes_back_brings_the_code() -> None:
    """A request to the loopback address ends the wait with its code; others do not."""
    with CodeReceiver() as receiver, waiting(receiver) as ended:
        assert browse(receiver, "/favicon.ico") == 404
        assert browse(receiver, "/callback?code=abc&state=s") == 200

    assert ended == ["abc"]


def test_an_answer_without_our_state_is_not_ours() -> None:
    """A code or a refusal that any web page could have sent here is passed over, and ours still counts.

    A missing state used to be taken for ours: whoever made the browser open the address could connect
    syncd to an account of their own.
    """
    strange = ["?code=theirs", "?code=theirs&state=", "?code=theirs&state=x", "?error=access_denied"]
    with CodeReceiver() as receiver, waiting(receiver) as ended:
        for query in strange:
            assert browse(receiver, f"/callback{query}") == 404
        browse(receiver, "/callback?code=ours&state=s")

    assert ended == ["ours"]


def test_a_refusal_with_our_state_ends_the_wait() -> None:
    """A person who says no is heard at once."""
    with CodeReceiver() as receiver, waiting(receiver) as ended:
        browse(receiver, "/callback?error=access_denied&state=s")

    assert isinstance(ended[0], AuthProblem)
    assert "access_denied" in ended[0].message


def test_a_receiver_wants_a_state() -> None:
    """Without one, nobody could tell whose answer comes."""
    with CodeReceiver() as receiver, pytest.raises(Bug):
        receiver.wait(ManualClock(), "")


def test_silent_connections_hold_up_neither_the_code_nor_a_stop() -> None:
    """Browsers open connections that they may never use; the code comes past them, and so does a stop.

    One such connection used to hang the wait, beyond its ten minutes and beyond a stop.
    """
    stop = threading.Event()
    with CodeReceiver() as receiver, ExitStack() as silent:
        for _ in range(3):
            silent.enter_context(socket.create_connection(("127.0.0.1", port_of(receiver))))
        with waiting(receiver, stop) as stopped:
            threading.Event().wait(0.3)
            stop.set()
        with waiting(receiver) as ended:
            browse(receiver, "/callback?code=abc&state=s")

    assert isinstance(stopped[0], Stopped)
    assert ended == ["abc"]


def test_more_connections_than_places_are_hung_up_on() -> None:
    """However many connections there are, so many are talked to at a time (P15)."""
    with CodeReceiver() as receiver, waiting(receiver) as ended:
        with ExitStack() as open_ones:
            for _ in range(MOST_AT_ONCE):
                open_ones.enter_context(socket.create_connection(("127.0.0.1", port_of(receiver))))
            one_more = socket.create_connection(("127.0.0.1", port_of(receiver)), timeout=5)
            assert open_ones.enter_context(one_more).recv(1) == b""
        assert browse_soon(receiver, "/callback?code=abc&state=s") == 200

    assert ended == ["abc"]


def test_waiting_can_be_stopped() -> None:
    """A stop ends the wait at once, and so does the code's own lifetime."""
    stop = threading.Event()
    stop.set()
    with CodeReceiver() as receiver, pytest.raises(Stopped):
        receiver.wait(ManualClock(), "s", stop)
