"""A table's fields and records. Every state a record ever had stays, so the past can be read.

Rows are mappings from field key to stored value and are never changed in place: a write puts
a new mapping there, and whoever holds the old one (a version, the history) still sees the old
state, at no cost.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right, insort
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from syncd.sandbox.quickbase.field import BUILT_IN, Field

__all__ = ["MOST_DELETES", "Delete", "Relationship", "Row", "Table", "Version"]

Row = dict[str, Any]
MOST_DELETES = 1000
"""Deleted ids that the vendor keeps of one table (§2.4)."""


@dataclass(frozen=True, slots=True)
class Version:
    """One state of a record. `seq` is the history's number of the write, `at` its monotonic time."""

    seq: int
    at: float
    values: Row
    gone: bool = False


@dataclass(frozen=True, slots=True)
class Delete:
    """A deletion in the index of record changes: when by the vendor's clock, and which."""

    stamp: str
    rid: int


@dataclass(slots=True)
class Relationship:
    """A child's reference field, its parent table, and the fields derived through it."""

    fid: int
    parent: str
    child: str
    lookups: list[int] = field(default_factory=list)
    summaries: list[int] = field(default_factory=list)


class Table:
    """One table: schema, current rows in order of record id, their past, and two indexes."""

    def __init__(self, dbid: str, app_id: str, name: str, created: str) -> None:
        self.dbid, self.app_id, self.name = dbid, app_id, name
        self.single = self.plural = name
        self.description = ""
        self.created = self.updated = created
        self.key_fid = 3
        self.next_rid, self.next_fid = 1, 6
        self.index_deletes = False
        self.deletes: list[Delete] = []
        self.lost_delete = ""
        self.relationships: dict[int, Relationship] = {}
        self.fields: dict[int, Field] = {}
        self.by_key: dict[str, Field] = {}
        self.rows: dict[int, Version] = {}
        self.past: dict[int, list[Version]] = {}
        self.uniques: dict[str, dict[Any, int]] = {}
        self.rids: list[int] = []
        self.by_modified: list[tuple[str, int]] = []
        self.writes = 0
        self.getters: dict[int, Callable[[Row], Any]] = {}
        self.renderers: dict[tuple[int, ...], Any] = {}
        self._changes: list[tuple[float, int]] = []
        for fid, label, kind in BUILT_IN:
            self.add_field(
                Field(
                    fid,
                    label,
                    kind,
                    unique=fid == 3,
                    flags={"appearsByDefault": False, "findEnabled": fid > 2},
                )
            )

    def add_field(self, new: Field) -> None:
        """Take a field in; the caller sees to `next_fid`."""
        self.fields[new.fid] = new
        self.by_key[new.key] = new

    def drop_field(self, fid: int) -> None:
        """Forget a field. Its values stay in the rows, where nobody can reach them any more."""
        gone = self.fields.pop(fid)
        del self.by_key[gone.key]
        self.uniques.pop(gone.key, None)

    def labelled(self, label: str) -> Field:
        """The field with that label. Raises KeyError."""
        for one in self.fields.values():
            if one.label == label:
                return one
        raise KeyError(f"Table {self.name} has no field '{label}'.")

    def index_unique(self, about: Field) -> bool:
        """Start the index of a field that is to be unique; False if the data breaks it."""
        index: dict[Any, int] = {}
        for rid, version in self.rows.items():
            value = version.values.get(about.key, about.blank)
            if value != about.blank and index.setdefault(value, rid) != rid:
                return False
        self.uniques[about.key] = index
        return True

    def put(self, rid: int, version: Version) -> None:
        """Make `version` the record's present state: created, changed, or gone."""
        before = self.rows.get(rid)
        for key, index in self.uniques.items():
            self._reindex(key, index, rid, before, version)
        if version.gone:
            del self.rows[rid]
            self.rids.pop(bisect_left(self.rids, rid))
        else:
            if before is None:
                self.rids.append(rid)
            self.rows[rid] = version
            insort(self.by_modified, (version.values["2"], rid))
            if len(self.by_modified) > 2 * len(self.rows) + 1000:
                self.by_modified = sorted((row.values["2"], one) for one, row in self.rows.items())
        self.past.setdefault(rid, []).append(version)
        insort(self._changes, (version.at, rid))
        self.writes += 1

    def _reindex(
        self, key: str, index: dict[Any, int], rid: int, before: Version | None, version: Version
    ) -> None:
        blank = self.by_key[key].blank
        old = before.values.get(key, blank) if before else blank
        new = blank if version.gone else version.values.get(key, blank)
        if old == new:
            return
        if old != blank:
            index.pop(old, None)
        if new != blank:
            index[new] = rid

    def note_delete(self, rid: int, stamp: str) -> None:
        """Remember a deletion if the table indexes record changes; the oldest falls out."""
        if not self.index_deletes:
            return
        self.deletes.append(Delete(stamp, rid))
        if len(self.deletes) > MOST_DELETES:
            self.lost_delete = max(self.lost_delete, self.deletes.pop(0).stamp)

    def rows_at(self, at: float | None) -> dict[int, Version]:
        """The rows as they were at a monotonic time, in order of record id; None is now.

        The answer is `rows` itself when nothing changed since, so don't change it.
        """
        if at is None or not self._changes or self._changes[-1][0] <= at:
            return self.rows
        changed = {rid for _, rid in self._changes[bisect_right(self._changes, (at, 1 << 62)) :]}
        then = dict(self.rows)
        for rid in changed:
            was = self.version_at(rid, at)
            if was is None:
                then.pop(rid, None)
            else:
                then[rid] = was
        return dict(sorted(then.items()))

    def version_at(self, rid: int, at: float) -> Version | None:
        """What the record was at a monotonic time; None if it was not there."""
        for version in reversed(self.past.get(rid, ())):
            if version.at <= at:
                return None if version.gone else version
        return None

    def modified_from(self, stamp: str) -> list[int]:
        """Ids of the rows whose Date Modified is `stamp` or later, in order of record id."""
        tail = self.by_modified[bisect_left(self.by_modified, (stamp, 0)) :]
        return sorted({rid for when, rid in tail if rid in self.rows and self.rows[rid].values["2"] == when})

    def describe(self) -> dict[str, Any]:
        """The table as `GET /tables` shows it (§5)."""
        return {
            "id": self.dbid,
            "name": self.name,
            "alias": "_DBID_" + "".join(char if char.isalnum() else "_" for char in self.name.upper()),
            "description": self.description,
            "created": self.created[:19] + "Z",
            "updated": self.updated[:19] + "Z",
            "nextRecordId": self.next_rid,
            "nextFieldId": self.next_fid,
            "defaultSortFieldId": 2,
            "defaultSortOrder": "DESC",
            "keyFieldId": self.key_fid,
            "singleRecordName": self.single,
            "pluralRecordName": self.plural,
            "sizeLimit": "500 MB",
            "spaceUsed": f"{len(self.rows)} KB",
            "spaceRemaining": "500 MB",
        }
