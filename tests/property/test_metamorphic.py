"""Two worlds, one of which had a mishap: both reach the same end (P9, A4, A5)."""

from __future__ import annotations

import random
from collections.abc import Callable

import pytest

from syncd.sync.engine import Kind
from tests.proof.memory import snapshot
from tests.proof.scenarios import CITY, COST, CUT
from tests.property.hand import HandWorld, setup_of

SPECS = (CITY, COST, CUT)
CITIES = ("Oslo", "Rome", "Bonn", None)
COSTS = ("1", "2.5", "2.499", None)
Mishap = Callable[[HandWorld], None]


def build(page: int = 3, *, shuffled: bool = False) -> HandWorld:
    """A world whose seven records are in agreement."""
    world = HandWorld(setup_of(*SPECS, page=page))
    order = list(range(7))
    if shuffled:
        random.Random(7).shuffle(order)
    for number in order:
        world.one.vendor("pq"[number % 2]).create([f"Firm {number}", "Oslo", "1", "ash"])
    world.clock.advance(400.0)
    for _ in range(3):
        world.sync()
    return world


def edit(world: HandWorld, number: int, firms: tuple[int, int] = (0, 1)) -> None:
    """People edit some of the records, each on one side; the same ones in every world."""
    for side, which in zip("pq", firms, strict=True):
        vendor = world.one.vendor(side)
        for identity, values in vendor.live().items():
            firm = int(str(values[0]).split()[1])
            if firm % 4 == which:
                city, cost = CITIES[(firm + number) % 4], COSTS[(firm + number) % 4]
                vendor.update(identity, {1: city, 2: cost})


def drop(*tables: str) -> Mishap:
    """Lose these tables of the state."""

    def lose(world: HandWorld) -> None:
        driver = world.store.database._driver
        for name in tables:
            driver.execute(f'DELETE FROM "{name}"')
        driver.commit()

    return lose


def nothing(world: HandWorld) -> None:
    """No mishap."""


def lived(mishap: Mishap, world: HandWorld, *, before: bool) -> HandWorld:
    """Edits, a mishap before or after they were carried over, and time to come to rest."""
    edit(world, 0)
    if not before:
        world.settle()
    mishap(world)
    world.sync(kind=Kind.RESYNC)
    world.settle()
    return world


@pytest.mark.parametrize("before", [True, False], ids=["edits pending", "at rest"])
def test_lost_cursors_change_nothing(before: bool) -> None:
    """Losing every cursor and doing a full resync ends where incremental cycles end (P9)."""
    plain = lived(nothing, build(), before=before).ending()
    assert lived(drop("cursor"), build(), before=before).ending() == plain


def test_a_lost_link_table_is_found_again_by_the_keys() -> None:
    """Without its links syncd pairs by key: no record is made twice and nothing is written (A4′)."""
    world = build()
    edit(world, 0)
    world.settle()
    before, sent = world.ending(), (len(world.one.p.sent), len(world.one.q.sent))
    drop("link", "cursor", "stranger", "mark")(world)
    world.sync(kind=Kind.RESYNC)
    world.settle()
    assert world.ending() == before
    assert (len(world.one.p.sent), len(world.one.q.sent)) == sent


def test_a_restored_backup_catches_up() -> None:
    """An older copy of the state, with newer vendors, ends as if it had never been away.

    What was carried over since the backup agrees already; what is edited after it crosses.
    """
    plain = build()
    edit(plain, 0)
    plain.settle()
    edit(plain, 1, firms=(2, 3))
    plain.settle()
    ending = plain.ending()
    old = build()
    restore = snapshot(old.store)
    edit(old, 0)
    old.settle()
    restore()
    drop("cursor")(old)  # as `syncd db restore` does
    edit(old, 1, firms=(2, 3))
    old.sync(kind=Kind.RESYNC)
    old.settle()
    assert old.ending() == ending


@pytest.mark.parametrize("page", [1, 2, 50])
def test_the_size_and_order_of_pages_change_nothing(page: int) -> None:
    """However a vendor cuts and sorts its listing, the end is the same (A5)."""
    plain = lived(nothing, build(), before=True).ending()
    assert lived(nothing, build(page, shuffled=True), before=True).ending() == plain


def test_how_the_edits_are_spread_over_cycles_changes_nothing() -> None:
    """Three rounds of edits in one cycle or in three: the last word stands on both sides (A5)."""
    endings = []
    for between in (False, True):
        world = build()
        for number in range(3):
            edit(world, number)
            if between:
                world.sync()
        world.settle()
        endings.append(world.ending())
    assert endings[0] == endings[1]


def test_another_cycle_and_another_resync_are_free() -> None:
    """At rest neither a cycle nor a resync sends anything, nor changes either side (A3)."""
    world = lived(nothing, build(), before=True)
    before, sent = world.ending(), (len(world.one.p.sent), len(world.one.q.sent))
    for kind in (Kind.INCREMENTAL, Kind.RESYNC, Kind.SWEEP, Kind.RESYNC):
        world.sync(kind=kind)
    assert world.ending() == before
    assert (len(world.one.p.sent), len(world.one.q.sent)) == sent
