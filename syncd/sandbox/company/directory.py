"""The company's offices, roles and people, and who works in which project."""

from __future__ import annotations

from typing import Any

from syncd.sandbox.company.site import Site

__all__ = ["add_offices", "add_people", "add_teams"]

_OFFICES = (
    ("Main Office", "Buildings", "1 Sample Plaza", "Springfield", "IL", "62701"),
    ("Harbour Office", "Civil Works", "20 Example Quay", "Salem", "OR", "97301"),
    ("Hill Office", "Buildings", "300 Specimen Road", "Georgetown", "KY", "40324"),
    ("Lake Office", "Interiors", "4000 Instance Drive", "Riverton", "UT", "84065"),
)
_FIRST = ("Avery", "Blake", "Casey", "Drew", "Emery", "Finley", "Gray", "Harper", "Indigo", "Jules")
_LAST = ("Sample", "Example", "Specimen", "Instance")
_TITLES = ("Project Manager", "Project Engineer", "Superintendent", "Estimator", "Architect")
_ROLES = ("Project Manager", "Project Engineer", "Superintendent", "Safety Officer")
_TEMPLATES = ("Project Lead", "Project Member", "Subcontractor")


def add_offices(site: Site) -> list[int]:
    """Offices in Procore; the first two stand in Quickbase as well, and one stands there alone."""
    made: list[int] = []
    rows: list[dict[str, Any]] = []
    for name, division, street, city, state, code in _OFFICES:
        place = {"address": street, "city": city, "state_code": state, "zip": code}
        phone = f"(555) 010-{1000 + len(made)}"
        made.append(
            site.procore.put("offices", {"name": name, "division": division, "phone": phone, **place})
        )
        place = {"Street": street, "City": city, "State": state, "ZIP": code}
        rows.append({"Office Name": name, "Division": division, "Phone": phone, **place})
    alone = {"Office Name": "Valley Office", "Division": "Interiors", "City": "Fairview", "State": "TX"}
    site.add("Offices", [*rows[:2], alone])
    return made


def add_people(site: Site, count: int) -> None:
    """People and the roles they may have; every second one stands in Quickbase too, and two only there."""
    lead = site.option("permission_templates", "Company Staff", project_specific=False, type="global")
    for name in _ROLES:
        site.procore.put("company_roles", {"name": name, "for_users": True, "add_to_project_team": True})
    site.procore.put("company_roles", {"name": "Surety", "for_users": False, "add_to_project_team": False})
    for at in range(count):
        sent = _person(at)
        if at % 5 == 4 and site.vendors:
            sent["vendor_id"] = site.vendors[at % len(site.vendors)]
        else:
            sent |= {
                "is_employee": True,
                "employee_id": f"E-{100 + at}",
                "company_permission_template_id": lead,
            }
        site.people.append(site.procore.put("users", sent))
    mirrored = site.people[::2]
    rids = site.add("People", [_row(site, one) for one in mirrored])
    site.rids["People"] = dict(zip(mirrored, rids, strict=True))
    site.add("People", [_new(count), _new(count + 1)])


def _person(at: int) -> dict[str, Any]:
    first, last = _FIRST[at % len(_FIRST)], f"{_LAST[at // len(_FIRST) % len(_LAST)]}"
    again = at // (len(_FIRST) * len(_LAST))
    last = f"{last} {again + 1}" if again else last
    address = f"{first}.{last}@example.com".lower().replace(" ", "")
    named = {"first_name": first, "last_name": last, "email_address": address}
    return {**named, "job_title": _TITLES[at % len(_TITLES)], "mobile_phone": f"(555) 011-{1000 + at}"}


def _row(site: Site, user: int) -> dict[str, Any]:
    """The same person as a row, as somebody typed it."""
    known = site.procore.rows("users")[user]
    labels = {"First Name": "first_name", "Last Name": "last_name", "Email": "email_address"}
    labels |= {"Job Title": "job_title", "Mobile Phone": "mobile_phone"}
    ticks = {"Employee": known["is_employee"], "Active": True}
    return {label: known[key] for label, key in labels.items()} | ticks


def _new(at: int) -> dict[str, Any]:
    """Somebody whom only Quickbase knows: hired there, and not in Procore yet."""
    sent = _person(at)
    named = {"First Name": sent["first_name"], "Last Name": sent["last_name"], "Email": sent["email_address"]}
    return {**named, "Job Title": sent["job_title"], "Employee": True, "Active": True}


def add_teams(site: Site) -> None:
    """Every project's people with what they may do, their roles, and the vendors on the site.

    In the first project that Quickbase has too, a person, a role and a vendor are added there only.
    """
    lead, member, _sub = (
        site.option("permission_templates", name, project_specific=True, type="project")
        for name in _TEMPLATES
    )
    for project in site.open_projects:
        manager, *others = site.team(project)
        for user in (manager, *others):
            sent = {"user_id": user, "permission_template_id": lead if user == manager else member}
            site.procore.put("project_users", sent, scope=project)
        site.procore.put("project_roles", {"role": _ROLES[0], "user_id": manager}, scope=project)
        for vendor in site.crew(project):
            site.procore.put("project_vendors", {"vendor_id": vendor}, scope=project)
    for project in site.shared[:1]:
        home = {"Related Project": site.rids["Projects"][project]}
        joining = [one for one in site.rids["People"] if one not in site.team(project)][:1]
        people = [{**home, "Related Person": site.rids["People"][one]} for one in joining]
        site.add("Project Team", [{**one, "Permissions": _TEMPLATES[1]} for one in people])
        site.add("Project Roles", [{**one, "Role": _ROLES[3]} for one in people])
        coming = [one for one in site.rids["Vendors"] if one not in site.crew(project)][:1]
        site.add("Project Vendors", [{**home, "Related Vendor": site.rids["Vendors"][one]} for one in coming])
