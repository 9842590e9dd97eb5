"""Whether a reading may be acted on, or looks older than what we know already. Pure.

Vendors may serve an old version for a while. Acting on one would carry an old value
across as if a person had just put it back.
"""

from __future__ import annotations

__all__ = ["LOOKS_BEFORE_TRUST", "MAX_READ_AGE", "suspect", "too_old"]

MAX_READ_AGE = 60.0
"""Seconds: no write rests on a reading older than this (P2)."""

LOOKS_BEFORE_TRUST = 2
"""After so many looks, each later than the visibility lag, an old stamp is believed:
the vendor's clock was set back."""


def suspect(stamp: float | None, known: float, own: float, looks: int, *, young: bool = False) -> bool:
    """Whether a reading that differs from its baseline may be an old version.

    `known` is the newest stamp seen on this record, `own` the stamp of our last write to
    it; stamps are the vendor's and may be whole seconds, so a stamp equal to our own write
    may be that write's second or the version before it. A record without stamps tells nothing of
    its age: while its baseline is `young`, which is as long as the vendor may still show what was
    before, it is looked at once more.
    """
    if stamp is None:
        return young and looks == 0
    if looks >= LOOKS_BEFORE_TRUST:
        return False
    return stamp < known or (own > 0 and stamp == own and looks == 0)


def too_old(read_at: float, now: float) -> bool:
    """Whether a reading has grown too old to write on (both monotonic seconds)."""
    return now - read_at > MAX_READ_AGE
