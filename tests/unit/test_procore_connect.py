"""The authorization code: the address to sign in at, and the code in what comes back."""

from __future__ import annotations

import threading
from http.client import HTTPConnection
from urllib.parse import parse_qs, urlsplit

import pytest

from syncd.clock import ManualClock
from syncd.errors import AuthProblem, Stopped
from syncd.procore.connect import OUT_OF_BAND, CodeReceiver, authorize_url, code_in


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
        ("http://localhost/callback?state=s", "no code"),
    ],
)
def test_anything_else_is_refused_in_words(pasted: str, words: str) -> None:
    """A refusal, another attempt's answer and plain nonsense each have their sentence."""
    with pytest.raises(AuthProblem) as caught:
        code_in(pasted, "s")
    assert words in caught.value.message


def test_the_browser_that_comes_back_brings_the_code() -> None:
    """A request to the loopback address ends the wait with its code; others do not."""
    with CodeReceiver() as receiver:
        port = urlsplit(receiver.redirect_uri).port
        assert port is not None

        def browse() -> None:
            for path in ("/favicon.ico", "/callback?code=abc&state=s"):
                connection = HTTPConnection("127.0.0.1", port, timeout=5)
                connection.request("GET", path)
                connection.getresponse().read()
                connection.close()

        browser = threading.Thread(target=browse)
        browser.start()
        assert receiver.wait(ManualClock(), "s") == "abc"
        browser.join(5)


def test_waiting_can_be_stopped() -> None:
    """A stop ends the wait at once, and so does the code's own lifetime."""
    stop = threading.Event()
    stop.set()
    with CodeReceiver() as receiver, pytest.raises(Stopped):
        receiver.wait(ManualClock(), "s", stop)
