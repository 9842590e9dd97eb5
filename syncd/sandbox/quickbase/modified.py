"""`POST /records/modifiedSince`: which records were created, changed or deleted (§2.4)."""

from __future__ import annotations

from typing import Any

from syncd.sandbox.quickbase.derived import parent_row
from syncd.sandbox.quickbase.moments import stamp, to_instant
from syncd.sandbox.quickbase.realm import Realm
from syncd.sandbox.quickbase.table import Row, Table, Version
from syncd.sandbox.quickbase.wire import Call, listing, refuse

__all__ = ["modified_since"]

KEPT_SECONDS = 30 * 86_400
_KNOWN = {"from", "after", "fieldList", "includeDetails"}


def modified_since(realm: Realm, call: Call) -> dict[str, Any]:
    """The count, and with `includeDetails` the changes. Administrators of the app only.

    Raises Refusal: 400 for a bad body, 403 without administrator rights.
    """
    body = call.body()
    table = realm.table(body.get("from"), call.token)
    if set(body) - _KNOWN:
        raise refuse(f"Unknown key '{sorted(set(body) - _KNOWN)[0]}'.")
    if table.app_id not in call.token.admin_of:
        raise refuse("Administrator access to the app is needed.", 403, "Access denied")
    after = _after(realm, body.get("after"))
    rows = table.rows_at(realm.seen_at(call.as_of, realm.switches.list_lag))
    fids = _field_list(realm, table, body.get("fieldList"))
    changes = _present(realm, table, rows, after, fids)
    deletes, truncated = _gone(realm, table, rows, after)
    changes += deletes
    result: dict[str, Any] = {"count": len(changes)}
    if body.get("includeDetails"):
        result["changes"] = changes
    if truncated:
        result["deletesTruncated"] = True
    return result


def _after(realm: Realm, given: Any) -> str:
    """The instant of `after`, cut to whole seconds unless the switch says otherwise."""
    try:
        if not isinstance(given, str) or "T" not in given:
            raise ValueError(given)
        instant = to_instant(given)
    except (ValueError, OverflowError):
        raise refuse("'after' has to be an ISO 8601 instant, such as 2025-01-02T03:04:05Z.") from None
    return instant if realm.switches.after_subseconds else instant[:19] + ".000Z"


def _field_list(realm: Realm, table: Table, given: Any) -> list[int]:
    return [one.fid for one in realm.chosen(table, listing(given, "fieldList"))]


def _present(
    realm: Realm, table: Table, rows: dict[int, Version], after: str, fids: list[int]
) -> list[dict[str, Any]]:
    """CREATE and MODIFY among the rows that exist."""
    changes = []
    if not fids and rows is table.rows:
        ids: list[int] = table.modified_from(after)
    else:
        ids = list(rows)
    for rid in ids:
        row = rows[rid].values
        when = _listed_change(realm, table, rid, row, after, fids) if fids else row["2"]
        if when > after:
            kind = "CREATE" if row["1"] > after else "MODIFY"
            changes.append({"recordId": rid, "timestamp": when[:19] + "Z", "changeType": kind})
    return changes


def _listed_change(realm: Realm, table: Table, rid: int, row: Row, after: str, fids: list[int]) -> str:
    """When one of the listed fields changed after `after`, lookups and summaries followed; or ''."""
    if row["1"] > after:
        return str(row["1"])
    stored = [str(fid) for fid in fids if not table.fields[fid].mode]
    if row["2"] > after and stored:
        earlier: Row = {}
        for version in table.past[rid]:
            if version.values.get("2", "") > after and any(
                version.values.get(key) != earlier.get(key) for key in stored
            ):
                return str(version.values["2"])
            earlier = version.values
    for fid in fids:
        when = _derived_change(realm, table, row, fid)
        if when > after:
            return when
    return ""


def _derived_change(realm: Realm, table: Table, row: Row, fid: int) -> str:
    """The newest Date Modified behind a lookup or summary field; only rows that still exist."""
    about = table.fields[fid]
    if about.mode == "lookup":
        link = table.relationships.get(about.properties["lookupReferenceFieldId"])
        above = parent_row(realm, table, link, row) if link else None
        return str(above["2"]) if above else ""
    if about.mode == "summary":
        child = realm.tables.get(about.properties["summaryTableId"])
        key = str(about.properties["summaryReferenceFieldId"])
        mine = row.get(str(table.key_fid))
        stamps = (
            [one.values["2"] for one in child.rows.values() if one.values.get(key) == mine] if child else []
        )
        return max(stamps, default="")
    return ""


def _gone(
    realm: Realm, table: Table, rows: dict[int, Version], after: str
) -> tuple[list[dict[str, Any]], bool]:
    """DELETE entries of at most 30 days and 1,000 ids, and whether more were there."""
    if not table.index_deletes:
        return [], False
    truncated = table.lost_delete > after
    if truncated and realm.switches.truncated_deletes == "withheld":
        return [], True
    oldest = stamp(realm.now() - KEPT_SECONDS)
    return [
        {"recordId": one.rid, "timestamp": one.stamp[:19] + "Z", "changeType": "DELETE"}
        for one in table.deletes
        if one.stamp > max(after, oldest) and one.rid not in rows
    ], truncated
