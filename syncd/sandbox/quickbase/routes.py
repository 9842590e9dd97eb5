"""Which handler serves which method and path."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from syncd.sandbox.quickbase import apps, fields, files, modified, query, relationships, reports, upsert
from syncd.sandbox.quickbase.realm import Realm
from syncd.sandbox.quickbase.wire import Call

__all__ = ["Handler", "Route", "find_route", "template_of"]

Handler = Callable[[Realm, Call], Any]


class Route(NamedTuple):
    """A method and a path whose `{name}` parts become arguments."""

    method: str
    template: str
    handler: Handler


ROUTES = (
    Route("POST", "/records", upsert.upsert),
    Route("DELETE", "/records", upsert.delete),
    Route("POST", "/records/query", query.query),
    Route("POST", "/records/modifiedSince", modified.modified_since),
    Route("POST", "/apps", apps.create_app),
    Route("GET", "/apps/{app}", apps.get_app),
    Route("POST", "/apps/{app}", apps.update_app),
    Route("DELETE", "/apps/{app}", apps.delete_app),
    Route("GET", "/apps/{app}/events", apps.app_events),
    Route("GET", "/tables", apps.list_tables),
    Route("POST", "/tables", apps.create_table),
    Route("GET", "/tables/{table}", apps.get_table),
    Route("POST", "/tables/{table}", apps.update_table),
    Route("DELETE", "/tables/{table}", apps.delete_table),
    Route("GET", "/tables/{table}/relationships", relationships.list_relationships),
    Route("POST", "/tables/{table}/relationship", relationships.create_relationship),
    Route("POST", "/tables/{table}/relationship/{relationship}", relationships.update_relationship),
    Route("DELETE", "/tables/{table}/relationship/{relationship}", relationships.delete_relationship),
    Route("GET", "/fields", fields.list_fields),
    Route("POST", "/fields", fields.create_field),
    Route("DELETE", "/fields", fields.delete_fields),
    Route("GET", "/fields/usage", fields.usage),
    Route("GET", "/fields/usage/{field}", fields.usage),
    Route("GET", "/fields/{field}", fields.get_field),
    Route("POST", "/fields/{field}", fields.update_field),
    Route("GET", "/reports", reports.list_reports),
    Route("GET", "/reports/{report}", reports.get_report),
    Route("POST", "/reports/{report}/run", reports.run_report),
    Route("GET", "/files/{table}/{record}/{field}/{version}", files.download),
    Route("DELETE", "/files/{table}/{record}/{field}/{version}", files.delete_file),
    Route("POST", "/users", apps.list_users),
)

_PLAIN = {(one.method, one.template): one for one in ROUTES if "{" not in one.template}
_BY_SHAPE: dict[tuple[str, int, str], list[tuple[Route, list[str]]]] = {}
for _route in ROUTES:
    _parts = _route.template.split("/")
    _BY_SHAPE.setdefault((_route.method, len(_parts), _parts[1]), []).append((_route, _parts))


def find_route(method: str, path: str) -> tuple[Route, dict[str, str]] | None:
    """The route of a call with its arguments; None if nothing is there."""
    plain = _PLAIN.get((method, path))
    if plain is not None:
        return plain, {}
    given = path.split("/")
    if len(given) < 2:
        return None
    for route, parts in _BY_SHAPE.get((method, len(given), given[1]), ()):
        args = _match(parts, given)
        if args is not None:
            return route, args
    return None


def _match(parts: list[str], given: list[str]) -> dict[str, str] | None:
    args: dict[str, str] = {}
    for part, text in zip(parts, given, strict=True):
        if part.startswith("{"):
            args[part[1:-1]] = text
        elif part != text:
            return None
    return args


def template_of(method: str, path: str) -> str:
    """The path template that a call counts under; the path's first part if none fits."""
    found = find_route(method, path)
    return found[0].template if found else "/" + path.split("/")[1] if "/" in path else path
