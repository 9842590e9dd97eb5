"""What one filter means for one row, by the type of its field (reference §3)."""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from syncd.sandbox.quickbase.derived import getter
from syncd.sandbox.quickbase.field import NUMBERS, Field
from syncd.sandbox.quickbase.moments import (
    day_start,
    end_of_cut,
    relative_days,
    to_day,
    to_instant,
    to_time_of_day,
)
from syncd.sandbox.quickbase.table import Row, Table
from syncd.sandbox.quickbase.where import All, Filter, Node
from syncd.sandbox.quickbase.wire import Refusal, refuse

if TYPE_CHECKING:
    from syncd.sandbox.quickbase.realm import Realm

__all__ = ["Test", "row_test"]

Test = Callable[[Row], bool]
Check = Callable[[Any], bool]

_COMPARE: dict[str, Callable[[Any, Any], bool]] = {
    "LT": operator.lt,
    "LTE": operator.le,
    "GT": operator.gt,
    "GTE": operator.ge,
    "BF": operator.lt,
    "OBF": operator.le,
    "AF": operator.gt,
    "OAF": operator.ge,
}
_NEGATED = {"XCT": "CT", "XHAS": "HAS", "XEX": "EX", "XTV": "TV", "XSW": "SW", "XIR": "IR"}


def row_test(realm: Realm, table: Table, node: Node, offset: int = 0) -> Test:
    """A test for rows. `offset` is the zone of day comparisons, in minutes east of UTC.

    Raises Refusal (400) for an unknown field or a value the operator cannot use.
    """
    if isinstance(node, Filter):
        return _filter_test(realm, table, node, offset)
    tests = [row_test(realm, table, part, offset) for part in node.parts]
    if isinstance(node, All):
        return lambda row: all(test(row) for test in tests)
    return lambda row: any(test(row) for test in tests)


def _filter_test(realm: Realm, table: Table, node: Filter, offset: int) -> Test:
    about = table.fields.get(node.fid)
    if about is None:
        raise refuse(f"Field {node.fid} of the query was not found in table {table.dbid}.")
    get = getter(realm, table, about)
    other = table.by_key.get(node.value[5:]) if node.value.startswith("_FID_") else None
    if other is not None:
        get_other = getter(realm, table, other)
        return lambda row: _compared(realm, about, node.op, _as_text(get_other(row)), offset, get(row))
    check = check_of(realm, about, node.op, node.value, offset)
    return lambda row: check(get(row))


def _compared(realm: Realm, about: Field, op: str, value: str, offset: int, stored: Any) -> bool:
    """Two fields of one row: where the other holds nothing to compare with, the row does not match."""
    try:
        return check_of(realm, about, op, value, offset)(stored)
    except Refusal:
        return False


def check_of(realm: Realm, about: Field, op: str, value: str, offset: int) -> Check:
    """A check of one field's stored value. Raises Refusal (400)."""
    if op in _NEGATED:
        positive = check_of(realm, about, _NEGATED[op], value, offset)
        return lambda stored: not positive(stored)
    if op in ("EX", "TV") and value == "" and about.type != "checkbox":
        return lambda stored: stored in (None, "", ())
    try:
        if about.type in ("user", "multiuser"):
            return _people(realm, op, value)
        if op in ("CT", "SW", "HAS"):
            return _texts(op, value)
        if about.type == "timestamp":
            return _instants(realm, op, value, offset)
        if about.type in ("date", "timeofday"):
            return _days(realm, about, op, value, offset)
        if about.type in NUMBERS:
            return _numbers(op, value)
        if about.type != "checkbox":
            return _texts(op, value)
    except (ValueError, OverflowError) as error:
        raise refuse(f"The query's value for field {about.fid} cannot be used: {error}") from None
    wanted = value.lower() in ("true", "1", "yes")
    return lambda stored: bool(stored) == wanted


def _as_text(stored: Any) -> str:
    return "" if stored is None else str(stored)


def _pieces(value: str) -> list[str]:
    """The several values that `;` separates, besides the value as a whole."""
    whole = value.casefold()
    return [whole, *(part.strip() for part in whole.split(";"))] if ";" in whole else [whole]


def _texts(op: str, value: str) -> Check:
    wanted = _pieces(value)
    first = wanted[0]
    if op == "CT":
        return lambda stored: any(first in text for text in _folded(stored))
    if op == "SW":
        return lambda stored: any(text.startswith(first) for text in _folded(stored))
    if op in ("EX", "TV", "HAS"):
        return lambda stored: any(text in wanted for text in _folded(stored))
    if op not in _COMPARE:
        raise ValueError(f"{op} does not apply to text.")
    compare = _COMPARE[op]
    return lambda stored: any(compare(text, first) for text in _folded(stored))


def _folded(stored: Any) -> list[str]:
    if isinstance(stored, tuple):
        return [str(one).casefold() for one in stored]
    return [_as_text(stored).casefold()]


def _people(realm: Realm, op: str, value: str) -> Check:
    """EX and CT look at displayed names; TV and HAS at the identity (§3)."""
    people = realm.people
    wanted = _pieces(value)
    if op in ("TV", "HAS"):
        ids = {realm.rules.by_name.get(one, one) for one in wanted}
        return lambda stored: any(one in ids for one in _each(stored))
    names = _texts(op, value)
    return lambda stored: any(names(people[one].name) for one in _each(stored))


def _each(stored: Any) -> tuple[str, ...]:
    if isinstance(stored, tuple):
        return stored
    return (stored,) if stored else ()


def _numbers(op: str, value: str) -> Check:
    if op in ("EX", "TV"):
        wanted = {float(part) for part in value.split(";")}
        return lambda stored: stored in wanted
    if op not in _COMPARE:
        raise ValueError(f"{op} does not apply to numbers.")
    compare, limit = _COMPARE[op], float(value)
    return lambda stored: stored is not None and compare(stored, limit)


def _days(realm: Realm, about: Field, op: str, value: str, offset: int) -> Check:
    if op == "IR":
        first, end = relative_days(value, realm.stamp(), offset)
        return lambda stored: first <= stored < end
    wanted = to_time_of_day(value) if about.type == "timeofday" else to_day(_day_of(value))
    if op in ("EX", "TV"):
        return lambda stored: bool(stored == wanted)
    compare = _COMPARE[op]
    return lambda stored: bool(stored) and compare(stored, wanted)


def _day_of(value: str) -> str:
    return to_instant(value) if value.lstrip("-").isdigit() else value


def _instants(realm: Realm, op: str, value: str, offset: int) -> Check:
    if op == "IR":
        first, end = relative_days(value, realm.stamp(), offset)
        return _between(day_start(first, offset), day_start(end, offset))
    if len(value) == 10 and not value.isdigit():
        begin, end = day_start(to_day(value), offset), day_start(to_day(value), offset, 1)
        if op in ("EX", "TV"):
            return _between(begin, end)
        edge = end if op in ("AF", "GT", "OBF", "LTE") else begin
        compare = operator.ge if op in ("AF", "OAF", "GT", "GTE") else operator.lt
        return lambda stored: bool(stored) and compare(stored, edge)
    if op in ("EX", "TV"):
        same = to_instant(value)[:19]
        return lambda stored: bool(stored[:19] == same)
    cut = end_of_cut(realm.switches.stamp_granularity)
    limit, compare = to_instant(value)[:cut], _COMPARE[op]
    return lambda stored: bool(stored) and compare(stored[:cut], limit)


def _between(first: str, end: str) -> Check:
    return lambda stored: first <= stored < end
