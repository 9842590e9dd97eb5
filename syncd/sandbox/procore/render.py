"""How a stored record reads: references as objects, money as text, computed keys, views."""

from __future__ import annotations

from typing import Any

from syncd.sandbox.procore.field import Field
from syncd.sandbox.procore.resource import Resource
from syncd.sandbox.procore.state import State
from syncd.sandbox.procore.table import Record, Version
from syncd.sandbox.procore.wire import encode

__all__ = ["shown", "text_of", "with_id_texts"]

_IDS, _ID_ENDS = ("id", "ids"), ("_id", "_ids")


def text_of(
    state: State, resource: Resource, record: Record, version: Version, view: str, id_texts: bool = False
) -> str:
    """The JSON of one record in a view; made once for each version and state of the names in it.

    `id_texts` is v2's way: every id is a text.
    """
    epoch = state.epoch if resource.refers else 0
    key = f"{view} v2" if id_texts else view
    kept = version.texts.get(key)
    if kept is not None and kept[0] == epoch:
        return kept[1]
    result: Any = shown(state, resource, record, version, view)
    lasting = not resource.linked or state.switches.link_signing == "kept"
    if resource.finish is not None:
        result = resource.finish(state, view, result)
    text = encode(with_id_texts(result) if id_texts else result)
    if lasting:
        version.texts[key] = (epoch, text)
    return text


def with_id_texts(value: Any, named: bool = False) -> Any:
    """The value with the ids in it as texts: what stands under `id`, `…_id`, `ids` or `…_ids`."""
    if isinstance(value, dict):
        return {key: with_id_texts(one, key.endswith(_ID_ENDS) or key in _IDS) for key, one in value.items()}
    if isinstance(value, (list, tuple)):
        return [with_id_texts(one, named) for one in value]
    return str(value) if named and type(value) is int else value


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
    record_id = values[resource.keyed] if resource.keyed else record.id
    if keys is not None and set(keys) <= {"id", "name"}:
        return {"id": record_id, "name": values[resource.named]} if "name" in keys else {"id": record_id}
    result: dict[str, Any] = {} if resource.single else {"id": record_id}
    for field in resource.fields:
        if field.hidden:
            continue
        value = _read(state, field, values[field.name])
        result[field.name] = value
        for mirror in field.also:
            result[mirror] = value
    if resource.stamped:
        result.update({stamp: values[stamp] for stamp in resource.stamps})
    if resource.derive is not None:
        result.update(resource.derive(state, record, values))
    if resource.custom and not (resource.custom_set and not state.custom.of(resource.name)):
        result["custom_fields"] = state.custom.shown(resource.name, values)
    return result if keys is None else {key: result[key] for key in keys if key in result}


def _read(state: State, field: Field, value: Any) -> Any:
    """A stored value as it reads: references as objects."""
    if field.kind == "ref":
        return None if value is None else state.name_of(field.target, value, field.shows)
    if field.kind == "refs":
        named = (state.name_of(field.target, one, field.shows) for one in value or ())
        return [one for one in named if one is not None]
    return value
