"""How records and calls look: catalogue field names, as a table or as a JSON array."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from syncd.catalog import Resource
from syncd.catalog.custom import PREFIX
from syncd.cli.output import put_json, put_rows
from syncd.core.values import Absent, Kind
from syncd.http.json_text import encode
from syncd.http.message import Call
from syncd.procore.answers import Row
from syncd.procore.wire import decode_record, identity

__all__ = ["put_calls", "put_one", "put_records", "record_row"]

COLUMNS = 6
"""Fields beside the id in a table of several records; `--json` has all of them."""


def record_row(about: Resource, row: Row, scope: str) -> dict[str, Any]:
    """A record by field name, its identity first; what the answer leaves out is left out."""
    shown = [one for one in about.fields if one.field.readable and one.kind is not Kind.FILE]
    values = decode_record(shown, row, scope)
    named = {name: value for name, value in values.items() if not isinstance(value, Absent)}
    return {"id": identity(about, scope, row["id"]), **named}


def put_records(about: Resource, rows: Sequence[dict[str, Any]], *, as_json: bool) -> None:
    """Several records."""
    filled = {name for row in rows for name, value in row.items() if value is not None}
    columns = [one.name for one in about.fields if one.name in filled and not one.scope_id]
    columns += sorted(name for name in filled if name.startswith(PREFIX))
    put_rows(rows, ("id", *columns[:COLUMNS]), as_json=as_json, none="Procore has none.")


def put_one(row: dict[str, Any], *, as_json: bool) -> None:
    """One record: a line a field, or an array with the one object."""
    if as_json:
        put_json([row])
    else:
        lines = [{"field": name, "value": value} for name, value in row.items()]
        put_rows(lines, ("field", "value"), as_json=False, none="")


def put_calls(calls: Sequence[Call], *, as_json: bool) -> None:
    """What would be sent: method, path, query and body. Credentials are no part of a call."""
    bodies = [None if call.json is None else encode(call.json).decode() for call in calls]
    if as_json:
        import json

        put_json(
            [
                {
                    "method": call.method,
                    "path": call.path,
                    "query": dict(call.query),
                    "body": None if body is None else json.loads(body),
                }
                for call, body in zip(calls, bodies, strict=True)
            ]
        )
        return
    for call, body in zip(calls, bodies, strict=True):
        query = "&".join(f"{name}={value}" for name, value in call.query)
        print(f"{call.method} {call.path}" + (f"?{query}" if query else ""))
        if body is not None:
            print(body)
