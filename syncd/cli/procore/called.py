"""Names for ids, by hand: `permission_template=Builders` where a call wants the template's id.

The lists are those of `by:` in mappings. They are read only where a word is no id.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from syncd.catalog import Resource, ResourceField
from syncd.catalog.lookups import Lookup, lookup
from syncd.cli.procore.given import IDS, is_name
from syncd.cli.procore.writing import made_write
from syncd.core.values import LISTS
from syncd.errors import UsageProblem
from syncd.http.message import Lane
from syncd.procore.names import Unnamed

if TYPE_CHECKING:
    from syncd.cli.wiring import Wiring
    from syncd.procore.single import Write

__all__ = ["id_of", "write_of"]

_ANY = "1"
"""Stands for an id while the rest of what was said is checked."""


def write_of(
    wiring: Wiring,
    about: Resource,
    word: str,
    record: str,
    given: Mapping[str, Any],
    project: str,
    parent: str,
) -> Write:
    """`made_write`, for values that may name people, templates, codes and the like instead of their ids.

    All else is checked before a list is read. Raises UsageProblem for what names nothing, or several.
    """
    named = {
        name: (one, entries, raw)
        for name, raw in given.items()
        if (one := about.field(name)) is not None and (entries := _entries(one, raw)) is not None
    }
    if not named:
        return made_write(about, word, record, given, project, parent)
    here = record.rpartition("/")[2] if "/" in record else _ANY
    ids: dict[str, Any] = {name: here if name == about.create_id else _ANY for name in named}
    scope = made_write(about, word, record, {**given, **ids}, project, parent).scope
    for name, (one, entries, raw) in named.items():
        found = [
            id_of(wiring, name, entries, part, scope) if is_name(part) else part for part in _parts(one, raw)
        ]
        ids[name] = found if one.kind in LISTS else found[0]
    return made_write(about, word, record, {**given, **ids}, project, parent)


def _entries(one: ResourceField, raw: Any) -> Lookup | None:
    """The list that says whom the value names; None where it holds ids, or there is none."""
    if one.kind not in IDS or one.scope_id or not any(is_name(part) for part in _parts(one, raw)):
        return None
    return lookup(one.target)


def _parts(one: ResourceField, raw: Any) -> list[Any]:
    if isinstance(raw, list):
        return raw
    return raw.split(",") if isinstance(raw, str) and one.kind in LISTS else [raw]


def id_of(wiring: Wiring, field: str, about: Lookup, word: str, scope: str) -> str:
    """Whom the word names by the first of the list's words that fits: an address is nobody's name.

    Raises UsageProblem, which begins with the field's name, for nobody and for several.
    """
    problems = []
    for by in [by for by, _ in about.words if (by == "email") is ("@" in word)] or [about.words[0][0]]:
        try:
            return wiring.vendors.names.id(about, scope, word, by, Lane.COMMAND)
        except Unnamed as problem:
            problems.append(str(problem))
    raise UsageProblem(f"{field}: {', and '.join(dict.fromkeys(problems))}.")
