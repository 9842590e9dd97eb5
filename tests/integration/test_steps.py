"""Every step of the Procore channel, as `syncd catalog --steps` lists them, proven in a fresh sandbox.

A step that nothing here proves fails.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import redirect_stdout
from io import StringIO

import pytest

from syncd.cli.app import run_command
from tests.support.stages import run_here, run_json
from tests.support.step_acts import ACTS
from tests.support.step_calls import CALLS
from tests.support.step_links import LINKED, link_all
from tests.support.step_proofs import (
    Proof,
    Step,
    at,
    proof_of,
    prove_action,
    prove_fetch_linked,
    prove_trigger,
)
from tests.support.step_site import Site, step_site
from tests.support.step_triggers import trigger_site


def listed_steps() -> list[Step]:
    """What the command prints."""
    out = StringIO()
    with redirect_stdout(out):
        assert run_command(["catalog", "--steps", "--json"]) == 0
    found: list[Step] = json.loads(out.getvalue())
    return found


STEPS = listed_steps()


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """One sandbox and one state; each step makes what it changes."""
    with step_site(tmp_path_factory.mktemp("steps")) as made:
        yield made


@pytest.fixture(scope="module")
def linked(site: Site) -> Site:
    """The site after a sync that linked records of every resource with such a step."""
    link_all(site)
    return site


@pytest.fixture(scope="module")
def watched(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """One more sandbox, in which every resource with a trigger is followed."""
    with trigger_site(tmp_path_factory.mktemp("watched")) as made:
        yield made


STAGES: dict[Proof, str] = {prove_fetch_linked: "linked", prove_trigger: "watched"}
"""Where a proof is made, if not at the plain site."""


def proven(step: Step, request: pytest.FixtureRequest) -> None:
    """Take a step with its proof; fail where it has none."""
    proof = proof_of(step)
    assert proof is not None, f"nothing proves {step['step']!r} ({' '.join(reversed(at(step)))})"
    proof(request.getfixturevalue(STAGES.get(proof, "site")), step)


@pytest.mark.parametrize("step", STEPS, ids=lambda step: f"{step['resource']}-{step['verb']}")
def test_the_step_does_what_it_says(step: Step, request: pytest.FixtureRequest) -> None:
    """What is printed is what Procore holds, what was asked for is what happened, and the vendor's own
    statistics name the call."""
    proven(step, request)


STRICT = {
    "submittal_patch_needs_number": True,
    "modification_patch_needs_all": True,
    "user_patch_revives": "refused",
    "inactive_user_show": 404,
    "unknown_filter": "refuse",
    "recycled_show": 200,
    "quoted_range": "required",
    "lock_again": "refused",
    "approver_answer": "all",
    "purchase_sync_ids": "ignored",
}
"""The readings of what nobody has confirmed that ask most of a caller."""


@pytest.fixture(scope="module")
def strict(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A vendor that is read so."""
    with step_site(tmp_path_factory.mktemp("strict"), **STRICT) as made:
        yield made


@pytest.mark.parametrize(
    "step", [one for one in STEPS if one["verb"] == "update"], ids=lambda step: step["resource"]
)
def test_an_update_carries_what_procore_may_want_in_each(strict: Site, step: Step) -> None:
    """Where a change needs the number, or the target and the amount, they go along as they are and no
    other value moves."""
    prove_action(strict, step)


def test_an_answer_without_a_response_is_told_before_it_is_sent(strict: Site) -> None:
    """An approver has no look-up from which the response could be taken."""
    asked = strict.asked()
    done = run_here(strict.stage, "procore", "update", "submittal-approvers", "1/2/3", "comment=x")
    assert (done.returncode, strict.asked()) == (2, asked)
    assert "needs response" in done.stderr


def test_a_step_takes_the_names_of_what_procore_wants_ids_of(site: Site) -> None:
    """People by address, templates and codes by name: a template is set by its name, and what names nobody,
    or two, is said before anything is written, with the nearest word."""
    template = site.makers.option("permission_templates", "Made Foremen", type="global")
    for _ in range(2):
        site.sim.add_option("permission_templates", "Made Twins", type="global")
    member = site.fresh("project-users")
    user = member.rpartition("/")[2]
    address = site.rows("users")[int(user)]["email_address"]
    rfi = ["create", "rfis", "--project", str(site.project), "subject=Named", "question_body=Who?"]

    [row] = run_json(
        site.stage, "procore", "set-permission-template", "project-users", member,
        "permission_template=Made Foremen",
    )  # fmt: skip
    [call] = run_json(site.stage, "procore", *rfi, f"rfi_manager={address.upper()}", "--dry-run")
    changes, intent = site.count(), site.last_intent()
    set_to = ("procore", "set-permission-template", "project-users", member)
    near = run_here(site.stage, *set_to, "permission_template=Made Foreman")
    twins = run_here(site.stage, *set_to, "permission_template=Made Twins")
    lacking = run_here(site.stage, "procore", *rfi[:-1], f"rfi_manager={address}")

    assert row["id"] == member
    record = next(
        record for record in site.rows("project-users") if site.named("project-users", record) == member
    )
    assert site.rows("project-users")[record]["permission_template"] == template
    assert call["body"]["rfi"]["rfi_manager_id"] == int(user)
    assert (near.returncode, twins.returncode, lacking.returncode) == (2, 2, 2)
    assert "the nearest are 'Made Foremen'" in near.stderr
    assert "'Made Twins' names 2 of Procore's permission templates" in twins.stderr
    assert "Procore needs question_body" in lacking.stderr
    assert (site.count(), site.last_intent()) == (changes, intent)


def test_the_list_is_the_channels() -> None:
    """102 steps with all that a reader needs, none twice; each is of a type that is proven somehow."""
    assert len(STEPS) == 102
    assert all({"step", "category", "type", "resource", "verb", "mapping"} <= set(step) for step in STEPS)
    assert len({(step["type"], *at(step)) for step in STEPS}) == len(STEPS)
    assert {step["type"] for step in STEPS} == {"trigger", "query", "action"}
    assert all(step["mapping"] for step in STEPS)


def test_no_proof_stands_for_a_step_that_is_not_listed() -> None:
    """The tables of calls and of acts name listed steps only, so none of them proves nothing."""
    known = {at(step) for step in STEPS}
    assert set(CALLS) | set(ACTS) <= known
    assert {(name, "fetch-linked") for name in LINKED} <= known


def test_a_step_without_a_proof_fails(request: pytest.FixtureRequest) -> None:
    """A step that is new in the list is not passed over."""
    step = {"step": "Frob a Project", "type": "action", "resource": "projects", "verb": "frob"}
    with pytest.raises(AssertionError, match="nothing proves 'Frob a Project'"):
        proven(step, request)
