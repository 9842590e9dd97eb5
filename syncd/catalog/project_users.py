"""Project users: which people are in a project, with which permissions (reference procore-api §5.2).

A membership: its identity is project/user, creating one adds the user to the project, and deleting
one removes the user from there. The person's own record is the resource `users`.
"""

from __future__ import annotations

from dataclasses import replace

from syncd.catalog.make import derived, in_project, member, pointer
from syncd.catalog.resource import Act, Filter, Path, Resource, Scope
from syncd.core.values import Kind

__all__ = ["PROJECT_USERS"]

# A response may leave out keys whose value is null (reference §5.2).
_FIELDS = (
    in_project("The project that the user is in: part of the membership's address."),
    member("user", "User", "users"),
    replace(
        pointer(
            "permission_template",
            "Permission template",
            "permission-templates",
            note="Given with `add`; changed later by `set-permission-template`, not by adding again.",
        ),
        by_act=("set-permission-template",),
    ),
    derived("first_name", "First name"),
    derived("last_name", "Last name"),
    derived("name", "Name"),
    derived("email_address", "E-mail", Kind.EMAIL),
    derived("job_title", "Job title"),
    derived("is_employee", "Employee", Kind.CHECKBOX),
    derived("is_active", "Active", Kind.CHECKBOX),
    derived("vendor", "Company (vendor)", Kind.REFERENCE, read=("vendor", "id"), target="vendors"),
)

_SET_TEMPLATE = Act(
    verb="set-permission-template",
    method="PATCH",
    path=Path("/rest/v1.0/projects/{project}/permission_template_assignments"),
    takes=("user", "permission_template"),
    needs=("user", "permission_template"),
    wrapper="permission_template_assignments",
    answers="nothing",
    note="Replaces the user's permissions in this project; the answer is the assignment, not the user.",
)

PROJECT_USERS = Resource(
    name="project-users",
    title="Project users",
    scope=Scope.PROJECT,
    wrapper="user",
    fields=_FIELDS,
    list=Path("/rest/v1.0/projects/{project}/users"),
    show=Path("/rest/v1.0/projects/{project}/users/{id}"),
    create=Path("/rest/v1.0/projects/{project}/users/{id}/actions/add"),
    create_id="user",
    delete=Path("/rest/v1.0/projects/{project}/users/{id}/actions/remove"),
    inactive=Path("/rest/v1.0/projects/{project}/users/inactive"),
    acts=(_SET_TEMPLATE,),
    filters=(
        Filter("search"),
        Filter("permission_template", Kind.NUMBER, target="permission-templates"),
        Filter("vendor_id", Kind.NUMBER, target="vendors"),
        Filter("origin_id"),
        Filter("trade_id", Kind.NUMBER, many=True, target="trades"),
        Filter("employee", Kind.CHECKBOX, ("true", "false")),
    ),
    params=(("view", "normal"),),
    page_limit=2000,
    id_filter="filters[id]",
    # The stamps may be the person's, not the membership's: a person added today may carry old ones.
    # A whole list costs the same one call.
    updated_filter=False,
    created_filter=False,
    stamp="",
    created="",
    parent="projects",
    tool="Directory",
    notes=(
        "Adding a user who is in the project already changes nothing, the permission template included.",
        "Removing takes the user out of one project; the person stays in the company directory.",
        "An inactive user leaves the list and is still a member; sweeps read both lists.",
        "The person's name, address and employer are written through `users`.",
    ),
)
