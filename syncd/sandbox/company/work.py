"""What is asked, submitted and reported in the company's projects: RFIs, submittals, change events."""

from __future__ import annotations

from typing import Any

from syncd.sandbox.company.site import Site

__all__ = ["add_change_events", "add_replies", "add_submittals", "detail_rfis"]

_DISCIPLINES = ("Architectural", "Civil", "Electrical", "Mechanical", "Structural")
_IMPACTS = ("no_impact", "tbd", "yes_known")
_SUBMITTED = (
    ("Shop drawings, stair rails", "Shop Drawing"),
    ("Brick sample panel", "Sample"),
    ("Roof membrane data", "Product Data"),
)
_STATUSES = (("Draft", "Draft"), ("Open", "Open"), ("Closed", "Closed"))
_ANSWERS = (
    ("Pending", "pending"), ("Approved", "approved"), ("Approved as Noted", "approved"),
    ("Revise and Resubmit", "rejected"),
)  # fmt: skip
_EVENTS = ("Rock under the footing", "Owner asks for a second door", "Buried pipe", "Late steel")


def detail_rfis(site: Site) -> None:
    """Assignees, disciplines and cost impacts of the RFIs that are there; one RFI only in Quickbase."""
    field = site.procore.add_custom_field("rfis", "Discipline", "lov_entry", *_DISCIPLINES)
    entries = site.procore.custom_entries(field)
    for at, rfi in enumerate(site.procore.rows("rfis")):
        team = site.team(site.procore.scope_of("rfis", rfi))
        sent: dict[str, Any] = {"assignee_ids": team[1:], "rfi_manager_id": team[0]}
        sent[f"custom_field_{field}"] = entries[_DISCIPLINES[at % len(_DISCIPLINES)]]
        impact = _IMPACTS[at % len(_IMPACTS)]
        sent["cost_impact"] = {"status": impact, "value": 1500.5 if impact == "yes_known" else None}
        site.procore.put("rfis", sent, record=rfi)
    for project in site.shared[:1]:
        asked = {"Subject": "Crane pad location", "Question": "Which side of the gate?"}
        people = {"RFI Manager": site.email(site.team(project)[0]), "Discipline": "Civil"}
        site.add("RFIs", [{"Related Project": site.rids["Projects"][project], **asked, **people}])


def add_replies(site: Site) -> None:
    """A reply to every second RFI; and one made in Quickbase, to an RFI that both have."""
    for rfi in list(site.procore.rows("rfis"))[::2]:
        sent = {"body": f"See sheet A-{100 + rfi % 100}.", "official": rfi % 3 == 0}
        site.procore.put("replies", sent, scope=rfi)
    for rid in list(site.rids["RFIs"].values())[:1]:
        site.add("RFI Replies", [{"Related RFI": rid, "Reply": "Go by the detail, not by the plan."}])


def add_submittals(site: Site) -> None:
    """Submittals of every project, each with somebody to approve it; and one made in Quickbase."""
    kinds = {name: site.option("submittal_types", name) for _title, name in _SUBMITTED}
    statuses = [site.option("submittal_statuses", name, status=group) for name, group in _STATUSES]
    for name, meaning in _ANSWERS:
        site.option("submittal_responses", name, considered=meaning)
    section = site.option("specification_sections", "Metal Fabrications", number="05 50 00")
    for project in site.open_projects:
        manager, *others = site.team(project)
        for number in (1, 2):
            title, kind = _SUBMITTED[(project + number) % len(kinds)]
            named = {"number": str(100 + number), "title": title, "type": kind, "revision": "0"}
            more = {"status_id": statuses[1], "specification_section_id": section, "lead_time": 20 + number}
            people = {"submittal_manager_id": manager, "responsible_contractor_id": site.crew(project)[0]}
            sent = {**named, **more, **people, "required_on_site_date": f"2026-1{number}-02"}
            submittal = site.procore.put("submittals", sent, scope=project)
            for user in others[:1]:
                asked = {"user_id": user, "due_date": f"2026-09-1{number}", "days_to_respond": 10}
                site.procore.put("submittal_approvers", asked, scope=submittal)
    for project in site.shared[:1]:
        named = {
            "Number": "301",
            "Revision": "0",
            "Title": "Window mock-up",
            "Type": "Sample",
            "Status": "Open",
        }
        wanted: dict[str, Any] = {"Lead Time Days": 35, "Needed on Site": "2026-11-20"}
        home = {"Related Project": site.rids["Projects"][project]}
        site.add("Submittals", [{**home, **named, **wanted, "Manager": site.email(site.team(project)[0])}])


def add_change_events(site: Site) -> None:
    """A change event in every project; and one made in Quickbase."""
    status = site.option("change_event_statuses", "Open", mapped_to_status="open")
    site.option("change_event_statuses", "Void", mapped_to_status="void")
    kind = site.option("change_types", "Owner Change", abbreviation="OC")
    reasons = [site.option("change_reasons", name) for name in ("Client Request", "Existing Condition")]
    for at, project in enumerate(site.open_projects):
        more = {"change_type": kind, "change_reason": reasons[at % 2], "description": "Found on the site."}
        sent = {"title": _EVENTS[at % len(_EVENTS)], "scope": "tbd", "status": status, **more}
        site.procore.put("change_events", sent, scope=project)
    for project in site.shared[:1]:
        home = {"Related Project": site.rids["Projects"][project], "Title": "Night work at the gate"}
        said = {"Scope": "Out of scope", "Status": "Open", "Reason": "Client Request"}
        site.add("Change Events", [{**home, **said}])
