"""First match: the texts by which two unlinked records may be the same. Pure.

Two records are a pair when their match texts are equal and each is the only one on its
side that has it; several candidates are for a person, never guessed.
"""

from __future__ import annotations

import re
import unicodedata
from array import array
from collections.abc import Callable, Sequence

from syncd.core.rule import Held, LinkLookup, Rule, as_it_is
from syncd.core.values import Absent, Field, Kind, SideName, Value, normal

__all__ = ["ALONE", "MAX_ALTERNATIVES", "match_texts", "matcher", "sure_pairs"]

MAX_ALTERNATIVES = 4
"""How many `match:` alternatives a mapping may have."""

ALONE = -1
"""The place of a record's counterpart where it has none for sure."""

SEVERAL = -2
AT_ONCE = 60_000

Part = Callable[[Sequence[Value | Absent]], str | None]
Texts = Callable[[Sequence[Value | Absent]], tuple[str | None, ...]]

_LEGAL = frozenset(
    "inc incorporated llc llp lp ltd limited corp corporation co company plc gmbh ag sa bv nv pty".split()
)
_WORDS = re.compile(r"\w+")


def match_texts(
    alternatives: tuple[tuple[int, ...], ...],
    rules: tuple[Rule, ...],
    values: tuple[Value | Absent, ...],
    side: SideName,
    links: LinkLookup,
    within: int | None = None,
) -> tuple[str | None, ...]:
    """The texts of one record; see `matcher`."""
    return matcher(alternatives, rules, side, links, within)(values)


def matcher(
    alternatives: tuple[tuple[int, ...], ...],
    rules: tuple[Rule, ...],
    side: SideName,
    links: LinkLookup,
    within: int | None = None,
) -> Texts:
    """What makes the texts of records of `side`: one an alternative, None where a part is empty,
    absent or cannot cross.

    Both sides are brought into Quickbase's terms first, so value maps and references
    match too. `within` is the rule of the project that records live in: it is part of every
    text, for a number that two projects have is no pair.
    """
    if within is not None:
        alternatives = tuple(one if within in one else (within, *one) for one in alternatives)
    made = [_joined([_part(rules[index], index, side, links) for index in one]) for one in alternatives]
    if len(made) == 1:
        (only,) = made
        return lambda values: (only(values),)
    return lambda values: tuple([text(values) for text in made])


def sure_pairs(left: Sequence[int], right: Sequence[int]) -> array[int]:
    """For each place of `left` the place of its only equal in `right`; `ALONE` where there is
    none, or several on either side. Zeros equal nothing.

    Works in parts of `AT_ONCE`, so that memory does not grow with the number of records.
    """
    found = array("q", [ALONE]) * len(left)
    parts = len(left) // AT_ONCE + 1
    for part in range(parts):
        here: dict[int, int] = {}
        for place, text in enumerate(left):
            if text % parts == part and text:
                here[text] = SEVERAL if text in here else place
        there: dict[int, int] = {}
        for place, text in enumerate(right):
            if text in here:
                there[text] = SEVERAL if text in there else place
        for text, place in there.items():
            if place != SEVERAL and here[text] != SEVERAL:
                found[here[text]] = place
    return found


def _joined(parts: Sequence[Part]) -> Part:
    if len(parts) == 1:
        return parts[0]

    def text(values: Sequence[Value | Absent]) -> str | None:
        found = [part(values) for part in parts]
        return None if None in found else "\x1f".join([one for one in found if one])

    return text


def _part(rule: Rule, index: int, side: SideName, links: LinkLookup) -> Part:
    """What one field adds, or None; a closure, because it runs for every record of a first pass."""
    field, translate = rule.quickbase, rule.to_quickbase
    crosses = side is SideName.PROCORE and translate is not as_it_is
    whole = field is not None and field.kind is Kind.TEXT and not field.max_length and not field.fold_case

    def part(values: Sequence[Value | Absent]) -> str | None:
        value = values[index]
        if value is None or field is None or isinstance(value, Absent):
            return None
        if crosses:
            there = translate(value, links)
            if isinstance(there, Held):
                return None
            value = there
        if whole and isinstance(value, str):
            return _plain(value) or None
        return _normal(value, field)

    return part


def _normal(value: Value, field: Field) -> str | None:
    value = normal(value, field)
    if isinstance(value, str):
        return (_plain(value) if field.kind is Kind.TEXT else value.casefold()) or None
    if isinstance(value, bool):
        return str(value)
    return "\x1e".join(value) if value else None


def _plain(text: str) -> str:
    """Case, accents, punctuation and legal suffixes set aside; never down to nothing."""
    flat = text.casefold()
    if not flat.isascii():
        flat = unicodedata.normalize("NFKD", flat)
        flat = "".join(ch for ch in flat if not unicodedata.combining(ch))
    simple = flat.replace(" ", "").isalnum()  # most names: no search for words is needed
    words = flat.split() if simple else _WORDS.findall(flat)
    while words and words[-1] in _LEGAL and len(words) > 1:
        words.pop()
    return " ".join(words) or flat.replace("\r\n", "\n").strip()
