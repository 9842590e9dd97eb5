"""What both vendors hold, read as a person: every record of every resource, by its identity in Procore."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from syncd.cli.demo.person import Person
from syncd.cli.demo.places import PLACES

__all__ = ["Census", "Crossed", "crossed", "take_census"]

Row = dict[str, Any]

BUDGET = "/rest/v1.0/projects/{project}/budget"

TRANSFER = "(syncd quickbase:"
"""In the title of a budget change that is a transfer made in Quickbase."""

SERVICE = "Sync Service"
"""Who syncd's token belongs to in Quickbase: the owner of the rows that it made."""


@dataclass(slots=True)
class Census:
    """By resource: Procore's records by identity, and Quickbase's rows by record id.

    Projects that are over count, and what stands in them does not: nobody looks into them any more.
    """

    procore: dict[str, dict[str, Row]] = field(default_factory=dict)
    quickbase: dict[str, dict[str, Row]] = field(default_factory=dict)

    def linked(self, resource: str) -> dict[str, Row]:
        """Quickbase's rows by the identity in their key field."""
        return {row["Procore ID"]: row for row in self.quickbase[resource].values() if row["Procore ID"]}


@dataclass(frozen=True, slots=True)
class Crossed:
    """What became of one resource: records that both have, and how many of them crossed which way.

    `differ` have another name or title on the other side, `alone` are on one side only.
    """

    resource: str
    both: int
    to_quickbase: int
    to_procore: int
    differ: int
    alone: int

    @property
    def whole(self) -> bool:
        """Whether both sides hold the same records, and call them the same."""
        return not self.differ and not self.alone


def take_census(person: Person) -> Census:
    """Read everything on both sides."""
    found = Census()
    for resource, about in PLACES.items():
        found.procore[resource] = dict(_procore(person, found, resource))
        found.quickbase[resource] = {row["id"]: row for row in person.quickbase(about.table)}
    return found


def _procore(person: Person, found: Census, resource: str) -> Iterator[tuple[str, Row]]:
    about = PLACES[resource]
    if not about.within:
        for row in person.procore(resource):
            if resource == "projects" and row["active"]:
                row["budget"] = person.look(BUDGET, str(row["id"]))
            yield str(row["id"]), row
        return
    for scope, above in found.procore[about.within].items():
        if about.within == "projects" and not above["active"]:
            continue
        rows = above[about.inside] if about.inside else person.procore(resource, scope)
        for row in rows:
            yield f"{scope}/{row['id']}", row
        if resource == "budget-modifications":
            yield from _transfers(person, scope)


def _transfers(person: Person, project: str) -> Iterator[tuple[str, Row]]:
    """Transfers that had to be made as budget changes: two lines of opposite amounts."""
    for change in person.procore("budget-changes", project):
        if _follows(change):
            shown = person.look(PLACES["budget-changes"].one.replace("{id}", str(change["id"])), project)
            lines = shown["data"]["adjustment_line_items"]
            amounts = [float(line["amount"]) for line in lines]
            about = {"amounts": amounts, "status": change["status"], "notes": lines[0]["description"]}
            yield f"{project}/change-{change['id']}", about


def crossed(before: Census, now: Census) -> list[Crossed]:
    """By resource, what has crossed since `before`, by what the vendors themselves hold.

    A row that syncd owns came from Procore; one that a person owns and Procore did not have went there.
    """
    return [_crossed(resource, before, now) for resource in PLACES]


def _crossed(resource: str, before: Census, now: Census) -> Crossed:
    there, rows = now.procore[resource], now.linked(resource)
    both = {one: (there[one], row) for one, row in rows.items() if one in there}
    made = [row for _record, row in both.values() if row["owner"] == SERVICE]
    sent = [
        one
        for one, (_, row) in both.items()
        if row["owner"] != SERVICE and one not in before.procore[resource]
    ]
    missing = [one for one, record in there.items() if one not in rows and not _follows(record)]
    waiting = [row for row in now.quickbase[resource].values() if row["Procore ID"] not in there]
    return Crossed(
        resource,
        len(both),
        len(made),
        len(sent),
        sum(not _alike(resource, record, row) for record, row in both.values()),
        len(missing) + len(waiting),
    )


def _follows(record: Row) -> bool:
    """Whether it is the change that a transfer was made as: the table of all changes shows it some minutes
    later, since nothing tells when a change was made."""
    return TRANSFER in str(record.get("title"))


def _alike(resource: str, record: Row, row: Row) -> bool:
    """Whether the field that people know the record by is the same on both sides."""
    key, label = PLACES[resource].known
    if not label:
        return True
    one, two = record.get(key), row[label]
    if isinstance(two, int | float):
        return one is not None and float(one) == float(two)
    return (one or "") == (two or "")
