"""A person's new record of every resource, put straight into the simulator."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from syncd.sandbox.procore.sim import ProcoreSim
from syncd.sandbox.procore.uploads import keep

__all__ = ["TABLES", "Makers"]

TABLES = {
    "projects": "projects",
    "vendors": "vendors",
    "users": "users",
    "offices": "offices",
    "company-roles": "company_roles",
    "project-roles": "project_roles",
    "project-users": "project_users",
    "project-vendors": "project_vendors",
    "rfis": "rfis",
    "rfi-replies": "replies",
    "submittals": "submittals",
    "submittal-approvers": "submittal_approvers",
    "change-events": "change_events",
    "purchase-orders": "purchase_orders",
    "budgets": "budgets",
    "budget-line-items": "budget_lines",
    "budget-modifications": "budget_modifications",
    "folders": "folders",
    "files": "files",
    "albums": "albums",
    "images": "images",
}
"""The simulator's name of each resource. Companies are not a table: there is one."""


class Makers:
    """Makes records by our names of resources. Every one differs from those before it by its number."""

    def __init__(self, sim: ProcoreSim) -> None:
        self.sim = sim
        self.number = 0
        self._options: dict[tuple[str, str, int], int] = {}

    def option(self, kind: str, name: str, project: int = 0, **more: Any) -> int:
        """An entry of a small list, made when it is first asked for."""
        key = (kind, name, project)
        if key not in self._options:
            self._options[key] = self.sim.add_option(kind, name, project=project, **more)
        return self._options[key]

    def upload(self, project: int, credential: str = "person", data: bytes = b"%PDF") -> str:
        """The uuid of bytes that a credential has uploaded whole."""
        return keep(self.sim.state, self.sim.who[credential].user_id, project, "given.bin", data)

    def new(self, resource: str, project: int = 0) -> int:
        """The id of a new record; what it has to stand in is made as well."""
        self.number += 1
        make: Callable[[int], tuple[dict[str, Any], int]] = getattr(self, "_" + resource.replace("-", "_"))
        sent, scope = make(project)
        return self.sim.put(TABLES[resource], sent, scope=scope)

    # -- what a person writes, and where ------------------------------------------------

    def _projects(self, project: int) -> tuple[dict[str, Any], int]:
        more = {"project_number": f"N-{self.number}", "city": "Salem", "total_value": 1200.5}
        return {"name": f"Made Depot {self.number}", "start_date": "2026-02-03", **more}, 0

    def _vendors(self, project: int) -> tuple[dict[str, Any], int]:
        trade = self.option("trades", "Made Roofing")
        return {"name": f"Made Roofing {self.number}", "city": "Salem", "trade_ids": [trade]}, 0

    def _users(self, project: int) -> tuple[dict[str, Any], int]:
        name = {"first_name": "Ann", "last_name": f"Example {self.number}"}
        return {**name, "email_address": f"ann{self.number}@example.com", "job_title": "Foreman"}, 0

    def _offices(self, project: int) -> tuple[dict[str, Any], int]:
        return {"name": f"Made Annex {self.number}", "city": "Salem", "phone": "(555) 010-0200"}, 0

    def _company_roles(self, project: int) -> tuple[dict[str, Any], int]:
        return {"name": f"Made Lead {self.number}", "for_users": True, "add_to_project_team": True}, 0

    def _project_roles(self, project: int) -> tuple[dict[str, Any], int]:
        role = self.new("company-roles")
        return {"role": self.sim.rows("company_roles")[role]["name"], "user_id": self.new("users")}, project

    def _project_users(self, project: int) -> tuple[dict[str, Any], int]:
        template = self.option("permission_templates", "Made Readers", project_specific=False, type="global")
        return {"user_id": self.new("users"), "permission_template_id": template}, project

    def _project_vendors(self, project: int) -> tuple[dict[str, Any], int]:
        return {"vendor_id": self.new("vendors")}, project

    def _rfis(self, project: int) -> tuple[dict[str, Any], int]:
        manager, question = self.sim.who["person"].user_id, {"body": f"Which bolts, {self.number}?"}
        return {"subject": f"Bolts {self.number}", "rfi_manager_id": manager, "question": question}, project

    def _submittals(self, project: int) -> tuple[dict[str, Any], int]:
        more = {"due_date": "2026-03-04", "submittal_manager_id": self.sim.who["person"].user_id}
        return {"number": f"S-{self.number}", "title": f"Steel {self.number}", **more}, project

    def _submittal_approvers(self, project: int) -> tuple[dict[str, Any], int]:
        return {"user_id": self.sim.who["person"].user_id}, self.new("submittals", project)

    def _change_events(self, project: int) -> tuple[dict[str, Any], int]:
        status = self.option("change_event_statuses", "Made Open", mapped_to_status="open")
        return {"title": f"Rock {self.number}", "scope": "tbd", "status": status}, project

    def _purchase_orders(self, project: int) -> tuple[dict[str, Any], int]:
        more = {"vendor_id": self.new("vendors"), "delivery_date": "2026-04-05", "retainage_percent": 10}
        return {"title": f"Steel {self.number}", "status": "Draft", **more}, project

    def _budget_line_items(self, project: int) -> tuple[dict[str, Any], int]:
        code, kind = self.cost_code(project), self.option("line_item_types", "Made Labor", code="L")
        money = {"original_budget_amount": 1000.5, "quantity": 3, "unit_cost": 20.25}
        return {"cost_code_id": code, "line_item_type_id": kind, "uom": "hours", **money}, project

    def cost_code(self, project: int) -> int:
        """A new cost code of a project."""
        self.number += 1
        name = f"Made work {self.number}"
        return self.option("cost_codes", name, project, code=str(self.number), full_code=f"09-{self.number}")

    def _budget_modifications(self, project: int) -> tuple[dict[str, Any], int]:
        to, giver = (self.new("budget-line-items", project) for _ in range(2))
        ends = {"to_budget_line_item_id": to, "from_budget_line_item_id": giver}
        return {**ends, "transfer_amount": 40, "notes": f"Made move {self.number}"}, project

    def _folders(self, project: int) -> tuple[dict[str, Any], int]:
        return {"name": f"Made folder {self.number}", "is_tracked": True}, project

    def _files(self, project: int) -> tuple[dict[str, Any], int]:
        named = {"name": f"made{self.number}.pdf", "description": f"Page {self.number}"}
        return {**named, "upload_uuid": self.upload(project)}, project

    def _albums(self, project: int) -> tuple[dict[str, Any], int]:
        return {"name": f"Made album {self.number}"}, project

    def _images(self, project: int) -> tuple[dict[str, Any], int]:
        named = {"image_name": f"made{self.number}.jpg", "description": f"View {self.number}"}
        album = self.new("albums", project)
        return {**named, "image_category_id": album, "upload_uuid": self.upload(project)}, project
