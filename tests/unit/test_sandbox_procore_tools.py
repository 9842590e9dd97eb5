"""The simulated tools: change events, submittals and their approvers (reference §4, §12)."""

from __future__ import annotations

import pytest

from tests.support.tool_site import EVENTS, Site


@pytest.fixture
def site() -> Site:
    """A site as the reference calls it likely."""
    return Site()


# -- change events ---------------------------------------------------------------------


def test_a_change_event_gets_the_next_number_as_text(site: Site) -> None:
    """Numbers are texts that go on from the highest in the project; a given one is kept."""
    assert [site.event()["number"], site.event(number="017")["number"]] == ["001", "017"]
    assert site.event()["number"] == "018"


def test_a_change_event_takes_objects_and_no_bare_values(site: Site) -> None:
    """`status` is an object of an id; a bare id is 422 with the field named, and null clears a part."""
    bare = {"change_event": {"scope": "tbd", "status": site.status}}
    assert site.box.refused("POST", f"{EVENTS}?{site.at}", bare) == (
        422,
        {"errors": {"status": ["must be an object"]}},
    )
    made = site.event(external_data={"origin_id": "e1", "origin_data": "d"})
    one = f"{EVENTS}/{made['id']}?{site.at}"
    assert site.box.send("PATCH", one, {"change_event": {"external_data": None}})["external_data"] == {
        "origin_id": None,
        "origin_data": None,
    }
    assert site.box.refused("PATCH", one, {"change_event": {"status": None}})[0] == 422


def test_half_an_origin_is_refused(site: Site) -> None:
    """An origin's id is nothing without its type; what stands there already counts."""
    status, body = site.box.refused(
        "POST",
        f"{EVENTS}?{site.at}",
        {
            "change_event": {
                "scope": "tbd",
                "status": {"id": site.status},
                "event_origin": {"origin_id": 5},
            }
        },
    )
    assert (status, list(body["errors"])) == (422, ["event_origin"])
    rfi = next(iter(site.sim.rows("rfis")))
    made = site.event(event_origin={"origin_id": rfi, "origin_type": "rfi"})
    assert made["event_origin"]["display_name"] == site.sim.rows("rfis")[rfi]["subject"]
    changed = {"change_event": {"event_origin": {"origin_id": 9}}}
    assert (
        site.box.send("PATCH", f"{EVENTS}/{made['id']}?{site.at}", changed)["event_origin"]["origin_id"] == 9
    )


def test_the_project_of_a_change_event_stands_in_the_query(site: Site) -> None:
    """Without `project_id` a list is refused; a record of another project is not found under this one."""
    assert site.box.refused("GET", EVENTS)[0] == 400
    made, other = site.event(), site.box.ids("v1.0/projects")[1]
    assert site.box.refused("GET", f"{EVENTS}/{made['id']}?project_id={other}")[0] == 404


def test_deleted_change_events_are_listed_when_asked_for(site: Site) -> None:
    """`include_deleted` is `only` or `with`; 204 for the delete, 404 for another, 400 for other words."""
    kept, gone = site.event()["id"], site.event()["id"]
    assert site.box.call("DELETE", f"{EVENTS}/{gone}?{site.at}").status == 204
    assert site.box.call("DELETE", f"{EVENTS}/{gone}?{site.at}").status == 404
    assert site.listed(EVENTS) == [kept]
    assert site.listed(EVENTS, "&filters[include_deleted]=only") == [gone]
    assert site.listed(EVENTS, "&filters[include_deleted]=with") == [kept, gone]
    assert site.box.refused("GET", f"{EVENTS}?{site.at}&filters[include_deleted]=yes")[0] == 400
    back = site.box.send("PUT", f"{EVENTS}/{gone}/restore?{site.at}", {})
    assert (back["in_recycle_bin"], back["deleted_at"]) == (False, None)


# -- submittals ------------------------------------------------------------------------


def test_a_revision_takes_the_place_of_its_source(site: Site) -> None:
    """The source of a new submittal is no longer current; `current_revision` leaves it out."""
    first = site.submittal("1")
    second = site.submittal("1", revision="1", source_submittal_log_id=first["id"])
    assert [row["current_revision"] for row in site.box.get(site.submittals)] == [False, True]
    assert site.box.ids(f"{site.submittals}?filters[current_revision]=true") == [second["id"]]
    assert len(site.box.ids(f"{site.submittals}?filters[current_revision]=false")) == 2
    sent = {"submittal": {"number": "2", "source_submittal_log_id": 5}}
    assert site.box.refused("POST", site.submittals, sent)[0] == 422


def test_a_number_twice_is_refused_or_taken() -> None:
    """Number, revision and section together name one submittal, unless the vendor does not mind."""
    site = Site()
    first = site.submittal("1")
    again = {"submittal": {"number": "1"}}
    assert site.box.refused("POST", site.submittals, again)[1] == {
        "errors": {"number": ["has already been taken"]}
    }
    site.box.call("DELETE", f"{site.submittals}/{first['id']}")
    site.submittal("1")
    lenient = Site(submittal_number_twice="taken")
    assert lenient.submittal("1")["id"] != lenient.submittal("1")["id"]


def test_a_type_is_written_by_a_name_of_the_company(site: Site) -> None:
    """A known name reads as an object; another is refused."""
    number = site.sim.add_option("submittal_types", "Sample")
    assert site.submittal("1", type="Sample")["type"]["id"] == number
    sent = {"submittal": {"number": "2", "type": "Nonsense"}}
    assert site.box.refused("POST", site.submittals, sent)[1] == {
        "errors": {"type": ["is not included in the list"]}
    }


def test_approvers_in_a_json_body_are_refused(site: Site) -> None:
    """`workflow_data` is taken in multipart forms alone: 400 about approvers, at creation and later."""
    sent = {"submittal": {"number": "1", "workflow_data": []}}
    expected = (400, {"errors": "Error Updating Approvers."})
    assert site.box.refused("POST", site.submittals, sent) == expected
    made = site.submittal("1")
    assert site.box.refused("PATCH", f"{site.submittals}/{made['id']}", sent) == expected


def test_a_change_without_the_number_may_be_refused() -> None:
    """The vendor's schema demands the number of every change; whether the vendor does is a switch."""
    for needed, status in ((True, 400), (False, 200)):
        site = Site(submittal_patch_needs_number=needed)
        one = f"{site.submittals}/{site.submittal('1')['id']}"
        assert site.box.call("PATCH", one, {"submittal": {"title": "T"}}).status == status
        assert site.box.call("PATCH", one, {"submittal": {"number": "1", "title": "T"}}).status == 200


def test_a_submittal_waits_for_one_step_after_the_other(site: Site) -> None:
    """The ball lies with whoever has not answered in the first open step, and filters find it there."""
    made = site.submittal("1")["id"]
    first, second = (site.approver(made, user, group) for group, user in enumerate(site.people, 1))
    approved = site.sim.add_option("submittal_responses", "Approved", considered="approved")
    court = f"{site.submittals}?filters[ball_in_court_id]="
    for user in site.people:
        assert site.box.ids(f"{court}{user}") == [made]
        assert [one["id"] for one in site.box.get(f"{site.submittals}/{made}")["ball_in_court"]] == [user]
        site.answer(made, first if user == site.people[0] else second, approved)
    assert site.box.ids(f"{court}{site.people[1]}") == []
    assert site.box.ids(f"{site.submittals}?filters[response_id]={approved}") == [made]
    assert site.box.ids(f"{site.submittals}?filters[approver_id][]={site.people[0]}") == [made]
    assert site.box.ids(f"{site.submittals}?filters[approver_id][]=1") == []


def test_a_division_is_the_start_of_a_section_number(site: Site) -> None:
    """`filters[division]` finds by the first two digits of the specification section."""
    section = site.sim.add_option("specification_sections", "Metals", number="05 12 00")
    made = site.submittal("1", specification_section_id=section)
    site.submittal("2")
    assert made["specification_section"]["label"] == "05 12 00 - Metals"
    assert site.box.ids(f"{site.submittals}?filters[division]=05") == [made["id"]]


@pytest.mark.parametrize("bumps", [True, False])
def test_an_answer_may_move_its_submittal(bumps: bool) -> None:
    """Whether `updated_at` of the submittal follows its approvers is a switch."""
    site = Site(approver_bumps_submittal=bumps)
    made = site.submittal("1")
    approver = site.approver(made["id"], site.people[0], due_date="2026-01-01")
    approved = site.sim.add_option("submittal_responses", "Approved", considered="approved")
    site.box.clock.advance(60)
    told = site.answer(made["id"], approver, approved, comment="Fine", approver_type="Submitter")
    after = site.box.get(f"{site.submittals}/{made['id']}")
    assert (after["updated_at"] != made["updated_at"]) is bumps
    assert told == [{**told[0], "id": approver, "submittal_response_id": approved, "comment": "Fine"}]
    shown = after["approvers"][0]
    assert shown["approver_type"] == "Approver"
    assert shown["returned_date"] == after["created_at"][:10]
    assert shown["variance"] == 4


def test_a_deleted_submittal_takes_its_approvers_along(site: Site) -> None:
    """An approver of a submittal in the recycle bin cannot answer."""
    made = site.submittal("1")["id"]
    approver = site.approver(made, site.people[0])
    site.box.call("DELETE", f"{site.submittals}/{made}")
    body = {"submittal_approver": {"submittal_response_id": 1}}
    where = f"v1.0/submittal_approvers/{approver}?{site.at}&submittal_id={made}"
    assert site.box.refused("PATCH", where, body)[0] == 404
    assert site.box.ids(f"{site.submittals}/recycle_bin") == [made]


# -- custom fields ---------------------------------------------------------------------


def test_custom_fields_are_written_flat_and_read_nested(site: Site) -> None:
    """`custom_field_<id>` in the wrapper, `custom_fields` in the answer, for each of the tools (§21)."""
    made = {"change_events": site.event, "purchase_orders": site.order}
    for name, make in made.items():
        key = f"custom_field_{site.sim.add_custom_field(name, 'Discipline', 'string')}"
        assert make(**{key: "Steel"})["custom_fields"][key] == {"data_type": "string", "value": "Steel"}
    field = site.sim.add_custom_field("submittals", "Trade", "lov_entry", "Steel", "Wood")
    entry = next(iter(site.sim.state.options[f"custom_field_{field}"]))
    shown = site.submittal("1", **{f"custom_field_{field}": entry})["custom_fields"]
    assert shown[f"custom_field_{field}"]["value"] == {"id": entry, "label": "Steel"}


def test_another_submittal_is_no_place_for_an_answer(site: Site) -> None:
    """An approver is found under its own submittal alone, and both ids are needed."""
    one, two = site.submittal("1")["id"], site.submittal("2")["id"]
    approver = site.approver(one, site.people[0])
    body = {"submittal_approver": {"submittal_response_id": 1}}
    path = f"v1.0/submittal_approvers/{approver}?{site.at}"
    assert site.box.refused("PATCH", f"{path}&submittal_id={two}", body)[0] == 404
    assert site.box.refused("PATCH", path, body)[0] == 400
