"""The catalogue is whole: every resource can be listed, read, written and explained."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from syncd.catalog import Resource, Scope, Send, Shape, closest, names, resource
from syncd.catalog.steps import TRIGGERS, missing, steps
from syncd.core.values import Kind
from syncd.errors import ConfigProblem

ALL = [resource(name) for name in names()]


@pytest.mark.parametrize("one", ALL, ids=names())
def test_fields_have_one_name_and_a_way_to_be_read_and_written(one: Resource) -> None:
    """No field is listed twice, and what can be written says under which key and how."""
    listed = [field.name for field in one.fields]
    assert len(listed) == len(set(listed))
    for field in one.fields:
        assert re.fullmatch(r"[a-z][a-z0-9_]*", field.name)
        assert field.field.label
        assert field.read or field.scope_id or not field.field.readable
        acts = resource(field.beside).acts if field.beside else one.acts
        assert {verb for verb in field.by_act if verb} <= {act.verb for act in acts}
        if field.writable and not field.scope_id and (field.field.on_create or not field.by_act):
            assert field.write
            assert field.send is not Send.NEVER
        if field.kind in (Kind.REFERENCE, Kind.REFERENCES, Kind.USER, Kind.USERS):
            assert field.target


@pytest.mark.parametrize("one", ALL, ids=names())
def test_paths_have_only_known_parts(one: Resource) -> None:
    """Paths fill with a company, a project, a parent and an id, and say somehow where they lead."""
    acts = [act.path for act in one.acts]
    paths = [one.list, one.show, one.create, one.update, one.sync, one.inactive, one.reactivate]
    paths += [one.recycle_bin, one.recycle, one.delete, one.restore, *acts]
    for path in filter(None, paths):
        filled = path.at("1", "2/3", "4")
        assert filled.startswith("/rest/v")
        assert "{" not in filled
        in_project = "{project}" in path.template or path.project_in != ""
        assert in_project is (one.scope is not Scope.COMPANY)
    assert bool(one.parent) is (one.scope is not Scope.COMPANY)
    if one.scope is Scope.RECORD:
        assert "{parent}" in one.list.template or one.list.parent_in or one.shape is Shape.IN_SHOW


@pytest.mark.parametrize("one", ALL, ids=names())
def test_what_the_resource_says_of_fields_exists(one: Resource) -> None:
    """Stamps, carriers, the archive field, a membership's member and required ones are its fields."""
    needed = [name for name in (one.stamp, one.created, one.create_id, *one.carriers) if name]
    for name in needed:
        assert one.field(name) is not None, name
    if one.archive:
        archive = one.field(one.archive[0])
        assert archive is not None
        assert archive.kind is Kind.CHECKBOX
    assert all(field.field.on_create for field in one.required)
    assert not one.updated_filter or one.stamp
    if one.not_written:
        assert not any((one.create, one.update, one.sync, one.delete))


@pytest.mark.parametrize("one", ALL, ids=names())
def test_acts_take_fields_that_can_be_sent(one: Resource) -> None:
    """Every value of an act is a field with a key and a form on the wire, and no verb is told twice."""
    assert len({act.verb for act in one.acts}) == len(one.acts)
    for act in one.acts:
        assert set(act.needs) <= set(act.takes)
        for name in act.takes:
            field = one.field(name)
            assert field is not None, name
            assert field.write
            assert field.send is not Send.NEVER


@pytest.mark.parametrize("one", ALL, ids=names())
def test_what_has_no_id_is_once_a_project(one: Resource) -> None:
    """Its scope names it, so there has to be one; and a parent stands before its children."""
    if one.shape is Shape.ONE:
        assert one.scope is Scope.PROJECT
    if one.parent:
        assert one.parent in names()
        assert names().index(one.parent) < names().index(one.name)


def test_the_channel_has_its_steps_and_each_is_one() -> None:
    """Pipelines' Procore channel has 102 steps in 15 categories, and none of them is named twice."""
    listed = steps()

    assert len(listed) == 102
    assert len({(one.category, one.step) for one in listed}) == 102
    assert len({(one.type, one.resource, one.verb) for one in listed}) == 102
    assert len({one.category for one in listed}) == 15
    assert {one.type for one in listed} == {"trigger", "query", "action"}
    assert {one.verb for one in listed if one.type == "trigger"} <= set(TRIGGERS)


def test_every_step_is_offered_by_the_catalogue() -> None:
    """Each step's resource is there and has its verb: what is not is named."""
    lacking = sorted({f"{one.resource} {one.verb}" for one in missing()})

    assert not lacking, f"the catalogue cannot do: {', '.join(lacking)}"


def test_what_a_mapping_does_of_a_step_follows_from_the_resource() -> None:
    """Two-way where somebody can write it, to Quickbase where nobody can, by hand what looks or acts once."""
    words = {(one.resource, one.verb): one.mapping for one in steps()}

    assert set(words.values()) <= {"two-way", "to-quickbase", "link", "by hand"}
    assert words["vendors", "created"] == words["vendors", "create"] == "two-way"
    assert words["companies", "search"] == words["company-roles", "search"] == "to-quickbase"
    assert words["rfis", "fetch-linked"] == "link"
    assert words["files", "create-version"] == words["images", "upload"] == "two-way"
    assert words["rfis", "look-up"] == "by hand"


def test_the_catalogues_page_says_what_the_catalogue_says(project_root: Path) -> None:
    """The page is written from the entries; run scripts/catalogue_page.py after a change."""
    done = subprocess.run(
        [sys.executable, "scripts/catalogue_page.py", "--check"], cwd=project_root, check=False
    )

    assert done.returncode == 0, "docs/catalogue.md is stale: run scripts/catalogue_page.py"


def test_what_procore_requires_of_a_create_is_known() -> None:
    """Names, and for RFIs a project, a subject, a question and a manager (reference §2, §3, §7)."""
    assert [one.name for one in resource("projects").required] == ["name"]
    assert [one.name for one in resource("vendors").required] == ["name"]
    assert {one.name for one in resource("rfis").required} == {
        "project",
        "subject",
        "question_body",
        "rfi_manager",
    }


def test_a_list_of_projects_hides_none() -> None:
    """Without by_status=All Procore lists active projects only (reference §2)."""
    assert ("filters[by_status]", "All") in resource("projects").params


def test_a_list_filter_is_sent_with_brackets() -> None:
    """`filters[status]=open` is refused with 400; the list form works (reference §7)."""
    status = resource("rfis").filter("status")
    assert status is not None
    assert status.key == "filters[status][]"


def test_an_unknown_resource_says_what_was_meant() -> None:
    """One clear sentence with the nearest name, or with all of them."""
    with pytest.raises(ConfigProblem) as near:
        resource("vendor")
    assert near.value.message == "Procore resource 'vendor' is not in the catalogue; did you mean 'vendors'?"
    with pytest.raises(ConfigProblem) as far:
        resource("xyz")
    assert far.value.message.endswith(f"; there are {', '.join(names())}.")


def test_the_nearest_word_ignores_case_and_gives_up_on_others() -> None:
    """A suggestion is only made where it is likely."""
    assert closest("procore id", ["Procore ID", "City"]) == "Procore ID"
    assert closest("zzz", ["Procore ID", "City"]) == ""
