"""Other bytes in a row make a new image in Procore, where the mapping says so."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from syncd.sandbox.faults import Fault
from syncd.sync.engine import Kind
from syncd.sync.planning import apply_plan, make_plan
from tests.support.gallery import Gallery
from tests.support.whole_stack import SPOOL


@pytest.fixture(scope="module")
def gallery() -> Iterator[Gallery]:
    """A gallery, for facts about pictures of different names."""
    made = Gallery()
    yield made
    made.stack.store.close()


def _quiet(gallery: Gallery) -> bool:
    found = gallery.stack.sync("photos", kind=Kind.SWEEP)
    return all(not any(one.created.values()) and not any(one.updated.values()) for one in found.cycles)


def test_other_bytes_make_a_new_image_and_the_old_one_stays(gallery: Gallery) -> None:
    """The row is linked with the new image, which holds what the row says; the old one stays, makes no row,
    and is not matched again; nothing is listed, and afterwards nothing is written (P3, P4)."""
    row = gallery.picture("west.jpg", b"west")
    gallery.noted(row, "from the gate")
    gallery.sync("photos")
    before = len(gallery.linked())

    gallery.picture("west two.jpg", b"west two", row)
    gallery.sync("photos")

    mine = [one for one in gallery.images() if one[0].startswith("west")]
    assert mine == [("west.jpg", b"west", "from the gate"), ("west two.jpg", b"west two", "from the gate")]
    assert gallery.newest("west two.jpg") in gallery.linked()
    assert gallery.newest("west.jpg") not in gallery.linked()
    assert len(gallery.linked()) == before
    assert _quiet(gallery)
    gallery.noted(row, "in the rain")
    gallery.sync("photos")
    assert [one[2] for one in gallery.images() if one[0].startswith("west")] == [
        "from the gate",
        "in the rain",
    ]
    assert gallery.stack.issues("photos") == []


def test_an_edit_of_the_old_image_crosses_before_the_new_one_is_made(gallery: Gallery) -> None:
    """What a person said of the old image in Procore meanwhile stands on the new one, too (P2)."""
    row = gallery.picture("roof.jpg", b"roof")
    gallery.sync("photos")
    old = int(gallery.newest("roof.jpg").rpartition("/")[2])

    gallery.picture("roof.jpg", b"roof two", row)
    gallery.procore.put("images", {"description": "tiles"}, record=old, scope=gallery.project)
    gallery.sync("photos", times=4)

    mine = [one for one in gallery.images() if one[0] == "roof.jpg"]
    assert mine == [("roof.jpg", b"roof", "tiles"), ("roof.jpg", b"roof two", "tiles")]
    assert _quiet(gallery)


@pytest.mark.parametrize("kind", ["drop", "error", "late"])
def test_a_lost_answer_makes_no_second_image(gallery: Gallery, kind: str) -> None:
    """Made or not, now or later: there is one new image in the end, linked in the old one's place (P4)."""
    row = gallery.picture(f"{kind}.jpg", b"one")
    gallery.sync("photos")
    gallery.stack.world.add_fault(Fault(kind, "procore", "POST", "/rest/v1.0/images", times=1))

    gallery.picture(f"{kind}.jpg", b"two", row)
    gallery.sync("photos", times=6)

    assert [one[1] for one in gallery.images() if one[0] == f"{kind}.jpg"] == [b"one", b"two"]
    assert gallery.newest(f"{kind}.jpg") in gallery.linked()
    assert _quiet(gallery)
    assert [one.reason for one in gallery.stack.issues("photos")] == []


def test_a_plan_shows_the_new_image_and_applying_it_makes_it(gallery: Gallery) -> None:
    """The plan writes nothing and has one create in Procore; what is applied is that."""
    row = gallery.picture("planned.jpg", b"one")
    gallery.sync("photos")
    gallery.picture("planned.jpg", b"two", row)
    stack, before = gallery.stack, len(gallery.images())
    stack.clock.advance(200.0)
    mappings = stack.load()

    plan = make_plan(stack.store, mappings, stack.vendors.side, stack.clock, names=["photos"])
    shown = [(one.verb, one.side, one.source) for one in plan.actions]
    assert shown[:1] == [("create", "procore", str(row))]
    assert len(gallery.images()) == before

    apply_plan(plan, stack.store, mappings, stack.vendors.side, stack.clock, spool=SPOOL)
    gallery.sync("photos")
    assert [one[1] for one in gallery.images() if one[0] == "planned.jpg"] == [b"one", b"two"]
    assert gallery.newest("planned.jpg") in gallery.linked()


def test_an_image_that_may_be_ours_is_left_to_a_person_and_none_is_made_beside_it() -> None:
    """The answer was lost and somebody edited what was made: nobody can tell, so it is listed and the field
    held, through sweeps, until a person links it (P4)."""
    gallery = Gallery()
    row = gallery.picture("gate.jpg", b"gate")
    gallery.noted(row, "open")
    gallery.sync("photos")
    gallery.stack.world.add_fault(Fault("drop", "procore", "POST", "/rest/v1.0/images", times=1))
    gallery.picture("gate.jpg", b"gate two", row)
    gallery.stack.sync("photos", wait=20.0)
    made = int(gallery.newest("gate.jpg").rpartition("/")[2])
    gallery.procore.put("images", {"description": "shut"}, record=made, scope=gallery.project)

    gallery.sync("photos", times=5)
    gallery.stack.sync("photos", kind=Kind.SWEEP)
    gallery.sync("photos")

    assert [one[1] for one in gallery.images() if one[0] == "gate.jpg"] == [b"gate", b"gate two"]
    listed = gallery.stack.issues("photos")
    assert {one.state for one in listed} == {"duplicate", "held"}
    assert all(f"{gallery.project}/{made} was made at that time" in one.reason for one in listed)
    gallery.stack.store.close()
