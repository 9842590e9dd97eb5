"""Files cross between attachments and Procore's documents and photos, through the whole product."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from syncd.sandbox.faults import Fault
from syncd.sync.engine import Kind
from tests.support.file_site import Site


@pytest.fixture(scope="module")
def site() -> Iterator[Site]:
    """A site, for facts about files of different names."""
    made = Site()
    yield made
    made.stack.store.close()


def test_new_files_and_new_versions_cross_both_ways_once(site: Site) -> None:
    """A file of one side becomes one of the other with its bytes, a new version becomes a new version,
    plain fields flow with them, and afterwards nothing is written (P3, P4)."""
    file = site.put_file("plan.pdf", b"first plan")
    row = site.attach("door.pdf", b"first door", **{"File Name": "door.pdf"})
    site.sync()
    for there in (site.files(), site.attached()):
        assert (there["plan.pdf"], there["door.pdf"]) == ([b"first plan"], [b"first door"])
    site.put_file("plan.pdf", b"second plan", file)
    site.attach("door v2.pdf", b"second door", row, Notes="wider")
    site.sync()
    assert site.files()["plan.pdf"] == site.attached()["plan.pdf"] == [b"first plan", b"second plan"]
    assert site.files()["door.pdf"] == [b"first door", b"second door"]
    assert site.described("door.pdf") == "wider"
    quiet = site.stack.sync("drawings", kind=Kind.SWEEP)
    assert [(one.created, one.updated) for one in quiet.cycles] == [({}, {})]


def test_equal_files_that_meet_are_read_once_and_linked(site: Site) -> None:
    """Two records with the same bytes under one name agree when they meet: no version is made, and the
    bytes are not read again (P3)."""
    site.put_file("wall.pdf", b"the wall")
    site.attach("wall.pdf", b"the wall", **{"File Name": "wall.pdf"})

    site.sync()
    read = site.transfers()
    site.stack.sync("drawings", kind=Kind.SWEEP)

    assert site.files()["wall.pdf"] == site.attached()["wall.pdf"] == [b"the wall"]
    assert site.transfers() == read


def test_files_that_differ_when_they_meet_are_a_conflict_a_person_settles(site: Site) -> None:
    """Other bytes under one name go over nothing unasked; a verdict brings the chosen ones across."""
    site.put_file("roof.pdf", b"our roof")
    site.attach("roof.pdf", b"the roof", **{"File Name": "roof.pdf"})
    site.sync()
    (issue,) = [one for one in site.stack.issues("drawings") if one.state == "conflict"]

    with site.stack.store.transaction() as tx:
        tx.set_verdict(issue.id, "quickbase")

    site.sync()
    assert site.files()["roof.pdf"] == [b"our roof", b"the roof"]


def test_a_removed_attachment_deletes_nothing_and_is_held(site: Site) -> None:
    """Procore keeps the file and the reason says what to do; bytes attached again cross (P6)."""
    row = site.attach("gate.pdf", b"gate", **{"File Name": "gate.pdf"})
    site.sync()

    site.detach(row)
    site.sync()

    assert any("attachment was removed" in reason for reason in site.held())
    assert site.files()["gate.pdf"] == [b"gate"]
    site.attach("gate.pdf", b"new gate", row)
    site.sync()
    assert site.files()["gate.pdf"] == [b"gate", b"new gate"]


def test_a_file_too_large_for_the_api_is_held_before_a_byte_moves(site: Site) -> None:
    """The reason names Quickbase's limit, and the record's other fields cross (P7)."""
    before = site.transfers()
    site.put_file("huge.pdf", bytes(29_925_001), description="a scan")

    site.sync()

    assert any("29,925,000 in one upload" in reason for reason in site.held())
    assert "huge.pdf" in {row["File Name"] for row in site.rows()}
    assert site.transfers() == before
    site.recycle("huge.pdf")


def test_bytes_that_find_no_door_are_brought_minutes_later(site: Site) -> None:
    """A 404 on the way of bytes tells of a version replaced or a tool withdrawn at that moment: it was once
    taken for the file's own fault, and the file waited for six hours although nothing was in its way."""
    site.attach("porch.pdf", b"the porch", **{"File Name": "porch.pdf"})
    site.stack.world.add_fault(Fault("error", "procore", "POST", "/rest/v1.1/projects/*", 404))

    site.sync(times=1)
    assert "porch.pdf" not in site.files()
    assert any("porch.pdf of quickbase is not across yet" in one for one in site.held())
    site.sync()

    assert site.files()["porch.pdf"] == [b"the porch"]
    assert not any("porch.pdf" in one for one in site.held())


def test_a_checked_out_file_holds_with_procores_words(site: Site) -> None:
    """409 refuses the new version alone: what else was edited crosses, and nothing is lost (P2, P7)."""
    row = site.attach("beam.pdf", b"beam", **{"File Name": "beam.pdf"})
    site.sync()
    site.check_out("beam.pdf")
    site.attach("beam.pdf", b"new beam", row)

    site.sync()

    assert any("checked out" in reason for reason in site.held())
    assert site.files()["beam.pdf"] == [b"beam"]


def test_pictures_cross_both_ways_and_are_never_replaced(site: Site) -> None:
    """An image becomes a row and a row an image, called like its attachment; other bytes are held, for
    Procore cannot replace an image's."""
    site.photo("east.jpg", b"east")
    row = site.picture("west.jpg", b"west")
    site.sync("photos")
    assert site.photos() == {"east.jpg": b"east", "west.jpg": b"west"}
    assert {name for name, _ in site.pictures()} == {"east.jpg", "west.jpg"}

    site.picture("north.jpg", b"north", row)
    site.sync("photos")

    assert any("only when a record is created" in one.reason for one in site.stack.issues("photos"))
    assert site.photos()["west.jpg"] == b"west"
