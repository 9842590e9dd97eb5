"""Quickbase drifts away from mapping files that worked: only what is concerned rests (G8, P7, P12)."""

from __future__ import annotations

from pathlib import Path

import pytest

from syncd.errors import ConfigProblem
from syncd.sandbox.seed import Seed
from syncd.sync.engine import Kind
from tests.support.clerk import Clerk
from tests.support.whole_stack import WholeStack

VENDORS = """\
mapping: vendors
procore: {resource: vendors}
quickbase: {table: Vendors, key: Procore ID}
match:
  - [name]
create: [procore, quickbase]
first: procore
fields:
  - {procore: name, quickbase: Company Name}
  - {procore: city, quickbase: City}
  - {procore: email_address, quickbase: Email}
"""
CITY = "city = City"


@pytest.fixture
def stack() -> WholeStack:
    """Vendors on both sides, in agreement."""
    made = WholeStack({"vendors": VENDORS}, Seed(projects=0, vendors=3, rfis=0))
    for _cycle in range(3):
        report = made.sync()
    assert report.exit_code == 0
    return made


def one(stack: WholeStack) -> str:
    """The Procore id of a linked vendor."""
    return sorted(stack.quickbase("Vendors"))[0]


def test_a_renamed_field_rests_its_rule_alone_and_comes_back_with_its_baselines(stack: WholeStack) -> None:
    """The other rules flow; the held rule names file, line and the new label; mended, edits that
    both sides saw meanwhile are decided from the old baselines: one crosses, none is undone."""
    record = one(stack)
    stack.world.quickbase.set_field("Vendors", "City", label="Town")
    stack.edit_procore("vendors", record, email_address="new@example.com")
    stack.edit_quickbase("Vendors", record, Town="Editville")
    report = stack.sync()
    assert report.exit_code == 4
    assert [cycle.failed for cycle in report.cycles] == [""]
    assert stack.quickbase("Vendors")[record]["Email"] == "new@example.com"
    (held,) = stack.issues()
    assert (held.state, held.field, held.procore_id) == ("held", CITY, "")
    assert held.reason.startswith("vendors.yaml:10:")
    assert "it is called 'Town' now" in held.reason
    assert stack.procore("vendors")[record]["city"] != "Editville"
    stack.files["vendors"] = VENDORS.replace("quickbase: City", "quickbase: Town")
    stack.sync()
    stack.sync()
    assert stack.sync().exit_code == 0
    assert stack.procore("vendors")[record]["city"] == "Editville"
    assert stack.issues() == []
    quiet = stack.sync()
    assert (quiet.cycles[0].updated, quiet.exit_code) == ({}, 0)


def test_a_field_renamed_back_needs_no_edit_of_the_file(stack: WholeStack) -> None:
    """Mended on Quickbase's side, the rule flows again at once."""
    record = one(stack)
    stack.world.quickbase.set_field("Vendors", "City", label="Town")
    assert stack.sync().exit_code == 4
    stack.edit_procore("vendors", record, city="Backton")
    assert stack.sync().exit_code == 4
    stack.world.quickbase.set_field("Vendors", "Town", label="City")
    assert stack.sync().exit_code == 0
    assert stack.quickbase("Vendors")[record]["City"] == "Backton"


def test_what_rests_writes_and_marks_nothing(stack: WholeStack) -> None:
    """A sweep while a rule rests finds every record as it was, and nothing is written."""
    stack.world.quickbase.set_field("Vendors", "City", label="Town")
    stack.sync()
    before = len(stack.world.history.events)
    report = stack.sync(kind=Kind.SWEEP)
    with stack.store.read() as tx:
        assert tx.count_marks("vendors") == 0
    assert (report.cycles[0].updated, report.cycles[0].created) == ({}, {})
    writes = [event for event in stack.world.history.events[before:] if event.kind != "read"]
    assert writes == []


def test_a_deleted_field_rests_until_the_rule_is_taken_out(stack: WholeStack) -> None:
    """A deleted field is named as such; without the rule the mapping is in order again."""
    home = stack.world.quickbase.table("Vendors")
    home.drop_field(stack.world.quickbase.fid("Vendors", "City"))
    stack.world.quickbase.state.schema_changed(home)
    assert stack.sync().exit_code == 4
    assert "was deleted" in stack.issues()[0].reason
    stack.files["vendors"] = "".join(line for line in VENDORS.splitlines(True) if "City" not in line)
    assert stack.sync().exit_code == 0
    assert stack.issues() == []


@pytest.mark.parametrize(
    ("properties", "words"), [({"formula": '"x"'}, "formula"), ({"appendOnly": True}, "logs its edits")]
)
def test_a_field_that_became_read_only_rests_its_rule(
    stack: WholeStack, properties: dict[str, object], words: str
) -> None:
    """What cannot be written any more is held by name; the record's other fields cross."""
    record = one(stack)
    about = stack.world.quickbase.table("Vendors").labelled("City")
    about.mode = "formula" if "formula" in properties else ""
    about.properties.update(properties)
    stack.edit_procore("vendors", record, email_address="other@example.com")
    assert stack.sync().exit_code == 4
    assert [(issue.field, words in issue.reason) for issue in stack.issues()] == [(CITY, True)]
    assert stack.quickbase("Vendors")[record]["Email"] == "other@example.com"


def test_nothing_is_created_while_the_rule_that_tells_records_apart_rests(stack: WholeStack) -> None:
    """Without its match key a new record could be a twin: it waits, and is made when mended."""
    stack.world.quickbase.set_field("Vendors", "Company Name", label="Firm")
    stack.world.procore.put("vendors", {"name": "Newcomer Example", "city": "Newton"})
    report = stack.sync()
    assert (report.exit_code, report.cycles[0].created) == (4, {})
    assert "no record is linked or created meanwhile" in stack.issues()[0].reason
    stack.files["vendors"] = VENDORS.replace("Company Name", "Firm")
    assert stack.sync().cycles[0].created == {"quickbase": 1}
    assert "Newcomer Example" in [row["Firm"] for row in stack.quickbase("Vendors").values()]


def test_a_new_rule_still_flows_while_another_rests(stack: WholeStack) -> None:
    """Drift of one field does not stop an admin from adding a rule for another."""
    record = one(stack)
    stack.world.quickbase.set_field("Vendors", "City", label="Town")
    stack.sync()
    stack.files["vendors"] = VENDORS + "  - {procore: website, quickbase: Website}\n"
    stack.edit_procore("vendors", record, website="https://new.example.com")
    stack.sync()
    assert stack.sync().exit_code == 4
    assert stack.quickbase("Vendors")[record]["Website"] == "https://new.example.com"
    stack.world.quickbase.set_field("Vendors", "Website", label="Page")
    assert stack.sync().exit_code == 4
    assert {issue.field for issue in stack.issues()} == {CITY, "website = Website"}


def test_a_conflict_goes_with_its_rule_to_the_fields_new_name(stack: WholeStack) -> None:
    """Field and file renamed at once: the open conflict is listed under the new name, once."""
    record = one(stack)
    stack.edit_procore("vendors", record, city="Northtown")
    stack.edit_quickbase("Vendors", record, City="Southtown")
    assert stack.sync().exit_code == 4
    stack.world.quickbase.set_field("Vendors", "City", label="Town")
    stack.files["vendors"] = VENDORS.replace("quickbase: City", "quickbase: Town")
    assert stack.sync().exit_code == 4
    found = [(one.state, one.field, one.procore_value, one.quickbase_value) for one in stack.issues()]
    assert found == [("conflict", "city = Town", "Northtown", "Southtown")]


def test_a_rule_that_never_ran_is_refused(stack: WholeStack) -> None:
    """A mistake in a file is no drift, at first contact or later, and nothing is half in force."""
    wrong = VENDORS + "  - {procore: trade_name, quickbase: Trde}\n"
    stack.files["vendors"] = wrong
    with pytest.raises(ConfigProblem) as refused:
        stack.sync()
    assert refused.value.problems == (
        "vendors.yaml:12:38: table 'Vendors' has no field 'Trde'; did you mean 'Trade'?",
    )
    fresh = WholeStack({"vendors": VENDORS.replace("quickbase: City", "quickbase: Cty")})
    with pytest.raises(ConfigProblem, match="1 problem in 1 mapping file"):
        fresh.sync()


def test_a_mistake_beside_drift_is_refused_with_both_named(stack: WholeStack) -> None:
    """Files are checked whole: a typo is refused although another rule has only drifted."""
    stack.world.quickbase.set_field("Vendors", "City", label="Town")
    stack.files["vendors"] = VENDORS.replace("quickbase: Email", "quickbase: E-mail")
    with pytest.raises(ConfigProblem) as refused:
        stack.sync()
    assert len(refused.value.problems) == 2


PROJECTS = """\
mapping: projects
procore: {resource: projects, where: {by_status: All}}
quickbase: {table: Projects, key: Procore ID}
match:
  - [name]
create: [quickbase]
first: procore
fields:
  - {procore: name, quickbase: Project Name}
  - {procore: city, quickbase: City}
  - {procore: active, quickbase: Status, values: {true: Active, false: Closed}}
  - {procore: state_code, quickbase: State, values: {IL: Illinois, UT: Utah, TX: Texas, KY: Kentucky}}
"""


@pytest.fixture
def two() -> WholeStack:
    """Vendors and projects, in agreement where they can be."""
    made = WholeStack({"vendors": VENDORS, "projects": PROJECTS})
    for _cycle in range(3):
        report = made.sync()
    assert [cycle.failed for cycle in report.cycles] == ["", ""]
    return made


@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        ("table", "it is called 'Firms' now"),
        ("key", "it is called 'Key' now"),
        ("unique", "is not unique"),
    ],
)
def test_what_concerns_a_whole_mapping_pauses_that_mapping_alone(
    two: WholeStack, spoil: str, words: str
) -> None:
    """Table or key gone, or the key not unique: that mapping waits, listed with the line; the
    other one runs; mended, what happened meanwhile crosses."""
    record = sorted(two.quickbase("Vendors"))[0]
    project = sorted(two.quickbase("Projects"))[0]
    home = two.world.quickbase.table("Vendors")
    if spoil == "table":
        home.name = "Firms"
    elif spoil == "key":
        two.world.quickbase.set_field("Vendors", "Procore ID", label="Key")
    else:
        two.world.quickbase.set_field("Vendors", "Procore ID", unique=False)
    two.edit_procore("vendors", record, city="Waitington")
    two.edit_procore("projects", project, city="Flowville")
    report = two.sync()
    assert report.exit_code == 4
    assert {cycle.mapping: cycle.failed for cycle in report.cycles} == {"projects": "", "vendors": ""}
    assert two.quickbase("Projects")[project]["City"] == "Flowville"
    (held,) = [issue for issue in two.issues() if not issue.field]
    assert held.reason.startswith("vendors.yaml:3:")
    assert words in held.reason
    with two.store.read() as tx:
        assert tx.runs(1, "vendors")[0].state == "held"
    if spoil == "table":
        home.name = "Vendors"
    elif spoil == "key":
        two.world.quickbase.set_field("Vendors", "Key", label="Procore ID")
    else:
        two.world.quickbase.set_field("Vendors", "Procore ID", unique=True)
    assert two.sync("vendors").exit_code == 0
    assert two.quickbase("Vendors")[record]["City"] == "Waitington"
    assert two.issues() == []


def test_a_choice_that_a_values_map_names_and_quickbase_lost_rests_the_rule(two: WholeStack) -> None:
    """A choice taken away from the field rests the rule that writes it, and nothing else."""
    project = sorted(two.quickbase("Projects"))[0]
    two.world.quickbase.set_field("Projects", "Status", properties={"choices": ["Active"]})
    two.edit_procore("projects", project, city="Elsewhere")
    assert two.sync("projects").exit_code == 4
    (held,) = [issue for issue in two.issues("projects") if not issue.procore_id]
    assert held.field == "active = Status"
    assert "does not have the choice 'Closed'" in held.reason
    assert two.quickbase("Projects")[project]["City"] == "Elsewhere"


def test_a_procore_value_that_no_map_knows_holds_its_field_alone(two: WholeStack) -> None:
    """Enum drift in Procore: the field is held with the value, the record's others cross, and a
    map that learns the value releases it."""
    project = sorted(two.quickbase("Projects"))[0]
    two.edit_procore("projects", project, state_code="CA", city="Fresno")
    assert two.sync("projects").exit_code == 4
    held = [issue for issue in two.issues("projects") if issue.procore_id == project]
    assert [(issue.field, issue.state) for issue in held] == [("state_code = State", "held")]
    assert "'CA'" in held[0].reason
    assert two.quickbase("Projects")[project]["City"] == "Fresno"
    two.files["projects"] = PROJECTS.replace("IL: Illinois", "CA: California, IL: Illinois")
    two.sync("projects")
    assert two.quickbase("Projects")[project]["State"] == "California"
    assert [issue for issue in two.issues("projects") if issue.procore_id == project] == []


@pytest.fixture
def clerk(stack: WholeStack, tmp_path: Path) -> Clerk:
    """A daemon over the same stack whose turns the test takes."""
    return Clerk(stack, tmp_path)


def test_the_daemon_sees_a_field_that_goes_while_it_runs(stack: WholeStack, clerk: Clerk) -> None:
    """A refused call has the schema read again, not more often than every ten minutes; then the
    rule rests and the others flow; mended, it is back within ten minutes without a restart."""
    record = one(stack)
    clerk.turn()
    home = stack.world.quickbase.table("Vendors")
    home.drop_field(stack.world.quickbase.fid("Vendors", "City"))
    stack.world.quickbase.state.schema_changed(home)
    stack.edit_procore("vendors", record, email_address="live@example.com")
    loads = clerk.loads
    clerk.turn(300.0)
    assert clerk.loads == loads
    assert "vendors" in clerk.failing
    clerk.turn(300.0)
    clerk.turn(300.0)
    assert clerk.loads == loads + 1
    assert [issue.field for issue in stack.issues()] == [CITY]
    assert clerk.failing == {}
    assert stack.quickbase("Vendors")[record]["Email"] == "live@example.com"
    stack.files["vendors"] = "".join(line for line in VENDORS.splitlines(True) if "City" not in line)
    clerk.daemon.reload()
    clerk.turn(300.0)
    assert stack.issues() == []


def test_a_rename_is_seen_at_the_sweep_and_at_a_persons_command(stack: WholeStack, clerk: Clerk) -> None:
    """A rename breaks no call; the next sweep has it seen. Mended, a person's `sync` finds it so."""
    stack.files["vendors"] = VENDORS.replace("first:", "sweep: 30m\nfirst:")
    clerk.turn()
    stack.world.quickbase.set_field("Vendors", "City", label="Town")
    clerk.turn(900.0)
    assert (clerk.loads, stack.issues()) == (1, [])
    clerk.turn(900.0)
    clerk.turn(1.0)
    clerk.turn(300.0)
    assert clerk.loads == 2
    assert [issue.field for issue in stack.issues()] == [CITY]
    stack.world.quickbase.set_field("Vendors", "Town", label="City")
    with stack.store.transaction() as tx:
        tx.ask("sync", "", '{"names": ["vendors"], "kind": "incremental", "only": null}')
    clerk.turn(60.0)
    assert stack.issues() == []


def test_drift_under_a_badly_edited_file_still_rests_its_rule(stack: WholeStack, clerk: Clerk) -> None:
    """The old files stay in force, loudly, and what Quickbase drifted away from them rests."""
    record = one(stack)
    clerk.turn()
    stack.files["vendors"] = "fields: ["
    stack.world.quickbase.set_field("Vendors", "City", label="Town")
    stack.edit_procore("vendors", record, email_address="kept@example.com")
    clerk.daemon.reload()
    clerk.turn(300.0)
    assert clerk.refused
    assert [issue.field for issue in stack.issues()] == [CITY]
    assert stack.quickbase("Vendors")[record]["Email"] == "kept@example.com"


def test_a_file_that_changes_while_files_are_read_is_read_again(stack: WholeStack, clerk: Clerk) -> None:
    """What is asked during a reading is not answered by it."""
    clerk.turn()
    clerk.during = clerk.daemon.reload
    clerk.daemon.reload()
    before = clerk.loads
    clerk.turn(1.0)
    clerk.during = None
    clerk.turn(1.0)
    clerk.turn(1.0)
    assert clerk.loads == before + 2
