"""What a record is known to hold, and from when on a record is news."""

from __future__ import annotations

import math

import pytest

from syncd.catalog import names, resource
from syncd.core.values import ABSENT, SideName, decode_row
from syncd.sides.port import Record
from syncd.store import Cursor
from syncd.sync.horizon import OVERLAP, Horizon, horizon_of, read_to
from syncd.sync.known import carried, digest, moved, noted
from syncd.sync.news import word_of

BLANK = [ABSENT, ABSENT]


def test_a_digest_tells_no_value_and_nothing_across_records() -> None:
    """Equal values of two records have different digests; an absent one has none."""
    assert digest("1", "Lyon") == digest("1", "Lyon")
    assert digest("1", "Lyon") != digest("2", "Lyon")
    assert digest("1", None)
    assert digest("1", ABSENT) == ""


def test_a_field_moves_once_until_its_baseline_does() -> None:
    """A noted value is no news; one that differs from the note is; a moved baseline voids the note."""
    notes = decode_row(noted("1", ["a", "x"], BLANK, ["b", "x"]))

    assert moved("1", ["a", "x"], BLANK, ["b", "x"]) == [0]
    assert moved("1", ["a", "x"], notes, ["b", "x"]) == []
    assert moved("1", ["a", "x"], notes, ["a", "x"]) == [0]
    assert moved("1", ["c", "x"], notes, ["b", "x"]) == [0]
    assert moved("1", ["b", "x"], notes, ["b", "x"]) == []


def test_what_was_never_known_or_not_read_has_not_moved() -> None:
    """A field without a baseline is first seen, then noted; a reading that lacks a field says nothing."""
    notes = decode_row(noted("1", BLANK, BLANK, ["a", ABSENT]))

    assert moved("1", BLANK, BLANK, ["a", "x"]) == []
    assert moved("1", BLANK, notes, ["b", "x"]) == [0]
    assert moved("1", ["a", "x"], BLANK, ["a", ABSENT]) == []
    assert noted("1", ["a", "x"], BLANK, ["a", "x"]) == ""


def test_an_old_version_does_not_hide_what_was_known() -> None:
    """Notes against an old reading keep the younger value, so that its return is no news."""
    notes = decode_row(carried("1", ["new", "x"], BLANK, ["old", "x"]))

    assert moved("1", ["old", "x"], notes, ["new", "x"]) == []
    assert moved("1", ["old", "x"], notes, ["newer", "x"]) == [0]
    assert carried("1", ["a", "x"], BLANK, ["a", "x"]) == ""


def cursor(**rest: object) -> Cursor:
    """A cursor of a feed that was read to 1000, and to 900 before."""
    given = {"position": 1000.0, "previous": 900.0, "complete": True, "shape": "s", **rest}
    return Cursor("m", SideName.PROCORE, "", **given)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("one", "since"),
    [
        (cursor(), 900.0 - OVERLAP),
        (cursor(previous=0.0), 1000.0 - OVERLAP),
        (cursor(previous=0.0, position=0.0), math.inf),
        (cursor(complete=False), 700.0 - OVERLAP),
    ],
)
def test_what_was_created_before_the_cursor_is_old(one: Cursor, since: float) -> None:
    """A scope's own cursor says it, and for a new scope the feed's; an empty first pass says nothing."""
    horizon = horizon_of(one, 700.0, "s")

    assert horizon.since == since
    if since < math.inf:
        assert horizon.is_news(Record("1", "", (), created=since))
    assert not horizon.is_news(Record("1", "", (), created=min(since, 9e9) - 1))


def test_without_a_stamp_of_creation_a_new_id_is_news_once_the_scope_was_read_whole() -> None:
    """Before that it is first sight of old data."""
    record = Record("1", "", ())

    assert horizon_of(cursor(), 0.0, "s").is_news(record)
    assert not horizon_of(cursor(complete=False), 0.0, "s").is_news(record)
    assert not Horizon().is_news(record)


def test_lost_cursors_make_nothing_news() -> None:
    """A feed without a complete cursor begins anew."""
    assert read_to([cursor(complete=False)]) == math.inf
    assert read_to([cursor(), cursor(position=50.0)]) == 1000.0


def test_the_kinds_of_event_follow_from_the_catalogue() -> None:
    """A membership is removed, what is made under a record replies to it, all else is plain."""
    words = {
        name: [word_of(resource(name), what) for what in ("created", "updated", "deleted")]
        for name in names()
    }

    assert words["rfi-replies"] == ["replied", "reply updated", "deleted"]
    assert {name for name in words if words[name][2] == "removed"} == {"project-users", "project-vendors"}
    assert {name for name in words if words[name][0] == "replied"} == {"rfi-replies"}
    assert word_of(None, "created") == "created"
