"""What there is to know about one Procore resource, as plain data.

The client, the sides and the mapping checks are all driven by these descriptions; none of
them knows a resource by name. A new resource is one more table beside `projects.py`.
"""

from __future__ import annotations

from dataclasses import dataclass
from dataclasses import field as made
from enum import StrEnum
from typing import TYPE_CHECKING

from syncd.catalog.path import NOWHERE, Path
from syncd.core.values import Field, Kind

if TYPE_CHECKING:
    from syncd.catalog.stand_in import ViewRows

__all__ = ["Act", "Filter", "KeyFilter", "Path", "Resource", "ResourceField", "Scope", "Send", "Shape"]


class Scope(StrEnum):
    """Where a resource's list lives: in the company, in each project, or in each record of another
    resource of a project (an RFI has its replies).

    A scope is named "" for the company, by the project's id, or as `project/record`.
    """

    COMPANY = "company"
    PROJECT = "project"
    RECORD = "record"


class Shape(StrEnum):
    """What the answer to a list looks like."""

    ROWS = "rows"  # an array of records
    DATA = "data"  # v2: records under `data`, ids as text, 100 a page at most
    ONE = "one"  # one object a scope, which has no id: the scope names it
    TREE = "tree"  # a folder whose `folders` hold one level each; never paged
    IN_SHOW = "in-show"  # no list: the records stand in the parent's show


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
    wrapper; a dot nests (`question.body`), and a number steps into a list. `bulk` is False
    where the sync endpoint does not know the key, so that only a single PATCH can write it. `target` is
    the resource that ids here name. `scope_id`: it is in no body; its value is the record's scope.

    `by_act` are the verbs that write it later, where no update takes it: one that carries the value,
    or the one that ticks a checkbox and the one that unticks it ("" where nothing does). `beside`
    names a resource that is one object for each of our records (a project's budget): the object is
    read with a call of its own and stands under that name, and the verbs are its own. `filled` is a
    checkbox that is ticked where there is anything at all to read. `locked_by` names a resource that is
    one object a project (its budget): while that is locked, nothing is written to the field. `top` is
    where the record is read that stands above all others and in no list: a reference to it means none.
    `fills`: fields that a create with it needs no other rule for. `signed`: a link that Procore makes anew at
    each reading and that soon leads nowhere, so it says nothing of the record.
    """

    field: Field
    read: tuple[str, ...]
    write: str = ""
    send: Send = Send.NEVER
    bulk: bool = True
    target: str = ""
    scope_id: bool = False
    by_act: tuple[str, ...] = ()
    beside: str = ""
    filled: bool = False
    locked_by: str = ""
    top: Path | None = None
    fills: tuple[str, ...] = ()
    signed: bool = False

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

    `many` filters are sent with `[]` and take several values. `target` is what an id that it takes
    names, as of a field.
    """

    name: str
    kind: Kind = Kind.TEXT
    allowed: tuple[str, ...] = ()
    many: bool = False
    target: str = ""

    @property
    def key(self) -> str:
        """The query parameter's name."""
        return f"filters[{self.name}]" + ("[]" if self.many else "")


@dataclass(frozen=True, slots=True)
class KeyFilter(Filter):
    """A filter whose query parameter is its bare name."""

    @property
    def key(self) -> str:
        """The query parameter's name."""
        return self.name


@dataclass(frozen=True, slots=True)
class Act:
    """Something that can be done to a record besides creating and changing it: `invite`, `lock`.

    `takes` are the names of the fields that its body carries, under `wrapper` where there is one;
    `needs` those without which it is refused. `query` goes with every such call. `answers` says
    whether the answer is the record ("record") or need not be read ("nothing"). `repeatable`:
    doing it twice does no more than once, so a lost answer may be repeated. An act that takes
    `upload_uuid` brings bytes; `named` is the field that holds the name of a file whose bytes it
    brings or fetches ("" where they keep the name that is there).
    """

    verb: str
    method: str
    path: Path
    takes: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()
    wrapper: str = ""
    query: tuple[tuple[str, str], ...] = ()
    answers: str = "record"
    repeatable: bool = True
    named: str = ""
    note: str = ""


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
    resource whose records are the scopes. `shape` is what a list's answer looks like, `paged`
    whether it comes in pages. `delete` is a DELETE, `restore` the way back where there is one.
    `create_id` names the field whose value stands as `{id}` in the create path: a membership is
    made by naming who is added, and its verbs are `add` and `remove`; that field stands in no body.
    `update_needs` names fields that every update carries, with their present value where it is not
    they that changed. `sync_by` is what the items of a bulk write go by: the record's id, or the
    `origin_id` alone, so that only records which have one can be changed through it. `maker` is the
    field that says who made a record.
    `view_rows` are read in place of the list where that does not answer. `moved_to` is the resource that
    new records are made as where Procore answers 405 to every write of this one.
    `unique` are the fields that no two records of a scope share all of.
    `custom`: records have custom fields (§21); `custom_detail`: no list shows them. `acts` are further
    verbs. `notes` are for the admin, and `not_written` is why nobody can write it at all ("" where
    somebody can).
    """

    name: str
    title: str
    scope: Scope
    wrapper: str
    fields: tuple[ResourceField, ...]
    list: Path
    show: Path = NOWHERE
    create: Path = NOWHERE
    update: Path = NOWHERE
    sync: Path = NOWHERE
    sync_limit: int = 1000
    patch_by_sync: bool = False
    inactive: Path = NOWHERE
    reactivate: Path = NOWHERE
    recycle_bin: Path = NOWHERE
    recycle: Path = NOWHERE
    delete: Path = NOWHERE
    restore: Path = NOWHERE
    create_id: str = ""
    update_needs: tuple[str, ...] = ()
    sync_by: str = "id"
    maker: str = "created_by"
    unique: tuple[str, ...] = ()
    view_rows: ViewRows | None = None
    moved_to: str = ""
    acts: tuple[Act, ...] = ()
    custom: bool = False
    custom_detail: bool = False
    shape: Shape = Shape.ROWS
    paged: bool = True
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
    not_written: str = ""
    _by_name: dict[str, ResourceField] = made(init=False, repr=False, compare=False, default_factory=dict)

    def __post_init__(self) -> None:
        self._by_name.update((one.name, one) for one in self.fields)

    def field(self, name: str) -> ResourceField | None:
        """The field of that name, None if there is none."""
        return self._by_name.get(name)

    def filter(self, name: str) -> Filter | None:
        """The filter of that name, None if there is none."""
        return next((one for one in self.filters if one.name == name), None)

    def act(self, verb: str) -> Act | None:
        """The further verb of that name, None if there is none."""
        return next((one for one in self.acts if one.verb == verb), None)

    @property
    def making(self) -> tuple[str, ...]:
        """The verbs that make a record: create, and acts that are a create's own call."""
        own = [one.verb for one in self.acts if one.method == "POST" and one.path == self.create]
        return "create", *own

    @property
    def verbs(self) -> tuple[str, ...]:
        """What a person can do with it by hand, in the words of the command line."""
        made, gone = ("add", "remove") if self.create_id else ("create", "delete")
        reads = [("search", self.list), ("look-up", self.show or self.shape is Shape.ONE)]
        writes = [(made, self.create or self.sync), ("update", self.update or self.sync)]
        writes.append((gone, self.delete or self.recycle))
        return (*(verb for verb, there in (*reads, *writes) if there), *(one.verb for one in self.acts))

    @property
    def required(self) -> tuple[ResourceField, ...]:
        """The fields without which Procore refuses a create."""
        return tuple(one for one in self.fields if one.field.required)
