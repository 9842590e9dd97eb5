"""Verbs beyond writing fields: locks, invitations, memberships, replies; and deletes for good."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from syncd.cli.demo.stage import Stage
from tests.integration.test_cli_procore import ended, made, project_of
from tests.support.stages import run_json, staged


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    """One sandbox and one state for all of them."""
    with staged(tmp_path_factory.mktemp("acts"), "projects") as world:
        yield world


def new_user(stage: Stage, name: str) -> str:
    """A user of the company."""
    words = (f"first_name={name}", "last_name=Invented", f"email_address={name}@invented.example")
    id: str = made(stage, "create", "users", *words)["id"]
    return id


def test_a_budget_is_locked_and_unlocked(stage: Stage) -> None:
    """A budget has no id but its project's; unlocking keeps its modifications (§8)."""
    project = project_of(stage)
    [call] = run_json(stage, "procore", "unlock", "budgets", project, "--dry-run")

    locked = made(stage, "lock", "budgets", project)
    seen = made(stage, "look-up", "budgets", "--project", project)
    unlocked = made(stage, "unlock", "budgets", "--project", project)

    assert (locked["id"], locked["locked"]) == (project, True)
    assert seen["locked"] is True
    assert unlocked["locked"] is False
    assert call["query"] == {"destroy_all_budget_line_item_transfers": "false"}


def test_an_office_is_deleted_and_then_gone(stage: Stage) -> None:
    """A delete is journalled with what was there; of what is gone there is nothing to delete."""
    id = made(stage, "create", "offices", "name=Invented Annex", "city=Metz")["id"]

    made(stage, "delete", "offices", id)

    ended(stage, 1, "look-up", "offices", id, said="not found")
    ended(stage, 1, "delete", "offices", id, said="not found")
    states = [one["state"] for one in run_json(stage, "history") if one["procore_id"] == id]
    assert states == ["delete", "create"]


def test_a_user_is_added_to_a_project_and_taken_out(stage: Stage) -> None:
    """The membership is named project/user, and history says what the person said."""
    project, user = project_of(stage), new_user(stage, "ann")

    added = made(stage, "add", "project-users", "--project", project, f"user={user}")
    made(stage, "remove", "project-users", added["id"])

    left = [row["id"] for row in run_json(stage, "procore", "search", "project-users", "--project", project)]
    reasons = [one["reason"] for one in run_json(stage, "history") if one["procore_id"] == added["id"]]
    assert added["id"] == f"{project}/{user}"
    assert added["id"] not in left
    assert reasons == [f"by hand: syncd procore {word} project-users" for word in ("remove", "add")]


def test_an_invitation_whose_answer_was_lost_is_not_sent_again(stage: Stage) -> None:
    """It mails somebody, so a person says what became of it; other writes to the user go on meanwhile."""
    user = new_user(stage, "bo")
    path = "/rest/v1.3/companies/{company_id}/users/{id}/invite"
    stage.person.fault(vendor="procore", method="PATCH", path=path, kind="drop", times=1)

    ended(stage, 1, "invite", "users", user, said="unknown")
    [listed] = run_json(stage, "procore", "unsettled")
    ended(stage, 1, "invite", "users", user, said="An earlier invite")
    changed = made(stage, "update", "users", user, "job_title=Foreman")
    ended(stage, 0, "settle", str(listed["id"]), "not-done")
    ended(stage, 0, "invite", "users", user)

    assert (listed["verb"], listed["procore_id"]) == ("invite", user)
    assert changed["job_title"] == "Foreman"


def test_a_reply_is_named_by_project_rfi_and_id(stage: Stage) -> None:
    """Its scope is the RFI, however that is said, and it is found again there."""
    project = project_of(stage)
    rfi = run_json(stage, "procore", "search", "rfis", "--project", project)[0]["id"]

    reply = made(stage, "create", "rfi-replies", f"rfi={rfi}", "body=Because.")
    made(stage, "update", "rfi-replies", reply["id"], "official=yes")

    [found] = run_json(stage, "procore", "search", "rfi-replies", "--parent", rfi)
    assert found["id"] == reply["id"] == f"{rfi}/{reply['id'].rpartition('/')[2]}"
    assert (found["body"], found["official"], found["rfi"]) == ("Because.", True, rfi)
