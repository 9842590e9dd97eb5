"""Transfers and budget lines by hand, in a company where Procore has another way for both."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from syncd.sandbox.faults import Fault
from tests.support.stages import run_here, run_json
from tests.support.step_site import Site, step_site


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A company that uses budget changes, and has no list of budget lines in version 2.0."""
    with step_site(tmp_path_factory.mktemp("transfers")) as made:
        switches = replace(made.sim.switches, uses_budget_changes=True, lines_v2=404)
        made.sim.state.switches = made.sim.switches = switches
        yield made


def transfer(site: Site, amount: str) -> list[str]:
    """The words of a new transfer between two new lines."""
    to, giver = (site.makers.new("budget-line-items", site.project) for _ in range(2))
    ends = [f"to_budget_line_item={to}", f"from_budget_line_item={giver}"]
    return ["create", "budget-modifications", f"project={site.project}", *ends, f"transfer_amount={amount}"]


def by_hand(site: Site, *words: str) -> dict[str, Any]:
    """The one record that a step by hand printed."""
    [row] = run_json(site.stage, "procore", *words)
    found: dict[str, Any] = row
    return found


def test_a_transfer_by_hand_becomes_a_change_in_the_status_that_is_set(site: Site) -> None:
    """It is made, shown, listed, changed and deleted under its own name, each write journalled; a
    modification of old is not touched, and the sentence says why (reference §8)."""
    status = {"SYNCD_PROCORE__TRANSFER_STATUS": "under_review"}
    done = run_here(site.stage, "procore", *transfer(site, "12.35"), "notes=Moved", "--json", **status)
    [made] = json.loads(done.stdout)
    change = int(made["id"].removeprefix(f"{site.project}/change-"))
    values = site.sim.rows("budget_changes")[change]
    assert (values["status"], values["title"]) == ("under_review", "Transfer (syncd by hand)")
    assert [line["amount"] for line in values["adjustment_line_items"]] == ["12.35", "-12.35"]

    shown = by_hand(site, "look-up", "budget-modifications", made["id"])
    listed = run_json(site.stage, "procore", "search", "budget-modifications", "--project", str(site.project))
    assert shown in listed
    assert (shown["transfer_amount"], shown["notes"]) == ("12.35", "Moved")
    by_hand(site, "update", "budget-modifications", made["id"], "transfer_amount=3")
    lines = site.sim.rows("budget_changes")[change]["adjustment_line_items"]
    assert [line["amount"] for line in lines] == ["3.0", "-3.0"]
    by_hand(site, "delete", "budget-modifications", made["id"])
    assert change not in site.sim.rows("budget_changes")

    old = site.fresh("budget-modifications")
    refused = run_here(site.stage, "procore", "delete", "budget-modifications", old)
    assert (refused.returncode, "make a new transfer instead" in refused.stderr) == (1, True)
    states = [one["state"] for one in run_json(site.stage, "history") if one["procore_id"] == made["id"]]
    assert states == ["delete", "write", "create"]


def test_a_transfer_by_hand_whose_answer_is_lost_is_not_made_again(site: Site) -> None:
    """Its outcome is listed, and the same transfer is refused until a person says what became of it."""
    before = set(site.sim.rows("budget_changes"))
    words = transfer(site, "77")
    path = "/rest/v1.0/projects/{project_id}/budget_changes"
    site.world.add_fault(Fault("drop", "procore", "POST", path))

    lost = run_here(site.stage, "procore", *words)
    again = run_here(site.stage, "procore", *words)

    assert (lost.returncode, again.returncode) == (1, 1)
    assert "unknown" in lost.stderr
    assert "nothing was sent" in again.stderr
    assert len(set(site.sim.rows("budget_changes")) - before) == 1


def test_lines_are_searched_in_the_rows_of_a_view(site: Site) -> None:
    """A search finds every line with its WBS code and its amounts (reference §8)."""
    home = site.sim.state.tables["budget_lines"].within(site.project)

    found = run_json(site.stage, "procore", "search", "budget-line-items", "--project", str(site.project))

    assert {row["id"] for row in found} == {f"{site.project}/{line}" for line in home}
    assert all(row["wbs_flat_code"] and row["original_budget_amount"] == "1000.5" for row in found)
    assert all(row["revised_budget"] for row in found)
