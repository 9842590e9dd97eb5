"""Resources without a mapping, followed over the sandbox through the real client."""

from __future__ import annotations

from collections import Counter
from types import SimpleNamespace
from typing import Any

import pytest

from syncd.catalog import resource
from syncd.cli.procore.by_hand import write_by_hand
from syncd.procore.single import Write
from syncd.sandbox.faults import Fault
from syncd.sandbox.procore.switches import ProcoreSwitches
from syncd.sandbox.seed import Seed
from syncd.sandbox.switches import Switches
from syncd.settings import Watch
from syncd.store import Occurrence
from syncd.sync.engine import Engine, Kind
from tests.support.step_makers import Makers
from tests.support.whole_stack import WholeStack

VENDORS = (
    "mapping: vendors\nprocore: {resource: vendors}\nquickbase: {table: Vendors, key: Procore ID}\n"
    "create: [quickbase]\nfields:\n  - {procore: name, quickbase: Company Name}\n"
)


class Killed(BaseException):
    """The process is killed; not an `Exception`: nothing may catch it."""


class Follower:
    """A sandbox that is followed, with the events told since the last question."""

    def __init__(self, *watches: Watch, files: dict[str, str] | None = None, **switches: Any) -> None:
        chosen = Switches(ProcoreSwitches(**switches))
        self.stack = WholeStack(files or {}, Seed(projects=2, vendors=3, rfis=2), chosen)
        self.sim = self.stack.world.procore
        self.makers = Makers(self.sim)
        self.watches = watches
        self.engine = self.new_engine()
        self.last = 0
        self.project = min(self.sim.rows("projects"))

    def new_engine(self) -> Engine:
        """A process newly started on the same state."""
        stack = self.stack
        mappings = stack.load() if stack.files else []
        return Engine(stack.store, mappings, stack.vendors.side, stack.clock, watches=self.watches)

    def look(self, wait: float = 300.0, kind: Kind = Kind.INCREMENTAL) -> None:
        """One look at everything, some time later."""
        self.stack.clock.advance(wait)
        report = self.engine.sync(kind=kind)
        assert [one.failed for one in report.cycles if one.failed] == []

    def told(self) -> list[Occurrence]:
        """The events since the last question."""
        with self.stack.store.read() as tx:
            found = tx.occurrences(after_id=self.last, limit=1_000)
        self.last = found[-1].id if found else self.last
        return found

    def brief(self) -> list[tuple[str, str, tuple[str, ...]]]:
        """The same as (kind, Procore id, fields)."""
        return [(one.kind, one.procore_id, one.fields) for one in self.told()]

    def calls(self) -> Counter[str]:
        """How often syncd asked Procore for what, by path template."""
        found: Counter[str] = Counter()
        for (vendor, _method, template, _status, credential), count in self.stack.world.stats.counts.items():
            if credential == "syncd" and vendor == "procore" and "oauth" not in template:
                found[template] += count
        return found


def test_what_was_there_before_is_no_news() -> None:
    """The first looks tell nothing, however much there is; nor does a resync, nor a lost cursor."""
    follower = Follower(Watch("rfis"), Watch("vendors"), Watch("rfi-replies"))
    rfi = follower.makers.new("rfis", follower.project)
    follower.sim.put("replies", {"body": "The left one."}, scope=rfi)

    follower.look()
    follower.look()
    follower.look(kind=Kind.RESYNC)
    with follower.stack.store.transaction() as tx:
        tx.forget_every_cursor()
    follower.look()
    follower.look()

    assert follower.told() == []


def test_a_record_made_is_created_once_and_its_edits_are_told_by_field() -> None:
    """Created and then edited between two looks is one created; a later edit names what it changed."""
    follower = Follower(Watch("rfis"))
    follower.look()

    made = follower.makers.new("rfis", follower.project)
    follower.stack.clock.advance(5.0)
    follower.sim.put("rfis", {"subject": "Which beam, and where?"}, record=made)
    follower.look()
    name = f"{follower.project}/{made}"
    assert follower.brief() == [("created", name, ())]

    follower.sim.put("rfis", {"subject": "Which beam?"}, record=made)
    follower.look()
    follower.look()
    (one,) = follower.told()

    assert (one.kind, one.procore_id, one.scope, one.mapping) == ("updated", name, str(follower.project), "")
    assert "subject" in one.fields
    assert one.resource == "rfis"
    assert one.source == "poll"


def test_a_deleted_record_is_told_once_it_is_verified() -> None:
    """By the vendor's own list of what was deleted, where there is one; not twice."""
    follower = Follower(Watch("rfis"))
    made = follower.makers.new("rfis", follower.project)
    follower.look()

    follower.sim.recycle("rfis", made)
    for _ in range(3):
        follower.look()

    assert follower.brief() == [("deleted", f"{follower.project}/{made}", ())]


def test_a_membership_that_ends_is_removed_after_two_looks() -> None:
    """Its list has no record of what is gone, so it is asked for by id, twice, minutes apart."""
    follower = Follower(Watch("project-users"))
    made = follower.makers.new("project-users", follower.project)
    user = follower.sim.rows("project_users")[made]["user"]
    follower.look()

    follower.sim.drop("project_users", made)
    follower.look()
    assert follower.told() == []
    follower.look()
    follower.look()

    assert follower.brief() == [("removed", f"{follower.project}/{user}", ())]


def test_a_reply_is_told_as_a_reply() -> None:
    """New ones are `replied`, changed ones `reply updated`, also under an RFI that is new itself; one
    whose RFI's stamp does not move is found by the daily sweep."""
    follower = Follower(Watch("rfi-replies"))
    old = follower.makers.new("rfis", follower.project)
    follower.look()
    follower.look()

    rfi = follower.makers.new("rfis", follower.project)
    follower.stack.clock.advance(5.0)
    first = follower.sim.put("replies", {"body": "The left one."}, scope=rfi)
    second = follower.sim.put("replies", {"body": "The right one."}, scope=old)
    follower.look()
    follower.look(wait=86_500.0)
    names = {f"{follower.project}/{rfi}/{first}", f"{follower.project}/{old}/{second}"}
    told = follower.brief()
    assert {(kind, name) for kind, name, _fields in told} == {("replied", name) for name in names}
    assert len(told) == 2

    follower.sim.put("replies", {"official": True}, record=second)
    follower.look(wait=86_500.0)
    assert follower.brief() == [("reply updated", f"{follower.project}/{old}/{second}", ("official",))]


@pytest.mark.parametrize("signing", ["kept", "anew"])
def test_a_link_that_is_signed_anew_is_no_edit(signing: str) -> None:
    """Procore may sign the links of images anew whenever it is asked; a new description is told alone."""
    follower = Follower(Watch("images"), Watch("files"), link_signing=signing)
    image = follower.makers.new("images", follower.project)
    follower.makers.new("files", follower.project)
    for kind in (Kind.INCREMENTAL, Kind.SWEEP, Kind.SWEEP):
        follower.look(kind=kind)
    assert follower.told() == []

    follower.sim.put("images", {"description": "From the north."}, record=image)
    follower.look()

    assert follower.brief() == [("updated", f"{follower.project}/{image}", ("description",))]


def test_only_the_projects_that_are_named_are_looked_at() -> None:
    """A watch of one project asks nothing of the others."""
    project = Follower().project
    narrow = Follower(Watch("rfis", projects=(str(project),)))
    narrow.look()
    before = narrow.calls()
    for project in narrow.sim.rows("projects"):
        narrow.makers.new("rfis", project)
    narrow.look()

    assert [event.scope for event in narrow.told()] == [str(narrow.project)]
    assert (narrow.calls() - before)["/rest/v1.0/projects/{project_id}/rfis"] == 1


def test_a_resource_that_a_mapping_has_is_told_by_the_mapping_alone() -> None:
    """A watch of it adds nothing, neither calls nor a second event."""
    follower = Follower(Watch("vendors"), files={"vendors": VENDORS})
    follower.look()
    follower.look()

    made = follower.makers.new("vendors")
    follower.look()
    (one,) = follower.told()

    assert (one.kind, one.procore_id, one.mapping) == ("created", str(made), "vendors")
    assert one.quickbase_id


def test_the_daemon_follows_when_no_mapping_is_due_and_as_often_as_told() -> None:
    """A turn without anything due makes no call; one after `every` looks again."""
    follower = Follower(Watch("vendors", every=600.0))
    follower.engine.tick()
    before = follower.calls()

    follower.stack.clock.advance(300.0)
    follower.engine.tick()
    assert follower.calls() == before

    follower.makers.new("vendors")
    follower.stack.clock.advance(310.0)
    follower.engine.tick()
    assert [one.kind for one in follower.told()] == ["created"]
    assert sum((follower.calls() - before).values()) == 1


def test_a_tool_that_is_off_in_one_project_does_not_keep_the_others_apart() -> None:
    """Its list is left alone for an hour; the other project is told."""
    follower = Follower(Watch("rfis"))
    follower.look()
    others = [one for one in sorted(follower.sim.rows("projects")) if one != follower.project]
    shut = f"/rest/v1.0/projects/{follower.project}/rfis"
    follower.stack.world.faults.add(Fault("tool_off", "procore", path=shut))
    made = follower.makers.new("rfis", others[0])
    follower.look()

    assert follower.brief() == [("created", f"{others[0]}/{made}", ())]


def by_hand(follower: Follower, verb: str, record: str = "", **values: Any) -> str:
    """One write as `syncd procore` makes it; the record's name."""
    about = resource("vendors")
    named = tuple(
        (field, value) for name, value in values.items() if (field := about.field(name)) is not None
    )
    stack = follower.stack
    wiring: Any = SimpleNamespace(vendors=stack.vendors, clock=stack.clock, store=stack.store)
    done = write_by_hand(wiring, Write(about, verb, "", record, named))
    return str(done.row["id"]) if done.row else record


@pytest.mark.parametrize("files", [{}, {"vendors": VENDORS}], ids=["watched", "mapped"])
def test_what_a_person_had_us_write_is_no_news_and_what_others_write_is(files: dict[str, str]) -> None:
    """A write by hand is journalled, and its echo is known by what it holds; the same value written
    again by somebody else, after another, is an edit like any other."""
    follower = Follower(Watch("vendors"), files=files)
    follower.look()
    follower.look()

    made = by_hand(follower, "create", name="Handmade Steel")
    follower.look()
    follower.look()
    by_hand(follower, "update", made, name="Handmade Iron")
    follower.look()
    follower.look()
    assert follower.told() == []

    for name in ("Handmade Tin", "Handmade Iron"):
        follower.sim.put("vendors", {"name": name}, record=int(made))
        follower.look()
        follower.look()
    told = follower.brief()
    assert [(kind, record) for kind, record, _fields in told] == [("updated", made)] * 2
    assert all("name" in fields for _kind, _record, fields in told)


@pytest.mark.parametrize("when", ["before", "after"])
def test_a_watch_that_dies_at_any_commit_tells_each_event_once(when: str) -> None:
    """Made, changed and removed records: what a new process tells is what was left to tell."""
    true = _die(when, 0)[0]
    assert len(true) == 4

    for number in range(1, 200, 2):
        told, died = _die(when, number)
        assert told == true, f"{when} commit {number}"
        if not died:
            return
    raise AssertionError("a watch that never ends")


def _die(when: str, number: int) -> tuple[Counter[tuple[str, str]], bool]:
    """What is told if the process dies at that commit of the looks, and whether it did."""
    follower = Follower(Watch("rfis"), Watch("project-users"))
    sim, project = follower.sim, follower.project
    edited = follower.makers.new("rfis", project)
    member = follower.makers.new("project-users", project)
    gone = follower.makers.new("rfis", project)
    follower.look()
    follower.makers.new("rfis", project)
    sim.put("rfis", {"subject": "Which beam?"}, record=edited)
    sim.recycle("rfis", gone)
    sim.drop("project_users", member)
    store, count = follower.stack.store, 0
    commit = store._commit

    def fatal() -> None:
        nonlocal count
        count += 1
        if count == number and when == "before":
            raise Killed
        commit()
        if count == number:
            raise Killed

    store._commit = fatal  # type: ignore[method-assign]
    died = False
    for _ in range(4):
        try:
            follower.look()
        except Killed:
            died = True
            follower.engine = follower.new_engine()
    return Counter((one.kind, one.procore_id) for one in follower.told()), died
