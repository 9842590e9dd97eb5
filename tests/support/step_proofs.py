"""What proves each step of the channel: reading, acting, and following a link.

What Procore holds is read from the simulator, what was asked of it from the vendors' own statistics;
neither goes through our client.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from syncd.catalog import Scope, resource
from syncd.core.values import LISTS
from tests.support.stages import run_json
from tests.support.step_acts import ACTS, typed
from tests.support.step_calls import CALLS, UPLOADS
from tests.support.step_links import LINKED
from tests.support.step_makers import TABLES
from tests.support.step_shown import agrees, differences, standing, stored_key
from tests.support.step_site import Site
from tests.support.step_triggers import EDITS, ENDS, KINDS, play

__all__ = ["Proof", "Step", "at", "proof_of", "prove_action", "prove_fetch_linked", "prove_trigger"]

Step = dict[str, str]
"""One step as the command lists it."""


def at(step: Step) -> tuple[str, str]:
    """What the step is in our words: resource and verb."""
    return step["resource"], step["verb"]


def command_of(step: Step) -> list[str]:
    """What a person types before the record and the values."""
    return ["procore", step["verb"], step["resource"]]


def file_of(step: Step) -> bool:
    """Whether a local file is a part of what a person types for the step."""
    return at(step) in ACTS and "{file}" in ACTS[at(step)].words


def called(site: Site, step: Step, before: Any, *, verb: str = "") -> None:
    """The step's own call was made to Procore, and no other one that writes but that which asks where
    the bytes of a file go."""
    made = site.asked() - before
    method, template = CALLS[step["resource"], verb or step["verb"]].split()
    assert made["procore", method, template] > 0, made
    writes = {key: count for key, count in made.items() if key[0] == "procore" and key[1] != "GET"}
    own = [] if method == "GET" else [(method, template)]
    own += [(*UPLOADS.split(),)] if file_of(step) else []
    assert writes == {("procore", *one): 1 for one in own}


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

    *first, told = run_json(site.stage, *words, "--dry-run")
    assert site.asked() == asked, "a dry run called somebody"
    assert (site.count(), site.last_intent()) == (changes, intent), "a dry run did something"
    assert f"{told['method']} {site.template(told['path'])}" == CALLS[at(step)]
    asking = [f"{one['method']} {site.template(one['path'])}" for one in first]
    assert asking == ([UPLOADS] if file_of(step) else [])

    [row] = run_json(site.stage, *words)
    called(site, step, asked)
    record = changed(site, step, words, changes, row)
    if file_of(step):
        brought(site, step, words, changes)
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


def brought(site: Site, step: Step, words: list[str], since: int) -> None:
    """The record's bytes are those of the file, and its name is the file's where no other was given."""
    [event] = [one for one in site.changes(since) if one.table == TABLES[step["resource"]]]
    [file] = [word for word in words if (site.stage.folder / word).is_file()]
    after = event.after or {}
    uuid = after["versions"][0]["upload"] if "versions" in after else after["upload_uuid"]
    upload = site.sim.state.storage.named(uuid)
    assert upload is not None
    assert upload.content == (site.stage.folder / file).read_bytes()
    if step["verb"] == "upload" and "image_name" not in " ".join(words):
        assert after["name"] == file


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


# -- triggers -------------------------------------------------------------------------


def prove_trigger(site: Site, step: Step) -> None:
    """What a person did is told after the next look, once and of that record; a further look tells
    nothing, and neither did our own writes."""
    name, verb = at(step)
    kind, played = KINDS.get((name, verb), verb), play(site)
    of_ours = [one for one in played.ours if one["resource"] == name]
    told = [one for one in played.theirs if (one["resource"], one["kind"]) == (name, kind)]

    did = {"created": "create", "updated": "update"}.get(verb, "delete")
    assert (name, did) in played.wrote, "nothing of ours could have been told"
    assert of_ours == [], "what we wrote ourselves was told"
    assert played.done[name, verb], "nothing was done that could be told"
    assert sorted(one["procore_id"] for one in told) == sorted(played.done[name, verb])
    if verb in ("created", "updated"):  # an end is told once a second look has verified it
        assert [one for one in told if one not in played.soon] == []
    assert all(one["fields"] for one in told) == (verb == "updated")
    assert [one for one in played.again if one["resource"] == name] == []


# -- which of them ---------------------------------------------------------------------

Proof = Callable[[Site, Step], None]


def proof_of(step: Step) -> Proof | None:
    """What proves a step; None where nothing here does."""
    kind, verb = step["type"], step["verb"]
    if kind == "trigger":
        return (
            prove_trigger if step["resource"] in (EDITS if verb in ("created", "updated") else ENDS) else None
        )
    if verb == "fetch-linked":
        return prove_fetch_linked if step["resource"] in LINKED else None
    if at(step) not in CALLS:
        return None
    if verb in ("search", "look-up"):
        return prove_search if verb == "search" else prove_look_up
    return prove_action if kind == "action" and at(step) in ACTS else None
