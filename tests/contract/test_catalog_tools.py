"""The tools' resources of the catalogue, through the real client against the simulator.

Change events, submittals, their approvers, replies to RFIs, purchase orders: what the catalogue says of
each field, path and filter is what happens, under every reading of what is not confirmed.
"""

from __future__ import annotations

from math import inf

import pytest

from syncd.catalog import resource
from syncd.core.values import ABSENT, Kind
from syncd.errors import Forbidden, NotFound, Rejected
from syncd.http.message import Lane
from syncd.sandbox.procore.switches import ProcoreSwitches
from tests.support.tool_records import ALWAYS, READINGS, SIMULATED, Desk

CREATED = [name for name in SIMULATED if resource(name).create]
BINNED = [name for name in SIMULATED if resource(name).recycle_bin]


@pytest.fixture(params=list(READINGS.values()), ids=list(READINGS))
def reading(request: pytest.FixtureRequest) -> ProcoreSwitches:
    """One way in which the vendor may be understood."""
    chosen: ProcoreSwitches = request.param
    return chosen


# -- every field -----------------------------------------------------------------------


@pytest.mark.parametrize("name", SIMULATED)
def test_every_field_that_can_be_written_is_tried(name: str) -> None:
    """The samples name exactly the fields that the catalogue calls writable, and differ in each."""
    desk = Desk(name)
    writable = {one.name for one in desk.about.fields if one.writable and not one.scope_id}
    one, two = desk.samples(0), desk.samples(1)
    assert set(one) == set(two) == writable
    assert [key for key in one if one[key] == two[key]] in ([], ["source_submittal"])


@pytest.mark.parametrize("name", CREATED)
def test_what_is_set_at_creation_is_what_is_read(name: str, reading: ProcoreSwitches) -> None:
    """Every field that can be set at creation comes back as it was sent, in the answer and in a show."""
    desk = Desk(name, reading)
    values = desk.at_creation(0)
    row = desk.create(values)
    assert {key: desk.read(row)[key] for key in values} == values
    shown = desk.whole(str(row["id"]))
    assert {key: shown[key] for key in values} == values


@pytest.mark.parametrize("name", SIMULATED)
def test_what_is_set_later_is_what_is_read(name: str, reading: ProcoreSwitches) -> None:
    """Every field that can be set later is stored as it was sent, and no other field moves."""
    desk = Desk(name, reading)
    id = desk.made()
    before = desk.whole(id)
    values = desk.later(1)
    desk.update(id, values)
    after = desk.whole(id)
    assert {key: after[key] for key in values} == values
    moved = {key for key in after if after[key] != before[key]} - set(values)
    assert all(not desk.field(key).writable for key in moved)


@pytest.mark.parametrize("name", SIMULATED)
def test_one_field_can_be_changed_alone(name: str) -> None:
    """A change of one field, with what every update has to carry, leaves the other ones as they are."""
    desk = Desk(name)
    for key, value in desk.samples(1).items():
        if not desk.field(key).field.on_update or key.startswith("event_origin"):
            continue
        desk = Desk(name)
        id = desk.made()
        if name == "submittal-approvers":
            desk.update(id, desk.samples(0))
        before = desk.whole(id)
        always = {one: desk.samples(0)[one] for one in ALWAYS.get(name, ())}
        value = desk.samples(1)[key]
        desk.update(id, {**always, key: value})
        after = desk.whole(id)
        assert after[key] == value
        others = {one for one in after if after[one] != before[one] and desk.field(one).writable}
        assert others <= {key, "returned_date"}


@pytest.mark.parametrize("name", SIMULATED)
def test_lists_hold_every_field_that_costs_no_call_of_its_own(name: str, reading: ProcoreSwitches) -> None:
    """What is not marked as read one by one stands in the list, and what is marked does not."""
    desk = Desk(name, reading)
    id = desk.made()
    listed = desk.read(next(row for row in desk.rows() if str(row["id"]) == id))
    missing = {key for key, value in listed.items() if value is ABSENT}
    assert missing == {one.name for one in desk.about.fields if one.field.detail}
    assert ABSENT not in desk.whole(id).values()


@pytest.mark.parametrize("name", [one for one in SIMULATED if resource(one).custom])
def test_lists_hold_custom_fields_unless_they_cost_a_call(name: str) -> None:
    """No list of orders has them: an edit of one crossed at creation, and never again."""
    desk = Desk(name)
    desk.sim.add_custom_field(SIMULATED[name], "Dock", "string")
    id = desk.made()

    row = next(row for row in desk.rows() if str(row["id"]) == id)

    assert ("custom_fields" in row) is not desk.about.custom_detail
    assert "custom_fields" in desk.client.show(desk.about, desk.scope, id, Lane.COMMAND)[0]


@pytest.mark.parametrize("name", CREATED)
def test_a_create_without_a_required_field_is_refused(name: str, reading: ProcoreSwitches) -> None:
    """What the catalogue calls required is what Procore refuses a create without, and nothing else is."""
    desk = Desk(name, reading)
    needed = [one.name for one in desk.about.required if not one.scope_id]
    values = desk.at_creation(0)
    for key in needed:
        with pytest.raises(Rejected):
            desk.create({one: value for one, value in values.items() if one != key})
    desk.create({key: values[key] for key in needed})


# -- lists, filters, feeds -------------------------------------------------------------


@pytest.mark.parametrize("name", SIMULATED)
def test_every_filter_of_the_catalogue_is_known(name: str) -> None:
    """A vendor that refuses filters it does not know takes each of ours, and an id filter finds one."""
    desk = Desk(name, ProcoreSwitches(unknown_filter="refuse"))
    id = desk.made()
    if desk.about.create:
        desk.made(1)
    for one in desk.about.filters:
        value = one.allowed[0] if one.allowed else "1" if one.kind is Kind.NUMBER else "x"
        desk.rows((one.key, value))
    if desk.about.id_filter:
        assert [str(row["id"]) for row in desk.rows((desk.about.id_filter + "[]", id))] == [id]


@pytest.mark.parametrize("name", [one for one in SIMULATED if resource(one).updated_filter])
def test_a_feed_holds_what_was_changed_since(name: str, reading: ProcoreSwitches) -> None:
    """`filters[updated_at]` leaves out what nobody touched."""
    desk = Desk(name, reading)
    old, new = desk.made(), desk.made(1)
    desk.rig.clock.advance(100)
    since = desk.rig.clock.now()
    desk.rig.clock.advance(5)
    desk.update(new, {"title": "Changed", **{key: desk.samples(1)[key] for key in ALWAYS.get(name, ())}})
    found = {str(row["id"]) for row in desk.rows(since=since)}
    assert new in found
    assert old not in found


@pytest.mark.parametrize("name", BINNED)
def test_deleted_records_leave_the_list_for_the_feed_of_the_deleted(
    name: str, reading: ProcoreSwitches
) -> None:
    """A delete takes a record out of the list, a feed of the deleted since then names it."""
    desk = Desk(name, reading)
    kept, gone = desk.made(), desk.made(1)
    desk.rig.clock.advance(100)
    since = desk.rig.clock.now()
    assert desk.bin() == []
    desk.rig.clock.advance(5)
    desk.client.delete(desk.about, desk.scope, gone, inf)
    assert desk.bin(since=since) == [gone]
    assert desk.bin(since=desk.rig.clock.now() + 60) == []
    assert gone not in {str(row["id"]) for row in desk.rows()}
    assert kept in {str(row["id"]) for row in desk.rows()}
    with pytest.raises(NotFound):
        desk.client.delete(desk.about, desk.scope, gone, inf)


@pytest.mark.parametrize("name", SIMULATED)
def test_a_project_without_the_tool_is_closed(name: str, reading: ProcoreSwitches) -> None:
    """Every call about a tool that is off in the project ends as closed, never as an empty list (§19)."""
    desk = Desk(name, reading)
    id = desk.made()
    desk.sim.state.tools_off.add((desk.project, desk.sim.state.resources[SIMULATED[name]].tool))
    with pytest.raises((Forbidden, NotFound)):
        desk.rows()
    with pytest.raises((Forbidden, NotFound)):
        desk.update(id, desk.samples(1))
