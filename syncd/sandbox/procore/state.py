"""All state of one Procore company, and the one way records change."""

from __future__ import annotations

import random
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, Protocol

from syncd.clock import Clock, http_date, instant_text
from syncd.sandbox.procore.custom import CustomFields
from syncd.sandbox.procore.options import Options
from syncd.sandbox.procore.resource import Resource
from syncd.sandbox.procore.storage import Storage
from syncd.sandbox.procore.switches import ProcoreSwitches
from syncd.sandbox.procore.table import Record, Table, Values, Version
from syncd.sandbox.procore.wire import Who

__all__ = ["HistorySink", "State"]


class HistorySink(Protocol):
    """Where the ground truth goes."""

    def add(
        self,
        vendor: str,
        credential: str,
        kind: str,
        table: str,
        record: str,
        before: dict[str, Any] | None = None,
        after: dict[str, Any] | None = None,
        version: int | None = None,
    ) -> int:
        """Append one event and give its number."""


@dataclass(slots=True)
class State:
    """The company and everything in it. The vendor's time is the clock's plus `skew` seconds.

    `hidden` are the projects a credential may not see, `tools_off` the (project, tool) pairs that
    are disabled; `options` are the small lists that references point into (stages, trades...).
    """

    clock: Clock
    rng: random.Random
    switches: ProcoreSwitches
    history: HistorySink | None
    resources: dict[str, Resource]
    company_id: int
    company_name: str = "Sandbox Construction"
    skew: float = 0.0
    tables: dict[str, Table] = field(default_factory=dict)
    options: Options = field(default_factory=Options)
    custom: CustomFields = field(init=False)
    storage: Storage = field(init=False)
    hidden: dict[str, set[int]] = field(default_factory=dict)
    tools_off: set[tuple[int, str]] = field(default_factory=set)
    epoch: int = 0
    last_id: int = 562_949_953_400_000
    _seq: int = 0
    _stamp: tuple[int, str] = (0, "")
    _date: tuple[int, str] = (0, "")

    def __post_init__(self) -> None:
        self.custom = CustomFields(self.options)
        self.storage = Storage(self.now, str(self.company_id))
        for name in self.resources:
            self.tables[name] = Table()

    def now(self) -> float:
        """The vendor's idea of the time, in epoch seconds."""
        return self.clock.now() + self.skew

    def stamp(self) -> str:
        """The vendor's time as it is stored: UTC, whole seconds."""
        second = int(self.now() // 1)
        if self._stamp[0] != second:
            self._stamp = (second, instant_text(second))
        return self._stamp[1]

    def date(self) -> str:
        """The vendor's time as a `Date` header."""
        second = int(self.now() // 1)
        if self._date[0] != second:
            self._date = (second, http_date(second))
        return self._date[1]

    def new_id(self) -> int:
        """An id that does not fit 32 bits; ids grow, with gaps."""
        self.last_id += self.rng.randrange(1, 40)
        return self.last_id

    def seen_at(self, as_of: float | None, lag: float) -> float | None:
        """The monotonic time whose state a read shows; None is now.

        Versions are kept by monotonic time, so that a step of the wall clock neither hides nor
        reveals anything.
        """
        if as_of is None and lag <= 0:
            return None
        age = 0.0 if as_of is None else self.clock.now() - as_of
        return self.clock.monotonic() - max(age, lag)

    def store(
        self, resource: Resource, record: Record | None, scope: int, values: Values, who: Who, kind: str = ""
    ) -> Record:
        """Make `values` the present state of a record (None: a new one) and tell the history.

        `kind` overrides what the history calls it. Stamps are set here, and only here.
        """
        stamp = self.stamp()
        before = record.now.values if record else None
        if before is None:
            values = {**values, "created_at": stamp, "created_by": who.user_id, "updated_at": stamp}
        else:
            values = {**values, "updated_at": stamp}
        record_id = record.id if record else scope if resource.single else self.new_id()
        kind = kind or ("update" if before else "create")
        seq = self._tell(who, kind, resource.name, record_id, before, values)
        renamed = before is not None and before.get(resource.named) != values.get(resource.named)
        if renamed or resource.nested or resource.echoed:
            self.epoch += 1  # texts in which this record shows are made anew
        made = self.tables[resource.name].put(record_id, scope, Version(seq, self.clock.monotonic(), values))
        if before is None:
            self._give_singles(resource, made, who)
        return made

    def drop(self, resource: Resource, record: Record, who: Who) -> None:
        """Delete a record for good and tell the history. What lives in it answers no more."""
        before = record.now.values
        seq = self._tell(who, "delete", resource.name, record.id, before, None)
        self.epoch += 1
        version = Version(seq, self.clock.monotonic(), before, gone=True)
        self.tables[resource.name].drop(record, version)

    def _give_singles(self, above: Resource, record: Record, who: Who) -> None:
        """What each record of a resource has exactly one of is there from its birth on."""
        for one in self.resources.values():
            if one.single and self.above(one) is above:
                self.store(one, None, record.id, one.blank, who)

    def _tell(
        self, who: Who, kind: str, table: str, record_id: int, before: Values | None, after: Values | None
    ) -> int:
        if self.history is None:
            self._seq += 1
            return self._seq
        return self.history.add("procore", who.credential, kind, table, str(record_id), before, after)

    def served(self, resource: Resource, shown: Iterable[tuple[int, Version]], who: Who) -> None:
        """Tell the history which version of which record a response carries."""
        if self.history is None:
            return
        add, credential, table = self.history.add, who.credential, resource.name
        for record_id, version in shown:
            add("procore", credential, "read", table, str(record_id), None, None, version.seq)

    def above(self, resource: Resource) -> Resource | None:
        """The resource whose records this one lives in; None in the company."""
        return self.resources.get("projects" if resource.parent == "project" else resource.parent)

    def project_of(self, resource: Resource, scope: int) -> int | None:
        """The project in which records of that scope stand: 0 for the company's, None if any record
        they live in is deleted."""
        while resource.nested:
            resource = self.resources[resource.parent]
            above = self.tables[resource.name].records.get(scope)
            if above is None or above.now.values.get("deleted"):
                return None
            scope = above.scope
        return scope

    def known(self, target: str, record_id: int, project: int = 0) -> bool:
        """Whether a reference from that project (0: from the company) may point there."""
        table = self.tables.get(target)
        if table is None:
            home: int | None = self.options.home.get(record_id, 0)
            return record_id in self.options[target] and home in (0, project)
        record = table.records.get(record_id)
        if record is None:
            return False
        home = self.project_of(self.resources[target], record.scope)
        return home is not None and (not project or home in (0, project))

    def name_of(self, target: str, record_id: int, shows: tuple[str, ...] = ()) -> dict[str, Any] | None:
        """What a reference reads as: the id, the name, and `shows` (for users the login too)."""
        table = self.tables.get(target)
        if table is None:
            name = self.options[target].get(record_id)
            more = self.options.more.get(record_id, {})
            return (
                None
                if name is None
                else {"id": record_id, "name": name, **{key: more.get(key) for key in shows}}
            )
        record = table.records.get(record_id)
        if record is None:
            return None
        values, about = record.now.values, self.resources[target]
        shown = {key: values.get(key) for key in shows}
        if target == "users":
            shown = {"login": values["email_address"], **shown}
        return {"id": record_id, **shown, "name": values[about.named]}

    def sees_project(self, who: Who, project_id: int) -> bool:
        """Whether the project exists and the credential may see it."""
        if project_id not in self.tables["projects"].records:
            return False
        return project_id not in self.hidden.get(who.credential, ())
