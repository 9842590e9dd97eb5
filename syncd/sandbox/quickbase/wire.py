"""What one call to the REST API carries, and how it is refused."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

from syncd.sandbox.message import Request, Response, parse_json

__all__ = [
    "Call",
    "Person",
    "Refusal",
    "Token",
    "encode",
    "integer",
    "json_text",
    "listing",
    "mapping",
    "refuse",
]

encode = json.JSONEncoder(separators=(",", ":"), ensure_ascii=False).encode


def json_text(text: str, status: int = 200) -> Response:
    """A response of JSON that is text already; half a character is kept, as the escape it came as."""
    return Response(status, text.encode(errors="backslashreplace"), {"Content-Type": "application/json"})


class Refusal(Exception):
    """A call that fails as a whole; it becomes `{"message", "description"}` (§8)."""

    def __init__(self, status: int, message: str, description: str) -> None:
        super().__init__(f"{status} {message}: {description}")
        self.status = status
        self.message = message
        self.description = description

    def response(self) -> Response:
        """The answer that carries the refusal."""
        return json_text(encode({"message": self.message, "description": self.description}), self.status)


def refuse(description: str, status: int = 400, message: str = "Bad request") -> Refusal:
    """A refusal to raise: by default the caller sent something wrong."""
    return Refusal(status, message, description)


@dataclass(frozen=True, slots=True)
class Person:
    """A user of the realm. `id` is what user fields hold (§9 calls it hashId)."""

    id: str
    name: str
    email: str
    user_name: str

    def wire(self) -> dict[str, str]:
        """As user fields show a person (§4.3)."""
        return {"email": self.email, "id": self.id, "name": self.name, "userName": self.user_name}


@dataclass(slots=True)
class Token:
    """A user token: it acts as its owner, on the apps that it is assigned to (§1)."""

    text: str
    credential: str
    owner: Person
    apps: set[str] = field(default_factory=set)
    admin_of: set[str] = field(default_factory=set)
    active: bool = True


@dataclass(slots=True)
class Call:
    """One authorised request on its way to a handler.

    `args` are the parts of the path that the template names; `as_of` is the instant whose
    state a read has to show, None for the present.
    """

    request: Request
    token: Token
    args: dict[str, str]
    as_of: float | None = None

    def body(self) -> dict[str, Any]:
        """The JSON object that was sent. Raises Refusal (400) for anything else."""
        if not self.request.body:
            return {}
        try:
            value = parse_json(self.request.body)
        except (ValueError, RecursionError):
            raise refuse("The request body is not valid JSON.") from None
        if not isinstance(value, dict):
            raise refuse("The request body has to be a JSON object.")
        return value

    def needed(self, name: str) -> str:
        """A query parameter that has to be there. Raises Refusal (400)."""
        value = self.request.param(name)
        if not value:
            raise refuse(f"Missing required query parameter '{name}'.")
        return value


def integer(value: Any, name: str) -> int:
    """An integer as number or digits, never a bool. Raises Refusal (400)."""
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) < 16:
        return int(value)
    raise refuse(f"'{name}' has to be an integer.")


def listing(value: Any, name: str) -> list[Any]:
    """A list, empty for null. Raises Refusal (400)."""
    if value is None:
        return []
    if not isinstance(value, list):
        raise refuse(f"'{name}' has to be a list.")
    return value


def mapping(value: Any, name: str) -> dict[str, Any]:
    """An object, empty for null. Raises Refusal (400)."""
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise refuse(f"'{name}' has to be an object.")
    return value
