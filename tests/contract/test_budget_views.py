"""Budget lines are read from the rows of a budget view where version 2.0 does not list them."""

from __future__ import annotations

import json

import pytest

from syncd.catalog.registry import resource
from syncd.core.values import ABSENT, Absent, SideName, Value
from syncd.errors import NotFound
from syncd.procore.view_rows import AGAIN
from syncd.sandbox.message import Response
from syncd.sandbox.procore.switches import ProcoreSwitches
from syncd.sides.port import Draft, Lane
from tests.contract.test_catalog_budgets import Site, transfer
from tests.support.catalogue_desk import read
from tests.support.vendor_rig import hand_mapping

NAME = "budget-line-items"
ROWS = "procore GET /rest/v1.0/budget_views/{budget_view_id}/detail_rows"


def values_of(site: Site, row: dict[str, object]) -> dict[str, Value | Absent]:
    """What a row says of every field."""
    return read(NAME, row, site.project)


@pytest.mark.parametrize("switches", [
    ProcoreSwitches(lines_v2=404),
    ProcoreSwitches(lines_v2=403, view_row_keys="ids"),
], ids=["names", "ids"])  # fmt: skip
def test_rows_of_a_view_say_what_lines_say_to_the_cent(switches: ProcoreSwitches) -> None:
    """Amounts, totals by the view's columns and both halves of the WBS code are those of a line's own
    show; what rows leave out is absent, and no row is made of anything else (reference §8)."""
    site = Site(switches)
    site.desk.made("budget-changes", transfer(site, "approved"), site.project)
    site.desk.update(
        NAME, site.line(2), {"original_budget_amount": "0.3", "unit_cost": "19.9999"}, site.project
    )

    rows = site.desk.rows(NAME, site.project)

    assert len(rows) == 3
    for id, row in rows.items():
        listed, whole = values_of(site, row), values_of(site, site.desk.show(NAME, id, site.project))
        lacking = {name for name, value in listed.items() if value is ABSENT}
        assert lacking == {"cost_code_name", "cost_code_full_code", "division_name", "budget_forecast",
                           "created_at", "updated_at"}  # fmt: skip
        alike = {name: value for name, value in whole.items() if value is not ABSENT and name not in lacking}
        assert {name: listed[name] for name in alike} == alike
        assert listed["wbs_flat_code"] in ("01-011.L", "01-030.L", "01-070.L")
    assert [values_of(site, row)["revised_budget"] for row in rows.values()] == ["5500.5", "-3499.5", "0.3"]
    narrowed = (("filters[wbs_code_id][]", site.wbs(list(rows)[1])),)
    assert list(site.desk.rows(NAME, site.project, *narrowed)) == [list(rows)[1]]


def test_the_view_is_found_once_and_the_list_asked_again_after_a_day() -> None:
    """Finding out costs a refusal, the views, the columns and one line; from then on it is a call a page."""
    site = Site(ProcoreSwitches(lines_v2=404))
    site.line()
    counts = []
    for wait in (0.0, 60.0, AGAIN):
        site.desk.clock.advance(wait)
        site.desk.rig.total()
        site.desk.rows(NAME, site.project)
        counts.append(site.desk.rig.total())

    assert counts == [5, 1, 5]
    about = resource(NAME)
    assert "'Standard Budget View'" in site.desk.client.views.told(about, site.project)
    assert site.desk.client.views.told(about, "1") == ""


def test_rows_that_go_by_other_ids_are_not_taken_for_lines() -> None:
    """A row's id is proved once, by the line's own show; where it is something else nothing is read."""
    site = Site(ProcoreSwitches(lines_v2=404))
    line = site.line()
    row = {"id": int(line) + 1, "cost_code_id": int(site.codes[0]), "category_id": int(site.kind)}
    answer = Response(200, json.dumps([row]).encode(), {"Content-Type": "application/json"})
    site.desk.rig.answers[ROWS] = [answer]

    with pytest.raises(NotFound, match="go by other ids"):
        site.desk.rows(NAME, site.project)


def test_a_line_without_stamps_is_found_by_its_wbs_code() -> None:
    """Rows tell no time of creation, but no two lines share a WBS code: the line of a create whose answer
    was lost is known by it, and is not made twice (reference §8)."""
    site = Site(ProcoreSwitches(lines_v2=404))
    site.line(1)
    made = site.line(0)
    fields = ["project", "cost_code", "line_item_type", "original_budget_amount"]
    side = site.desk.rig.vendors.side(hand_mapping(NAME, fields), SideName.PROCORE)
    sent: dict[int, Value] = {0: site.project, 1: site.codes[0], 2: site.kind, 3: "1000.5"}

    found = side.find(Draft(sent, site.project), side.now(), Lane.WRITE)
    edited = side.find(Draft({**sent, 3: "7"}, site.project), side.now(), Lane.WRITE)

    assert ([one.id for one in found.records], found.maybe) == ([f"{site.project}/{made}"], ())
    assert (edited.records, [one.id for one in edited.maybe]) == ((), [f"{site.project}/{made}"])
