"""How it stands at the end: read back from both vendors by a person, and from syncd's lists."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any

from syncd.cli.demo.stage import Stage

__all__ = ["judge"]

_PAIRS = {
    "vendors": {
        "name": "Company Name",
        "city": "City",
        "email_address": "Email",
        "trade_name": "Trade",
        "website": "Website",
    },
    "projects": {"name": "Project Name", "project_number": "Number", "city": "City"},
    "rfis": {"subject": "Subject", "due_date": "Due Date", "status": "Status"},
}
_TABLES = {"vendors": "Vendors", "projects": "Projects", "rfis": "RFIs"}
_NAMES = {"vendors": "name", "projects": "name", "rfis": "subject"}


def judge(stage: Stage, typed: Mapping[tuple[str, str], str], made: Counter[str]) -> list[str]:
    """One sentence for everything that was duplicated, lost, or differs without a word."""
    listed = _listed(stage)
    problems: list[str] = []
    for resource, fields in _PAIRS.items():
        mine, theirs = _procore(stage, resource), stage.person.quickbase(_TABLES[resource])
        problems += _duplicates(resource, mine, theirs)
        problems += _differences(resource, mine, theirs, fields, listed)
    problems += _lost(stage, typed, made)
    return problems


def _procore(stage: Stage, resource: str) -> dict[str, dict[str, Any]]:
    """Procore's records by the identity that the key field carries."""
    if resource != "rfis":
        return {str(row["id"]): row for row in stage.person.procore(resource)}
    return {
        f"{project['id']}/{row['id']}": row
        for project in stage.person.procore("projects")
        for row in stage.person.procore("rfis", str(project["id"]))
    }


def _listed(stage: Stage) -> set[str]:
    """Identities that stand on a list of conflicts or held records."""
    out: set[str] = set()
    for command in ("conflicts", "held"):
        for one in stage.syncd(command, "--json").json or []:
            out |= {str(one["procore_id"]), f"qb:{one['quickbase_id']}"}
    return out


def _duplicates(resource: str, mine: dict[str, dict[str, Any]], theirs: list[dict[str, Any]]) -> list[str]:
    """C2: names are unique here, so two of one name are a record made twice."""
    field = _NAMES[resource]
    procore = Counter(f"{row.get('project', '')}{row[field]}" for row in mine.values())
    label = _PAIRS[resource][field]
    quickbase = Counter(f"{row.get('Related Project', '')}{row[label]}" for row in theirs)
    if resource == "rfis":
        procore = Counter(f"{one.partition('/')[0]} {row[field]}" for one, row in mine.items())
    return [
        f"C2: {resource}: {count} records named {name!r} in {side}"
        for side, names in (("Procore", procore), ("Quickbase", quickbase))
        for name, count in names.items()
        if count > 1
    ]


def _differences(
    resource: str,
    mine: dict[str, dict[str, Any]],
    theirs: list[dict[str, Any]],
    fields: Mapping[str, str],
    listed: set[str],
) -> list[str]:
    """A1: every record has its counterpart with equal values, or stands on a list."""
    out = []
    keys = {row["Procore ID"]: row for row in theirs if row["Procore ID"]}
    for row in theirs:
        if row["Procore ID"] not in mine and f"qb:{row['id']}" not in listed:
            out.append(f"A1: Quickbase {resource} {row['id']} has no counterpart and no reason")
    for identity, record in mine.items():
        row = keys.get(identity, {})
        if identity in listed:
            continue
        if not row:
            out.append(f"A1: Procore {resource} {identity} has no counterpart and no reason")
            continue
        out += [
            f"A1: {resource} {identity}: {field} is {record[field]!r} and {row[label]!r}, unlisted"
            for field, label in fields.items()
            if (record[field] or "") != (row[label] or "")
        ]
    return out


def _lost(stage: Stage, typed: Mapping[tuple[str, str], str], made: Counter[str]) -> list[str]:
    """B1: the last city and e-mail a person typed stand on both sides, and what was made is there."""
    procore = {row["name"]: row for row in stage.person.procore("vendors")}
    quickbase = {row["Company Name"]: row for row in stage.person.quickbase("Vendors")}
    labels = {"city": ("city", "City"), "email": ("email_address", "Email")}
    out = []
    for (name, what), value in typed.items():
        left, right = labels[what]
        found = {procore.get(name, {}).get(left), quickbase.get(name, {}).get(right)}
        if found != {value}:
            out.append(f"B1: the {what} of {name!r} should be {value!r} on both sides; it is {found}")
    everybody = {*procore, *quickbase, *(row["Subject"] for row in stage.person.quickbase("RFIs"))}
    return out + [f"B1: {name!r} is gone" for name in made if name not in everybody]
