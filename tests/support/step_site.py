"""One sandbox in which every step of the channel can be taken, and what may be looked at beside it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from syncd.cli.demo.person import Person
from syncd.cli.demo.stage import Stage, environment
from syncd.clock import SystemClock
from syncd.sandbox.history import Event
from syncd.sandbox.message import Request
from syncd.sandbox.procore.sim import ProcoreSim
from syncd.sandbox.procore.switches import ProcoreSwitches
from syncd.sandbox.seed import Seed
from syncd.sandbox.switches import Switches
from syncd.sandbox.world import World
from syncd.sandbox.wsgi import serve
from syncd.store import Store, open_store
from syncd.store.rows import Intent
from tests.support.step_makers import TABLES, Makers

__all__ = ["Site", "step_site"]

_PLENTY = 1_000_000
_PARENTS = {"rfi-replies": "rfis", "submittal-approvers": "submittals"}
_NAMED_BY = {"project-users": "user", "project-vendors": "vendor"}


class Site:
    """The sandbox, a stage to run commands on, and the state that they leave."""

    def __init__(self, world: World, stage: Stage, store: Store) -> None:
        self.world = world
        self.stage = stage
        self.store = store
        self.makers = Makers(self.sim)
        self.projects = sorted(self.sim.rows("projects"))
        self._furnish()

    @property
    def sim(self) -> ProcoreSim:
        """Procore."""
        return self.world.procore

    @property
    def project(self) -> int:
        """The project that steps are taken in; another one holds the same kinds of records."""
        return self.projects[0]

    def _furnish(self) -> None:
        """Two records of everything in the one project, one in the other, and some that lists leave out."""
        for name in TABLES:
            if name in ("budgets", "rfi-replies"):
                continue
            for project in (self.project, *self.projects):
                self.makers.new(name, project)
        for rfi in list(self.sim.rows("rfis")):
            self.sim.put("replies", {"body": f"Take number {rfi % 7}."}, scope=rfi)
        for name in ("users", "vendors"):
            gone = self.makers.new(name)
            self.sim.put(name, {"is_active": False}, record=gone)
        for name in ("rfis", "files", "images"):
            self.sim.recycle(TABLES[name], self.makers.new(name, self.project))

    # -- names ------------------------------------------------------------------------

    def named(self, resource: str, record: int) -> str:
        """How we name a record of the simulator: project and parent before its id, where it has any."""
        if resource == "companies":
            return str(record)
        table = self.sim.state.tables[TABLES[resource]]
        scope = table.records[record].scope
        if resource == "budgets":
            return str(scope)
        if resource in _NAMED_BY:
            return f"{scope}/{table.records[record].now.values[_NAMED_BY[resource]]}"
        if not scope:
            return str(record)
        above = f"{self.sim.scope_of(_PARENTS[resource], scope)}/" if resource in _PARENTS else ""
        return f"{above}{scope}/{record}"

    def fresh(self, resource: str) -> str:
        """The name of a record that a person has just made, in the project where it lives in one."""
        return self.named(resource, self.makers.new(resource, self.project))

    # -- what happened ------------------------------------------------------------------

    def asked(self) -> Counter[tuple[str, str, str]]:
        """How often syncd asked for what: vendor, method, path template."""
        found: Counter[tuple[str, str, str]] = Counter()
        for (vendor, method, template, _, credential), count in self.world.stats.counts.items():
            if credential == "syncd" and template != "/oauth/token":
                found[vendor, method, template] += count
        return found

    def template(self, path: str) -> str:
        """The template by which the vendor's statistics know a path."""
        return self.sim.template(Request("GET", path, (), {}, b""))

    def changes(self, since: int) -> list[Event]:
        """What changed in Procore after that event."""
        return [one for one in self.world.history.changes()[since:] if one.vendor == "procore"]

    def count(self) -> int:
        """How many changes there are, for `changes`."""
        return len(self.world.history.changes())

    def intents(self, after: int) -> list[Intent]:
        """What was journalled after that intent."""
        with self.store.read() as tx:
            return tx.intents_after(after)

    def last_intent(self) -> int:
        """The newest intent."""
        with self.store.read() as tx:
            return tx.last_intent()

    def rows(self, resource: str) -> dict[int, dict[str, Any]]:
        """The simulator's own records."""
        return self.sim.rows(TABLES[resource])


@contextmanager
def step_site(folder: Path, **switches: Any) -> Iterator[Site]:
    """A site on a port of its own. Its company makes budget modifications, and calls cost nothing."""
    (folder / "mappings").mkdir(parents=True)
    chosen = ProcoreSwitches(uses_budget_changes=False, **switches)
    world = World(SystemClock(), sizes=Seed(projects=2, vendors=2, rfis=1), switches=Switches(procore=chosen))
    world.seed_demo()
    world.procore.set_rate({"hour": _PLENTY, "spike": _PLENTY})
    world.quickbase.limiter.size = _PLENTY
    budgets = ("PROCORE__SPIKE_BUDGET", "PROCORE__HOURLY_BUDGET", "QUICKBASE__WINDOW_BUDGET")
    budget = {f"SYNCD_{name}": "100000" for name in budgets}
    with serve(world):
        info = world.info()
        environ = {**environment(info["settings"], folder), **budget}
        stage = Stage(Person(info), SystemClock(), environ, folder)
        (folder / "state").mkdir(mode=0o700)
        store = open_store(f"sqlite:///{folder}/state/syncd.db", SystemClock())
        try:
            yield Site(world, stage, store)
        finally:
            store.close()
