"""The edge in front of both vendors: a request that is too long or too large never reaches one."""

from __future__ import annotations

from syncd.sandbox.message import Request

__all__ = ["MOST_BODY", "MOST_URL", "TOO_LARGE", "TOO_LONG", "WORDS", "excess"]

MOST_URL = 8 * 1024
"""Bytes of a request target; longer ones are answered 414, as the vendors' edges do."""
MOST_BODY = 42_000_000
"""Bytes of a request body that are read at all: a little above the largest a vendor takes."""
TOO_LONG, TOO_LARGE = 414, 413
WORDS = {
    TOO_LONG: f"The request target is longer than {MOST_URL} bytes.",
    TOO_LARGE: f"The request body is larger than {MOST_BODY} bytes.",
}
"""What each refusal of the edge says."""


def excess(request: Request) -> int | None:
    """The status of a request that the edge turns away; None if it goes through."""
    if request.target_length() > MOST_URL:
        return TOO_LONG
    return TOO_LARGE if len(request.body) > MOST_BODY else None
