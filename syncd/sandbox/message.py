"""A request and a response, as both simulators see them: no framework, no sockets."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, NoReturn
from urllib.parse import quote, urlencode

__all__ = ["Request", "Response", "json_response", "parse_json"]

_HALF = re.compile(r"\\u[dD][89a-fA-F]")


@dataclass(frozen=True, slots=True)
class Request:
    """One HTTP request. Header names are lower case; `query` keeps order and repeats.

    `target` is path and query as they came over a socket, still encoded; empty in process.
    """

    method: str
    path: str
    query: tuple[tuple[str, str], ...] = ()
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""
    target: str = ""

    def target_length(self) -> int:
        """Bytes of the request target; one that came over no socket is encoded as clients do."""
        if self.target:
            return len(self.target)
        length = len(quote(self.path, errors="replace"))
        return length + 1 + len(urlencode(self.query, errors="replace")) if self.query else length

    def header(self, name: str) -> str:
        """The header's value, or an empty string."""
        return self.headers.get(name.lower(), "")

    def param(self, name: str) -> str | None:
        """The last value of a query parameter, None if it was not sent."""
        found = [value for key, value in self.query if key == name]
        return found[-1] if found else None

    def params(self, name: str) -> list[str]:
        """All values of a query parameter, in order."""
        return [value for key, value in self.query if key == name]


@dataclass(slots=True)
class Response:
    """One HTTP response; faults may still cut or replace it on the way out."""

    status: int = 200
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)


def parse_json(body: bytes, *, halves: bool = True, parse_float: Callable[[str], Any] = float) -> Any:
    """The JSON value that was sent. `halves` takes the escape of half a character, such as a cut emoji.

    Raises ValueError or RecursionError for what is no JSON in UTF-8, `NaN` included.
    """
    text = body.decode("utf-8-sig")
    value = json.loads(text, parse_float=parse_float, parse_constant=_no_constant)
    if not halves and _HALF.search(text):
        json.dumps(value, ensure_ascii=False, default=str).encode()
    return value


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is no JSON")


def json_response(value: Any, status: int = 200, **headers: str) -> Response:
    """A JSON response; keyword names become header names with `_` read as `-`."""
    named = {key.replace("_", "-"): text for key, text in headers.items()}
    return Response(
        status,
        json.dumps(value, separators=(",", ":")).encode(),
        {"Content-Type": "application/json; charset=utf-8", **named},
    )
