"""The texts by which records are paired at first contact (`core/match.py`)."""

from __future__ import annotations

import pytest

from syncd.core.match import match_texts
from syncd.core.values import ABSENT, Absent, Kind, SideName, Value
from tests.support.rules import reference, rule

RULES = (
    rule("name"),
    rule("city"),
    rule("state", Kind.CHOICE, values={"open": "Open"}),
    rule("cost", Kind.MONEY),
    rule("phone", Kind.PHONE),
    reference("parent", "parents"),
)
EMPTY: tuple[Value | Absent, ...] = (None,) * len(RULES)


class Links:
    """Parent p1 is linked with q1."""

    def across(self, mapping: str, side: SideName, identity: str) -> str | None:
        """The counterpart of p1."""
        return "q1" if (side, identity) == (SideName.PROCORE, "p1") else None


def text(side: SideName, *alternative: int, **values: Value | Absent) -> str | None:
    """The match text of one record on one side."""
    held = list(EMPTY)
    for name, value in values.items():
        held[[one.procore.name for one in RULES if one.procore].index(name)] = value
    return match_texts((alternative,), RULES, tuple(held), side, Links())[0]


P, Q = SideName.PROCORE, SideName.QUICKBASE


@pytest.mark.parametrize("other", ["ACME", "acme, Inc.", "Acmé LLC", " acme  co ", "Acme Inc Ltd"])
def test_names_match_but_for_case_accents_and_legal_suffixes(other: str) -> None:
    """What people spell differently is one name."""
    assert text(P, 0, name="Acme Inc") == text(Q, 0, name=other)


@pytest.mark.parametrize("other", ["Acme North", "Acm", "A c m e"])
def test_different_names_do_not_match(other: str) -> None:
    """Nothing is guessed."""
    assert text(P, 0, name="Acme Inc") != text(Q, 0, name=other)


def test_a_name_of_nothing_but_a_suffix_is_kept() -> None:
    """A firm called Co is not a firm without a name."""
    assert text(P, 0, name="Co") == "co"
    assert text(P, 0, name="---") == "---"


@pytest.mark.parametrize("empty", [None, ABSENT])
def test_an_empty_or_absent_part_matches_nothing(empty: Value | Absent) -> None:
    """Two records without a city are not a pair for that."""
    assert text(P, 0, 1, name="Acme", city=empty) is None


def test_words_and_references_are_compared_in_quickbases_terms() -> None:
    """Value maps and links are applied first; what cannot cross matches nothing."""
    assert text(P, 2, state="open") == text(Q, 2, state="Open")
    assert text(P, 2, state="odd") is None
    assert text(P, 5, parent="p1") == text(Q, 5, parent="q1")
    assert text(P, 5, parent="p9") is None


def test_numbers_and_phones_match_in_their_normal_form() -> None:
    """1.50 is 1.5, and a phone number is its digits."""
    assert text(P, 3, cost="1.5") == text(Q, 3, cost="1.50")
    assert text(P, 4, phone="+1 (555) 010-0000") == text(Q, 4, phone="555-010-0000")


def test_parts_do_not_run_into_each_other() -> None:
    """(ab, c) is not (a, bc)."""
    assert text(P, 0, 1, name="ab", city="c") != text(Q, 0, 1, name="a", city="bc")
