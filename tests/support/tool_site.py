"""A project of a simulated company whose tools are called as Procore's wire format has it."""

from __future__ import annotations

from typing import Any

from tests.support.procore_sandbox import little_world

__all__ = ["EVENTS", "ORDERS", "Site"]

EVENTS, ORDERS = "v1.1/change_events", "v1.0/purchase_order_contracts"


class Site:
    """A world, one of its projects, and short ways to call its tools."""

    def __init__(self, **switches: Any) -> None:
        self.box = little_world(**switches)
        self.sim = self.box.world.procore
        self.project = self.box.ids("v1.0/projects")[0]
        self.at = f"project_id={self.project}"
        self.submittals = f"v1.1/projects/{self.project}/submittals"
        self.people = sorted(self.sim.rows("users"))[:2]
        self.status = self.sim.add_option("change_event_statuses", "Open", mapped_to_status="open")
        self.vendor = self.box.ids("v1.0/vendors")[0]

    def event(self, **sent: Any) -> Any:
        """A new change event."""
        full = {"scope": "tbd", "status": {"id": self.status}, **sent}
        return self.box.send("POST", f"{EVENTS}?{self.at}", {"change_event": full})

    def submittal(self, number: str, **sent: Any) -> Any:
        """A new submittal."""
        return self.box.send("POST", self.submittals, {"submittal": {"number": number, **sent}})

    def order(self, **sent: Any) -> Any:
        """A new purchase order."""
        body = {"project_id": self.project, "purchase_order_contract": {"vendor_id": self.vendor, **sent}}
        return self.box.send("POST", ORDERS, body)

    def listed(self, path: str, query: str = "") -> list[int]:
        """The ids in a list of the project."""
        return self.box.ids(f"{path}?{self.at}{query}")

    def approver(self, submittal: int, user: int, group: int = 1, **sent: Any) -> int:
        """A person puts an approver on a submittal."""
        values = {"user_id": user, "workflow_group_number": group, **sent}
        return self.sim.put("submittal_approvers", values, scope=submittal)

    def answer(self, submittal: int, approver: int, response: int, **sent: Any) -> Any:
        """The answer of an approver."""
        where = f"v1.0/submittal_approvers/{approver}?{self.at}&submittal_id={submittal}"
        body = {"submittal_approver": {"submittal_response_id": response, **sent}}
        return self.box.send("PATCH", where, body)
