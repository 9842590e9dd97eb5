"""Real answers of the simulated directory, held to the description of the API of 2024."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from syncd.sandbox import Seed
from syncd.sandbox.procore.memberships import PROJECT_USERS, PROJECT_VENDORS
from syncd.sandbox.procore.offices import OFFICES
from syncd.sandbox.procore.roles import COMPANY_ROLES, PROJECT_ROLES
from syncd.sandbox.procore.users import USERS
from tests.support.procore_sandbox import LittleWorld, little_world
from tests.support.procore_spec import SPEC, Description, Step, served

pytestmark = pytest.mark.skipif(
    not SPEC.exists(), reason="the description of the API lies beside the repository and is not here"
)

UNKNOWN = {
    "PATCH /rest/v1.3/companies/{}/users/{}/invite": "its 202 has no body by the newer description",
    "GET /rest/v1.0/projects/{}/users": "its schema collides by name with another one",
    "POST /rest/v1.0/projects/{}/users/{}/actions/add": "its schema collides by name with another one",
    "GET /rest/v1.0/project_roles": "its schema is that of the request",
    "POST /rest/v1.0/project_roles": "its schema is that of the request",
}
"""Operations that cannot be held to the description, and why."""

DIRECTORY_KEYS = {
    # The newer extraction of the description has it.
    "companies/users: add_to_new_projects",
    # Messages by field: the description has a fixed list of fields, without these.
    "companies/users/sync: errors.errors.email_address",
    "companies/users/sync: errors.errors.last_name",
    # The extended view of company vendors has them.
    *(
        f"projects/vendors: {key}"
        for key in ("connected_to_company_id", "contact_count", "standard_cost_codes")
    ),
}
"""Keys of the directory's answers that the description does not tell of, on purpose."""


def directory_steps(box: LittleWorld) -> Iterator[Step]:
    """Offices, users, roles, memberships: method, path, body and the status to expect."""
    yield from _offices(box)
    yield from _users(box)
    yield from _members(box)
    yield from _roles(box)


def _offices(box: LittleWorld) -> Iterator[Step]:
    at, company = f"company_id={box.company}", {"company_id": box.company}
    yield "POST", "v1.0/offices", {**company, "office": {"name": "Head office", "city": "Salem"}}, 201
    one = f"v1.0/offices/{box.ids('v1.0/offices')[0]}"
    yield "GET", f"v1.0/offices?{at}", None, 200
    yield "GET", f"{one}?{at}", None, 200
    yield "PATCH", one, {**company, "office": {"city": "Bonn"}}, 200
    yield "DELETE", f"{one}?{at}", None, 200


def _users(box: LittleWorld) -> Iterator[Step]:
    base, old = f"v1.3/companies/{box.company}/users", f"v1.0/companies/{box.company}/users"
    vendor = box.ids("v1.0/vendors")[0]
    template = box.world.procore.add_option(
        "permission_templates", "Readers", project_specific=False, type="global"
    )
    full = {"first_name": "Ann", "last_name": "Example", "email_address": "ann@example.com"}
    full |= {"vendor_id": vendor, "default_permission_template_id": template, "employee_id": "7"}
    yield "POST", base, {"user": full}, 201
    yield "POST", base, {"user": full}, 409
    one = box.get(f"{base}?filters[search]=ann@")[0]["id"]
    yield "GET", base, None, 200
    yield "GET", f"{base}?view=extended", None, 200
    yield "GET", f"{base}?view=ids_only", None, 200
    yield "GET", f"{base}/{one}", None, 200
    yield "PATCH", f"{base}/{one}", {"user": {**full, "job_title": "Foreman"}}, 200
    yield "PATCH", f"{base}/{one}/invite", None, 202
    yield "GET", old, None, 200
    updates = [{"id": one, "is_active": False}, {"last_name": ""}]
    yield "PATCH", f"{base}/sync", {"updates": updates}, 200
    yield "GET", f"{old}/inactive", None, 200
    yield "PATCH", f"{old}/inactive/{one}", {}, 200


def _members(box: LittleWorld) -> Iterator[Step]:
    sim, project = box.world.procore, box.ids("v1.0/projects")[0]
    user, vendor = sim.who["person"].user_id, box.ids("v1.0/vendors")[0]
    template = next(iter(sim.state.options["permission_templates"]))
    people, firms = f"v1.0/projects/{project}/users", f"v1.1/projects/{project}/vendors"
    yield "POST", f"{people}/{user}/actions/add", {"user": {"permission_template_id": template}}, 201
    yield "GET", people, None, 200
    yield "GET", f"{people}/{user}", None, 200
    assigned = {"user_id": user, "permission_template_id": template}
    path = f"v1.0/projects/{project}/permission_template_assignments"
    yield "PATCH", path, {"permission_template_assignments": assigned}, 200
    yield "POST", f"{firms}/{vendor}/actions/add", {}, 201
    yield "GET", f"{firms}/{vendor}", None, 200
    for view in ("ids_only", "name", "minimal", "list", "normal", "extended"):
        yield "GET", f"{firms}?view={view}", None, 200
    sim.put("users", {"is_active": False}, record=user)
    sim.put("vendors", {"is_active": False}, record=vendor)
    yield "GET", f"{people}/inactive", None, 200
    yield "GET", f"v1.0/projects/{project}/vendors/inactive", None, 200
    sim.put("users", {"is_active": True}, record=user)
    sim.put("vendors", {"is_active": True}, record=vendor)
    yield "DELETE", f"{people}/{user}/actions/remove", None, 204
    yield "DELETE", f"{firms}/{vendor}/actions/remove", None, 204


def _roles(box: LittleWorld) -> Iterator[Step]:
    sim, project = box.world.procore, box.ids("v1.0/projects")[0]
    sim.put("company_roles", {"name": "Architect"})
    given = {"role": "Architect", "user_id": sim.who["person"].user_id}
    sent = {"project_id": project, "project_role": given}
    yield "GET", f"v1.0/companies/{box.company}/roles", None, 200
    yield "POST", "v1.0/project_roles", sent, 201
    yield "POST", "v1.0/project_roles", sent, 409
    yield "GET", f"v1.0/project_roles?project_id={project}", None, 200
    one = box.get(f"v1.0/project_roles?project_id={project}")[0]["id"]
    yield "DELETE", f"v1.0/project_roles/{one}?project_id={project}", None, 204


def test_every_answer_of_the_directory_has_the_described_shape() -> None:
    """Offices, users, roles and memberships answer as described, nulls apart, with no key more."""
    box, spec = little_world(sizes=Seed(projects=3, vendors=4)), Description()

    held = spec.hold(box, directory_steps(box), UNKNOWN)

    assert held.problems == {}
    assert held.more == DIRECTORY_KEYS
    tables = (OFFICES, USERS, COMPANY_ROLES, PROJECT_ROLES, PROJECT_USERS, PROJECT_VENDORS)
    people = {one for one in served(tables) if "potential" not in one}  # called with the RFIs
    assert people <= held.called
