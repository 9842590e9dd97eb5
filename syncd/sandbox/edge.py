"""The edge in front of both vendors: a request that is too long or too large never reaches one."""

from __future__ import annotations

from syncd.sandbox.message import Request
from syncd.sandbox.quickbase.web import MOUNT

__all__ = ["MOST_URL", "TOO_LARGE", "TOO_LONG", "excess", "most_body", "words"]

MOST_URL = 8 * 1024
"""Bytes of a request target; longer ones are answered 414, as the vendors' edges do."""
MOST_BODY = 42_000_000
"""Bytes of a request body that are read at all: a little above the largest a vendor takes."""
MOST_FORM = 106_000_000
"""The same of a form with a file in it, which a browser sends to Quickbase's web application."""
TOO_LONG, TOO_LARGE = 414, 413


def most_body(path: str) -> int:
    """Bytes of a body that are read at that path."""
    return MOST_FORM if path.startswith(f"{MOUNT}/") else MOST_BODY


def words(status: int, path: str) -> str:
    """What a refusal of the edge says."""
    if status == TOO_LONG:
        return f"The request target is longer than {MOST_URL} bytes."
    return f"The request body is larger than {most_body(path)} bytes."


def excess(request: Request) -> int | None:
    """The status of a request that the edge turns away; None if it goes through."""
    if request.target_length() > MOST_URL:
        return TOO_LONG
    return TOO_LARGE if len(request.body) > most_body(request.path) else None
