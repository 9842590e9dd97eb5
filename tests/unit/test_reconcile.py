"""The decision table of `syncd/core/reconcile.py`: a test for each of its rows.

`test_reconcile_all.py` tries every combination there is against an oracle of its own.
"""

from __future__ import annotations

from dataclasses import replace

import pytest

from syncd.core.reconcile import Decision, Result, agreed, decide
from syncd.core.rule import Direction, Held, OnEdit, Policy, Rule
from syncd.core.unreadable import Unreadable
from syncd.core.values import ABSENT, Absent, SideName, Value
from tests.support.rules import field, reference, rule

P, Q = SideName.PROCORE, SideName.QUICKBASE
OPEN = rule("name")
Reading = Value | Absent
TO_Q, TO_P = Direction.TO_QUICKBASE, Direction.TO_PROCORE


class Links:
    """A link table with one pair in it."""

    def across(self, mapping: str, side: SideName, identity: str) -> str | None:
        pair = {(P, "p1"): "q1", (Q, "q1"): "p1"}
        return pair.get((side, identity)) if mapping == "vendors" else None


LINKS = Links()


def look(
    one: Rule,
    now: tuple[Reading, Reading],
    base: tuple[Reading, Reading],
    newest: SideName | str = "nobody can say",
    verdict: SideName | None = None,
) -> Decision:
    """Decide one field, with everything else out of the way."""
    return decide(one, now, base, LINKS, lambda: newest, verdict)


# -- a test a row -----------------------------------------------------------------------


@pytest.mark.parametrize("now", [(ABSENT, "b"), ("b", ABSENT), (ABSENT, ABSENT)])
def test_absent_is_no_decision(now: tuple[Reading, Reading]) -> None:
    """A side that did not say is neither cleared nor believed to be empty, whatever the other did."""
    assert look(OPEN, now, ("a", "a")).result is Result.NOTHING
    assert look(OPEN, now, (ABSENT, ABSENT)).result is Result.NOTHING
    assert look(OPEN, now, ("a", "a"), verdict=P).result is Result.NOTHING


def test_what_cannot_be_read_is_held_with_what_stands_there() -> None:
    """A value of no shape its kind has is neither cleared, nor written over by the other side's change
    or a person's word; its field says why it waits."""
    odd = Unreadable("it is a list")
    for now in ((odd, "b"), ("b", odd), (ABSENT, odd)):
        for verdict in (None, P, Q):
            assert look(OPEN, now, ("a", "a"), verdict=verdict) == Decision(Result.HELD, held=Held(odd.why))
    assert look(replace(OPEN, create_only=True), (odd, "b"), ("a", "a")).result is Result.NOTHING


def test_no_baseline_and_they_agree_takes_baselines_only() -> None:
    """A new link whose values mean the same writes nothing."""
    assert look(OPEN, ("a ", "a"), (ABSENT, ABSENT)) == Decision(Result.AGREE)
    assert look(OPEN, (None, None), (ABSENT, ABSENT)) == Decision(Result.AGREE)


def test_no_baseline_and_one_side_empty_lets_the_filled_value_cross() -> None:
    """The filled value crosses where the direction lets it, and rests where it does not."""
    assert look(OPEN, ("a", None), (ABSENT, ABSENT)) == Decision(Result.WRITE, Q, "a")
    assert look(OPEN, (None, "a"), (ABSENT, ABSENT)) == Decision(Result.WRITE, P, "a")
    one = replace(OPEN, direction=TO_Q)
    assert look(one, (None, "a"), (ABSENT, ABSENT)) == Decision(Result.REPORT, rests=True)
    ignored = look(replace(one, on_edit=OnEdit.IGNORE), (None, "a"), (ABSENT, ABSENT))
    assert ignored.result is Result.AGREE


@pytest.mark.parametrize(
    ("first", "expected"),
    [
        (Policy.PROCORE, Decision(Result.WRITE, Q, "a", over=True)),
        (Policy.QUICKBASE, Decision(Result.WRITE, P, "b", over=True)),
        (Policy.HOLD, Result.CONFLICT),
    ],
)
def test_no_baseline_and_they_differ_follows_the_first_word(
    first: Policy, expected: Decision | Result
) -> None:
    """`first:` decides at first contact; the conflict policy has no say, and the loser is named."""
    for conflict in Policy:
        found = look(replace(OPEN, first=first, conflict=conflict), ("a", "b"), (ABSENT, ABSENT))
        assert expected in (found, found.result)


def test_a_missing_baseline_on_one_side_alone_is_no_baseline() -> None:
    """Half a baseline proves no change: the field is at first contact."""
    assert look(OPEN, ("a", "b"), ("a", ABSENT)).result is Result.CONFLICT
    assert look(OPEN, ("a", "b"), (ABSENT, "b")).result is Result.CONFLICT


@pytest.mark.parametrize(("direction", "target"), [(TO_Q, Q), (TO_P, P)])
def test_one_way_source_changed_is_written(direction: Direction, target: SideName) -> None:
    """The source's change crosses even over an edit of the target, and is no conflict."""
    one = replace(OPEN, direction=direction)
    now = ("b", "c") if target is Q else ("c", "b")
    assert look(one, now, ("a", "a")) == Decision(Result.WRITE, target, "b")
    assert look(one, ("b", "b "), ("a", "a")) == Decision(Result.AGREE)


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        (OnEdit.OVERWRITE, Decision(Result.WRITE, Q, "a")),
        (OnEdit.IGNORE, Decision(Result.AGREE)),
        (OnEdit.REPORT, Decision(Result.REPORT)),
    ],
)
def test_one_way_only_the_target_was_edited_follows_on_edit(word: OnEdit, expected: Decision) -> None:
    """`on_edit:` says what becomes of an edit that may not cross."""
    assert look(replace(OPEN, direction=TO_Q, on_edit=word), ("a", "c"), ("a", "a")) == expected


def test_neither_changed_is_nothing() -> None:
    """Baselines that differ from each other are how a lossy server looks: not a change (P11)."""
    assert look(OPEN, ("a long text", "a long"), ("a long text", "a long")).result is Result.NOTHING


def test_one_side_changed_is_written_to_the_other() -> None:
    """Only P changed, and only Q changed, mirror each other; empty crosses like any value."""
    assert look(OPEN, ("b", "a"), ("a", "a")) == Decision(Result.WRITE, Q, "b")
    assert look(OPEN, ("a", "b"), ("a", "a")) == Decision(Result.WRITE, P, "b")
    assert look(OPEN, (None, "a"), ("a", "a")) == Decision(Result.WRITE, Q, None)
    assert look(OPEN, ("a ", "a"), ("a", "a")) == Decision(Result.AGREE)


def test_both_changed_and_agree_takes_baselines_only() -> None:
    """Two people who typed the same did not conflict."""
    assert look(OPEN, ("b", "b "), ("a", "a")) == Decision(Result.AGREE)


@pytest.mark.parametrize(
    ("policy", "newest", "expected"),
    [
        (Policy.PROCORE, "unknown", Decision(Result.WRITE, Q, "b", over=True)),
        (Policy.QUICKBASE, "unknown", Decision(Result.WRITE, P, "c", over=True)),
        (Policy.NEWEST, P, Decision(Result.WRITE, Q, "b", over=True)),
        (Policy.NEWEST, Q, Decision(Result.WRITE, P, "c", over=True)),
        (Policy.NEWEST, "too close", Decision(Result.CONFLICT, held=Held("too close"))),
        (Policy.HOLD, P, Result.CONFLICT),
    ],
)
def test_both_changed_and_differ_follows_the_policy(
    policy: Policy, newest: SideName | str, expected: Decision | Result
) -> None:
    """A real conflict is decided by its policy and names its loser, or waits for a person."""
    found = look(replace(OPEN, conflict=policy), ("b", "c"), ("a", "a"), newest)
    assert expected in (found, found.result)


def test_a_persons_word_beats_every_policy() -> None:
    """`conflicts settle` names the side whose value is to stand, even of a field grown quiet."""
    one = replace(OPEN, conflict=Policy.PROCORE)
    assert look(one, ("b", "c"), ("a", "a"), verdict=Q) == Decision(Result.WRITE, P, "c", over=True)
    assert look(OPEN, ("a", "b"), ("a", "b"), verdict=P) == Decision(Result.WRITE, Q, "a")


# -- what the rows rest on --------------------------------------------------------------


def test_records_that_differ_where_they_meet_are_not_said_to_be_edited() -> None:
    """What is held at first contact says so: nobody edited anything."""
    met = look(replace(OPEN, first=Policy.HOLD), ("a", "b"), (ABSENT, ABSENT))
    edited = look(replace(OPEN, conflict=Policy.HOLD), ("a", "b"), ("c", "c"))

    assert [one.result for one in (met, edited)] == [Result.CONFLICT] * 2
    assert ["edited" in one.held.reason for one in (met, edited) if one.held] == [False, True]


def test_a_value_that_cannot_be_sent_again_is_told_of_where_records_meet_with_two() -> None:
    """A field that Procore takes at creation only differs at first contact: nothing can bring it into
    agreement, and it passed in silence. An empty one contradicts nobody; `ignore` says so of all."""
    once = replace(OPEN, procore=replace(field("name"), on_update=False), create_only=True)

    assert look(once, ("b", "c"), (ABSENT, ABSENT)).result is Result.REPORT
    assert look(once, ("b", "b"), (ABSENT, ABSENT)).result is Result.AGREE
    quiet = replace(once, on_edit=OnEdit.IGNORE)
    for one, now in ((once, ("b", None)), (once, ("b", ABSENT)), (quiet, ("b", "c"))):
        assert look(one, now, (ABSENT, ABSENT)).result is Result.NOTHING


def test_a_value_sent_on_create_only_is_never_decided() -> None:
    """`on: create` values belong to people from then on."""
    assert look(replace(OPEN, create_only=True), ("b", "c"), ("a", "a")).result is Result.NOTHING


def test_a_side_that_shortens_agrees_with_the_longer_text() -> None:
    """Agreement is asked in the other side's own schema, so what it cannot hold is no difference."""
    there = field("Name", max_length=4)
    assert agreed(replace(OPEN, quickbase=there), "a longer one", "a lo", LINKS)
    assert not agreed(OPEN, "a longer one", "a lo", LINKS)


def test_a_value_that_cannot_cross_is_held_where_it_would_be_written() -> None:
    """A word missing from `values:` holds the field and says so; nothing is written."""
    mapped = rule("state", values={"open": "Open"})
    found = look(mapped, ("odd", "Open"), ("open", "Open"))
    assert (found.result, found.to) == (Result.HELD, Q)
    assert found.held is not None
    assert "odd" in found.held.reason


def test_a_reference_crosses_once_its_parent_is_linked() -> None:
    """A linked identity is translated; one that is not says what it waits for."""
    one = reference("vendor", "vendors")
    assert look(one, ("p1", None), (None, None)) == Decision(Result.WRITE, Q, "q1")
    waiting = look(one, ("p2", None), (None, None))
    assert waiting.held is not None
    assert waiting.held.waits == ("vendors", P, "p2")


def test_no_baseline_and_a_source_that_cannot_be_said_is_held() -> None:
    """At first contact a one-way rule whose source means nothing on the other side contests nothing:
    it is held with what is wrong, whatever stands in the target."""
    unsaid = replace(OPEN, direction=TO_Q, to_quickbase=lambda _value, _links: Held("'x' is not a number"))
    for there in ("filled", None):
        decision = look(unsaid, ("x", there), (ABSENT, ABSENT))
        assert decision == Decision(Result.HELD, Q, held=Held("'x' is not a number"))
