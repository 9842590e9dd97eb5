"""What a compiled mapping holds, and what its rules do with values."""

from __future__ import annotations

from pathlib import Path

import pytest

from syncd.core.rule import Direction, Held, OnEdit, Policy, Rule
from syncd.core.values import ABSENT, SideName
from syncd.mapping.compile import check, compile_all
from syncd.mapping.compiled import DeletePolicy, DeleteWord, Mapping
from syncd.mapping.load import SourceFile, read_directory
from syncd.mapping.projection import read_plan
from syncd.mapping.query import compile_query
from syncd.mapping.schema import schema_text
from tests.support.quickbase_schema import DEMO
from tests.support.stages import PLAIN

ROOT = Path(__file__).parents[2]
HEAD = """\
mapping: projects
procore: {resource: projects, where: {by_status: All}}
quickbase: {table: Projects, key: Procore ID}
"""


class Links:
    """Links held in a dict: (mapping, side, identity) to the identity across."""

    def __init__(self, **known: str) -> None:
        self.known = known

    def across(self, mapping: str, side: SideName, identity: str) -> str | None:
        """See `LinkLookup.across`; only Procore identities are known here."""
        return self.known.get(f"{mapping}_{identity}")


NO_LINKS = Links()


def one(text: str) -> Mapping:
    """The only mapping of a file."""
    (made,) = compile_all([SourceFile("a.yaml", text)], DEMO)
    return made


def rule(entry: str, head: str = HEAD) -> Rule:
    """The only rule of a mapping."""
    return one(f"{head}fields:\n  - {entry}\n").rules[0]


def test_mappings_fit_the_demo_app() -> None:
    """They have no problems, offline or online, and run parents first."""
    files = read_directory(PLAIN)
    assert check(files) == ()
    made = compile_all(files, DEMO)
    assert [mapping.name for mapping in made] == ["projects", "vendors", "rfis"]
    rfis = made[2]
    assert rfis.depends == ("projects", "vendors")
    assert rfis.project_rule == 0
    assert rfis.procore.projects == "projects"
    assert made[1].procore.carrier == "origin_id"


def test_reading_rfis_costs_no_call_a_record() -> None:
    """The shipped RFI mapping needs nothing that only a show returns."""
    rfis = next(one for one in compile_all(read_directory(ROOT / "mappings")) if one.name == "rfis")
    plan = read_plan(rfis, SideName.PROCORE)
    assert not plan.needs_detail
    assert {"project", "subject", "status"} <= plan.needs


def test_the_exported_schema_is_not_stale() -> None:
    """Editors see what the models say: run `python -m syncd.mapping.schema` after a change."""
    exported = (ROOT / "mappings" / "_schema" / "mapping.schema.json").read_text(encoding="utf-8")
    assert exported == schema_text()


def test_every_shipped_mapping_names_the_schema() -> None:
    """An editor finds the schema by the first line."""
    for path in sorted((ROOT / "mappings").glob("*.yaml")):
        first = path.read_text(encoding="utf-8").splitlines()[0]
        assert first == "# yaml-language-server: $schema=_schema/mapping.schema.json"


def test_a_mapping_holds_what_the_file_says() -> None:
    """Words become values: seconds, ids, indexes, policies."""
    made = one(
        HEAD
        + "match: [[project_number], [name, city]]\n"
        + "first: procore\ncreate: [quickbase]\nconflict: newest\nevery: 5m\nsweep: 1d\nsettle: 30s\n"
        + "delete: {procore: archive, quickbase: {flag: Gone}}\n"
        + "fields:\n  - {procore: name, quickbase: Project Name}\n  - {procore: city, quickbase: City}\n"
        + "  - {procore: project_number, quickbase: Number}\n"
    )
    assert made.match == ((2,), (0, 1))
    assert made.create == frozenset({SideName.QUICKBASE})
    assert (made.every, made.sweep, made.settle) == (300.0, 86_400.0, 30.0)
    assert made.on_delete(SideName.PROCORE) == DeletePolicy(DeleteWord.ARCHIVE)
    assert made.on_delete(SideName.QUICKBASE) == DeletePolicy(DeleteWord.FLAG, "16")
    assert made.procore.where == (("by_status", "All"),)
    assert (made.quickbase.table, made.quickbase.key) == ("bprojects", "13")
    assert {(one.first, one.conflict) for one in made.rules} == {(Policy.PROCORE, Policy.NEWEST)}


def test_a_rule_narrows_what_the_mapping_says() -> None:
    """Direction and policies of a rule stand before the mapping's."""
    made = rule(
        "{procore: city, quickbase: City, direction: to-quickbase, on_edit: ignore, conflict: procore}"
    )
    assert made.direction is Direction.TO_QUICKBASE
    assert made.on_edit is OnEdit.IGNORE
    assert made.conflict is Policy.PROCORE
    assert made.key == "city = City"
    assert not made.writes(SideName.PROCORE)


def test_a_fingerprint_is_what_a_rule_means() -> None:
    """Policies and direction are no meaning; fields, values, zone, link and expressions are."""
    plain = rule("{procore: city, quickbase: City}").fingerprint
    same = rule("{procore: city, quickbase: City, direction: to-quickbase, on_edit: ignore}").fingerprint
    assert plain == same
    others = {
        rule("{procore: city, quickbase: State}").fingerprint,
        rule("{procore: address, quickbase: City}").fingerprint,
        rule("{procore: city, quickbase: City, values: {a: b}}").fingerprint,
        rule("{procore: city, quickbase: City, values: {a: c}}").fingerprint,
        rule("{procore: city, quickbase: City, default: Waco}").fingerprint,
        rule("{quickbase: City, from: city}").fingerprint,
        rule("{procore: start_date, quickbase: Starts At, zone: UTC}").fingerprint,
        rule("{procore: start_date, quickbase: Starts At, zone: Asia/Tokyo}").fingerprint,
    }
    assert len(others | {plain}) == 9


def test_values_cross_both_ways() -> None:
    """A one-to-one map translates both ways; what it does not name is held with a reason."""
    made = rule("{procore: active, quickbase: Status, values: {true: Active, false: Closed}}")
    assert made.to_quickbase(True, NO_LINKS) == "Active"
    assert made.to_quickbase(None, NO_LINKS) == "Closed"  # an unset checkbox is a cleared one
    assert made.to_procore("Closed", NO_LINKS) is False
    held = made.to_procore("Paused", NO_LINKS)
    assert held == Held("'Status' holds 'Paused', which `values:` does not name")
    assert made.to_procore(None, NO_LINKS) is None


def test_a_one_way_map_may_join_values() -> None:
    """Towards Quickbase alone, two Procore values may mean one."""
    made = rule(
        "{procore: flag, quickbase: Status, direction: to-quickbase, values: {Red: Closed, Green: Active, "
        "Yellow: Active}}"
    )
    assert made.to_quickbase("Yellow", NO_LINKS) == "Active"


RFI_HEAD = """\
mapping: rfis
procore: {resource: rfis, projects: {linked: projects}}
quickbase: {table: RFIs, key: Procore ID}
"""


def rfi_rule(entry: str) -> Rule:
    """The rule of an RFI mapping beside a projects mapping."""
    projects = HEAD + "fields:\n  - {procore: name, quickbase: Project Name}\n"
    made = compile_all(
        [SourceFile("a.yaml", f"{RFI_HEAD}fields:\n  - {entry}\n"), SourceFile("b.yaml", projects)], DEMO
    )
    return made[1].rules[0]


def test_a_reference_waits_for_its_link() -> None:
    """Held with the very link it waits for, and translated once that exists."""
    made = rfi_rule("{procore: project, quickbase: Related Project, link: projects}")
    held = made.to_quickbase("77", NO_LINKS)
    assert isinstance(held, Held)
    assert held.waits == ("projects", SideName.PROCORE, "77")
    assert made.to_quickbase("77", Links(projects_77="5")) == "5"
    assert made.to_quickbase(None, NO_LINKS) is None
    back = made.to_procore("5", NO_LINKS)
    assert isinstance(back, Held)
    assert back.waits == ("projects", SideName.QUICKBASE, "5")
    assert made.required
    assert made.link == "projects"


def test_a_constant_is_sent_whatever_the_other_side_holds() -> None:
    """It has one field, belongs to creation alone, and reads as nothing on the other side."""
    made = rfi_rule("{procore: private, value: false, on: create}")
    assert made.create_only
    assert made.quickbase is None
    assert made.to_procore(None, NO_LINKS) is False
    assert made.direction is Direction.TO_PROCORE


def test_a_default_fills_what_quickbase_leaves_empty() -> None:
    """Procore gets the default where the Quickbase field is empty, and the value where it is not."""
    made = rule("{procore: city, quickbase: City, default: Waco}")
    assert made.to_procore(None, NO_LINKS) == "Waco"
    assert made.to_procore("Austin", NO_LINKS) == "Austin"
    assert made.to_quickbase(None, NO_LINKS) is None


def test_a_value_that_is_too_long_is_held_before_a_call() -> None:
    """Quickbase's own limits are known from its schema."""
    made = rule("{procore: project_number, quickbase: Number}")
    held = made.to_quickbase("x" * 21, NO_LINKS)
    assert held == Held("Quickbase field 'Number' takes at most 20 characters, and this has 21")


def test_an_expression_reads_procore_and_writes_quickbase() -> None:
    """Its raw fields are asked for, and its result stands in rule order."""
    text = HEAD + "fields:\n  - {procore: name, quickbase: Project Name}\n"
    made = one(text + "  - {quickbase: City, from: \"city ~ ', ' ~ state_code\"}\n")
    plan = read_plan(made, SideName.PROCORE)
    assert plan.needs == {"name", "city", "state_code"}
    row = plan.project({"name": "A", "city": "Austin", "state_code": "TX"})
    assert row == ("A", "Austin, TX")
    assert plan.project({"name": "A", "city": "Austin"}) == ("A", ABSENT)
    assert made.rules[1].to_quickbase("Austin, TX", NO_LINKS) == "Austin, TX"
    assert read_plan(made, SideName.QUICKBASE).project({"6": "A", "8": "B"}) == ("A", "B")


def test_an_expression_may_go_the_other_way() -> None:
    """Towards Procore it reads Quickbase labels, written small with underscores."""
    text = HEAD + "fields:\n  - {procore: description, from: \"project_name ~ ' in ' ~ city\"}\n"
    plan = read_plan(one(text), SideName.QUICKBASE)
    assert plan.needs == {"6", "8"}
    assert plan.project({"6": "Tower", "8": "Waco"}) == ("Tower in Waco",)


def test_a_failing_expression_holds_its_field() -> None:
    """A record on which it cannot be evaluated is held with the reason."""
    made = one(HEAD + "fields:\n  - {quickbase: City, from: 1 / total_value}\n")
    (value,) = read_plan(made, SideName.PROCORE).project({"total_value": "0"})
    held = made.rules[0].to_quickbase(value, NO_LINKS)  # type: ignore[arg-type]
    assert held == Held("the expression divides by zero, or by something as good as zero")


def test_a_question_read_back_costs_a_show() -> None:
    """A detail field that is compared needs a show; one that is only ever sent does not."""
    entry = "{procore: question_body, quickbase: Question, direction: to-quickbase}"
    projects = HEAD + "fields:\n  - {procore: name, quickbase: Project Name}\n"
    files = [SourceFile("a.yaml", f"{RFI_HEAD}fields:\n  - {entry}\n"), SourceFile("b.yaml", projects)]
    assert read_plan(compile_all(files, DEMO)[1], SideName.PROCORE).needs_detail


@pytest.mark.parametrize(
    ("where", "compiled"),
    [
        ("{'City'.EX.'East'}", "{8.EX.'East'}"),
        ("{City.EX.East}", "{8.EX.'East'}"),
        ("{8.EX.'East'}", "{8.EX.'East'}"),
        ("({'City'.EX.'a'} OR {\"State\".XEX.''}) and {3.GT.5}", "({8.EX.'a'} OR {9.XEX.''}) AND {3.GT.'5'}"),
        ("{'City'.EX._FID_9}", "{8.EX._FID_9}"),
    ],
)
def test_labels_in_queries_become_field_ids(where: str, compiled: str) -> None:
    """Labels and ids are both understood; values are always quoted, so decimals stay whole."""
    table = DEMO.table("Projects")
    assert table is not None

    def field_id(label: str) -> str:
        found = table.field(label)
        assert found is not None, label
        return str(found.fid)

    assert compile_query(where, field_id) == compiled


def test_circles_of_optional_references_still_have_an_order() -> None:
    """Required references decide it; what would close a circle is left out."""
    text = "mapping: vendors\nprocore: {resource: vendors}\nquickbase: {table: Vendors, key: Procore ID}\n"
    text += "fields:\n  - {procore: parent, quickbase: Related Parent, link: vendors}\n"
    assert one(text).depends == ()
