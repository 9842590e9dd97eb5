"""A Quickbase app's tables and fields, as the mapping checks want them (reference §4, §5)."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace
from typing import Any

from syncd.core.values import Field, Kind
from syncd.http.message import Call, Lane
from syncd.mapping.schemas import FieldSchema, QuickbaseSchema, TableSchema
from syncd.quickbase.answers import Odd, understood
from syncd.quickbase.client import QuickbaseClient
from syncd.quickbase.wire import kind_of_type

__all__ = ["field_schema", "read_schema", "relations", "tables"]

_UNUSED = frozenset({"address", "duration", "timeofday", "dblink"})
"""Types that no rule can use: they are no single plain value, or a unit of their own."""


def tables(client: QuickbaseClient, lane: Lane = Lane.COMMAND) -> list[dict[str, Any]]:
    """The app's tables in the vendor's own words, each with an `id`."""
    query = (("appId", client.app_id),)
    answer = client.send(Call("GET", "/tables", query=query, lane=lane))
    with understood(answer, "a question for tables"):
        return _identified(answer.json())


def relations(client: QuickbaseClient, table: str, lane: Lane = Lane.COMMAND) -> dict[int, str]:
    """The parent table of every reference field of a table, by field id."""
    path = f"/tables/{table}/relationships"
    answer = client.send(Call("GET", path, "/tables/{table}/relationships", lane=lane))
    with understood(answer, "a question for relationships"):
        found = answer.json()
        listed = found.get("relationships") if isinstance(found, dict) else None
        parents: dict[int, str] = {}
        for one in listed or ():
            reference = one.get("foreignKeyField") or {}
            parents[int(reference.get("id", one["id"]))] = str(one.get("parentTableId", ""))
        return parents


def read_schema(
    client: QuickbaseClient, only: Collection[str] = (), lane: Lane = Lane.COMMAND
) -> QuickbaseSchema:
    """Read the app: one call, and one or two a table.

    `only` names tables (by name or dbid) whose fields are wanted; the others are left out.
    Raises the tree in `syncd.errors`.
    """
    found = []
    for about in tables(client, lane):
        if only and about.get("name") not in only and about.get("id") not in only:
            continue
        found.append(_table(client, about, lane))
    return QuickbaseSchema(client.app_id, tuple(found))


def _table(client: QuickbaseClient, about: Mapping[str, Any], lane: Lane) -> TableSchema:
    dbid = str(about["id"])
    answer = client.send(Call("GET", "/fields", query=(("tableId", dbid),), lane=lane))
    with understood(answer, "a question for fields"):
        raw = _identified(answer.json())
        points = any((one.get("properties") or {}).get("foreignKey") for one in raw)
    parents = relations(client, dbid, lane) if points else {}
    with understood(answer, "a question for fields"):
        fields = tuple(sorted((field_schema(one, parents) for one in raw), key=lambda one: one.fid))
        return TableSchema(dbid, str(about.get("name", dbid)), fields, int(about.get("keyFieldId") or 3))


def _identified(listed: Any) -> list[dict[str, Any]]:
    """A list of things with ids. Raises Odd where it is none: a table or field that was
    passed over would look as if somebody had deleted it."""
    if not isinstance(listed, list) or not all(isinstance(one, dict) and "id" in one for one in listed):
        raise Odd("it is no list of things with ids")
    return listed


def field_schema(raw: Mapping[str, Any], parents: Mapping[int, str]) -> FieldSchema:
    """One field of `GET /fields`; `parents` are the parent tables of reference fields."""
    fid, word = int(raw["id"]), str(raw.get("fieldType", ""))
    properties = raw.get("properties") or {}
    kind = kind_of_type(word)
    target = parents.get(fid, "")
    if target:
        kind = Kind.REFERENCE
    label, required = str(raw.get("label", fid)), bool(raw.get("required"))
    new_choices = bool(properties.get("allowNewChoices"))
    field = Field(
        name=str(fid),
        label=label,
        kind=kind or Kind.TEXT,
        required=required,
        decimals=_decimals(word, properties),
        max_length=_positive(properties.get("maxLength")),
        choices=_choices(word, properties, new_choices),
    )
    made = FieldSchema(
        fid,
        label,
        word,
        field,
        kind_known=kind is not None and word not in _UNUSED,
        unique=bool(raw.get("unique")) or fid == 3,
        mode=str(raw.get("mode") or ""),
        append_only=bool(properties.get("appendOnly")),
        new_choices=new_choices,
        target=target,
    )
    if made.why_not_written:
        return replace(made, field=replace(field, on_create=False, on_update=False))
    return made


def _decimals(word: str, properties: Mapping[str, Any]) -> int | None:
    """The places a number is rounded to; of a percentage that is said of the hundredfold."""
    places = properties.get("decimalPlaces")
    if word not in ("numeric", "currency", "rating") or not isinstance(places, int) or places < 0:
        return None
    return places


def _positive(value: Any) -> int | None:
    return value if isinstance(value, int) and value > 0 else None


def _choices(word: str, properties: Mapping[str, Any], new_choices: bool) -> frozenset[str] | None:
    listed = properties.get("choices")
    if word not in ("text-multiple-choice", "multitext") or new_choices or not listed:
        return None
    return frozenset(str(one) for one in listed)
