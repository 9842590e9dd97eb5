"""Company roles: the names that project roles are made of (reference procore-api §6). Read only."""

from __future__ import annotations

from syncd.catalog.make import derived
from syncd.catalog.resource import Filter, Path, Resource, Scope
from syncd.core.values import Kind

__all__ = ["COMPANY_ROLES"]

COMPANY_ROLES = Resource(
    name="company-roles",
    title="Company roles",
    scope=Scope.COMPANY,
    wrapper="role",
    fields=(derived("name", "Name"),),
    list=Path("/rest/v1.0/companies/{company}/roles"),
    paged=False,
    filters=(Filter("users_only", Kind.CHECKBOX, ("true", "false")),),
    updated_filter=False,
    created_filter=False,
    stamp="",
    created="",
    notes=(
        "The list comes whole and without time stamps: each look reads and compares all of it.",
        "Roles are made for users and for vendors; users_only: true leaves the vendors' out.",
    ),
    not_written="Roles belong to the company's set-up; an administrator changes them in Procore.",
)
