"""First match: which texts make two unlinked records the same, and which never may."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from syncd.core.match import ALONE, match_texts, sure_pairs
from syncd.core.rule import Rule
from syncd.core.values import ABSENT, Absent, Kind, SideName, Value
from tests.support.rules import field, reference, rule

P, Q = SideName.PROCORE, SideName.QUICKBASE


class Links:
    """A link table with one pair in it."""

    def across(self, mapping: str, side: SideName, identity: str) -> str | None:
        return "q1" if (side, identity) == (P, "p1") else None


def text(
    value: Value | Absent, side: SideName = P, kind: Kind = Kind.TEXT, one: Rule | None = None
) -> str | None:
    """The match text of one value under a rule of this kind."""
    return match_texts(((0,),), (one or rule("name", kind),), (value,), side, Links())[0]


@pytest.mark.parametrize(
    ("one", "two"),
    [
        ("ACME Concrete", "acme concrete"),
        ("Acme, Inc.", "Acme"),
        ("Acme Inc Ltd", "acme  co "),
        ("Acme Concrete Company LLC", "acme-concrete"),
        ("  Acme   Concrete ", "Acme Concrete"),
        ("Müller & Söhne GmbH", "muller sohne"),
        ("Straße 7", "STRASSE 7"),
        ("Cafe\u0301 Nord", "Café Nord"),
    ],
)
def test_names_match_across_case_spaces_accents_and_legal_suffixes(one: str, two: str) -> None:
    """What people write differently on two systems is one name."""
    assert text(one) == text(two, Q) is not None


@pytest.mark.parametrize(
    ("one", "two"),
    [
        ("Acme North", "Acme South"),
        ("Acme", "Acm"),
        ("Acme", "A c m e"),
        ("Inc", "LLC"),
        ("Co", "Corp"),
        ("Acme 1", "Acme 11"),
        ("北京", "上海"),
    ],
)
def test_different_names_do_not_match(one: str, two: str) -> None:
    """Setting things aside never goes so far that two names become one."""
    assert text(one) != text(two, Q)
    assert text(one)


def test_a_name_of_nothing_but_a_suffix_or_marks_is_kept() -> None:
    """A firm called Co is not a firm without a name."""
    assert (text("Co"), text("---")) == ("co", "---")


@pytest.mark.parametrize("value", [None, ABSENT])
def test_empty_or_unread_matches_nothing(value: Value | Absent) -> None:
    """Two records without a name are not the same record."""
    assert text(value) is None


@given(st.text(min_size=1, max_size=30).filter(lambda s: s.strip()))
def test_a_name_that_is_there_has_a_text(name: str) -> None:
    """However odd a name, it is not set aside to nothing, and both sides see it alike."""
    assert text(name)
    assert text(name, P) == text(name, Q)


@pytest.mark.parametrize(
    ("kind", "one", "two"),
    [
        (Kind.PHONE, "+1 (555) 010-2030", "5550102030"),
        (Kind.EMAIL, "Ann@Example.com", "ann@example.com"),
        (Kind.NUMBER, "12.50", "12.5"),
        (Kind.CHOICES, ["b", "a"], ["a", "b"]),
        (Kind.CHOICE, "Open", "open"),
    ],
)
def test_other_kinds_match_by_what_they_mean(kind: Kind, one: Value, two: Value) -> None:
    """Phones by their digits, e-mail and choices without case, numbers and lists by value."""
    assert text(one, P, kind) == text(two, Q, kind) is not None


def test_yes_and_no_are_different() -> None:
    """An unticked box is a value, not an empty one."""
    assert text(True, P, Kind.CHECKBOX) != text(False, Q, Kind.CHECKBOX)
    assert text(False, P, Kind.CHECKBOX) == text(False, Q, Kind.CHECKBOX) is not None


def test_both_sides_are_brought_into_quickbases_terms() -> None:
    """Value maps and references match by what they mean, not by what they are called."""
    mapped = rule("state", Kind.CHOICE, values={"open": "Offen"})
    assert text("open", P, one=mapped) == text("Offen", Q, one=mapped) is not None
    linked = reference("vendor", "vendors")
    assert text("p1", P, one=linked) == text("q1", Q, one=linked) is not None


def test_a_value_that_cannot_cross_matches_nothing() -> None:
    """A word outside `values:` or a parent without a link never makes a pair."""
    assert text("odd", P, one=rule("state", Kind.CHOICE, values={"open": "Offen"})) is None
    assert text("p2", P, one=reference("vendor", "vendors")) is None


def test_a_rule_without_a_quickbase_field_matches_nothing() -> None:
    """There is nothing on the other side to compare with."""
    assert text("Acme", P, one=replace(rule("name"), quickbase=None)) is None


def test_a_side_that_shortens_matches_the_longer_name() -> None:
    """What Quickbase can hold of the value is what both sides are compared by."""
    short = replace(rule("name"), quickbase=field("Name", max_length=6))
    assert text("Bolt Works", P, one=short) == text("Bolt W", Q, one=short)


def test_each_alternative_has_a_text_of_its_own() -> None:
    """They are tried in order; one with an empty part is left out, and does not disturb the others."""
    rules = (rule("number"), rule("name"), rule("city"))
    texts = match_texts(((0,), (1, 2)), rules, (None, "Acme Inc", "Oslo"), P, Links())
    assert texts[0] is None
    assert texts[1] == match_texts(((0,), (1, 2)), rules, ("7", "ACME", "oslo"), Q, Links())[1]
    assert match_texts(((1, 2),), rules, (None, "Acme", None), P, Links()) == (None,)


def test_the_parts_of_an_alternative_do_not_run_together() -> None:
    """ "ab" and "c" are not "a" and "bc"."""
    rules = (rule("name"), rule("city"))
    one = match_texts(((0, 1),), rules, ("ab", "c"), P, Links())
    assert one != match_texts(((0, 1),), rules, ("a", "bc"), Q, Links())


def test_a_record_matches_within_its_project_only() -> None:
    """Two projects may use the same number; the project is part of every text, once."""
    rules = (rule("project"), rule("number"))
    one = match_texts(((1,), (0, 1)), rules, ("p1", "7"), P, Links(), within=0)
    two = match_texts(((1,), (0, 1)), rules, ("p2", "7"), Q, Links(), within=0)
    assert one[0] == one[1] != two[0]
    assert one == match_texts(((1,), (0, 1)), rules, ("p1", "7"), Q, Links(), within=0)
    assert match_texts(((1,),), rules, (None, "7"), P, Links(), within=0) == (None,)


@given(st.lists(st.integers(0, 9)), st.lists(st.integers(0, 9)))
def test_only_what_is_alone_on_both_sides_is_a_sure_pair(left: list[int], right: list[int]) -> None:
    """A place is paired exactly where its number, not zero, stands once on each side."""
    found = sure_pairs(left, right)
    for place, number in enumerate(left):
        alone = number != 0 and left.count(number) == right.count(number) == 1
        assert found[place] == (right.index(number) if alone else ALONE)


def test_sure_pairs_are_the_same_however_many_there_are() -> None:
    """Work in parts finds what work at once would, for negative numbers too."""
    many = [number * 7919 - 600_000 for number in range(130_000) if number * 7919 != 600_000]
    found = sure_pairs(many, many[::-1])
    assert all(place == len(many) - 1 - index for index, place in enumerate(found))
