"""A mapping as the engine uses it: checked, compiled, immutable.

`mapping/load.py` and `mapping/compile.py` turn the admin's files into these; nothing here
reads files. The order of `rules` is the order of values in every record and baseline.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from syncd.catalog.resource import ResourceField
from syncd.core.rule import Direction, Policy, Rule
from syncd.core.values import SideName
from syncd.mapping.expressions import Expression

__all__ = [
    "DeletePolicy",
    "DeleteWord",
    "Drift",
    "Mapping",
    "Named",
    "ProcoreEnd",
    "QuickbaseEnd",
    "by_address",
]


class DeleteWord(StrEnum):
    """What happens on a side when the other side's record was deleted."""

    KEEP = "keep"
    UNLINK = "unlink"
    FLAG = "flag"
    ARCHIVE = "archive"
    DELETE = "delete"


@dataclass(frozen=True, slots=True)
class DeletePolicy:
    """One side's word; `flag` names the field to set where the word is FLAG."""

    word: DeleteWord = DeleteWord.KEEP
    flag: str = ""


@dataclass(frozen=True, slots=True)
class ProcoreEnd:
    """The Procore half: a resource of the catalogue and what of it is taken up.

    `where` are Procore filters. `projects` names the mapping whose linked, active records
    are the scopes ("" for company resources); `only` narrows them to project numbers,
    names or ids. `under` names the mapping whose linked records are the scopes of a resource
    that lives in records ("" for others). `carrier` is `origin_id`, a field name, or "" (no carrier).
    `constants` are fields sent on create, in the vendor's terms, by constant rules.
    """

    resource: str
    where: tuple[tuple[str, str], ...] = ()
    projects: str = ""
    only: tuple[str, ...] = ()
    carrier: str = ""
    under: str = ""

    @property
    def home(self) -> str:
        """The mapping whose linked records are the scopes: "" for resources of the company."""
        return self.projects or self.under


@dataclass(frozen=True, slots=True)
class QuickbaseEnd:
    """The Quickbase half: a table, its key field, and what of it is taken up.

    `table` is the table's dbid, `key` the key field's id as text, `where` a query with
    field ids (labels already replaced), `name` what people call the table.
    """

    table: str
    key: str
    where: str = ""
    name: str = ""


@dataclass(frozen=True, slots=True)
class Drift:
    """What does not fit Quickbase's schema any more, although it did.

    `field` is the key of the rule that rests meanwhile, "create" where new records may be
    refused, or "" where the whole mapping waits. `reason` names `file:line:column`.
    """

    field: str
    reason: str


@dataclass(frozen=True, slots=True)
class Named:
    """A rule whose Procore field is a reference, said in words: at `rule`, by which word.

    The rule's own Procore field is the text; `field` is the reference as Procore has it. `makes`: what
    the word does not lead to is made in Procore (a folder's path).
    """

    rule: int
    field: ResourceField
    by: str
    makes: bool = False

    @property
    def raw(self) -> str:
        """The name of the words in a raw record: one field may be read by its id too, or by two words."""
        return f"{self.field.name} by {self.by}"


def by_address(name: str) -> str:
    """The name, in a raw record of Quickbase, of a field's users said by address."""
    return f"{name} by email"


@dataclass(frozen=True, slots=True)
class Mapping:
    """One mapping file, compiled. Seconds everywhere.

    `match` holds alternatives, tried in order; each is a tuple of rule indexes whose
    values together identify a record at first contact. `depends` are mappings that must
    run before this one (its references and its projects). `file` is for messages.
    `expressions` are the sources of the rules at those indexes (see `projection.py`).
    `named` are the rules that say Procore's references in words, `custom` the custom fields of Procore
    that rules use, as definitions describe them. `people` are the rules whose Quickbase field holds
    users who are said by their e-mail addresses, `renews` those whose other bytes make a new record.
    `drift` is what Quickbase's schema does not fit any more; `remembered` is the schema as this
    mapping last fitted it, as text to be kept ("" where there is nothing to keep).
    """

    name: str
    file: str
    procore: ProcoreEnd
    quickbase: QuickbaseEnd
    rules: tuple[Rule, ...]
    direction: Direction = Direction.TWO_WAY
    match: tuple[tuple[int, ...], ...] = ()
    first: Policy = Policy.HOLD
    create: frozenset[SideName] = frozenset()
    delete: tuple[tuple[SideName, DeletePolicy], ...] = ()
    conflict: Policy = Policy.HOLD
    every: float = 300.0
    sweep: float = 86_400.0
    settle: float = 0.0
    depends: tuple[str, ...] = ()
    project_rule: int | None = None
    fingerprint: str = ""
    expressions: tuple[tuple[int, Expression], ...] = ()
    named: tuple[Named, ...] = ()
    custom: tuple[ResourceField, ...] = ()
    people: tuple[int, ...] = ()
    renews: tuple[int, ...] = ()
    drift: tuple[Drift, ...] = ()
    remembered: str = ""

    @property
    def halted(self) -> str:
        """Why the whole mapping waits; "" if it runs."""
        return next((one.reason for one in self.drift if not one.field), "")

    def on_delete(self, side: SideName) -> DeletePolicy:
        """What happens on `side` when the other side's record was deleted."""
        return dict(self.delete).get(side, DeletePolicy())
