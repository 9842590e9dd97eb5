"""Relationships between tables of one app: plural to list, singular to write (§5)."""

from __future__ import annotations

from typing import Any

from syncd.sandbox.quickbase.field import Field
from syncd.sandbox.quickbase.fields import make_field
from syncd.sandbox.quickbase.realm import Realm
from syncd.sandbox.quickbase.table import Relationship, Table
from syncd.sandbox.quickbase.wire import Call, integer, listing, mapping, refuse

__all__ = [
    "add_lookup",
    "create_relationship",
    "delete_relationship",
    "list_relationships",
    "make_relationship",
    "update_relationship",
]

_SUMMARIES = {"AVG", "SUM", "MAX", "MIN", "STD-DEV", "COUNT", "COMBINED-TEXT", "DISTINCT-COUNT"}


def list_relationships(realm: Realm, call: Call) -> dict[str, Any]:
    """`GET /tables/{child}/relationships?skip=`."""
    table = realm.table(call.args["table"], call.token)
    skip = integer(call.request.param("skip") or "0", "skip")
    shown = [_describe(realm, one) for one in table.relationships.values()]
    page = shown[skip:]
    metadata = {"skip": skip, "totalRelationships": len(shown), "numRelationships": len(page)}
    return {"relationships": page, "metadata": metadata}


def create_relationship(realm: Realm, call: Call) -> dict[str, Any]:
    """`POST /tables/{child}/relationship`: the id is the new reference field's."""
    child = realm.table(call.args["table"], call.token)
    body = call.body()
    parent = realm.table(body.get("parentTableId"), call.token)
    if parent.app_id != child.app_id:
        raise refuse("Both tables have to be in the same app.")
    label = mapping(body.get("foreignKeyField"), "foreignKeyField").get("label") or f"Related {parent.single}"
    link = make_relationship(realm, child, parent, str(label))
    _extend(realm, link, body)
    return _describe(realm, link)


def update_relationship(realm: Realm, call: Call) -> dict[str, Any]:
    """`POST /tables/{child}/relationship/{id}`: more lookups and summaries."""
    child = realm.table(call.args["table"], call.token)
    link = _link(child, call)
    _extend(realm, link, call.body())
    return _describe(realm, link)


def delete_relationship(realm: Realm, call: Call) -> dict[str, int]:
    """`DELETE /tables/{child}/relationship/{id}`: the reference field stays, as a plain one."""
    child = realm.table(call.args["table"], call.token)
    link = _link(child, call)
    parent = realm.tables.get(link.parent)
    for fid in link.lookups:
        if fid in child.fields:
            child.drop_field(fid)
    for fid in link.summaries:
        if parent is not None and fid in parent.fields:
            parent.drop_field(fid)
    child.fields[link.fid].properties["foreignKey"] = False
    del child.relationships[link.fid]
    realm.schema_changed(child)
    return {"relationshipId": link.fid}


def _link(child: Table, call: Call) -> Relationship:
    link = child.relationships.get(integer(call.args["relationship"], "relationshipId"))
    if link is None:
        raise refuse("The relationship was not found.", 404, "Not found")
    return link


def make_relationship(realm: Realm, child: Table, parent: Table, label: str) -> Relationship:
    """A reference field in the child that holds the parent's key."""
    key = parent.fields[parent.key_fid]
    kind = "numeric" if key.type == "recordid" else key.type
    about = make_field(realm, child, label, kind, {"foreignKey": True, "targetTableId": parent.dbid})
    link = Relationship(about.fid, parent.dbid, child.dbid)
    child.relationships[about.fid] = link
    realm.schema_changed(child)
    return link


def _extend(realm: Realm, link: Relationship, body: dict[str, Any]) -> None:
    """Add lookup fields to the child and summary fields to the parent. Raises Refusal (400)."""
    child, parent = realm.tables[link.child], realm.tables[link.parent]
    for fid in listing(body.get("lookupFieldIds"), "lookupFieldIds"):
        target = parent.fields.get(integer(fid, "lookupFieldIds"))
        if target is None:
            raise refuse(f"Field {fid} was not found in the parent table.")
        add_lookup(realm, link, target)
    for one in listing(body.get("summaryFields"), "summaryFields"):
        link.summaries.append(_summary(realm, link, child, parent, mapping(one, "summaryFields")))
    realm.schema_changed(child)


def add_lookup(realm: Realm, link: Relationship, target: Field) -> int:
    """A read-only field of the child that shows a field of its parent; its id."""
    child = realm.tables[link.child]
    derived = {"lookupReferenceFieldId": link.fid, "lookupTargetFieldId": target.fid}
    kind = "numeric" if target.type == "recordid" else target.type
    label = f"{realm.tables[link.parent].single} - {target.label}"
    link.lookups.append(make_field(realm, child, label, kind, derived, "lookup").fid)
    return link.lookups[-1]


def _summary(realm: Realm, link: Relationship, child: Table, parent: Table, wanted: dict[str, Any]) -> int:
    kind = wanted.get("accumulationType")
    if kind not in _SUMMARIES or wanted.get("where"):
        raise refuse(
            f"The sandbox has summaries of the kinds {', '.join(sorted(_SUMMARIES))}, without 'where'."
        )
    target = child.fields.get(integer(wanted.get("summaryFid", 3), "summaryFid"))
    if target is None:
        raise refuse("The field to summarise was not found in the child table.")
    label = str(wanted.get("label") or f"{kind} of {child.plural} {target.label}")
    properties = {
        "summaryFunction": kind,
        "summaryReferenceFieldId": link.fid,
        "summaryTargetFieldId": target.fid,
        "summaryTableId": child.dbid,
    }
    return make_field(realm, parent, label, _summary_type(str(kind), target.type), properties, "summary").fid


def _summary_type(kind: str, target: str) -> str:
    if kind == "COMBINED-TEXT":
        return "multitext"
    return target if kind in ("MAX", "MIN") and target != "recordid" else "numeric"


def _describe(realm: Realm, link: Relationship) -> dict[str, Any]:
    return {
        "id": link.fid,
        "parentTableId": link.parent,
        "childTableId": link.child,
        "foreignKeyField": _brief(realm, link.child, link.fid),
        "isCrossApp": False,
        "lookupFields": [_brief(realm, link.child, fid) for fid in link.lookups],
        "summaryFields": [_brief(realm, link.parent, fid) for fid in link.summaries],
    }


def _brief(realm: Realm, dbid: str, fid: int) -> dict[str, Any]:
    table = realm.tables.get(dbid)
    about = table.fields.get(fid) if table else None
    return {"id": fid, "label": about.label if about else "", "type": about.type if about else ""}
