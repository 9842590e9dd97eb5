"""Every step of the Procore channel, as `syncd catalog --steps` lists them, proven in a fresh sandbox.

What Procore holds is read from the simulator, never through our client. A step that nothing here
proves fails.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import redirect_stdout
from io import StringIO
from typing import Any

import pytest
import typer

from syncd.catalog import Scope, resource
from syncd.cli.app import app, run_command
from syncd.core.values import LISTS
from tests.support.stages import run_json
from tests.support.step_acts import ACTS, typed
from tests.support.step_calls import CALLS
from tests.support.step_links import LINKED, link_all
from tests.support.step_makers import TABLES
from tests.support.step_shown import agrees, differences, standing, stored_key
from tests.support.step_site import Site, step_site

Step = dict[str, str]


def listed_steps() -> list[Step]:
    """What the command prints."""
    out = StringIO()
    with redirect_stdout(out):
        assert run_command(["catalog", "--steps", "--json"]) == 0
    found: list[Step] = json.loads(out.getvalue())
    return found


STEPS = listed_steps()


def at(step: Step) -> tuple[str, str]:
    """What the step is in our words: resource and verb."""
    return step["resource"], step["verb"]


def command_of(step: Step) -> list[str]:
    """What a person types before the record and the values."""
    return ["procore", step["verb"], step["resource"]]


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """One sandbox and one state; each step makes what it changes."""
    with step_site(tmp_path_factory.mktemp("steps")) as made:
        yield made


def called(site: Site, step: Step, before: Any, *, verb: str = "") -> None:
    """The step's own call was made to Procore, and no other one that writes."""
    made = site.asked() - before
    method, template = CALLS[step["resource"], verb or step["verb"]].split()
    assert made["procore", method, template] > 0, made
    writes = {key: count for key, count in made.items() if key[0] == "procore" and key[1] != "GET"}
    assert writes == ({} if method == "GET" else {("procore", method, template): 1})


def by_name(site: Site, name: str) -> dict[str, int]:
    """The simulator's records of a resource, by our name of them."""
    return {site.named(name, record): record for record in site.rows(name)}


# -- queries and look-ups -------------------------------------------------------------


def prove_search(site: Site, step: Step) -> None:
    """All that stands in the company or the one project, once and with its values, and nothing else."""
    name = step["resource"]
    inside = resource(name).scope is Scope.PROJECT
    there = standing(site, name, site.project if inside else 0)
    before = site.asked()

    rows = run_json(site.stage, *command_of(step), *(["--project", str(site.project)] if inside else []))

    assert len(there) > (name != "companies"), "too few to tell a list from a record"
    assert sorted(row["id"] for row in rows) == sorted(there)
    wrong = {row["id"]: differences(site, name, there[row["id"]], row, listed=True) for row in rows}
    assert {id: found for id, found in wrong.items() if found} == {}
    called(site, step, before)


def prove_look_up(site: Site, step: Step) -> None:
    """The one record whole, with its values."""
    name = step["resource"]
    id = site.fresh(name) if name != "budgets" else str(site.project)
    before = site.asked()

    [row] = run_json(site.stage, *command_of(step), id)

    assert differences(site, name, by_name(site, name)[id], row, listed=False) == {}
    called(site, step, before)


# -- actions --------------------------------------------------------------------------


def prove_action(site: Site, step: Step) -> None:
    """A dry run tells the call and sends nothing; the act changes that one record of Procore as the
    words say, is journalled as done, and stands in history."""
    name, verb = at(step)
    words = [*command_of(step), *typed(site, name, verb)]
    asked, changes, intent = site.asked(), site.count(), site.last_intent()

    [told] = run_json(site.stage, *words, "--dry-run")
    assert site.asked() == asked, "a dry run called somebody"
    assert (site.count(), site.last_intent()) == (changes, intent), "a dry run did something"
    assert f"{told['method']} {site.template(told['path'])}" == CALLS[at(step)]

    [row] = run_json(site.stage, *words)
    called(site, step, asked)
    record = changed(site, step, words, changes, row)
    remembered(site, step, intent, row, record)


def changed(site: Site, step: Step, words: list[str], since: int, row: dict[str, Any]) -> str:
    """What the vendor's own history tells of the act; our name of the record that it was."""
    name, act = step["resource"], ACTS[at(step)]
    [event] = [one for one in site.changes(since) if one.table == TABLES[name]]
    others = {one.table for one in site.changes(since)} - {TABLES[name]}
    assert (event.credential, event.kind) == ("syncd", act.does)
    assert others <= {act.beside}
    before, after = event.before or {}, event.after or {}
    named = dict(word.split("=", 1) for word in words if "=" in word)
    said = {stored_key(name, field): told_as(name, field, value) for field, value in named.items()}
    said = {key: value for key, value in said.items() if key in after and key != "upload_uuid"}
    assert act.does != "create" or said or name == "project-vendors"
    moves = dict(act.moves)
    for key, value in said.items():
        assert agrees(after[key], value), f"{key} is {after[key]!r}, not {value!r}"
    for key, value in moves.items():
        assert after[key] != before[key]
        assert value in ("*", after[key])
    if act.does == "update":
        moved = {key for key in after if after[key] != before[key]} - {"updated_at"}
        assert moved == {*said, *moves}
    if act.does == "delete" and not moves:
        assert int(event.record) not in site.rows(name)
    if act.does != "delete":
        assert row["id"] == site.named(name, int(event.record))
    return str(row["id"])


def told_as(name: str, field: str, value: str) -> Any:
    """A word of the command line as the value that is printed for it."""
    one = resource(name).field(field)
    assert one is not None, field
    if one.kind in LISTS:
        return value.split(",")
    return {"yes": True, "no": False}.get(value, value)


def remembered(site: Site, step: Step, intent: int, row: dict[str, Any], record: str) -> None:
    """One intent that ended as done, and lines of history that name the record and who did it."""
    name, verb = at(step)
    [one] = site.intents(intent)
    assert (one.mapping, one.state) == (f"procore:{name}", "done")
    lines = run_json(site.stage, "history", "--limit", "6")
    mine = [line for line in lines if line["procore_id"] == record]
    assert f"by hand: syncd procore {verb} {name}" in {line["reason"] for line in mine}
    assert all(line["response"].startswith("HTTP 2") for line in mine)


# -- fetching what is linked ----------------------------------------------------------


@pytest.fixture(scope="module")
def linked(site: Site) -> Site:
    """The site after a sync that linked records of every resource with such a step."""
    link_all(site)
    return site


def prove_fetch_linked(site: Site, step: Step) -> None:
    """From a Quickbase record the table of links leads to Procore's own, and back."""
    name = step["resource"]
    table, field, label = LINKED[name]
    there = standing(site, name)
    link = next(one for one in run_json(site.stage, "links", name) if one["procore_id"] in there)
    record, row_id = there[link["procore_id"]], link["quickbase_id"]
    before = site.asked()

    [theirs] = run_json(site.stage, *command_of(step), "--quickbase", row_id)
    called(site, step, before, verb="look-up")
    [ours] = run_json(site.stage, *command_of(step), "--procore", link["procore_id"])

    row = next(one for one in site.stage.person.quickbase(table) if one["id"] == row_id)
    assert differences(site, name, record, theirs, listed=False) == {}
    assert (ours["id"], ours[label]) == (row_id, row[label])
    assert agrees(site.rows(name)[record][stored_key(name, field)], ours[label])
    asked = site.asked() - before
    assert asked["quickbase", "POST", "/records/query"] > 0


# -- all of them ----------------------------------------------------------------------

Proof = Callable[[Site, Step], None]


def proof_of(step: Step) -> Proof | None:
    """What proves a step; None where nothing here does."""
    kind, verb = step["type"], step["verb"]
    if kind == "trigger":
        return None
    if verb == "fetch-linked":
        return prove_fetch_linked if step["resource"] in LINKED else None
    if at(step) not in CALLS:
        return None
    if verb in ("search", "look-up"):
        return prove_search if verb == "search" else prove_look_up
    return prove_action if kind == "action" and at(step) in ACTS else None


NEEDS_THE_EVENT_FEED = [step for step in STEPS if step["type"] == "trigger"]
"""Steps that only the feed of events can prove."""


def has_event_feed() -> bool:
    """Whether `syncd events` is a command."""
    return "events" in getattr(typer.main.get_command(app), "commands", {})


def proven(step: Step, request: pytest.FixtureRequest) -> None:
    """Take a step with its proof; fail where it has none."""
    if step in NEEDS_THE_EVENT_FEED and not has_event_feed():
        pytest.skip("needs the event feed: there is no command `syncd events`")
    proof = proof_of(step)
    assert proof is not None, f"nothing proves {step['step']!r} ({' '.join(reversed(at(step)))})"
    proof(request.getfixturevalue("linked" if proof is prove_fetch_linked else "site"), step)


@pytest.mark.parametrize("step", STEPS, ids=lambda step: f"{step['resource']}-{step['verb']}")
def test_the_step_does_what_it_says(step: Step, request: pytest.FixtureRequest) -> None:
    """What is printed is what Procore holds, what was asked for is what happened, and the vendor's own
    statistics name the call."""
    proven(step, request)


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
