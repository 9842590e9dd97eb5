"""Writing: create, update, and `sync`, which answers 200 whatever happens to its items."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from syncd.sandbox.message import Response
from syncd.sandbox.procore.field import FieldError, take
from syncd.sandbox.procore.read import respond
from syncd.sandbox.procore.render import text_of
from syncd.sandbox.procore.resource import Endpoint, Resource
from syncd.sandbox.procore.state import State
from syncd.sandbox.procore.table import Record, Values
from syncd.sandbox.procore.wire import Call, Refusal, Who, bad_request, encode, invalid, json_text

__all__ = ["MOST_ITEMS", "apply", "create", "remove", "sync", "to_bin", "update", "wrapped"]

MOST_ITEMS = 1000
"""Items of one sync call (reference §18)."""


def wrapped(resource: Resource, call: Call, wrapper: str | None = None) -> dict[str, Any]:
    """What stands under the wrapper (None: the resource's; "": the body itself). Raises Refusal (400)."""
    key = resource.wrapper if wrapper is None else wrapper
    sent = call.json().get(key) if key else call.json()
    if not isinstance(sent, dict):
        raise bad_request(f"param is missing or the value is empty: {key}")
    return sent


def create(state: State, resource: Resource, endpoint: Endpoint, call: Call, scope: int) -> Response:
    """POST: a new record, 201. There are no idempotency keys: the same call again is another record."""
    record = apply(state, resource, None, scope, wrapped(resource, call, endpoint.wrapper), call.who)
    _bump(state, resource, scope, call.who)
    return respond(state, resource, endpoint, call, (record, record.now), 201)


def update(state: State, resource: Resource, endpoint: Endpoint, call: Call, record: Record) -> Response:
    """PATCH: the fields that were sent."""
    sent = wrapped(resource, call, endpoint.wrapper)
    if resource.name == "vendors" and state.switches.vendor_patch_needs_name and "name" not in sent:
        raise bad_request("param is missing or the value is empty: vendor[name]")
    apply(state, resource, record, record.scope, sent, call.who)
    return respond(state, resource, endpoint, call, (record, record.now))


def remove(state: State, resource: Resource, record: Record, who: Who) -> None:
    """Delete for good."""
    state.drop(resource, record, who)
    _bump(state, resource, record.scope, who)


def to_bin(state: State, resource: Resource, record: Record, who: Who, deleted: bool) -> None:
    """Into the recycle bin (the history calls it a delete) or out of it again."""
    before = record.now.values
    if before["deleted"] is deleted:
        return
    after = {**before, "deleted": deleted}
    if "deleted_at" in before:
        after["deleted_at"] = state.stamp() if deleted else None
    if resource.settle is not None:
        after = resource.settle(state, record.scope, before, after, who.user_id)
    state.store(resource, record, record.scope, after, who, "delete" if deleted else "update")


def _bump(state: State, resource: Resource, scope: int, who: Who) -> None:
    """A reply that comes or goes may move the `updated_at` of its RFI."""
    if resource.parent == "rfis" and state.switches.reply_bumps_rfi:
        above = state.tables["rfis"].records[scope]
        state.store(state.resources["rfis"], above, above.scope, above.now.values, who)


def apply(
    state: State,
    resource: Resource,
    record: Record | None,
    scope: int,
    sent: dict[str, Any],
    who: Who,
    *,
    by_sync: bool = False,
) -> Record:
    """Check what was sent and store it. Keys that nobody knows are dropped without a word.

    Raises Refusal (422) with messages by field; then nothing is stored.
    """
    before = record.now.values if record else None
    changes, problems = _taken(state, resource, scope, sent, by_sync)
    for field in resource.fields:
        blank = changes.get(field.name, before[field.name] if before else None) in (None, "")
        if field.needed and blank and (before is None or field.name in changes):
            problems.setdefault(field.written_as, ["can't be blank"])
    if resource.check is not None:
        problems.update(resource.check(state, before, sent))
    problems.update(_origin_taken(state, resource, record, changes))
    if problems:
        raise invalid(problems)
    old = before if before is not None else resource.blank
    after = {**old, **{key: value for key, value in changes.items() if key in old or value is not None}}
    if resource.settle is not None:
        after = resource.settle(state, scope, old, after, who.user_id)
    if record is not None and after == before and not state.switches.noop_bumps_updated:
        return record
    return state.store(resource, record, scope, after, who)


def _taken(
    state: State, resource: Resource, scope: int, sent: dict[str, Any], by_sync: bool
) -> tuple[Values, dict[str, list[str]]]:
    """The changes that the sent keys mean, and what is wrong with them."""
    changes: Values = {}
    problems: dict[str, list[str]] = {}
    project = state.project_of(resource, scope) or 0
    for key, value in sent.items():
        field = resource.writes.get(key)
        if field is None and resource.custom:
            field = state.custom.field(resource.name, key)
        if field is None or (by_sync and not field.sync):
            continue
        try:
            taken = take(field, value, state.switches)
            for one in (taken if field.kind == "refs" else (taken,)) if field.target else ():
                if one is not None and not state.known(field.target, one, project):
                    raise FieldError("is invalid")
        except FieldError as error:
            problems[key] = [str(error)]
        else:
            changes[field.name] = taken
    return changes, problems


def _origin_taken(
    state: State, resource: Resource, record: Record | None, changes: Values
) -> dict[str, list[str]]:
    """An `origin_id` belongs to one record of its kind in the company (reference §18)."""
    owner = state.tables[resource.name].origins.get(changes.get("origin_id") or "")
    if owner is None or (record is not None and owner == record.id):
        return {}
    return {"origin_id": ["has already been taken"]}


def sync(state: State, resource: Resource, endpoint: Endpoint, call: Call, scope: int) -> Response:
    """PATCH …/sync: `{entities, errors}`. Raises Refusal only for a body that is no list of items."""
    items = call.json().get("updates")
    if not isinstance(items, list):
        raise bad_request("param is missing or the value is empty: updates")
    if len(items) > MOST_ITEMS and state.switches.sync_overflow == "refuse":
        raise bad_request(f"updates may hold {MOST_ITEMS} items at most")
    done: list[Record] = []
    errors: list[Any] = []
    for item in items[:MOST_ITEMS]:
        try:
            done.append(_item(state, resource, scope, item, call.who))
        except Refusal as refusal:
            sent = item if isinstance(item, dict) else {}
            errors.append({**sent, "errors": refusal.fields or {"base": [refusal.text]}})
    if state.switches.sync_order == "shuffled":
        state.rng.shuffle(done)
    state.served(resource, ((record.id, record.now) for record in done), call.who)
    texts = [text_of(state, resource, record, record.now, endpoint.view) for record in done]
    return json_text(f'{{"entities":[{",".join(texts)}],"errors":{encode(_plain(errors))}}}')


def _item(state: State, resource: Resource, scope: int, item: Any, who: Who) -> Record:
    """One item: `id` decides; without it a known `origin_id` updates and an unknown one creates."""
    if not isinstance(item, dict):
        raise bad_request("is not an object")
    table = state.tables[resource.name]
    record: Record | None = None
    if item.get("id") is not None:
        try:
            record = table.records.get(int(item["id"]))
        except (ValueError, TypeError):
            record = None
        if record is None or record.scope != scope or not _seen(state, resource, record, who):
            raise invalid({"id": ["not found"]})
    elif item.get("origin_id"):
        record = table.records.get(table.origins.get(str(item["origin_id"]), 0))
    return apply(state, resource, record, scope, item, who, by_sync=True)


def _seen(state: State, resource: Resource, record: Record, who: Who) -> bool:
    return resource.name != "projects" or state.sees_project(who, record.id)


def _plain(value: Any) -> Any:
    """What was sent, echoed: exact decimals become numbers again."""
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    if isinstance(value, dict):
        return {key: _plain(one) for key, one in value.items()}
    if isinstance(value, list):
        return [_plain(one) for one in value]
    return value
