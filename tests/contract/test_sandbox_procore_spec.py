"""Real answers of the Procore simulator, held to the description of the API of 2024."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain

import pytest

from syncd.sandbox import Seed
from syncd.sandbox.procore.projects import PROJECTS
from syncd.sandbox.procore.rfis import REPLIES, RFIS
from syncd.sandbox.procore.vendors import VENDORS
from tests.support.procore_sandbox import LittleWorld, little_world
from tests.support.procore_spec import SPEC, Description, Step, served

pytestmark = pytest.mark.skipif(
    not SPEC.exists(), reason="the description of the API lies beside the repository and is not here"
)

_SYNC_SHOWS_ALL = (
    "code company county created_by custom_fields delivery_method fax inbound_email is_demo "
    "is_erp_integrated owners_project_id parent_job parent_job_id photo_id project_bid_type "
    "project_owner_type project_region project_stage_id sector standard_cost_code_list_id "
    "template tz_name work_scope"
).split()
NOT_DESCRIBED_KEYS = {
    # Recorded real answers have them, or the newer extraction of the description does.
    *(f"projects: {key}" for key in "created_by delivery_method fax parent_job sector work_scope".split()),
    *(f"projects/rfis: {key}" for key in "created_by link location_id project_stage sub_job".split()),
    "projects/rfis: assignees.locale",
    "projects/rfis: assignees.response_required",
    "vendors: connected_to_company_id",
    "vendors/sync: entities.connected_to_company_id",
    "companies/vendors/inactive: connected_to_company_id",
    # The vendor's guide says that sync answers entities as Show does.
    *(f"projects/sync: entities.{key}" for key in _SYNC_SHOWS_ALL),
    # Messages by field: the description has a fixed list of fields, without these.
    "projects/sync: errors.errors.id",
    "vendors/sync: errors.errors.name",
}
"""Keys of the answers that the description does not tell of, on purpose."""


def _company_steps(box: LittleWorld) -> Iterator[Step]:
    at = f"company_id={box.company}"
    project, vendor = box.ids("v1.0/projects")[0], box.ids("v1.0/vendors")[0]
    full = {"name": "Full", "city": "Salem", "total_value": 12.5, "start_date": "2026-01-05", "flag": "Red"}
    for version in ("v1.0", "v1.1"):
        yield "GET", f"{version}/projects?{at}", None, 200
    yield "GET", f"v1.0/vendors?{at}", None, 200
    yield "GET", f"v1.1/projects?{at}&view=extended", None, 200
    yield "GET", f"v1.1/projects?{at}&view=compact", None, 200
    yield "GET", f"v1.0/companies/{box.company}/projects", None, 200
    yield "POST", "v1.0/projects", {"company_id": box.company, "project": full}, 201
    yield "GET", f"v1.0/projects/{project}?{at}", None, 200
    yield "PATCH", f"v1.0/projects/{project}", {"company_id": box.company, "project": {"city": "Rome"}}, 200
    updates = [{"id": project, "city": "Bonn"}, {"id": 1, "name": "Nobody", "total_value": 1.5}]
    yield "PATCH", "v1.0/projects/sync", {"company_id": box.company, "updates": updates}, 200
    yield (
        "POST",
        "v1.0/vendors",
        {"company_id": box.company, "vendor": {"name": "Made", "parent_id": vendor}},
        201,
    )
    yield "GET", f"v1.0/vendors/{vendor}?{at}", None, 200
    gone = {"name": "Gone", "is_active": False}
    yield "PATCH", f"v1.0/vendors/{vendor}", {"company_id": box.company, "vendor": gone}, 200
    yield "GET", f"v1.0/companies/{box.company}/vendors/inactive", None, 200
    yield "PATCH", f"v1.0/companies/{box.company}/vendors/inactive/{vendor}", {}, 200
    updates = [{"id": vendor, "city": "Bonn"}, {"name": ""}]
    yield "PATCH", "v1.0/vendors/sync", {"company_id": box.company, "updates": updates}, 200
    yield "GET", "v1.0/companies", None, 200
    yield "GET", "v1.0/me", None, 200


def _rfi_steps(box: LittleWorld) -> Iterator[Step]:
    base = f"v1.0/projects/{box.ids('v1.0/projects')[0]}/rfis"
    person, vendor = box.world.procore.who["person"].user_id, box.ids("v1.0/vendors")[0]
    rfi = {"subject": "S", "rfi_manager_id": person, "assignee_ids": [person], "question": {"body": "Why?"}}
    rfi |= {"cost_impact": {"status": "yes_known", "value": 5.5}, "responsible_contractor_id": vendor}
    yield "POST", base, {"rfi": rfi}, 201
    yield "GET", base, None, 200
    one = f"{base}/{box.ids(base)[-1]}"
    yield "POST", f"{one}/replies", {"reply": {"body": "So"}}, 201
    reply = box.ids(f"{one}/replies")[0]
    yield "GET", f"{one}/replies", None, 200
    yield "GET", f"{one}/replies/{reply}", None, 200
    yield "PATCH", f"{one}/replies/{reply}", {"reply": {"official": True}}, 200
    yield "GET", one, None, 200
    yield "DELETE", f"{one}/replies/{reply}", None, 200
    yield "PATCH", one, {"rfi": {"accepted": True}}, 200
    yield "PATCH", f"{one}/recycle", {}, 200
    yield "GET", f"{base}/recycle_bin", None, 200
    yield "PATCH", f"{one}/retrieve", {}, 200
    yield "GET", f"{base}/potential_rfi_managers", None, 200
    yield "GET", f"{base}/potential_assignees", None, 200


def _refused_steps(box: LittleWorld) -> Iterator[Step]:
    yield "GET", "v1.0/vendors?company_id=5", None, 403
    yield "GET", f"v1.0/vendors/5?company_id={box.company}", None, 404
    yield "POST", "v1.0/vendors", {"company_id": box.company}, 400
    yield "PATCH", "v1.0/vendors/sync", {"company_id": box.company}, 400
    yield "GET", f"v1.1/projects?company_id={box.company}&filters[updated_at]=soon", None, 400


def test_every_answer_has_the_described_shape() -> None:
    """Every operation of projects, vendors, RFIs and replies, called once at least, answers as described
    (nulls apart). The other resources are held to the description by tests of their own."""
    box, spec = little_world(sizes=Seed(projects=3, vendors=4)), Description()
    steps = chain(_company_steps(box), _rfi_steps(box), _refused_steps(box))
    held = spec.hold(box, steps)
    assert held.problems == {}
    assert held.more == NOT_DESCRIBED_KEYS
    assert served((PROJECTS, VENDORS, RFIS, REPLIES)) <= held.called
