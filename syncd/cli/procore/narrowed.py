"""`--filter name=value`: checked against the catalogue before anything is asked."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from syncd.catalog import Filter, Resource, closest
from syncd.catalog.custom import PREFIX
from syncd.catalog.lookups import Lookup, lookup
from syncd.cli.procore.given import is_id, is_name
from syncd.clock import parse_instant
from syncd.core.values import NUMERIC, Kind, decimal_text
from syncd.errors import UsageProblem

__all__ = ["Named", "Narrowed", "narrowed", "offered"]

_STAMPS = ("created_at", "updated_at")
_DAY = 86_400.0

Named = Callable[[str, Lookup, str], str]
"""The id of what a filter (its name) is set to by a word of a list. Raises UsageProblem."""


@dataclass(frozen=True, slots=True)
class Narrowed:
    """Query parameters, and (parameter, epoch seconds) where ranges begin and where they end; `custom`
    are custom fields and what they are to hold, which Procore is not asked for.

    `own` are the parameters that somebody asked for, without those that go with every list.
    """

    query: tuple[tuple[str, str], ...]
    since: tuple[tuple[str, float], ...]
    until: tuple[tuple[str, float], ...] = ()
    custom: tuple[tuple[str, str], ...] = ()
    own: tuple[tuple[str, str], ...] = ()


def offered(about: Resource) -> list[str]:
    """The filters a search knows: the resource's own, and those by stamp, id and origin_id."""
    own = [one.name for one in about.filters]
    own += [
        name
        for name, there in zip(_STAMPS, (about.created_filter, about.updated_filter), strict=True)
        if there
    ]
    own += ["id"] if about.id_filter else []
    own += ["origin_id"] if about.origin_filter else []
    return list(dict.fromkeys(own))


def narrowed(about: Resource, words: Sequence[str], named: Named | None = None) -> Narrowed:
    """The list parameters for these words, on top of those that go with every list of the resource.

    A filter given twice takes both values, where it can. `named` turns names into ids; without it they
    are taken as they are. Raises UsageProblem.
    """
    query: list[tuple[str, str]] = []
    since: list[tuple[str, float]] = []
    until: list[tuple[str, float]] = []
    custom: list[tuple[str, str]] = []
    for word in words:
        name, equals, value = word.partition("=")
        if not equals or not value:
            raise UsageProblem(f"A filter is name=value, not {word!r}.")
        if name.startswith(PREFIX):
            custom.append((_custom(about, name), value))
            continue
        _check_name(about, name)
        own = about.filter(name)
        if own is not None:
            query.append((own.key, _value(own, value, named)))
        elif name in _STAMPS:
            begin, end = _span(name, value)
            since.append((f"filters[{name}]", begin))
            until += [] if end is None else [(f"filters[{name}]", end)]
        else:
            query.append((about.id_filter, _id(value)) if name == "id" else (about.origin_filter, value))
    keys = [key for key, _ in (*query, *since)]
    for key in keys:
        if keys.count(key) > 1 and not key.endswith("[]"):
            raise UsageProblem(f"{key} takes one value only.")
    kept = tuple(pair for pair in (*about.params, *about.sort) if pair[0] not in keys)
    return Narrowed((*kept, *query), tuple(since), tuple(until), tuple(custom), tuple(query))


def _custom(about: Resource, name: str) -> str:
    if not about.custom:
        raise UsageProblem(f"{about.title} have no custom fields in Procore's API.")
    return name


def _check_name(about: Resource, name: str) -> None:
    names = offered(about)
    if name not in names:
        near = closest(name, names)
        there = f"there is {', '.join(names)}." if names else "its list has none."
        meant = f"did you mean {near!r}?" if near else there
        raise UsageProblem(f"{about.title} have no filter {name!r}; {meant}")


def _value(own: Filter, value: str, named: Named | None) -> str:
    if own.allowed and value not in own.allowed:
        near = closest(value, own.allowed)
        meant = f"; did you mean {near!r}?" if near else "."
        raise UsageProblem(f"The filter {own.name} takes {', '.join(own.allowed)}, not {value!r}{meant}")
    entries = lookup(own.target) if own.target and is_name(value) else None
    if entries is not None:
        return named(own.name, entries, value) if named else value
    if own.kind in NUMERIC:
        try:
            return decimal_text(value)
        except ValueError as error:
            takes = "an id or a name" if own.target else "a number"
            raise UsageProblem(f"The filter {own.name} takes {takes}, not {value!r}.") from error
    if own.kind is Kind.CHECKBOX and value not in ("true", "false"):
        raise UsageProblem(f"The filter {own.name} takes true or false, not {value!r}.")
    return value


def _id(value: str) -> str:
    """The id that Procore knows, of a record's name."""
    if not is_id(value):
        raise UsageProblem(f"The filter id takes a Procore id, not {value!r}.")
    return value.rpartition("/")[2]


def _span(name: str, value: str) -> tuple[float, float | None]:
    """Where a range begins and ends, None where it is open: `A`, `A...`, `...B` or `A...B`. A day that
    ends one belongs to it."""
    first, _, last = value.partition("...")
    begin = _moment(name, first, value) if first else 0.0
    end = None
    if last:
        end = _moment(name, last, value) + (0.0 if "T" in last else _DAY - 1)
    if not first and not last:
        raise _no_span(name, value)
    if end is not None and end < begin:
        raise UsageProblem(f"The filter {name} would end before it begins: {value!r}.")
    return begin, end


def _moment(name: str, text: str, value: str) -> float:
    try:
        return parse_instant(text if "T" in text else f"{text}T00:00:00Z")
    except ValueError as error:
        raise _no_span(name, value) from error


def _no_span(name: str, value: str) -> UsageProblem:
    return UsageProblem(
        f"The filter {name} takes the day or moment to begin with, such as 2026-03-31, or a range such as "
        f"2026-03-01...2026-03-31, not {value!r}."
    )
