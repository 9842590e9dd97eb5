"""The ground truth of a full-stack seed, sorted for the judge: events by record and serial."""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from typing import Any

from syncd.sandbox.history import Event
from syncd.store import Issue
from tests.proof.stack_meaning import TABLES, Meaning, TableMeaning, plain
from tests.proof.stack_world import StackWorld

__all__ = ["StackLedger"]


class StackLedger:
    """Changes and readings of every record, the lists, and what references mean."""

    def __init__(self, world: StackWorld) -> None:
        self.world, self.tables = world, TABLES
        names = {("procore", one.resource): one for one in TABLES}
        names |= {("quickbase", world.dbid(one)): one for one in TABLES}
        self.changes: dict[tuple[str, str, str], list[Event]] = defaultdict(list)
        self.readings: dict[tuple[str, str, str], list[tuple[int, int]]] = defaultdict(list)
        self._serials: dict[tuple[str, str, str], str] = {}
        for event in world.sandbox.history:
            table = names.get((event.vendor, event.table))
            if table is None:
                continue
            key = (event.vendor, table.resource, event.record)
            if event.kind == "read":
                if event.credential == "syncd":
                    self.readings[key].append((event.seq, event.version or 0))
                continue
            self.changes[key].append(event)
            values = event.after or event.before or {}
            field = table.serial if event.vendor == "procore" else self._serial_fid(table)
            if values.get(field):
                self._serials[key] = str(values[field])
        self.issues = {one.resource: world.issues(one.resource) for one in TABLES}
        self.ever = {one.resource: world.issues(one.resource, closed=True) for one in TABLES}
        with world.store.read() as tx:
            self.history = {one.resource: tx.history(one.resource, limit=100_000) for one in TABLES}
        self.rules = {
            (one.name, rule.procore.name): rule.key
            for one in world.mappings
            for rule in one.rules
            if rule.procore is not None
        }

    def _serial_fid(self, table: TableMeaning) -> str:
        return self.world.fid(table, next(one for one in table.fields if one.quickbase == "Serial"))

    # -- records ------------------------------------------------------------------------

    def serial(self, side: str, table: TableMeaning, record: str) -> str:
        """The lineage of a record, living or gone; "" for one that never had a serial."""
        return self._serials.get((side, table.resource, record), "")

    def records(self, side: str, table: TableMeaning) -> list[str]:
        """All records there ever were."""
        return [record for one, name, record in self.changes if one == side and name == table.resource]

    def lineage(self, side: str, table: TableMeaning, serial: str) -> list[str]:
        """The records of that side with that serial."""
        return [one for one in self.records(side, table) if self.serial(side, table, one) == serial]

    def deleted(self, table: TableMeaning, serial: str) -> bool:
        """Whether a record of this lineage was deleted, by whomever, on either side."""
        return any(
            event.kind == "delete"
            for side in ("procore", "quickbase")
            for record in self.lineage(side, table, serial)
            for event in self.changes[side, table.resource, record]
        )

    def key_of(self, table: TableMeaning, row: dict[str, Any]) -> str:
        """What a Quickbase row's key field holds, without the project of a project's record."""
        fid = str(self.world.sandbox.quickbase.fid(self.world.dbid(table), "Procore ID"))
        return str(row.get(fid) or "").rpartition("/")[2]

    # -- values -------------------------------------------------------------------------

    def value(self, side: str, table: TableMeaning, one: Meaning, row: dict[str, Any] | None) -> Any:
        """What a stored row means in that field; a reference means its target's serial."""
        if row is None:
            return None
        raw = row.get(one.procore if side == "procore" else self.world.fid(table, one))
        meant = plain(one.kind, raw)
        if one.ref and meant is not None:
            return self.serial(side, self.world.table(one.ref), str(int(float(meant)))) or f"?{meant}"
        return meant

    def seen_before(
        self, side: str, table: TableMeaning, record: str, seq: int, one: Meaning | None = None
    ) -> int:
        """The newest version of a record (of that field of it) that syncd had been served before
        event `seq`."""
        found = self.readings[side, table.resource, record]
        return max((version for _, version in found[: bisect_left(found, (seq, 0))]), default=0)

    def name(self, procore_id: str) -> str:
        """How a Procore identity is called here: by what follows its project."""
        return procore_id.rpartition("/")[2]

    def judged(self, side: str, one: Meaning) -> bool:
        """Whether people's edits of that field on that side have to arrive."""
        return one.edited and not one.one_way

    def blank(self, value: Any) -> bool:
        """Whether a new record says nothing by that value."""
        return value is None

    def plain(self, one: Meaning, value: Any) -> Any:
        """What a value of history means in that field."""
        return plain(one.kind, value)

    def meanings(self, one: Meaning, value: Any) -> tuple[Any, ...]:
        """What a value of history may mean in that field: a reference's is an id of either side."""
        if not one.ref or value in (None, ""):
            return (self.plain(one, value),)
        target = next(table for table in self.tables if table.resource == one.ref)
        return tuple(self.serial(side, target, self.name(str(value))) for side in ("procore", "quickbase"))

    def excused(self, event: Event, one: Meaning | None = None, value: Any = None) -> str:
        """Why this change of syncd's, over that value of that field, needs no reason of its own; "" if it
        does."""
        return ""

    def anew(self, side: str, table: TableMeaning, one: Meaning, event: Event) -> bool:
        """Whether that change put something into the field that means what was there before."""
        return False

    def comparable(self, table: TableMeaning, one: Meaning, serial: str, before: int) -> bool:
        """Whether syncd could tell by that event that two equal values in that field are equal."""
        return True

    def unread(self, side: str, one: Meaning, record: str) -> bool:
        """Whether what stands in that field of a new record may have been out of sight."""
        return False

    def told(self, side: str, table: TableMeaning, record: str) -> bool:
        """Whether history knows the record."""
        return any(
            (one.procore_id if side == "procore" else one.quickbase_id) == record
            for one in self.history[table.resource]
        )

    # -- lists --------------------------------------------------------------------------

    def listed(
        self, table: TableMeaning, ids: dict[str, str], one: Meaning | None = None, *, ever: bool = False
    ) -> list[Issue]:
        """Issues about a record or pair (`ids` by side), as a whole or in that field."""
        key = self.rules.get((table.resource, one.procore)) if one else None
        found = (self.ever if ever else self.issues)[table.resource]
        return [
            issue
            for issue in found
            if (issue.procore_id and self.name(issue.procore_id) == ids.get("procore"))
            or (issue.quickbase_id and issue.quickbase_id == ids.get("quickbase"))
            if one is None or issue.field in ("", key)
        ]
