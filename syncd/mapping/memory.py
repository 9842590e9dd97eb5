"""What a mapping last fitted: the table as it was then, and which rules have ever run.

A person may rename or delete a Quickbase field at any time. A file that fits the table as it
was, and whose rules have run, is not wrong: Quickbase drifted away from it. A file that never
fitted is wrong. This is the knowledge that tells the two apart.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from syncd.core.values import Field, Kind
from syncd.mapping.schemas import FieldSchema, TableSchema

__all__ = ["Memory", "merged", "table_of", "table_text"]

_FIELD = ("required", "decimals", "max_length", "on_create", "on_update")
_SCHEMA = ("kind_known", "unique", "mode", "append_only", "new_choices", "target")
_PLAIN = FieldSchema(0, "", "", Field("", "", Kind.TEXT))


@dataclass(frozen=True, slots=True)
class Memory:
    """By mapping: its table as it last fitted, and the fingerprints of rules that ran on links."""

    tables: Mapping[str, TableSchema] = field(default_factory=dict)
    ran: Mapping[str, frozenset[str]] = field(default_factory=dict)

    def table(self, mapping: str, name: str) -> TableSchema | None:
        """The mapping's table as it was, if it is the one called `name` (or with this dbid)."""
        found = self.tables.get(mapping)
        return found if found is not None and name in (found.name, found.dbid) else None

    def has_run(self, mapping: str, fingerprint: str) -> bool:
        """Whether a rule of this meaning was in force while the mapping had links."""
        return fingerprint in self.ran.get(mapping, frozenset())


def merged(past: TableSchema | None, now: TableSchema, used: Iterable[FieldSchema]) -> TableSchema:
    """The table to remember while rules rest: as it was, but for the fields `used` as they are now."""
    if past is None:
        return now
    fresh = {one.label: one for one in used}
    kept = [one for one in past.fields if one.label not in fresh]
    return TableSchema(now.dbid, now.name, (*kept, *fresh.values()), now.key)


def table_text(table: TableSchema) -> str:
    """The table as text to be kept; the same table gives the same text."""
    fields = [_packed(one) for one in sorted(table.fields, key=lambda one: (one.fid, one.label))]
    body = {"dbid": table.dbid, "name": table.name, "key": table.key, "fields": fields}
    return json.dumps(body, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def table_of(text: str) -> TableSchema | None:
    """The table that `table_text` packed; None where the text cannot be read."""
    try:
        body = json.loads(text)
        fields = tuple(_unpacked(one) for one in body["fields"])
        return TableSchema(body["dbid"], body["name"], fields, body["key"])
    except (ValueError, KeyError, TypeError):
        return None


def _packed(one: FieldSchema) -> dict[str, Any]:
    """Its properties, less those that are as in any plain field."""
    core, plain = one.field, _PLAIN.field
    out: dict[str, Any] = {"fid": one.fid, "label": one.label, "type": one.type, "kind": core.kind.value}
    out |= {name: getattr(one, name) for name in _SCHEMA if getattr(one, name) != getattr(_PLAIN, name)}
    out |= {name: getattr(core, name) for name in _FIELD if getattr(core, name) != getattr(plain, name)}
    if core.choices is not None:
        out["choices"] = sorted(core.choices)
    return out


def _unpacked(given: Mapping[str, Any]) -> FieldSchema:
    choices = given.get("choices")
    core = Field(
        str(given["fid"]),
        given["label"],
        Kind(given["kind"]),
        choices=None if choices is None else frozenset(choices),
        **{name: given[name] for name in _FIELD if name in given},
    )
    rest = {name: given[name] for name in _SCHEMA if name in given}
    return FieldSchema(given["fid"], given["label"], given["type"], core, **rest)
