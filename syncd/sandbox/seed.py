"""Plainly invented records for both sides, so that a demo, a test or a bench has something to sync."""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from syncd.sandbox.company.furnish import furnish
from syncd.sandbox.company.site import Site
from syncd.sandbox.company.tables import PLAIN, TABLES, TRADES, make_app
from syncd.sandbox.procore.sim import ProcoreSim
from syncd.sandbox.quickbase.sim import QuickbaseSim

__all__ = ["Seed", "seed_world"]

_PLACES = (
    ("Springfield", "IL"),
    ("Riverton", "UT"),
    ("Fairview", "TX"),
    ("Georgetown", "KY"),
    ("Salem", "OR"),
)
_KINDS = ("School", "Clinic", "Library", "Depot", "Bridge", "Tower", "Garage", "Laboratory")
_COLOURS = ("Amber", "Blue", "Copper", "Green", "Ivory", "Maroon", "Silver", "Violet")
_SUBJECTS = ("Door hardware", "Beam depth", "Paint colour", "Pipe routing", "Slab joint", "Window sill")
_STAGES = ("Bidding", "Pre-Construction", "Course of Construction", "Warranty")
_FIRST_DAY = date(2026, 1, 5)


@dataclass(frozen=True, slots=True)
class Seed:
    """How much there is. `rfis` is for each project.

    `mirrored` is the share of Procore's records that exist in Quickbase too, equal and unlinked;
    `only_quickbase` the number of projects and of vendors that only Quickbase has. RFIs are
    mirrored where their project and vendor are. `whole` adds all else that the shipped mappings are
    about: the app has all of their tables, and every tool of Procore its records.
    """

    projects: int = 3
    vendors: int = 6
    rfis: int = 2
    mirrored: float = 0.5
    only_quickbase: int = 1
    whole: bool = False


def seed_world(procore: ProcoreSim, quickbase: QuickbaseSim, sizes: Seed, seed: int) -> None:
    """Fill both sides, as the person credential, from the seed alone."""
    rng = random.Random(f"demo {seed}")
    tables = make_app(quickbase, TABLES if sizes.whole else PLAIN)
    stages = [procore.add_option("project_stages", name) for name in _STAGES]
    trades = {name: procore.add_option("trades", name) for name in TRADES}
    projects = _projects(procore, sizes, rng, stages)
    vendors = _vendors(procore, sizes, rng, trades)
    rids = {
        "Projects": _mirror(quickbase, tables["Projects"], projects, sizes.mirrored),
        "Vendors": _mirror(quickbase, tables["Vendors"], vendors, sizes.mirrored),
    }
    rids["RFIs"] = _rfis(
        procore, quickbase, tables["RFIs"], sizes, rng, (list(projects), list(vendors)), rids
    )
    _only_quickbase(quickbase, tables, sizes)
    if sizes.whole:
        furnish(Site(procore, quickbase, tables, list(projects), list(vendors), rids, rng))


def _projects(
    procore: ProcoreSim, sizes: Seed, rng: random.Random, stages: list[int]
) -> dict[int, dict[str, Any]]:
    """Procore's projects, and each one's row in Quickbase's words."""
    made = {}
    for number in range(1, sizes.projects + 1):
        city, state = _PLACES[number % len(_PLACES)]
        start = _FIRST_DAY + timedelta(days=rng.randrange(300))
        value = rng.randrange(100, 90_000) * 1000
        sent = {
            "name": f"{_COLOURS[number % 8]} {_KINDS[number * 3 % 8]} {number}",
            "project_number": f"P-{100 + number}",
            "city": city,
            "state_code": state,
            "country_code": "US",
            "start_date": start.isoformat(),
            "total_value": value,
            "project_stage_id": stages[2],
        }
        made[procore.put("projects", sent)] = {
            "Project Name": sent["name"],
            "Number": sent["project_number"],
            "City": city,
            "State": state,
            "Active": True,
            "Status": "Active",
            "Start Date": sent["start_date"],
            "Total Value": value,
        }
    return made


def _vendors(
    procore: ProcoreSim, sizes: Seed, rng: random.Random, trades: dict[str, int]
) -> dict[int, dict[str, Any]]:
    """Procore's vendors, and each one's row in Quickbase's words."""
    made = {}
    for number in range(1, sizes.vendors + 1):
        trade = TRADES[number % len(TRADES)]
        row = {
            "Company Name": f"{_COLOURS[number * 3 % 8]} {trade} {number}",
            "City": _PLACES[rng.randrange(len(_PLACES))][0],
            "Email": f"office{number}@example.com",
            "Phone": f"(555) {100 + number // 10_000 % 900:03d}-{number % 10_000:04d}",
            "Website": f"https://vendor{number}.example.com",
            "Trade": trade,
        }
        sent = {
            "name": row["Company Name"],
            "city": row["City"],
            "email_address": row["Email"],
            "business_phone": row["Phone"],
            "website": row["Website"],
            "trade_name": trade,
            "trade_ids": [trades[trade]],
        }
        made[procore.put("vendors", sent)] = row
    return made


def _mirror(
    quickbase: QuickbaseSim, table: str, rows: dict[int, dict[str, Any]], share: float
) -> dict[int, int]:
    """The first `share` of the records as Quickbase rows too; Procore id → record id."""
    chosen = list(rows)[: round(len(rows) * share)]
    if not chosen:
        return {}
    rids = quickbase.upsert(table, [rows[one] for one in chosen])
    return dict(zip(chosen, rids, strict=True))


def _rfis(
    procore: ProcoreSim,
    quickbase: QuickbaseSim,
    table: str,
    sizes: Seed,
    rng: random.Random,
    parents: tuple[list[int], list[int]],
    rids: dict[str, dict[int, int]],
) -> dict[int, int]:
    """RFIs of every project, and rows in Quickbase where both parents have one: Procore id → record id."""
    manager = procore.who["person"].user_id
    rows: dict[int, dict[str, Any]] = {}
    for project in parents[0]:
        for number in range(1, sizes.rfis + 1):
            subject = f"{_SUBJECTS[number % len(_SUBJECTS)]} {number}"
            question, private = f"What about {subject.lower()}?", number % 5 == 0
            due = (_FIRST_DAY + timedelta(days=rng.randrange(30, 200))).isoformat()
            vendor = rng.choice(parents[1]) if parents[1] else 0
            sent = {"subject": subject, "due_date": due, "private": private, "question": {"body": question}}
            more = {"rfi_manager_id": manager, "responsible_contractor_id": vendor or None}
            rfi = procore.put("rfis", {**sent, **more}, scope=project)
            if project in rids["Projects"] and vendor in rids["Vendors"]:
                row = {"Subject": subject, "Number": str(number), "Status": "open", "Due Date": due}
                links = {
                    "Related Project": rids["Projects"][project],
                    "Related Vendor": rids["Vendors"][vendor],
                }
                known = {"Private": private, "Question": question, "RFI Manager ID": str(manager)}
                rows[rfi] = {**row, **links, **known}
    return _mirror(quickbase, table, rows, 1.0)


def _only_quickbase(quickbase: QuickbaseSim, tables: dict[str, str], sizes: Seed) -> None:
    """Records that only Quickbase has, to be created in Procore."""
    count = range(1, sizes.only_quickbase + 1)
    projects = [
        {"Project Name": f"Quickbase Annex {one}", "Number": f"Q-{one}", "City": "Salem", "State": "OR"}
        | {"Active": True, "Status": "Active"}
        for one in count
    ]
    vendors = [{"Company Name": f"Quickbase Supply {one}", "City": "Salem"} for one in count]
    if projects:
        quickbase.upsert(tables["Projects"], projects)
        quickbase.upsert(tables["Vendors"], vendors)
