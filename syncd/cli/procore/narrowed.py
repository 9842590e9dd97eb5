"""`--filter name=value`: checked against the catalogue before anything is asked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from syncd.catalog import Filter, Resource, closest
from syncd.clock import parse_instant
from syncd.core.values import NUMERIC, Kind, decimal_text
from syncd.errors import UsageProblem

__all__ = ["Narrowed", "narrowed", "offered"]

_STAMPS = ("created_at", "updated_at")


@dataclass(frozen=True, slots=True)
class Narrowed:
    """Query parameters, and (parameter, epoch seconds) of ranges that are open at their end."""

    query: tuple[tuple[str, str], ...]
    since: tuple[tuple[str, float], ...]


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


def narrowed(about: Resource, words: Sequence[str]) -> Narrowed:
    """The list parameters for these words, on top of those that go with every list of the resource.

    A filter given twice takes both values, where it can. Raises UsageProblem.
    """
    query: list[tuple[str, str]] = []
    since: list[tuple[str, float]] = []
    for word in words:
        name, equals, value = word.partition("=")
        if not equals or not value:
            raise UsageProblem(f"A filter is name=value, not {word!r}.")
        _check_name(about, name)
        own = about.filter(name)
        if own is not None:
            query.append((own.key, _value(own, value)))
        elif name in _STAMPS:
            since.append((f"filters[{name}]", _moment(name, value)))
        else:
            query.append((about.id_filter if name == "id" else about.origin_filter, value))
    keys = [key for key, _ in (*query, *since)]
    for key in keys:
        if keys.count(key) > 1 and not key.endswith("[]"):
            raise UsageProblem(f"{key} takes one value only.")
    kept = tuple(pair for pair in (*about.params, *about.sort) if pair[0] not in keys)
    return Narrowed((*kept, *query), tuple(since))


def _check_name(about: Resource, name: str) -> None:
    names = offered(about)
    if name not in names:
        near = closest(name, names)
        there = f"there is {', '.join(names)}." if names else "its list has none."
        meant = f"did you mean {near!r}?" if near else there
        raise UsageProblem(f"{about.title} have no filter {name!r}; {meant}")


def _value(own: Filter, value: str) -> str:
    if own.allowed and value not in own.allowed:
        near = closest(value, own.allowed)
        meant = f"; did you mean {near!r}?" if near else "."
        raise UsageProblem(f"The filter {own.name} takes {', '.join(own.allowed)}, not {value!r}{meant}")
    if own.kind in NUMERIC:
        try:
            return decimal_text(value)
        except ValueError as error:
            raise UsageProblem(f"The filter {own.name} takes a number, not {value!r}.") from error
    if own.kind is Kind.CHECKBOX and value not in ("true", "false"):
        raise UsageProblem(f"The filter {own.name} takes true or false, not {value!r}.")
    return value


def _moment(name: str, value: str) -> float:
    try:
        return parse_instant(value if "T" in value else f"{value}T00:00:00Z")
    except ValueError as error:
        words = f"The filter {name} takes the day or moment to begin with, such as 2026-03-31, not {value!r}."
        raise UsageProblem(words) from error
