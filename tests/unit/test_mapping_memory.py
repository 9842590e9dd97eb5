"""What a mapping remembers of Quickbase, and what of its files may rest because of it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from syncd.core.values import SideName
from syncd.errors import ConfigProblem
from syncd.mapping.compile import compile_all, compile_drifting
from syncd.mapping.load import SourceFile
from syncd.mapping.memory import Memory, table_of, table_text
from syncd.mapping.projection import read_plan
from syncd.mapping.schemas import QuickbaseSchema
from tests.support.quickbase_schema import DEMO

PROJECTS = """\
mapping: projects
procore: {resource: projects}
quickbase: {table: Projects, key: Procore ID}
fields:
  - {procore: name, quickbase: Project Name}
  - {procore: active, quickbase: Status, values: {true: Active, false: Closed}}
  - {quickbase: City, from: "city ~ ', ' ~ state_code"}
"""
RFIS = """\
mapping: rfis
procore: {resource: rfis, projects: {linked: projects}}
quickbase: {table: RFIs, key: Procore ID}
fields:
  - {procore: project, quickbase: Related Project, link: projects}
  - {procore: subject, quickbase: Subject}
"""
FILES = [SourceFile("projects.yaml", PROJECTS), SourceFile("rfis.yaml", RFIS)]


def remembered(*without: str) -> Memory:
    """What both mappings have after they ran, links and all; `without` links for some."""
    made = {one.name: one for one in compile_all(FILES, DEMO)}
    tables = {name: found for name, one in made.items() if (found := table_of(one.remembered))}
    assert len(tables) == 2
    ran = {
        name: frozenset(rule.fingerprint for rule in one.rules)
        for name, one in made.items()
        if name not in without
    }
    return Memory(tables, ran)


def renamed(table: str, label: str, to: str) -> QuickbaseSchema:
    """The demo app after a person gave a field another name."""
    tables = []
    for one in DEMO.tables:
        fields = tuple(
            replace(field, label=to, field=replace(field.field, label=to))
            if (one.name, field.label) == (table, label)
            else field
            for field in one.fields
        )
        tables.append(replace(one, fields=fields))
    return QuickbaseSchema(DEMO.app, tuple(tables))


@pytest.mark.parametrize("table", DEMO.tables, ids=lambda table: table.name)
def test_a_table_comes_back_as_it_was_kept(table: object) -> None:
    """Every property that checks care about survives; the same table gives the same text."""
    text = table_text(table)  # type: ignore[arg-type]
    found = table_of(text)
    assert found is not None
    assert table_text(found) == text
    assert {one.label: one for one in found.fields} == {one.label: one for one in table.fields}  # type: ignore[attr-defined]


def test_what_cannot_be_read_is_no_memory() -> None:
    """A text of another version is as good as none."""
    assert table_of("{}") is None
    assert table_of("nonsense") is None


def test_a_dormant_rule_asks_for_nothing_and_keeps_its_meaning() -> None:
    """Neither side reads its fields, expressions included, and its fingerprint stays."""
    before = {one.name: one for one in compile_all(FILES, DEMO)}["projects"]
    made = {
        one.name: one for one in compile_drifting(FILES, renamed("Projects", "City", "Town"), remembered())
    }
    after = made["projects"]
    assert [rule.dormant for rule in after.rules] == [False, False, True]
    assert [rule.fingerprint for rule in after.rules] == [rule.fingerprint for rule in before.rules]
    assert after.fingerprint != before.fingerprint
    assert "city" not in read_plan(after, SideName.PROCORE).needs
    assert made["rfis"].drift == ()


def test_a_mapping_without_its_project_reference_waits() -> None:
    """The reference that says where a record lives is needed by the whole mapping."""
    schema = renamed("RFIs", "Related Project", "Project")
    rfis = {one.name: one for one in compile_drifting(FILES, schema, remembered())}["rfis"]
    assert "it is called 'Project' now" in rfis.halted
    assert "nothing of this mapping can cross without it" in rfis.halted


def test_a_field_that_became_required_is_listed_and_stops_nothing() -> None:
    """Quickbase says of each new record whether it takes it; what is linked flows on."""
    files = [SourceFile("projects.yaml", PROJECTS.replace("fields:", "create: [quickbase]\nfields:"))]
    tables = []
    for one in DEMO.tables:
        fields = tuple(
            replace(field, field=replace(field.field, required=True)) if field.label == "Number" else field
            for field in one.fields
        )
        tables.append(replace(one, fields=fields))
    (made,) = compile_drifting(files, QuickbaseSchema(DEMO.app, tuple(tables)), remembered())
    assert [one.field for one in made.drift] == ["create"]
    assert "requires 'Number'" in made.drift[0].reason
    assert made.create == {SideName.QUICKBASE}
    assert not any(rule.dormant for rule in made.rules)


def test_first_contact_is_no_drift() -> None:
    """Without links nothing ever worked, so what does not fit is refused."""
    with pytest.raises(ConfigProblem, match="1 problem"):
        compile_drifting(FILES, renamed("Projects", "City", "Town"), remembered("projects"))


def test_a_file_that_is_wrong_by_itself_is_refused_whole() -> None:
    """Drift excuses nothing that is wrong without it: every problem of every file is named."""
    files = [*FILES, SourceFile("x.yaml", "mapping: x\nfields: [\n")]
    with pytest.raises(ConfigProblem) as refused:
        compile_drifting(files, renamed("Projects", "City", "Town"), remembered())
    assert {line.partition(":")[0] for line in refused.value.problems} == {"projects.yaml", "x.yaml"}
