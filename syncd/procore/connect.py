"""The steps of `syncd connect procore`: OAuth's authorization code (reference procore-api §15).

A person signs in at Procore in a browser; the code that comes back, good once and for ten
minutes, is traded for a token by `http.tokens.TokenProvider.redeem`.
"""

from __future__ import annotations

import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from syncd.clock import Clock
from syncd.errors import AuthProblem, Bug, Stopped

__all__ = ["OUT_OF_BAND", "CodeReceiver", "authorize_url", "code_in"]

OUT_OF_BAND = "urn:ietf:wg:oauth:2.0:oob"
"""The redirect that makes Procore show the code for a person to copy."""

LONGEST_WAIT = 600.0
"""Seconds a code lives."""

LOOK_EVERY = 0.1
"""Seconds between two looks at whether the code has come, the time is over or a stop was asked."""

LONGEST_SILENCE = 5.0
"""Seconds without a byte after which a browser's connection is hung up on."""

MOST_AT_ONCE = 16
"""Connections talked to at a time; more are hung up on."""


def authorize_url(login_url: str, client_id: str, redirect_uri: str, state: str = "") -> str:
    """The page where a person allows us in. `state` comes back with the code, unchanged."""
    query = {"response_type": "code", "client_id": client_id, "redirect_uri": redirect_uri}
    if state:
        query["state"] = state
    return f"{login_url.rstrip('/')}/oauth/authorize?{urlencode(query)}"


def code_in(text: str, state: str = "") -> str:
    """The code in what a person pasted: the code itself, or the address they were sent to.

    An address must bring back `state` unchanged, if one was sent: the code in it may be
    somebody else's otherwise. Raises AuthProblem where the text is neither, was refused, or
    belongs to another attempt.
    """
    text = text.strip()
    if "?" not in text and "=" not in text and "/" not in text:
        if text and not any(one.isspace() for one in text):
            return text
        raise AuthProblem("That is not an authorization code; run `syncd connect procore` again.")
    found = parse_qs(urlsplit(text).query or text.rpartition("?")[2])
    if "error" in found:
        words = (found.get("error_description") or found["error"])[0]
        raise AuthProblem(f"Procore did not authorise syncd: {words[:200]}.", hint="Sign in and allow it.")
    if state and found.get("state") != [state]:
        raise AuthProblem("The address belongs to another attempt; run `syncd connect procore` again.")
    if not found.get("code"):
        raise AuthProblem("There is no code in that address; run `syncd connect procore` again.")
    return found["code"][0]


class CodeReceiver:
    """Waits on this machine for the browser that comes back with a code.

    Listens on 127.0.0.1 only, for one answer to one attempt: a request that does not bring
    back the attempt's own `state` is none, be it a code or a refusal, because any page in any
    browser can send one. Use it as a context manager.
    """

    def __init__(self, port: int = 0) -> None:
        self._server = _Server(("127.0.0.1", port), _Handler)

    def __enter__(self) -> CodeReceiver:
        return self

    def __exit__(self, *_: object) -> None:
        self._server.server_close()

    @property
    def redirect_uri(self) -> str:
        """The address to give to Procore; it must be registered there."""
        return f"http://localhost:{self._server.server_address[1]}/callback"

    def wait(self, clock: Clock, state: str, stop: threading.Event | None = None) -> str:
        """The code. Raises AuthProblem where none comes in time or it is refused, Stopped.

        Neither a stop nor the time is missed because some connection is silent.
        """
        if not state:
            raise Bug("Without a state nobody can tell whose answer comes.")
        self._server.state = state
        until = clock.monotonic() + LONGEST_WAIT
        while not self._server.answer:
            if stop is not None and stop.is_set():
                raise Stopped("Stopped while waiting for Procore's answer.")
            if clock.monotonic() > until:
                raise AuthProblem("No answer came from Procore in ten minutes; run it again.")
            self._server.handle_request()
        return code_in(self._server.answer, state)


class _Server(ThreadingHTTPServer):
    """A thread a connection, so that none can hold up the others. `answer` is the path that came."""

    daemon_threads = True
    request_queue_size = 2 * MOST_AT_ONCE
    timeout = LOOK_EVERY
    state = ""
    answer = ""

    def __init__(self, *arguments: Any) -> None:
        super().__init__(*arguments)
        self._places = threading.BoundedSemaphore(MOST_AT_ONCE)

    def process_request(self, request: Any, client_address: Any) -> None:
        """Talk to a connection in a thread of its own, if there is a place left."""
        if self._places.acquire(blocking=False):
            super().process_request(request, client_address)
        else:
            self.shutdown_request(request)

    def process_request_thread(self, request: Any, client_address: Any) -> None:
        """In that thread: serve one request."""
        try:
            super().process_request_thread(request, client_address)
        finally:
            self._places.release()

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Nothing: a browser that hangs up is no news, and the address holds the code."""

    def take(self, path: str) -> bool:
        """Keep this answer, if it is one to our attempt."""
        found = parse_qs(urlsplit(path).query)
        ours = bool(self.state) and found.get("state") == [self.state]
        if ours and not self.answer and ("code" in found or "error" in found):
            self.answer = path
            return True
        return False


class _Handler(BaseHTTPRequestHandler):
    """Takes the one request that carries our attempt's code or refusal."""

    timeout = LONGEST_SILENCE
    server: _Server

    def do_GET(self) -> None:
        taken = self.server.take(self.path)
        self.send_response(200 if taken else 404)
        self.send_header("Content-Type", "text/plain; charset=utf-8")
        self.end_headers()
        words = (
            "syncd has its answer; you can close this page." if taken else "This is not the answer to syncd."
        )
        self.wfile.write(words.encode())

    def log_message(self, format: str, *args: object) -> None:
        """Nothing: the address holds the code."""
