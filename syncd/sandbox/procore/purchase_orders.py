"""Purchase order contracts, as data (reference procore-api §13)."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

from syncd.sandbox.message import Response
from syncd.sandbox.procore.field import Field
from syncd.sandbox.procore.find import missing, present
from syncd.sandbox.procore.resource import Endpoint, Filter, Resource
from syncd.sandbox.procore.state import State
from syncd.sandbox.procore.table import Record, Values
from syncd.sandbox.procore.wire import Call, Refusal
from syncd.sandbox.procore.write import sync, to_bin

__all__ = ["PURCHASE_ORDERS"]

_STATUSES = ("Draft", "Processing", "Submitted", "Partially Received", "Received", "Approved", "Closed")
_DAYS = (
    "contract_date delivery_date issued_on_date execution_date returned_date letter_of_intent_date "
    "approval_letter_date"
).split()
_SUMS = ("approved_change_orders", "pending_change_orders", "draft_change_orders_amount", "total_payments")
"""Amounts that records elsewhere would add up to: there are none here."""

_FIELDS = (
    Field("number"),
    Field("title"),
    Field("description"),
    Field("status", "choice", choices=_STATUSES, default="Draft"),
    Field("executed", "flag", default=False),
    Field("private", "flag", default=False),
    Field("accounting_method", "choice", choices=("amount", "unit"), default="amount"),
    Field("retainage_percent", "money"),
    Field("grand_total", "money", write="", default="0.0"),
    *(Field(name, "money", write="", default="0.0") for name in _SUMS),
    *(Field(name, "day") for name in _DAYS),
    Field("signed_contract_received_date", "day", write=""),
    Field("ship_to_address"),
    Field("ship_via"),
    Field("bill_to_address"),
    Field("payment_terms"),
    Field("origin_id"),
    Field("origin_data"),
    Field("origin_code"),
    Field("vendor", "ref", target="vendors", hidden=True),
    Field("assignee", "ref", target="users", hidden=True),
    Field("deleted", "flag", write="", default=False, hidden=True),
    Field("deleted_at", "instant", write=""),
)
_DERIVED = (
    "vendor assignee project revised_contract pending_revised_contract remaining_balance_outstanding "
    "percentage_paid total_requisitions_amount total_draw_requests_amount billing_schedule_of_values_status "
    "requisitions_are_enabled show_line_items_to_non_admins currency_configuration created_at updated_at"
).split()
_EXTENDED = ("id", *(one.name for one in _FIELDS if not one.hidden), *_DERIVED)
_COMPACT = ("id", "number", "title", "status", "vendor", "project", "created_at", "updated_at")


def _locked(state: State, before: Values | None, sent: dict[str, Any]) -> dict[str, list[str]]:
    """An approved order keeps its vendor."""
    if before is None or before["status"] != "Approved" or "vendor_id" not in sent:
        return {}
    if str(sent["vendor_id"]) == str(before["vendor"]):
        return {}
    return {"vendor_id": ["cannot be changed after the contract is approved"]}


def _settle(state: State, scope: int, old: Values, after: Values, user_id: int) -> Values:
    """An order without a number gets the next one of its project."""
    if not after["number"]:
        every = state.tables["purchase_orders"].within(scope).values()
        numbers = (str(one.now.values["number"] or "").removeprefix("PO-") for one in every)
        taken = [int(one) for one in numbers if one.isascii() and one.isdigit()]
        after["number"] = f"PO-{max(taken, default=0) + 1:03}"
    return after


def _derive(state: State, record: Record, values: Values) -> dict[str, Any]:
    """Amounts as text, and references in the shapes that this resource gives them."""
    vendor = state.name_of("vendors", values["vendor"] or 0)
    total, paid = Decimal(values["grand_total"]), Decimal(values["total_payments"])
    revised = total + Decimal(values["approved_change_orders"])
    share = 100 * paid / revised if revised else Decimal(0)
    return {
        "vendor": vendor and {"id": vendor["id"], "company": vendor["name"]},
        "assignee": values["assignee"] and {"id": values["assignee"]},
        "project": state.name_of("projects", record.scope),
        "revised_contract": _money(revised),
        "pending_revised_contract": _money(revised + Decimal(values["pending_change_orders"])),
        "remaining_balance_outstanding": _money(revised - paid),
        "percentage_paid": _money(round(share, 2)),
        "total_requisitions_amount": "0.0",
        "total_draw_requests_amount": "0.0",
        "billing_schedule_of_values_status": "draft",
        "requisitions_are_enabled": True,
        "show_line_items_to_non_admins": False,
        "currency_configuration": {"currency_iso_code": "USD"},
    }


def _money(amount: Decimal) -> str:
    """As all decimals read: text with at least one place behind the point."""
    whole, _, places = format(amount, "f").partition(".")
    return f"{whole}.{places.rstrip('0') or '0'}"


def _more(state: State, record: Record, values: Values) -> dict[str, Any]:
    """What only one order by itself tells."""
    return {
        "created_by_id": values["created_by"],
        "line_items": [],
        "attachments": None,
        "change_order_packages": [],
        "change_order_requests": [],
        "invoice_contacts": [],
    }


def _delete(state: State, resource: Resource, call: Call, args: dict[str, int], scope: int) -> Response:
    """An approved order stays; others go where `include_deleted` finds them."""
    record = present(state, resource, call, args["id"], scope)
    if record.now.values["deleted"]:
        raise missing(resource)
    if record.now.values["status"] == "Approved":
        raise Refusal(state.switches.approved_delete, "An approved contract cannot be deleted")
    to_bin(state, resource, record, call.who, True)
    return Response(200, b"", {})


def _sync(state: State, resource: Resource, call: Call, args: dict[str, int], scope: int) -> Response:
    """The items are documented without an `id`, which may mean that one is passed over."""
    updates = call.json().get("updates")
    if isinstance(updates, list) and state.switches.purchase_sync_ids == "ignored":
        items = [
            {key: value for key, value in one.items() if key != "id"} if isinstance(one, dict) else one
            for one in updates
        ]
        call = replace(call, _json={**call.json(), "updates": items})
    return sync(state, resource, _SYNCED, call, scope)


_LIST, _ONE = "/rest/v1.0/purchase_order_contracts", "/rest/v1.0/purchase_order_contracts/{id}"
_SYNCED = Endpoint("PATCH", _LIST + "/sync", "sync", view="extended", view_key="")

PURCHASE_ORDERS = Resource(
    name="purchase_orders",
    wrapper="purchase_order_contract",
    parent="project",
    tool="commitments",
    named="title",
    custom=True,
    fields=_FIELDS,
    endpoints=(
        Endpoint("GET", _LIST, "list", view="compact", project_in="query"),
        Endpoint("POST", _LIST, "create", view="show", view_key="", project_in="body"),
        Endpoint("GET", _ONE, "show", view="show", view_key="", project_in="query"),
        Endpoint("PATCH", _ONE, "update", view="show", view_key="", project_in="body"),
        Endpoint("DELETE", _ONE, "call", project_in="query", run=_delete),
        Endpoint("PATCH", _LIST + "/sync", "call", project_in="body", run=_sync),
    ),
    filters={
        "id": Filter("ids"),
        "status": Filter("text", "status"),
        "created_at": Filter("range", "created_at"),
        "updated_at": Filter("range", "updated_at"),
        "include_deleted": Filter("deleted"),
        "origin_id": Filter("text", "origin_id"),
    },
    views={"compact": _COMPACT, "extended": _EXTENDED, "show": None},
    extras={"show": _more},
    check=_locked,
    settle=_settle,
    derive=_derive,
)
