"""The filters of list calls: ranges with three dots, ids, texts, statuses (reference §2, §3, §7, §17)."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from syncd.sandbox.message import Request
from syncd.sandbox.procore.resource import Endpoint, Filter, Resource
from syncd.sandbox.procore.switches import ProcoreSwitches
from syncd.sandbox.procore.table import Values
from syncd.sandbox.procore.wire import Refusal, bad_request

__all__ = ["Test", "deleted_wanted", "tests_of"]

Test = Callable[[int, Values], bool]
"""Whether a record, by id and values, passes."""

_KEY = re.compile(r"^filters\[(\w+)\](\[\d*\])?$")
_PLAIN = re.compile(r"^(\w+)(\[\d*\])?$")
_FIRST, _LAST = "0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z"
_DATE = re.compile(r"^\d{4}-\d{2}-\d{2}$")


def tests_of(
    resource: Resource, endpoint: Endpoint, request: Request, switches: ProcoreSwitches
) -> list[Test]:
    """The tests that a list call asks for. Raises Refusal (400) for filters nobody can read."""
    if endpoint.unfiltered:
        return []
    asked = _asked(resource, request)
    tests = [
        test
        for name, (values, listed) in asked.items()
        if (test := _test(resource, endpoint, name, values, listed, switches)) is not None
    ]
    if resource.living and not ("by_status" in asked and "by_status" in resource.filters):
        tests.append(_living(resource.living, "Active"))
    return tests


def _asked(resource: Resource, request: Request) -> dict[str, tuple[list[str], bool]]:
    """The filters that were sent: their values, and whether as an array."""
    asked: dict[str, tuple[list[str], bool]] = {}
    for key, value in request.query:
        found = _KEY.match(key) or _PLAIN.match(key)
        if found is None:
            continue
        about = resource.filters.get(found[1])
        if (about is not None and about.plain) is (found.re is _PLAIN):
            values, _ = asked.setdefault(found[1], ([], bool(found[2])))
            values.append(value)
    return asked


def deleted_wanted(resource: Resource, request: Request) -> bool | None:
    """Which records a list of a resource with a recycle bin shows: False without the deleted ones,
    True only those, None all. Raises Refusal (400)."""
    for name, (values, _) in _asked(resource, request).items():
        about = resource.filters.get(name)
        if about is not None and about.kind == "deleted":
            if values[-1] not in ("only", "with"):
                raise bad_request(f"filters[{name}] must be one of only, with")
            return True if values[-1] == "only" else None
    return False


def _test(
    resource: Resource,
    endpoint: Endpoint,
    name: str,
    values: list[str],
    listed: bool,
    switches: ProcoreSwitches,
) -> Test | None:
    about = resource.filters.get(name)
    if about is None or name in endpoint.without:
        if switches.unknown_filter == "refuse":
            raise bad_request(f"filters[{name}] is not a filter of this list")
        return None
    if about.kind == "range":
        return _range(about.field, values[-1], switches)
    if about.kind == "ids":
        return _among(about, _ids(name, values))
    if about.kind == "deleted":
        return None
    if about.kind == "any":
        wanted = {part.strip() for value in values for part in value.split(",")}
        return lambda _, row: str(row[about.field]) in wanted
    if about.kind == "never":
        _ids(name, values)
        return lambda _, row: False
    if about.kind == "custom_fields":
        return _custom(name, values[-1])
    if about.kind == "choices":
        if not listed and switches.rfi_status_filter == "list_only":
            raise bad_request(f"filters[{name}] must be an array")
        return lambda _, row: row[about.field] in values
    return _single(resource, about, name, values[-1])


def _single(resource: Resource, about: Filter, name: str, value: str) -> Test:
    if about.kind == "flag":
        wanted = value.lower() == "true"
        return lambda _, row: bool(row[about.field]) is wanted
    if about.kind == "filled":
        every = value.lower() != "true"
        return lambda _, row: every or row[about.field] is not None
    if about.kind == "status":
        if value not in ("All", "Active", "Inactive"):
            raise bad_request(f"filters[{name}] must be one of All, Active, Inactive")
        return _living(resource.living, value)
    if about.kind == "search":
        needle = value.lower()
        return lambda _, row: any(needle in str(row[key] or "").lower() for key in about.field.split())
    return lambda _, row: row[about.field] == value


def _living(flag: str, status: str) -> Test:
    if status == "All":
        return lambda _, row: True
    wanted = status == "Active"
    return lambda _, row: row[flag] is wanted


def _custom(name: str, text: str) -> Test:
    """Values by definition, as a JSON object: `{"<definition id>": value}`, or a list of values."""
    try:
        wanted = json.loads(text)
    except (ValueError, RecursionError):
        wanted = None
    if not isinstance(wanted, dict):
        raise bad_request(f"filters[{name}] must be a JSON object")
    asked = {
        f"custom_field_{key.removeprefix('custom_field_')}": _texts(value) for key, value in wanted.items()
    }
    return lambda _, row: all(not _texts(row.get(key)).isdisjoint(texts) for key, texts in asked.items())


def _texts(value: object) -> set[str]:
    """A value, or each of several, as text."""
    every = value if isinstance(value, (list, tuple)) else () if value is None else (value,)
    return {str(one).lower() if isinstance(one, bool) else str(one) for one in every}


def _among(about: Filter, wanted: set[int]) -> Test:
    read = about.read
    if read is not None:
        return lambda _, row: not wanted.isdisjoint(read(row))
    if not about.field:
        return lambda record_id, _: record_id in wanted

    def test(_: int, row: Values) -> bool:
        value = row[about.field]
        return value in wanted if not isinstance(value, tuple) else not wanted.isdisjoint(value)

    return test


def _ids(name: str, values: list[str]) -> set[int]:
    """Ids as single values, repeated, separated by commas, or as a JSON list."""
    ids: set[int] = set()
    for value in values:
        try:
            if value.startswith("["):
                ids.update(int(one) for one in json.loads(value))
            else:
                ids.update(int(one) for one in value.split(",") if one.strip())
        except (ValueError, TypeError, OverflowError, RecursionError):
            raise bad_request(f"filters[{name}] must be an array of integers") from None
    return ids


def _range(field: str, text: str, switches: ProcoreSwitches) -> Test:
    """`A...B`, bounds as dates or instants; whole seconds, so text compares like time."""
    quoted = len(text) > 1 and text[0] == text[-1] == '"'
    if switches.quoted_range == ("refused" if quoted else "required"):
        raise _bad_range(field)
    start, dots, end = (text[1:-1] if quoted else text).partition("...")
    if not dots:
        raise _bad_range(field)
    low, high = _bound(field, start, False), _bound(field, end, True)
    from_low, to_high = switches.lower_inclusive, switches.upper_inclusive

    def test(_: int, row: Values) -> bool:
        stamp: str | None = row[field]
        if stamp is None:
            return False
        if len(stamp) == 10:  # a day, which is compared with days
            return (stamp > low[:10] or (from_low and stamp == low[:10])) and (
                stamp < high[:10] or (to_high and stamp == high[:10])
            )
        return (stamp > low or (from_low and stamp == low)) and (stamp < high or (to_high and stamp == high))

    return test


def _bound(field: str, text: str, end: bool) -> str:
    """A bound in the form stamps are stored in. A bare date at the end means its last second."""
    try:
        moment = datetime.fromisoformat(text.strip())
    except ValueError:
        raise _bad_range(field) from None
    if _DATE.match(text.strip()) and end:
        moment += timedelta(days=1, seconds=-1)
    try:
        moment = moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except OverflowError:  # before the first or after the last instant there is
        return _FIRST if moment.year == 1 else _LAST
    return moment.isoformat(timespec="seconds")[:19] + "Z"


def _bad_range(field: str) -> Refusal:
    return bad_request(
        f"filters[{field}] must be a range of two ISO 8601 dates, such as 2026-01-01...2026-01-31"
    )
