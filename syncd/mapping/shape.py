"""Checking the shape of a file: its words and the kind of thing that stands after each.

What is wrong is reported and set aside, so that the rest of the file is still checked for
what only its meaning shows.
"""

from __future__ import annotations

import copy
from typing import Any
from zlib import crc32

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from syncd.catalog import closest
from syncd.mapping.load import Document, Place
from syncd.mapping.model import (
    DeleteEnd,
    DeleteModel,
    FileModel,
    ProcoreModel,
    ProjectsModel,
    QuickbaseModel,
    RuleModel,
)
from syncd.mapping.problems import Problems

__all__ = ["shape"]

ROUNDS = 20

_MODELS: dict[Place, type[BaseModel]] = {
    (): FileModel,
    ("procore",): ProcoreModel,
    ("procore", "projects"): ProjectsModel,
    ("quickbase",): QuickbaseModel,
    ("delete",): DeleteModel,
    ("delete", "procore"): DeleteEnd,
    ("delete", "quickbase"): DeleteEnd,
}


def shape(document: Document, problems: Problems) -> FileModel | None:
    """The file as a model, without its wrong parts; None where too little is left."""
    data = copy.deepcopy(document.data)
    reported: set[Place] = set()
    for _ in range(ROUNDS):
        try:
            return FileModel.model_validate(data)
        except ValidationError as error:
            found = error.errors(include_url=False)
        for one in found:
            if tuple(one["loc"]) not in reported:  # else it is missing because we set it aside
                _report(one, document, problems)
            reported.add(tuple(one["loc"]))
        kept = [_set_aside(data, one, document.file) for one in found]
        if not all(kept):
            return None
    return None


def _report(error: ErrorDetails, document: Document, problems: Problems) -> None:
    place: Place = tuple(error["loc"])
    kind, file = error["type"], document.file
    if kind == "missing":
        around = f" in `{place[-2]}:`" if len(place) > 1 else ""
        at = document.at(place[:-1], key=len(place) > 1)
        problems.add(file, at, f"`{place[-1]}:` is missing{around}")
    elif kind == "extra_forbidden":
        problems.add(file, document.at(place, key=True), _unknown(place))
    else:
        at = document.at(place, key=error["input"] is None)
        problems.add(file, at, f"`{_named(place)}:` {_wrong(error)}")


def _unknown(place: Place) -> str:
    words = _words(place[:-1])
    word = str(place[-1])
    meant = closest(word, words)
    around = f" in `{_named(place[:-1])}:`" if len(place) > 1 else ""
    hint = f"did you mean `{meant}`?" if meant else f"there are {', '.join(words)}"
    return f"unknown word `{word}`{around}; {hint}"


def _words(place: Place) -> list[str]:
    model = RuleModel if place[:1] == ("fields",) else _MODELS.get(place, FileModel)
    if model is DeleteEnd:
        return ["flag"]
    return [info.alias or name for name, info in model.model_fields.items()]


def _named(place: Place) -> str:
    """The nearest word above a place, for people."""
    words = [part for part in place if isinstance(part, str)]
    return words[-2] if words[-1:] == ["word"] and len(words) > 1 else words[-1]


def _wrong(error: ErrorDetails) -> str:
    kind, context = error["type"], error.get("ctx", {})
    given = error["input"]
    if given is None:
        return "has nothing after it"
    if kind == "literal_error":
        allowed = str(context["expected"]).replace("'", "").replace(" or ", ", ").split(", ")
        meant = closest(given, allowed) if isinstance(given, str) else ""
        hint = f"; did you mean {meant!r}?" if meant else ""
        shown = repr(given) if isinstance(given, str) else "what stands here"
        return f"must be one of {', '.join(allowed)}, not {shown}{hint}"
    if kind == "string_pattern_mismatch":
        return f"may hold small letters, digits and hyphens only and starts with a letter, not {given!r}"
    if kind == "value_error":
        return str(context["error"])
    if kind in ("list_type", "dict_type", "model_type", "model_attributes_type"):
        wanted = "a list" if kind == "list_type" else "`word: value` pairs"
        return f"must be {wanted}, not {_shown(given)}"
    if kind == "string_type":
        return f"must be one plain value, not {_shown(given)}"
    if kind == "too_short":
        return "must hold at least one entry"
    if kind == "too_long":
        return f"holds more than {context['max_length']} entries"
    return f"is wrong: {error['msg']}"


def _shown(given: Any) -> str:
    if isinstance(given, list):
        return "a list"
    return "pairs" if isinstance(given, dict) else repr(given)


def _set_aside(data: Any, error: ErrorDetails, file: str) -> bool:
    """Take the wrong part out of `data`; False where the file cannot do without it."""
    place = error["loc"]
    if place == ("mapping",) and error["type"] != "missing":
        data["mapping"] = f"unnamed-{crc32(file.encode())}"
        return True
    if error["type"] == "missing":
        return False
    steps: list[Any] = [data]
    for part in place[:-1]:
        inside = steps[-1]
        known = (isinstance(inside, dict) and part in inside) or (
            isinstance(inside, list) and isinstance(part, int) and part < len(inside)
        )
        if not known:
            break
        steps.append(inside[part])
    return _remove(steps, place)


def _remove(steps: list[Any], place: tuple[str | int, ...]) -> bool:
    depth = len(steps) - 1
    inside, last = steps[-1], place[depth]
    if isinstance(inside, list) and place[0] in ("fields", "match") and depth == 1:
        inside[int(last)] = {} if place[0] == "fields" else []  # the others keep their positions
        return True
    if isinstance(inside, dict) and last in inside and depth + 1 == len(place):
        del inside[last]
        return True
    # Inside a plain value or a list: set aside the word that holds it.
    holder = next((at for at in range(depth - 1, -1, -1) if isinstance(steps[at], dict)), None)
    return holder is not None and steps[holder].pop(place[holder], None) is not None
