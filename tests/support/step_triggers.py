"""What proves each trigger: what a person does in Procore is told once, and what we do is not told.

One play for all of them on a stage of its own: a first whole look, our own writes, then a person's
edits straight in the simulator. Who changed what is read from the simulator's history.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any
from unittest.mock import patch

from syncd.clock import SystemClock
from tests.support.stages import run_here, run_json
from tests.support.step_acts import ACTS, Needs, typed
from tests.support.step_makers import TABLES
from tests.support.step_site import Site, step_site

__all__ = ["EDITS", "ENDS", "KINDS", "Play", "play", "trigger_site"]

KINDS = {("rfi-replies", "created"): "replied", ("rfi-replies", "updated"): "reply updated"}
"""What an event is called, where it is not the step's verb."""

EDITS: dict[str, dict[str, Any]] = {
    "projects": {"city": "Salem East"},
    "vendors": {"city": "Salem East"},
    "users": {"job_title": "Rigger"},
    "change-events": {"title": "Rock below"},
    "rfis": {"subject": "Which bolts, and where?"},
    "rfi-replies": {"official": True},
    "files": {"name": "renamed.pdf"},
    "folders": {"name": "Renamed folder"},
    "purchase-orders": {"title": "Steel and nails"},
}
"""What a person changes, by resource."""

ENDS: dict[str, Callable[[Site, int], None]] = {
    "files": lambda site, record: site.sim.recycle("files", record),
    "folders": lambda site, record: site.sim.recycle("folders", record),
    "project-users": lambda site, record: site.sim.drop("project_users", record),
    "project-vendors": lambda site, record: site.sim.drop("project_vendors", record),
}
"""How a person ends a record, by resource."""

OURS = (
    ("change-events", "create", "--project {project} title=Ours{n} scope=tbd status={status}"),
    ("change-events", "update", "{fresh} title=Ours{n}"),
    ("purchase-orders", "create", "--project {project} title=Ours{n} vendor={vendor}"),
    ("purchase-orders", "update", "{fresh} title=Ours{n}"),
    ("rfi-replies", "create", "--parent {fresh_rfi} body=Ours{n}"),
    ("rfi-replies", "update", "{fresh_reply} official=yes"),
)
"""What we write ourselves where the channel has a trigger and no action: resource, verb, words."""

TRIGGERS = tuple(dict.fromkeys((*EDITS, *ENDS)))
"""The resources with a trigger."""

LATER = 200.0
"""Seconds after which a second look at what is gone counts."""

Events = list[dict[str, Any]]


@dataclass
class Play:
    """What was told after our own writes, by the next look after a person's edits (`soon`), by the
    one after that, and after nothing more; what we did (`wrote`: resource and the history's word) and
    what the person did: names of records by (resource, verb)."""

    ours: Events = field(default_factory=list)
    wrote: set[tuple[str, str]] = field(default_factory=set)
    soon: Events = field(default_factory=list)
    theirs: Events = field(default_factory=list)
    again: Events = field(default_factory=list)
    done: dict[tuple[str, str], set[str]] = field(default_factory=dict)


class _LateClock:
    """What was waited beside the machine's clock, in seconds."""

    late = 0.0


@contextmanager
def trigger_site(folder: Path) -> Iterator[Site]:
    """A site whose stage follows every resource with a trigger, on a clock that `play` moves."""
    _LateClock.late = 0.0
    real = SystemClock.now
    with patch.object(SystemClock, "now", lambda own: real(own) + _LateClock.late), step_site(folder) as site:
        site.stage.environ = {**site.stage.environ, "SYNCD_WATCH": ",".join(TRIGGERS)}
        yield site


@cache
def play(site: Site) -> Play:
    """Play it once on that site."""
    found = Play()
    acts = [(*key, typed(site, *key)) for key in ACTS if key[0] in TRIGGERS]
    acts += [(name, verb, words.format_map(OurNeeds(site, name)).split()) for name, verb, words in OURS]
    edited = {name: site.makers.new(name, site.project) for name in EDITS if name != "rfi-replies"}
    edited["rfi-replies"] = _reply(site, edited["rfis"])
    ended = {name: site.makers.new(name, site.project) for name in ENDS}
    _sync(site)
    assert run_json(site.stage, "events") == []  # what was there before is no news

    since = site.count()
    for name, verb, words in acts:
        run_json(site.stage, "procore", verb, name, *words)
    made = site.changes(since)
    found.wrote = {(names_of(one.table), one.kind) for one in made if one.credential == "syncd"}
    _looks(site)
    last = _new_events(site, 0, found.ours)

    since, names = site.count(), {name: site.named(name, record) for name, record in ended.items()}
    _edit(site, edited, ended)
    _note(site, since, found)
    for name, record in names.items():
        found.done[name, "removed" if "project-" in name else "deleted"] = {record}
    _sync(site)
    _new_events(site, last, found.soon)
    _looks(site)
    last = _new_events(site, last, found.theirs)
    _looks(site)
    _new_events(site, last, found.again)
    return found


class OurNeeds(Needs):
    """What `OURS` names beside what every act may name."""

    @property
    def status(self) -> int:
        """A status of change events."""
        return self.site.makers.option("change_event_statuses", "Made Open", mapped_to_status="open")

    @property
    def fresh_rfi(self) -> str:
        """An RFI that a person has just made."""
        return self.site.fresh("rfis")

    @property
    def fresh_reply(self) -> str:
        """A reply to one."""
        return self.site.named("rfi-replies", _reply(self.site, self.site.makers.new("rfis", self.project)))


def names_of(table: str) -> str:
    """Our name of a simulator's table."""
    return next(name for name, one in TABLES.items() if one == table)


def _edit(site: Site, edited: dict[str, int], ended: dict[str, int]) -> None:
    """All that a person does: something new, a change and an end of whatever has one."""
    for name in EDITS:
        if name != "rfi-replies":
            site.makers.new(name, site.project)
    _reply(site, edited["rfis"])
    for name, record in edited.items():
        site.sim.put(TABLES[name], EDITS[name], record=record)
    for name, record in ended.items():
        ENDS[name](site, record)


def _reply(site: Site, rfi: int) -> int:
    return site.sim.put("replies", {"body": "Take the left ones."}, scope=rfi)


def _note(site: Site, since: int, found: Play) -> None:
    """What the simulator's history says a person made and changed; made and then changed is made."""
    for one in site.changes(since):
        assert one.credential == "person"
        name = names_of(one.table)
        if name in EDITS and one.kind in ("create", "update"):
            verb = "created" if one.kind == "create" else "updated"
            found.done.setdefault((name, verb), set()).add(site.named(name, int(one.record)))
    for name in EDITS:
        found.done.setdefault((name, "updated"), set()).difference_update(found.done[name, "created"])


def _sync(site: Site) -> None:
    done = run_here(site.stage, "sync")
    assert done.returncode == 0, done.stderr


def _looks(site: Site) -> None:
    """One sync at once, and one when a second look at what is gone counts."""
    _sync(site)
    _LateClock.late += LATER
    _sync(site)


def _new_events(site: Site, last: int, into: Events) -> int:
    """Add what was told after that event; the newest."""
    rows = run_json(site.stage, "events", "--limit", "10000")
    into += [row for row in reversed(rows) if row["id"] > last]
    return max([last, *(int(row["id"]) for row in rows)])
