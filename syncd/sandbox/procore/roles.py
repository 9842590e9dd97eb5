"""Roles, as data: the company's names of them, and who holds which in a project (reference §6)."""

from __future__ import annotations

from typing import Any

from syncd.sandbox.message import Response
from syncd.sandbox.procore.field import Field
from syncd.sandbox.procore.resource import Endpoint, Filter, Resource
from syncd.sandbox.procore.state import State
from syncd.sandbox.procore.table import Record, Values
from syncd.sandbox.procore.wire import Call, Refusal
from syncd.sandbox.procore.write import create, wrapped

__all__ = ["COMPANY_ROLES", "PROJECT_ROLES"]

_PATH = "/rest/v1.0/project_roles"
_GIVEN = Endpoint("POST", _PATH, "create", view_key="")


def _team(state: State, scope: int, before: Values, after: Values, user: int) -> Values:
    """A role counts for the project team if the company says so of its name."""
    return {**after, "add_to_project_team": _named(state, after["role"]).get("add_to_project_team") is True}


def _named(state: State, role: Any) -> Values:
    """The values of the company role of that name, none if there is none."""
    rows = state.tables["company_roles"].records.values()
    return next((one.now.values for one in rows if one.now.values["name"] == role), {})


def _derive(state: State, record: Record, values: Values) -> dict[str, Any]:
    person = state.tables["users"].records.get(values["user"])
    held = person.now.values if person else {}
    return {
        "name": held.get("name"),
        "user_id": values["user"],
        "contact_id": None,
        "is_active": held.get("is_active") is True,
    }


def _give(state: State, resource: Resource, call: Call, args: dict[str, int], scope: int) -> Response:
    """POST: a role and a user that are there, and not each other's yet (404, 409)."""
    sent = wrapped(resource, call)
    role, user = sent.get("role"), sent.get("user_id")
    if role and not _named(state, role):
        raise Refusal(404, "The requested role could not be found")
    if user is not None and str(user) not in map(str, state.tables["users"].records):
        raise Refusal(404, "The requested user could not be found")
    held = (one.now.values for one in state.tables[resource.name].within(scope).values())
    if any((one["role"], str(one["user"])) == (role, str(user)) for one in held):
        raise Refusal(409, "The user has this role in the project already")
    return create(state, resource, _GIVEN, call, scope)


COMPANY_ROLES = Resource(
    name="company_roles",
    wrapper="role",
    fields=(
        Field("name", needed=True),
        # Roles that vendors hold have none here.
        Field("for_users", "flag", default=True, hidden=True),
        Field("add_to_project_team", "flag", default=True, hidden=True),
    ),
    endpoints=(Endpoint("GET", "/rest/v1.0/companies/{company_id}/roles", "list", view_key="", most=0),),
    filters={"users_only": Filter("filled", "for_users")},
    stamped=False,
)

PROJECT_ROLES = Resource(
    name="project_roles",
    wrapper="project_role",
    fields=(
        Field("role", needed=True),
        Field("user", "ref", target="users", needed=True, hidden=True),
        Field("add_to_project_team", "flag", write="", default=True, hidden=True),
    ),
    endpoints=(
        Endpoint("GET", _PATH, "list", view_key="", project_in="query"),
        Endpoint("POST", _PATH, "call", run=_give, project_in="body"),
        Endpoint("DELETE", f"{_PATH}/{{id}}", "delete", status=204, project_in="query"),
    ),
    filters={
        "created_at": Filter("range", "created_at"),
        "add_to_project_team": Filter("flag", "add_to_project_team"),
    },
    parent="project",
    tool="Directory",
    named="role",
    stamps=("created_at",),
    settle=_team,
    derive=_derive,
)
