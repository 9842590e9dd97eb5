"""The catalogue is whole: every resource can be listed, read, written and explained."""

from __future__ import annotations

import re

import pytest

from syncd.catalog import Scope, Send, closest, names, resource
from syncd.core.values import Kind
from syncd.errors import ConfigProblem

ALL = [resource(name) for name in names()]


@pytest.mark.parametrize("one", ALL, ids=names())
def test_fields_have_one_name_and_a_way_to_be_read_and_written(one) -> None:  # type: ignore[no-untyped-def]
    """No field is listed twice, and what can be written says under which key and how."""
    listed = [field.name for field in one.fields]
    assert len(listed) == len(set(listed))
    for field in one.fields:
        assert re.fullmatch(r"[a-z][a-z0-9_]*", field.name)
        assert field.field.label
        assert field.read or field.scope_id
        if field.writable and not field.scope_id:
            assert field.write
            assert field.send is not Send.NEVER
        if field.kind in (Kind.REFERENCE, Kind.REFERENCES, Kind.USER, Kind.USERS):
            assert field.target


@pytest.mark.parametrize("one", ALL, ids=names())
def test_paths_have_only_known_parts(one) -> None:  # type: ignore[no-untyped-def]
    """Paths fill with a company, a project, a parent and an id, and say where a record lives."""
    paths = (one.list, one.show, one.create, one.update, one.sync, one.inactive, one.recycle_bin, one.delete)
    for path in (*paths, *(act.path for act in one.acts)):
        if path:
            assert path.fill(company="1", project="2", parent="3", id="4").startswith("/rest/v")
    if one.list:
        says = "{project}" in one.list.template or bool(one.list.project_in)
        assert says is (one.scope is not Scope.COMPANY)
    assert bool(one.parent) is (one.scope is not Scope.COMPANY)


@pytest.mark.parametrize("one", ALL, ids=names())
def test_what_the_resource_says_of_fields_exists(one) -> None:  # type: ignore[no-untyped-def]
    """Stamps, carriers, the archive field and required ones are fields of the resource."""
    for name in (one.stamp, one.created, one.create_id, *one.carriers):
        assert not name or one.field(name) is not None
    for act in one.acts:
        assert all(one.field(name) is not None for name in (*act.takes, *act.needs))
        assert set(act.needs) <= set(act.takes)
    if one.archive:
        assert one.field(one.archive[0]).kind is Kind.CHECKBOX
    assert all(field.field.on_create for field in one.required)


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
