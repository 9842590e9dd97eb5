"""Words and ids at the edge of the Procore side: what is sent, what is refused, and what never raises."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest

from syncd.catalog.registry import resource
from syncd.clock import ManualClock
from syncd.core.values import ABSENT
from syncd.errors import Stopped, Transient
from syncd.http.message import Lane
from syncd.mapping.compiled import Mapping, Named
from syncd.mapping.expressions import reason_of
from syncd.procore.client import Listing, Page
from syncd.procore.names import Names
from syncd.sides.port import Draft, Outcome, Patch, Verdict
from syncd.sides.procore_names import Spelling
from tests.support.vendor_rig import hand_mapping


class Lists:
    """Stands for the client: one list of users, or trouble."""

    company = "1"

    def __init__(self) -> None:
        self.trouble: Exception | None = None

    def page(self, listing: Listing, number: int, lane: Lane) -> Page:
        """The whole list on one page."""
        if self.trouble:
            raise self.trouble
        rows: list[dict[str, Any]] = [{"id": 7, "name": "Ana", "email_address": "ana@example.com"}]
        return Page(rows, 1, 1000, False, 0.0, None)


def mapping() -> Mapping:
    """RFIs: the subject, the manager by address, the assignees by name."""
    about = resource("rfis")
    made = hand_mapping("rfis", ["subject", "rfi_manager", "assignees"])
    fields = [about.field(name) for name in ("rfi_manager", "assignees")]
    named = tuple(
        Named(rule, one, by) for rule, one, by in zip((1, 2), fields, ("email", "name"), strict=True) if one
    )
    return replace(made, named=named)


def spelling() -> tuple[Spelling, Lists]:
    """The edge, and the vendor's lists behind it."""
    lists = Lists()
    return Spelling(Names(lists, ManualClock()), mapping()), lists  # type: ignore[arg-type]


class Sent:
    """Takes what is ready to be sent."""

    def __init__(self) -> None:
        self.values: list[dict[int, Any]] = []

    def __call__(self, items: Sequence[Draft | Patch]) -> list[Outcome]:
        """Everything succeeds."""
        self.values += [dict(one.values) for one in items]
        return [Outcome(Verdict.DONE)] * len(items)


def test_ids_take_the_place_of_words_and_order_is_kept() -> None:
    """A refused record does not move the outcomes of the others; its rule and its word are named."""
    edge, _ = spelling()
    sent = Sent()
    patches = [
        Patch("5/1", {0: "A"}, "5"),
        Patch("5/2", {0: "B", 1: "nobody@example.com"}, "5"),
        Patch("5/3", {1: "ana@example.com", 2: ["Ana"]}, "5"),
        Patch("5/4", {1: None, 2: None}, "5"),
    ]

    found = edge.write(patches, sent)

    assert [one.verdict for one in found] == [Verdict.DONE, Verdict.REFUSED, Verdict.DONE, Verdict.DONE]
    assert found[1].field == 1
    assert found[1].reason.startswith("RFI manager: none of Procore's users has the e-mail address")
    assert sent.values == [{0: "A"}, {1: "7", 2: ["7"]}, {1: None, 2: None}]


def test_nothing_is_sent_where_a_list_cannot_be_read_just_now() -> None:
    """The record is certainly not written and comes again; being stopped is raised, as ever."""
    edge, lists = spelling()
    sent = Sent()
    lists.trouble = Transient("later", status=502)

    (found,) = edge.write([Draft({1: "ana@example.com"}, "5")], sent)

    assert (found.verdict, sent.values) == (Verdict.UNSENT, [])
    lists.trouble = Stopped("stopped")
    with pytest.raises(Stopped):
        edge.write([Draft({1: "ana@example.com"}, "5")], sent)
    assert sent.values == []


def test_reading_a_writes_answer_never_raises() -> None:
    """A list that fails after the write must not make the write look undone: it would be done twice."""
    edge, lists = spelling()
    row = {"id": 1, "rfi_manager": {"id": 7}, "assignees": [{"id": 7, "name": "Ana"}]}

    def send(items: Sequence[Patch]) -> list[Outcome]:
        lists.trouble = Transient("later", status=502)
        assert edge.read(row, "5") == {"rfi_manager by email": ABSENT, "assignees by name": ABSENT}
        return [Outcome(Verdict.DONE)]

    assert edge.write([Patch("5/1", {0: "A"}, "5")], send)[0].verdict is Verdict.DONE
    edge.lane = Lane.POLL
    with pytest.raises(Transient):
        edge.read(row, "5")


def test_what_the_answer_says_is_taken_from_it_and_the_rest_from_the_list() -> None:
    """An answer without the word costs the list; one that leaves the field out says nothing."""
    edge, lists = spelling()
    carried = {"rfi_manager": {"id": 7, "login": "Ana@Example.com"}, "assignees": [{"id": 8, "name": "Bo"}]}

    assert edge.read({"rfi_manager": {"id": 7}, "assignees": [{"id": 7}]}, "5") == {
        "rfi_manager by email": "ana@example.com",
        "assignees by name": ["Ana"],
    }
    lists.trouble = AssertionError("asked")
    assert edge.read(carried, "5") == {"rfi_manager by email": "ana@example.com", "assignees by name": ["Bo"]}
    assert edge.read({"rfi_manager": None, "assignees": []}, "5") == {
        "rfi_manager by email": None,
        "assignees by name": None,
    }
    assert set(edge.read({}, "5").values()) == {ABSENT}


def test_an_id_that_has_no_word_says_why() -> None:
    """The value is a reason that the rule turns into a held field, not an empty field."""
    edge, _ = spelling()

    said = edge.read({"rfi_manager": {"id": 99}, "assignees": None}, "5")["rfi_manager by email"]

    assert reason_of(said) == (
        "RFI manager cannot be said by email: Procore's users do not show the one with id 99"
    )
