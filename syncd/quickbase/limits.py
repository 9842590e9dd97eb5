"""How large a file Quickbase takes: less through its API than through its web application (§5).

An attachment may have 100 MB, but the API takes it as base64 within one request of 40 MB. Whether the
vendor counts a MB as 1,000,000 bytes or as 1,048,576 is not known, so the smaller holds.
"""

from __future__ import annotations

__all__ = ["LARGEST_ATTACHMENT", "LARGEST_UPLOAD", "upload_refusal"]

LARGEST_ATTACHMENT = 100_000_000
"""Bytes of an attachment, however it came (§6)."""

LARGEST_REQUEST = 40_000_000
"""Bytes of one request to the API (§2.1)."""

BESIDE = 100_000
"""Bytes of a request that are kept for what stands beside the file: its name, the record, the fields."""

LARGEST_UPLOAD = (LARGEST_REQUEST - BESIDE) // 4 * 3
"""Bytes of a file that fits into one request: base64 makes four of three."""


def upload_refusal(name: str, size: int) -> str:
    """Why Quickbase's API would not take a file of `size` bytes, as one sentence; "" where it would.

    To be asked before a byte is sent or fetched.
    """
    if size <= 0:
        return f"{name} is empty, and an attachment needs bytes."
    if size > LARGEST_ATTACHMENT:
        return f"{name} has {size:,} bytes; a Quickbase attachment may have {LARGEST_ATTACHMENT:,} at most."
    if size > LARGEST_UPLOAD:
        return (
            f"{name} has {size:,} bytes; Quickbase's API takes {LARGEST_UPLOAD:,} in one upload. "
            "Attach it in Quickbase by hand."
        )
    return ""
