"""Project roles: who holds which role in a project (reference procore-api §6)."""

from __future__ import annotations

from syncd.catalog.make import derived, in_project, plain, pointer
from syncd.catalog.resource import Filter, Path, Resource, Scope
from syncd.core.values import Kind

__all__ = ["PROJECT_ROLES"]

_FIELDS = (
    in_project("The project in which the role is held: part of its address."),
    plain("role", "Role", required=True, on_update=False, note="The name of a company role, exactly."),
    pointer("user", "User", "users", required=True, on_update=False, read=("user_id",)),
    derived("name", "Name of the user"),
    derived("contact_id", "Contact id"),
    derived("is_active", "Active", Kind.CHECKBOX),
    derived("created_at", "Created at", Kind.INSTANT),
)

PROJECT_ROLES = Resource(
    name="project-roles",
    title="Project roles",
    scope=Scope.PROJECT,
    wrapper="project_role",
    fields=_FIELDS,
    list=Path("/rest/v1.0/project_roles", project_in="query"),
    create=Path("/rest/v1.0/project_roles", project_in="body"),
    delete=Path("/rest/v1.0/project_roles/{id}", project_in="query"),
    filters=(Filter("add_to_project_team", Kind.CHECKBOX, ("true", "false")),),
    page_limit=2000,
    updated_filter=False,
    stamp="",
    parent="projects",
    tool="Directory",
    notes=(
        "A role is given and taken, never changed: Procore has no update, and gives one no second time.",
        "There is no look-up of one role and no time of an edit: each look reads a project's whole list.",
    ),
)
