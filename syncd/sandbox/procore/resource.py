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
from syncd.sandbox.procore.table import Record, Values, Version

if TYPE_CHECKING:
    from syncd.sandbox.message import Response
    from syncd.sandbox.procore.state import State
    from syncd.sandbox.procore.wire import Call

__all__ = ["Action", "Endpoint", "Filter", "Resource", "Runner", "Where"]

Action = Literal[
    "list", "show", "create", "update", "sync", "inactive", "reactivate", "recycle", "retrieve",
    "recycle_bin", "delete", "restore", "one", "call",
]  # fmt: skip
FilterKind = Literal[
    "range", "ids", "text", "flag", "filled", "status", "search", "choices", "any", "deleted", "never",
    "custom_fields",
]  # fmt: skip
Where = Literal["", "query", "body", "either"]
"""Where a call carries an id that does not stand in its path; "" is nowhere."""

Runner = Callable[["State", "Resource", "Call", dict[str, int], int], "Response"]
"""What a `call` does: state, resource, call, the ids in the path by name, scope. Raises Refusal."""

_PLACE = re.compile(r"\{(\w+)\}")


@dataclass(frozen=True, slots=True)
class Filter:
    """One filter. `field` is what it looks at (`search` at several, with spaces between), or `read` what
    it computes of the values.

    `status` filters have a default of their own; `filled` asks for records that have a value, and
    `false` for all; `any` takes one value or several; `deleted` is `only` or `with`, and without it
    deleted records are left out; `never` are ids of something that no record here can have. A `plain`
    filter is a query key of its own name (`image_category_id=5`), not `filters[…]`.
    """

    kind: FilterKind
    field: str = ""
    read: Callable[[Values], tuple[int, ...]] | None = None
    plain: bool = False


@dataclass(frozen=True, slots=True)
class Endpoint:
    """One operation. `most` is its largest page where that is special; 0 means it is unpaged.

    `view_key` is the query parameter that chooses a view and `view` the one without it; `without`
    are filters of the resource that this operation does not know. `status` is that of a success,
    0 where the action's own fits (201 for a create, 200 else; a 204 has no body). `run` carries a
    `call` out. `envelope` is the form of v2: wrapped in `data`, ids as texts, 10 rows a page and
    100 at most. `wrapper` replaces the resource's; "" means that the body itself holds the fields.

    `company_in` and `project_in` say where the call names the company and the project if the path
    does not; a project named nowhere is none. `company_in` None is "either" for what lives in the
    company, as long as no project is named, and nowhere for the rest. `parent_in` is the place or
    query key of the record that the resource lives in (by default its wrapper and `_id`). An `across`
    operation names no parent: it means the records of all of them in the project, or in the company.
    """

    method: str
    path: str
    action: Action
    view: str = "normal"
    view_key: str = "view"
    most: int | None = None
    unfiltered: bool = False
    without: tuple[str, ...] = ()
    status: int = 0
    run: Runner | None = None
    envelope: bool = False
    wrapper: str | None = None
    company_in: Where | None = None
    project_in: Where = ""
    parent_in: str = ""
    across: bool = False

    def places(self) -> tuple[str, ...]:
        """The names of the ids in the path, in order."""
        return tuple(_PLACE.findall(self.path))


@dataclass(frozen=True)
class Resource:
    """One resource. `parent` is what it lives in: the company, a project, or another resource's
    record, by that resource's name.

    `living` is the flag without which a record leaves the normal list. A record is deleted into the
    recycle bin if there is a field `deleted` (and `deleted_at`), and for good otherwise. `keyed` is
    the field whose value names a record within its scope, in paths and as `id` (the membership of a
    user is named by the user). A `single` resource has one record in each scope from the scope's
    birth on, without an id. Other records show more of an `echoed` one than its name. `stamps` are
    the stamps that a reader sees; `stamped` False is none. `custom` records have the custom fields
    that the company defined for the resource, and `custom_set` ones show them only where there is one;
    `linked` ones show links to bytes; `tool` is the tool of
    a project without which nothing of it answers.

    `check` gives messages by field for values that go together badly, `settle` completes the values
    about to be stored (before, after → after), `derive` adds what is computed for reading, and
    `extras` what a single view has besides. `views` are the keys of each view; None is all of them.
    `joined` is what a reader meets in place of a stored state at a monotonic time (a membership with
    the person's values, for filters and sorts too), None for nothing; `finish` has the last word on
    what is shown in a view (keys that are left out, bare ids).
    """

    name: str
    wrapper: str
    fields: tuple[Field, ...]
    endpoints: tuple[Endpoint, ...]
    filters: dict[str, Filter] = field(default_factory=dict)
    views: dict[str, tuple[str, ...] | None] = field(default_factory=dict)
    extras: dict[str, Callable[[State, Record, Values], dict[str, Any]]] = field(default_factory=dict)
    parent: str = "company"
    tool: str = ""
    sorts: tuple[str, ...] = ()
    living: str = ""
    stamped: bool = True
    stamps: tuple[str, ...] = ("created_at", "updated_at")
    named: str = "name"
    keyed: str = ""
    single: bool = False
    echoed: bool = False
    custom: bool = False
    custom_set: bool = False
    linked: bool = False
    check: Callable[[State, Values | None, dict[str, Any]], dict[str, list[str]]] | None = None
    settle: Callable[[State, int, Values, Values, int], Values] | None = None
    derive: Callable[[State, Record, Values], dict[str, Any]] | None = None
    joined: Callable[[State, Version, float | None], Version | None] | None = None
    finish: Callable[[State, str, dict[str, Any]], Any] | None = None

    @property
    def nested(self) -> bool:
        """Whether it lives in records of another resource."""
        return self.parent not in ("company", "project")

    @cached_property
    def binned(self) -> bool:
        """Whether its deleted records go to a recycle bin."""
        return "deleted" in self.blank

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
        return (
            self.custom or self.derive is not None or any(one.kind in ("ref", "refs") for one in self.fields)
        )
