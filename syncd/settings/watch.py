"""`watch:` — the resources that are followed without a mapping.

In `syncd.yaml` a list of names, or of objects with `resource`, `projects` and `every`; in the
environment (`SYNCD_WATCH`) names with commas between, or the same list as JSON.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from syncd.errors import ConfigProblem

__all__ = ["Watch", "read_watches"]

EVERY = 900.0
"""Seconds between two looks where nothing else is said."""

LEAST_EVERY = 60.0
MOST_WATCHES = 100
_KEYS = ("resource", "projects", "every")


@dataclass(frozen=True, slots=True)
class Watch:
    """One resource to follow. `projects` are Procore ids of the only projects to look at, all where
    it is empty; `every` is how many seconds lie between two looks."""

    resource: str
    projects: tuple[str, ...] = ()
    every: float = EVERY


def read_watches(given: Any) -> tuple[Watch, ...]:
    """The setting as it was given, checked against the catalogue. Raises ValueError with a sentence."""
    listed = _listed(given)
    if len(listed) > MOST_WATCHES:
        raise ValueError(f"names {len(listed)} resources; {MOST_WATCHES} are the most")
    found = [one if isinstance(one, Watch) else _watch(one) for one in listed]
    names = [one.resource for one in found]
    for name in names:
        if names.count(name) > 1:
            raise ValueError(f"names {name!r} twice")
    return tuple(found)


def _listed(given: Any) -> list[Any]:
    if isinstance(given, str):
        text = given.strip()
        if not text.startswith("["):
            return [word.strip() for word in text.split(",") if word.strip()]
        try:
            given = json.loads(text)
        except ValueError:
            raise ValueError("must be a list as JSON, or names with commas between") from None
    if not isinstance(given, list | tuple):
        raise ValueError("must be a list of resources")
    return list(given)


def _watch(one: Any) -> Watch:
    if isinstance(one, str):
        one = {"resource": one}
    if not isinstance(one, dict) or not isinstance(one.get("resource"), str):
        raise ValueError("must list names of resources, or objects with `resource`, `projects` and `every`")
    unknown = [str(key) for key in one if key not in _KEYS]
    if unknown:
        raise ValueError(f"{one['resource']}: there is no {unknown[0]!r} here; there are {', '.join(_KEYS)}")
    name, in_projects = _resource(str(one["resource"]))
    projects = _projects(name, one.get("projects") or ())
    if projects and not in_projects:
        raise ValueError(f"{name} lives in the company, so it has no `projects`")
    return Watch(name, projects, _every(name, one.get("every")))


def _resource(name: str) -> tuple[str, bool]:
    """The name, and whether its records live in projects."""
    from syncd.catalog import Scope, resource

    try:
        about = resource(name)
    except ConfigProblem as problem:
        raise ValueError(problem.message.rstrip(".?")) from None
    return about.name, about.scope is not Scope.COMPANY


def _projects(name: str, given: Any) -> tuple[str, ...]:
    ids = [str(one) for one in given] if isinstance(given, list | tuple) else [""]
    if not all(one.isascii() and one.isdecimal() for one in ids):
        raise ValueError(f"{name}: `projects` must be a list of Procore's project ids, which are numbers")
    return tuple(dict.fromkeys(ids))


def _every(name: str, given: Any) -> float:
    from syncd.mapping.model import seconds

    if given is None:
        return EVERY
    try:
        found = seconds(given)
    except ValueError as problem:
        raise ValueError(f"{name}: {problem}") from None
    if found < LEAST_EVERY:
        raise ValueError(f"{name}: `every` must be at least {LEAST_EVERY:.0f}s")
    return found
