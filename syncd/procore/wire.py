"""Procore's JSON and our `Value`s, both ways, by what the catalogue says of a field.

Read and write shapes differ (reference procore-api §20): objects are read and `_id`s
written, money is read as text and sent as a number, the first question is read from a list
and written as an object. A key that a response leaves out is ABSENT, null is empty.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal
from typing import Any

from syncd.catalog.registry import names, resource
from syncd.catalog.resource import Resource, ResourceField, Scope, Send, Shape
from syncd.core.values import ABSENT, LISTS, NUMERIC, Absent, Kind, Value, decimal_text
from syncd.http.readings import day_of, flag_of, instant_of, number_of, unreadable
from syncd.procore.versions import version_in

__all__ = ["decode_field", "decode_record", "encode_body", "identity", "placed", "scope_in", "wire_id"]

_MISSING = object()
_IDS = frozenset({Kind.REFERENCE, Kind.REFERENCES})
_SCOPES = {name: resource(name).scope for name in names()}


def identity(about: Resource, scope: str, wire: object) -> str:
    """What names a record to us: its id, after its project or its parent where it lives in one.

    What there is once a scope (`Shape.ONE`) is named by the scope.
    """
    if about.scope is Scope.COMPANY:
        return str(wire)
    return scope if about.shape is Shape.ONE else f"{scope}/{wire}"


def scope_in(about: Resource, identity: str) -> str:
    """The scope of a record that is so named: what `identity` put it together from."""
    if about.scope is Scope.COMPANY:
        return ""
    return identity if about.shape is Shape.ONE else identity.rpartition("/")[0]


def wire_id(identity: str) -> str:
    """The id as Procore knows it: what follows the last slash."""
    return identity.rpartition("/")[2]


def decode_record(
    fields: Iterable[ResourceField], row: Mapping[str, Any], scope: str
) -> dict[str, Value | Absent]:
    """The values of these fields in one response, by field name."""
    return {one.name: decode_field(one, row, scope) for one in fields}


def decode_field(one: ResourceField, row: Mapping[str, Any], scope: str) -> Value | Absent:
    """One field's value; ABSENT where the response leaves it out, Unreadable where it is of another shape."""
    if one.scope_id:
        return _above(one, scope) or ABSENT
    if one.kind is Kind.FILE:
        return version_in(row)
    if not one.read:
        return ABSENT
    found = _MISSING
    try:
        found = _step(row, one.read)
        if found is _MISSING and one.send is Send.ID:
            # Some views give `office_id` in place of the object `office`.
            found = row.get(one.write, _MISSING)
        if found is _MISSING:
            return ABSENT
        if one.filled:
            return found not in (None, "")
        value = _READERS.get(one.kind, _text)(found)
    except (ValueError, TypeError, LookupError, ArithmeticError, AttributeError):
        return unreadable("Procore", one.kind, row.get(one.read[0]) if found is _MISSING else found)
    return placed(one, value, scope)


def encode_body(fields: Iterable[tuple[ResourceField, Value]]) -> dict[str, Any]:
    """What a write's wrapper holds for these values. Fields that Procore does not take are left out."""
    body: dict[str, Any] = {}
    for one, value in fields:
        if one.send is Send.NEVER or not one.write:
            continue
        *outer, last = one.write.split(".")
        place = body
        for key in outer:
            place = place.setdefault(key, {})
        place[last] = _sent(one.send, value)
    return {key: _with_lists(inner) for key, inner in body.items()}


def _with_lists(inner: Any) -> Any:
    """Numbers in a way to write are places in a list, as they are in a way to read."""
    if not isinstance(inner, dict):
        return inner
    found = {key: _with_lists(one) for key, one in inner.items()}
    if not found or not all(key.isdigit() for key in found):
        return found
    return [found[key] for key in sorted(found, key=int)]


def _sent(send: Send, value: Value) -> Any:
    if value is None:
        return [] if send is Send.IDS else None
    if send is Send.IDS:
        return [_id(one) for one in (value if isinstance(value, list) else [str(value)])]
    if send is Send.ID:
        return _id(str(value))
    if send is Send.NUMBER:
        return Decimal(str(value))
    if send is Send.INTEGER:
        whole = Decimal(str(value))
        return int(whole) if whole == whole.to_integral_value() else whole
    return value


def _id(text: str) -> int | str:
    inner = wire_id(text)
    return int(inner) if inner.isascii() and inner.isdigit() else inner


def _step(found: Any, path: tuple[str, ...]) -> Any:
    """Follow a read path. What is missing at the root is missing; below an empty root, empty."""
    for depth, key in enumerate(path):
        if key == "*":
            parts = [_step(one, path[depth + 1 :]) for one in found or ()]
            return [one for one in parts if one is not _MISSING]
        if isinstance(found, list):
            found = found[int(key)] if int(key) < len(found) else None
        elif isinstance(found, Mapping):
            found = found.get(key, _MISSING)
        elif depth and key == "id" and found is not None:
            return found  # a bare id where an object is documented
        else:
            return _MISSING
        if found is _MISSING or found is None:
            return found
    return found


def _above(one: ResourceField, scope: str) -> str:
    """The identity of the project, or of the parent record, that a record stands in."""
    return scope.partition("/")[0] if _SCOPES.get(one.target) is Scope.COMPANY else scope


def placed(one: ResourceField, value: Value, scope: str) -> Value:
    """References to resources of a project carry it, and those to a parent's records the parent, as
    identities do. Other values, and those that name their place already, stay as they are."""
    home = _SCOPES.get(one.target, Scope.COMPANY)
    if one.kind not in _IDS or home is Scope.COMPANY:
        return value
    place = scope.partition("/")[0] if home is Scope.PROJECT else scope
    if isinstance(value, list):
        return [part if "/" in part else f"{place}/{part}" for part in value]
    return f"{place}/{value}" if isinstance(value, str) and "/" not in value else value


def _text(raw: Any) -> Value:
    if raw is None:
        return None
    if isinstance(raw, bool):
        return "true" if raw else "false"
    if isinstance(raw, int | Decimal):
        return decimal_text(raw)
    if not isinstance(raw, str):
        raise TypeError("not a text")
    return raw.replace("\r\n", "\n") or None


def _day(raw: Any) -> Value:
    return day_of(_text(raw))


def _ident(raw: Any) -> Value:
    if isinstance(raw, Mapping):
        raw = raw.get("id")
    if isinstance(raw, bool):
        raise TypeError("not an id")
    return _text(raw)


def _idents(raw: Any) -> Value:
    if raw and not isinstance(raw, list):
        raise TypeError("not a list")
    return sorted({text for one in raw or () if isinstance(text := _ident(one), str)}) or None


_READERS: dict[Kind, Callable[[Any], Value]] = {
    **dict.fromkeys(NUMERIC, number_of),
    **dict.fromkeys(LISTS, _idents),
    Kind.DAY: _day,
    Kind.INSTANT: instant_of,
    Kind.CHECKBOX: flag_of,
    Kind.USER: _ident,
    Kind.REFERENCE: _ident,
}
