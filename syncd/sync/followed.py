"""Followed: which resources a watch reads, and each as a mapping that only reads."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from syncd.catalog import Scope, names, resource
from syncd.core.rule import Direction, OnEdit, Policy, Rule, as_it_is
from syncd.core.values import Kind
from syncd.mapping.compiled import Mapping, ProcoreEnd, QuickbaseEnd
from syncd.settings import Watch
from syncd.store.occurrences import WATCH

__all__ = ["SWEEP", "Followed", "followed", "watched_mapping"]

SWEEP = 86_400.0
"""Seconds between two passes over everything."""


@dataclass(frozen=True, slots=True)
class Followed:
    """One resource to follow. `parent` is the resource whose records are its scopes, "" for the
    company; `records` says that those are not projects, `unfiltered` that every list has all there
    is, `silent` that it is followed only for where its records are."""

    mapping: Mapping
    parent: str
    records: bool
    unfiltered: bool
    projects: tuple[str, ...]
    silent: bool

    @property
    def name(self) -> str:
        """The name of its feed."""
        return self.mapping.name

    @property
    def home(self) -> str:
        """The feed of its parent."""
        return WATCH + self.parent

    def wants(self, scope: str) -> bool:
        """Whether that scope is looked at."""
        return not self.projects or scope.partition("/")[0] in self.projects


def followed(watches: Sequence[Watch], told: Collection[str]) -> tuple[Followed, ...]:
    """What to read, parents first: what is asked for, but for the resources in `told`, which a mapping
    tells already; and silently what those live in."""
    wanted = {one.resource: one for one in watches if one.resource not in told}
    homes: dict[str, Watch] = {}
    for one in wanted.values():
        child, parent = one, _parent(one.resource)
        while parent and parent not in wanted:
            child = homes[parent] = _home(parent, child, homes.get(parent))
            parent = _parent(parent)
    return tuple(
        _followed(wanted.get(name) or homes[name], silent=name not in wanted)
        for name in names()
        if name in wanted or name in homes
    )


def watched_mapping(watch: Watch) -> Mapping:
    """The resource as a mapping that only reads: each field that its lists tell is a rule, but for
    its stamps, and for links that Procore signs anew at each reading: that is no edit."""
    about = resource(watch.resource)
    stamps = ((about.stamp,), (about.created,))
    fields = [
        one.field
        for one in about.fields
        if one.field.readable and not one.field.detail and not one.beside and one.read not in stamps
        if not one.signed and one.kind is not Kind.FILE  # its version is a field
    ]
    one_way = (Direction.TO_QUICKBASE, Policy.HOLD, Policy.HOLD, OnEdit.IGNORE)
    rules = [Rule(one.name, one.name, *one_way, one, None, as_it_is, as_it_is) for one in fields]
    return Mapping(
        name=WATCH + watch.resource,
        file="",
        procore=ProcoreEnd(watch.resource),
        quickbase=QuickbaseEnd("", ""),
        rules=tuple(rules),
        direction=Direction.TO_QUICKBASE,
        every=watch.every,
        sweep=SWEEP,
        fingerprint="watch",
    )


def _parent(name: str) -> str:
    about = resource(name)
    return "" if about.scope is Scope.COMPANY else about.parent


def _home(name: str, child: Watch, known: Watch | None) -> Watch:
    """A parent is looked at as often as the busiest of its children, and wherever one of them is."""
    if known is None:
        return Watch(name, child.projects, child.every)
    everywhere = not known.projects or not child.projects
    projects = () if everywhere else (*known.projects, *child.projects)
    return Watch(name, projects, min(child.every, known.every))


def _followed(watch: Watch, *, silent: bool) -> Followed:
    about, parent = resource(watch.resource), _parent(watch.resource)
    projects = watch.projects if parent else ()
    records, unfiltered = about.scope is Scope.RECORD, not about.updated_filter
    return Followed(watched_mapping(watch), parent, records, unfiltered, projects, silent)
