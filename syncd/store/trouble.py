"""What a database driver's error means to a person."""

from __future__ import annotations

from typing import Any

from syncd.errors import Bug, SyncdError, Unavailable

__all__ = ["explain"]

LONGEST = 300  # characters of a driver's words that we repeat


def explain(driver: Any, label: str, error: Exception) -> SyncdError:
    """Our error for one of `driver`'s, raised by SQLAlchemy or by the driver itself.

    `label` is the database's URL without its password.
    """
    kind = getattr(error, "orig", None) or error
    words = " ".join(str(kind).split())[:LONGEST].rstrip(".")
    if isinstance(kind, driver.IntegrityError):
        return Bug(f"The store refused a row that breaks one of its rules: {words}.")
    if _damaged(words):
        return Unavailable(
            f"{label} is not a sound state database: {words}.",
            hint="Restore a backup with `syncd db restore FILE`.",
        )
    if isinstance(kind, (driver.OperationalError, driver.InterfaceError, OSError)):
        return Unavailable(
            f"The state database {label} cannot take work now: {words}.", hint=_advice(words.lower())
        )
    return Bug(f"The store could not do what it was asked: {words}.")


def _damaged(words: str) -> bool:
    return any(sign in words for sign in ("not a database", "malformed", "corrupt"))


def _advice(words: str) -> str:
    if "full" in words or "no space" in words:
        return "Free space on its disk; syncd goes on by itself, nothing is lost."
    if "locked" in words:
        return "Another process holds it; see whether a second syncd or a database tool has it open."
    if any(sign in words for sign in ("readonly", "read-only", "unable to open", "i/o error")):
        return "Give the user that runs syncd write access to the database file and its directory."
    return "Check that the database is up and reachable."
