"""Values that a table does not store: lookups, summaries, addresses and simple formulas."""

from __future__ import annotations

import re
import statistics
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from syncd.sandbox.quickbase.field import Field
from syncd.sandbox.quickbase.table import Relationship, Row, Table

if TYPE_CHECKING:
    from syncd.sandbox.quickbase.realm import Realm

__all__ = ["formula_parts", "getter", "parent_row"]

_PART = re.compile(r'\s*(?:\[([^\]]+)\]|"([^"]*)"|(&))\s*')


def getter(realm: Realm, table: Table, about: Field) -> Callable[[Row], Any]:
    """How to get a field's stored-form value out of a row; kept until the schema changes."""
    found = table.getters.get(about.fid)
    if found is None:
        found = table.getters[about.fid] = _make(realm, table, about)
    return found


def _make(realm: Realm, table: Table, about: Field) -> Callable[[Row], Any]:
    if about.mode == "lookup":
        return _lookup(realm, table, about)
    if about.mode == "summary":
        return _summary(realm, table, about)
    if about.mode == "formula":
        return _formula(realm, table, about)
    if about.type == "address":
        keys = [str(fid) for fid in about.properties.get("compositeFields", ())]
        return lambda row: ", ".join(str(row[key]) for key in keys if row.get(key))
    key, blank = about.key, about.blank
    return lambda row: row.get(key, blank)


def parent_row(realm: Realm, table: Table, link: Relationship, row: Row) -> Row | None:
    """The row of the parent that a child refers to; None if it refers to nothing that exists."""
    parent = realm.tables.get(link.parent)
    reference = row.get(str(link.fid))
    if parent is None or reference in (None, ""):
        return None
    rid: Any = reference
    if parent.key_fid != 3:
        rid = parent.uniques[str(parent.key_fid)].get(reference)
    version = parent.rows.get(int(rid)) if rid is not None else None
    return version.values if version else None


def _lookup(realm: Realm, table: Table, about: Field) -> Callable[[Row], Any]:
    link = table.relationships.get(about.properties["lookupReferenceFieldId"])
    parent = realm.tables.get(link.parent) if link else None
    target = parent.fields.get(about.properties["lookupTargetFieldId"]) if parent else None
    if link is None or parent is None or target is None:
        return lambda row: about.blank
    inner = getter(realm, parent, target)

    def read(row: Row) -> Any:
        above = parent_row(realm, table, link, row)
        return about.blank if above is None else inner(above)

    return read


def _summary(realm: Realm, table: Table, about: Field) -> Callable[[Row], Any]:
    child = realm.tables.get(about.properties["summaryTableId"])
    if child is None:
        return lambda row: about.blank
    reference = str(about.properties["summaryReferenceFieldId"])
    target = child.fields.get(about.properties.get("summaryTargetFieldId") or 3)
    kind = about.properties["summaryFunction"]
    inner = getter(realm, child, target) if target else None
    cache: dict[str, Any] = {"writes": -1, "totals": {}}

    def read(row: Row) -> Any:
        if cache["writes"] != child.writes:
            groups: dict[Any, list[Any]] = {}
            for version in child.rows.values():
                value = inner(version.values) if inner else None
                groups.setdefault(version.values.get(reference), []).append(value)
            cache["writes"] = child.writes
            cache["totals"] = {key: _total(kind, values) for key, values in groups.items()}
        return cache["totals"].get(row.get(str(table.key_fid)), 0 if "COUNT" in kind else about.blank)

    return read


def _total(kind: str, values: list[Any]) -> Any:
    """One summary over the children's values; blanks count in COUNT only."""
    if kind == "COUNT":
        return len(values)
    filled = [value for value in values if value not in (None, "", ())]
    if kind == "DISTINCT-COUNT":
        return len(set(filled))
    if kind == "COMBINED-TEXT":
        return tuple(sorted({str(value) for value in filled}))
    if not filled:
        return None
    if kind == "SUM":
        return sum(filled)
    if kind == "AVG":
        return sum(filled) / len(filled)
    if kind == "STD-DEV":
        return statistics.pstdev(filled)
    return max(filled) if kind == "MAX" else min(filled)


def formula_parts(formula: str) -> list[tuple[str, str]]:
    """`[Label]` and `"text"` pieces that `&` joins. Raises ValueError for any other formula."""
    parts: list[tuple[str, str]] = []
    at, glued = 0, True
    while at < len(formula.rstrip()):
        found = _PART.match(formula, at)
        if not found or glued == bool(found.group(3)):
            raise ValueError('The sandbox computes formulas of [fields] and "texts" joined by & only.')
        if not found.group(3):
            parts.append(("field", found.group(1)) if found.group(1) else ("text", found.group(2)))
        glued = bool(found.group(3))
        at = found.end()
    if glued:
        raise ValueError("The formula is empty or ends in &.")
    return parts


def _formula(realm: Realm, table: Table, about: Field) -> Callable[[Row], Any]:
    try:
        parts = formula_parts(about.properties["formula"])
        pieces = [
            getter(realm, table, table.labelled(text)) if kind == "field" else (lambda row, text=text: text)
            for kind, text in parts
        ]
    except (KeyError, ValueError):
        return lambda row: about.blank
    if len(pieces) == 1:
        return pieces[0]
    return lambda row: "".join(str(piece(row) if piece(row) is not None else "") for piece in pieces)
