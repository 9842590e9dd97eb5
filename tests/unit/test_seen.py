"""Seen: which links a pass has listed, a bit each."""

from __future__ import annotations

from syncd.sync.seen import Seen


def test_what_was_noted_is_counted_once_and_the_rest_is_missed() -> None:
    """Noting a link twice counts once; what was never noted is missed, also beyond the room there is."""
    seen = Seen()
    seen.note([1, 9, 9, 70_000])
    seen.note([9])
    assert seen.count() == 3
    assert seen.missed([1, 2, 9, 70_000, 70_001]) == {2, 70_001}


def test_nothing_was_seen_at_first() -> None:
    """A new one counts nothing and misses everything."""
    assert Seen().count() == 0
    assert Seen().missed([3]) == {3}
