"""`requests` adapters that mount an application in this process, without a socket.

`WsgiAdapter` mounts a WSGI application, `WorldAdapter` the sandbox's `World.handle`. What a
lost response looks like over a socket (a connection that breaks after the request arrived)
is a `requests.ConnectionError` here too.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable, Mapping
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

import requests
from requests.adapters import BaseAdapter
from requests.structures import CaseInsensitiveDict
from urllib3 import HTTPHeaderDict, HTTPResponse

from syncd.sandbox.message import Request, Response

__all__ = ["WorldAdapter", "WsgiAdapter", "session_with"]

WsgiApp = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]


def session_with(adapter: BaseAdapter) -> Callable[[], requests.Session]:
    """A session factory whose sessions send everything to the adapter."""

    def make() -> requests.Session:
        session = requests.Session()
        session.trust_env = False  # no proxy lookups: nothing leaves this process
        session.mount("http://", adapter)
        session.mount("https://", adapter)
        return session

    return make


class _InProcess(BaseAdapter):
    """Turns an answer made in this process into what `requests` would have read."""

    def close(self) -> None:
        """Nothing is held open."""

    def _response(
        self, request: requests.PreparedRequest, status: int, headers: Mapping[str, str], body: bytes
    ) -> requests.Response:
        raw = HTTPResponse(
            body=io.BytesIO(body),
            headers=HTTPHeaderDict(headers),
            status=status,
            preload_content=False,
            enforce_content_length=True,
            request_method=request.method,
        )
        response = requests.Response()
        response.status_code = status
        response.headers = CaseInsensitiveDict(headers)
        response.raw = raw
        response.request = request
        response.url = request.url or ""
        return response


class WsgiAdapter(_InProcess):
    """Sends every request to a WSGI application."""

    def __init__(self, app: WsgiApp) -> None:
        super().__init__()
        self._app = app

    def send(self, request: requests.PreparedRequest, *args: Any, **kwargs: Any) -> requests.Response:
        """Call the application; a ConnectionError it raises reaches the caller as it is."""
        url = urlsplit(request.url or "")
        body = _bytes(request.body)
        environ: dict[str, Any] = {
            "REQUEST_METHOD": request.method,
            "PATH_INFO": unquote(url.path),
            "RAW_URI": request.url,
            "QUERY_STRING": url.query,
            "SERVER_NAME": url.hostname,
            "SERVER_PORT": str(url.port or 80),
            "SERVER_PROTOCOL": "HTTP/1.1",
            "CONTENT_LENGTH": str(len(body)),
            "CONTENT_TYPE": request.headers.get("Content-Type", ""),
            "wsgi.url_scheme": url.scheme,
            "wsgi.input": io.BytesIO(body),
        }
        for name, value in request.headers.items():
            environ[f"HTTP_{name.upper().replace('-', '_')}"] = value
        started: dict[str, Any] = {}

        def start_response(status: str, headers: list[tuple[str, str]], exc_info: Any = None) -> None:
            started.update(status=int(status.split()[0]), headers=dict(headers))

        content = b"".join(self._app(environ, start_response))
        return self._response(request, started["status"], started["headers"], content)


class WorldAdapter(_InProcess):
    """Sends every request to a function of the sandbox's messages.

    `dropped` is the exception by which it says that the response was lost on the way.
    """

    def __init__(
        self, handle: Callable[[Request], Response], dropped: type[BaseException] = ConnectionResetError
    ) -> None:
        super().__init__()
        self._handle = handle
        self._dropped = dropped

    def send(self, request: requests.PreparedRequest, *args: Any, **kwargs: Any) -> requests.Response:
        """Handle the request; `dropped` becomes a connection that broke."""
        url = urlsplit(request.url or "")
        asked = Request(
            request.method or "",
            unquote(url.path),
            tuple(parse_qsl(url.query, keep_blank_values=True)),
            {name.lower(): value for name, value in request.headers.items()},
            _bytes(request.body),
        )
        try:
            answer = self._handle(asked)
        except self._dropped as lost:
            raise requests.ConnectionError("the connection broke before an answer came") from lost
        return self._response(request, answer.status, answer.headers, answer.body)


def _bytes(body: Any) -> bytes:
    if body is None:
        return b""
    if hasattr(body, "read"):
        return b"".join(iter(lambda: body.read(1 << 16), b""))
    return body.encode() if isinstance(body, str) else bytes(body)
