"""What Quickbase says about single records of a write that partly failed (§2.1, §8)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

__all__ = ["LineError", "line_errors"]

# The texts met name the field as `field with ID "6"`, `field with Id "6"`, `field with ID '23'`.
_FIELD = re.compile(r"\bfield with id\s*['\"]?(\d+)", re.IGNORECASE)
LONGEST = 300
"""Characters of the vendor's words that are kept."""


@dataclass(frozen=True, slots=True)
class LineError:
    """Why one record of an upsert was refused; `fid` is the field it names, if one."""

    reason: str
    fid: int | None = None


def line_errors(metadata: Mapping[str, Any]) -> dict[int, LineError]:
    """The refused records of an upsert's answer by their place in the request, from 0.

    The vendor counts from 1, in text keys, with several messages a record possible.
    """
    found: dict[int, LineError] = {}
    errors = metadata.get("lineErrors")
    if not isinstance(errors, dict):
        return found
    for place, messages in errors.items():
        if not str(place).isdigit():
            continue
        texts = messages if isinstance(messages, list) else [messages]
        reason = " ".join(str(text) for text in texts)[:LONGEST]
        named = _FIELD.search(reason)
        found[int(place) - 1] = LineError(reason, int(named.group(1)) if named else None)
    return found
