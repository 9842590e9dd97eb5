"""Calls: what the vendors count while syncd does a stated amount of work.

Every number is the sandbox's own statistics over one cycle, with token and schema warm.
Afterwards the data itself is looked at: a cycle that saved calls by leaving something
undone would not count.
"""

from __future__ import annotations

from collections.abc import Callable

from benchmarks.ages import Ages
from benchmarks.result import Result
from benchmarks.world import QUIET, BenchWorld, Calls
from syncd.sandbox.seed import Seed
from syncd.sync.engine import CycleReport

__all__ = ["ALL", "first_sync", "idle", "projects", "rfis", "vendors"]

APART = ("/inactive", "/recycle_bin")
"""Inactive lists and recycle bins are counted and shown apart."""

MAX_AGE = 60.0
"""Seconds: no write rests on a reading older than this (P2)."""

SETTLING = 60.0
"""Virtual seconds between people's edits and the cycle that finds them."""


def idle() -> Result:
    """Nothing changed anywhere, all three mappings, five projects."""
    scopes, tables = 5, 3
    world = BenchWorld(Seed(projects=scopes, vendors=50, rfis=10, mirrored=1.0, only_quickbase=0))
    world.settle()
    calls, _reports = world.cycle()
    apart = _sum(calls, lambda label: label.endswith(APART))
    procore = _sum(calls, lambda label: label.startswith("procore ")) - apart
    deletes = _sum(calls, lambda label: label.endswith("/modifiedSince"))
    quickbase = _sum(calls, lambda label: label.startswith("quickbase ")) - deletes
    world.close()
    due = scopes + 2
    met = procore <= due and quickbase <= tables and deletes <= tables
    return Result(
        "idle cycle",
        f"{due} Procore (one a scope) + {tables} Quickbase (one a table) + {tables} watching deletes",
        f"{procore} + {quickbase} + {deletes}; apart: {apart} recycle bins",
        met,
        {"calls": calls, "procore": procore, "quickbase": quickbase, "deletes": deletes, "apart": apart},
    )


def projects() -> Result:
    """1,000 projects changed in Procore."""
    sizes = Seed(projects=1_000, vendors=0, rfis=0, mirrored=1.0, only_quickbase=0)
    world = _ready(sizes, "projects")
    changed = world.edit_procore("projects", city="New City")
    world.clock.advance(SETTLING)
    calls, (report,) = world.cycle()
    there = world.quickbase_values("Projects", "City")
    rows = world.sandbox.procore.rows("projects")
    wrong = sum(rows[key]["city"] != there[rid] for rid, key in world.keys("Projects").items())
    return _judged("1,000 projects changed in Procore", 12, world, calls, report, changed, wrong)


def vendors() -> Result:
    """1,000 vendors changed in Quickbase."""
    sizes = Seed(projects=0, vendors=1_000, rfis=0, mirrored=1.0, only_quickbase=0)
    world = _ready(sizes, "vendors")
    changed = world.edit_quickbase("Vendors", City="New City")
    world.clock.advance(SETTLING)
    calls, (report,) = world.cycle()
    there = world.quickbase_values("Vendors", "City")
    rows = world.sandbox.procore.rows("vendors")
    wrong = sum(rows[key]["city"] != there[rid] for rid, key in world.keys("Vendors").items())
    singles = _sum(calls, lambda label: "PATCH" in label and not label.endswith("/sync"))
    return _judged("1,000 vendors changed in Quickbase", 15, world, calls, report, changed, wrong + singles)


def rfis() -> Result:
    """1,000 RFIs of 10 projects changed in Quickbase; every write is a call of its own."""
    world = _ready(Seed(projects=10, vendors=20, rfis=100, mirrored=1.0, only_quickbase=0))
    changed = world.edit_quickbase("RFIs", Subject="New Subject")
    partner = {key: rid for rid, key in world.keys("RFIs").items()}
    ages = Ages(world.clock, world.sandbox.quickbase.table("RFIs").dbid, partner)
    world.watch = ages.seen
    world.clock.advance(SETTLING)
    began = world.clock.monotonic()
    calls, reports = world.cycle()
    took = world.clock.monotonic() - began
    report = next(one for one in reports if one.mapping == "rfis")
    there = world.quickbase_values("RFIs", "Subject")
    rows = world.sandbox.procore.rows("rfis")
    wrong = sum(rows[key]["subject"] != there[rid] for key, rid in partner.items())
    result = _judged(
        "1,000 RFIs of 10 projects changed in Quickbase", 1_060, world, calls, report, changed, wrong
    )
    oldest = max(ages.oldest, report.oldest_read)
    return Result(
        result.name,
        f"{result.bar}, readings at most {MAX_AGE:.0f} s old",
        f"{result.found}, oldest reading {oldest:.1f} s, {took:.0f} s of virtual time",
        result.met and oldest <= MAX_AGE and ages.writes == changed,
        {**result.facts, "oldest_reading_seconds": oldest, "virtual_seconds": took},
    )


def first_sync() -> Result:
    """10,000 vendors that exist on both sides, unlinked; nothing may be created."""
    world = BenchWorld(Seed(projects=0, vendors=10_000, rfis=0, mirrored=1.0, only_quickbase=0), ("vendors",))
    world.vendors.procore.me()  # fetches the token, as any earlier command would have
    calls, (report,) = world.cycle()
    created = sum(report.created.values())
    names = world.quickbase_values("Vendors", "Company Name")
    rows = world.sandbox.procore.rows("vendors")
    keys = world.keys("Vendors")
    wrong = sum(rows[key]["name"] != names[rid] for rid, key in keys.items())
    total = sum(calls.values())
    met = total <= 60 and not created and not wrong and report.linked == len(keys) == len(rows) == 10_000
    world.close()
    return Result(
        "first sync of 10,000 vendors on both sides",
        "≤ 60 calls, 0 creates, 0 wrong links",
        f"{total} calls, {created} creates, {wrong} wrong, {report.linked:,} linked and keyed",
        met,
        {"calls": calls, "total": total, "created": created, "wrong": wrong, "linked": report.linked},
    )


ALL = (idle, projects, vendors, rfis, first_sync)


def _ready(sizes: Seed, *only: str) -> BenchWorld:
    """A world in which everything is linked and quiet."""
    world = BenchWorld(sizes, only)
    world.settle()
    return world


def _judged(
    name: str, bar: int, world: BenchWorld, calls: Calls, report: CycleReport, changed: int, wrong: int
) -> Result:
    """Within the bar, everything arrived, and another cycle has nothing left to write."""
    total = sum(calls.values())
    written = sum(report.updated.values())
    world.watch = None
    world.clock.advance(QUIET)
    _again, reports = world.cycle()
    echoes = sum(sum(one.updated.values()) + sum(one.created.values()) for one in reports)
    world.close()
    met = total <= bar and written == changed == 1_000 and not wrong and not echoes
    return Result(
        name,
        f"≤ {bar:,} calls",
        f"{total:,} calls, {written:,} written, {wrong} wrong, {echoes} echoes",
        met,
        {"calls": calls, "total": total, "written": written, "wrong": wrong, "echoes": echoes},
    )


def _sum(calls: Calls, chosen: Callable[[str], bool]) -> int:
    return sum(count for label, count in calls.items() if chosen(label))
