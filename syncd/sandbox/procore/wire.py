"""What one call to the Procore API carries, and how it is refused."""

from __future__ import annotations

import json
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from syncd.sandbox.message import Request, Response, parse_json
from syncd.sandbox.procore.form import read_form, read_multipart

__all__ = ["Call", "Refusal", "Who", "bad_request", "encode", "invalid", "json_text"]

_CODES = {
    400: "bad_request",
    401: "unauthorized",
    403: "forbidden",
    404: "not_found",
    409: "conflict",
    422: "unprocessable_entity",
}
"""The `code` of v2's errors; the form is described, the words are nowhere."""

_encode = json.JSONEncoder(separators=(",", ":"), ensure_ascii=False).encode


def encode(value: Any) -> str:
    """Compact JSON text."""
    return _encode(value)


def json_text(text: str, status: int = 200) -> Response:
    """A response of JSON that is text already."""
    return Response(status, text.encode(), {"Content-Type": "application/json; charset=utf-8"})


class Refusal(Exception):
    """A call that fails as a whole. `fields` are the per-field messages of a 422."""

    def __init__(self, status: int, text: str, fields: dict[str, list[str]] | None = None) -> None:
        super().__init__(f"{status}: {text}")
        self.status = status
        self.text = text
        self.fields = fields

    def response(self, shape: str, path: str = "") -> Response:
        """The answer, in one of the bodies the vendor is known to use (reference §19)."""
        if path.startswith("/rest/v2."):
            body: Any = {"error": self._envelope()}
        elif self.fields is not None:
            body = {"errors": self.fields}
        elif self.status == 401:
            body = {"code": 401, "message": self.text, "fields": "", "reason": "", "error": "invalid_token"}
        elif shape == "errors_text":
            body = {"errors": self.text}
        elif shape == "errors_list":
            body = {"errors": [self.text]}
        else:
            body = {"message": self.text, "error": self.text}
        return json_text(encode(body), self.status)

    def _envelope(self) -> dict[str, Any]:
        """The error of v2, with one detail for each field."""
        code = _CODES.get(self.status, "error")
        found = (self.fields or {}).items()
        details = [
            {"code": "invalid", "message": text, "source": key} for key, texts in found for text in texts
        ]
        return {"code": code, "message": self.text, "details": details}


def bad_request(text: str) -> Refusal:
    """A 400 to raise."""
    return Refusal(400, text)


def invalid(fields: dict[str, list[str]]) -> Refusal:
    """A 422 to raise, with messages by field."""
    return Refusal(422, "; ".join(f"{key} {text[0]}" for key, text in fields.items()), fields)


@dataclass(frozen=True, slots=True)
class Who:
    """Whose credential a call came with: `syncd` or `person`, and as which user it acts."""

    credential: str
    user_id: int
    service: bool = False


@dataclass(slots=True)
class Call:
    """One authorised request on its way to a handler; `args` are the ids in its path."""

    request: Request
    who: Who
    args: tuple[int, ...]
    as_of: float | None = None
    _json: dict[str, Any] | None = None

    def json(self) -> dict[str, Any]:
        """The JSON object or the form that was sent, decimals exact. Raises Refusal (400)."""
        if self._json is None:
            self._json = self._parsed(self.request.body)
        return self._json

    def _parsed(self, body: bytes) -> dict[str, Any]:
        if not body:
            return {}
        kind = self.request.header("content-type")
        if kind.startswith("application/x-www-form-urlencoded"):
            return read_form(body)
        if kind.startswith("multipart/form-data"):
            form = read_multipart(body, kind)
            if form is None:
                raise bad_request("There was a problem parsing the request body as a form.")
            return form
        try:
            value = parse_json(body, halves=False, parse_float=Decimal)
        except (ValueError, RecursionError):
            raise bad_request("There was a problem parsing the request body as JSON.") from None
        if not isinstance(value, dict):
            raise bad_request("The request body has to be a JSON object.")
        return value
