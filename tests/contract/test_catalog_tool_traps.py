"""What an admin is warned of about the tools' resources, through the real client against the simulator."""

from __future__ import annotations

from math import inf

import pytest

from syncd.catalog import resource
from syncd.errors import Forbidden, NotFound, Rejected
from syncd.http.message import Lane
from syncd.sandbox.procore.switches import ProcoreSwitches
from tests.support.tool_records import READINGS, SIMULATED, Desk, Values


@pytest.fixture(params=list(READINGS.values()), ids=list(READINGS))
def reading(request: pytest.FixtureRequest) -> ProcoreSwitches:
    """One way in which the vendor may be understood."""
    chosen: ProcoreSwitches = request.param
    return chosen


def test_a_deleted_change_event_comes_back(reading: ProcoreSwitches) -> None:
    """`restore` is a PUT that takes an event out of the recycle bin (§4)."""
    desk = Desk("change-events", reading)
    id = desk.made()
    desk.client.delete(desk.about, desk.scope, id, inf)
    desk.client.restore(desk.about, desk.scope, id, inf)
    assert desk.bin() == []
    assert [str(row["id"]) for row in desk.rows()] == [id]
    act = desk.about.act("restore")
    assert act is not None
    desk.client.delete(desk.about, desk.scope, id, inf)
    desk.client.do(desk.about, act, desk.scope, id, {}, inf)
    assert desk.stored(id)["deleted"] is False


def test_a_deleted_reply_is_gone(reading: ProcoreSwitches) -> None:
    """A reply is deleted for good: neither its list nor a show knows it (§7)."""
    desk = Desk("rfi-replies", reading)
    id = desk.made()
    desk.client.delete(desk.about, desk.scope, id, inf)
    assert desk.rows() == []
    with pytest.raises(NotFound):
        desk.show(id)


def test_a_closed_rfi_takes_no_reply(reading: ProcoreSwitches) -> None:
    """403, as the admin's notes say; with the RFI reopened the reply is taken (§7)."""
    desk = Desk("rfi-replies", reading)
    desk.sim.put("rfis", {"accepted": True}, record=desk.rfi)
    with pytest.raises(Forbidden):
        desk.create(desk.samples(0))
    desk.sim.put("rfis", {"accepted": False}, record=desk.rfi)
    desk.create(desk.samples(0))


def test_of_a_reply_only_official_can_be_changed(reading: ProcoreSwitches) -> None:
    """The words of a reply stay what they were, whatever an update sends (§7)."""
    desk = Desk("rfi-replies", reading)
    id = desk.made()
    row = desk.update(id, desk.samples(1))
    assert desk.read(row)["official"] is False
    assert desk.read(row)["body"] == "Take number 0."


def test_an_approver_needs_a_response_that_fits(reading: ProcoreSwitches) -> None:
    """Without one, with none, or with one of another role the update is refused, and nothing is stored."""
    desk = Desk("submittal-approvers", reading)
    id = str(desk.approver(approver_type="Approver"))
    submitted = desk.option("submittal_responses", "Submitted", considered="submitted")
    refused: list[Values] = [
        {"comment": "Fine"},
        {"response": None},
        {"response": submitted},
        {"response": "1"},
    ]
    for values in refused:
        with pytest.raises(Rejected):
            desk.update(id, values)
    assert desk.stored(id)["response"] is None
    assert desk.stored(id)["comment"] is None


def test_an_answer_is_read_back_from_the_list_it_stands_in(reading: ProcoreSwitches) -> None:
    """Procore answers with a list of approvers; the one that was answered for is found in it."""
    desk = Desk("submittal-approvers", reading)
    ids = [desk.approver(user_id=one) for one in desk.people]
    row = desk.update(ids[1], desk.samples(0))
    assert row["id"] == ids[1]
    act = desk.about.act("respond")
    assert act is not None
    desk.client.do(desk.about, act, desk.scope, str(ids[0]), desk.body(desk.samples(1)), inf)
    assert [desk.read(row)["response_name"] for row in desk.rows()] == ["Rejected", "Approved"]
    assert [desk.read(row)["submittal"] for row in desk.rows()] == [desk.scope, desk.scope]


def test_an_approved_order_keeps_its_vendor_and_stays(reading: ProcoreSwitches) -> None:
    """Its vendor cannot be changed and it cannot be deleted; anything else can be written (§13)."""
    desk = Desk("purchase-orders", reading)
    id = desk.made()
    desk.update(id, {"status": "Approved"})
    with pytest.raises(Rejected):
        desk.update(id, {"vendor": str(desk.vendors[1])})
    with pytest.raises((Rejected, Forbidden)):
        desk.client.delete(desk.about, desk.scope, id, inf)
    desk.update(id, {"payment_terms": "Net 90", "vendor": str(desk.vendors[0])})
    assert desk.stored(id)["payment_terms"] == "Net 90"
    assert desk.stored(id)["vendor"] == desk.vendors[0]


def test_an_order_is_found_by_its_origin_id(reading: ProcoreSwitches) -> None:
    """The filter names one order, and a second one cannot take its `origin_id` (§18)."""
    desk = Desk("purchase-orders", reading)
    id = desk.made()
    assert [str(row["id"]) for row in desk.rows((desk.about.origin_filter, "erp-0"))] == [id]
    with pytest.raises(Rejected):
        desk.create({"title": "Twin", "origin_id": "erp-0"})


def test_ids_of_other_records_are_never_guessed(reading: ProcoreSwitches) -> None:
    """A record of another project is not there under this one's address (§19)."""
    for name in (one for one in SIMULATED if resource(one).create):
        desk = Desk(name, reading)
        id = desk.made()
        other = desk.sim.put("projects", {"name": "Other"})
        with pytest.raises((NotFound, Forbidden)):
            desk.client.show(desk.about, desk.scope.replace(str(desk.project), str(other)), id, Lane.COMMAND)
