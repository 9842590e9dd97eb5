"""What a database driver's error means to a person."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

from sqlalchemy import make_url

from syncd.errors import Bug, SyncdError, Unavailable

__all__ = ["explain", "free_bytes"]

LONGEST = 300  # characters of a driver's words that we repeat

LITTLE = 1_000_000
"""Bytes: with less free than this the disk counts as full, and is named as the cause."""

_MAKE_ROOM = "Free space on its disk; syncd goes on by itself, nothing is lost."
_ALLOW = "give the user that runs syncd write access to the database file and its directory"


def free_bytes(directory: Path) -> int | None:
    """What that directory's disk has left for this user; None where it cannot be told."""
    try:
        return shutil.disk_usage(directory).free
    except OSError:
        return None


def explain(
    driver: Any, label: str, error: Exception, free: Callable[[Path], int | None] = free_bytes
) -> SyncdError:
    """Our error for one of `driver`'s, raised by SQLAlchemy or by the driver itself.

    `label` is the database's URL without its password; `free` tells the room on a disk.
    """
    kind = getattr(error, "orig", None) or error
    words = " ".join(str(kind).split())[:LONGEST].rstrip(".?")
    if isinstance(kind, driver.IntegrityError):
        return Bug(f"The store refused a row that breaks one of its rules: {words}.")
    if _damaged(words):
        return Unavailable(
            f"{label} is not a sound state database: {words}.",
            hint="Restore a backup with `syncd db restore FILE`.",
        )
    if isinstance(kind, (driver.OperationalError, driver.InterfaceError, OSError)):
        return Unavailable(
            f"The state database {label} cannot take work now: {words}.",
            hint=_advice(words.lower(), label, free),
        )
    return Bug(f"The store could not do what it was asked: {words}.")


def _damaged(words: str) -> bool:
    return any(sign in words for sign in ("not a database", "malformed", "corrupt"))


def _advice(words: str, label: str, free: Callable[[Path], int | None]) -> str:
    if "full" in words or "no space" in words:
        return _MAKE_ROOM
    if "locked" in words:
        return "Another process holds it; see whether a second syncd or a database tool has it open."
    if any(sign in words for sign in ("i/o error", "unable to open")):
        return _disk_advice(label, free)
    if any(sign in words for sign in ("readonly", "read-only")):
        return f"{_ALLOW[0].upper()}{_ALLOW[1:]}."
    return "Check that the database is up and reachable."


def _disk_advice(label: str, free: Callable[[Path], int | None]) -> str:
    """SQLite calls a disk that is full an I/O error where only its shared-memory file has no
    room, and a directory that may not be written to is the same to it: look which one it is."""
    name = make_url(label).database
    left = free(Path(name).parent) if name else None
    if left is not None and left < LITTLE:
        return _MAKE_ROOM
    return f"See whether its disk is full or failing; if it is not, {_ALLOW}."
