"""Reading baselines ahead is a guess about speed: what it answers is what looking up answers."""

from __future__ import annotations

import random

import pytest

from syncd.clock import ManualClock
from syncd.core.values import SideName
from syncd.store import NewLink, open_store
from syncd.sync.ahead import Ahead


@pytest.mark.parametrize("order", ["as linked", "backwards", "shuffled", "half unknown"])
def test_what_is_read_ahead_is_what_looking_up_finds(order: str) -> None:
    """Whatever the order of a list, each page gets the baselines of its records and of no others."""
    store = open_store("sqlite://", ManualClock())
    names = [str(number) for number in range(60)]
    with store.transaction() as tx:
        layout = tx.layout("m", ("f",))
        tx.add_links(
            [NewLink("m", "", one, f"q{one}", layout, f'["{one}"]', f'["{one}",null]') for one in names]
        )
    listed = {
        "as linked": names,
        "backwards": names[::-1],
        "shuffled": random.Random(3).sample(names, len(names)),
        "half unknown": [one for name in names for one in (name, f"x{name}")],
    }[order]
    ahead = Ahead("m", SideName.PROCORE, hopeful=True)
    with store.read() as tx:
        for start in range(0, len(listed), 7):
            page = listed[start : start + 7]
            assert ahead.bases(tx, page) == tx.bases("m", SideName.PROCORE, page)
    assert ahead.hopeful is (order == "as linked")
    store.close()
