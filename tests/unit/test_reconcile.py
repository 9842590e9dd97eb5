"""The truth table of `core/reconcile.py`: a test a row, and every combination of small values.

The exhaustive half holds `decide` against `expected`, which is written from the table in the
architecture and shares no code with it.
"""

from __future__ import annotations

import itertools
from dataclasses import replace

import pytest

from syncd.core.reconcile import Decision, Result, decide
from syncd.core.rule import Direction, Held, OnEdit, Policy, Rule
from syncd.core.values import ABSENT, Absent, Kind, SideName, Value
from tests.support.rules import rule

P, Q = SideName.PROCORE, SideName.QUICKBASE
Some = Value | Absent


class NoLinks:
    """No reference is linked."""

    def across(self, mapping: str, side: SideName, identity: str) -> str | None:
        """Nothing is on the other side of anything."""
        return None


def unsure() -> SideName | str:
    """Nobody can say who edited last."""
    return "too close to tell"


def the(one: Rule, p: Some, q: Some, p0: Some, q0: Some, verdict: SideName | None = None) -> Decision:
    """Decide with no links and unknown stamps."""
    return decide(one, (p, q), (p0, q0), NoLinks(), unsure, verdict)


PLAIN = rule("name")


# -- one test a row -----------------------------------------------------------------------


@pytest.mark.parametrize(("p", "q"), [(ABSENT, "a"), ("a", ABSENT), (ABSENT, ABSENT)])
def test_an_absent_value_decides_nothing(p: Some, q: Some) -> None:
    """Absent is not cleared: no decision, whatever the baselines say (B3)."""
    assert the(PLAIN, p, q, "x", "y").result is Result.NOTHING
    assert the(PLAIN, p, q, ABSENT, ABSENT).result is Result.NOTHING


def test_without_a_baseline_what_agrees_agrees() -> None:
    """A new pair that means the same gets baselines and no write, also after normalising."""
    assert the(PLAIN, "a", "a", ABSENT, ABSENT).result is Result.AGREE
    assert the(PLAIN, "a", " a ", ABSENT, ABSENT).result is Result.AGREE


def test_without_a_baseline_the_filled_value_crosses() -> None:
    """One side empty at first contact: the other's value is written to it."""
    assert the(PLAIN, "a", None, ABSENT, ABSENT) == Decision(Result.WRITE, Q, "a")
    assert the(PLAIN, None, "b", ABSENT, ABSENT) == Decision(Result.WRITE, P, "b")


def test_without_a_baseline_a_filled_target_of_an_empty_source_is_reported() -> None:
    """The direction does not let it cross: it rests where it is, on the list, with baselines."""
    one = rule("name", direction=Direction.TO_QUICKBASE)
    assert the(one, None, "b", ABSENT, ABSENT) == Decision(Result.REPORT, rests=True)
    assert the(replace(one, on_edit=OnEdit.IGNORE), None, "b", ABSENT, ABSENT).result is Result.AGREE


def test_without_a_baseline_a_difference_is_for_the_word_first() -> None:
    """`first: procore` writes, and keeps the loser; `hold` lists both values."""
    assert the(rule("name", first=Policy.PROCORE), "a", "b", ABSENT, ABSENT) == Decision(
        Result.WRITE, Q, "a", over=True
    )
    assert the(rule("name", first=Policy.HOLD), "a", "b", ABSENT, ABSENT).result is Result.CONFLICT


def test_half_a_baseline_is_none() -> None:
    """A pair with one missing baseline counts as having none."""
    assert the(PLAIN, "a", "b", "a", ABSENT).result is Result.CONFLICT
    assert the(PLAIN, "a", "b", ABSENT, "b").result is Result.CONFLICT


def test_a_one_way_rule_writes_what_its_source_says() -> None:
    """The source changed: write, unless the target means it already."""
    one = rule("name", direction=Direction.TO_QUICKBASE)
    assert the(one, "b", "a", "a", "a") == Decision(Result.WRITE, Q, "b")
    assert the(one, "b", "b", "a", "a").result is Result.AGREE


@pytest.mark.parametrize(
    ("word", "result"),
    [(OnEdit.REPORT, Result.REPORT), (OnEdit.IGNORE, Result.AGREE), (OnEdit.OVERWRITE, Result.WRITE)],
)
def test_an_edited_target_of_a_one_way_rule_is_for_on_edit(word: OnEdit, result: Result) -> None:
    """Only the target was edited: overwrite, ignore or report."""
    one = rule("name", direction=Direction.TO_QUICKBASE, on_edit=word)
    assert the(one, "a", "typed", "a", "a").result is result


def test_nothing_changed_is_nothing() -> None:
    """Both sides stand as they agreed, equal or not: an echo is `now == baseline` (P3)."""
    assert the(PLAIN, "a", "a", "a", "a").result is Result.NOTHING
    assert the(PLAIN, "a", "A", "a", "A").result is Result.NOTHING


def test_only_one_side_changed_crosses() -> None:
    """The changed side's value is written to the other, unless they agree already."""
    assert the(PLAIN, "b", "a", "a", "a") == Decision(Result.WRITE, Q, "b")
    assert the(PLAIN, "a", "b", "a", "a") == Decision(Result.WRITE, P, "b")
    assert the(PLAIN, "a ", "a", "a", "a").result is Result.AGREE


def test_both_changed_and_agree_moves_baselines_only() -> None:
    """Two people typed the same."""
    assert the(PLAIN, "b", "b", "a", "a").result is Result.AGREE


@pytest.mark.parametrize(
    ("policy", "decision"),
    [
        (Policy.PROCORE, Decision(Result.WRITE, Q, "b", over=True)),
        (Policy.QUICKBASE, Decision(Result.WRITE, P, "c", over=True)),
    ],
)
def test_both_changed_and_differ_is_decided_by_policy(policy: Policy, decision: Decision) -> None:
    """The winner's value is written, and the loser is marked as one."""
    assert the(rule("name", conflict=policy), "b", "c", "a", "a") == decision


def test_both_changed_and_differ_is_held_or_for_the_newest() -> None:
    """`hold` lists it; `newest` asks who was later, and holds where that cannot be told."""
    newest = rule("name", conflict=Policy.NEWEST)
    assert the(PLAIN, "b", "c", "a", "a").result is Result.CONFLICT
    held = the(newest, "b", "c", "a", "a")
    assert held.result is Result.CONFLICT
    assert held.held == Held("too close to tell")
    decided = decide(newest, ("b", "c"), ("a", "a"), NoLinks(), lambda: Q)
    assert decided == Decision(Result.WRITE, P, "c", over=True)


def test_a_persons_word_beats_the_policy() -> None:
    """`conflicts settle` names the side whose value is to stand."""
    assert the(rule("name", conflict=Policy.PROCORE), "b", "c", "a", "a", Q).to is P
    assert the(PLAIN, "a", "b", "a", "b", P) == Decision(Result.WRITE, Q, "a")


def test_a_value_that_cannot_cross_is_held() -> None:
    """An unmapped word holds its field and names itself."""
    one = rule("state", Kind.CHOICE, values={"open": "Open"})
    held = the(one, "odd", "Open", "open", "Open")
    assert held.result is Result.HELD
    assert held.held is not None
    assert "odd" in held.held.reason


def test_a_field_sent_at_creation_only_is_never_decided() -> None:
    """`on: create` rules have their say once."""
    assert the(replace(PLAIN, create_only=True), "a", "b", "a", "a").result is Result.NOTHING


# -- every combination --------------------------------------------------------------------

VALUES: tuple[Some, ...] = (ABSENT, None, "a", "a ", "b")
"""Absent, empty, a value, one that is equal after normalising, a different one."""


def same(one: Some, two: Some) -> bool:
    """Equal, or equal after normalising."""
    return (str(one).strip() if one else one) == (str(two).strip() if two else two)


def expected(one: Rule, p: Some, q: Some, p0: Some, q0: Some) -> tuple[str, SideName | None]:
    """The table of the architecture, read from top to bottom: (result, written side)."""
    to_q, to_p = one.direction is not Direction.TO_PROCORE, one.direction is not Direction.TO_QUICKBASE
    kept = ("agree", None) if one.on_edit is OnEdit.IGNORE else ("report", None)
    if p is ABSENT or q is ABSENT:
        return "nothing", None
    if p0 is ABSENT or q0 is ABSENT:
        if same(p, q):
            return "agree", None
        if q is None or p is None:
            allowed = to_q if q is None else to_p
            return ("write", Q if q is None else P) if allowed else kept
        return contest(one.first, to_p, to_q, kept)
    if p == p0 and q == q0:
        return "nothing", None
    if not (to_p and to_q):
        target, moved = (Q, p != p0) if to_q else (P, q != q0)
        if same(p, q):
            return "agree", None
        if moved or one.on_edit is OnEdit.OVERWRITE:
            return "write", target
        return kept
    if same(p, q):
        return "agree", None
    if q == q0:
        return "write", Q
    if p == p0:
        return "write", P
    return contest(one.conflict, True, True, kept)


def contest(
    word: Policy, to_p: bool, to_q: bool, kept: tuple[str, SideName | None]
) -> tuple[str, SideName | None]:
    """Who wins by a word of the mapping; a side that may not be written stays as it is."""
    if word in (Policy.HOLD, Policy.NEWEST):
        return "conflict", None
    loser, allowed = (Q, to_q) if word is Policy.PROCORE else (P, to_p)
    return ("write", loser) if allowed else kept


RULES = [
    rule("name", direction=direction, conflict=conflict, first=first, on_edit=on_edit)
    for direction in Direction
    for conflict in (Policy.HOLD, Policy.QUICKBASE, Policy.PROCORE)
    for first in (Policy.HOLD, Policy.PROCORE, Policy.QUICKBASE)
    for on_edit in OnEdit
]


@pytest.mark.parametrize("one", RULES, ids=lambda r: f"{r.direction}-{r.conflict}-{r.first}-{r.on_edit}")
def test_every_combination_is_decided_as_the_table_says(one: Rule) -> None:
    """Absent, empty, equal, equal after normalising and different, for both baselines and sides."""
    for p, q, p0, q0 in itertools.product(VALUES, repeat=4):
        made = the(one, p, q, p0, q0)
        assert (made.result.value, made.to) == expected(one, p, q, p0, q0), (p, q, p0, q0)


@pytest.mark.parametrize("one", RULES[:9], ids=lambda r: f"{r.conflict}-{r.first}-{r.on_edit}")
def test_the_table_is_symmetric(one: Rule) -> None:
    """Swapping the sides of a two-way rule, and its words, gives the mirrored decision (A6)."""
    swap = {Policy.PROCORE: Policy.QUICKBASE, Policy.QUICKBASE: Policy.PROCORE}
    two = replace(
        one,
        direction=Direction.TWO_WAY,
        conflict=swap.get(one.conflict, one.conflict),
        first=swap.get(one.first, one.first),
    )
    one = replace(one, direction=Direction.TWO_WAY)
    for p, q, p0, q0 in itertools.product(VALUES, repeat=4):
        here, there = the(one, p, q, p0, q0), the(two, q, p, q0, p0)
        assert here.result is there.result
        assert here.value == there.value
        assert {here.to, there.to} in ({None}, {P, Q})
