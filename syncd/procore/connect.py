"""The steps of `syncd connect procore`: OAuth's authorization code (reference procore-api §15).

A person signs in at Procore in a browser; the code that comes back, good once and for ten
minutes, is traded for a token by `http.tokens.TokenProvider.redeem`.
"""

from __future__ import annotations

import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from urllib.parse import parse_qs, urlencode, urlsplit

from syncd.clock import Clock
from syncd.errors import AuthProblem, Stopped

__all__ = ["OUT_OF_BAND", "CodeReceiver", "authorize_url", "code_in"]

OUT_OF_BAND = "urn:ietf:wg:oauth:2.0:oob"
"""The redirect that makes Procore show the code for a person to copy."""

LONGEST_WAIT = 600.0
"""Seconds a code lives."""


def authorize_url(login_url: str, client_id: str, redirect_uri: str, state: str = "") -> str:
    """The page where a person allows us in. `state` comes back with the code, unchanged."""
    query = {"response_type": "code", "client_id": client_id, "redirect_uri": redirect_uri}
    if state:
        query["state"] = state
    return f"{login_url.rstrip('/')}/oauth/authorize?{urlencode(query)}"


def code_in(text: str, state: str = "") -> str:
    """The code in what a person pasted: the code itself, or the address they were sent to.

    Raises AuthProblem where it is neither, was refused, or belongs to another attempt.
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
    if state and found.get("state", [""])[0] not in ("", state):
        raise AuthProblem("The address belongs to another attempt; run `syncd connect procore` again.")
    if not found.get("code"):
        raise AuthProblem("There is no code in that address; run `syncd connect procore` again.")
    return found["code"][0]


class CodeReceiver:
    """Waits on this machine for the browser that comes back with a code.

    Listens on 127.0.0.1 only, for one answer. Use it as a context manager.
    """

    def __init__(self, port: int = 0) -> None:
        receiver = self
        self._answer = ""

        class Handler(BaseHTTPRequestHandler):
            """Takes the one request that carries a code or a refusal."""

            def do_GET(self) -> None:
                if "code=" in self.path or "error=" in self.path:
                    receiver._answer = self.path
                self.send_response(200)
                self.send_header("Content-Type", "text/plain; charset=utf-8")
                self.end_headers()
                self.wfile.write(b"syncd has its answer; you can close this page.")

            def log_message(self, format: str, *args: object) -> None:
                """Nothing: the address holds the code."""

        self._server = HTTPServer(("127.0.0.1", port), Handler)
        self._server.timeout = 0.5

    def __enter__(self) -> CodeReceiver:
        return self

    def __exit__(self, *_: object) -> None:
        self._server.server_close()

    @property
    def redirect_uri(self) -> str:
        """The address to give to Procore; it must be registered there."""
        return f"http://localhost:{self._server.server_address[1]}/callback"

    def wait(self, clock: Clock, state: str, stop: threading.Event | None = None) -> str:
        """The code. Raises AuthProblem where none comes in time or it is refused, Stopped."""
        until = clock.monotonic() + LONGEST_WAIT
        while not self._answer:
            if stop is not None and stop.is_set():
                raise Stopped("Stopped while waiting for Procore's answer.")
            if clock.monotonic() > until:
                raise AuthProblem("No answer came from Procore in ten minutes; run it again.")
            self._server.handle_request()
        return code_in(self._answer, state)
