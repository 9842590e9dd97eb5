"""Rules that say a Procore reference in words: `by: email`, and the lists that `join:` makes one text."""

from __future__ import annotations

from dataclasses import replace

from syncd.catalog import ResourceField
from syncd.catalog.custom import PREFIX
from syncd.catalog.lookups import lookup, words_of
from syncd.core.rule import Direction
from syncd.core.values import LISTS, Kind
from syncd.mapping.convert import WORDS
from syncd.mapping.desk import Desk
from syncd.mapping.load import Place
from syncd.mapping.model import RuleModel
from syncd.mapping.schemas import FieldSchema

__all__ = ["in_words", "joins"]

REFERENCES = frozenset({Kind.REFERENCE, Kind.REFERENCES, Kind.USER, Kind.USERS})
PATH = "path"
LABEL = "label"
"""How entries of a custom field's list are said; nobody has to ask for it."""


def in_words(
    desk: Desk, place: Place, model: RuleModel, procore: ResourceField | None, direction: Direction
) -> tuple[ResourceField | None, str] | None:
    """The Procore field as the rule sees it, and the word it is said by ("" if by none).

    None where that is wrong, which is noted on the desk.
    """
    if model.missing is not None:
        wrong = _cannot_make(desk, model, direction)
        if wrong:
            desk.problem((*place, "missing"), f"`missing:` {wrong}", key=True)
            return None
    custom = procore is not None and procore.name.startswith(PREFIX)
    listed = procore is not None and custom and procore.kind in REFERENCES
    if model.by is None and not listed:
        return procore, ""
    wrong = _misuse(model, procore, custom=custom) if model.by is not None else ""
    if wrong:
        desk.problem((*place, "by"), wrong, key=True)
        return None
    assert procore is not None
    by = model.by or LABEL
    wrong = _unknown(procore, by) or _one_way(procore, by, direction)
    if wrong:
        desk.problem((*place, "by" if model.by else "procore"), wrong)
        return None
    many = procore.kind in LISTS
    kind = Kind.CHOICES if many else Kind.EMAIL if by == "email" else Kind.TEXT
    return replace(procore, field=replace(procore.field, kind=kind)), by


def joins(desk: Desk, place: Place, model: RuleModel, procore: ResourceField, quickbase: FieldSchema) -> bool:
    """Whether `join:`, if it is there, fits: a list in Procore, one text in Quickbase."""
    if model.join is None:
        return True
    at, wrong = (*place, "join"), ""
    believed = procore.name.startswith(PREFIX) and not procore.read
    if not model.join:
        wrong = 'stands between the parts of a list, so it cannot be empty; write "; "'
    elif procore.kind in (Kind.USERS, Kind.REFERENCES):
        wrong = f"{procore.name!r} is a list of ids: say it in words with `by:`"
    elif procore.kind not in LISTS and not believed:
        wrong = f"makes one text of a list, and {procore.name!r} is no list"
    elif quickbase.field.kind not in WORDS:
        wrong = f"makes one text, and Quickbase field {quickbase.label!r} is {quickbase.field.kind.value}"
    elif model.link is not None or model.values is not None:
        wrong = f"cannot stand beside `{'link' if model.link is not None else 'values'}:`"
    if wrong:
        desk.problem(at, f"`join:` {wrong}", key=True)
    return not wrong


def _cannot_make(desk: Desk, model: RuleModel, direction: Direction) -> str:
    """Why nothing can be said of folders that are missing."""
    if model.by != PATH:
        return "says what becomes of folders that a path names and Procore lacks; it needs `by: path`"
    if direction is Direction.TO_QUICKBASE:
        return "is about folders in Procore, and this rule goes to Quickbase only"
    if model.missing == "create" and desk.resource.name == "folders":
        return "cannot make folders here, where each folder is a row of its own; give the one above a row"
    return ""


def _misuse(model: RuleModel, procore: ResourceField | None, *, custom: bool) -> str:
    """Why `by:` cannot stand in this rule at all."""
    if procore is None:
        return "`by:` says a Procore reference in words, and this rule names no Procore field"
    if custom:
        return "the entries of a custom field's list are said by their labels; leave `by:` out"
    if procore.kind not in REFERENCES:
        return f"{procore.name!r} is {procore.kind.value}, not a reference, so it has no `by:`"
    if procore.scope_id:
        return f"{procore.name!r} is part of the record's address; it takes `link:`, not `by:`"
    return "`by:` cannot stand beside `link:`" if model.link is not None else ""


def _unknown(procore: ResourceField, by: str) -> str:
    words = words_of(procore.target)
    if by in words:
        return ""
    if not words:
        return f"{procore.name!r} can only be said by id: no words are known for {procore.target}"
    return f"{procore.name!r} can be said by {' or '.join(words)}, not by {by!r}"


def _one_way(procore: ResourceField, by: str, direction: Direction) -> str:
    """Words become ids through a list only."""
    found = lookup(procore.target)
    if direction is Direction.TO_QUICKBASE or found is None or found.list.list:
        return ""
    text = f"Procore has no list of {found.list.title.casefold()}, so a {by} cannot become an id"
    return f"{text}; write `direction: to-quickbase`"
