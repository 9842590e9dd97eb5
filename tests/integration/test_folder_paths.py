"""Where a file stands, said as a path in a text field, through the whole product."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from syncd.core.values import SideName
from syncd.sandbox.faults import Fault
from syncd.sides.port import Draft
from syncd.sync.engine import Kind
from syncd.sync.planning import apply_plan, make_plan
from syncd.sync.rehearsal import Permitted
from tests.support.cabinet import Cabinet
from tests.support.file_site import DRAWINGS
from tests.support.whole_stack import SPOOL

PATH = "  - {procore: parent, quickbase: Folder, by: path}\n"


@pytest.fixture(scope="module")
def cabinet() -> Iterator[Cabinet]:
    """A cabinet, for facts about files of different names."""
    made = Cabinet()
    yield made
    made.stack.store.close()


def test_a_path_is_read_written_and_moved_both_ways(cabinet: Cabinet) -> None:
    """A file's folder is its path in Quickbase; an edited path moves the file, a moved file edits the path,
    an empty path is the top, and afterwards nothing is written (P3)."""
    drawings = cabinet.folder("Drawings")
    level = cabinet.folder("Level 1", drawings)
    cabinet.put_file("plan.pdf", b"plan", parent_id=level)
    cabinet.put_file("top.pdf", b"top")
    cabinet.sync()
    assert (cabinet.said("plan.pdf"), cabinet.said("top.pdf")) == ("Drawings/Level 1", None)

    cabinet.edit("plan.pdf", "Drawings")
    cabinet.moved("top.pdf", level)
    cabinet.sync()
    assert (cabinet.stands("plan.pdf"), cabinet.said("top.pdf")) == ("Drawings", "Drawings/Level 1")

    cabinet.edit("plan.pdf", "")
    cabinet.sync()
    assert cabinet.stands("plan.pdf") is None
    quiet = cabinet.stack.sync("drawings", kind=Kind.SWEEP)
    assert [(one.created, one.updated) for one in quiet.cycles] == [({}, {})]


def test_missing_folders_are_made_once_and_known_as_ours(cabinet: Cabinet) -> None:
    """Two new files and a moved one that want one new folder get it, level by level, each once (P4); a
    folder that a person made is used, and what we made is remembered as ours, so it is no news."""
    cabinet.folder("Reports")
    cabinet.new("may.pdf", "Reports/2031/May")
    cabinet.new("june.pdf", "Reports/2031/June")
    cabinet.new("again.pdf", "Reports/2031/May")
    cabinet.sync()

    made = [one for one in cabinet.folders() if one.startswith("/Reports")]
    assert made == ["/Reports", "/Reports/2031", "/Reports/2031/June", "/Reports/2031/May"]
    assert [cabinet.stands(one) for one in ("may.pdf", "june.pdf", "again.pdf")] == ["May", "June", "May"]
    ids = {f"{cabinet.project}/{id}": one["name"] for id, one in cabinet.stack.procore("folders").items()}
    with cabinet.stack.store.read() as tx:
        ours = tx.made_by_hand("folders", ids, ("create",))
    assert {"2031", "May", "June"} <= {ids[one] for one in ours}
    assert "Reports" not in {ids[one] for one in ours}


def test_names_with_slashes_and_backslashes_come_back_as_they_went(cabinet: Cabinet) -> None:
    """A slash or a backslash within a name is marked in the path, so no other folder is meant by it."""
    cabinet.put_file("odd.pdf", b"odd", parent_id=cabinet.folder("A/B \\ C"))
    cabinet.new("even.pdf", "A\\/B \\\\ C/D\\/E")
    bad = cabinet.new("bad.pdf", "A\\B")
    cabinet.sync()

    assert cabinet.said("odd.pdf") == "A\\/B \\\\ C"
    assert "/A/B \\ C/D/E" in cabinet.folders()
    assert cabinet.said("even.pdf") == "A\\/B \\\\ C/D\\/E"
    assert any("a backslash in a name is doubled" in one for one in cabinet.held())
    cabinet.edit(bad, "A\\/B \\\\ C")
    cabinet.sync()
    assert cabinet.stands("bad.pdf") == "A/B \\ C"


def test_a_folder_of_other_case_is_not_made_beside(cabinet: Cabinet) -> None:
    """Where a name differs from a folder's in case alone the file waits, and the folder is named."""
    cabinet.folder("Permits")
    permit = cabinet.new("permit.pdf", "permits")
    cabinet.sync()

    assert any("there is 'Permits', which differs in case alone" in one for one in cabinet.held())
    assert "/permits" not in cabinet.folders()
    cabinet.edit(permit, "Permits")
    cabinet.sync()
    assert cabinet.stands("permit.pdf") == "Permits"


def test_a_folder_whose_answer_is_lost_is_looked_for_and_not_made_again(cabinet: Cabinet) -> None:
    """Procore made it and nobody heard: it is found, used by both files that want it, and stands there once.
    The same where nothing came of it: it is made when it can no longer come of it (P4)."""
    for kind in ("drop", "error"):
        cabinet.stack.world.add_fault(Fault(kind, "procore", "POST", "/rest/v1.0/folders", times=1))
        cabinet.new(f"one {kind}.pdf", f"Lost/{kind}")
        cabinet.new(f"two {kind}.pdf", f"Lost/{kind}")
        cabinet.sync(times=5)
        assert {cabinet.stands(f"{one} {kind}.pdf") for one in ("one", "two")} == {kind}

    assert [one for one in cabinet.folders() if "Lost" in one] == ["/Lost", "/Lost/drop", "/Lost/error"]
    with cabinet.stack.store.read() as tx:
        assert tx.pending("procore:folders") == []


def test_a_plan_makes_no_folder_and_applying_it_makes_its_own_alone(cabinet: Cabinet) -> None:
    """Folders come with the writes that the plan has; what it does not have gets none."""
    cabinet.new("planned.pdf", "Plans/Known")
    cabinet.stack.clock.advance(200.0)
    stack, mappings = cabinet.stack, cabinet.stack.load()
    plan = make_plan(stack.store, mappings, stack.vendors.side, stack.clock, names=["drawings"])
    assert not [one for one in cabinet.folders() if "Plans" in one]

    apply_plan(plan, stack.store, mappings, stack.vendors.side, stack.clock, spool=SPOOL)

    assert [one for one in cabinet.folders() if "Plans" in one] == ["/Plans", "/Plans/Known"]
    assert cabinet.stands("planned.pdf") == "Known"
    drawings = next(one for one in mappings if one.name == "drawings")
    path = next(one.rule for one in drawings.named if one.makes)
    side = stack.vendors.side(drawings, SideName.PROCORE)
    for allowed, ways in ((True, [("Plans", "Later")]), (False, [])):
        places = Permitted(side, lambda *_, yes=allowed: yes).places
        assert places is not None
        assert list(places.named(Draft({path: "Plans/Later"}))) == ways


def test_without_leave_nothing_is_made_and_the_nearest_is_named(cabinet: Cabinet) -> None:
    """A path that leads nowhere holds the record, with the nearest path and the word that would make it."""
    making, cabinet.stack.files["drawings"] = cabinet.stack.files["drawings"], DRAWINGS + PATH
    cabinet.folder("Minutes", cabinet.folder("Meetings"))
    row = cabinet.new("first.pdf", "Meetings/Minute")
    cabinet.sync()

    reason = next(one for one in cabinet.held() if "Meetings/Minute" in one)
    assert "has the path 'Meetings/Minute'; the nearest are 'Meetings/Minutes'" in reason
    assert "with `missing: create` the rule has it made" in reason
    assert "/Meetings/Minute" not in cabinet.folders()
    cabinet.stack.files["drawings"] = making
    cabinet.edit(row, "Meetings/Minutes")
    cabinet.sync()
    assert (cabinet.stands("first.pdf"), cabinet.held()) == ("Minutes", [])
