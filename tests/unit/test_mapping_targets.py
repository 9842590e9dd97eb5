"""What Procore does not take is refused as a target, with the reason and the place."""

from __future__ import annotations

import re

import pytest

from syncd.catalog.registry import names, resource
from syncd.catalog.resource import Path, Resource, Scope, Shape
from syncd.core.values import Kind
from syncd.mapping.compile import check
from syncd.mapping.load import SourceFile
from syncd.sandbox.procore.sim import RESOURCES

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


def every_field(about: Resource) -> tuple[str, list[SourceFile]]:
    """A mapping that sends every field of a resource to Procore, a line a field, and those above it."""
    home = {
        Scope.COMPANY: "",
        Scope.PROJECT: ", projects: {linked: projects}",
        Scope.RECORD: f", under: {about.parent}",
    }
    lines = [f"  - {{procore: {one.name}, quickbase: F{at}}}" for at, one in enumerate(about.fields)]
    head = f"mapping: m\nprocore: {{resource: {about.name}{home[about.scope]}}}\n"
    text = f"{head}quickbase: {{table: Things, key: Procore ID}}\nfields:\n" + "\n".join(lines) + "\n"
    files = [SourceFile("projects.yaml", PROJECTS)]
    if about.scope is Scope.RECORD:
        above = mapping(
            about.parent, "", ", projects: {linked: projects}", resource(about.parent).fields[1].name
        )
        files.append(SourceFile("above.yaml", above.replace("mapping: m", f"mapping: {about.parent}")))
    return text, files


@pytest.mark.parametrize("name", names())
def test_what_procore_does_not_take_is_refused_line_by_line(name: str) -> None:
    """For every resource and field of the catalogue: what no operation of Procore writes is refused as a
    target, at its own line; a resource that nobody writes, and a create or a delete that there is not, are
    refused with the reason. The operations are those that the simulator serves, not the catalogue's word."""
    about = resource(name)
    text, files = every_field(about)
    served = {(one.method, shape(one.path)) for kind in RESOURCES for one in kind.endpoints}
    writes = {method for method, path in served if path in {shape(one.template) for one in paths_of(about)}}
    makes = any(("POST", shape(one.template)) in served for one in (about.create,) if one) or bool(about.sync)

    found = [line for line in check([*files, SourceFile("m.yaml", text)]) if line.startswith("m.yaml")]
    wishes = "create: [procore]\ndelete: {procore: delete}\nfields:"
    more = [
        line
        for line in check([*files, SourceFile("m.yaml", text.replace("fields:", wishes))])
        if line.startswith("m.yaml")
    ]

    for at, one in enumerate(about.fields):
        said = [line for line in found if line.startswith(f"m.yaml:{5 + at}:")]
        if one.kind is Kind.FILE:
            assert any("write `as: file`" in line for line in said), one.name
            continue
        if one.signed:
            assert any("signs anew" in line for line in said), one.name
            continue
        refused = any("cannot be written" in line or "only when a record is created" in line for line in said)
        taken = one.field.on_update or (one.scope_id and one.field.on_create)
        assert refused is not taken, (one.name, said)
        if refused:
            assert any("direction: to-quickbase" in line for line in said), one.name
    nothing = not writes - {"GET"} or not any(one.writable and not one.scope_id for one in about.fields)
    reasons = [line for line in more if "nothing can go to Procore here" in line]
    assert bool(reasons) is nothing
    assert all(about.not_written in line for line in reasons)
    if not nothing:
        assert any("creates no" in line for line in more) is (not makes)
        assert any("cannot delete" in line for line in more) is ("DELETE" not in writes and not about.recycle)


def paths_of(about: Resource) -> list[Path]:
    """Where a resource is written, as the catalogue calls it."""
    own = Path() if about.shape is Shape.IN_SHOW else about.list  # else it is the parent's
    return [one for one in (own, about.create, about.update, about.sync, about.delete) if one]


def shape(template: str) -> str:
    """A path whose ids have no names."""
    return re.sub(r"{\w+}", "{}", template)


def test_a_link_that_procore_signs_anew_is_no_value() -> None:
    """Each reading has another one, so a rule would write at every look, links that soon lead nowhere. It
    is refused, as a field and in an expression, and what the link leads to is named where that can cross."""
    linked = ", projects: {linked: projects}"
    field = told(mapping("files", where=linked, field="url"))
    spoken = told(
        mapping("images", where=linked).replace("procore: name", "from: \"'see ' ~ thumbnail_url\"")
    )
    bare = told(mapping("companies", "direction: to-quickbase", field="logo_url"))

    assert [("signs anew" in line, "as: file" in line) for line in (*field, *spoken)] == [(True, True)] * 2
    assert [("signs anew" in line, "as: file" in line) for line in bare] == [(True, False)]
    links = {one.name for name in names() for one in resource(name).fields if one.kind is Kind.URL}
    signed = {one.name for name in names() for one in resource(name).fields if one.signed}
    assert links - signed == {"website", "event_origin_url"}
