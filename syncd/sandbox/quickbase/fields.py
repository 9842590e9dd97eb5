"""Calls on the fields of a table: list, make, change, delete, and where they are used (§4.1)."""

from __future__ import annotations

from typing import Any

from syncd.sandbox.quickbase.derived import formula_parts
from syncd.sandbox.quickbase.field import CREATABLE, NOT_UNIQUE, Field
from syncd.sandbox.quickbase.realm import Realm
from syncd.sandbox.quickbase.table import Table
from syncd.sandbox.quickbase.wire import Call, integer, listing, mapping, refuse

__all__ = [
    "change_field",
    "create_field",
    "delete_fields",
    "get_field",
    "list_fields",
    "make_field",
    "update_field",
    "usage",
]

_SHARED = {
    *("audited", "fieldHelp", "bold", "properties", "appearsByDefault", "permissions"),
    *("addToForms", "label", "findEnabled", "noWrap"),
}
_ADDRESS = ("Street 1", "Street 2", "City", "State/Region", "Postal Code", "Country")
_USES = (
    *("actions", "appHomePages", "dashboards", "defaultReports", "exactForms", "fields", "forms"),
    *("notifications", "personalReports", "pipelines", "relationships", "reminders", "reports"),
    *("roles", "tableImports", "tableRules", "webhooks"),
)


def list_fields(realm: Realm, call: Call) -> list[dict[str, Any]]:
    """`GET /fields?tableId=`: custom fields first, as captures show; the order means nothing."""
    table = realm.table(call.needed("tableId"), call.token)
    fields = sorted(table.fields.values(), key=lambda one: (one.fid < 6, one.fid))
    return [_described(table, one, call) for one in fields]


def get_field(realm: Realm, call: Call) -> dict[str, Any]:
    """`GET /fields/{fieldId}?tableId=`."""
    table = realm.table(call.needed("tableId"), call.token)
    return _described(table, _field(table, call.args["field"]), call)


def _described(table: Table, about: Field, call: Call) -> dict[str, Any]:
    shown = about.describe()
    shown["properties"]["primaryKey"] = about.fid == table.key_fid
    if call.request.param("includeFieldPerms") == "true":
        shown["permissions"] = [{"role": "Administrator", "permissionType": "Modify", "roleId": 12}]
    return shown


def _field(table: Table, text: str) -> Field:
    about = table.fields.get(integer(text, "fieldId"))
    if about is None:
        raise refuse(f"Field {text} was not found in table {table.dbid}.", 404, "Not found")
    return about


def create_field(realm: Realm, call: Call) -> dict[str, Any]:
    """`POST /fields?tableId=`. `unique` and `required` cannot be given yet."""
    table = realm.table(call.needed("tableId"), call.token)
    body = call.body()
    unknown = set(body) - _SHARED - {"fieldType"}
    if unknown:
        raise refuse(f"'{sorted(unknown)[0]}' cannot be given when a field is created.")
    label, kind = body.get("label"), body.get("fieldType")
    if not isinstance(label, str) or not label or not isinstance(kind, str):
        raise refuse("'label' and 'fieldType' are required.")
    about = make_field(realm, table, label, kind, mapping(body.get("properties"), "properties"))
    about.set_flags(body)
    return _described(table, about, call)


def make_field(
    realm: Realm, table: Table, label: str, kind: str, properties: dict[str, Any], mode: str = ""
) -> Field:
    """Add a field; an address brings its six parts. Raises Refusal (400)."""
    if kind not in CREATABLE:
        raise refuse(f"'{kind}' is not a type of field that can be created.")
    if any(one.label == label for one in table.fields.values()):
        raise refuse(f"Table {table.dbid} already has a field '{label}'.")
    if properties.get("formula"):
        mode = "formula"
        try:
            formula_parts(str(properties["formula"]))
        except ValueError as error:
            raise refuse(str(error)) from None
    kind = "timestamp" if kind == "datetime" else kind
    about = Field(table.next_fid, label, kind, mode)
    about.set_properties(properties)
    if kind == "currency":
        about.properties.setdefault("decimalPlaces", 2)
    table.next_fid += 1
    table.add_field(about)
    if kind == "address":
        parts = [make_field(realm, table, f"{label}: {part}", "text", {}) for part in _ADDRESS]
        about.properties["compositeFields"] = [part.fid for part in parts]
        for part in parts:
            part.properties["parentFieldId"] = about.fid
    realm.schema_changed(table)
    return about


def update_field(realm: Realm, call: Call) -> dict[str, Any]:
    """`POST /fields/{fieldId}?tableId=`: anything but the type."""
    table = realm.table(call.needed("tableId"), call.token)
    about = _field(table, call.args["field"])
    body = call.body()
    unknown = set(body) - _SHARED - {"required", "unique"}
    if unknown:
        raise refuse(f"'{sorted(unknown)[0]}' cannot be changed.")
    change_field(realm, table, about, body)
    return _described(table, about, call)


def change_field(realm: Realm, table: Table, about: Field, body: dict[str, Any]) -> None:
    """Apply a change; unique and required fail when the data breaks them. Raises Refusal (400)."""
    unique, required = body.get("unique", about.unique), body.get("required", about.required)
    if unique and not about.unique:
        if about.type in NOT_UNIQUE or about.mode:
            raise refuse(f"Field {about.fid} is of a type that cannot be unique.")
        if not table.index_unique(about):
            raise refuse(f"Field {about.fid} cannot be unique: some records have the same value.")
    if required and not about.required:
        blank = [
            rid for rid, row in table.rows.items() if row.values.get(about.key, about.blank) == about.blank
        ]
        if blank:
            raise refuse(f"Field {about.fid} cannot be required: {len(blank)} records have no value.")
    if not unique and about.fid != table.key_fid:
        table.uniques.pop(about.key, None)
    about.unique, about.required = bool(unique), bool(required)
    label = body.get("label", about.label)
    if not isinstance(label, str) or not label:
        raise refuse("'label' has to be a text.")
    about.label = label
    about.set_flags(body)
    about.set_properties(mapping(body.get("properties"), "properties"))
    realm.schema_changed(table)


def delete_fields(realm: Realm, call: Call) -> dict[str, Any]:
    """`DELETE /fields?tableId=`: what went, and a sentence for each that could not."""
    table = realm.table(call.needed("tableId"), call.token)
    wanted = listing(call.body().get("fieldIds"), "fieldIds")
    deleted: list[int] = []
    errors: list[str] = []
    for fid in (integer(one, "fieldIds") for one in wanted):
        if fid < 6 or fid == table.key_fid:
            errors.append(f"Error deleting field with id: {fid}. Built-in and key fields cannot be deleted.")
        elif fid not in table.fields:
            errors.append(f"Error deleting field with id: {fid}. The field was not found.")
        else:
            table.drop_field(fid)
            table.relationships.pop(fid, None)
            deleted.append(fid)
    realm.schema_changed(table)
    return {"deletedFieldIds": deleted, "errors": errors}


def usage(realm: Realm, call: Call) -> list[dict[str, Any]]:
    """`GET /fields/usage` and `/fields/usage/{fieldId}`: where fields are used."""
    table = realm.table(call.needed("tableId"), call.token)
    one = call.args.get("field")
    fields = [_field(table, one)] if one else list(table.fields.values())
    skip = integer(call.request.param("skip") or "0", "skip")
    top = integer(call.request.param("top") or "0", "top") or len(fields)
    shown = []
    for about in fields[skip : skip + top]:
        counts = {use: {"count": 0} for use in _USES}
        counts["relationships"]["count"] = sum(about.fid == fid for fid in table.relationships)
        counts["reports"]["count"] = sum(about.fid in report.columns for report in realm.reports[table.dbid])
        field = {"id": about.fid, "name": about.label, "type": about.type}
        shown.append({"field": field, "usage": counts})
    return shown
