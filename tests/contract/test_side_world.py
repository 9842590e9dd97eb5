"""The sides over the whole sandbox: its seeded world, plain mappings, and every fault."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

import pytest

from syncd.clock import ManualClock
from syncd.core.values import SideName
from syncd.errors import CallError, Stale
from syncd.http import MemoryLedger, MemoryTokenStore
from syncd.mapping.compile import compile_all
from syncd.mapping.compiled import Mapping
from syncd.mapping.load import SourceFile
from syncd.sandbox.faults import Dropped, Fault
from syncd.sandbox.world import World
from syncd.settings import load_settings
from syncd.sides.build import Vendors
from syncd.sides.port import Draft, Gone, Lane, Patch, Record, Side, Verdict
from tests.support.stages import PLAIN
from tests.support.wsgi_adapter import WorldAdapter, session_with


class Stage:
    """A seeded world, our clients on it, and the plain mappings compiled against it."""

    def __init__(self, folder: Path, here: Path) -> None:
        self.clock = ManualClock()
        self.world = World(self.clock, seed=7)
        self.world.seed_demo()
        settings = load_settings(self.world.info()["settings"], here)
        self.vendors = Vendors(
            settings,
            MemoryLedger(),
            MemoryTokenStore(),
            self.clock,
            session_with(WorldAdapter(self.world.handle, Dropped)),
            rng=random.Random(3),
        )
        files = [SourceFile(one.name, one.read_text()) for one in sorted(folder.glob("*.yaml"))]
        self.mappings = {one.name: one for one in compile_all(files, self.vendors.schemas())}

    def side(self, name: str, side: SideName) -> Side:
        """One mapping's side."""
        return self.vendors.side(self.mappings[name], side)

    def project(self) -> str:
        """Some project's id."""
        return str(next(iter(self.world.procore.rows("projects"))))

    def calls(self) -> int:
        """Calls that our credential has made, by the sandbox's own statistics."""
        return self.world.stats.total(credential="syncd")


@pytest.fixture
def stage(tmp_path: Path) -> Stage:
    """A world of its own for each test."""
    return Stage(PLAIN, tmp_path)


def read(feed: Any) -> list[Record]:
    """All records of a feed."""
    return [record for page in feed for record in page]


@pytest.mark.parametrize("name", ["projects", "vendors", "rfis"])
def test_mappings_read_the_seeded_world(stage: Stage, name: str) -> None:
    """Both sides of a mapping bring records with a value for each rule they can show."""
    mapping: Mapping = stage.mappings[name]
    for side in SideName:
        scope = stage.project() if name == "rfis" and side is SideName.PROCORE else ""
        feed = stage.side(name, side).everything(scope, Lane.SWEEP)
        records = read(feed)
        assert records
        assert feed.clean
        assert all(len(record.values) == len(mapping.rules) for record in records)


@pytest.mark.parametrize("kind", ["short_page", "empty", "html", "server_error", "cut", "drop", "error"])
@pytest.mark.parametrize("side", list(SideName))
def test_a_faulty_reading_is_repeated_unclean_or_raised(stage: Stage, side: SideName, kind: str) -> None:
    """No fault of one answer makes a feed look whole and short (P6, P8), but an empty 200 with
    a total of nothing, which nobody can tell from an empty list."""
    whole = {one.id for one in read(stage.side("vendors", side).everything("", Lane.SWEEP))}
    value = 403 if kind == "error" else None
    stage.world.add_fault(Fault(kind, side.value, value=value))
    feed = stage.side("vendors", side).changes("", 0, Lane.POLL)
    try:
        seen = {one.id for one in read(feed)}
    except CallError:
        assert not feed.clean
        return
    assert seen <= whole
    assert seen == whole or not feed.clean or kind == "empty"


@pytest.mark.parametrize(
    ("kind", "verdict"),
    [
        ("drop", Verdict.UNKNOWN),
        ("cut", Verdict.UNKNOWN),
        ("late", Verdict.UNKNOWN),
        ("html", Verdict.UNKNOWN),
        ("server_error", Verdict.UNKNOWN),
        ("twice", Verdict.DONE),
        ("error", Verdict.REFUSED),
    ],
)
@pytest.mark.parametrize("side", list(SideName))
def test_a_faulty_write_is_never_called_done_or_undone_without_knowing(
    stage: Stage, side: SideName, kind: str, verdict: Verdict
) -> None:
    """What the vendor may have done stays UNKNOWN; only its own word makes it DONE or REFUSED."""
    vendors = stage.side("vendors", side)
    record = read(vendors.everything("", Lane.SWEEP))[0]
    stage.world.add_fault(Fault(kind, side.value, value=400 if kind == "error" else None))
    [outcome] = vendors.update([Patch(record.id, {1: "Elsewhere"})], fresh_until=stage.clock.monotonic() + 60)
    assert outcome.verdict is verdict


@pytest.mark.parametrize("kind", ["drop", "late"])
def test_a_create_whose_answer_is_lost_is_found_by_its_key(stage: Stage, kind: str) -> None:
    """Lost or late, the vendor's record is found by origin_id, and there is one of it (P4)."""
    vendors = stage.side("vendors", SideName.PROCORE)
    read(vendors.changes("", 0, Lane.POLL))
    before = len(stage.world.procore.rows("vendors"))
    draft = Draft({0: "Lost and Found Inc."}, key="syncd-1")
    sent_at = vendors.now()
    stage.world.add_fault(Fault(kind, "procore", "PATCH", value=30))
    [outcome] = vendors.create([draft], fresh_until=stage.clock.monotonic() + 60)
    assert outcome.verdict is Verdict.UNKNOWN
    stage.clock.advance(60)
    found = vendors.find(draft, sent_at, Lane.WRITE)
    assert [one.key for one in found.records] == ["syncd-1"]
    assert found.sure
    assert len(stage.world.procore.rows("vendors")) == before + 1


def test_a_stale_reading_is_not_hidden(stage: Stage) -> None:
    """What the vendor served is what the record says, with the stamp it had then."""
    vendors = stage.side("vendors", SideName.QUICKBASE)
    record = read(vendors.everything("", Lane.SWEEP))[0]
    stage.clock.advance(100)
    [outcome] = vendors.update([Patch(record.id, {1: "Elsewhere"})], fresh_until=stage.clock.monotonic() + 60)
    assert outcome.record is not None
    stage.world.add_fault(Fault("stale", "quickbase", value=50))
    old = vendors.fetch("", [record.id], Lane.DUE)[record.id]
    assert isinstance(old, Record)
    assert old.values[1] == record.values[1]
    assert old.stamp == record.stamp


def test_a_tool_that_is_off_hides_its_records(stage: Stage) -> None:
    """While the RFI tool is off nothing of the project is MISSING (P6)."""
    project = stage.project()
    rfis = stage.side("rfis", SideName.PROCORE)
    ids = [one.id for one in read(rfis.everything(project, Lane.SWEEP))]
    stage.world.add_fault(Fault("tool_off", "procore", path="/rest/v1.0/projects/*", times=None))
    assert set(rfis.fetch(project, ids, Lane.DUE).values()) == {Gone.HIDDEN}


def test_a_vendor_that_says_429_has_done_nothing(stage: Stage) -> None:
    """A write that a rate limit keeps back until its reading is too old is Stale, and undone."""
    vendors = stage.side("vendors", SideName.QUICKBASE)
    record = read(vendors.everything("", Lane.SWEEP))[0]
    stage.world.add_fault(Fault("error", "quickbase", value=429, times=None))
    with pytest.raises(Stale):
        vendors.update([Patch(record.id, {1: "Elsewhere"})], fresh_until=stage.clock.monotonic() + 5)
    stage.world.reset()
    stage.clock.advance(600)
    again = vendors.fetch("", [record.id], Lane.DUE)[record.id]
    assert isinstance(again, Record)
    assert again.values == record.values


def test_the_sandbox_counts_what_we_count(stage: Stage) -> None:
    """By the sandbox's own statistics, an idle feed is one call a side, with token and schema warm."""
    for side in SideName:
        vendors = stage.side("vendors", side)
        read(vendors.changes("", 0, Lane.POLL))
        before = stage.calls()
        assert read(vendors.changes("", stage.clock.now() + 60, Lane.POLL)) == []
        assert stage.calls() == before + 1


def test_the_doctor_finds_a_healthy_world_healthy(stage: Stage) -> None:
    """Account, company, clocks, lists, tables: every fact is good, and says something."""
    facts = stage.vendors.doctor(list(stage.mappings.values()))
    assert [fact.text for fact in facts if not fact.ok] == []
    topics = {fact.topic for fact in facts}
    assert {"procore account", "procore company", "procore rfis", "quickbase table"} <= topics


def test_the_doctor_names_what_is_closed(stage: Stage) -> None:
    """A tool that is off and a wrong clock are facts with a hint, not errors."""
    stage.world.add_fault(Fault("tool_off", "procore", path="/rest/v1.0/projects/*", times=None))
    stage.world.add_fault(Fault("skew", "quickbase", value=900))
    facts = stage.vendors.doctor(list(stage.mappings.values()))
    bad = {fact.topic for fact in facts if not fact.ok}
    assert bad == {"procore rfis", "quickbase clock"}
    assert all(fact.hint for fact in facts if not fact.ok)
