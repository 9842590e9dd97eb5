"""Finding the records that a call means: by id or by what names them, past the deleted ones."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from syncd.sandbox.procore.resource import Resource
from syncd.sandbox.procore.state import State
from syncd.sandbox.procore.table import Record, Version
from syncd.sandbox.procore.wire import Call, Refusal, Who

__all__ = ["Place", "Row", "in_scope", "only", "present", "seen", "standing"]

Row = tuple[Record, Version]

Place = int | Callable[[Record], bool]
"""The scope whose records a call means, or a test of the records of all scopes."""


def missing(resource: Resource) -> Refusal:
    """The 404 of a record."""
    return Refusal(404, f"The requested {resource.wrapper} could not be found")


def standing(
    state: State, resource: Resource, place: Place, moment: float | None
) -> Iterable[tuple[Record, Version | None]]:
    """The records of a place as a reader meets them at a monotonic time (None: now; then no deleted ones)."""
    rows = _stored(state, resource, place, moment)
    if (joined := resource.joined) is None:
        return rows
    return ((one, joined(state, version, moment) if version else None) for one, version in rows)


def _stored(
    state: State, resource: Resource, place: Place, moment: float | None
) -> Iterator[tuple[Record, Version | None]]:
    table = state.tables[resource.name]
    if moment is None and isinstance(place, int):
        yield from ((one, one.past[-1]) for one in table.within(place).values())
        return
    every = list(table.records.values() if callable(place) else table.within(place).values())
    if moment is not None and table.dropped:
        every += [one for one in table.dropped.values() if callable(place) or one.scope == place]
        every.sort(key=lambda one: one.id)
    yield from ((one, one.at(moment)) for one in every if not callable(place) or place(one))


def in_scope(state: State, resource: Resource, name: int, place: Place) -> Record | None:
    """The present record that `name` means in a place: its id, or the value of the keyed field."""
    table = state.tables[resource.name]
    if not resource.keyed:
        record = table.records.get(name)
        return record if record is not None and within(record, place) else None
    every = table.records.values() if callable(place) else table.within(place).values()
    named = (one for one in every if one.now.values[resource.keyed] == name)
    return next((one for one in named if within(one, place)), None)


def within(record: Record, place: Place) -> bool:
    """Whether a record stands in a place."""
    return place(record) if callable(place) else record.scope == place


def present(state: State, resource: Resource, call: Call, name: int, place: Place) -> Record:
    """The record a write names; writes always meet the present state. Raises Refusal (403, 404)."""
    record = in_scope(state, resource, name, place)
    if record is None:
        raise missing(resource)
    check_seen(state, resource, record, call.who)
    return record


def seen(state: State, resource: Resource, call: Call, name: int, place: Place) -> Row:
    """The record a call names, as a read may see it. Raises Refusal (403, 404)."""
    moment = state.seen_at(call.as_of, state.switches.read_lag)
    record, version = _then(state, resource, name, place, moment)
    if record is None or version is None:
        raise missing(resource)
    check_seen(state, resource, record, call.who)
    return record, version


def only(state: State, resource: Resource, scope: int) -> Record:
    """The one record of a scope. Raises Refusal (404)."""
    record = next(iter(state.tables[resource.name].within(scope).values()), None)
    if record is None:
        raise missing(resource)
    return record


def check_seen(state: State, resource: Resource, record: Record, who: Who) -> None:
    """Refuse a project that the credential may not see."""
    if resource.name == "projects" and not state.sees_project(who, record.id):
        raise Refusal(state.switches.unseen, "You do not have permission to access this project")


def _then(
    state: State, resource: Resource, name: int, place: Place, moment: float | None
) -> tuple[Record | None, Version | None]:
    if not resource.keyed:
        record = state.tables[resource.name].find(name)
        if record is None or not within(record, place):
            return None, None
        return record, record.at(moment)
    for record, version in standing(state, resource, place, moment):
        if version is not None and version.values[resource.keyed] == name:
            return record, version
    return None, None
