"""Vendors: the company directory (reference procore-api §3.1)."""

from __future__ import annotations

from syncd.catalog.make import derived, listed, plain, pointer
from syncd.catalog.resource import Filter, Path, Resource, Scope
from syncd.core.values import Kind

__all__ = ["VENDORS"]

_FIELDS = (
    plain("name", "Company name", required=True),
    plain("abbreviated_name", "Abbreviated name"),
    derived("legal_name", "Legal name"),
    plain("trade_name", "Trade name", note="The name it trades under (doing business as)."),
    plain("address", "Address"),
    plain("city", "City"),
    plain("state_code", "State code", note="ISO 3166-2, such as CA."),
    plain("country_code", "Country code", note="ISO 3166-1, such as US."),
    plain("zip", "Postal code"),
    plain("business_phone", "Business phone", Kind.PHONE),
    plain("mobile_phone", "Mobile phone", Kind.PHONE),
    plain("fax_number", "Fax", Kind.PHONE),
    plain("email_address", "E-mail", Kind.EMAIL),
    plain("website", "Website", Kind.URL),
    plain("is_active", "Active", Kind.CHECKBOX, note="False moves the vendor to the inactive list."),
    plain("authorized_bidder", "Authorized bidder", Kind.CHECKBOX),
    plain("prequalified", "Prequalified", Kind.CHECKBOX),
    plain("union_member", "Union member", Kind.CHECKBOX),
    plain("non_union_prevailing_wage", "Non-union prevailing wage", Kind.CHECKBOX),
    plain("labor_union", "Labor union"),
    plain("license_number", "License number"),
    plain("notes", "Notes"),
    derived("business_id", "Business id"),
    pointer("parent", "Parent company", "vendors", note="Only one level of parents is allowed."),
    pointer("vendor_group", "Vendor group", "vendor-groups"),
    listed("trades", "Trades", "trades", write="trade_ids"),
    listed(
        "standard_cost_codes", "Standard cost codes", "standard-cost-codes", write="standard_cost_code_ids"
    ),
    derived("synced_to_erp", "Synced to ERP", Kind.CHECKBOX),
    plain("origin_id", "Origin id", note="Only one integration can own it; see `key:`."),
    plain("origin_data", "Origin data"),
    plain("origin_code", "Origin code"),
    derived("created_at", "Created at", Kind.INSTANT),
    derived("updated_at", "Updated at", Kind.INSTANT),
)

VENDORS = Resource(
    name="vendors",
    title="Vendors",
    scope=Scope.COMPANY,
    wrapper="vendor",
    fields=_FIELDS,
    custom=True,
    update_needs=("name",),
    list=Path("/rest/v1.0/vendors", company_in="query"),
    show=Path("/rest/v1.0/vendors/{id}", company_in="query"),
    create=Path("/rest/v1.0/vendors", company_in="body"),
    update=Path("/rest/v1.0/vendors/{id}", company_in="body"),
    sync=Path("/rest/v1.0/vendors/sync", company_in="body"),
    # The single PATCH demands the name and so might write a field nobody changed.
    patch_by_sync=True,
    inactive=Path("/rest/v1.0/companies/{company}/vendors/inactive"),
    reactivate=Path("/rest/v1.0/companies/{company}/vendors/inactive/{id}"),
    filters=(
        Filter("search"),
        Filter("trade_id", Kind.NUMBER, many=True, target="trades"),
        Filter("standard_cost_code_id", Kind.NUMBER, many=True),
        Filter("parent_id", Kind.NUMBER, many=True, target="vendors"),
    ),
    params=(("view", "extended"),),
    page_limit=2000,
    id_filter="filters[id][]",
    id_filter_many=True,
    origin_filter="filters[origin_id]",
    carriers=("origin_id",),
    archive=("is_active", False),
    notes=(
        "Always written in bulk through sync: the single update demands the name. Custom fields alone, where"
        " a field set of vendors is enabled, go through it.",
        "Inactive vendors live in a list of their own, which has no filters; sweeps read it whole.",
    ),
)
