"""Company offices (reference procore-api §9)."""

from __future__ import annotations

from syncd.catalog.make import derived, plain
from syncd.catalog.resource import Path, Resource, Scope
from syncd.core.values import Kind

__all__ = ["OFFICES"]

_FIELDS = (
    plain("name", "Name", required=True),
    plain("division", "Division"),
    plain("address", "Address"),
    plain("city", "City"),
    plain("state_code", "State code", note="ISO 3166-2, such as CA."),
    plain("country_code", "Country code", note="ISO 3166-1, such as US."),
    plain("zip", "Postal code"),
    plain("phone", "Phone", Kind.PHONE),
    plain("fax", "Fax", Kind.PHONE),
    derived("logo_name", "Logo", read=("logo", "name"), note="A logo is put there in Procore only."),
)

OFFICES = Resource(
    name="offices",
    title="Company offices",
    scope=Scope.COMPANY,
    wrapper="office",
    fields=_FIELDS,
    list=Path("/rest/v1.0/offices", company_in="query"),
    show=Path("/rest/v1.0/offices/{id}", company_in="query"),
    create=Path("/rest/v1.0/offices", company_in="body"),
    update=Path("/rest/v1.0/offices/{id}", company_in="body"),
    delete=Path("/rest/v1.0/offices/{id}", company_in="query"),
    page_limit=2000,
    updated_filter=False,
    created_filter=False,
    stamp="",
    created="",
    notes=(
        "Offices have no time stamps, filters or origin_id: each look reads the whole list and compares it,"
        " and an edit on both sides cannot be settled by `newest`.",
        "A deleted office is gone for good; Procore keeps no recycle bin of offices.",
    ),
)
