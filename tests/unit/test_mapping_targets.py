"""What Procore does not take is refused as a target, with the reason and the place."""

from __future__ import annotations

import pytest

from syncd.mapping.compile import check
from syncd.mapping.load import SourceFile

PROJECTS = """
mapping: projects
procore: {resource: projects}
quickbase: {table: Projects, key: Procore ID}
fields:
  - {procore: name, quickbase: Name}
"""


def told(text: str) -> list[str]:
    """The problems of a file beside one of projects."""
    files = [SourceFile("projects.yaml", PROJECTS), SourceFile("m.yaml", text)]
    return [line for line in check(files) if "m.yaml" in line]


def mapping(resource: str, more: str = "", where: str = "", field: str = "name") -> str:
    """A mapping of one field."""
    return f"""
mapping: m
procore: {{resource: {resource}{where}}}
quickbase: {{table: Things, key: Procore ID}}
{more}
fields:
  - {{procore: {field}, quickbase: Name, direction: to-quickbase}}
"""


@pytest.mark.parametrize(
    ("resource", "field", "where", "why"),
    [
        ("companies", "name", "", "Procore's API does not change companies"),
        ("company-roles", "name", "", "an administrator changes them in Procore"),
        ("budgets", "locked", ", projects: {linked: projects}", "changed by hand (lock and unlock"),
    ],
)
def test_a_mapping_of_what_nobody_writes_goes_to_quickbase_only(
    resource: str, field: str, where: str, why: str
) -> None:
    """Two ways, or creating there, is refused with the catalogue's reason; the one way is fine."""
    two_way = told(mapping(resource, "", where, field))
    created = told(mapping(resource, "direction: to-quickbase\ncreate: [procore]", where, field))
    fine = told(mapping(resource, "direction: to-quickbase", where, field))

    assert any(why in line and "to-quickbase" in line for line in two_way)
    assert created
    assert fine == []


def test_approvers_are_changed_and_never_created() -> None:
    """Procore's API makes no approvers, so a mapping that asks for it is refused there."""
    parent = mapping("submittals", "", ", projects: {linked: projects}", "title").replace(
        "mapping: m", "mapping: submittals"
    )
    text = mapping("submittal-approvers", "create: [procore]", ", under: submittals", "comment")
    files = [SourceFile("projects.yaml", PROJECTS), SourceFile("s.yaml", parent), SourceFile("m.yaml", text)]

    found = [line for line in check(files) if "m.yaml" in line]

    assert any("creates no submittal-approvers" in line for line in found)


@pytest.mark.parametrize("resource", ["offices", "project-users", "change-events"])
def test_what_procore_deletes_can_be_deleted_by_a_mapping(resource: str) -> None:
    """`delete: {procore: delete}` fits where there is a DELETE, a removal or a recycle bin."""
    where = "" if resource == "offices" else ", projects: {linked: projects}"
    field = "title" if resource == "change-events" else "name"

    found = told(mapping(resource, "delete: {procore: delete}", where, field))

    assert not any("cannot delete" in line for line in found)


def test_what_procore_never_deletes_cannot() -> None:
    """Projects are retired, and the sentence says so."""
    found = told(mapping("vendors", "delete: {procore: delete}"))

    assert any("Procore cannot delete vendors; use archive" in line for line in found)
