"""Rules that say Procore's references in words: what they compile to, and how a misuse is named."""

from __future__ import annotations

import pytest

from syncd.core.rule import Direction, Held, Rule
from syncd.core.values import Kind, SideName, Value
from syncd.mapping.compile import check, compile_all
from syncd.mapping.compiled import Mapping
from syncd.mapping.expressions import cannot
from syncd.mapping.load import SourceFile
from syncd.mapping.projection import read_plan
from syncd.mapping.schemas import QuickbaseSchema
from tests.support.mapping_texts import PROJECTS, RFIS
from tests.support.quickbase_schema import DEMO, field, table


class NoLinks:
    """No record is linked."""

    def across(self, mapping: str, side: SideName, identity: str) -> str | None:
        """See `LinkLookup.across`."""
        return None


def app() -> QuickbaseSchema:
    """The demo app, with the fields of people, codes and lists in its RFIs."""
    rfis = DEMO.table("RFIs")
    assert rfis is not None
    more = (
        field(90, "Manager"),
        field(91, "Manager Mail", Kind.EMAIL, type="email"),
        field(92, "Assignees", Kind.CHOICES, type="multitext"),
        field(93, "In Court"),
        field(94, "Cost Code"),
        field(95, "Count", Kind.NUMBER, type="numeric"),
        field(96, "Stage", Kind.CHOICE, type="text-multiple-choice", choices=("D", "C")),
    )
    others = [one for one in DEMO.tables if one.name != "RFIs"]
    kept = [one for one in rfis.fields if one.fid > 5]
    return QuickbaseSchema(DEMO.app, (*others, table(rfis.dbid, "RFIs", *kept, *more)))


def compiled(*entries: str) -> Mapping:
    """The RFIs' mapping with these rules more."""
    rules = "".join(f"  - {one}\n" for one in entries)
    files = [SourceFile("a.yaml", RFIS + rules), SourceFile("b.yaml", PROJECTS)]
    return next(one for one in compile_all(files, app()) if one.name == "rfis")


def rule(entry: str) -> Rule:
    """That rule, compiled."""
    return compiled(entry).rules[1]


def across(one: Rule, value: Value, to: SideName) -> Value | Held:
    """What a value means on the other side."""
    return one.translate(value, to, NoLinks())


def test_a_reference_by_a_word_is_text_on_both_sides() -> None:
    """The rule knows a person by address alone; the mapping says which reference that is, and by what."""
    made = compiled("{procore: rfi_manager, quickbase: Manager Mail, by: email}")

    one = made.rules[1]
    assert one.procore is not None
    assert (one.procore.name, one.procore.kind) == ("rfi_manager", Kind.EMAIL)
    assert across(one, "pm@example.com", SideName.PROCORE) == "pm@example.com"
    (named,) = made.named
    assert (named.rule, named.by, named.field.name) == (1, "email", "rfi_manager")
    assert named.field.kind is Kind.USER


def test_the_words_have_a_name_of_their_own_in_a_raw_record() -> None:
    """One reference may be read by two words, and none of them is mistaken for the id."""
    made = compiled(
        "{procore: rfi_manager, quickbase: Manager Mail, by: email}",
        "{procore: rfi_manager, quickbase: Manager, by: name, direction: to-quickbase}",
    )

    plan = read_plan(made, SideName.PROCORE)

    assert {"rfi_manager by email", "rfi_manager by name"} <= plan.needs
    raw = {"rfi_manager by email": "pm@example.com", "rfi_manager by name": "P. M.", "rfi_manager": "7"}
    assert plan.project(raw)[1:] == ("pm@example.com", "P. M.")


def test_a_list_by_a_word_is_a_list_of_texts() -> None:
    """Assignees go to a multi-select field as they are."""
    one = rule("{procore: assignees, quickbase: Assignees, by: email}")

    assert one.procore is not None
    assert one.procore.kind is Kind.CHOICES
    assert across(one, ["a@example.com", "b@example.com"], SideName.QUICKBASE) == [
        "a@example.com",
        "b@example.com",
    ]


def test_join_makes_one_text_of_a_list_and_parts_it_again() -> None:
    """The separator may be typed with or without the spaces round it; empty parts do not count."""
    one = rule('{procore: assignees, quickbase: In Court, by: name, join: "; "}')

    assert across(one, ["Ana", "Bo"], SideName.QUICKBASE) == "Ana; Bo"
    assert across(one, "Bo;Ana; ;Bo", SideName.PROCORE) == ["Ana", "Bo"]
    assert across(one, None, SideName.QUICKBASE) is None
    assert across(one, ";", SideName.PROCORE) is None


def test_a_part_that_holds_the_separator_is_held() -> None:
    """Joined, it could not be told from two."""
    one = rule('{procore: assignees, quickbase: In Court, by: name, join: ", "}')

    held = across(one, ["Doe, Jan"], SideName.QUICKBASE)

    assert isinstance(held, Held)
    assert held.reason == "'Doe, Jan' holds ',', which stands between the parts; `join:` with another"


def test_what_could_not_be_said_in_words_is_held_with_its_reason() -> None:
    """The Procore side says why; the field waits, alone."""
    plain = rule("{procore: rfi_manager, quickbase: Manager, by: name}")
    joined = rule('{procore: assignees, quickbase: In Court, by: name, join: "; "}')

    for one in (plain, joined):
        held = across(one, cannot("nobody knows"), SideName.QUICKBASE)
        assert isinstance(held, Held)
        assert held.reason == "nobody knows"


def test_default_values_and_constants_are_words_too() -> None:
    """What an admin writes stands for a person, a code or a stage by its word."""
    default = rule("{procore: rfi_manager, quickbase: Manager Mail, by: email, default: pm@example.com}")
    listed = rule('{procore: assignees, quickbase: In Court, by: name, join: "; ", default: "Doe, J; Ro, K"}')
    values = rule("{procore: project_stage, quickbase: Stage, by: name, values: {Design: D, Closing: C}}")
    constant = compiled("{procore: rfi_manager, value: pm@example.com, by: email, on: create}")

    assert across(default, None, SideName.PROCORE) == "pm@example.com"
    assert across(listed, None, SideName.PROCORE) == ["Doe, J", "Ro, K"]
    assert across(values, "Closing", SideName.QUICKBASE) == "C"
    assert across(values, "D", SideName.PROCORE) == "Design"
    assert across(constant.rules[1], None, SideName.PROCORE) == "pm@example.com"
    assert constant.named[0].rule == 1


def test_the_word_is_part_of_what_a_rule_means() -> None:
    """Another word or separator re-bases the rule; a rule without either means what it always did."""
    marks = {
        rule(f"{{procore: assignees, quickbase: In Court, {rest}}}").fingerprint
        for rest in ('by: name, join: ";"', 'by: email, join: ";"', 'by: name, join: "/"')
    }

    assert len(marks) == 3


def test_offline_a_rule_by_a_word_is_believed() -> None:
    """`check` needs no Quickbase for it."""
    rules = (
        "  - {procore: rfi_manager, quickbase: X, by: email, default: pm@example.com}\n"
        '  - {procore: ball_in_courts, quickbase: Y, by: name, join: "; ", direction: to-quickbase}\n'
        "  - {procore: cost_code, quickbase: Z, by: full_code}\n"
    )

    assert check([SourceFile("a.yaml", RFIS + rules), SourceFile("b.yaml", PROJECTS)]) == ()


MISUSES = {
    "plain field": (
        "{procore: subject, quickbase: Manager, by: name}",
        "a.yaml:6:44: 'subject' is text, not a reference, so it has no `by:`",
    ),
    "unknown word": (
        "{procore: rfi_manager, quickbase: Manager, by: e-mail}",
        "a.yaml:6:52: 'rfi_manager' can be said by email or name, not by 'e-mail'",
    ),
    "word of another reference": (
        "{procore: cost_code, quickbase: Cost Code, by: number}",
        "a.yaml:6:52: 'cost_code' can be said by full_code or name, not by 'number'",
    ),
    "part of the address": (
        "{procore: project, quickbase: Manager, by: name}",
        "a.yaml:6:44: 'project' is part of the record's address; it takes `link:`, not `by:`",
    ),
    "beside link": (
        "{procore: responsible_contractor, quickbase: Manager, by: name, link: projects}",
        "a.yaml:6:59: `by:` cannot stand beside `link:`",
    ),
    "no Procore field": (
        "{quickbase: Manager, by: name, from: subject}",
        "a.yaml:6:26: `by:` says a Procore reference in words, and this rule names no Procore field",
    ),
    "no list to write by": (
        "{procore: specification_section, quickbase: Manager, by: number}",
        "a.yaml:6:62: Procore has no list of specification sections, so a number cannot become an id; "
        "write `direction: to-quickbase`",
    ),
    "join without a list": (
        '{procore: rfi_manager, quickbase: Manager, by: name, join: ";"}',
        "a.yaml:6:58: `join:` makes one text of a list, and 'rfi_manager' is no list",
    ),
    "join of ids": (
        '{procore: assignees, quickbase: Manager, join: ";"}',
        "a.yaml:6:46: `join:` 'assignees' is a list of ids: say it in words with `by:`",
    ),
    "join into a number": (
        '{procore: assignees, quickbase: Count, by: name, join: ";"}',
        "a.yaml:6:54: `join:` makes one text, and Quickbase field 'Count' is number",
    ),
    "empty join": (
        '{procore: assignees, quickbase: Manager, by: name, join: ""}',
        'a.yaml:6:56: `join:` stands between the parts of a list, so it cannot be empty; write "; "',
    ),
    "a list and no join": (
        "{procore: assignees, quickbase: Manager, by: name}",
        "a.yaml:6:5: 'assignees' does not fit 'Manager': a list of choices does not map to text; "
        "make one text of it with `join:`",
    ),
    "users without a word": (
        "{procore: assignees, quickbase: Assignees}",
        "a.yaml:6:5: 'assignees' does not fit 'Assignees': lists of users have different ids on both sides; "
        "matching them needs `by:`",
    ),
}


@pytest.mark.parametrize("case", MISUSES)
def test_a_misuse_is_named_with_its_place(case: str) -> None:
    """One exact line for each way in which `by:` and `join:` cannot stand."""
    entry, expected = MISUSES[case]
    files = [SourceFile("a.yaml", f"{RFIS}  - {entry}\n"), SourceFile("b.yaml", PROJECTS)]

    assert check(files, app()) == (expected,)


def test_a_word_that_is_only_read_goes_one_way() -> None:
    """Specification sections have no list, but answers carry their number."""
    one = rule("{procore: specification_section, quickbase: Manager, by: number, direction: to-quickbase}")

    assert one.direction is Direction.TO_QUICKBASE
    assert across(one, "03 30 00", SideName.QUICKBASE) == "03 30 00"


def test_missing_folders_are_made_only_where_a_path_names_them() -> None:
    """`missing:` stands beside `by: path` in a rule that goes to Procore, and never in the folders' own
    mapping, where each folder is a row: there it would make what a row is about to make."""
    files = "mapping: docs\nprocore: {resource: KIND, projects: {linked: projects}}\n"
    files += "quickbase: {table: Docs, key: Key}\nfields:\n"
    files += (
        "  - {procore: project, quickbase: Project, link: projects}\n  - {procore: parent, quickbase: Place"
    )

    def told(rule: str, kind: str = "files") -> list[str]:
        text = f"{files.replace('KIND', kind)}, {rule}}}\n"
        return check([SourceFile("a.yaml", text), SourceFile("b.yaml", PROJECTS)])

    assert not told("by: path, missing: create")
    assert "it needs `by: path`" in told("link: docs, missing: create")[0]
    assert "goes to Quickbase only" in told("by: path, missing: create, direction: to-quickbase")[0]
    assert "each folder is a row of its own" in told("by: path, missing: create", "folders")[0]
    assert not told("by: path", "folders")
    assert "can be said by path, not by 'name'" in told("by: name")[0]


def test_other_bytes_make_a_new_record_only_of_images_that_are_created() -> None:
    """`replace:` stands beside `as: file` in a mapping of images that creates in Procore: of a file other
    bytes are a new version."""
    text = "mapping: shots\nprocore: {resource: KIND, projects: {linked: projects}}\n"
    text += "quickbase: {table: Shots, key: Key}\nCREATEfields:\n"
    text += "  - {procore: project, quickbase: Project, link: projects}\n"
    text += "  - {procore: MORE, quickbase: Shot, RULE}\n"

    def told(kind: str, more: str, rule: str, create: str = "create: [procore]\n") -> str:
        shown = (
            text.replace("KIND", kind).replace("MORE", more).replace("RULE", rule).replace("CREATE", create)
        )
        found = check([SourceFile("a.yaml", shown), SourceFile("b.yaml", PROJECTS)])
        return "\n".join(one for one in found if "replace" in one)

    assert told("images", "content", "as: file, replace: new") == ""
    assert "it needs `as: file`" in told("images", "description", "replace: new")
    assert "as a new version" in told("files", "content", "as: file, replace: new")
    assert "add it to `create:`" in told("images", "content", "as: file, replace: new", "")
