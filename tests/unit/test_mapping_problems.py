"""Every problem of a mapping file is reported with its file, line, column and what was meant."""

from __future__ import annotations

from dataclasses import replace

import pytest

from syncd.errors import ConfigProblem
from syncd.mapping.compile import check, compile_all
from syncd.mapping.load import SourceFile
from syncd.mapping.schemas import QuickbaseSchema
from tests.support.mapping_texts import RFIS as ANY_RFIS
from tests.support.quickbase_schema import DEMO, field, table

PROJECTS = """\
mapping: projects
procore:
  resource: projects
quickbase:
  table: Projects
  key: Procore ID
fields:
  - {procore: name, quickbase: Project Name}
"""
VENDORS = """\
mapping: vendors
procore: {resource: vendors}
quickbase: {table: Vendors, key: Procore ID}
fields:
  - {procore: name, quickbase: Company Name}
"""
RFIS = ANY_RFIS + "  - {procore: subject, quickbase: Subject}\n"


def lines(*texts: str, online: bool = True) -> tuple[str, ...]:
    """What `check` says of files a.yaml, b.yaml …"""
    files = [SourceFile(f"{name}.yaml", text) for name, text in zip("abcdef", texts, strict=False)]
    return check(files, DEMO if online else None)


def projects(rule: str) -> str:
    """The projects mapping with one more rule, on line 9."""
    return PROJECTS + f"  - {rule}\n"


def with_line(line: str) -> str:
    """The projects mapping with one more line, which becomes line 8, before `fields:`."""
    head, fields = PROJECTS.split("fields:")
    return f"{head}{line}\nfields:{fields}"


def rfi(rule: str) -> tuple[str, str]:
    """RFIs with one more rule, on line 7, and the projects they need."""
    return RFIS + f"  - {rule}\n", PROJECTS


WHOLE_FILES = {
    "broken YAML": (
        "mapping: [a\n",
        "a.yaml:2:1: this is not valid YAML: expected ',' or ']', but got '<stream end>' "
        "(while parsing a flow sequence)",
    ),
    "empty file": ("", "a.yaml:1:1: the file is empty"),
    "not pairs": ("- a\n", "a.yaml:1:1: a mapping file is a list of `word: value` lines"),
    "two mappings": (
        PROJECTS + "---\n" + VENDORS,
        "a.yaml:9:1: one file holds one mapping; move what follows `---` to a file of its own",
    ),
    "duplicate key": (
        PROJECTS.replace("  table: Projects\n", "  table: Projects\n  table: Projects\n"),
        "a.yaml:6:3: 'table' is here twice (first on line 5, column 3)",
    ),
    "tab": ("mapping:\n\t- a\n", "a.yaml:2:1: a tab cannot indent YAML; use spaces"),
    "nested without end": (
        "a: " + "[" * 700 + "]" * 700,
        "a.yaml:1:1: the file is nested too deeply or too large to be a mapping",
    ),
    "not a text": (
        "\x00" + PROJECTS,
        "a.yaml:1:1: this is not valid YAML: unacceptable character #x0000: special characters are not "
        "allowed at position 0",
    ),
    "no time between readings": (
        PROJECTS.replace("fields:", "every: 0s\nfields:"),
        "a.yaml:7:8: `every:` must be at least 1s",
    ),
    "endless alias": (
        "a: &x [*x]\n",
        "a.yaml:1:4: the file is nested too deeply or too large to be a mapping",
    ),
    "missing word": (
        PROJECTS.replace("  key: Procore ID\n", ""),
        "a.yaml:4:1: `key:` is missing in `quickbase:`",
    ),
    "unknown resource": (
        PROJECTS.replace("resource: projects", "resource: project"),
        "a.yaml:3:13: 'project' is not a Procore resource of the catalogue; did you mean 'projects'?",
    ),
    "unknown table": (
        PROJECTS.replace("table: Projects", "table: Projekts"),
        "a.yaml:5:10: the app has no table 'Projekts'; did you mean 'Projects'?",
    ),
    "mapping name": (
        PROJECTS.replace("mapping: projects", "mapping: My Projects"),
        "a.yaml:1:10: `mapping:` may hold small letters, digits and hyphens only and starts with a letter, "
        "not 'My Projects'",
    ),
    "unknown key field": (
        PROJECTS.replace("key: Procore ID", "key: Procore Id#"),
        "a.yaml:6:8: table 'Projects' has no field 'Procore Id#'; did you mean 'Procore ID'?",
    ),
    "key not unique": (
        PROJECTS.replace("key: Procore ID", "key: Not Unique"),
        "a.yaml:6:8: key field 'Not Unique' is not unique; tick Unique in its properties",
    ),
    "key not text": (
        PROJECTS.replace("key: Procore ID", "key: Number Key"),
        "a.yaml:6:8: key field 'Number Key' must be a text field, not numeric: "
        "identities do not survive as numbers",
    ),
    "key not writable": (
        PROJECTS.replace("key: Procore ID", "key: Location"),
        "a.yaml:6:8: key field 'Location' cannot be written: it is a formula field",
    ),
    "key is the table's own": (
        PROJECTS.replace("table: Projects", "table: Own Key")
        .replace("Project Name", "Name")
        .replace("fields:", "create: [procore]\nfields:"),
        "a.yaml:6:8: 'Procore ID' is the table's own key field, so a record made in Quickbase cannot wait "
        "for it; use another unique text field, or leave procore out of `create:`",
    ),
    "the table's own key is left blank": (
        PROJECTS.replace("table: Projects", "table: Own Key")
        .replace("Project Name", "Name")
        .replace("key: Procore ID", "key: Other ID")
        .replace("fields:", "create: [quickbase]\nfields:"),
        "a.yaml:7:9: 'Procore ID' is the key field of table 'Own Key' and may not be blank in a new record; "
        "add a rule that writes it, or leave quickbase out",
    ),
    "required Quickbase field": (
        PROJECTS.replace("table: Projects", "table: Strict")
        .replace("Project Name", "Name")
        .replace("fields:", "create: [quickbase]\nfields:"),
        "a.yaml:7:9: table 'Strict' requires 'Branch'; add a rule that writes it, or leave quickbase out",
    ),
    "no projects": (
        RFIS.replace(", projects: {linked: projects}", ""),
        "a.yaml:2:1: rfis live in projects; say which with `projects: {linked: <mapping>}`",
    ),
    "no rules": (
        PROJECTS.split("fields:")[0] + "fields: []\n",
        "a.yaml:7:9: `fields:` must hold at least one entry",
    ),
}


@pytest.mark.parametrize("case", WHOLE_FILES)
def test_a_wrong_file_is_named_with_its_place(case: str) -> None:
    """Shape, resource, table, key field and required parts: one exact line each."""
    text, expected = WHOLE_FILES[case]
    found = lines(text, PROJECTS) if "rfis" in text else lines(text)
    assert [one for one in found if one.startswith("a.yaml")][:1] == [expected]


LINES = {
    "unknown word": ("conflct: hold", "a.yaml:7:1: unknown word `conflct`; did you mean `conflict`?"),
    "wrong word": (
        "direction: both",
        "a.yaml:7:12: `direction:` must be one of two-way, to-quickbase, to-procore, not 'both'",
    ),
    "nearly the right word": (
        "conflict: newst",
        "a.yaml:7:11: `conflict:` must be one of procore, quickbase, newest, hold, not 'newst'; "
        "did you mean 'newest'?",
    ),
    "nothing after it": ("conflict:", "a.yaml:7:1: `conflict:` has nothing after it"),
    "bad time": (
        "every: 5 minutes",
        "a.yaml:7:8: `every:` '5 minutes' is not a time; write a number and s, m, h or d, "
        "such as 30s, 5m or 24h",
    ),
    "too long a time": ("sweep: 400d", "a.yaml:7:8: `sweep:` '400d' is longer than 31 days"),
    "match without a rule": (
        "match: [[project_number]]",
        "a.yaml:7:10: `match:` names 'project_number', which has no rule that pairs it with a Quickbase "
        "field",
    ),
    "match on an unknown field": (
        "match: [[nam]]",
        "a.yaml:7:10: `match:` names 'nam', which is not a field of a rule; did you mean 'name'?",
    ),
    "too many alternatives": (
        "match: [[name], [name], [name], [name], [name]]",
        "a.yaml:7:8: `match:` takes at most 4 alternatives",
    ),
    "unknown flag": (
        "delete: {quickbase: {flag: Gon}}",
        "a.yaml:7:28: table 'Projects' has no field 'Gon'; did you mean 'Gone'?",
    ),
    "flag is no checkbox": (
        "delete: {quickbase: {flag: City}}",
        "a.yaml:7:28: 'City' is not a checkbox that can be set",
    ),
    "Procore cannot delete": (
        "delete: {procore: delete}",
        "a.yaml:7:19: Procore cannot delete projects; use archive",
    ),
    "Quickbase cannot archive": (
        "delete: {quickbase: archive}",
        "a.yaml:7:21: Quickbase has no archive; use keep, unlink, delete or {flag: <field>}",
    ),
    "unknown delete word": (
        "delete: {quickbase: flag}",
        "a.yaml:7:21: `quickbase:` must be one of keep, unlink, archive, delete, not 'flag'",
    ),
    "unknown side": (
        "create: [procor]",
        "a.yaml:7:10: `create:` must be one of procore, quickbase, not 'procor'; did you mean 'procore'?",
    ),
}


@pytest.mark.parametrize("case", LINES)
def test_a_wrong_line_is_named_with_its_place(case: str) -> None:
    """Words of the mapping itself: one exact line each, and nothing else."""
    line, expected = LINES[case]
    assert lines(with_line(line)) == (expected,)


PROCORE_WORDS = {
    "unknown filter": (
        "where: {by_statu: All}",
        "a.yaml:4:11: projects have no filter 'by_statu'; did you mean 'by_status'?",
    ),
    "unknown filter value": (
        "where: {by_status: Al}",
        "a.yaml:4:22: the filter 'by_status' takes All, Active, Inactive, not 'Al'; did you mean 'All'?",
    ),
    "filter takes one value": (
        "where: {by_status: [All, Active]}",
        "a.yaml:4:22: the filter 'by_status' takes one value",
    ),
    "projects of a company resource": (
        "projects: {linked: projects}",
        "a.yaml:4:3: `projects:` does not fit: projects live in the company",
    ),
    "unknown carrier": (
        "key: orign_id",
        "a.yaml:4:8: projects has no field 'orign_id'; did you mean 'origin_id'?",
    ),
    "carrier that is no free text": (
        "key: active",
        "a.yaml:4:8: 'active' cannot carry our mark; it must be a free text field that lists show",
    ),
    "under of a company resource": (
        "under: rfis",
        "a.yaml:4:3: `under:` does not fit: projects live in the company",
    ),
}


@pytest.mark.parametrize("case", PROCORE_WORDS)
def test_a_wrong_word_of_the_procore_half_is_named(case: str) -> None:
    """Filters, scopes and the carrier are checked against the catalogue."""
    line, expected = PROCORE_WORDS[case]
    text = PROJECTS.replace("  resource: projects\n", f"  resource: projects\n  {line}\n")
    assert expected in lines(text)


RULES = {
    "unknown Procore field": (
        "{procore: cty, quickbase: City}",
        "a.yaml:9:15: projects has no field 'cty'; did you mean 'city'?",
    ),
    "unknown Quickbase field": (
        "{procore: city, quickbase: Citty}",
        "a.yaml:9:32: table 'Projects' has no field 'Citty'; did you mean 'City'?",
    ),
    "unknown word": (
        "{procore: city, quickbase: City, conflct: hold}",
        "a.yaml:9:38: unknown word `conflct` in `fields:`; did you mean `conflict`?",
    ),
    "as": (
        "{procore: city, quickbase: City, as: file}",
        "a.yaml:9:15: `as: file` needs a field that holds a file; write `content`",
    ),
    "no side": ("{direction: two-way}", "a.yaml:9:5: a rule needs `procore:`, `quickbase:` or both"),
    "one side only": (
        "{procore: city}",
        "a.yaml:9:5: the rule names one side only; add the other field, `from:` or `value:`",
    ),
    "not pairs": ("city", "a.yaml:9:5: `fields:` must be `word: value` pairs, not 'city'"),
    "formula": (
        "{procore: city, quickbase: Location}",
        "a.yaml:9:32: Quickbase field 'Location' cannot be written: it is a formula field; "
        "write `direction: to-procore`",
    ),
    "append only": (
        "{procore: city, quickbase: Log}",
        "a.yaml:9:32: Quickbase field 'Log' cannot be written: it logs its edits, so what is read is never "
        "what was written; write `direction: to-procore`",
    ),
    "built in": (
        "{procore: created_at, quickbase: Date Created, direction: to-quickbase}",
        "a.yaml:9:38: Quickbase field 'Date Created' cannot be written: Quickbase keeps it itself; "
        "write `direction: to-procore`",
    ),
    "type no rule can use": (
        "{procore: address, quickbase: Site}",
        "a.yaml:9:35: Quickbase field 'Site' is of type 'address', which no rule can use",
    ),
    "read-only Procore field": (
        "{procore: display_name, quickbase: City}",
        "a.yaml:9:15: Procore field 'display_name' cannot be written; write `direction: to-quickbase`",
    ),
    "only at creation": (
        "{procore: code, quickbase: City}",
        "a.yaml:9:15: Procore takes 'code' only when a record is created; add `on: create` or "
        "`direction: to-quickbase`",
    ),
    "not at creation": (
        "{procore: county, quickbase: City, on: create}",
        "a.yaml:9:15: Procore does not take 'county' when a record is created",
    ),
    "kinds that cannot map": (
        "{procore: start_date, quickbase: Total Value}",
        "a.yaml:9:5: 'start_date' does not fit 'Total Value': a day does not map to an amount of money",
    ),
    "checkbox and text": (
        "{procore: active, quickbase: City}",
        "a.yaml:9:5: 'active' does not fit 'City': a checkbox does not map to text by itself; "
        "say how with `values:`",
    ),
    "day and instant": (
        "{procore: start_date, quickbase: Starts At}",
        "a.yaml:9:5: 'start_date' does not fit 'Starts At': a day and a moment meet only in a time zone; "
        "add `zone:`, such as America/Chicago",
    ),
    "unknown zone": (
        "{procore: start_date, quickbase: Starts At, zone: Texas}",
        "a.yaml:9:55: there is no time zone 'Texas'; zones are named like America/Chicago",
    ),
    "rich text and text": (
        "{procore: description, quickbase: Notes}",
        "a.yaml:9:5: rich text loses its markup on the way to plain text; narrow the rule with `direction:`",
    ),
    "values not one to one": (
        "{procore: flag, quickbase: Status, values: {Red: Closed, Green: Active, Yellow: Active}}",
        "a.yaml:9:85: 'Active' stands for two values, so the way back is not clear; make it one to one or "
        "write `direction: to-quickbase`",
    ),
    "values unknown to Quickbase": (
        "{procore: active, quickbase: Status, values: {true: Activ, false: Closed}}",
        "a.yaml:9:57: 'Status' does not have the choice 'Activ'",
    ),
    "values unknown to Procore": (
        "{procore: active, quickbase: Status, values: {yes: Active, false: Closed}}",
        "a.yaml:9:51: 'yes' is not true or false, which is what 'Active' takes",
    ),
    "link on a plain field": (
        "{procore: city, quickbase: City, link: vendors}",
        "a.yaml:9:44: 'city' is text, not a reference, so it has no `link:`",
    ),
    "wrong direction of a half rule": (
        "{quickbase: City, from: city, direction: to-procore}",
        "a.yaml:9:46: a rule without a Procore field goes to-quickbase only, not to-procore",
    ),
    "constant without on": (
        "{procore: city, value: Austin}",
        "a.yaml:9:21: a constant is sent when a record is created: add `on: create`",
    ),
    "constant of the wrong kind": (
        "{procore: active, value: maybe, on: create}",
        "a.yaml:9:30: 'maybe' is not true or false, which is what 'Active' takes",
    ),
    "constant beside a pair": (
        "{procore: city, quickbase: City, value: Austin, on: create}",
        "a.yaml:9:38: `value:` takes the place of one side's field; name one field",
    ),
    "default towards Quickbase": (
        "{procore: city, quickbase: City, default: Austin, direction: to-quickbase}",
        "a.yaml:9:38: `default:` is what Procore gets, and this rule goes to Quickbase only",
    ),
    "expression that does not parse": (
        "{quickbase: City, from: 'city ~'}",
        "a.yaml:9:29: the expression cannot be read: unexpected 'end'",
    ),
    "expression over an unknown field": (
        "{quickbase: City, from: 'cty|upper'}",
        "a.yaml:9:29: the expression reads 'cty', which is not a field; did you mean 'city'?",
    ),
    "expression with an unknown filter": (
        "{quickbase: City, from: 'city|format'}",
        "a.yaml:9:29: there is no filter 'format'; there are abs, capitalize, default, first, int, join, "
        "last, length, lower, number, replace, round, split, string, title, trim, truncate, upper",
    ),
    "expression with a call": (
        "{quickbase: City, from: 'city.ljust(9)'}",
        "a.yaml:9:29: calls are not allowed; use a filter, such as name|upper",
    ),
    "expression that fails on every record": (
        "{quickbase: City, from: 'total_value / 0'}",
        "a.yaml:9:29: the expression can never work: the expression divides by zero, or by something as "
        "good as zero",
    ),
    "expression bomb": (
        "{quickbase: City, from: \"city ~ 'x' * 10 ** 9\"}",
        "a.yaml:9:29: powers (**) are not allowed",
    ),
    "key field in a rule": (
        "{procore: city, quickbase: Procore ID}",
        "a.yaml:9:32: 'Procore ID' is the key field and belongs to syncd; no rule may use it",
    ),
    "field written twice": (
        "{procore: city, quickbase: Project Name}",
        "a.yaml:9:32: Quickbase field 'Project Name' is written by the rule on line 8 too",
    ),
    "Procore field written twice": (
        "{procore: name, quickbase: City}",
        "a.yaml:9:15: Procore field 'name' is written by the rule on line 8 too",
    ),
}


@pytest.mark.parametrize("case", RULES)
def test_a_wrong_rule_is_named_with_its_place(case: str) -> None:
    """Fields, kinds, values, expressions, constants and two writers: one exact line each."""
    rule, expected = RULES[case]
    assert lines(projects(rule)) == (expected,)


def test_a_narrow_mapping_takes_no_wider_rule() -> None:
    """A rule may narrow the mapping's direction, never widen it."""
    text = with_line("direction: to-quickbase") + "  - {procore: city, quickbase: City, direction: two-way}\n"
    assert lines(text) == (
        "a.yaml:10:49: the mapping goes to-quickbase only, and this rule would go two-way",
    )


def test_what_is_created_against_the_direction_is_refused() -> None:
    """Nothing can be created on a side that the mapping never writes."""
    text = with_line("direction: to-quickbase\ncreate: [procore]")
    assert lines(text) == (
        "a.yaml:8:9: the mapping goes to-quickbase only, so nothing can be created in procore",
    )


def test_missing_required_fields_of_a_create_are_all_named() -> None:
    """RFIs cannot be created in Procore without a project, manager and question."""
    text = RFIS.replace("fields:", "create: [procore]\nfields:").replace(
        "  - {procore: project, quickbase: Related Project, link: projects}\n", ""
    )
    assert lines(text, PROJECTS) == (
        "a.yaml:4:9: Procore creates rfis only with 'project', 'question_body' and 'rfi_manager'; "
        "add a rule that sends it, or leave procore out",
    )


@pytest.mark.parametrize(
    ("where", "expected"),
    [
        ("{'Citty'.EX.'x'}", "table 'Projects' has no field 'Citty'; did you mean 'City'?"),
        ("{'City'.IS.'x'}", "'IS' is not a comparison; there are "),
        ("{'City'.EX.'x'} {'City'.EX.'y'}", "AND or OR is missing before {'City'.EX.'y'}"),
        ("({'City'.EX.'x'}", "the round brackets of the query do not match"),
        ("City is x", "the query cannot be read from 'City is x' on; "),
        ("{'City'.EX.'x'} AND", "a query holds 1 to 100 comparisons"),
        ("AND {'City'.EX.'x'}", "AND stands where a comparison should"),
    ],
)
def test_a_wrong_query_is_named(where: str, expected: str) -> None:
    """Labels, comparisons and the shape of `where:` are checked, at the query's place."""
    text = PROJECTS.replace("  key: Procore ID\n", f'  key: Procore ID\n  where: "{where}"\n')
    (line,) = lines(text)
    assert line.startswith(f"a.yaml:7:10: {expected}")


LINKS = {
    "unknown mapping": (
        "{procore: responsible_contractor, quickbase: Related Vendor, link: vendor}",
        "a.yaml:7:72: there is no mapping 'vendor'",
    ),
    "mapping of another resource": (
        "{procore: responsible_contractor, quickbase: Related Vendor, link: projects}",
        "a.yaml:7:72: 'responsible_contractor' refers to vendors, and the mapping 'projects' holds projects",
    ),
    "reference without link": (
        "{procore: responsible_contractor, quickbase: Related Vendor}",
        "a.yaml:7:5: 'responsible_contractor' and 'Related Vendor' are references; add `link:` and a mapping",
    ),
    "read-only status": (
        "{procore: status, quickbase: Status}",
        "a.yaml:7:15: Procore field 'status' cannot be written; write `direction: to-quickbase`",
    ),
    "field that cannot hold a reference": (
        "{procore: responsible_contractor, quickbase: Private, link: projects}",
        "a.yaml:7:50: Quickbase field 'Private' is checkbox and cannot hold a reference",
    ),
}


@pytest.mark.parametrize("case", LINKS)
def test_a_wrong_reference_is_named(case: str) -> None:
    """References need a mapping of the right resource and a field that can hold them."""
    rule, expected = LINKS[case]
    assert expected in lines(*rfi(rule))


def test_a_reference_into_another_table_is_named() -> None:
    """A reference field must point to the table of the mapping it goes through."""
    text = RFIS.replace("quickbase: Related Project", "quickbase: Related Vendor")
    assert lines(text, PROJECTS) == (
        "a.yaml:5:57: 'Related Vendor' points to another table than the mapping 'projects', 'Projects'",
    )


def test_a_reference_to_a_table_with_a_key_of_its_own_is_refused() -> None:
    """Such a reference holds the other key's value, never the record id that links are kept by."""
    schema = QuickbaseSchema(
        DEMO.app, tuple(replace(one, key=13) if one.name == "Projects" else one for one in DEMO.tables)
    )
    files = [SourceFile("a.yaml", RFIS), SourceFile("b.yaml", PROJECTS)]
    assert check(files, schema) == (
        "a.yaml:5:58: table 'Projects' has 'Procore ID' for its key field, so references to it hold no "
        "record ids; make Record ID# its key field again, or leave this rule out",
    )


def test_a_circle_of_required_references_is_refused() -> None:
    """Where each record waits for the other, none could ever be created."""
    strict = DEMO.table("Vendors")
    assert strict is not None
    text = VENDORS.replace("fields:", "create: [quickbase]\nfields:")
    text += "  - {procore: parent, quickbase: Needed Parent, link: vendors}\n"
    needed = field(14, "Needed Parent", strict.fields[-1].field.kind, required=True, target="bvendors")
    schema = QuickbaseSchema("b", (table("bvendors", "Vendors", *strict.fields[3:], needed),))
    assert check([SourceFile("a.yaml", text)], schema) == (
        "a.yaml:7:55: required references run in a circle (vendors → vendors); "
        "none of these records could come first",
    )


def test_an_optional_circle_is_fine() -> None:
    """A vendor may have a parent vendor: that takes a second pass, not a refusal."""
    text = VENDORS + "  - {procore: parent, quickbase: Related Parent, link: vendors}\n"
    assert lines(text) == ()


def test_two_mappings_may_not_write_one_field() -> None:
    """The same field of the same table, the same key field and the same resource's field."""
    other = PROJECTS.replace("mapping: projects", "mapping: more")
    assert lines(PROJECTS, other) == (
        "b.yaml:6:8: mapping 'projects' uses the same key field of the same table",
        "b.yaml:8:15: Procore field 'name' is written by mapping 'projects' too",
        "b.yaml:8:32: Quickbase field 'Project Name' is written by mapping 'projects' too",
    )


def test_disjoint_projects_may_be_shared_out() -> None:
    """One resource may be spread over mappings whose `only` lists do not meet."""
    one = RFIS.replace("{linked: projects}", "{linked: projects, only: [P-1]}")
    two = one.replace("mapping: rfis", "mapping: rfis-two").replace("[P-1]", "[012]")
    two = two.replace("key: Procore ID", "key: Number").replace("Number}", "RFI Manager ID}")
    assert not [one for one in lines(one, two, PROJECTS) if "Procore field" in one]


def test_two_files_may_not_have_one_name() -> None:
    """A mapping's name is its identity in links, state and commands."""
    assert "b.yaml:1:10: the mapping 'projects' is in a.yaml already" in lines(PROJECTS, PROJECTS)


def test_the_carrier_belongs_to_syncd() -> None:
    """A field that carries our mark may not be written by a rule."""
    text = projects("{procore: origin_id, quickbase: City}").replace(
        "  resource: projects\n", "  resource: projects\n  key: origin_id\n"
    )
    assert lines(text) == ("a.yaml:10:15: 'origin_id' carries our mark (`key:`), so no rule may write it",)


def test_every_problem_of_every_file_is_reported_at_once() -> None:
    """A wrong word in one file hides neither its other problems nor those of other files."""
    one = projects("{procore: cty, quickbase: Citty}").replace("fields:", "every: soon\nfields:")
    two = VENDORS + "  - {procore: trade_name, quickbase: Trad}\n"
    found = lines(one, two, "mapping: [\n")
    assert [line.split(": ")[0] for line in found] == [
        "a.yaml:7:8",
        "a.yaml:10:15",
        "a.yaml:10:31",
        "b.yaml:6:38",
        "c.yaml:2:1",
    ]


def test_a_link_to_a_broken_file_is_not_called_unknown() -> None:
    """The name of a file with problems is still a name."""
    broken = PROJECTS.replace("  table: Projects\n", "")
    assert [one for one in lines(RFIS, broken) if one.startswith("a.yaml")] == []
    assert [one for one in lines(RFIS, PROJECTS + "fields: [") if one.startswith("a.yaml")] == []


def test_compile_all_raises_with_all_problems() -> None:
    """ConfigProblem carries one line a problem, and says how many there are."""
    with pytest.raises(ConfigProblem) as caught:
        compile_all([SourceFile("a.yaml", projects("{procore: cty, quickbase: Citty}"))], DEMO)
    assert caught.value.message == "2 problems in 1 mapping file."
    assert len(caught.value.problems) == 2
    assert caught.value.exit_code == 3


def test_offline_nothing_is_asked_of_quickbase() -> None:
    """Without a schema, labels are believed; what the catalogue knows is still checked."""
    text = projects("{procore: cty, quickbase: Never Seen}")
    assert lines(text, online=False) == ("a.yaml:9:15: projects has no field 'cty'; did you mean 'city'?",)
