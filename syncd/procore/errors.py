"""Which field of which record Procore refuses, from the words it says (§18, §19)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from syncd.catalog.resource import ResourceField

__all__ = ["ItemError", "field_named", "item_errors"]

LONGEST = 300
"""Characters of the vendor's words that are kept."""

_NAMED = re.compile(r"(?:^|; )([a-z][a-z0-9_.]*): ")


@dataclass(frozen=True, slots=True)
class ItemError:
    """Why one item of a sync was refused. `keys` are the fields it names, in its own words."""

    reason: str
    keys: tuple[str, ...] = ()


def item_errors(errors: Any) -> tuple[dict[str, ItemError], dict[str, ItemError]]:
    """The refused items of a sync's answer: by their id, and by their `origin_id`.

    Each entry repeats what was sent, with `errors` added: `{field: [words]}`, or just words.
    """
    by_id: dict[str, ItemError] = {}
    by_origin: dict[str, ItemError] = {}
    for entry in errors if isinstance(errors, list) else ():
        if not isinstance(entry, Mapping):
            continue
        told = _told(entry.get("errors", entry.get("error")))
        if entry.get("id") not in (None, ""):
            by_id[str(entry["id"])] = told
        if entry.get("origin_id") not in (None, ""):
            by_origin[str(entry["origin_id"])] = told
    return by_id, by_origin


def field_named(words: str, keys: Iterable[str], fields: Iterable[ResourceField | None]) -> int | None:
    """The place of the field that is refused, by `keys` or by `field: words` in a message.

    None where the vendor names none of these fields, or several.
    """
    named = {key.split(".")[0] for key in keys} or {one.split(".")[0] for one in _NAMED.findall(words)}
    places = [place for place, one in enumerate(fields) if one is not None and _answers_to(one) & named]
    return places[0] if len(places) == 1 else None


def _answers_to(one: ResourceField) -> set[str]:
    return {one.name, one.write.split(".")[0], one.read[0] if one.read else one.name} - {""}


def _told(errors: Any) -> ItemError:
    if isinstance(errors, Mapping):
        parts = [f"{key}: {_words(value)}" for key, value in errors.items()]
        return ItemError("; ".join(parts)[:LONGEST], tuple(str(key) for key in errors))
    return ItemError(_words(errors)[:LONGEST] or "Procore refused it without a word.")


def _words(value: Any) -> str:
    if isinstance(value, list):
        return ", ".join(str(one) for one in value)
    return "" if value is None else str(value)
