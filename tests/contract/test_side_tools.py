"""The Procore side keeps the contract for the tools of a project: replies, submittals and their
approvers, change events, purchase orders."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from syncd.core.values import Value
from syncd.sandbox.message import json_response
from syncd.sandbox.procore.switches import ProcoreSwitches
from syncd.sides.port import Draft, Gone, Lane, Patch, Verdict
from tests.contract.sides import Bench, SideContract, done, everything
from tests.contract.table_bench import READINGS, Column, TableBench


class ReplyBench(TableBench):
    """Replies to one RFI: a list for every RFI, and nothing but `official` can be changed."""

    resource = "rfi-replies"
    table = "replies"
    columns = (Column("rfi"), Column("body", "body"), Column("official", "official"))
    named = 2
    updatable = (2,)
    tells_changes = stamped = False

    def prepare(self) -> None:
        self.in_project()
        manager = min(self.sim.rows("users"))
        sent = {"subject": "Bolts", "rfi_manager_id": manager, "question": {"body": "Which?"}}
        self.home = self.sim.put("rfis", sent, scope=self.home)
        self.scope = f"{self.scope}/{self.home}"

    def sample(self, number: int) -> dict[int, Value]:
        return {0: self.scope, 1: f"Take number {number}.", 2: number % 2 == 0}


class SubmittalBench(TableBench):
    """Submittals: an update carries the number, whatever has changed."""

    resource = "submittals"
    table = "submittals"
    columns = (
        Column("project"),
        Column("number", "number"),
        Column("title", "title"),
        Column("due_date", "due_date"),
        Column("private", "private"),
        Column("submittal_manager", "submittal_manager", "submittal_manager_id", "id"),
    )
    named = 2
    clearable = (2, 3, 5)

    def prepare(self) -> None:
        self.in_project()
        self.people = sorted(str(one) for one in self.sim.rows("users"))

    def sample(self, number: int) -> dict[int, Value]:
        return {
            0: self.scope,
            1: f"10{number}",
            2: f"Steel, lot {number}",
            3: f"2026-04-{number + 1:02}",
            4: number % 2 == 0,
            5: self.people[number % 2],
        }

    def twin(self, number: int) -> dict[int, Value]:
        return {**self.sample(number), 1: "twin"}

    def delete(self, id: str) -> None:
        self.sim.recycle(self.table, self.number_of(id))


class ApproverBench(TableBench):
    """The approvers of one submittal, in its show: nobody makes or removes one by the API."""

    resource = "submittal-approvers"
    table = "submittal_approvers"
    columns = (
        Column("submittal"),
        Column("response", "response", "submittal_response_id", "id"),
        Column("comment", "comment"),
        Column("returned_date", "returned_date"),
    )
    named = 2
    updatable = (1, 2, 3)
    clearable = (2,)
    can_create = can_delete = tells_changes = stamped = False

    def prepare(self) -> None:
        self.in_project()
        self.home = self.sim.put("submittals", {"number": "1"}, scope=self.home)
        self.scope = f"{self.scope}/{self.home}"
        self.answers = [
            self.option("submittal_responses", name, considered=name.lower())
            for name in ("Approved", "Rejected")
        ]

    def besides(self) -> dict[str, Any]:
        return {"user_id": min(self.sim.rows("users"))}

    def sample(self, number: int) -> dict[int, Value]:
        return {
            0: self.scope,
            1: self.answers[number % 2],
            2: f"Seen on day {number}",
            3: f"2026-02-{number + 1:02}",
        }


class EventBench(TableBench):
    """Change events: references are objects in both directions."""

    resource = "change-events"
    table = "change_events"
    columns = (
        Column("project"),
        Column("title", "title"),
        Column("description", "description"),
        Column("scope", "scope"),
        Column("status", "status", form="id"),
    )
    named = 1
    clearable = (1, 2)

    def prepare(self) -> None:
        self.in_project()
        self.statuses = [
            self.option("change_event_statuses", name, mapped_to_status="open") for name in ("Open", "Closed")
        ]

    def sample(self, number: int) -> dict[int, Value]:
        return {
            0: self.scope,
            1: f"Rock, find {number}",
            2: f"Found on day {number}",
            3: ("tbd", "in_scope")[number % 2],
            4: self.statuses[number % 2],
        }

    def delete(self, id: str) -> None:
        self.sim.recycle(self.table, self.number_of(id))


class CarriedEventBench(EventBench):
    """Change events that carry our mark within another object of theirs."""

    carrier = "external_origin_id"


class OrderBench(TableBench):
    """Purchase orders without a mark of ours: one call a record."""

    resource = "purchase-orders"
    table = "purchase_orders"
    columns = (
        Column("project"),
        Column("title", "title"),
        Column("number", "number"),
        Column("contract_date", "contract_date"),
        Column("vendor", "vendor", "vendor_id", "id"),
    )
    named = 1
    clearable = (1, 3, 4)

    def prepare(self) -> None:
        self.in_project()
        self.vendors = [str(self.sim.put("vendors", {"name": f"V{one}"})) for one in range(2)]

    def sample(self, number: int) -> dict[int, Value]:
        return {
            0: self.scope,
            1: f"Steel {number}",
            2: f"PO-10{number}",
            3: f"2026-03-{number + 1:02}",
            4: self.vendors[number % 2],
        }

    def delete(self, id: str) -> None:
        self.sim.recycle(self.table, self.number_of(id))


class CarriedOrderBench(OrderBench):
    """Purchase orders that carry our mark: made, and changed where they have it, in bulk."""

    carrier = "origin_id"


@pytest.fixture(params=READINGS.values(), ids=READINGS.keys())
def reading(request: pytest.FixtureRequest) -> ProcoreSwitches:
    """One way in which the vendor may be understood."""
    chosen: ProcoreSwitches = request.param
    return chosen


class TestReplies(SideContract):
    """Replies to an RFI."""

    @pytest.fixture
    def bench(self, reading: ProcoreSwitches) -> Bench:
        """Replies under one reading."""
        return ReplyBench(reading)


class TestSubmittals(SideContract):
    """Submittals of a project."""

    @pytest.fixture
    def bench(self, reading: ProcoreSwitches) -> Bench:
        """Submittals under one reading."""
        return SubmittalBench(reading)


class TestApprovers(SideContract):
    """Approvers of a submittal."""

    @pytest.fixture
    def bench(self, reading: ProcoreSwitches) -> Bench:
        """Approvers under one reading."""
        return ApproverBench(reading)


class TestChangeEvents(SideContract):
    """Change events of a project."""

    @pytest.fixture
    def bench(self, reading: ProcoreSwitches) -> Bench:
        """Change events under one reading."""
        return EventBench(reading)


class TestChangeEventsWithACarrier(SideContract):
    """Change events that carry our mark."""

    @pytest.fixture
    def bench(self, reading: ProcoreSwitches) -> Bench:
        """Change events under one reading."""
        return CarriedEventBench(reading)


class TestPurchaseOrders(SideContract):
    """Purchase orders of a project."""

    @pytest.fixture
    def bench(self, reading: ProcoreSwitches) -> Bench:
        """Orders under one reading."""
        return OrderBench(reading)


class TestPurchaseOrdersWithACarrier(SideContract):
    """Purchase orders that carry our mark."""

    @pytest.fixture
    def bench(self, reading: ProcoreSwitches) -> Bench:
        """Orders under one reading."""
        return CarriedOrderBench(reading)


# -- what every update has to carry --------------------------------------------------


def test_an_update_carries_the_number_as_it_is_now(reading: ProcoreSwitches) -> None:
    """A person renumbers a submittal after we read it: our change of the title leaves that (P7)."""
    bench = SubmittalBench(replace(reading, submittal_patch_needs_number=True))
    id = bench.put(bench.sample(1))
    everything(bench)
    bench.edit(id, {1: "999"})

    done(bench.side.update([Patch(id, {2: "Renamed"}, bench.scope)], fresh_until=bench.fresh()))

    stored = bench.stored(id)
    assert stored is not None
    assert (stored[1], stored[2]) == ("999", "Renamed")


def test_a_comment_waits_for_an_answer_to_go_with(reading: ProcoreSwitches) -> None:
    """An approver who has not answered takes no comment alone, and an answer is never cleared (§12)."""
    bench = ApproverBench(reading)
    id = bench.put({0: bench.scope, 2: "Draft"})

    [alone] = bench.side.update([Patch(id, {2: "Words"}, bench.scope)], fresh_until=bench.fresh())
    [cleared] = bench.side.update([Patch(id, {1: None}, bench.scope)], fresh_until=bench.fresh())
    values = {1: bench.answers[0], 2: "Words"}
    done(bench.side.update([Patch(id, values, bench.scope)], fresh_until=bench.fresh()))

    assert (alone.verdict, cleared.verdict, cleared.field) == (Verdict.REFUSED, Verdict.REFUSED, 1)
    assert "Response" in alone.reason
    stored = bench.stored(id)
    assert stored is not None
    assert (stored[1], stored[2]) == (bench.answers[0], "Words")


def test_what_stands_in_a_record_that_is_gone_is_hidden(reading: ProcoreSwitches) -> None:
    """The replies of an RFI that was deleted are not taken for deleted themselves (P6)."""
    bench = ReplyBench(reading)
    id = bench.put(bench.sample(1))
    bench.sim.drop("rfis", bench.home)

    assert bench.side.fetch(bench.scope, [id], Lane.DUE) == {id: Gone.HIDDEN}


def test_a_reply_to_a_closed_rfi_is_refused_in_its_words(reading: ProcoreSwitches) -> None:
    """Procore's 403 is this reply's own, not the RFI's list's (§7)."""
    bench = ReplyBench(reading)
    bench.sim.put("rfis", {"accepted": True}, record=bench.home)

    [outcome] = bench.side.create([Draft(bench.sample(1), bench.scope)], fresh_until=bench.fresh())

    assert outcome.verdict is Verdict.REFUSED
    assert "closed" in outcome.reason


# -- the bulk write that knows no ids ------------------------------------------------

SYNC = "procore PATCH /rest/v1.0/purchase_order_contracts/sync"
ONE = "procore PATCH /rest/v1.0/purchase_order_contracts/{id}"


def test_only_orders_with_a_mark_of_ours_are_changed_in_bulk(reading: ProcoreSwitches) -> None:
    """Orders without an `origin_id`, and those of another integration, go one by one, and no order is
    made a second time whatever Procore does with ids in the items (§13)."""
    bench = CarriedOrderBench(reading)
    table = bench.mapping.quickbase.table
    ours = [bench.put(bench.sample(one)) for one in range(3)]
    rest = [bench.put(bench.sample(4)), bench.put(bench.sample(5))]
    for number, id in enumerate(ours):
        bench.sim.put(
            "purchase_orders", {"origin_id": f"quickbase:{table}:{number}"}, record=bench.number_of(id)
        )
    bench.sim.put("purchase_orders", {"origin_id": "erp-7"}, record=bench.number_of(rest[1]))
    ids = [*rest, *ours]
    bench.rig.total()

    patches = [Patch(id, {1: f"New {place}"}, bench.scope) for place, id in enumerate(ids)]
    records = done(bench.side.update(patches, fresh_until=bench.fresh()))

    assert [one.id for one in records] == ids
    assert [one.values[1] for one in records] == [f"New {place}" for place in range(5)]
    assert (bench.rig.calls[SYNC], bench.rig.calls[ONE]) == (1, 2)
    assert set(everything(bench)) == set(ids)
    assert len(bench.sim.rows("purchase_orders")) == 5


def test_one_order_is_changed_by_its_id_alone(reading: ProcoreSwitches) -> None:
    """A single change is a single call: there is nothing to gather."""
    bench = CarriedOrderBench(reading)
    id = bench.put(bench.sample(1))
    bench.rig.total()

    done(bench.side.update([Patch(id, {1: "New"}, bench.scope)], fresh_until=bench.fresh()))

    assert bench.rig.calls == {ONE: 1}


def test_a_bulk_write_that_answers_with_another_order_is_unknown(reading: ProcoreSwitches) -> None:
    """Where our mark leads to a record that is not the one we meant, nobody says it was changed (P4)."""
    bench = CarriedOrderBench(reading)
    mark = f"quickbase:{bench.mapping.quickbase.table}:"
    ids = [bench.put(bench.sample(number)) for number in range(2)]
    for number, id in enumerate(ids):
        sent = {"origin_id": f"{mark}{number}"}
        bench.sim.put("purchase_orders", sent, record=bench.number_of(id))
    entities = [{"id": 7, "origin_id": f"{mark}{number}"} for number in range(2)]
    bench.rig.answers[SYNC] = [json_response({"entities": entities, "errors": []})]

    patches = [Patch(id, {1: "New"}, bench.scope) for id in ids]
    outcomes = bench.side.update(patches, fresh_until=bench.fresh())

    assert [one.verdict for one in outcomes] == [Verdict.UNKNOWN] * 2
