"""Every combination of baselines, values, directions and words, against an oracle of its own.

The oracle is written from the table in words (docs/architecture.md, "The decision per
field"), in terms of *source* and *target*; it shares no code with the decision it judges.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass, replace

import pytest

from syncd.core.reconcile import Decision, Result, decide
from syncd.core.rule import Direction, OnEdit, Policy, Rule
from syncd.core.values import ABSENT, Absent, SideName, Value
from tests.support.rules import rule

P, Q = SideName.PROCORE, SideName.QUICKBASE
TWO, TO_Q, TO_P = Direction.TWO_WAY, Direction.TO_QUICKBASE, Direction.TO_PROCORE
OPEN = rule("name")
Reading = Value | Absent
VALUES: tuple[Reading, ...] = (ABSENT, None, "a", "a ", "b", "c")
"""Absent, empty, a value, the same value but for white space, and two others."""


class NoLinks:
    """A link table that nothing here asks."""

    def across(self, mapping: str, side: SideName, identity: str) -> str | None:
        return None


LINKS = NoLinks()


@dataclass(frozen=True, slots=True)
class Case:
    """One field in one situation, side by side: index 0 is Procore's, 1 Quickbase's."""

    one: Rule
    now: tuple[Reading, Reading]
    base: tuple[Reading, Reading]
    newest: SideName | str = "nobody can say"
    verdict: SideName | None = None


def look(case: Case) -> Decision:
    """What the product decides."""
    return decide(case.one, case.now, case.base, LINKS, lambda: case.newest, case.verdict)


def same(one: Reading, two: Reading) -> bool:
    """What "agree" means for these values, in words: white space round them does not count."""
    return (one or "").strip() == (two or "").strip()  # type: ignore[union-attr]


def expected(case: Case) -> tuple[Result, SideName | None, Reading]:
    """The table, read row by row: the result, the side written to, and the value written."""
    if ABSENT in case.now:
        return Result.NOTHING, None, None
    if same(*case.now):
        quiet = case.base == case.now and case.verdict is None
        return (Result.NOTHING if quiet else Result.AGREE), None, None
    if ABSENT in case.base:
        return _at_first(case)
    changed = {side for side, now, base in zip((P, Q), case.now, case.base, strict=True) if now != base}
    if not changed:
        return (Result.NOTHING, None, None) if case.verdict is None else _won(case, case.verdict)
    if case.one.direction is not TWO:
        return _one_way(case, changed)
    if len(changed) == 2:
        return _conflict(case, case.one.conflict)
    return _won(case, changed.pop())


def _at_first(case: Case) -> tuple[Result, SideName | None, Reading]:
    if None in case.now:  # no conflict, so a word that was said about one is not about this
        return _won(replace(case, verdict=None), P if case.now[1] is None else Q)
    return _conflict(case, case.one.first)


def _one_way(case: Case, changed: set[SideName]) -> tuple[Result, SideName | None, Reading]:
    source = P if case.one.direction is TO_Q else Q
    if (
        source in changed
        or case.verdict is source
        or (case.verdict is None and case.one.on_edit is OnEdit.OVERWRITE)
    ):
        return _won(case, source)
    return _left(case), None, None


def _conflict(case: Case, policy: Policy) -> tuple[Result, SideName | None, Reading]:
    said = {Policy.PROCORE: P, Policy.QUICKBASE: Q, Policy.NEWEST: case.newest, Policy.HOLD: ""}[policy]
    winner = case.verdict or said
    return _won(case, winner) if isinstance(winner, SideName) else (Result.CONFLICT, None, None)


def _won(case: Case, winner: SideName) -> tuple[Result, SideName | None, Reading]:
    """That side's value crosses, if the direction lets it."""
    if case.one.direction is (TO_Q if winner is Q else TO_P):
        return _left(case), None, None
    return Result.WRITE, (Q if winner is P else P), case.now[0 if winner is P else 1]


def _left(case: Case) -> Result:
    """A target that is not written: a person's word or `ignore` ends it, else it is reported."""
    settled = case.verdict is not None or case.one.on_edit is OnEdit.IGNORE
    return Result.AGREE if settled else Result.REPORT


def cases(one: Rule, **rest: object) -> Iterator[Case]:
    """Every combination of values now and before."""
    for p, q, p0, q0 in itertools.product(VALUES, repeat=4):
        yield Case(one, (p, q), (p0, q0), **rest)  # type: ignore[arg-type]


def judge(case: Case) -> None:
    """Compare the decision with the oracle's."""
    found = look(case)
    assert (found.result, found.to, found.value) == expected(case), f"{case} → {found}"


@pytest.mark.parametrize("direction", list(Direction))
@pytest.mark.parametrize("on_edit", list(OnEdit))
def test_every_combination_follows_the_table(direction: Direction, on_edit: OnEdit) -> None:
    """All values, directions, policies and words: the decision is the one the table names."""
    for conflict, first in zip(Policy, [*list(Policy)[1:], Policy.PROCORE], strict=True):  # never the same
        one = replace(OPEN, direction=direction, on_edit=on_edit, conflict=conflict, first=first)
        asks = Policy.NEWEST in (conflict, first)
        for newest in (P, Q, "too close") if asks else ("nobody can say",):
            for case in cases(one, newest=newest):
                judge(case)


@pytest.mark.parametrize("direction", list(Direction))
@pytest.mark.parametrize("verdict", [P, Q])
def test_a_persons_word_ends_every_combination(direction: Direction, verdict: SideName) -> None:
    """Whatever the policies say, a person's choice is carried out or, where it is so, agreed to."""
    for on_edit, policy in itertools.product(OnEdit, (Policy.HOLD, Policy.NEWEST)):
        one = replace(OPEN, direction=direction, on_edit=on_edit, conflict=policy, first=policy)
        for case in cases(one, verdict=verdict):
            judge(case)


def test_sides_may_be_swapped() -> None:
    """The mirror image of a situation has the mirror image of its decision (both sides are equal)."""
    mirror = {P: Q, Q: P, None: None}
    turned = {TWO: TWO, TO_Q: TO_P, TO_P: TO_Q}
    word = {Policy.PROCORE: Policy.QUICKBASE, Policy.QUICKBASE: Policy.PROCORE}
    for direction, policy in itertools.product(Direction, Policy):
        one = replace(OPEN, direction=direction, conflict=policy, first=policy)
        other = word.get(policy, policy)
        two = replace(OPEN, direction=turned[direction], conflict=other, first=other)
        for case in cases(one):
            here = look(replace(case, newest=P))
            there = look(Case(two, case.now[::-1], case.base[::-1], Q))
            assert replace(here, to=mirror[here.to]) == there
