"""A project with everything that records of its tools refer to, and two values for each of their fields."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from math import inf
from typing import Any

from syncd.catalog import Resource, ResourceField, Scope, resource
from syncd.core.values import Absent, Value
from syncd.http.message import Lane
from syncd.procore.client import Listing, ProcoreClient, Row
from syncd.procore.wire import decode_record, encode_body
from syncd.sandbox.procore.sim import ProcoreSim
from syncd.sandbox.procore.switches import ProcoreSwitches
from syncd.sandbox.switches import draw
from tests.support.vendor_rig import Rig

__all__ = ["ALWAYS", "READINGS", "SIMULATED", "Desk", "Values"]

Values = dict[str, Value]

SIMULATED = {
    "change-events": "change_events",
    "submittals": "submittals",
    "submittal-approvers": "submittal_approvers",
    "rfi-replies": "replies",
    "purchase-orders": "purchase_orders",
}
"""The simulator's name of each resource."""


ALWAYS = {"submittals": ("number",), "submittal-approvers": ("response",)}
"""What an update carries besides what has changed (reference procore-api §12)."""

READINGS = {
    **{f"drawn {seed}": draw(ProcoreSwitches, random.Random(seed)) for seed in range(3)},
    "likely": ProcoreSwitches(),
    "strict": ProcoreSwitches(
        unknown_filter="refuse",
        submittal_patch_needs_number=True,
        purchase_sync_ids="ignored",
        approver_answer="all",
        approver_bumps_submittal=False,
        recycled_show=200,
        quoted_range="required",
    ),
}
"""Ways in which the vendor may be understood."""


@dataclass
class Desk:
    """One resource through the real client, in a project of a simulated company."""

    name: str
    switches: ProcoreSwitches = field(default_factory=ProcoreSwitches)
    rig: Rig = field(init=False)
    project: int = field(init=False)
    parent: int = field(init=False)

    def __post_init__(self) -> None:
        self.rig = Rig(procore=self.switches)
        self.project = self.sim.put("projects", {"name": "Harbour Tower"})
        self.vendors = [self.sim.put("vendors", {"name": f"Vendor {one}"}) for one in (1, 2)]
        self.people = sorted(self.sim.rows("users"))
        self.rfi = self.sim.put("rfis", self.rfi_sent, scope=self.project)
        self.parent = self.rfi if self.name == "rfi-replies" else self.submittal("900")

    @property
    def sim(self) -> ProcoreSim:
        """The vendor."""
        return self.rig.procore

    @property
    def client(self) -> ProcoreClient:
        """Our way to the vendor."""
        return self.rig.vendors.procore

    @property
    def about(self) -> Resource:
        """The catalogue's entry."""
        return resource(self.name)

    @property
    def scope(self) -> str:
        """Where the records live, as we name it."""
        alone = self.about.scope is Scope.PROJECT
        return str(self.project) if alone else f"{self.project}/{self.parent}"

    @property
    def home(self) -> int:
        """The same in the simulator's words."""
        return self.project if self.about.scope is Scope.PROJECT else self.parent

    @property
    def rfi_sent(self) -> dict[str, Any]:
        """A person's RFI."""
        return {"subject": "Anchor bolts", "rfi_manager_id": self.people[0], "question": {"body": "Which?"}}

    def submittal(self, number: str, **sent: Any) -> int:
        """A person's submittal."""
        return self.sim.put("submittals", {"number": number, **sent}, scope=self.project)

    def option(self, kind: str, name: str, **more: Any) -> str:
        """The id of an entry of a small list, made where there is none yet."""
        known = {one: key for key, one in self.sim.state.options[kind].items()}
        return str(known.get(name) or self.sim.add_option(kind, name, **more))

    def approver(self, **sent: Any) -> int:
        """A person puts an approver on the submittal."""
        values = {"user_id": self.people[0], **sent}
        return self.sim.put("submittal_approvers", values, scope=self.parent)

    def made(self, turn: int = 0) -> str:
        """The id of a new record, with every field that can be set at creation; approvers are a person's."""
        if not self.about.create:
            return str(self.approver())
        return str(self.create(self.at_creation(turn))["id"])

    def whole(self, id: str) -> dict[str, Value | Absent]:
        """All that can be read of a record, by a show or, without one, in the list."""
        if self.about.show:
            return self.read(self.show(id))
        return self.read(next(one for one in self.rows() if str(one["id"]) == id))

    # -- through the client ---------------------------------------------------------

    def create(self, values: Values) -> Row:
        """What Procore answers to a create with these values."""
        made = self.client.create(self.about, self.scope, self.body(values), inf)
        assert made.row is not None
        return made.row

    def update(self, id: object, values: Values) -> Row:
        """What Procore answers to a change of these values."""
        done = self.client.update(self.about, self.scope, str(id), self.body(values), inf)
        assert done.row is not None
        return done.row

    def show(self, id: object) -> Row:
        """One record whole."""
        return self.client.show(self.about, self.scope, str(id), Lane.COMMAND)[0]

    def rows(self, *query: tuple[str, str], since: float | None = None) -> list[Row]:
        """The list, with the parameters that always go with it."""
        stamps = () if since is None else (("filters[updated_at]", since),)
        listing = Listing(self.about, self.about.list, self.scope, (*self.about.params, *query), stamps)
        return self.client.page(listing, 1, Lane.COMMAND).rows

    def bin(self, since: float | None = None) -> list[str]:
        """The ids in the list of the deleted."""
        stamps = () if since is None else (("filters[updated_at]", since),)
        listing = Listing(self.about, self.about.recycle_bin, self.scope, (), stamps)
        return [str(row["id"]) for row in self.client.page(listing, 1, Lane.COMMAND).rows]

    def body(self, values: Values) -> Row:
        """Our values in the form of a write."""
        return encode_body([(self.field(key), value) for key, value in values.items()])

    def read(self, row: Row) -> dict[str, Value | Absent]:
        """A row's values, by field."""
        return decode_record(self.about.fields, row, self.scope)

    def stored(self, id: object) -> dict[str, Any]:
        """The simulator's own record."""
        return self.sim.rows(SIMULATED[self.name])[int(str(id))]

    # -- two values for every field that can be written -----------------------------

    def samples(self, turn: int) -> Values:
        """A value of every field that can be written; `turn` 0 and 1 differ in each."""
        return getattr(self, "_" + self.name.replace("-", "_"))(turn)  # type: ignore[no-any-return]

    def at_creation(self, turn: int) -> Values:
        """Those that can be set at creation."""
        return {key: value for key, value in self.samples(turn).items() if self.field(key).field.on_create}

    def later(self, turn: int) -> Values:
        """Those that can be set later."""
        return {key: value for key, value in self.samples(turn).items() if self.field(key).field.on_update}

    def field(self, name: str) -> ResourceField:
        """The catalogue's field of that name."""
        found = self.about.field(name)
        assert found is not None, name
        return found

    def _change_events(self, turn: int) -> Values:
        kinds = ("rfi", "meetings")
        return {
            "number": ("A-7", "A-8")[turn],
            "title": ("Rock under the footing", "Rock under the wall")[turn],
            "description": f"Found on day {turn}",
            "scope": ("tbd", "out_of_scope")[turn],
            "status": self.option("change_event_statuses", ("Open", "Closed")[turn], mapped_to_status="open"),
            "change_type": self.option("change_types", ("Owner", "Site")[turn], abbreviation="X"),
            "change_reason": self.option("change_reasons", ("Design", "Weather")[turn]),
            "prime_contract": self.option("prime_contracts", f"Contract {turn}", number="1"),
            "event_origin_id": str(self.rfi + turn),
            "event_origin_type": kinds[turn],
            "source": ("budget_change", "field_initiated_change_orders")[turn],
            "external_origin_id": f"acc-{turn}",
            "external_origin_data": f"data {turn}",
        }

    def _submittals(self, turn: int) -> Values:
        days = (
            "due_date issue_date received_date submit_by required_on_site_date actual_delivery_date "
            "confirmed_delivery_date"
        )
        return {
            "number": f"10{turn}",
            "title": f"Steel, lot {turn}",
            "description": f"Mill certificates {turn}",
            "revision": str(turn + 1),
            "source_submittal": str(self.parent),
            "private": turn == 0,
            "status": self.option("submittal_statuses", ("Open", "Closed")[turn], status="Open"),
            "type": self.sim.state.options["submittal_types"][
                int(self.option("submittal_types", ("Sample", "Shop drawing")[turn]))
            ],
            **{name: f"2026-0{turn + 3}-1{place}" for place, name in enumerate(days.split())},
            "lead_time": str(20 + turn),
            "design_team_review_time": str(5 + turn),
            "internal_review_time": str(3 + turn),
            "submittal_manager": str(self.people[turn]),
            "received_from": str(self.people[1 - turn]),
            "responsible_contractor": str(self.vendors[turn]),
            "distribution_members": [str(self.people[turn])],
            "specification_section": self.option("specification_sections", f"Steel {turn}", number="05"),
            "submittal_package": self.option("submittal_packages", f"Package {turn}"),
            "scheduled_task": self.option("scheduled_tasks", f"Erect level {turn}"),
            "location": self.option("locations", f"Level {turn}"),
            "cost_code": self.option("cost_codes", f"05-{turn}"),
            "sub_job": self.option("sub_jobs", f"Wing {turn}"),
        }

    def _submittal_approvers(self, turn: int) -> Values:
        answers = (("Approved", "approved"), ("Rejected", "rejected"))
        name, considered = answers[turn]
        return {
            "response": self.option("submittal_responses", name, considered=considered),
            "comment": f"Seen on day {turn}",
            "sent_date": f"2026-02-0{turn + 1}",
            "returned_date": f"2026-02-1{turn}",
        }

    def _rfi_replies(self, turn: int) -> Values:
        return {"body": f"Take number {turn}.", "official": turn == 0}

    def _purchase_orders(self, turn: int) -> Values:
        days = (
            "contract_date delivery_date issued_on_date execution_date returned_date letter_of_intent_date "
            "approval_letter_date"
        )
        return {
            "number": f"PO-10{turn}",
            "title": f"Steel for level {turn}",
            "description": f"Lot {turn}",
            "status": ("Draft", "Submitted")[turn],
            "vendor": str(self.vendors[turn]),
            "assignee": str(self.people[turn]),
            "accounting_method": ("amount", "unit")[turn],
            "executed": turn == 0,
            "private": turn == 0,
            "retainage_percent": ("10.5", "5")[turn],
            **{name: f"2026-0{turn + 3}-1{place}" for place, name in enumerate(days.split())},
            "ship_to_address": f"Pier {turn}",
            "ship_via": f"Barge {turn}",
            "bill_to_address": f"Office {turn}",
            "payment_terms": f"Net {turn}0",
            "origin_id": f"erp-{turn}",
            "origin_data": f"data {turn}",
            "origin_code": f"code {turn}",
        }
