"""Companies, offices, users, roles and memberships do what the catalogue says, through the client."""

from __future__ import annotations

from typing import Any

import pytest

from syncd.catalog.registry import resource
from syncd.core.values import ABSENT
from syncd.errors import NotFound, Rejected
from syncd.sandbox.procore.switches import ProcoreSwitches
from tests.support.catalogue_desk import DRAWN, CatalogueDesk, read, shown

DIRECTORY = (
    "companies", "offices", "users", "company-roles", "project-roles", "project-users", "project-vendors",
)  # fmt: skip

READINGS = {
    "likely": ProcoreSwitches(),
    "otherwise": ProcoreSwitches(
        new_user_active=False,
        user_patch_needs_names=False,
        user_patch_revives="refused",
        inactive_user_show=404,
        member_nulls="always",
        member_stamps="membership",
        add_again="refused",
    ),
    **DRAWN,
}


@pytest.fixture(params=READINGS.values(), ids=READINGS.keys())
def desk(request: pytest.FixtureRequest) -> CatalogueDesk:
    """The simulator under one reading, with a project."""
    found = CatalogueDesk(request.param)
    found.sim.put("projects", {"name": "Tower"})
    return found


def project_of(desk: CatalogueDesk) -> str:
    """The one project."""
    return str(next(iter(desk.sim.rows("projects"))))


def person(desk: CatalogueDesk, number: int = 1, **more: Any) -> str:
    """A user that somebody made."""
    sent = {"first_name": "Ann", "last_name": f"Example {number}", "email_address": f"a{number}@example.com"}
    return str(desk.sim.put("users", {**sent, **more}))


def template_of(desk: CatalogueDesk, name: str) -> str:
    """A permission template for projects."""
    return str(desk.sim.add_option("permission_templates", name, project_specific=False, type="global"))


@pytest.mark.parametrize("name", DIRECTORY)
def test_the_simulator_serves_every_path_of_the_catalogue(name: str) -> None:
    """No path, method or version of the entry is one that the simulator does not know."""
    assert CatalogueDesk().unserved(name) == []


def test_what_lists_of_projects_leave_out_costs_a_look(desk: CatalogueDesk) -> None:
    """Nothing counts as listed that no list returns: a project's code never reached Quickbase."""
    about = resource("projects")

    found = read("projects", desk.rows("projects")[project_of(desk)])

    listed = {one.name for one in about.fields if not one.field.detail and not one.beside}
    assert {name for name in listed if found[name] is ABSENT} == set()
    assert {"code", "fax"} & listed == set()


def test_companies_are_read_and_never_written(desk: CatalogueDesk) -> None:
    """One list, whole, and a reason instead of a way to write (reference §1)."""
    about = resource("companies")

    [row] = desk.rows("companies").values()

    assert str(row["id"]) == str(desk.sim.company_id)
    assert read("companies", row)["my_company"] is True
    assert about.verbs == ("search",)
    assert about.not_written


OFFICE = {
    "name": "Head office",
    "division": "North",
    "address": "1 Example Street",
    "city": "Salem",
    "state_code": "OR",
    "country_code": "US",
    "zip": "97301",
    "phone": "5551000001",
    "fax": "5551000002",
}


def test_an_office_is_made_changed_and_deleted_for_good(desk: CatalogueDesk) -> None:
    """Every field goes out and comes back; a deleted office is not there any more (reference §9)."""
    id = desk.made("offices", OFFICE)
    assert shown("offices", desk.show("offices", id), OFFICE) == {}

    changed = {key: f"{value} 2" for key, value in OFFICE.items()}
    desk.update("offices", id, changed)
    assert shown("offices", desk.rows("offices")[id], changed) == {}
    assert read("offices", desk.rows("offices")[id])["city"] == "Salem 2"

    desk.update("offices", id, {"city": None})
    assert read("offices", desk.show("offices", id))["city"] is None

    desk.delete("offices", id)
    assert id not in desk.rows("offices")
    with pytest.raises(NotFound):
        desk.show("offices", id)


def test_offices_have_no_stamps(desk: CatalogueDesk) -> None:
    """There is nothing to tell when an office was edited, so the catalogue names no stamp (§9)."""
    row = desk.show("offices", desk.made("offices", OFFICE))

    assert not {"created_at", "updated_at"} & set(row)
    assert (resource("offices").stamp, resource("offices").created) == ("", "")


def everything_of_a_user(desk: CatalogueDesk) -> dict[str, Any]:
    """A value for each field of users that can be written."""
    ids = {
        "vendor": str(desk.sim.put("vendors", {"name": "Example Concrete"})),
        "default_permission_template": template_of(desk, "Readers"),
        "company_permission_template": template_of(desk, "Office"),
        "work_classification": "12",
    }
    flags = {"is_employee": True, "is_active": True}
    plain = {"email_address": "full@example.com", "business_phone_extension": "204", "origin_id": "o-1"}
    fields = resource("users").fields
    texts = {one.name: f"Some {one.name}" for one in fields if one.field.on_create and one.bulk}
    return {**texts, **plain, **flags, **ids}


def test_every_field_of_a_user_goes_out_and_comes_back(desk: CatalogueDesk) -> None:
    """`sync` makes a user with all that can be written, and the list shows it (reference §5.1)."""
    sent = everything_of_a_user(desk)

    [entity] = desk.sync("users", sent).entities

    assert shown("users", entity, sent) == {}
    row = desk.rows("users")[str(entity["id"])]
    assert shown("users", row, sent) == {}
    lacking = {key for key, value in read("users", row).items() if value is ABSENT}
    assert lacking == {one.name for one in resource("users").fields if one.field.detail}
    assert list(desk.rows("users", "", ("filters[origin_id]", "o-1"))) == [str(entity["id"])]


def test_one_address_is_one_user(desk: CatalogueDesk) -> None:
    """A create with a known address is a 409, a sync item an error of its own (reference §5.1, §19)."""
    id = person(desk)
    sent = {"last_name": "Other", "email_address": "A1@example.com"}

    with pytest.raises(Rejected) as refused:
        desk.create("users", sent)
    synced = desk.sync("users", sent, {"id": id, "job_title": "Foreman"})

    assert refused.value.status == 409
    assert [row["id"] for row in synced.entities] == [int(id)]
    assert [list(one["errors"]) for one in synced.errors] == [["email_address"]]


def test_an_inactive_user_moves_to_a_list_of_its_own_and_back(desk: CatalogueDesk) -> None:
    """Nobody is deleted: `is_active` hides from the list, two ways lead back (reference §5.1, §20)."""
    about, first, second = resource("users"), person(desk, 1), person(desk, 2)
    name, value = about.archive or ("", None)

    desk.sync("users", {"id": first, name: value}, {"id": second, name: value})
    assert not {first, second} & set(desk.rows("users"))
    assert {first, second} == set(desk.inactive("users"))

    desk.touch(about.reactivate, first)
    desk.sync("users", {"id": second, name: not value})
    assert {first, second} <= set(desk.rows("users"))
    assert desk.inactive("users") == {}


def test_changed_users_are_found_by_their_stamp(desk: CatalogueDesk) -> None:
    """The list narrows to what was updated since (reference §5.1, §22)."""
    first, _ = person(desk, 1), person(desk, 2)
    desk.clock.advance(100)
    since = desk.sim.state.now() - 10

    desk.sync("users", {"id": first, "job_title": "Foreman"})

    assert set(desk.rows("users", since=since)) == {first}


def test_an_invitation_is_an_e_mail_whose_time_shows(desk: CatalogueDesk) -> None:
    """`invite` answers without a body; the list tells when it was sent (reference §5.1)."""
    id = person(desk)
    before = read("users", desk.rows("users")[id])["welcome_email_sent_at"]

    done = desk.do("users", "invite", id, {})

    assert done.row is None
    assert before is None
    assert read("users", desk.rows("users")[id])["welcome_email_sent_at"] not in (None, ABSENT)
    assert desk.sim.rows("users")[int(id)]["invitations"] == 1


def test_company_roles_come_whole(desk: CatalogueDesk) -> None:
    """One unpaged list of names, with or without those for vendors (reference §6, §17)."""
    for number in range(120):
        desk.sim.put("company_roles", {"name": f"Role {number}"})
    desk.sim.put("company_roles", {"name": "Supplier", "for_users": None})

    names = [read("company-roles", row)["name"] for row in desk.rows("company-roles").values()]
    users = desk.rows("company-roles", "", ("filters[users_only]", "true"))

    assert len(names) == 121
    assert len(users) == 120
    assert resource("company-roles").not_written


def test_a_project_role_is_given_once_and_taken(desk: CatalogueDesk) -> None:
    """The project stands in query or body; a second one is a 409, an unknown one a 404 (reference §6)."""
    project, user = project_of(desk), person(desk)
    desk.sim.put("company_roles", {"name": "Architect"})
    sent = {"role": "Architect", "user": user}

    id = desk.made("project-roles", sent, project)
    with pytest.raises(Rejected) as twice:
        desk.create("project-roles", sent, project)
    with pytest.raises(NotFound):
        desk.create("project-roles", {"role": "Nobody", "user": user}, project)

    row = desk.rows("project-roles", project)[id]
    assert twice.value.status == 409
    assert shown("project-roles", row, {**sent, "project": project, "is_active": True}, project) == {}
    assert ABSENT not in read("project-roles", row, project).values()
    assert "updated_at" not in row
    desk.delete("project-roles", id, project)
    assert desk.rows("project-roles", project) == {}
