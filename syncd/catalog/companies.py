"""Companies that the credential can see (reference procore-api §1). Read only."""

from __future__ import annotations

from syncd.catalog.make import derived
from syncd.catalog.resource import Path, Resource, Scope
from syncd.core.values import Kind

__all__ = ["COMPANIES"]

_FIELDS = (
    derived("name", "Name"),
    derived("is_active", "Active", Kind.CHECKBOX),
    derived("my_company", "My company", Kind.CHECKBOX, note="True for the one that employs the user."),
    derived("pcn_business_experience", "Business experience", Kind.CHECKBOX),
    derived("logo_url", "Logo", Kind.URL, signed=True, note="A link that stops working after a while."),
)

COMPANIES = Resource(
    name="companies",
    title="Companies",
    scope=Scope.COMPANY,
    wrapper="company",
    fields=_FIELDS,
    list=Path("/rest/v1.0/companies"),
    page_limit=2000,
    updated_filter=False,
    created_filter=False,
    stamp="",
    created="",
    notes=(
        "Companies have no time stamps: each look reads the whole list and compares it.",
        "Free companies are not listed. syncd works in one company, SYNCD_PROCORE__COMPANY_ID.",
    ),
    not_written="Procore's API does not change companies.",
)
