"""Everything that a believable company has besides projects, vendors and RFIs, which are there already."""

from __future__ import annotations

from syncd.sandbox.company.directory import add_offices, add_people, add_teams
from syncd.sandbox.company.money import add_budgets, add_orders
from syncd.sandbox.company.papers import add_documents, add_pictures
from syncd.sandbox.company.site import Site
from syncd.sandbox.company.work import add_change_events, add_replies, add_submittals, detail_rfis

__all__ = ["furnish"]

CLOSED_EVERY = 5
"""Of so many projects that only Procore has one is over, and nobody looks into it any more."""

_STAGES = ("Pre-Construction", "Course of Construction")


def furnish(site: Site) -> None:
    """Fill both sides. Some of each kind stand in Quickbase only, to go the other way."""
    offices = add_offices(site)
    add_people(site, count=6 + len(site.projects) // 2)
    _complete(site, offices)
    add_teams(site)
    detail_rfis(site)
    add_replies(site)
    add_submittals(site)
    add_change_events(site)
    add_budgets(site)
    add_orders(site)
    add_documents(site)
    add_pictures(site)


def _complete(site: Site, offices: list[int]) -> None:
    """Every project's address, stage and office, and which of them are over."""
    stages = [site.option("project_stages", name) for name in _STAGES]
    for at, project in enumerate(site.projects):
        sent = {"address": f"{100 + at} Placeholder Street", "completion_date": f"2027-0{1 + at % 9}-15"}
        more = {"office_id": offices[at % len(offices)], "project_stage_id": stages[at % len(stages)]}
        over = at % CLOSED_EVERY == CLOSED_EVERY - 1 and project not in site.rids["Projects"]
        site.procore.put("projects", {**sent, **more, "active": not over}, record=project)
