"""What mapping checks need to know of a Quickbase app (tables, fields, their limits), and of
Procore's custom fields.

The clients fill these from the API (reference quickbase-api §4, procore-api §21); tests build
them by hand. Nothing here makes a call.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from dataclasses import field as made

from syncd.catalog.custom import CustomField
from syncd.core.values import Field

__all__ = ["BUILT_IN", "FieldSchema", "ProcoreSchema", "QuickbaseSchema", "TableSchema"]

BUILT_IN = 5
"""Fields 1 to 5 are kept by Quickbase itself: nobody writes them."""


@dataclass(frozen=True, slots=True)
class FieldSchema:
    """One field of a table.

    `field` carries kind, decimals, longest text, choices and whether it is required; its
    `name` is the field id as text. `kind_known` is False for types no rule can use
    (address, file, duration …): `type` is Quickbase's own word for it. `mode` is "" for
    a plain field, else `formula`, `lookup` or `summary`, which nobody writes.
    `append_only` fields log every write, so reading never equals writing. `new_choices`:
    unknown choices are added rather than refused. `target` is the dbid of the table that
    a reference field points to, "" if it is none.
    """

    fid: int
    label: str
    type: str
    field: Field
    kind_known: bool = True
    unique: bool = False
    mode: str = ""
    append_only: bool = False
    new_choices: bool = False
    target: str = ""

    @property
    def why_not_written(self) -> str:
        """Why nobody can write it, "" if it can be written."""
        if self.fid <= BUILT_IN:
            return "Quickbase keeps it itself"
        if self.mode:
            return f"it is a {self.mode} field"
        if self.append_only:
            return "it logs its edits, so what is read is never what was written"
        return ""


@dataclass(frozen=True, slots=True)
class TableSchema:
    """One table. `key` is the id of the table's own key field (3 unless somebody moved it)."""

    dbid: str
    name: str
    fields: tuple[FieldSchema, ...]
    key: int = 3
    _by_label: dict[str, FieldSchema] = made(init=False, repr=False, compare=False, default_factory=dict)

    def __post_init__(self) -> None:
        for one in self.fields:
            self._by_label.setdefault(one.label, one)

    def field(self, label: str) -> FieldSchema | None:
        """The field of that label (as it is shown, case included), or of that id."""
        found = self._by_label.get(label)
        if found is None and label.isdigit():
            return next((one for one in self.fields if one.fid == int(label)), None)
        return found


@dataclass(frozen=True, slots=True)
class QuickbaseSchema:
    """The tables of one app."""

    app: str
    tables: tuple[TableSchema, ...]

    def table(self, name: str) -> TableSchema | None:
        """The table of that name or dbid."""
        return next((one for one in self.tables if name in (one.name, one.dbid)), None)


@dataclass(frozen=True, slots=True)
class ProcoreSchema:
    """The custom fields that the company has defined, by the resource they are on."""

    custom: Mapping[str, tuple[CustomField, ...]]

    def called(self, resource: str, label: str) -> tuple[CustomField, ...]:
        """Those of that label (as it is shown, case included), or the one of that id."""
        known = self.custom.get(resource, ())
        found = tuple(one for one in known if one.label == label)
        return found or tuple(one for one in known if one.id == label)

    def labels(self, resource: str) -> list[str]:
        """What the custom fields of a resource are called."""
        return [one.label for one in self.custom.get(resource, ())]
