"""References said in words, and custom fields by label, from the mapping file to both vendors and back."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from syncd.errors import ConfigProblem
from syncd.sandbox.seed import Seed
from syncd.sync.engine import Kind
from tests.support.whole_stack import WholeStack

PROJECTS = """\
mapping: projects
procore: {resource: projects}
quickbase: {table: Projects, key: Procore ID}
match: [[project_number]]
create: [quickbase]
fields:
  - {procore: name, quickbase: Project Name}
  - {procore: project_number, quickbase: Number}
"""
RFIS = """\
mapping: rfis
procore: {resource: rfis, projects: {linked: projects}}
quickbase: {table: RFIs, key: Procore ID}
create: [procore, quickbase]
first: procore
fields:
  - {procore: project, quickbase: Related Project, link: projects}
  - {procore: subject, quickbase: Subject}
  - {procore: question_body, quickbase: Question, on: create, default: Asked in Quickbase.}
"""
MANAGER = "  - {procore: rfi_manager, quickbase: Manager, by: email, default: DEFAULT}\n"


class Office:
    """One project in both vendors with people, codes and stages; a mapping file with more rules."""

    def __init__(self) -> None:
        self.stack = WholeStack({"projects": PROJECTS}, Seed(projects=1, vendors=0, rfis=0))
        self.sim = self.stack.world.procore
        self.forms = self.stack.world.quickbase
        self.project = next(iter(self.sim.rows("projects")))
        self.people = {
            name: self.sim.put(
                "users", {"first_name": name, "last_name": "Ro", "email_address": f"{name}.Ro@Example.com"}
            )
            for name in ("ana", "bo", "cy")
        }
        self.forms.create_field("RFIs", "Manager", "email")

    def map(self, *rules: str) -> None:
        """Use these rules, beside the manager by address and what every RFI needs."""
        manager = MANAGER.replace("DEFAULT", "ana.ro@example.com")
        self.stack.files["rfis"] = RFIS + manager + "".join(f"  - {one}\n" for one in rules)

    def rfi(self, subject: str, **more: Any) -> int:
        """An RFI that a person makes in Procore."""
        sent = {"subject": subject, "question": {"body": "?"}, "rfi_manager_id": self.people["ana"], **more}
        return self.sim.put("rfis", sent, scope=self.project)

    def sync(self) -> None:
        """One cycle of everything."""
        self.stack.sync()

    def sync_all(self) -> None:
        """One that compares all records."""
        self.stack.sync(kind=Kind.SWEEP)

    def row(self, subject: str) -> dict[str, Any]:
        """The Quickbase row of that subject, by label."""
        return next(one for one in self.stack.quickbase("RFIs").values() if one["Subject"] == subject)

    def record(self, subject: str) -> dict[str, Any]:
        """The Procore record of that subject."""
        return next(one for one in self.sim.rows("rfis").values() if one["subject"] == subject)

    def edit(self, subject: str, **values: Any) -> None:
        """A person's edit in Quickbase, a while after the last cycle."""
        self.stack.clock.advance(5.0)
        self.forms.upsert("RFIs", [{3: self.row(subject)["rid"], **values}], merge=3)

    def held(self) -> dict[str, str]:
        """Why fields are held, by rule."""
        return {one.field: one.reason for one in self.stack.issues("rfis")}

    def asked(self, end: str) -> int:
        """How often a Procore list was asked for, by the end of its path."""
        return sum(
            one["count"]
            for one in self.stack.world.stats.wire()["requests"]
            if one["vendor"] == "procore" and one["path"].endswith(end)
        )


@pytest.fixture
def office() -> Office:
    """An office of its own for every test."""
    return Office()


def test_a_manager_crosses_by_address_both_ways(office: Office) -> None:
    """What the answer carries costs no list; writing by address costs one, once."""
    office.map()
    office.rfi("Beam")
    office.sync()

    assert office.row("Beam")["Manager"] == "ana.ro@example.com"
    assert office.asked("/users") == 0

    office.edit("Beam", Manager="BO.Ro@example.com")
    office.sync()

    assert office.record("Beam")["rfi_manager"] == office.people["bo"]
    assert office.asked("/users") == 1
    office.sync()
    assert office.held() == {}


def test_a_record_made_in_quickbase_gets_the_manager_or_the_default(office: Office) -> None:
    """Where the field is empty Procore gets the person that the mapping names."""
    office.map()
    office.sync()
    home = next(iter(office.stack.quickbase("Projects").values()))["rid"]
    office.forms.upsert(
        "RFIs",
        [
            {"Subject": "By hand", "Related Project": home, "Manager": "cy.ro@example.com"},
            {"Subject": "By default", "Related Project": home},
        ],
    )

    office.sync()

    assert office.record("By hand")["rfi_manager"] == office.people["cy"]
    assert office.record("By default")["rfi_manager"] == office.people["ana"]


def test_an_unknown_address_holds_the_field_and_the_rest_flows(office: Office) -> None:
    """The candidates are named; when the person is there, the field is sent."""
    office.map()
    office.rfi("Beam")
    office.sync()

    office.edit("Beam", Manager="bo.roe@example.com", Subject="Beam 2")
    office.sync()
    office.sync()

    assert office.record("Beam 2")["rfi_manager"] == office.people["ana"]
    (reason,) = office.held().values()
    assert "RFI manager: none of Procore's users has the e-mail address 'bo.roe@example.com'" in reason
    assert "'bo.ro@example.com'" in reason

    new = office.sim.put(
        "users", {"first_name": "B", "last_name": "Roe", "email_address": "bo.roe@example.com"}
    )
    office.stack.clock.advance(7 * 3600.0)
    office.sync_all()

    assert office.record("Beam 2")["rfi_manager"] == new
    assert office.held() == {}


def test_lists_codes_and_joined_names(office: Office) -> None:
    """Assignees are a list of addresses, a cost code is its full code, and names are one text."""
    office.forms.create_field("RFIs", "Assignees", "multitext", allowNewChoices=True)
    office.forms.create_field("RFIs", "In Court", "text")
    office.forms.create_field("RFIs", "Cost Code", "text")
    office.map(
        "{procore: assignees, quickbase: Assignees, by: email}",
        '{procore: ball_in_courts, quickbase: In Court, by: name, join: "; ", direction: to-quickbase}',
        "{procore: cost_code, quickbase: Cost Code, by: full_code}",
    )
    codes = {
        full: office.sim.add_option("cost_codes", full, project=office.project, full_code=full)
        for full in ("03-300", "04-200")
    }
    office.rfi("Beam", assignee_ids=[office.people["bo"], office.people["ana"]], cost_code_id=codes["03-300"])

    office.sync()

    row = office.row("Beam")
    assert sorted(row["Assignees"]) == ["ana.ro@example.com", "bo.ro@example.com"]
    assert row["In Court"] == "ana Ro; bo Ro"
    assert row["Cost Code"] == "03-300"

    office.edit("Beam", Assignees=["cy.ro@example.com"], **{"Cost Code": "04-200"})
    for _ in range(3):
        office.sync()

    record = office.record("Beam")
    assert list(record["assignees"]) == [office.people["cy"]]
    assert record["cost_code"] == codes["04-200"]
    assert office.row("Beam")["In Court"] == "cy Ro"
    assert office.held() == {}


def test_an_edit_of_the_name_behind_an_id_is_no_edit_of_the_record(office: Office) -> None:
    """A code that is called otherwise crosses with the record's next reading, and nothing is written back."""
    office.forms.create_field("RFIs", "Stage", "text")
    office.map("{procore: project_stage, quickbase: Stage, by: name}")
    stage = office.sim.add_option("project_stages", "Design")
    office.rfi("Beam", project_stage_id=stage)
    office.sync()
    assert office.row("Beam")["Stage"] == "Design"

    office.sim.state.options["project_stages"][stage] = "Planning"
    office.sim.state.epoch += 1
    office.sync_all()

    assert office.row("Beam")["Stage"] == "Planning"
    assert office.record("Beam")["project_stage"] == stage


def test_custom_fields_cross_by_label_and_list_values_by_theirs(office: Office) -> None:
    """Text, number, checkbox, one entry and several, both ways (reference procore-api §21); an expression
    reads them by the words of their labels, whether a rule has them or not."""
    for label, kind in (
        ("Zone", "text"),
        ("Weight", "numeric"),
        ("Urgent", "checkbox"),
        ("Discipline", "text"),
        ("Summary", "text"),
    ):
        office.forms.create_field("RFIs", label, kind)
    office.forms.create_field("RFIs", "Trades", "multitext", allowNewChoices=True)
    kinds: tuple[tuple[str, Any, tuple[str, ...]], ...] = (
        ("Zone", "string", ()),
        ("Weight", "decimal", ()),
        ("Urgent", "boolean", ()),
        ("Discipline", "lov_entry", ("Structure", "Roof")),
        ("Trades", "lov_entries", ("Steel", "Glass", "Wood")),
    )
    keys: dict[str, str] = {}
    entries: dict[str, int] = {}
    for label, kind, listed in kinds:
        number = office.sim.add_custom_field("rfis", label, kind, *listed)
        keys[label] = f"custom_field_{number}"
        entries |= {name: id for id, name in office.sim.state.options[keys[label]].items()}
    fire = f"custom_field_{office.sim.add_custom_field('rfis', 'Fire Class', 'lov_entry', 'F30', 'F90')}"
    f90 = next(id for id, name in office.sim.state.options[fire].items() if name == "F90")
    office.map(
        *(f"{{procore: custom.{label}, quickbase: {label}}}" for label, _, _ in kinds),
        """{quickbase: Summary, from: "custom.fire_class ~ custom.trades|join('+') ~ custom.Weight * 2"}""",
    )
    office.rfi(
        "Beam",
        **{
            keys["Zone"]: "A",
            keys["Weight"]: 12.5,
            keys["Urgent"]: True,
            keys["Discipline"]: entries["Roof"],
            keys["Trades"]: [entries["Wood"], entries["Glass"]],
            fire: f90,
        },
    )

    office.sync()

    row = office.row("Beam")
    assert (row["Zone"], float(row["Weight"]), row["Urgent"]) == ("A", 12.5, True)
    assert (row["Discipline"], sorted(row["Trades"])) == ("Roof", ["Glass", "Wood"])
    assert row["Summary"] == "F90Glass+Wood25"

    office.edit("Beam", Zone="B", Weight=3, Urgent=False, Discipline="Structure", Trades=["Steel"])
    office.sync()

    record = office.record("Beam")
    assert (record[keys["Zone"]], float(record[keys["Weight"]]), record[keys["Urgent"]]) == ("B", 3, False)
    assert record[keys["Discipline"]] == entries["Structure"]
    assert list(record[keys["Trades"]]) == [entries["Steel"]]

    for _ in range(2):  # our own write to Procore moved what the expression reads: looked at twice
        office.sync()
    assert office.row("Beam")["Summary"] == "F90Steel6"

    office.edit("Beam", Discipline="Roofs")
    office.sync()
    (reason,) = office.held().values()
    assert (
        "Discipline: none of Procore's list entries has the label 'Roofs'; the nearest are 'Roof'" in reason
    )


def test_a_custom_field_that_is_called_otherwise_rests_alone(office: Office) -> None:
    """Its rule says which line to edit; the others flow, and it goes on when the line is mended."""
    office.forms.create_field("RFIs", "Discipline", "text")
    number = office.sim.add_custom_field("rfis", "Discipline", "lov_entry", "Structure", "Roof")
    entries = {name: id for id, name in office.sim.state.options[f"custom_field_{number}"].items()}
    office.map("{procore: custom.Discipline, quickbase: Discipline}")
    office.rfi("Beam", **{f"custom_field_{number}": entries["Roof"]})
    office.sync()
    about = office.sim.state.custom.by_id[number]

    office.sim.state.custom.by_id[number] = replace(about, label="Disciplines")
    office.edit("Beam", Subject="Slab", Discipline="Structure")
    office.sync()

    assert office.record("Slab")[f"custom_field_{number}"] == entries["Roof"]
    (drift,) = next(one for one in office.stack.load() if one.name == "rfis").drift
    assert drift.field == "custom.Discipline = Discipline"
    assert drift.reason == (
        "rfis.yaml:11:15: Procore has no custom field 'Discipline'; did you mean 'Disciplines'?"
    )

    office.sim.state.custom.by_id[number] = about
    office.sync_all()
    assert office.record("Slab")[f"custom_field_{number}"] == entries["Structure"]


def test_an_unknown_custom_field_is_refused_online_with_the_nearest(office: Office) -> None:
    """The line is named; a label of two fields is settled by the tool they are on, or by an id."""
    office.forms.create_field("RFIs", "Zone", "text")
    office.map("{procore: custom.Discipline, quickbase: Zone}")
    office.sim.add_custom_field("rfis", "Disciplin", "string")

    with pytest.raises(ConfigProblem) as caught:
        office.stack.load()
    assert caught.value.problems == (
        "rfis.yaml:11:15: Procore has no custom field 'Discipline'; did you mean 'Disciplin'?",
    )

    number = office.sim.add_custom_field("rfis", "Discipline", "string")
    office.sim.add_custom_field("submittals", "Discipline", "decimal")
    (mapping,) = [one for one in office.stack.load() if one.name == "rfis"]
    assert [one.write for one in mapping.custom] == [f"custom_field_{number}"]

    other = office.sim.add_custom_field("rfis", "Discipline", "string")
    with pytest.raises(ConfigProblem) as caught:
        office.stack.load()
    assert f"say which by its id: custom.{number} or custom.{other}" in caught.value.problems[0]

    office.map(f"{{procore: custom.{other}, quickbase: Zone}}")
    (mapping,) = [one for one in office.stack.load() if one.name == "rfis"]
    assert [one.write for one in mapping.custom] == [f"custom_field_{other}"]
