"""Reading: lists with filters, sort and pages, and single records."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any
from urllib.parse import quote, urlencode

from syncd.sandbox.message import Request, Response
from syncd.sandbox.procore.filters import tests_of
from syncd.sandbox.procore.find import Place, Row, standing
from syncd.sandbox.procore.render import text_of
from syncd.sandbox.procore.resource import Endpoint, Resource
from syncd.sandbox.procore.state import State
from syncd.sandbox.procore.switches import ProcoreSwitches
from syncd.sandbox.procore.table import Record, Version
from syncd.sandbox.procore.wire import Call, bad_request, json_text

__all__ = ["listing", "paged", "respond", "view_of"]


def listing(
    state: State,
    resource: Resource,
    endpoint: Endpoint,
    call: Call,
    place: Place,
    keep: Callable[[Record, Version], bool] | None = None,
) -> Response:
    """A list: filtered, sorted, one page of it, told to the history."""
    moment = state.seen_at(call.as_of, state.switches.list_lag)
    tests = tests_of(resource, endpoint, call.request, state.switches)
    rows: list[Row] = []
    for record, version in standing(state, resource, place, moment):
        if version is None or (keep is not None and not keep(record, version)):
            continue
        record_id, values = record.id, version.values
        if all(test(record_id, values) for test in tests):
            rows.append((record, version))
    _sort(rows, resource, call.request, state.switches)
    view = view_of(endpoint, call)
    most, usual = _pages(endpoint, view)
    page, headers = paged(rows, call.request, most, state.switches, usual)
    state.served(resource, ((record.id, version) for record, version in page), call.who)
    texts = [text_of(state, resource, record, version, view, endpoint.envelope) for record, version in page]
    body = "[" + ",".join(texts) + "]"
    answer = json_text(f'{{"data":{body}}}' if endpoint.envelope else body)
    answer.headers.update(headers)
    return answer


def _pages(endpoint: Endpoint, view: str) -> tuple[int | None, int]:
    """The largest page of a list and its usual one (reference §0.2, §2)."""
    if view == "ids":
        return 200_000, 200_000
    if endpoint.envelope:
        return 100 if endpoint.most is None else endpoint.most, 10
    return endpoint.most, 0


def view_of(endpoint: Endpoint, call: Call) -> str:
    """The view that a call asks for, or the endpoint's own."""
    return (call.request.param(endpoint.view_key) if endpoint.view_key else None) or endpoint.view


def respond(
    state: State, resource: Resource, endpoint: Endpoint, call: Call, row: Row, status: int = 200
) -> Response:
    """A response that carries one record in the view asked for, told to the history."""
    record, version = row
    state.served(resource, [(record.id, version)], call.who)
    text = text_of(state, resource, record, version, view_of(endpoint, call), endpoint.envelope)
    return json_text(f'{{"data":{text}}}' if endpoint.envelope else text, endpoint.status or status)


def paged(
    rows: list[Any], request: Request, most: int | None, switches: ProcoreSwitches, usual: int = 0
) -> tuple[list[Any], dict[str, str]]:
    """One page of a list and its `Link`, `Total` and `Per-Page` headers. `most` 0 is no paging.

    `usual` is the page of a call that asks for no size; 0 is the switch's.
    """
    if most == 0:
        return rows, {}
    largest = switches.max_page if most is None else most
    size = _count(request, "per_page", usual or min(switches.default_page, largest))
    if size > largest:
        if switches.over_max_page == "refuse":
            raise bad_request(f"per_page must be {largest} or less")
        size = largest
    number = _count(request, "page", 1)
    last = max(1, -(-len(rows) // size))
    links = [] if last == 1 else _links(request, number, last, size)
    headers = {"Total": str(len(rows)), "Per-Page": str(size)}
    if links:
        headers["Link"] = ", ".join(links)
    return rows[(number - 1) * size : number * size], headers


def _links(request: Request, number: int, last: int, size: int) -> list[str]:
    """`next` is missing on the last page, and `prev` on the first (reference §17)."""
    targets = {"first": 1}
    if 1 < number <= last:
        targets["prev"] = number - 1
    if number < last:
        targets["next"] = number + 1
    targets["last"] = last
    rest = [(key, value) for key, value in request.query if key not in ("page", "per_page")]
    base = f"http://{request.header('host') or 'sandbox.test'}/procore{quote(request.path)}"
    return [
        f'<{base}?{urlencode([*rest, ("page", page), ("per_page", size)])}>; rel="{name}"'
        for name, page in targets.items()
    ]


def _count(request: Request, name: str, default: int) -> int:
    text = request.param(name)
    if text is None or text == "":
        return default
    if not text.isascii() or not text.isdigit() or len(text) > 9 or int(text) < 1:
        raise bad_request(f"{name} must be a positive integer")
    return int(text)


def _sort(rows: list[Row], resource: Resource, request: Request, switches: ProcoreSwitches) -> None:
    """As `sort` (or `sort[attribute]`) says; otherwise in the order the switch chooses."""
    asked = request.param("sort") or ""
    attribute = request.param("sort[attribute]")
    if attribute:
        asked = ("-" if request.param("sort[direction]") == "desc" else "") + attribute
    if not asked:
        _default_order(rows, resource, switches)
        return
    rows.sort(key=lambda row: row[0].id)
    for word in reversed(asked.split(",")):
        key, down = word.strip().lstrip("-"), word.strip().startswith("-")
        if key not in resource.sorts:
            raise bad_request(f"sort must be one of {', '.join(resource.sorts) or 'nothing'}")
        if key == "id":
            rows.sort(key=lambda row: row[0].id, reverse=down)
        else:
            rows.sort(key=partial(_by, key), reverse=down)


def _by(key: str, row: Row) -> tuple[bool, str]:
    return _sortable(row[1].values.get(key))


def _default_order(rows: list[Row], resource: Resource, switches: ProcoreSwitches) -> None:
    if switches.list_order == "updated_desc":
        rows.sort(key=lambda row: (row[1].values["updated_at"], row[0].id), reverse=True)
    elif switches.list_order == "name":
        rows.sort(key=lambda row: (_sortable(row[1].values.get(resource.named)), row[0].id))


def _sortable(value: Any) -> tuple[bool, str]:
    return value is None, str(value).lower()
