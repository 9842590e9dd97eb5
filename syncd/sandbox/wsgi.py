"""The sandbox on a socket: a WSGI application and a threaded server on 127.0.0.1."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any
from urllib.parse import parse_qsl
from wsgiref.types import StartResponse, WSGIEnvironment

from werkzeug.serving import BaseWSGIServer, WSGIRequestHandler, make_server

from syncd.sandbox.edge import TOO_LARGE, excess, most_body
from syncd.sandbox.faults import Dropped
from syncd.sandbox.message import Request, Response, json_response
from syncd.sandbox.world import World

__all__ = ["Server", "application", "serve"]

_REASONS = {
    200: "OK",
    201: "Created",
    207: "Multi-Status",
    302: "Found",
    400: "Bad Request",
    404: "Not Found",
}
Application = Callable[[WSGIEnvironment, StartResponse], Iterable[bytes]]


def application(world: World) -> Application:
    """The world as a WSGI application; `world.handle` holds the lock."""

    def run(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        try:
            answer = _answer(world, environ)
        except Dropped:
            _hang_up(environ)
            raise ConnectionAbortedError("a fault closed the connection") from None
        body = b"" if environ["REQUEST_METHOD"] == "HEAD" else answer.body
        headers = {"Content-Length": str(len(answer.body)), **answer.headers}
        if int(headers["Content-Length"]) > len(body) and environ["REQUEST_METHOD"] != "HEAD":
            headers["Connection"] = "close"
        start_response(f"{answer.status} {_REASONS.get(answer.status, 'Status')}", list(headers.items()))
        return [body]

    return run


def _answer(world: World, environ: WSGIEnvironment) -> Response:
    """Read the request, within the caps, and hand it to the world."""
    asked = _asked(environ)
    if excess(asked) is not None:
        return world.handle(asked)  # turned away for its URL; the body is not read
    try:
        size = int(environ.get("CONTENT_LENGTH") or 0)
    except ValueError:
        return json_response({"error": "The Content-Length header is no number."}, 400)
    most = most_body(asked.path)
    if size > most:
        return world.turn_away(asked, TOO_LARGE)
    return world.handle(replace(asked, body=_body(environ, size, most)))


def _asked(environ: WSGIEnvironment) -> Request:
    """The request without its body."""
    headers = {
        key[5:].replace("_", "-").lower(): str(value)
        for key, value in environ.items()
        if key.startswith("HTTP_")
    }
    headers["content-type"] = environ.get("CONTENT_TYPE", "")
    query = tuple(parse_qsl(environ.get("QUERY_STRING", ""), keep_blank_values=True))
    path = environ.get("PATH_INFO", "").encode("latin-1").decode("utf-8", "replace")
    target = environ.get("RAW_URI") or environ.get("REQUEST_URI") or ""
    return Request(environ["REQUEST_METHOD"], path, query, headers, target=target)


def _body(environ: WSGIEnvironment, size: int, most: int) -> bytes:
    """The body as announced; one sent in chunks is read to its end, or just over the cap."""
    stream = environ["wsgi.input"]
    if size > 0 or not environ.get("wsgi.input_terminated"):
        return bytes(stream.read(size)) if size > 0 else b""
    parts, length = [], 0
    while length <= most and (part := stream.read(1 << 16)):
        parts.append(part)
        length += len(part)
    return b"".join(parts)


def _hang_up(environ: WSGIEnvironment) -> None:
    """Close the connection under the answer, so that the client sees it end."""
    connection = environ.get("werkzeug.socket")
    if isinstance(connection, socket.socket):
        try:
            connection.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass  # the client was quicker


class _Quiet(WSGIRequestHandler):
    """Keeps connections open between requests, and prints nothing."""

    protocol_version = "HTTP/1.1"

    def log(self, type: str, message: str, *args: Any) -> None:
        """Nothing: the statistics tell what was called."""

    def connection_dropped(self, error: BaseException, environ: Any = None) -> None:
        """The connection is over, whoever ended it."""
        self.close_connection = True


class Server:
    """The world on a socket of 127.0.0.1. `port` is known at once; `start` serves in a thread."""

    def __init__(self, world: World, port: int = 0) -> None:
        self.world = world
        self._server: BaseWSGIServer = make_server(
            "127.0.0.1", port, application(world), threaded=True, request_handler=_Quiet
        )
        self.port = int(self._server.port)
        self._thread = threading.Thread(target=self._serve, name="sandbox", daemon=True)
        world.base_url = f"http://127.0.0.1:{self.port}"

    def _serve(self) -> None:
        self._server.serve_forever(poll_interval=0.05)

    def start(self) -> Server:
        """Begin to answer."""
        self._thread.start()
        return self

    def stop(self) -> None:
        """Stop answering and let the port go."""
        if self._thread.is_alive():
            self._server.shutdown()
            self._thread.join(timeout=10)
        self._server.server_close()

    def __enter__(self) -> Server:
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.stop()


def serve(world: World, port: int = 0) -> Server:
    """A server for the world on `port` (0: any free one), not started yet."""
    return Server(world, port)
