"""Saved reports of a table: list, look, run (§5)."""

from __future__ import annotations

from typing import Any

from syncd.sandbox.message import Response
from syncd.sandbox.quickbase.query import Question, answer
from syncd.sandbox.quickbase.realm import Realm, Report
from syncd.sandbox.quickbase.table import Table
from syncd.sandbox.quickbase.wire import Call, integer, refuse

__all__ = ["get_report", "list_reports", "run_report"]


def list_reports(realm: Realm, call: Call) -> list[dict[str, Any]]:
    """`GET /reports?tableId=`."""
    table = realm.table(call.needed("tableId"), call.token)
    return [_describe(table, one) for one in realm.reports[table.dbid]]


def get_report(realm: Realm, call: Call) -> dict[str, Any]:
    """`GET /reports/{reportId}?tableId=`."""
    table = realm.table(call.needed("tableId"), call.token)
    return _describe(table, _report(realm, table, call.args["report"]))


def run_report(realm: Realm, call: Call) -> Response:
    """`POST /reports/{reportId}/run?tableId=&skip=&top=`: paged by size as a query is."""
    table = realm.table(call.needed("tableId"), call.token)
    report = _report(realm, table, call.args["report"])
    report.used += 1
    report.used_last = realm.stamp()
    question = Question(
        report.where or None,
        list(report.columns),
        report.sort,
        integer(call.request.param("skip") or "0", "skip"),
        integer(call.request.param("top") or "0", "top"),
        labels={},
    )
    return answer(realm, table, question, call)


def _report(realm: Realm, table: Table, report_id: str) -> Report:
    for one in realm.reports[table.dbid]:
        if one.id == report_id:
            return one
    raise refuse(f"Report {report_id} was not found in table {table.dbid}.", 404, "Not found")


def _describe(table: Table, report: Report) -> dict[str, Any]:
    shown = {
        "id": report.id,
        "name": report.name,
        "type": "table",
        "description": report.description,
        "query": {
            "tableId": table.dbid,
            "filter": report.where,
            "fields": report.columns,
            "formulaFields": [],
            "sortBy": report.sort,
        },
        "properties": {},
        "usedCount": report.used,
    }
    if report.used_last:
        shown["usedLast"] = report.used_last[:19] + "Z"
    return shown
