"""`POST /records` and `DELETE /records`: each record stands alone, failures don't roll back (§2.1)."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from syncd.sandbox.message import Response
from syncd.sandbox.quickbase.query import find
from syncd.sandbox.quickbase.realm import Realm
from syncd.sandbox.quickbase.shapes import renderer
from syncd.sandbox.quickbase.table import Table
from syncd.sandbox.quickbase.values import KEEP, BadValue, store
from syncd.sandbox.quickbase.wire import Call, Token, encode, integer, json_text, listing, refuse

__all__ = ["Outcome", "apply", "delete", "erase", "upsert"]


@dataclass(slots=True)
class Outcome:
    """What an upsert did; `done` are the ids of all records that succeeded, as they came."""

    created: list[int] = field(default_factory=list)
    updated: list[int] = field(default_factory=list)
    unchanged: list[int] = field(default_factory=list)
    done: list[int] = field(default_factory=list)
    errors: dict[str, list[str]] = field(default_factory=dict)


def upsert(realm: Realm, call: Call) -> Response:
    """Create and change records: 200, or 207 if any failed. Raises Refusal (400) as a whole."""
    body = call.body()
    table = realm.table(body.get("to"), call.token)
    data = body.get("data")
    if not isinstance(data, list) or not data:
        raise refuse("Data object cannot be empty.")
    fields = realm.chosen(table, listing(body.get("fieldsToReturn"), "fieldsToReturn"))
    records = [_bare(record) for record in data]
    merge = body.get("mergeFieldId")
    outcome = apply(
        realm, table, records, call.token, None if merge is None else integer(merge, "mergeFieldId")
    )
    rows: list[dict[str, Any]] = []
    if fields:
        fids = tuple(sorted({3, *(one.fid for one in fields)}))
        render = renderer(realm, table, fids)
        rows = [render(table.rows[rid].values) for rid in outcome.done]
        realm.served(table, ((rid, table.rows[rid]) for rid in outcome.done), call.token)
    metadata: dict[str, Any] = {
        "createdRecordIds": outcome.created,
        "updatedRecordIds": outcome.updated,
        "unchangedRecordIds": outcome.unchanged,
        "totalNumberOfRecordsProcessed": len(data),
    }
    if outcome.errors:
        metadata["lineErrors"] = outcome.errors
    status = 207 if outcome.errors else 200
    text = encode({"data": rows, "metadata": metadata})
    return json_text(text, status)


def _bare(record: Any) -> dict[str, Any]:
    """`{"6": {"value": x}}` as `{"6": x}`. Raises Refusal (400) for another shape."""
    try:
        return {key: cell["value"] for key, cell in record.items()}
    except (AttributeError, KeyError, TypeError):
        raise refuse("Each record has to map field ids to objects with a 'value'.") from None


def apply(
    realm: Realm, table: Table, records: list[dict[str, Any]], token: Token, merge: int | None = None
) -> Outcome:
    """Upsert bare records, by the key field or the unique field `merge`. Raises Refusal (400)."""
    merge = merge or table.key_fid
    about = table.fields.get(merge)
    if about is None or not (about.unique or merge == table.key_fid):
        raise refuse(f"Merge field {merge} has to be a unique field of the table.")
    realm.rules.writer = token.owner
    realm.rules.now = realm.stamp()
    work = _Upsert(realm, table, token, about.key)
    for line, record in enumerate(records, 1):
        errors = work.one(record)
        if errors:
            work.outcome.errors[str(line)] = errors
    if realm.switches.upsert_order == "shuffled":
        for ids in (work.outcome.created, work.outcome.updated, work.outcome.unchanged, work.outcome.done):
            realm.rng.shuffle(ids)
    return work.outcome


class _Upsert:
    """One upsert in progress: where it merges, and what it has met so far."""

    def __init__(self, realm: Realm, table: Table, token: Token, merge: str) -> None:
        self.realm, self.table, self.token, self.merge = realm, table, token, merge
        self.outcome = Outcome()
        self.seen: set[Any] = set()

    def one(self, record: dict[str, Any]) -> list[str]:
        """Store one record; the answer is its line errors, and with any of them nothing is stored."""
        self.realm.rules.fresh.clear()
        try:
            rid = self._target(record)
        except BadValue as error:
            return [str(error)]
        changed, errors = self._changes(rid, record)
        errors += self._broken_rules(rid, changed)
        if errors:
            return errors
        self._commit(rid, changed)
        self.realm.rules.add_choices()
        return []

    def _target(self, record: dict[str, Any]) -> int | None:
        """The record that the merge value addresses, None to create. Raises BadValue."""
        raw = record.get(self.merge)
        if raw in (None, ""):
            return None
        about = self.table.by_key[self.merge]
        value = store(about, raw, self.realm.rules, about.blank)
        if value in self.seen and self.realm.switches.duplicates == "refuse":
            raise BadValue(f'Duplicate value for merge field with ID "{about.fid}" in one request.')
        self.seen.add(value)
        if self.merge != "3":
            return self.table.uniques[self.merge].get(value)
        if value in self.table.rows:
            return int(value)
        if self.realm.switches.unknown_record_id == "create":
            return None
        raise BadValue(f'Record with ID "{raw}" was not found.')

    def _changes(self, rid: int | None, record: dict[str, Any]) -> tuple[dict[str, Any], list[str]]:
        """Stored values that differ from what is there, and the errors of single fields."""
        present = self.table.rows[rid].values if rid is not None else {}
        changed: dict[str, Any] = {}
        errors: list[str] = []
        if rid is None:
            record = {**self._defaults(), **record}
        for key, raw in record.items():
            if key == "3" == self.merge:
                continue
            about = self.table.by_key.get(key)
            if about is None:
                errors.append(f'Unknown field with Id "{key}".')
                continue
            if about.read_only and not (key == "4" and self.realm.switches.record_owner_writable):
                if self.realm.switches.read_only_write == "refuse":
                    errors.append(f'Field with ID "{key}" is read-only and cannot be changed.')
                continue
            old = present.get(key, about.blank)
            try:
                value = store(about, raw, self.realm.rules, old)
            except BadValue as error:
                errors.append(str(error))
                continue
            if value is not KEEP and value != old:
                changed[key] = value
        return changed, errors

    def _defaults(self) -> dict[str, Any]:
        """Default values of the fields that a new record does not mention."""
        return {
            one.key: one.properties["defaultValue"]
            for one in self.table.fields.values()
            if one.properties.get("defaultValue") and not one.read_only
        }

    def _broken_rules(self, rid: int | None, changed: dict[str, Any]) -> list[str]:
        """Uniqueness, and required fields that are blank in a new record or being blanked."""
        errors = []
        for one in self.table.fields.values():
            if (
                (one.required or one.fid == self.table.key_fid != 3)
                and (rid is None or one.key in changed)
                and changed.get(one.key, one.blank) == one.blank
            ):
                errors.append(f'Missing value for required field with ID "{one.fid}".')
        for key, index in self.table.uniques.items():
            value = changed.get(key)
            if value in (None, "", ()):
                continue
            if index.get(value, rid) != rid:
                errors.append(f'Field with ID "{key}" has to be unique, and another record has this value.')
        return errors

    def _commit(self, rid: int | None, changed: dict[str, Any]) -> None:
        outcome = self.outcome
        if rid is None:
            rid = self.realm.write(self.table, None, changed, self.token)
            outcome.created.append(rid)
        elif changed:
            self.realm.write(self.table, rid, changed, self.token)
            outcome.updated.append(rid)
        else:
            if self.realm.switches.noop_bumps_modified:
                self.realm.write(self.table, rid, {}, self.token)
            outcome.unchanged.append(rid)
        outcome.done.append(rid)


def delete(realm: Realm, call: Call) -> dict[str, int]:
    """`DELETE /records` by query or by ids; no match is no error."""
    body = call.body()
    table = realm.table(body.get("from"), call.token)
    where = body.get("where")
    if not where or (isinstance(where, str) and not where.strip()):
        raise refuse("'where' is required to delete records.")
    return {"numberDeleted": erase(realm, table, where, call.token)}


def erase(realm: Realm, table: Table, where: Any, token: Token) -> int:
    """Delete what matches; the number of records that went."""
    gone = find(realm, table, table.rows, where)
    for rid in gone:
        realm.erase(table, rid, token)
    return len(gone)
