"""What a resource is, as data: fields, endpoints, filters, views. One more resource is one more table.

The few things data cannot say (a number that is given out, a status that follows from `accepted`)
are small functions that the table names.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal

from syncd.sandbox.procore.field import Field
from syncd.sandbox.procore.table import Record, Values

if TYPE_CHECKING:
    from syncd.sandbox.procore.state import State

__all__ = ["Action", "Endpoint", "Filter", "Resource"]

Action = Literal[
    "list", "show", "create", "update", "sync", "inactive", "reactivate", "recycle", "retrieve", "recycle_bin"
]
FilterKind = Literal[
    "range", "ids", "text", "flag", "filled", "status", "search", "choices", "never", "custom_fields"
]
_PLACE = re.compile(r"\{(\w+)\}")


@dataclass(frozen=True, slots=True)
class Filter:
    """One filter. `field` is what it looks at, or `read` what it computes of the values.

    `status` filters have a default of their own; `filled` asks for records that have a value, and
    `false` for all; `never` are ids of something that no record here can have.
    """

    kind: FilterKind
    field: str = ""
    read: Callable[[Values], tuple[int, ...]] | None = None


@dataclass(frozen=True, slots=True)
class Endpoint:
    """One operation. `most` is its largest page where that is special; 0 means it is unpaged.

    `view_key` is the query parameter that chooses a view and `view` the one without it; `without`
    are filters of the resource that this operation does not know.
    """

    method: str
    path: str
    action: Action
    view: str = "normal"
    view_key: str = "view"
    most: int | None = None
    unfiltered: bool = False
    without: tuple[str, ...] = ()

    def places(self) -> tuple[str, ...]:
        """The names of the ids in the path, in order."""
        return tuple(_PLACE.findall(self.path))


@dataclass(frozen=True)
class Resource:
    """One resource. `parent` is what it lives in: the company, a project or an RFI.

    `living` is the flag without which a record leaves the normal list. `check` gives messages by
    field for values that go together badly, `settle` completes the values about to be stored
    (before, after → after), `derive` adds what is computed for reading, and `extras` what a single
    view has besides. `views` are the keys of each view; None is all of them.
    """

    name: str
    wrapper: str
    fields: tuple[Field, ...]
    endpoints: tuple[Endpoint, ...]
    filters: dict[str, Filter] = field(default_factory=dict)
    views: dict[str, tuple[str, ...] | None] = field(default_factory=dict)
    extras: dict[str, Callable[[State, Record, Values], dict[str, Any]]] = field(default_factory=dict)
    parent: Literal["company", "project", "rfis"] = "company"
    tool: str = ""
    sorts: tuple[str, ...] = ()
    living: str = ""
    stamped: bool = True
    named: str = "name"
    check: Callable[[State, Values | None, dict[str, Any]], dict[str, list[str]]] | None = None
    settle: Callable[[State, int, Values, Values, int], Values] | None = None
    derive: Callable[[State, Record, Values], dict[str, Any]] | None = None

    @cached_property
    def writes(self) -> dict[str, Field]:
        """Fields by the key they are written by."""
        return {one.written_as: one for one in self.fields if one.written_as}

    @cached_property
    def blank(self) -> Values:
        """The values of a record of which nothing was said."""
        return {one.name: one.default for one in self.fields}

    @cached_property
    def refers(self) -> bool:
        """Whether reading a record needs other records' names."""
        return self.derive is not None or any(one.kind in ("ref", "refs") for one in self.fields)
