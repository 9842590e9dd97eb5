"""Reading from the Procore simulator: headers, pages, filters, views (reference §0, §2, §3, §7, §17)."""

from __future__ import annotations

import json
from typing import Any

import pytest

from syncd.clock import instant_text
from syncd.sandbox import Request, Seed
from tests.support.procore_sandbox import LittleWorld, little_world, next_link


@pytest.fixture
def box() -> LittleWorld:
    """A world with 5 projects, 7 vendors and 2 RFIs a project."""
    return little_world(sizes=Seed(projects=5, vendors=7))


def _range(box: LittleWorld, start: float, end: float) -> str:
    now = box.clock.now()
    return f"filters[updated_at]={instant_text(now + start)}...{instant_text(now + end)}"


def test_the_company_header_is_needed_and_checked(box: LittleWorld) -> None:
    """Without it 400, with another company's id 403; `companies` needs none from a person's token."""
    path = f"v1.0/vendors?company_id={box.company}"
    assert box.refused("GET", path, procore_company_id="")[0] == 400
    status, body = box.refused("GET", path, procore_company_id="77")
    assert (status, body) == (403, {"errors": "App is not connected to this company"})
    assert box.refused("GET", "v1.0/vendors?company_id=77")[0] == 403
    assert box.refused("GET", "v1.0/vendors")[0] == 400
    assert box.call("GET", "v1.0/companies", procore_company_id="").status == 400
    grant = box.world.procore.oauth.issue(box.world.procore.oauth.client_of("person"), service=False)
    headers = {"authorization": f"Bearer {grant['access_token']}"}
    free = box.world.handle(Request("GET", "/procore/rest/v1.0/companies", (), headers))
    assert [row["id"] for row in json.loads(free.body)] == [box.company]


def test_no_token_is_401_and_no_path_is_404(box: LittleWorld) -> None:
    """A missing or unknown token is 401 whatever the path; a path nobody serves is 404."""
    assert box.refused("GET", "v1.0/me", authorization="")[0] == 401
    assert box.refused("GET", "v1.0/me", authorization="Bearer nonsense")[0] == 401
    assert box.refused("GET", "v1.0/nothing")[0] == 404
    assert box.refused("DELETE", f"v1.0/projects/{box.ids('v1.0/projects')[0]}")[0] == 404


def test_pages_are_linked_until_the_last(box: LittleWorld) -> None:
    """Following `next` gives every record once; Total and Per-Page tell the size."""
    path, seen = f"v1.0/vendors?company_id={box.company}&per_page=3", []
    while path:
        answer = box.call("GET", path)
        assert (answer.headers["Total"], answer.headers["Per-Page"]) == ("7", "3")
        seen += [row["id"] for row in json.loads(answer.body)]
        path = next_link(answer)
    assert seen == sorted(box.world.procore.rows("vendors"))


def test_page_limits_differ_by_endpoint(box: LittleWorld) -> None:
    """v1.1 projects give 300 at most, v1.0 as many as the switch says; the old list has no pages."""
    sized = {
        path: box.call("GET", f"{path}?company_id={box.company}&per_page=5000").headers.get("Per-Page")
        for path in ("v1.1/projects", "v1.0/projects", f"v1.0/companies/{box.company}/projects")
    }
    assert list(sized.values()) == ["300", "2000", None]
    old = box.get(f"v1.0/companies/{box.company}/projects?per_page=2&page=9")
    assert len(old) == 5


def test_a_page_size_over_the_limit_may_be_refused() -> None:
    """Switch `over_max_page`: 400 instead of a smaller page."""
    box = little_world(over_max_page="refuse")
    assert box.refused("GET", f"v1.0/vendors?company_id={box.company}&per_page=5000")[0] == 400


def test_projects_hide_inactive_ones_unless_asked(box: LittleWorld) -> None:
    """`by_status` defaults to Active: a deactivated project vanishes from the plain list."""
    first, *others = box.ids("v1.0/projects")
    box.send("PATCH", f"v1.0/projects/{first}", {"project": {"active": False}})
    assert box.ids("v1.0/projects") == others
    assert box.ids("v1.1/projects?filters[by_status]=Inactive") == [first]
    assert box.ids("v1.0/projects?filters[by_status]=All") == [first, *others]
    assert first in box.ids(f"v1.0/companies/{box.company}/projects")


def test_inactive_vendors_live_in_another_list(box: LittleWorld) -> None:
    """Deactivated by a write, a vendor moves to the inactive list, and back by reactivating."""
    first, *others = box.ids("v1.0/vendors")
    box.send("PATCH", f"v1.0/vendors/{first}", {"vendor": {"name": "Gone", "is_active": False}})
    inactive = f"v1.0/companies/{box.company}/vendors/inactive"
    assert box.ids("v1.0/vendors") == others
    assert box.ids(inactive) == [first]
    assert box.ids(f"{inactive}?filters[updated_at]=2001-01-01...2001-01-02") == [first]  # no filters here
    box.send("PATCH", f"{inactive}/{first}", {})
    assert box.ids("v1.0/vendors") == [first, *others]


def test_ranges_need_three_dots_and_two_instants(box: LittleWorld) -> None:
    """A range of two instants filters; anything else is 400."""
    changed = box.ids("v1.0/vendors")[2]
    box.send("PATCH", f"v1.0/vendors/{changed}", {"vendor": {"name": "Moved"}})
    assert box.ids(f"v1.0/vendors?{_range(box, -10, 10)}") == [changed]
    assert box.ids("v1.0/vendors?filters[updated_at]=2026-01-04...2026-01-05") != []
    for bad in ("2026-01-01..2026-01-02", "2026-01-01", "yesterday...today", "2026-01-01..."):
        path = f"v1.0/vendors?company_id={box.company}&filters[updated_at]={bad}"
        assert box.refused("GET", path)[0] == 400


def test_bounds_beyond_the_first_and_the_last_instant_are_read(box: LittleWorld) -> None:
    """A bound in a zone where UTC has no such year is before or after everything."""
    every = box.ids("v1.0/vendors")
    ends = ("9999-12-31T23:59:59-14:00", "0001-01-01T00:00:00%2B14:00")
    assert box.ids(f"v1.0/vendors?filters[updated_at]={ends[1]}...{ends[0]}") == every
    assert box.ids(f"v1.0/vendors?filters[updated_at]=0999-01-01...{ends[0]}") == every
    assert box.ids(f"v1.0/vendors?filters[updated_at]={ends[1]}...0999-01-01") == []


@pytest.mark.parametrize(("lower", "upper"), [(True, True), (False, True), (True, False), (False, False)])
def test_range_bounds_are_as_the_switches_say(lower: bool, upper: bool) -> None:
    """A record stamped exactly at a bound is in the range only where that bound is inclusive."""
    box = little_world(lower_inclusive=lower, upper_inclusive=upper)
    changed = box.ids("v1.0/vendors")[0]
    box.send("PATCH", f"v1.0/vendors/{changed}", {"vendor": {"name": "Moved"}})
    assert (changed in box.ids(f"v1.0/vendors?{_range(box, 0, 100)}")) is lower
    assert (changed in box.ids(f"v1.0/vendors?{_range(box, -50, 0)}")) is upper


@pytest.mark.parametrize(("mode", "bare", "quoted"), [("required", 400, 200), ("refused", 200, 400)])
def test_quotes_round_ranges_are_as_the_switch_says(mode: str, bare: int, quoted: int) -> None:
    """Some readings demand double quotes round a range, some refuse them."""
    box = little_world(quoted_range=mode)
    path = f"v1.0/vendors?company_id={box.company}&filters[updated_at]="
    assert box.call("GET", path + "2026-01-01...2026-12-31").status == bare
    assert box.call("GET", path + '"2026-01-01...2026-12-31"').status == quoted


def test_ids_are_filtered_in_every_notation(box: LittleWorld) -> None:
    """`filters[id]`, repeated `filters[id][]` and a comma list name the same records; unknown ids do not."""
    one, two = box.ids("v1.0/vendors")[:2]
    assert box.ids(f"v1.0/vendors?filters[id][]={one}&filters[id][]={two}") == [one, two]
    assert box.ids(f"v1.0/projects?filters[id]={box.ids('v1.0/projects')[1]},5") == [
        box.ids("v1.0/projects")[1]
    ]
    assert box.refused("GET", f"v1.0/vendors?company_id={box.company}&filters[id][]=x")[0] == 400


def test_origin_id_and_search_filters(box: LittleWorld) -> None:
    """Vendors are found by `origin_id` and by part of their name."""
    made = box.send("POST", "v1.0/vendors", {"vendor": {"name": "Zebra Works", "origin_id": "qb-9"}})
    assert box.ids("v1.0/vendors?filters[origin_id]=qb-9") == [made["id"]]
    assert box.ids("v1.0/vendors?filters[search]=zebra") == [made["id"]]


def test_views_decide_what_is_shown(box: LittleWorld) -> None:
    """Compact shows id and name, ids the id alone, the plain v1.0 list lacks what only Show has."""
    row = box.get("v1.0/vendors?view=compact")[0]
    assert set(row) == {"id", "name"}
    assert set(box.get("v1.1/projects?view=ids")[0]) == {"id"}
    assert set(box.get("v1.0/projects?serializer_view=compact")[0]) == {"id", "name"}
    project = box.get("v1.0/projects")[0]
    assert "description" not in project
    assert "description" in box.get(f"v1.0/projects/{project['id']}")
    assert "description" in box.get("v1.1/projects?view=extended")[0]
    assert box.refused("GET", f"v1.0/vendors?company_id={box.company}&view=odd")[0] == 400


@pytest.mark.parametrize("view", ["normal", "erp", "directory", "summary"])
def test_every_documented_view_of_vendors_is_served(box: LittleWorld, view: str) -> None:
    """Nobody has described what these views leave out, so they show what the extended one does."""
    assert box.get(f"v1.0/vendors?view={view}") == box.get("v1.0/vendors?view=extended")


def test_projects_are_filtered_by_what_they_are_synced_and_made_with() -> None:
    """`synced` finds those with an `origin_id`; no project here has vendors, a template or custom
    fields, so that these filters find none, instead of being passed over (history: they gave all)."""
    box = little_world(unknown_filter="refuse")
    for path in ("v1.0/projects", "v1.1/projects"):
        every = box.ids(path)
        box.send("PATCH", f"v1.0/projects/{every[0]}", {"project": {"origin_id": "qb-1"}})
        assert box.ids(f"{path}?filters[synced]=true") == every[:1]
        assert box.ids(f"{path}?filters[synced]=false") == every
        assert box.ids(f"{path}?filters[vendor_id]={box.ids('v1.0/vendors')[0]}") == []
        assert box.ids(f'{path}?filters[custom_fields]={{"5":"x"}}') == []
        assert box.ids(f"{path}?filters[custom_fields]={{}}") == every
        for bad in ("vendor_id]=x", "custom_fields]=[]", "custom_fields]={"):
            assert box.refused("GET", f"{path}?company_id={box.company}&filters[{bad}")[0] == 400
    assert box.ids("v1.0/projects?filters[from_project_template_id]=7") == []
    path = f"v1.1/projects?company_id={box.company}&filters[from_project_template_id]=7"
    assert box.refused("GET", path)[0] == 400


def test_rfis_are_filtered_by_ball_in_court_and_by_the_stage_of_their_prefix() -> None:
    """The ball is with the assignees of an open RFI, else with its manager, and with nobody once it
    is closed; the stage is the RFI's project stage."""
    box = little_world(unknown_filter="refuse")
    stage = box.world.procore.add_option("project_stages", "Tender")
    project = box.ids("v1.0/projects")[0]
    path = f"v1.0/projects/{project}/rfis"
    manager, helper = [one["id"] for one in box.get(f"{path}/potential_assignees")[:2]]
    first, second = box.ids(path)
    sent = {"rfi_manager_id": manager, "assignee_ids": [helper], "project_stage_id": stage}
    box.send("PATCH", f"{path}/{first}", {"rfi": sent})
    box.send("PATCH", f"{path}/{second}", {"rfi": {"rfi_manager_id": manager, "assignee_ids": []}})
    assert box.ids(f"{path}?filters[ball_in_court_id]={helper}") == [first]
    assert box.ids(f"{path}?filters[ball_in_court_id]={manager}") == [second]
    assert [row["ball_in_court"]["id"] for row in box.get(path)] == [helper, manager]
    assert box.ids(f"{path}?filters[prefix_stage_id]={stage}") == [first]
    box.send("PATCH", f"{path}/{first}", {"rfi": {"accepted": True}})
    assert box.ids(f"{path}?filters[ball_in_court_id]={helper}") == []


def test_lists_are_sorted_as_asked(box: LittleWorld) -> None:
    """`sort=name`, `-` for descending, and the RFIs' own two keys; unknown keys are 400."""
    names = [row["name"] for row in box.get("v1.0/vendors?sort=name")]
    assert names == sorted(names)
    assert [row["name"] for row in box.get("v1.0/vendors?sort=-name")] == names[::-1]
    project = box.ids("v1.0/projects")[0]
    rows = box.get(f"v1.0/projects/{project}/rfis?sort[attribute]=number&sort[direction]=desc")
    assert [row["number"] for row in rows] == ["2", "1"]
    assert box.refused("GET", f"v1.0/vendors?company_id={box.company}&sort=colour")[0] == 400


def test_rfi_statuses_are_filtered_as_a_list_only(box: LittleWorld) -> None:
    """`filters[status]=open` is 400; `filters[status][]=open` works."""
    project = box.ids("v1.0/projects")[0]
    first, second = box.ids(f"v1.0/projects/{project}/rfis")
    box.send("PATCH", f"v1.0/projects/{project}/rfis/{first}", {"rfi": {"accepted": True}})
    assert box.refused("GET", f"v1.0/projects/{project}/rfis?filters[status]=open")[0] == 400
    assert box.ids(f"v1.0/projects/{project}/rfis?filters[status][]=open") == [second]
    assert box.ids(f"v1.0/projects/{project}/rfis?filters[status][]=closed") == [first]


def test_only_a_single_rfi_carries_its_answers(box: LittleWorld) -> None:
    """Show has `questions[].answers[]`; list rows have the question alone."""
    project = box.ids("v1.0/projects")[0]
    rfi = box.ids(f"v1.0/projects/{project}/rfis")[0]
    path = f"v1.0/projects/{project}/rfis/{rfi}"
    box.send("POST", f"{path}/replies", {"reply": {"body": "It is so"}})
    assert box.get(path)["questions"][0]["answers"][0]["plain_text_body"] == "It is so"
    listed: list[dict[str, Any]] = box.get(f"v1.0/projects/{project}/rfis")
    assert "answers" not in listed[0]["questions"][0]


def test_hidden_projects_and_tools_that_are_off(box: LittleWorld) -> None:
    """What a credential may not see is gone from its lists and 404 by id; a tool that is off is 403."""
    first, second = box.ids("v1.0/projects")[:2]
    box.world.procore.state.hidden["syncd"] = {first}
    box.world.procore.state.tools_off.add((second, "rfis"))
    assert first not in box.ids("v1.0/projects")
    assert box.refused("GET", f"v1.0/projects/{first}?company_id={box.company}")[0] == 404
    assert box.refused("GET", f"v1.0/projects/{first}/rfis")[0] == 404
    assert box.refused("GET", f"v1.0/projects/{second}/rfis")[0] == 403
    assert box.get(f"v1.0/projects/{first}", "person")["id"] == first


def test_ids_do_not_fit_32_bits_and_stamps_are_whole_seconds(box: LittleWorld) -> None:
    """Ids have 15 digits; timestamps are UTC with a Z and no fraction."""
    box.clock.advance(0.7)
    made = box.send("POST", "v1.0/vendors", {"vendor": {"name": "Fresh"}})
    assert len(str(made["id"])) == 15
    assert len(made["updated_at"]) == 20
    assert made["updated_at"].endswith("Z")


def test_lists_and_single_reads_may_lag() -> None:
    """With a lag the old state is shown until it is over, in lists and by id as each switch says."""
    box = little_world(list_lag=30.0, read_lag=10.0)
    vendor = box.ids("v1.0/vendors")[0]
    before = box.get(f"v1.0/vendors/{vendor}")["name"]
    box.send("PATCH", f"v1.0/vendors/{vendor}", {"vendor": {"name": "Newer"}})
    made = box.send("POST", "v1.0/vendors", {"vendor": {"name": "Fresh"}})["id"]
    assert box.get(f"v1.0/vendors/{vendor}")["name"] == before
    assert box.refused("GET", f"v1.0/vendors/{made}?company_id={box.company}")[0] == 404
    box.clock.advance(10)
    assert box.get(f"v1.0/vendors/{vendor}")["name"] == "Newer"
    assert made not in box.ids("v1.0/vendors")
    box.clock.advance(20)
    assert made in box.ids("v1.0/vendors")
