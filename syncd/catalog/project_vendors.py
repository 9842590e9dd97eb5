"""Project vendors: which vendors of the company directory are in a project (reference procore-api §3.2).

A membership: its identity is project/vendor, creating one adds the vendor to the project, and
deleting one removes it from there. The vendor's own record is the resource `vendors`.
"""

from __future__ import annotations

from syncd.catalog.make import derived, in_project, member
from syncd.catalog.resource import Filter, Path, Resource, Scope
from syncd.core.values import Kind

__all__ = ["PROJECT_VENDORS"]

_FIELDS = (
    in_project("The project that the vendor is in: part of the membership's address."),
    member("vendor", "Vendor", "vendors"),
    derived("name", "Company name"),
    derived("is_active", "Active", Kind.CHECKBOX),
)

PROJECT_VENDORS = Resource(
    name="project-vendors",
    title="Project vendors",
    scope=Scope.PROJECT,
    wrapper="vendor",
    fields=_FIELDS,
    list=Path("/rest/v1.1/projects/{project}/vendors"),
    show=Path("/rest/v1.1/projects/{project}/vendors/{id}"),
    create=Path("/rest/v1.1/projects/{project}/vendors/{id}/actions/add"),
    create_id="vendor",
    delete=Path("/rest/v1.1/projects/{project}/vendors/{id}/actions/remove"),
    inactive=Path("/rest/v1.0/projects/{project}/vendors/inactive"),
    filters=(
        Filter("search"),
        Filter("trade_id", Kind.NUMBER, many=True, target="trades"),
        Filter("standard_cost_code_id", Kind.NUMBER, many=True),
        Filter("parent_id", Kind.NUMBER, many=True, target="vendors"),
    ),
    # A view that both lists know; `ids_only` answers with bare numbers, which name no vendor.
    params=(("view", "normal"),),
    page_limit=2000,
    id_filter="filters[id][]",
    id_filter_many=True,
    updated_filter=False,
    created_filter=False,
    stamp="",
    created="",
    parent="projects",
    tool="Directory",
    notes=(
        "Procore gives memberships no time stamps: each look reads a project's whole list and compares it.",
        "Removing takes the vendor out of one project; its record stays in the company directory.",
        "A vendor that was made inactive leaves the list and is still a member; sweeps read both lists.",
    ),
)
