"""Memberships of users and vendors do what the catalogue says, through the client (§3.2, §5.2)."""

from __future__ import annotations

import pytest

from syncd.catalog.registry import resource
from syncd.core.values import ABSENT
from syncd.errors import NotFound, Rejected
from tests.contract.test_catalog_directory import READINGS, person, project_of, template_of
from tests.support.catalogue_desk import CatalogueDesk, read

KINDS = {"project-users": "user", "project-vendors": "vendor"}


@pytest.fixture(params=READINGS.values(), ids=READINGS.keys())
def desk(request: pytest.FixtureRequest) -> CatalogueDesk:
    """The simulator under one reading, with a project."""
    found = CatalogueDesk(request.param)
    found.sim.put("projects", {"name": "Tower"})
    return found


def members(desk: CatalogueDesk, name: str, count: int = 1) -> list[str]:
    """People or vendors of the company."""
    if name == "project-users":
        return [person(desk, number) for number in range(count)]
    return [str(desk.sim.put("vendors", {"name": f"Vendor {number}"})) for number in range(count)]


@pytest.mark.parametrize(("name", "field"), KINDS.items())
def test_a_membership_is_named_by_project_and_member(desk: CatalogueDesk, name: str, field: str) -> None:
    """Adding makes it in one project only, its id is the member's, and removing ends it."""
    tower, bridge = project_of(desk), str(desk.sim.put("projects", {"name": "Bridge"}))
    one, other = members(desk, name, 2)

    desk.create(name, {field: one}, tower)
    desk.create(name, {field: one}, bridge)
    desk.create(name, {field: other}, bridge)

    assert set(desk.rows(name, tower)) == {one}
    assert set(desk.rows(name, bridge)) == {one, other}
    row = read(name, desk.show(name, one, bridge), bridge)
    assert (row["project"], row[field]) == (bridge, one)
    desk.delete(name, one, bridge)
    assert set(desk.rows(name, bridge)) == {other}
    assert set(desk.rows(name, tower)) == {one}
    with pytest.raises(NotFound):
        desk.show(name, one, bridge)
    with pytest.raises(NotFound):
        desk.delete(name, one, bridge)


@pytest.mark.parametrize(("name", "field"), KINDS.items())
def test_only_who_is_in_the_directory_can_be_added(desk: CatalogueDesk, name: str, field: str) -> None:
    """A member that the company does not know is a 404, and nobody is added."""
    with pytest.raises(NotFound):
        desk.create(name, {field: "77"}, project_of(desk))

    assert desk.rows(name, project_of(desk)) == {}


@pytest.mark.parametrize(("name", "field"), KINDS.items())
def test_an_inactive_member_is_still_one(desk: CatalogueDesk, name: str, field: str) -> None:
    """Absence from the list is no removal: the second list holds who was made inactive (§20)."""
    project, [one] = project_of(desk), members(desk, name)
    desk.create(name, {field: one}, project)

    desk.sim.put(f"{field}s", {"is_active": False}, record=int(one))

    assert desk.rows(name, project) == {}
    assert set(desk.inactive(name, project)) == {one}


@pytest.mark.parametrize("name", KINDS)
def test_members_are_found_by_ids(desk: CatalogueDesk, name: str) -> None:
    """The id filter takes members, of which others of the project are not one."""
    project, ids = project_of(desk), members(desk, name, 4)
    for id in ids:
        desk.create(name, {KINDS[name]: id}, project)
    key = resource(name).id_filter.removesuffix("[]") + "[]"

    found = desk.rows(name, project, (key, ids[0]), (key, ids[2]))

    assert set(found) == {ids[0], ids[2]}


@pytest.mark.parametrize("name", KINDS)
def test_a_membership_is_added_and_removed_and_never_updated(name: str) -> None:
    """The words of the command line, and no stamp that might be the member's own."""
    about = resource(name)

    assert about.verbs[:4] == ("search", "look-up", "add", "remove")
    assert not about.update
    assert (about.stamp, about.created, about.updated_filter, about.created_filter) == ("", "", False, False)


def test_a_user_is_added_with_a_template_and_given_another(desk: CatalogueDesk) -> None:
    """The template goes with `add`, the list shows it, and `set-permission-template` replaces it."""
    project, user = project_of(desk), person(desk)
    readers, builders = template_of(desk, "Readers"), template_of(desk, "Builders")

    desk.create("project-users", {"user": user, "permission_template": readers}, project)
    first = read("project-users", desk.rows("project-users", project)[user], project)
    desk.do(
        "project-users",
        "set-permission-template",
        "",
        {"user": user, "permission_template": builders},
        project,
    )
    second = read("project-users", desk.rows("project-users", project)[user], project)

    assert (first["permission_template"], second["permission_template"]) == (readers, builders)
    assert desk.show("users", user)["default_permission_template_id"] is None


def test_a_template_is_set_for_members_only(desk: CatalogueDesk) -> None:
    """Whoever is not in the project, and a template that is not there, are refused with 422."""
    project, user, template = project_of(desk), person(desk), template_of(desk, "Readers")
    stranger = {"user": user, "permission_template": template}

    with pytest.raises(Rejected) as outside:
        desk.do("project-users", "set-permission-template", "", stranger, project)
    desk.create("project-users", {"user": user}, project)
    wrong = {"user": user, "permission_template": "77"}
    with pytest.raises(Rejected) as unknown:
        desk.do("project-users", "set-permission-template", "", wrong, project)

    assert (outside.value.status, unknown.value.status) == (422, 422)


def test_adding_again_leaves_the_template(desk: CatalogueDesk) -> None:
    """A member who is added once more keeps the permissions, refused or not (reference §5.1)."""
    project, user = project_of(desk), person(desk)
    readers, builders = template_of(desk, "Readers"), template_of(desk, "Builders")
    desk.create("project-users", {"user": user, "permission_template": readers}, project)

    try:
        desk.create("project-users", {"user": user, "permission_template": builders}, project)
        again = "unchanged"
    except Rejected:
        again = "refused"

    assert again == desk.sim.switches.add_again
    row = desk.rows("project-users", project)[user]
    assert read("project-users", row, project)["permission_template"] == readers


def test_a_project_user_reads_with_the_persons_data(desk: CatalogueDesk) -> None:
    """Name, address and employer follow the company's record; keys without a value may be missing."""
    project, vendor = project_of(desk), str(desk.sim.put("vendors", {"name": "Example Concrete"}))
    user = person(desk, job_title="Foreman", vendor_id=int(vendor), is_employee=True)
    desk.create("project-users", {"user": user, "permission_template": template_of(desk, "Readers")}, project)

    desk.sim.put("users", {"last_name": "Renamed"}, record=int(user))
    row = read("project-users", desk.rows("project-users", project)[user], project)
    desk.sim.put("users", {"job_title": None}, record=int(user))
    alone = read("project-users", desk.show("project-users", user, project), project)

    assert ABSENT not in row.values()
    assert (row["name"], row["vendor"], row["is_employee"]) == ("Ann Renamed", vendor, True)
    assert alone["job_title"] is ABSENT
    assert alone["name"] == "Ann Renamed"
