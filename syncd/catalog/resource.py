"""What there is to know about one Procore resource, as plain data.

The client, the sides and the mapping checks are all driven by these descriptions; none of
them knows a resource by name. A new resource is one more table beside `projects.py`.
"""

from __future__ import annotations

from dataclasses import dataclass
from dataclasses import field as made
from enum import StrEnum

from syncd.core.values import Field, Kind

__all__ = ["Filter", "Path", "Resource", "ResourceField", "Scope", "Send"]


class Scope(StrEnum):
    """Where a resource's list lives."""

    COMPANY = "company"
    PROJECT = "project"


class Send(StrEnum):
    """The JSON form in which Procore takes a value (reference procore-api §17, §20)."""

    TEXT = "text"  # a string; empty is null
    NUMBER = "number"  # a JSON number; money too, though it is read back as a string
    INTEGER = "integer"
    FLAG = "flag"  # true or false
    ID = "id"  # the id of another record, as a JSON integer
    IDS = "ids"  # a list of ids that replaces the whole set
    NEVER = "never"  # Procore does not take it


@dataclass(frozen=True, slots=True)
class ResourceField:
    """One field of a resource: what it means (`field`) and how it crosses the wire.

    `read` is the way to the value in a response (`("office", "id")`); a number steps into
    a list, and `*` collects that part of every entry. `write` is the key inside the
    wrapper; a dot nests (`question.body`). `bulk` is False where the sync endpoint does
    not know the key, so that only a single PATCH can write it. `target` is the resource
    that ids here name. `scope_id` marks a field that is not in the body at all: its value
    is the scope the record lives in.
    """

    field: Field
    read: tuple[str, ...]
    write: str = ""
    send: Send = Send.NEVER
    bulk: bool = True
    target: str = ""
    scope_id: bool = False

    @property
    def name(self) -> str:
        """The name used in mapping files and in `Field.name`."""
        return self.field.name

    @property
    def kind(self) -> Kind:
        """What its values mean."""
        return self.field.kind

    @property
    def writable(self) -> bool:
        """Whether it can be written at all, at creation or later."""
        return self.field.on_create or self.field.on_update


@dataclass(frozen=True, slots=True)
class Filter:
    """A filter that a mapping's `where:` may set; `allowed` is empty where any text goes.

    `many` filters are sent with `[]` and take several values.
    """

    name: str
    kind: Kind = Kind.TEXT
    allowed: tuple[str, ...] = ()
    many: bool = False

    @property
    def key(self) -> str:
        """The query parameter's name."""
        return f"filters[{self.name}]" + ("[]" if self.many else "")


@dataclass(frozen=True, slots=True)
class Path:
    """A path template with `{company}`, `{project}` and `{id}`; "" where there is none.

    `company_in` says where an endpoint wants `company_id` besides the header: "query",
    "body" or "" (reference procore-api §0.2: the header does not replace it).
    """

    template: str = ""
    company_in: str = ""

    def __bool__(self) -> bool:
        return bool(self.template)

    def fill(self, *, company: str = "", project: str = "", id: str = "") -> str:
        """The path for these ids."""
        return self.template.format(company=company, project=project, id=id)


@dataclass(frozen=True, slots=True)
class Resource:
    """One resource of the catalogue.

    `wrapper` is the key a single write is wrapped in. `page_limit` is the largest page we
    ask for. `params` go with every list call, below what a mapping's `where:` says.
    `updated_filter` and `created_filter`: lists can be narrowed by those stamps.
    `id_filter` is the query key that takes ids ("" if none; `id_filter_many` repeats it).
    `inactive` is a second list that holds what the first hides, `reactivate` the way back;
    `recycle_bin` lists deleted records; `sync` is the bulk write and `sync_limit` its most
    items a call; `patch_by_sync` says that even one record is best written through it.
    `carriers` are the fields that can carry our identity on a create. `archive` is the
    (field, value) that retires a record, None if nothing does. `origin_filter` is the
    query key that finds a record by its `origin_id`. `sort` are list parameters that make
    the order unchangeable while we page, where the vendor offers it. `parent` is the
    resource whose records are the scopes. `notes` are for the admin.
    """

    name: str
    title: str
    scope: Scope
    wrapper: str
    fields: tuple[ResourceField, ...]
    list: Path
    show: Path = Path()
    create: Path = Path()
    update: Path = Path()
    sync: Path = Path()
    sync_limit: int = 1000
    patch_by_sync: bool = False
    inactive: Path = Path()
    reactivate: Path = Path()
    recycle_bin: Path = Path()
    recycle: Path = Path()
    filters: tuple[Filter, ...] = ()
    params: tuple[tuple[str, str], ...] = ()
    show_params: tuple[tuple[str, str], ...] = ()
    sort: tuple[tuple[str, str], ...] = ()
    page_limit: int = 1000
    updated_filter: bool = True
    created_filter: bool = True
    id_filter: str = ""
    id_filter_many: bool = False
    origin_filter: str = ""
    carriers: tuple[str, ...] = ()
    archive: tuple[str, bool] | None = None
    stamp: str = "updated_at"
    created: str = "created_at"
    parent: str = ""
    tool: str = ""
    notes: tuple[str, ...] = ()
    _by_name: dict[str, ResourceField] = made(init=False, repr=False, compare=False, default_factory=dict)

    def __post_init__(self) -> None:
        self._by_name.update((one.name, one) for one in self.fields)

    def field(self, name: str) -> ResourceField | None:
        """The field of that name, None if there is none."""
        return self._by_name.get(name)

    def filter(self, name: str) -> Filter | None:
        """The filter of that name, None if there is none."""
        return next((one for one in self.filters if one.name == name), None)

    @property
    def required(self) -> tuple[ResourceField, ...]:
        """The fields without which Procore refuses a create."""
        return tuple(one for one in self.fields if one.field.required)
