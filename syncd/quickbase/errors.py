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
    """Why one record of an upsert was refused; `fids` are the fields it names, in order."""

    reason: str
    fids: tuple[int, ...] = ()


def line_errors(metadata: Mapping[str, Any]) -> dict[int, LineError]:
    """The refused records of an upsert's answer by their place in the request, from 0.

    The vendor counts from 1, in text keys, with several messages a record possible.
    """
    found: dict[int, LineError] = {}
    errors = metadata.get("lineErrors")
    if not isinstance(errors, dict):
        return found
    for place, messages in errors.items():
        if not str(place).isdecimal():
            continue
        texts = messages if isinstance(messages, list) else [messages]
        reason = " ".join(str(text) for text in texts)
        fids = tuple(dict.fromkeys(int(fid) for fid in _FIELD.findall(reason)))
        found[int(place) - 1] = LineError(reason[:LONGEST], fids)
    return found
