"""Purchase orders: Procore's purchase order contracts (reference procore-api §13)."""

from __future__ import annotations

from dataclasses import replace

from syncd.catalog.deleted import DeletedOnly
from syncd.catalog.make import derived, in_project, plain, pointer
from syncd.catalog.resource import Filter, Path, Resource, Scope, Send
from syncd.core.values import Kind

__all__ = ["PURCHASE_ORDERS"]

_LIST = "/rest/v1.0/purchase_order_contracts"
_ONE = "/rest/v1.0/purchase_order_contracts/{id}"
_STATUSES = ("Draft", "Processing", "Submitted", "Partially Received", "Received", "Approved", "Closed")
_METHODS = ("amount", "unit")

_AMOUNTS = (
    ("grand_total", "Grand total"),
    ("revised_contract", "Revised contract"),
    ("pending_revised_contract", "Pending revised contract"),
    ("approved_change_orders", "Approved change orders"),
    ("pending_change_orders", "Pending change orders"),
    ("draft_change_orders_amount", "Draft change orders"),
    ("total_payments", "Payments"),
    ("total_requisitions_amount", "Invoices"),
    ("total_draw_requests_amount", "Draw requests"),
    ("remaining_balance_outstanding", "Remaining balance"),
)
_DAYS = (
    ("contract_date", "Contract date"),
    ("delivery_date", "Delivery date"),
    ("issued_on_date", "Issued on"),
    ("execution_date", "Executed on"),
    ("returned_date", "Returned on"),
    ("letter_of_intent_date", "Letter of intent"),
    ("approval_letter_date", "Approval letter"),
)

# Money and percentages are texts in both directions.
_FIELDS = (
    in_project("The project it lives in: not a field, but part of every call."),
    plain("number", "Number"),
    plain("title", "Title"),
    plain("description", "Description"),
    plain(
        "status",
        "Status",
        Kind.CHOICE,
        choices=_STATUSES,
        note="Approved locks the vendor and the schedule of values, and the order cannot be deleted.",
    ),
    pointer("vendor", "Vendor", "vendors", note="Refused once the order is approved."),
    pointer("assignee", "Assignee", "users", kind=Kind.USER),
    plain(
        "accounting_method",
        "Accounting method",
        Kind.CHOICE,
        choices=_METHODS,
        note="The project's own is taken where a new order names none.",
    ),
    plain("executed", "Executed", Kind.CHECKBOX),
    plain("private", "Private", Kind.CHECKBOX),
    replace(
        plain(
            "retainage_percent",
            "Retainage",
            Kind.PERCENT,
            note='Percent points as text: "10.0" is ten percent.',
        ),
        send=Send.TEXT,
    ),
    derived("percentage_paid", "Paid", Kind.PERCENT, note="Percent points, as for the retainage."),
    *(derived(name, label, Kind.MONEY) for name, label in _AMOUNTS),
    *(plain(name, label, Kind.DAY) for name, label in _DAYS),
    derived("signed_contract_received_date", "Signed contract received", Kind.DAY),
    plain("ship_to_address", "Ship to"),
    plain("ship_via", "Ship via"),
    plain("bill_to_address", "Bill to"),
    plain("payment_terms", "Payment terms"),
    derived("currency", "Currency", read=("currency_configuration", "currency_iso_code")),
    plain("origin_id", "Origin id", note="Only one integration can own it; see `key:`."),
    plain("origin_data", "Origin data"),
    plain("origin_code", "Origin code"),
    derived(
        "created_by",
        "Created by",
        Kind.USER,
        read=("created_by_id",),
        detail=True,
        target="users",
        note="Reading it costs one call a record.",
    ),
    derived("created_at", "Created at", Kind.INSTANT),
    derived("updated_at", "Updated at", Kind.INSTANT),
    derived("deleted_at", "Deleted at", Kind.INSTANT),
)

PURCHASE_ORDERS = Resource(
    name="purchase-orders",
    title="Purchase orders",
    scope=Scope.PROJECT,
    wrapper="purchase_order_contract",
    fields=_FIELDS,
    custom=True,
    custom_detail=True,
    list=Path(_LIST, project_in="query"),
    show=Path(_ONE, project_in="query"),
    create=Path(_LIST, project_in="body"),
    update=Path(_ONE, project_in="body"),
    sync=Path(_LIST + "/sync", project_in="body"),
    sync_by="origin_id",
    delete=Path(_ONE, project_in="query"),
    recycle_bin=DeletedOnly(_LIST, project_in="query"),
    filters=(Filter("status", Kind.CHOICE, _STATUSES),),
    # The list is compact by itself.
    params=(("view", "extended"),),
    page_limit=1000,
    id_filter="filters[id]",
    origin_filter="filters[origin_id]",
    carriers=("origin_id",),
    parent="projects",
    tool="Commitments",
    notes=(
        "Procore's bulk write for orders is documented without ids, so it is used only for orders that"
        " carry syncd's own `origin_id`; others take one call a record, or they would be made twice.",
        "No list shows custom fields: they cost one call for every order that changed.",
        "An approved order locks its vendor and its schedule of values, and cannot be deleted.",
        "A deleted order stays in Procore's list of the deleted; the API has no way back.",
        "Money and percentages are texts; the amounts follow from line items and cannot be set.",
        "An order with an `origin_id` counts as synced to an ERP: Procore shows a banner and may lock parts.",
    ),
)
