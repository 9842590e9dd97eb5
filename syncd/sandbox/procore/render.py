"""How a stored record reads: references as objects, money as text, computed keys, views."""

from __future__ import annotations

from typing import Any

from syncd.sandbox.procore.resource import Resource
from syncd.sandbox.procore.state import State
from syncd.sandbox.procore.table import Record, Version
from syncd.sandbox.procore.wire import encode

__all__ = ["shown", "text_of"]


def text_of(state: State, resource: Resource, record: Record, version: Version, view: str) -> str:
    """The JSON of one record in a view; made once for each version and state of the names in it."""
    epoch = state.epoch if resource.refers else 0
    kept = version.texts.get(view)
    if kept is not None and kept[0] == epoch:
        return kept[1]
    text = encode(shown(state, resource, record, version, view))
    version.texts[view] = (epoch, text)
    return text


def shown(state: State, resource: Resource, record: Record, version: Version, view: str) -> dict[str, Any]:
    """One record as it reads in a view. An unknown view is the resource's full one."""
    result = _view(state, resource, record, version, view)
    extra = resource.extras.get(view)
    if extra is not None:
        result.update(extra(state, record, version.values))
    return result


def _view(state: State, resource: Resource, record: Record, version: Version, view: str) -> dict[str, Any]:
    values = version.values
    keys = resource.views.get(view)
    if keys is not None and set(keys) <= {"id", "name"}:
        return {"id": record.id, "name": values[resource.named]} if "name" in keys else {"id": record.id}
    result: dict[str, Any] = {"id": record.id}
    for field in resource.fields:
        value = values[field.name]
        if field.kind == "ref":
            value = None if value is None else state.name_of(field.target, value)
        elif field.kind == "refs":
            named = (state.name_of(field.target, one) for one in value or ())
            value = [one for one in named if one is not None]
        result[field.name] = value
        for mirror in field.also:
            result[mirror] = value
    if resource.stamped:
        result["created_at"], result["updated_at"] = values["created_at"], values["updated_at"]
    if resource.derive is not None:
        result.update(resource.derive(state, record, values))
    return result if keys is None else {key: result[key] for key in keys if key in result}
