"""Bodies that are forms: bracketed keys, and files where a binary is attached (reference §0.2)."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from email.parser import BytesParser
from email.policy import HTTP
from typing import Any
from urllib.parse import parse_qsl

__all__ = ["Part", "read_form", "read_multipart"]

_KEY = re.compile(r"^([^\[\]]+)((?:\[[^\[\]]*\])*)$")
_INNER = re.compile(r"\[([^\[\]]*)\]")

MOST_DEPTH = 8
"""Brackets that a key may have; deeper ones are dropped like unknown keys."""


@dataclass(frozen=True, slots=True)
class Part:
    """A file in a multipart body."""

    name: str
    content_type: str
    data: bytes


def read_form(body: bytes) -> dict[str, Any]:
    """A urlencoded body: `vendor[name]` nests, `ids[]` collects."""
    return _nested(parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True))


def read_multipart(body: bytes, content_type: str) -> dict[str, Any] | None:
    """A multipart body, files as `Part`; None for what is none."""
    head = f"Content-Type: {content_type}\r\n\r\n".encode("latin-1", "replace")
    message = BytesParser(policy=HTTP).parsebytes(head + body)
    if not message.is_multipart():
        return None
    pairs: list[tuple[str, Any]] = []
    for part in message.iter_parts():
        name, data = part.get_param("name", header="content-disposition"), part.get_payload(decode=True)
        if not isinstance(name, str) or not isinstance(data, bytes):
            return None
        file = part.get_filename()
        text = data.decode("utf-8", "replace")
        pairs.append((name, text if file is None else Part(file, part.get_content_type(), data)))
    return _nested(pairs)


def _nested(pairs: Iterable[tuple[str, Any]]) -> dict[str, Any]:
    """Pairs of bracketed keys and values, as one object."""
    result: dict[str, Any] = {}
    for key, value in pairs:
        found = _KEY.match(key)
        inner = _INNER.findall(found[2]) if found else []
        if found and len(inner) <= MOST_DEPTH and "" not in inner[:-1]:
            _put(result, [found[1], *inner], value)
    return result


def _put(into: dict[str, Any], path: list[str], value: Any) -> None:
    """One value at its place; what contradicts an earlier pair is dropped."""
    collects = path[-1] == ""
    *outer, last = path[:-1] if collects else path
    for step in outer:
        below = into.setdefault(step, {})
        if not isinstance(below, dict):
            return
        into = below
    if not collects:
        into[last] = value
    elif isinstance(into.setdefault(last, []), list):
        into[last].append(value)
