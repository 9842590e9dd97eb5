"""Real answers of the simulated tools, held to the description of the API of 2024."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from syncd.sandbox import Seed
from syncd.sandbox.procore.change_events import CHANGE_EVENTS
from syncd.sandbox.procore.purchase_orders import PURCHASE_ORDERS
from syncd.sandbox.procore.submittal_approvers import APPROVERS
from syncd.sandbox.procore.submittals import SUBMITTALS
from tests.support.procore_sandbox import LittleWorld, little_world
from tests.support.procore_spec import SPEC, Description, Step, served

pytestmark = pytest.mark.skipif(
    not SPEC.exists(), reason="the description of the API lies beside the repository and is not here"
)

NEWER = {
    operation
    for path in ("/rest/v1.1/change_events", "/rest/v1.1/change_events/{}")
    for operation in (f"GET {path}", f"POST {path}", f"PATCH {path}", f"DELETE {path}", f"PUT {path}/restore")
}
"""Operations that are newer than the description: change events of version 1.1."""

_NEWER_KEYS = (
    "actual_delivery_date approvers.associated_attachments approvers.days_to_respond approvers.user.login "
    "approvers.variance associated_attachments closed_at created_by.login distribution_members.login "
    "drawing_ids last_distributed_submittal lead_time linked_drawing_ids received_from.login "
    "required_on_site_date scheduled_task submittal_manager.login submittal_workflow_template "
    "type.translated_name"
).split()
_NEWER_IN_THE_BIN = (
    "approvers.associated_attachments approvers.days_to_respond approvers.variance "
    "approvers.workflow_group_number type.translated_name"
).split()
TOOL_KEYS = {
    # The newer extraction of the description has them, or the description has them in a show.
    *(f"projects/submittals: {key}" for key in _NEWER_KEYS),
    *(f"projects/submittals/recycle_bin: {key}" for key in _NEWER_IN_THE_BIN),
    "submittal_approvers: days_to_respond",
    "purchase_order_contracts: billing_schedule_of_values_status",
    "purchase_order_contracts: custom_fields",
}
"""Keys of the tools' answers that the description does not tell of, on purpose."""


def tool_steps(box: LittleWorld) -> Iterator[Step]:
    """Change events, submittals, approvers, orders: method, path, body and the status to expect."""
    project = box.ids("v1.0/projects")[0]
    yield from _change_events(box, f"project_id={project}")
    yield from _submittals(box, project)
    yield from _orders(box, project)


def _change_events(box: LittleWorld, at: str) -> Iterator[Step]:
    sim, path = box.world.procore, "v1.1/change_events"
    status = sim.add_option("change_event_statuses", "Open", mapped_to_status="open")
    kind = sim.add_option("change_types", "Owner", abbreviation="O")
    reason = sim.add_option("change_reasons", "Design")
    full: dict[str, Any] = {"title": "Rock", "scope": "tbd", "status": {"id": status}}
    full |= {"change_type": {"id": kind}, "change_reason": {"id": reason}, "source": "budget_change"}
    full |= {"external_data": {"origin_id": "e1"}, "event_origin": {"origin_id": 7, "origin_type": "rfi"}}
    yield "POST", f"{path}?{at}", {"change_event": full}, 201
    one = f"{path}/{box.get(f'{path}?{at}')[0]['id']}"
    yield "GET", f"{path}?{at}", None, 200
    yield "GET", f"{one}?{at}", None, 200
    yield "PATCH", f"{one}?{at}", {"change_event": {"scope": "in_scope"}}, 200
    yield "DELETE", f"{one}?{at}", None, 204
    yield "GET", f"{path}?{at}&filters[include_deleted]=only", None, 200
    yield "PUT", f"{one}/restore?{at}", {}, 200


def _submittals(box: LittleWorld, project: int) -> Iterator[Step]:
    sim, path = box.world.procore, f"v1.1/projects/{project}/submittals"
    person, vendor = sim.who["person"].user_id, box.ids("v1.0/vendors")[0]
    full: dict[str, Any] = {"number": "1", "title": "Steel", "due_date": "2026-03-01", "lead_time": 20}
    for key, kind in (("status", "submittal_statuses"), ("submittal_package", "submittal_packages")):
        full[f"{key}_id"] = sim.add_option(kind, "One", status="Open")
    for key in ("specification_section", "location", "cost_code", "sub_job", "scheduled_task"):
        full[f"{key}_id"] = sim.add_option(f"{key}s", "One", number="05")
    sim.add_option("submittal_types", "Sample")
    full |= {"type": "Sample", "submittal_manager_id": person, "responsible_contractor_id": vendor}
    full |= {"distribution_member_ids": [person], "received_from_id": person}
    yield "POST", path, {"submittal": full}, 201
    number = box.ids(path)[0]
    approver = sim.put("submittal_approvers", {"user_id": person}, scope=number)
    answer = sim.add_option("submittal_responses", "Approved", considered="approved")
    sent = {"submittal_response_id": answer, "comment": "Fine"}
    where = f"project_id={project}&submittal_id={number}"
    yield "PATCH", f"v1.0/submittal_approvers/{approver}?{where}", {"submittal_approver": sent}, 200
    yield "GET", path, None, 200
    yield "GET", f"{path}/{number}", None, 200
    yield "PATCH", f"{path}/{number}", {"submittal": {"number": "2"}}, 200
    yield "DELETE", f"{path}/{number}", None, 200
    yield "GET", f"{path}/recycle_bin", None, 200


def _orders(box: LittleWorld, project: int) -> Iterator[Step]:
    path, at, beside = "v1.0/purchase_order_contracts", f"project_id={project}", {"project_id": project}
    sim = box.world.procore
    full: dict[str, Any] = {"title": "Steel", "retainage_percent": "10.0", "contract_date": "2026-03-01"}
    full |= {"vendor_id": box.ids("v1.0/vendors")[0], "assignee_id": sim.who["person"].user_id}
    yield "POST", path, {**beside, "purchase_order_contract": full}, 201
    one = f"{path}/{box.get(f'{path}?{at}')[0]['id']}"
    yield "GET", f"{path}?{at}", None, 200
    yield "GET", f"{path}?{at}&view=extended", None, 200
    yield "GET", f"{one}?{at}", None, 200
    yield "PATCH", one, {**beside, "purchase_order_contract": {"executed": True}}, 200
    yield "PATCH", f"{path}/sync", {**beside, "updates": [{"origin_id": "e9", "title": "Nine"}]}, 200
    yield "DELETE", f"{one}?{at}", None, 200


def test_every_answer_of_the_tools_has_the_described_shape() -> None:
    """Change events, submittals, approvers and orders answer as described, nulls apart."""
    box, spec = little_world(sizes=Seed(projects=3, vendors=4)), Description()

    held = spec.hold(box, tool_steps(box), NEWER)

    assert held.problems == {}
    assert held.more == TOOL_KEYS
    assert served((CHANGE_EVENTS, SUBMITTALS, APPROVERS, PURCHASE_ORDERS)) <= held.called
