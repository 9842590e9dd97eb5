"""`syncd catalog`: what the product can do with each Procore resource."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from syncd.cli.output import Json, put_json, put_rows
from syncd.errors import ConfigProblem, UsageProblem

if TYPE_CHECKING:
    from syncd.catalog import Resource, ResourceField

__all__ = ["catalog"]

_COLUMNS = ("resource", "title", "scope", "fields", "verbs", "bulk_write", "carriers", "archive")
_STEP_COLUMNS = ("category", "type", "step", "resource", "verb", "mapping")


def catalog(
    name: Annotated[str, typer.Argument(metavar="[RESOURCE]", help="Show this one with its fields.")] = "",
    steps: Annotated[
        bool, typer.Option("--steps", help="The Procore channel's steps, each in syncd's words.")
    ] = False,
    json: Json = False,
) -> int:
    """List the resources a mapping can name, or the verbs, fields and filters of one."""
    from syncd.catalog import names, resource

    if steps:
        if name:
            raise UsageProblem("--steps lists all of them; leave out the resource.")
        return _steps(json)
    if name:
        try:
            entry = resource(name)
        except ConfigProblem as problem:
            raise UsageProblem(problem.message, hint=problem.hint) from problem
        return _one(entry, json)
    put_rows([_summary(resource(each)) for each in names()], _COLUMNS, as_json=json, none="None.")
    return 0


def _steps(as_json: bool) -> int:
    from syncd.catalog.steps import steps

    rows = [{name: getattr(one, name) for name in _STEP_COLUMNS} for one in steps()]
    put_rows(rows, _STEP_COLUMNS, as_json=as_json, none="None.")
    return 0


def _summary(entry: Resource) -> dict[str, Any]:
    return {
        "resource": entry.name,
        "title": entry.title,
        "scope": entry.scope.value,
        "fields": len(entry.fields),
        "create": bool(entry.create or entry.sync),
        "verbs": list(entry.verbs),
        "bulk_write": bool(entry.sync),
        "carriers": list(entry.carriers),
        "archive": entry.archive is not None,
        "recycle_bin": bool(entry.recycle_bin),
    }


def _one(entry: Resource, as_json: bool) -> int:
    fields = [_field(field) for field in entry.fields]
    from syncd.cli.procore.narrowed import offered

    filters = [_filter(entry, name) for name in offered(entry)]
    if as_json:
        put_json(
            {
                **_summary(entry),
                "fields": fields,
                "filters": filters,
                "acts": _acts(entry),
                "notes": list(entry.notes),
                "not_written": entry.not_written,
            }
        )
        return 0
    print(f"{entry.name}: {entry.title}, one list per {entry.scope.value}; {', '.join(entry.verbs)}")
    put_rows(fields, ("field", "kind", "read", "create", "update", "note"), as_json=False, none="")
    if filters:
        put_rows(filters, ("filter", "kind", "allowed", "refers_to", "where"), as_json=False, none="")
    put_rows(_acts(entry), ("verb", "takes", "needs", "note"), as_json=False, none="")
    for note in (*entry.notes, entry.not_written):
        if note:
            print(f"* {note}")
    return 0


def _filter(entry: Resource, name: str) -> dict[str, Any]:
    """One filter of a search; `where` says whether a mapping's `where:` takes it as well."""
    own = entry.filter(name)
    stamp = "instant" if name.endswith("_at") else "text"
    return {
        "filter": name,
        "kind": own.kind.value if own else stamp,
        "allowed": list(own.allowed) if own else [],
        "refers_to": own.target if own else "",
        "where": own is not None,
    }


def _acts(entry: Resource) -> list[dict[str, Any]]:
    return [
        {"verb": one.verb, "takes": list(one.takes), "needs": list(one.needs), "note": one.note}
        for one in entry.acts
    ]


def _field(field: ResourceField) -> dict[str, Any]:
    core = field.field
    read = "no" if not core.readable else "one by one" if core.detail else "in lists"
    return {
        "field": core.name,
        "kind": core.kind.value,
        "read": read,
        "create": "required" if core.required else "yes" if core.on_create else "no",
        "update": "yes" if core.on_update else "no",
        "refers_to": field.target,
        "note": core.note,
    }
