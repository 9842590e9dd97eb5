"""The ground truth of a catalogue seed, sorted for the judge: events by record and lineage."""

from __future__ import annotations

import re
from collections import defaultdict
from typing import Any

from syncd.sandbox.history import Event
from tests.proof.catalogue.content import sum_in
from tests.proof.catalogue.meaning import Sort, Word, plain, token_of
from tests.proof.catalogue.world import CatalogueWorld
from tests.proof.stack_ledger import StackLedger

__all__ = ["Ledger"]

_SUBMITTAL = "submittals"

_VERSION = re.compile(r"\[version ([^;\]]+?)(?: of [^;\]]+)?(?:; \d+ bytes)?\]$")
"""A version in the words of a list, whose bytes nobody read."""


class Ledger(StackLedger):
    """Changes and readings of every record by its full identity, the lists, and what references mean.

    A project's budget lock is one of its fields here, and where a record lives is one of its values.
    """

    def __init__(self, world: CatalogueWorld) -> None:
        self.world: CatalogueWorld = world  # type: ignore[assignment]
        self.tables: tuple[Sort, ...] = world.sorts  # type: ignore[assignment]
        self.changes: dict[tuple[str, str, str], list[Event]] = defaultdict(list)
        self.readings: dict[tuple[str, str, str], list[tuple[int, int]]] = defaultdict(list)
        self.read_by: dict[tuple[str, str, str], list[int]] = defaultdict(list)
        self.locks: dict[str, list[tuple[int, int]]] = defaultdict(list)
        self._serials: dict[tuple[str, str, str], str] = {}
        self._turned: dict[str, list[Event]] = defaultdict(list)
        self._locked: dict[str, bool] = {}
        self._under: dict[int, list[str]] = defaultdict(list)
        self._heads: dict[int, Event] = {}
        self._papers: dict[str, str] = {}
        self._sims = {one.sim: one for one in world.sorts}
        self._dbids = {world.dbid(one): one for one in world.sorts}
        for event in world.sandbox.history:
            self._take(event)
        self.end = world.sandbox.history.events[-1].seq + 1
        self.issues = {one.resource: world.issues(one.resource) for one in world.sorts}
        self.ever = {one.resource: world.issues(one.resource, closed=True) for one in world.sorts}
        with world.store.read() as tx:
            self.history = {one.resource: tx.history(one.resource, limit=100_000) for one in world.sorts}
        self.rules = {
            (mapping.name, word.procore): rule.key
            for mapping in world.mappings
            for word, rule in zip(world.sort(mapping.name).words, mapping.rules, strict=True)
        }

    # -- taking the history in ------------------------------------------------------------

    def _take(self, event: Event) -> None:
        if event.vendor == "quickbase":
            if event.table in self._dbids:
                self._keep(self._dbids[event.table], event, event.record)
            return
        if event.table == "budgets":
            self._budget(event)
            return
        sort = self._sims.get(event.table)
        if sort is None:
            return
        identity = self.world.identity(sort, int(event.record))
        self._keep(sort, self._whole(sort, event, identity), identity)
        if event.kind == "read" and event.table == _SUBMITTAL and event.request in self.world.shows:
            self._shown(identity, event)

    def _keep(self, sort: Sort, event: Event, identity: str) -> None:
        key = (event.vendor, sort.resource, identity)
        if event.kind == "read":
            if event.credential == "syncd":
                self.readings[key].append((event.seq, event.version or 0))
                self.read_by[key].append(event.request)
            return
        self.changes[key].append(event)
        self._versions(sort, event, identity)
        if event.credential == "syncd" and event.kind == "delete":
            self._heads[event.request] = event
        if key not in self._serials and event.after is not None:
            self._serials[key] = self._lineage(sort, event, identity)
        if event.vendor == "procore" and sort.resource == "submittal-approvers":
            above = identity.split("/")[1]
            if identity not in self._under[int(above)]:
                self._under[int(above)].append(identity)

    def _whole(self, sort: Sort, event: Event, identity: str) -> Event:
        """The event with where the record lives, and a project with its lock."""
        more: dict[str, Any] = {}
        if sort.home:
            more["_home"] = identity.rpartition("/")[0].rpartition("/")[2]
        if sort.resource == "projects":
            more["budget_locked"] = self._locked.get(identity, False)
        if not more:
            return event
        before = None if event.before is None else {**event.before, **more}
        after = None if event.after is None else {**event.after, **more}
        return event._replace(before=before, after=after)

    def _budget(self, event: Event) -> None:
        """A lock is a change of its project; asking for one is a reading of it."""
        if event.kind == "read":
            if event.credential == "syncd":
                self.locks[event.record].append((event.seq, event.version or 0))
            return
        held = self._locked.get(event.record, False)
        self._locked[event.record] = bool((event.after or {}).get("locked"))
        self._turned[event.record].append(event)
        mine = self.changes["procore", "projects", event.record]
        if mine and self._locked[event.record] != held and mine[-1].after is not None:
            after = {**mine[-1].after, "budget_locked": self._locked[event.record]}
            mine.append(event._replace(table="projects", before=mine[-1].after, after=after))

    def _shown(self, submittal: str, event: Event) -> None:
        """A submittal that is shown shows its approvers as they are."""
        for identity in self._under[int(submittal.rpartition("/")[2])]:
            key = ("procore", "submittal-approvers", identity)
            newest = max((one.seq for one in self.changes[key] if one.seq < event.seq), default=0)
            self.readings[key].append((event.seq, newest))
            self.read_by[key].append(event.request)

    def _lineage(self, sort: Sort, event: Event, identity: str) -> str:
        """What names a record's lineage, by what it was born with."""
        row, side = event.after or {}, event.vendor
        if sort.pair:
            parts = [self.value(side, sort, sort.word(name), row) for name in sort.pair]  # type: ignore[arg-type]
            return "+".join(parts) if all(parts) else f"?{side}{identity}"
        if not sort.lineage:
            return identity if side == "procore" else self.key_of(sort, row) or f"?{identity}"
        word = sort.word(sort.lineage)
        return token_of(self.value(side, sort, word, row)) or f"?{side}{identity}"  # type: ignore[arg-type]

    def excuse(self, why: str, *about: str) -> bool:
        """Count an excuse, which the story tells of too."""
        self.world.counts[f"excused, {why}"] += 1
        self.world.tell(f"   excused: {why}: {' '.join(about)}")
        return True

    # -- what the judges ask ----------------------------------------------------------------

    def name(self, procore_id: str) -> str:
        """Records are called by their whole identity."""
        return procore_id

    def key_of(self, table: Any, row: dict[str, Any] | None) -> str:
        """What a Quickbase row's key field holds."""
        return self.world.key_of(table, row)

    def judged(self, side: str, one: Any) -> bool:
        """Whether people's edits of that field on that side have to arrive."""
        if one.one_way or one.once:
            return False
        return bool(one.edited if side == "procore" else one.typed)

    def blank(self, value: Any) -> bool:
        """Whether a new record says nothing by that value; an unticked box does not either."""
        return value is None or value is False

    def plain(self, one: Any, value: Any) -> Any:
        """What a value of history means in that field. A version whose bytes were never read is named by
        what the vendor calls it."""
        if one.kind == "file":
            return self._paper(value)
        try:
            return plain(one.kind, value)
        except ArithmeticError:
            return value

    def _paper(self, value: Any) -> Any:
        told = sum_in(value)
        named = _VERSION.search(told or "")
        return self._papers.get(named[1], told) if named else told

    def _versions(self, sort: Sort, event: Event, identity: str) -> None:
        """How the vendor calls the versions that a change left, and what they hold."""
        word = sort.file
        if word is None or event.after is None:
            return
        if event.vendor == "procore":
            held = event.after.get(word.field)
            name = held[0]["id"] if held and not isinstance(held, str) else f"image {event.record}"
            found = self.value("procore", sort, word, event.after)
        else:
            place = f"{event.table}/{event.record}/{self.world.fid(sort, word.quickbase)}"
            held = event.after.get(self.world.fid(sort, word.quickbase))
            name = f"{place}/{held[-1].number}" if held else ""
            found = self.value("quickbase", sort, word, event.after)
        if held:
            self._papers[str(name)] = found

    def value(self, side: str, table: Any, one: Any, row: dict[str, Any] | None) -> Any:
        """What a stored row means in that field; a reference means its target's lineage."""
        if row is None:
            return None
        if not one.ref:
            if side == "procore":
                return self._procore(table, one, row)
            return plain(one.kind, row.get(self.world.fid(table, one.quickbase)))
        target = self.world.sort(one.ref)
        if side == "quickbase":
            number = plain("id", row.get(self.world.fid(table, one.quickbase)))
            return number and (self.serial("quickbase", target, number) or f"?{number}")  # type: ignore[arg-type]
        number = row.get("_home") if one.kind == "home" else plain("id", row.get(one.field))
        if number is None:
            return None
        found = self.world.sandbox.procore.state.tables[target.sim].find(int(number))
        identity = self.world.identity(target, int(number)) if found else ""
        return self.serial("procore", target, identity) or f"?{number}"  # type: ignore[arg-type]

    def _procore(self, sort: Sort, one: Word, row: dict[str, Any]) -> Any:
        if one.procore == "budget_locked":
            return bool(row.get("budget_locked"))
        return self.world.procore_value(sort, one, row)

    def live(self, side: str, sort: Sort) -> dict[str, dict[str, Any]]:
        """What exists now, by identity, as the events tell it."""
        if side == "quickbase":
            return {str(rid): row for rid, row in self.world.rows(sort).items()}
        found = {}
        for number, row in self.world.records(sort).items():
            identity = self.world.identity(sort, number)
            more: dict[str, Any] = {"_home": identity.rpartition("/")[0].rpartition("/")[2]}
            if sort.resource == "projects":
                more["budget_locked"] = self._locked.get(identity, False)
            found[identity] = {**row, **more}
        return found

    def excused(self, event: Event, one: Any = None, value: Any = None) -> str:
        """What goes with a record that syncd deletes was not chosen by syncd: its images, its files. And
        a reference reads as empty once what it names is deleted."""
        if one is not None and one.ref:
            gone = self.deaths(self.world.sort(one.ref), str(value))
            if gone and gone[0] < event.seq:
                return "what it names was deleted"
        head = self._heads.get(event.request) if event.credential == "syncd" else None
        carries = head is not None and head.table in ("albums", "folders")
        return "went with what it stood in" if carries and head is not event else ""

    def locked_since(self, project: str, event: Event) -> float:
        """For how many seconds that project's budget had been locked then; 0 if it was open."""
        turns = [one for one in self._turned[project] if one.seq < event.seq]
        if not turns or not (turns[-1].after or {}).get("locked"):
            return 0.0
        return event.at - turns[-1].at

    def deaths(self, sort: Sort, serial: str) -> list[int]:
        """The events by which records of that lineage were deleted, by whomever, on either side."""
        return sorted(
            event.seq
            for side in ("procore", "quickbase")
            for record in self.lineage(side, sort, serial)  # type: ignore[arg-type]
            for event in self.changes[side, sort.resource, record]
            if event.kind == "delete"
        )

    def unread(self, side: str, one: Any, record: str) -> bool:
        """A lock that could not be asked for in the cycle in which syncd made the project may pass for
        somebody's."""
        if side != "procore" or one.procore != "budget_locked":
            return False
        born = self.changes[side, "projects", record][0]
        end = next((seq for seq in self.world.begun if seq > born.seq), self.end)
        asked = any(born.seq < at <= end for at, _ in self.locks[record])
        return (
            born.credential == "syncd"
            and not asked
            and self.excuse("a lock that could not be asked for when the project was made", record)
        )

    def anew(self, side: str, table: Any, one: Any, event: Event) -> bool:
        """Whether that change made another version of the bytes that were there."""
        if one.kind != "file":
            return False
        field = one.field if side == "procore" else self.world.fid(table, one.quickbase)
        return bool((event.before or {}).get(field) != (event.after or {}).get(field))

    def comparable(self, table: Any, one: Any, serial: str, before: int) -> bool:
        """Nobody knows of two files that they are equal before one was brought or both were read."""
        if one.kind != "file":
            return True
        rows = self.lineage("quickbase", table, serial)
        brought = any(
            event.credential == "syncd" and event.seq < before and self.anew(side, table, one, event)
            for side in ("procore", "quickbase")
            for record in self.lineage(side, table, serial)
            for event in self.changes[side, table.resource, record]
        )
        place = self.world.dbid(table)
        return brought or any(
            seq < before and one_place == (place, row)
            for seq, one_place in self.world.watch.downloads
            for row in rows
        )

    def seen_before(self, side: str, table: Any, record: str, seq: int, one: Any = None) -> int:
        """The newest version of a record that syncd had been served before event `seq`; a lock is
        asked for by itself."""
        lock = one is not None and one.procore == "budget_locked" and side == "procore"
        served = self.locks[record] if lock else self.readings[side, table.resource, record]
        return max((version for at, version in served if at < seq), default=0)
