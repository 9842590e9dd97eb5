"""Quickbase queries in mapping files: labels become field ids, the rest is checked.

`{'Division'.EX.'East'}` becomes `{'6'.EX.'East'}` (reference quickbase-api §3). Only the
parts in braces, `AND`, `OR` and round brackets may stand in a query.
"""

from __future__ import annotations

import re
from collections.abc import Callable

__all__ = ["MAX_TERMS", "BadQuery", "compile_query", "compose"]

MAX_TERMS = 100
"""Quickbase takes at most 100 comparisons in a query."""

_OPERATORS = frozenset("CT XCT HAS XHAS EX XEX TV XTV SW XSW LT LTE GT GTE BF OBF AF OAF IR XIR".split())
_TERM = re.compile(
    r"\{\s*(?:'(?P<quoted>(?:[^'\\]|\\.)*)'|\"(?P<double>[^\"]*)\"|(?P<plain>[^.{}']+?))\s*"
    r"\.\s*(?P<operator>[A-Za-z]+)\s*\.\s*(?P<value>'(?:[^'\\]|\\.)*'|[^{}']*)\s*\}"
)
_BETWEEN = re.compile(r"\s+|\bAND\b|\bOR\b|[()]", re.IGNORECASE)


class BadQuery(Exception):
    """A query that cannot be used. `str()` is a sentence."""


def compile_query(text: str, field_id: Callable[[str], str]) -> str:
    """The query with field ids. `field_id` finds a label's id and may raise BadQuery itself."""
    out: list[str] = []
    position = terms = depth = 0
    wanted = "term"  # what may come next: a term, or a word between two terms
    while position < len(text):
        term = _TERM.match(text, position)
        other = None if term else _BETWEEN.match(text, position)
        if term:
            if wanted != "term":
                raise BadQuery(f"AND or OR is missing before {term.group(0)}")
            out.append(_term(term, field_id))
            terms, wanted, position = terms + 1, "word", term.end()
        elif other:
            word = other.group(0).strip().upper()
            if word in ("AND", "OR"):
                if wanted != "word":
                    raise BadQuery(f"{word} stands where a comparison should")
                wanted = "term"
            depth += {"(": 1, ")": -1}.get(word, 0)
            if depth < 0:
                break
            out.append(f" {word} " if word in ("AND", "OR") else word or " ")
            position = other.end()
        else:
            raise BadQuery(f"the query cannot be read from {text[position : position + 30]!r} on; "
                           "a comparison looks like {'Label'.EX.'value'}")  # fmt: skip
    if depth:
        raise BadQuery("the round brackets of the query do not match")
    if wanted == "term" or terms > MAX_TERMS:
        raise BadQuery(f"a query holds 1 to {MAX_TERMS} comparisons such as {{'Label'.EX.'value'}}")
    return compose("".join(out))


def compose(text: str) -> str:
    """One space where there are several."""
    return re.sub(r" {2,}", " ", text).strip()


def _term(term: re.Match[str], field_id: Callable[[str], str]) -> str:
    operator = term["operator"].upper()
    if operator not in _OPERATORS:
        raise BadQuery(f"{term['operator']!r} is not a comparison; there are {', '.join(sorted(_OPERATORS))}")
    label = term["quoted"] if term["quoted"] is not None else term["double"] or term["plain"] or ""
    value = term["value"].strip()
    if not value.startswith(("'", "_FID_")):
        value = f"'{value}'"
    return f"{{{field_id(label.replace(chr(92), ''))}.{operator}.{value}}}"
