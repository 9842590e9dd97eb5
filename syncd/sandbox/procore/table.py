"""The records of one resource. Every state a record ever had stays, so the past can be read.

Values are mappings that are never changed in place: a write puts a new mapping there, so that a
version, the history and a rendered text can share one without copying.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

__all__ = ["Record", "Table", "Values", "Version"]

Values = dict[str, Any]


@dataclass(slots=True)
class Version:
    """One state of a record. `seq` is the history's number of the write, `at` its monotonic time.

    `texts` keeps the JSON of each view with the epoch of names it was made in. `gone` is the last
    state of all: the record is deleted for good.
    """

    seq: int
    at: float
    values: Values
    texts: dict[str, tuple[int, str]] = field(default_factory=dict)
    gone: bool = False


@dataclass(slots=True)
class Record:
    """One record: its id, the record or project it lives in (0: the company), and its versions."""

    id: int
    scope: int
    past: list[Version]

    @property
    def now(self) -> Version:
        """The latest state."""
        return self.past[-1]

    def at(self, moment: float | None) -> Version | None:
        """The state at a monotonic time (None: now); None if there was no record yet, or no more."""
        latest = self.past[-1]
        if moment is None or latest.at <= moment:
            return None if latest.gone else latest
        for version in reversed(self.past):
            if version.at <= moment:
                return version
        return None


class Table:
    """All records of a resource, by id and by scope, and who owns which `origin_id`.

    Records that were deleted for good are kept apart, for reads that show the past.
    """

    def __init__(self) -> None:
        self.records: dict[int, Record] = {}
        self.scopes: dict[int, dict[int, Record]] = {}
        self.origins: dict[str, int] = {}
        self.dropped: dict[int, Record] = {}

    def put(self, record_id: int, scope: int, version: Version) -> Record:
        """Make `version` the record's present state."""
        record = self.records.get(record_id)
        before: Values = {}
        if record is None:
            record = Record(record_id, scope, [version])
            self.records[record_id] = record
            self.scopes.setdefault(scope, {})[record_id] = record
        else:
            before = record.now.values
            record.past.append(version)
        old, new = before.get("origin_id"), version.values.get("origin_id")
        if old != new:
            if old:
                self.origins.pop(old, None)
            if new:
                self.origins[new] = record_id
        return record

    def drop(self, record: Record, version: Version) -> None:
        """Take a record out for good; `version` says when."""
        del self.records[record.id], self.scopes[record.scope][record.id]
        origin = record.now.values.get("origin_id")
        if origin:
            self.origins.pop(origin, None)
        record.past.append(version)
        self.dropped[record.id] = record

    def find(self, record_id: int) -> Record | None:
        """A record, deleted ones too."""
        return self.records.get(record_id) or self.dropped.get(record_id)

    def within(self, scope: int) -> dict[int, Record]:
        """The records of a scope, by id in order of creation."""
        return self.scopes.get(scope, {})
