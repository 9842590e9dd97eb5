"""Queries in Quickbase's language, made of ids, keys and instants only (§3).

How a quote inside a value is escaped is not documented, and values that hold AND, OR or &
upset a query, so no free text ever enters one.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from syncd.clock import instant_text
from syncd.errors import Bug

__all__ = ["MOST_FILTERS", "all_of", "any_id", "is_safe_key", "key_is", "modified_since", "record_after"]

MOST_FILTERS = 100
"""Filters that one query may hold."""

_KEY = re.compile(r"[A-Za-z0-9:_/-]{1,255}")
_WORDS = re.compile(r"AND|OR")  # these upset a query even inside quotes


def all_of(*parts: str) -> str:
    """The parts that are not empty, joined by AND."""
    kept = [part for part in parts if part]
    if len(kept) == 1:
        return kept[0]
    return "AND".join(f"({part})" if "}" in part[:-1] else part for part in kept)


def record_after(rid: int) -> str:
    """Records whose id comes after `rid`; empty for 0, which is all."""
    return f"{{3.GT.{rid}}}" if rid else ""


def modified_since(since: float) -> str:
    """Records modified at or after `since` (epoch seconds); empty for the beginning of time."""
    return f"{{2.OAF.'{instant_text(since)}'}}" if since > 0 else ""


def any_id(ids: Sequence[int]) -> str:
    """Records with any of these ids; at most 90, so that other filters still fit."""
    return "OR".join(f"{{3.EX.{rid}}}" for rid in ids)


def is_safe_key(key: str) -> bool:
    """Whether a key may stand in a query."""
    return _KEY.fullmatch(key) is not None and _WORDS.search(key) is None


def key_is(fid: str, key: str) -> str:
    """Records whose key field holds `key`. Raises Bug for a key no query may hold."""
    if not is_safe_key(key):
        raise Bug(f"A key of {len(key)} characters cannot stand in a Quickbase query.")
    return f"{{{fid}.EX.'{key}'}}"
