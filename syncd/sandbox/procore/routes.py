"""Which operation a request means: one look-up by its path's shape."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from syncd.sandbox.procore.resource import Endpoint, Resource
from syncd.sandbox.procore.ulid import ULID, number_in

__all__ = ["Route", "Routes", "shape_of"]

_UUID = re.compile(r"^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$", re.ASCII)


@dataclass(frozen=True, slots=True)
class Route:
    """An operation of a resource; `places` are the names of the ids in its path."""

    resource: Resource
    endpoint: Endpoint
    places: tuple[str, ...]


@lru_cache(maxsize=8192)
def shape_of(path: str) -> tuple[str, tuple[int, ...]]:
    """A path with every id replaced by `{}`, and the ids: numbers, and UUIDs and ULIDs as their number."""
    ids = []
    parts = path.split("/")
    for position, part in enumerate(parts):
        if part.isascii() and part.isdigit() and len(part) < 19:
            ids.append(int(part))
            parts[position] = "{}"
        elif _UUID.match(part):
            ids.append(int(part.replace("-", ""), 16))
            parts[position] = "{}"
        elif ULID.match(part):
            ids.append(number_in(part))
            parts[position] = "{}"
    return "/".join(parts), tuple(ids)


class Routes:
    """All operations by method and shape. `more` are paths that are no resource's."""

    def __init__(self, resources: Iterable[Resource], more: Iterable[str]) -> None:
        self._routes: dict[tuple[str, str], Route] = {}
        self._templates: dict[str, str] = {}
        for resource in resources:
            for endpoint in resource.endpoints:
                places = endpoint.places()
                shape = self._note(endpoint.path)
                self._routes[endpoint.method, shape] = Route(resource, endpoint, places)
        for path in more:
            self._note(path)

    def _note(self, path: str) -> str:
        shape = "/".join("{}" if part.startswith("{") else part for part in path.split("/"))
        self._templates.setdefault(shape, path)
        return shape

    def find(self, method: str, shape: str) -> Route | None:
        """The operation, or None."""
        return self._routes.get((method, shape))

    def template(self, path: str) -> str:
        """The template of a path, for statistics and faults."""
        if path.startswith("/oauth/"):
            return path
        return self._templates.get(shape_of(path)[0], "(unknown)")
