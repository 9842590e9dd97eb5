"""First match: the texts by which two unlinked records may be the same. Pure.

Two records are a pair when their match texts are equal and each is the only one on its
side that has it; several candidates are for a person, never guessed.
"""

from __future__ import annotations

import re
import unicodedata

from syncd.core.rule import Held, LinkLookup, Rule
from syncd.core.values import NUMERIC, Absent, Kind, SideName, Value, normal

__all__ = ["MAX_ALTERNATIVES", "match_texts"]

MAX_ALTERNATIVES = 4
"""How many `match:` alternatives a mapping may have."""

_LEGAL = frozenset(
    "inc incorporated llc llp lp ltd limited corp corporation co company plc gmbh ag sa bv nv pty".split()
)
_WORDS = re.compile(r"[^\w]+")


def match_texts(
    alternatives: tuple[tuple[int, ...], ...],
    rules: tuple[Rule, ...],
    values: tuple[Value | Absent, ...],
    side: SideName,
    links: LinkLookup,
) -> tuple[str | None, ...]:
    """One text an alternative, None where a part is empty, absent or cannot cross.

    Both sides are brought into Quickbase's terms first, so value maps and references
    match too.
    """
    return tuple(_text(alternative, rules, values, side, links) for alternative in alternatives)


def _text(
    alternative: tuple[int, ...],
    rules: tuple[Rule, ...],
    values: tuple[Value | Absent, ...],
    side: SideName,
    links: LinkLookup,
) -> str | None:
    parts = []
    for index in alternative:
        part = _part(rules[index], values[index], side, links)
        if not part:
            return None
        parts.append(part)
    return "\x1f".join(parts)


def _part(rule: Rule, value: Value | Absent, side: SideName, links: LinkLookup) -> str | None:
    if isinstance(value, Absent) or value is None or rule.quickbase is None:
        return None
    if side is SideName.PROCORE:
        there = rule.to_quickbase(value, links)
        if isinstance(there, Held):
            return None
        value = there
    value = normal(value, rule.quickbase)
    if isinstance(value, bool):
        return str(value)
    if isinstance(value, list):
        return "\x1e".join(value)
    if value is None or rule.quickbase.kind in NUMERIC or rule.quickbase.kind is not Kind.TEXT:
        return value.casefold() if value else None
    return _plain(value)


def _plain(text: str) -> str:
    """Case, accents, punctuation and legal suffixes set aside; never down to nothing."""
    flat = text.casefold()
    if not flat.isascii():
        flat = unicodedata.normalize("NFKD", flat)
        flat = "".join(ch for ch in flat if not unicodedata.combining(ch))
    words = [word for word in _WORDS.split(flat) if word]
    while len(words) > 1 and words[-1] in _LEGAL:
        words.pop()
    return " ".join(words) or flat.strip()
