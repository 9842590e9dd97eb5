"""How large a file we carry to and from Procore."""

from __future__ import annotations

__all__ = ["LARGEST", "upload_refusal"]

LARGEST = 100 * 1024 * 1024
"""Bytes of a file that we carry; Procore names no limit of its own for these uploads (§10.2)."""


def upload_refusal(name: str, size: int) -> str:
    """Why we would not carry a file of `size` bytes to Procore, as one sentence; "" where we would.

    To be asked before a byte is sent or fetched.
    """
    if size <= 0:
        return f"{name} is empty: Procore takes no file without bytes."
    if size > LARGEST:
        return f"{name} has {size:,} bytes; a file for Procore may have {LARGEST:,} at most."
    return ""
