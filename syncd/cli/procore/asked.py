"""What a command was asked to do: which resource, which verb, which record of which scope."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from syncd.catalog import Resource, ResourceField, Scope, Shape, instead, names, resource
from syncd.errors import ConfigProblem, UsageProblem
from syncd.procore.change_lines import MOVED
from syncd.procore.wire import identity

__all__ = ["WRITES", "Place", "found_resource", "meant_verb", "place_of", "scope_fields", "verbs_of"]

WRITES = ("create", "update", "delete", "restore", "add", "remove")
"""Verbs that change something wherever they are known; a resource's acts do so too."""

_TWINS = {"create": "add", "delete": "remove"}
"""What the verbs of records are called for memberships."""

_COMMON = ("search", "look-up", "create", "update", "delete")
"""Verbs that most resources have: who else has them is no hint."""

_ID = re.compile(r"[0-9]{1,19}\Z")


@dataclass(frozen=True, slots=True)
class Place:
    """Where a command works: the scope as we name it, and the record's id in it ("" for none)."""

    about: Resource
    scope: str
    id: str = ""

    @property
    def identity(self) -> str:
        """The record's name to us, "" where it has none yet."""
        return identity(self.about, self.scope, self.id) if self.id else ""


def found_resource(name: str) -> Resource:
    """The resource of that name. Raises UsageProblem, with a suggestion, if there is none."""
    try:
        return resource(name)
    except ConfigProblem as problem:
        raise UsageProblem(problem.message, hint=problem.hint) from problem


def verbs_of(about: Resource) -> dict[str, str]:
    """What a person can say of this resource, and what is meant: memberships are added and removed."""
    words = {verb: verb for verb in about.verbs}
    if about.restore:
        words["restore"] = "restore"
    if about.create_id:
        words |= {"add": "create", "remove": "delete"}
    words["fetch-linked"] = "fetch-linked"
    return words


def meant_verb(about: Resource, word: str) -> str:
    """The verb a word means for this resource. Raises UsageProblem where it has none of that name."""
    words = verbs_of(about)
    if word in words:
        return words[word]
    if about.not_written and word in WRITES:
        raise UsageProblem(f"{about.title} cannot be written: {about.not_written}")
    raise UsageProblem(
        f"There is no {word!r} for {about.name}; {_meant(about, word, words)}", hint=" ".join(about.notes)
    )


def _meant(about: Resource, word: str, words: Collection[str]) -> str:
    """What was probably meant by a verb that the resource has not: another resource's, or another verb."""
    twin = _TWINS.get(word, "") if about.create_id else ""
    if twin in words:
        return f"did you mean {twin!r}?"
    others = [name for name in names() if word in verbs_of(resource(name))]
    if others and word not in _COMMON:
        near = [name for name in others if name.endswith(f"-{about.name}")] or others
        return f"it is for {', '.join(near)}."
    return f"there is {', '.join(words)}." if others else instead(word, words)


def scope_fields(about: Resource) -> list[ResourceField]:
    """The fields whose value is where a record lives: they are no part of it."""
    return [one for one in about.fields if one.scope_id]


def place_of(
    about: Resource, record: str, project: str, parent: str, given: Mapping[str, str], *, wants_id: bool
) -> Place:
    """Put together from `PROJECT/ID` (or the like), `--project`, `--parent` and scope fields.

    `given` are the scope fields' values by field name. Raises UsageProblem where a part is
    missing, said twice differently, or no id.
    """
    depth = {Scope.COMPANY: 0, Scope.PROJECT: 1, Scope.RECORD: 2}[about.scope]
    parts = record.split("/") if record else []
    for part in parts:
        _check(part.removeprefix(MOVED) if about.moved_to and part is parts[-1] else part, f"{record!r}")
    whole = depth + (about.shape is not Shape.ONE)
    if len(parts) > whole:
        raise UsageProblem(f"{record} has too many parts: {about.title} are named {_form(about)}.")
    inner, outer = ("", parts) if about.shape is Shape.ONE else (parts[-1] if parts else "", parts[:-1])
    scope = _scope(about, depth, outer, project, parent, given)
    if wants_id and not inner and about.shape is not Shape.ONE:
        raise UsageProblem(f"Name the record: {about.title} are named {_form(about)}.")
    return Place(about, scope, scope.rpartition("/")[2] if about.shape is Shape.ONE else inner)


def _scope(
    about: Resource, depth: int, outer: list[str], project: str, parent: str, given: Mapping[str, str]
) -> str:
    if depth == 0:
        if project or parent:
            raise UsageProblem(f"{about.title} live in the company: leave out --project and --parent.")
        return ""
    if depth == 1 and parent:
        raise UsageProblem(f"{about.title} live in a project: leave out --parent.")
    above = parent.rpartition("/")
    ways = [outer, [project, above[2]] if depth == 2 else [project]]
    ways += [above[0].split("/")] if above[0] else []
    for name, value in given.items():
        field = about.field(name)
        alone = "/" not in value and field is not None and depth == 2 and field.target == about.parent
        ways.append(["", value] if alone else value.split("/"))
    found = [""] * depth
    for way in ways:
        for at, part in enumerate(way[:depth]):
            if part and _check(part, f"{part!r}") and found[at] not in ("", part):
                raise UsageProblem(f"Two places are named: {found[at]} and {part}.")
            found[at] = part or found[at]
    if not found[0]:
        raise UsageProblem(f"{about.title} live in a project: name it with --project.")
    if not found[-1]:
        above_it = found_resource(about.parent).title
        raise UsageProblem(f"{about.title} live in one of the {above_it}: name it with --parent.")
    return "/".join(found)


def _check(part: str, words: str) -> bool:
    if not _ID.match(part):
        raise UsageProblem(f"{words} is not a Procore id: ids are numbers, with a / between them.")
    return True


def _form(about: Resource) -> str:
    parts = {Scope.COMPANY: [], Scope.PROJECT: ["PROJECT"], Scope.RECORD: ["PROJECT", "PARENT"]}[about.scope]
    return "/".join([*parts] if about.shape is Shape.ONE else [*parts, "ID"])
