"""The simulated directory has the vendor's habits: who is listed, refused, left out or hidden."""

from __future__ import annotations

import json
from typing import Any

import pytest

from syncd.clock import instant_text
from tests.support.procore_sandbox import START, LittleWorld, little_world


def person(box: LittleWorld, number: int = 1, **more: Any) -> int:
    """A user that somebody made."""
    sent = {"first_name": "Ann", "last_name": f"Example {number}", "email_address": f"a{number}@example.com"}
    return box.world.procore.put("users", {**sent, **more})


def users(box: LittleWorld) -> str:
    """Where the company's users are."""
    return f"v1.3/companies/{box.company}/users"


# -- offices -------------------------------------------------------------------------


def test_offices_want_the_company_where_the_reference_says() -> None:
    """In the query of reads and deletes, in the body of writes (reference §9)."""
    box = little_world()
    sent = {"office": {"name": "Head office"}}

    assert box.refused("GET", "v1.0/offices")[0] == 400
    assert box.refused("POST", f"v1.0/offices?company_id={box.company}", sent)[0] == 400
    made = box.send("POST", "v1.0/offices", sent)
    assert box.refused("DELETE", f"v1.0/offices/{made['id']}")[0] == 400
    gone = box.call("DELETE", f"v1.0/offices/{made['id']}?company_id={box.company}")

    assert (gone.status, gone.body) == (200, b"")
    assert box.get("v1.0/offices") == []


def test_only_the_extended_view_tells_the_main_office() -> None:
    """`view=extended` adds one key to offices (reference §9)."""
    box = little_world()
    for name in ("First", "Second"):
        box.send("POST", "v1.0/offices", {"office": {"name": name}})

    assert "main_office" not in box.get("v1.0/offices")[0]
    assert [row["main_office"] for row in box.get("v1.0/offices?view=extended")] == [True, False]


def test_a_project_shows_its_office_until_that_is_deleted() -> None:
    """References to offices are to records now, so a deleted one leaves the project without."""
    box = little_world()
    project = box.ids("v1.0/projects")[0]
    office = box.send("POST", "v1.0/offices", {"office": {"name": "Head office"}})["id"]
    box.send("PATCH", f"v1.0/projects/{project}", {"project": {"office_id": office}})
    before = box.get(f"v1.0/projects/{project}")["office"]

    box.call("DELETE", f"v1.0/offices/{office}?company_id={box.company}")

    assert before == {"id": office, "name": "Head office"}
    assert box.get(f"v1.0/projects/{project}")["office"] is None


# -- users ---------------------------------------------------------------------------


@pytest.mark.parametrize("ignored", [True, False])
def test_a_new_user_may_start_active_whatever_was_sent(ignored: bool) -> None:
    """A developer's sandbox ignored `is_active: false` at creation (reference §5.1, unconfirmed)."""
    box = little_world(new_user_active=ignored)

    made = box.send(
        "POST",
        users(box),
        {"user": {"last_name": "New", "email_address": "new@example.com", "is_active": False}},
    )

    assert made["is_active"] is ignored


def test_a_patch_of_a_user_wants_name_and_address() -> None:
    """The reference keeps both required on PATCH, as it does a vendor's name (§5.1)."""
    strict, lax = little_world(), little_world(user_patch_needs_names=False)
    sent = {"user": {"job_title": "Foreman"}}

    assert strict.refused("PATCH", f"{users(strict)}/{person(strict)}", sent)[0] == 400
    assert lax.send("PATCH", f"{users(lax)}/{person(lax)}", sent)["job_title"] == "Foreman"


@pytest.mark.parametrize("reading", ["ignored", "refused"])
def test_a_patch_makes_no_inactive_user_active(reading: str) -> None:
    """Only sync and the list of inactive users do (reference §5.1)."""
    box = little_world(user_patch_revives=reading, user_patch_needs_names=False)
    id = person(box)
    box.world.procore.put("users", {"is_active": False}, record=id)

    answer = box.call("PATCH", f"{users(box)}/{id}", {"user": {"is_active": True}})

    assert answer.status == (200 if reading == "ignored" else 403)
    assert box.world.procore.rows("users")[id]["is_active"] is False


@pytest.mark.parametrize("status", [200, 404])
def test_an_inactive_user_may_be_hidden_from_a_look_up(status: int) -> None:
    """Whether a show finds an inactive user is not said (unconfirmed)."""
    box = little_world(inactive_user_show=status)
    id = person(box)
    box.world.procore.put("users", {"is_active": False}, record=id)

    assert box.call("GET", f"{users(box)}/{id}").status == status


def test_the_ids_only_view_is_bare_numbers() -> None:
    """Users and project vendors by `ids_only` are numbers, not objects (reference §3.2, §5.1)."""
    box = little_world()
    project, vendor = box.ids("v1.0/projects")[0], box.ids("v1.0/vendors")[0]
    box.world.procore.put("project_vendors", {"vendor_id": vendor}, scope=project)

    assert all(isinstance(one, int) for one in box.get(f"{users(box)}?view=ids_only"))
    assert box.get(f"v1.1/projects/{project}/vendors?view=ids_only") == [vendor]


def test_users_are_searched_by_employer_and_keywords_too() -> None:
    """`search` looks at name, address, keywords, title and company; `trade_id` at the company's trades."""
    box = little_world()
    trade = box.world.procore.add_option("trades", "Glazing")
    vendor = box.world.procore.put("vendors", {"name": "Bright Windows", "trade_ids": [trade]})
    one = person(box, 1, vendor_id=vendor)
    two = person(box, 2, notes="glass")

    assert [row["id"] for row in box.get(f"{users(box)}?filters[search]=bright")] == [one]
    assert [row["id"] for row in box.get(f"{users(box)}?filters[search]=GLASS")] == [two]
    assert [row["id"] for row in box.get(f"{users(box)}?filters[trade_id][]={trade}")] == [one]
    assert [row["id"] for row in box.get(f"{users(box)}?filters[vendor_id]={vendor}")] == [one]


def test_lists_and_single_answers_of_users_have_different_keys() -> None:
    """The invitation's time and the templates as objects stand in lists, their ids in a show (§5.1)."""
    box = little_world()
    id = person(box)

    listed = next(row for row in box.get(users(box)) if row["id"] == id)
    alone = box.get(f"{users(box)}/{id}")

    assert {"welcome_email_sent_at", "permission_template"} <= set(listed)
    assert not {"welcome_email_sent_at", "permission_template"} & set(alone)
    assert {"default_permission_template_id", "add_to_new_projects"} <= set(alone)


def test_each_invitation_is_one_more_e_mail() -> None:
    """202 without a body; a repeat sends again, which the simulator counts (reference §5.1)."""
    box = little_world()
    id = person(box)

    for _ in range(2):
        answer = box.call("PATCH", f"{users(box)}/{id}/invite")
        assert (answer.status, answer.body) == (202, b"")

    assert box.world.procore.rows("users")[id]["invitations"] == 2
    assert box.refused("PATCH", f"{users(box)}/77/invite")[0] == 404


# -- memberships ---------------------------------------------------------------------


def member(box: LittleWorld, **more: Any) -> tuple[str, int]:
    """Where a project's users are, and one that was added."""
    project, id = box.ids("v1.0/projects")[0], person(box, **more)
    box.world.procore.put("project_users", {"user_id": id}, scope=project)
    return f"v1.0/projects/{project}/users", id


@pytest.mark.parametrize("reading", ["single", "always"])
def test_keys_without_a_value_are_left_out(reading: str) -> None:
    """Of single answers by the reference, of lists perhaps (§5.2)."""
    box = little_world(member_nulls=reading)
    path, id = member(box)

    assert "job_title" not in box.get(f"{path}/{id}")
    assert ("job_title" in box.get(path)[0]) is (reading == "single")
    assert None not in box.get(f"{path}/{id}").values()


@pytest.mark.parametrize("reading", ["person", "membership"])
def test_a_project_users_stamps_may_be_the_persons(reading: str) -> None:
    """Somebody added today may carry stamps of last year, and the filter follows them (unconfirmed)."""
    box = little_world(member_stamps=reading)
    project, id = box.ids("v1.0/projects")[0], person(box)
    box.clock.advance(1000)
    box.world.procore.put("project_users", {"user_id": id}, scope=project)
    since = f"{instant_text(START + 900)}...{instant_text(START + 9000)}"

    found = box.get(f"v1.0/projects/{project}/users?filters[updated_at]={since}")

    assert [row["id"] for row in found] == ([id] if reading == "membership" else [])


def test_project_users_are_filtered_by_the_persons_data() -> None:
    """Employer, template, employment, search and id narrow the list of a project (reference §5.2)."""
    box = little_world()
    path, id = member(box, is_employee=True, vendor_id=box.ids("v1.0/vendors")[0])
    other = person(box, 2)
    template = box.world.procore.add_option("permission_templates", "Readers")
    project = int(path.split("/")[2])
    membership = {"user_id": other, "permission_template_id": template}
    box.world.procore.put("project_users", membership, scope=project)

    def found(query: str) -> list[int]:
        return [row["id"] for row in box.get(f"{path}?{query}")]

    assert found("filters[employee]=true") == [id]
    assert found(f"filters[permission_template]={template}") == [other]
    assert found(f"filters[vendor_id]={box.ids('v1.0/vendors')[0]}") == [id]
    assert found("filters[search]=a2@") == [other]
    assert found(f"filters[id][]={other}") == [other]
    assert found("sort=-name") == [other, id]


def test_a_removed_member_stays_in_what_is_shown_of_the_past() -> None:
    """A lagging list shows who was a member then; the present one does not."""
    box = little_world(list_lag=60.0)
    path, id = member(box)
    box.clock.advance(100)

    assert box.call("DELETE", f"{path}/{id}/actions/remove").status == 204
    late = [row["id"] for row in box.get(path)]
    box.clock.advance(100)

    assert late == [id]
    assert box.get(path) == []


@pytest.mark.parametrize("path", ["users", "vendors"])
def test_the_directory_of_a_project_can_be_closed(path: str) -> None:
    """Without the tool neither list answers (reference §19)."""
    box = little_world()
    project = box.ids("v1.0/projects")[0]
    box.world.procore.state.tools_off.add((project, "Directory"))
    version = "v1.0" if path == "users" else "v1.1"

    assert box.refused("GET", f"{version}/projects/{project}/{path}")[0] == 403


def test_a_template_assignment_names_both_and_answers_with_three_ids() -> None:
    """422 for a missing or unknown one, no user in the answer (reference §5.2)."""
    box = little_world()
    path, id = member(box)
    project = int(path.split("/")[2])
    template = box.world.procore.add_option("permission_templates", "Readers")
    at = f"v1.0/projects/{project}/permission_template_assignments"
    sent = {"user_id": id, "permission_template_id": template}

    assert box.refused("PATCH", at, {"permission_template_assignments": {"user_id": id}})[0] == 422
    assert box.refused("PATCH", at, {"user_id": id})[0] == 400
    answer = box.call("PATCH", at, {"permission_template_assignments": sent})

    assert json.loads(answer.body) == {**sent, "project_id": project}


# -- roles ---------------------------------------------------------------------------


def test_project_roles_are_filtered_by_creation_and_team() -> None:
    """By `created_at`, of which a role has a stamp, and by the team; never by edits (reference §6)."""
    box = little_world()
    sim, project, id = box.world.procore, box.ids("v1.0/projects")[0], person(box)
    for name, team in (("Architect", True), ("Guest", False)):
        sim.put("company_roles", {"name": name, "add_to_project_team": team})
    first = sim.put("project_roles", {"role": "Guest", "user_id": id}, scope=project)
    box.clock.advance(1000)
    second = sim.put("project_roles", {"role": "Architect", "user_id": id}, scope=project)
    since = f"{instant_text(START + 900)}...{instant_text(START + 9000)}"
    at = f"v1.0/project_roles?project_id={project}"

    assert box.ids(at) == [first, second]
    assert box.ids(f"{at}&filters[created_at]={since}") == [second]
    assert box.ids(f"{at}&filters[add_to_project_team]=true") == [second]
    assert set(box.get(at)[0]) == {"id", "name", "role", "user_id", "contact_id", "is_active", "created_at"}
