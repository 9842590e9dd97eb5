"""The event feed in the database: kept once, in order, within bounds; and how records were known."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from syncd.clock import ManualClock
from syncd.core.values import SideName
from syncd.store import (
    Deed,
    NewEvent,
    NewIntent,
    NewLink,
    NewOccurrence,
    Sighting,
    Store,
    occurrences,
    open_store,
)
from syncd.store.ours import AGAIN

CLOCK = ManualClock()


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def store(request: pytest.FixtureRequest) -> Iterator[Store]:
    """An empty store on each engine."""
    url = "sqlite://" if request.param == "sqlite" else request.getfixturevalue("postgres_url")
    opened = open_store(url, CLOCK)
    yield opened
    opened.close()


def event(number: int, kind: str = "updated", version: str = "1", **rest: Any) -> NewOccurrence:
    """An event of one record of `vendors`."""
    plain = NewOccurrence("vendors", kind, "vendors", "", str(number), version, fields=("city",))
    return plain._replace(**rest)


def test_one_version_makes_one_event_of_a_kind(store: Store) -> None:
    """What is seen twice is told once; another kind or version is another event."""
    with store.transaction() as tx:
        tx.add_occurrences([event(1), event(1), event(1, version="2"), event(1, "deleted")])
    with store.transaction() as tx:
        tx.add_occurrences([event(1)])

    with store.read() as tx:
        found = tx.occurrences()
    assert [(one.kind, one.procore_id) for one in found] == [
        ("updated", "1"),
        ("updated", "1"),
        ("deleted", "1"),
    ]
    assert found[0].fields == ("city",)
    assert found[0].at == CLOCK.now()


def test_events_are_listed_by_what_is_asked(store: Store) -> None:
    """By feed, resource and time, onwards from an id, or the newest first; a watch has no mapping."""
    with store.transaction() as tx:
        tx.add_occurrences([event(1), event(2, feed="watch:rfis", resource="rfis"), event(3)])

    with store.read() as tx:
        assert [one.procore_id for one in tx.occurrences(feed="vendors")] == ["1", "3"]
        assert [(one.procore_id, one.mapping) for one in tx.occurrences(resource="rfis")] == [("2", "")]
        assert [one.procore_id for one in tx.occurrences(newest=True, limit=2)] == ["3", "2"]
        first = tx.occurrences(limit=1)[0]
        assert [one.procore_id for one in tx.occurrences(after_id=first.id)] == ["2", "3"]
        assert [one.procore_id for one in tx.occurrences(before_id=first.id + 1)] == ["1"]
        assert tx.occurrences(since=CLOCK.now() + 1) == []


def test_an_event_names_the_record_it_is_linked_with(store: Store) -> None:
    """Also if the link came later; what was told at the time stands where there is none any more."""
    with store.transaction() as tx:
        tx.add_occurrences([event(1), event(2, quickbase_id="77")])
        layout = tx.layout("vendors", ["a"])
        tx.add_links([NewLink("vendors", "", "1", "11", layout, "[]", "[]")])

    with store.read() as tx:
        assert [one.quickbase_id for one in tx.occurrences()] == ["11", "77"]


def test_the_feed_is_bounded_by_count_and_age(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """The oldest make room, and what is older than asked for goes."""
    monkeypatch.setattr(occurrences, "MOST_OCCURRENCES", 3)
    for number in range(5):
        with store.transaction() as tx:
            tx.add_occurrences([event(number)])
        CLOCK.advance(10.0)

    with store.transaction() as tx:
        assert [one.procore_id for one in tx.occurrences()] == ["2", "3", "4"]
        assert tx.prune_occurrences(CLOCK.now() - 15.0) == 2
        assert [one.procore_id for one in tx.occurrences()] == ["4"]


def test_a_sighting_is_one_a_record_and_can_be_found_by_what_is_wrong_with_it(store: Store) -> None:
    """Put, replaced, listed by its scope or where missing, forgotten."""
    one = Sighting("watch:rfis", "9/1", "9", 1, '["x"]', 5.0, 100.0)
    with store.transaction() as tx:
        tx.put_sightings(
            [one, one._replace(identity="9/2", seen=200.0, missing=1), one._replace(feed="other")]
        )
        tx.put_sightings([one._replace(stamp=6.0)])

    with store.transaction() as tx:
        assert tx.sightings("watch:rfis", ["9/1", "9/7"]) == {"9/1": one._replace(stamp=6.0)}
        assert tx.sightings_of("watch:rfis", "9") == [("9/1", 0), ("9/2", 1)]
        assert [row.identity for row in tx.sightings_missing("watch:rfis")] == ["9/2"]
        assert tx.homes("watch:rfis") == [("9/1", "9", 6.0, True), ("9/2", "9", 5.0, True)]
        assert tx.sighted("watch:rfis", "9", 1) == ["9/1"]
        tx.forget_sightings("watch:rfis", ["9/1"])
        assert tx.sighted("watch:rfis", "9", 9) == ["9/2"]
        assert tx.sighted("other", "9", 9) == ["9/1"]


def test_what_we_did_ourselves_is_found_in_the_journal(store: Store) -> None:
    """A mapping's removals, and a person's own changes and creates: what was done or may have been, in
    Procore; what was refused or never left was not."""
    base = NewIntent("m", None, None, SideName.PROCORE, "delete", "", "1", "")
    hand = replace(
        base, mapping="procore:vendors", verb="update", sent={"city": "Lyon"}, sent_at=50.0, source="go"
    )
    left_out = [
        replace(base, state="refused"),
        replace(base, side=SideName.QUICKBASE),
        replace(base, verb="update"),
        replace(hand, identity="3", state="void"),
    ]
    with store.transaction() as tx:
        tx.open_intents([replace(base, state="done"), replace(base, identity="2"), hand, *left_out])
        (doubt,) = tx.open_intents([replace(base, identity="4", verb="archive")])
        tx.close_intent(doubt, "void", AGAIN)
        tx.record([NewEvent("procore:vendors", "create", procore_id="5")])

    with store.read() as tx:
        removals = tx.removals("m", ["1", "2", "3", "4"])
        by_hand = tx.deeds_by_hand("vendors", ["1", "3"])
        assert tx.made_by_hand("vendors", ["1", "5"], ["create"]) == {"5"}
    assert {key: [one.verb for one in some] for key, some in removals.items()} == {
        "1": ["delete"],
        "2": ["delete"],
        "4": ["archive"],
    }
    assert by_hand == {"1": [Deed("1", "update", 50.0, {"city": "Lyon"}, "go")]}
