"""What the company's projects may cost and what is ordered: budgets, transfers, purchase orders."""

from __future__ import annotations

from typing import Any

from syncd.sandbox.company.site import Site
from syncd.sandbox.procore.adjustments import adjusted

__all__ = ["add_budgets", "add_orders"]

_CODES = (("03-300", "Cast Concrete"), ("05-120", "Steel Frames"), ("09-910", "Painting"))
_SPARE = ("31-230", "Earthwork")
_TYPES = (("Labor", "L"), ("Material", "M"))
_TERMS = ("Net 30", "Net 45")


def add_budgets(site: Site) -> None:
    """Budget lines of every project, a transfer between two of them, and an old one from former times.

    A line and a transfer are made in Quickbase; every fourth budget is locked.
    """
    codes = [site.option("cost_codes", name, code=code, full_code=code) for code, name in (*_CODES, _SPARE)]
    kinds = [site.option("line_item_types", name, code=code) for name, code in _TYPES]
    for at, project in enumerate(site.open_projects):
        lines = [_line(site, project, code, kinds[0], at) for code in codes[: len(_CODES)]]
        _transfer(site, project, lines)
        if at == 0:
            ends = {"to_budget_line_item_id": lines[0], "from_budget_line_item_id": lines[2]}
            old = {**ends, "transfer_amount": 750, "notes": "Before the company used budget changes"}
            site.procore.put("budget_modifications", old, scope=project)
        if at % 4 == 3:
            _lock(site, project)
    for project in site.shared[:1]:
        home = {"Related Project": site.rids["Projects"][project]}
        line = {"Cost Code": _SPARE[0], "Cost Type": _TYPES[1][0], "Original Budget": 18_000, "Unit": "ls"}
        site.add("Budget Lines", [{**home, **line}])
        moved = {"Title": "Paint pays for concrete", "Status": "Draft", "Amount": 2_000}
        codes_of = {"To WBS Code": f"{_CODES[0][0]}.L", "From WBS Code": f"{_CODES[2][0]}.L"}
        site.add("Budget Changes", [{**home, **moved, **codes_of}])


def _line(site: Site, project: int, code: int, kind: int, at: int) -> int:
    amount = site.rng.randrange(20, 400) * 1000
    money = {"original_budget_amount": amount, "quantity": 10 + at, "unit_cost": 125.5, "uom": "ea"}
    return site.procore.put(
        "budget_lines", {"cost_code_id": code, "line_item_type_id": kind, **money}, scope=project
    )


def _transfer(site: Site, project: int, lines: list[int]) -> None:
    """A budget change that moves money from the second line to the first."""
    codes = [site.procore.rows("budget_lines")[one]["wbs_code"] for one in lines]
    ends = (("change_event", codes[0], "1500"), ("budget_change", codes[1], "-1500"))
    moves = [
        {"type": kind, "wbs_code_id": code, "amount": amount, "adjustment_number": 1}
        for kind, code, amount in ends
    ]
    state = site.procore.state
    about = state.resources["budget_changes"]
    values = {**about.blank, "status": "draft", "title": "Steel to concrete", "number": 1}
    values["adjustment_line_items"] = adjusted(state, project, (), moves)
    state.store(about, None, project, values, site.procore.who["person"])


def _lock(site: Site, project: int) -> None:
    state = site.procore.state
    record = state.tables["budgets"].records[project]
    state.store(state.resources["budgets"], record, project, {**record.now.values, "locked": True},
                site.procore.who["person"])  # fmt: skip


def add_orders(site: Site) -> None:
    """A purchase order in every project, with its amount; and one made in Quickbase."""
    for at, project in enumerate(site.open_projects):
        sent: dict[str, Any] = {
            "title": f"{('Ready-mix', 'Rebar', 'Formwork')[at % 3]} for level {1 + at % 4}",
            "vendor_id": site.crew(project)[0],
            "status": ("Draft", "Approved", "Submitted")[at % 3],
            "delivery_date": f"2026-10-{10 + at % 18}",
            "retainage_percent": "10.0",
            "payment_terms": _TERMS[at % len(_TERMS)],
        }
        order = site.procore.put("purchase_orders", sent, scope=project)
        _priced(site, order, f"{12_500 + 250 * at}.0")
    for project in site.shared[:1]:
        home = {"Related Project": site.rids["Projects"][project], "Title": "Scaffolding, north side"}
        vendor = next(iter(site.rids["Vendors"].values()), None)
        said = {"Delivery Date": "2026-10-05", "Retainage": 5, "Payment Terms": _TERMS[0]}
        site.add("Purchase Orders", [{**home, **said, "Related Vendor": vendor}])


def _priced(site: Site, order: int, total: str) -> None:
    """Line items add up to the amount; they are entered in the web application."""
    state = site.procore.state
    about, record = state.resources["purchase_orders"], state.tables["purchase_orders"].records[order]
    values = {**record.now.values, "grand_total": total}
    state.store(about, record, record.scope, values, site.procore.who["person"])
