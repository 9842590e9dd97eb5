"""What the parts of the company are put into: both vendors, and what stands in them already."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from syncd.sandbox.procore.sim import ProcoreSim
from syncd.sandbox.quickbase.sim import QuickbaseSim

__all__ = ["Site"]

Row = dict[str, Any]


@dataclass(slots=True)
class Site:
    """The company under construction.

    `projects` and `vendors` are Procore's ids; `rids` are the record ids of the rows that mirror records
    of Procore, by table and Procore's id. `people` are the users who work in projects.
    """

    procore: ProcoreSim
    quickbase: QuickbaseSim
    tables: Mapping[str, str]
    projects: Sequence[int]
    vendors: Sequence[int]
    rids: dict[str, dict[int, int]]
    rng: random.Random
    people: list[int] = field(default_factory=list)

    @property
    def open_projects(self) -> list[int]:
        """The projects that are worked in."""
        rows = self.procore.rows("projects")
        return [one for one in self.projects if rows[one]["active"]]

    @property
    def shared(self) -> list[int]:
        """Those of them that Quickbase has too."""
        return [one for one in self.open_projects if one in self.rids["Projects"]]

    def team(self, project: int) -> list[int]:
        """Who works in a project: the manager first, then the engineer, then the foreman."""
        at, many = self.projects.index(project), len(self.people)
        return [self.people[(at + step) % many] for step in range(min(3, many))]

    def crew(self, project: int) -> list[int]:
        """The vendors that work in a project."""
        at, many = self.projects.index(project), len(self.vendors)
        return [self.vendors[(at + step) % many] for step in range(min(2, many))]

    def email(self, user: int) -> str:
        """A person's address."""
        return str(self.procore.rows("users")[user]["email_address"])

    def option(self, kind: str, name: str, **more: Any) -> int:
        """An entry of one of the company's small lists, made where it is not there yet; its id."""
        for number, known in self.procore.state.options[kind].items():
            if known == name:
                return number
        return self.procore.add_option(kind, name, **more)

    def add(self, table: str, rows: Sequence[Row]) -> list[int]:
        """Rows that people made in Quickbase; their record ids."""
        return self.quickbase.upsert(self.tables[table], rows) if rows else []
