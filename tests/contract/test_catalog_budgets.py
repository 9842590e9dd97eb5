"""Budgets, their lines and transfers do what the catalogue says, through the client."""

from __future__ import annotations

from dataclasses import replace

import pytest

from syncd.catalog.registry import resource
from syncd.core.values import ABSENT, Absent, Value
from syncd.errors import CallError, NotFound, Rejected
from syncd.sandbox.procore.switches import ProcoreSwitches
from tests.support.catalogue_desk import DRAWN, CatalogueDesk, read, shown

BUDGET = ("budgets", "budget-line-items", "budget-modifications", "budget-changes")

READINGS = {
    "likely": ProcoreSwitches(),
    "otherwise": ProcoreSwitches(lock_again="refused", locked_budget=403, money="cents"),
    **DRAWN,
}


class Site:
    """A project with cost codes and line item types, and its lines."""

    def __init__(self, switches: ProcoreSwitches) -> None:
        self.desk = CatalogueDesk(switches)
        sim = self.desk.sim
        self.project = str(sim.put("projects", {"name": "Tower"}))
        home = int(self.project)
        self.codes = [
            str(sim.add_option("cost_codes", name, project=home, code=code, full_code=f"01-{code}"))
            for name, code in (("Earthwork", "011"), ("Concrete", "030"), ("Roofing", "070"))
        ]
        self.kind = str(sim.add_option("line_item_types", "Labor", code="L"))

    def sent(self, number: int = 0) -> dict[str, Value]:
        """A line that can be made."""
        return {
            "cost_code": self.codes[number],
            "line_item_type": self.kind,
            "original_budget_amount": "1000.5",
            "quantity": "3",
            "unit_cost": "20.25",
            "uom": "hours",
            "calculation_strategy": "manual",
        }

    def line(self, number: int = 0) -> str:
        """A line's id."""
        return self.desk.made("budget-line-items", self.sent(number), self.project)

    def wbs(self, line: str) -> str:
        """The WBS code of a line."""
        row = self.desk.rows("budget-line-items", self.project)[line]
        return str(read("budget-line-items", row, self.project)["wbs_code"])

    def lock(self, verb: str = "lock") -> None:
        """Lock the budget, or unlock it by one of the verbs."""
        self.desk.do("budgets", verb, "", {}, self.project)

    def locked(self) -> Value | Absent:
        """What the look-up of the budget says."""
        return read("budgets", self.desk.show("budgets", "", self.project), self.project)["locked"]


@pytest.fixture(params=READINGS.values(), ids=READINGS.keys())
def site(request: pytest.FixtureRequest) -> Site:
    """A project under one reading."""
    return Site(request.param)


@pytest.fixture
def usual(site: Site) -> Site:
    """The same, where version 2.0 lists lines and a lock keeps the API from original amounts."""
    site.desk.sim.state.switches = replace(site.desk.sim.switches, lines_v2=200, lock_binds=True)
    return site


@pytest.fixture
def older() -> Site:
    """A company that does not use budget changes."""
    return Site(ProcoreSwitches(uses_budget_changes=False))


@pytest.mark.parametrize("name", BUDGET)
def test_the_simulator_serves_every_path_of_the_catalogue(name: str) -> None:
    """No path, method or version of the entry is one that the simulator does not know."""
    assert CatalogueDesk().unserved(name) == []


# -- the lock ------------------------------------------------------------------------


def test_a_budget_is_one_object_of_its_project(site: Site) -> None:
    """It has no id: the project names it, and its list is that one object (reference §8)."""
    rows = site.desk.rows("budgets", site.project)

    assert list(rows) == [site.project]
    assert site.locked() is False
    assert set(resource("budgets").verbs) >= {"look-up", "lock", "unlock"}


def test_a_budget_is_locked_and_unlocked(site: Site) -> None:
    """Two verbs change it, and the simulator's own record follows."""
    site.lock()
    assert site.locked() is True
    assert site.desk.sim.rows("budgets")[int(site.project)]["locked"] is True

    site.lock("unlock")
    assert site.locked() is False


def test_unlocking_keeps_modifications_unless_told_in_so_many_words(older: Site) -> None:
    """Procore's own default wipes them; only the verb that says so does (reference §8)."""
    made = older.desk.made(
        "budget-modifications",
        {"to_budget_line_item": older.line(), "transfer_amount": "10"},
        older.project,
    )
    older.lock()
    older.lock("unlock")
    assert made in older.desk.rows("budget-modifications", older.project)

    older.lock()
    older.lock("unlock-and-destroy-modifications")
    assert older.desk.rows("budget-modifications", older.project) == {}


# -- lines ---------------------------------------------------------------------------


def test_every_field_of_a_line_goes_out_and_comes_back(site: Site) -> None:
    """Version 1.0 takes and shows a line; what it stores is what was sent (reference §8)."""
    sent = site.sent()
    written = site.desk.create("budget-line-items", sent, site.project)
    assert written.row is not None
    id = str(written.row["id"])
    assert shown("budget-line-items", written.row, sent, site.project) == {}

    changed = {**site.sent(1), "original_budget_amount": "7", "quantity": "4.5", "uom": "ls"}
    site.desk.update("budget-line-items", id, changed, site.project)
    row = site.desk.show("budget-line-items", id, site.project)
    assert {**changed} == {key: read("budget-line-items", row, site.project)[key] for key in changed}


def test_the_list_tells_the_wbs_code_and_the_stamps_and_leaves_out_what_is_detail(usual: Site) -> None:
    """Version 2.0 lists lines with ids as texts; what only version 1.0 shows is marked so (§8)."""
    id = usual.line()

    row = usual.desk.rows("budget-line-items", usual.project)[id]

    assert isinstance(row["id"], str)
    found = read("budget-line-items", row, usual.project)
    assert (found["wbs_flat_code"], found["wbs_description"]) == ("01-011.L", "Earthwork.Labor")
    assert (found["original_budget_amount"], found["unit_cost"], found["quantity"]) == (
        "1000.5",
        "20.25",
        "3",
    )
    about = resource("budget-line-items")
    assert {key for key, value in found.items() if value is ABSENT} == {
        one.name for one in about.fields if one.field.detail
    }
    narrowed = (("filters[wbs_code_id][]", usual.wbs(id)),)
    assert list(usual.desk.rows("budget-line-items", usual.project, *narrowed)) == [id]


def test_lines_come_a_hundred_a_page(usual: Site) -> None:
    """Version 2.0 gives 100 rows a page at most, so 130 lines cost two calls (reference §0.2)."""
    for number in range(130):
        code = usual.desk.sim.add_option("cost_codes", f"Code {number}", project=int(usual.project))
        pair = {"cost_code_id": code, "line_item_type_id": int(usual.kind)}
        usual.desk.sim.put("budget_lines", pair, scope=int(usual.project))
    usual.desk.rig.total()

    assert len(usual.desk.rows("budget-line-items", usual.project)) == 130
    assert usual.desk.rig.total() == 2


def test_a_locked_budget_refuses_original_amounts_and_nothing_else(usual: Site) -> None:
    """The status is not documented; that amounts are refused and a unit is not, is (reference §8)."""
    id = usual.line()
    usual.lock()

    for values in ({"original_budget_amount": "5"}, {"quantity": "9"}, {"unit_cost": "1"}):
        with pytest.raises(CallError) as refused:
            usual.desk.update("budget-line-items", id, values, usual.project)
        assert refused.value.status in (403, 422)
    usual.desk.update("budget-line-items", id, {"uom": "each"}, usual.project)
    row = usual.desk.show("budget-line-items", id, usual.project)
    assert shown("budget-line-items", row, {"original_budget_amount": "1000.5", "uom": "each"}) == {}


def test_an_automatic_line_is_quantity_times_cost(site: Site) -> None:
    """What is sent as the amount of an automatic line is not what is stored (reference §8)."""
    sent = {**site.sent(), "calculation_strategy": "automatic"}

    row = site.desk.create("budget-line-items", sent, site.project).row

    assert row is not None
    assert read("budget-line-items", row, site.project)["original_budget_amount"] == "60.75"


def test_no_two_lines_share_a_wbs_code(site: Site) -> None:
    """A second line for a cost code and type is refused with the field named."""
    site.line()

    with pytest.raises(Rejected, match="cost_code_id"):
        site.line()


def test_a_deleted_line_is_gone(site: Site) -> None:
    """Deleting goes through version 2.0 and leaves nothing (reference §8)."""
    id = site.line()

    site.desk.delete("budget-line-items", id, site.project)

    assert site.desk.rows("budget-line-items", site.project) == {}
    with pytest.raises(NotFound):
        site.desk.show("budget-line-items", id, site.project)


# -- modifications -------------------------------------------------------------------


def test_a_modification_moves_money_between_lines(older: Site) -> None:
    """Every field goes out and comes back; both lines' approved changes follow (reference §8)."""
    one, two = older.line(0), older.line(1)
    sent: dict[str, Value] = {
        "to_budget_line_item": one,
        "from_budget_line_item": two,
        "transfer_amount": "250.5",
        "notes": "For extra concrete",
        "origin_id": "o-1",
        "origin_data": "d",
    }
    placed = {**sent, "to_budget_line_item": f"{older.project}/{one}"}
    placed["from_budget_line_item"] = f"{older.project}/{two}"
    id = older.desk.made("budget-modifications", sent, older.project)

    row = older.desk.rows("budget-modifications", older.project)[id]
    assert row["transfer_amount"] == "250.5"
    assert shown("budget-modifications", row, placed, older.project) == {}
    line = read("budget-line-items", older.desk.show("budget-line-items", one, older.project), older.project)
    assert (line["approved_budget_changes"], line["revised_budget"]) == ("250.5", "1251")

    older.desk.update("budget-modifications", id, {"notes": "Less", "transfer_amount": "1"}, older.project)
    row = older.desk.show("budget-modifications", id, older.project)
    assert shown("budget-modifications", row, {"notes": "Less", "transfer_amount": "1"}) == {}
    older.desk.delete("budget-modifications", id, older.project)
    assert older.desk.rows("budget-modifications", older.project) == {}


def test_where_budget_changes_are_used_modifications_are_read_only() -> None:
    """Every write of one is answered 405 with `Allow: GET`; old ones stay readable (reference §8)."""
    site = Site(ProcoreSwitches(uses_budget_changes=True))
    line = site.line()
    sent = {"to_budget_line_item_id": int(line), "transfer_amount": "5"}
    old = str(site.desk.sim.put("budget_modifications", sent, scope=int(site.project)))

    def tries() -> list[int]:
        values: dict[str, Value] = {"to_budget_line_item": line, "transfer_amount": "6"}
        found = []
        for call in (
            lambda: site.desk.update("budget-modifications", old, values, site.project),
            lambda: site.desk.delete("budget-modifications", old, site.project),
        ):
            with pytest.raises(Rejected) as refused:
                call()
            found.append(refused.value.status or 0)
        return found

    assert tries() == [405, 405]
    row = site.desk.rows("budget-modifications", site.project)[old]
    assert read("budget-modifications", row, site.project)["transfer_amount"] == "5"


def test_a_modification_needs_two_different_lines_of_the_project(older: Site) -> None:
    """Money cannot go from a line to itself, or to a line of another project (reference §8)."""
    line = older.line()
    for to, giver in ((line, line), ("99", None)):
        sent: dict[str, Value] = {
            "to_budget_line_item": to,
            "from_budget_line_item": giver,
            "transfer_amount": "1",
        }
        with pytest.raises(Rejected):
            older.desk.create("budget-modifications", sent, older.project)


def test_the_schema_may_want_target_and_amount_in_every_update() -> None:
    """Procore's schema requires both in a PATCH too; where it means it, one field alone is refused."""
    strict = Site(ProcoreSwitches(uses_budget_changes=False, modification_patch_needs_all=True))
    whole = {"to_budget_line_item": strict.line(), "transfer_amount": "1"}
    id = strict.desk.made("budget-modifications", whole, strict.project)

    with pytest.raises(Rejected):
        strict.desk.update("budget-modifications", id, {"notes": "x"}, strict.project)
    strict.desk.update("budget-modifications", id, {**whole, "notes": "x"}, strict.project)


# -- changes -------------------------------------------------------------------------


def transfer(site: Site, status: str = "draft") -> dict[str, Value]:
    """A transfer as one change with two opposite lines."""
    to, giver = site.wbs(site.line(0)), site.wbs(site.line(1))
    return {
        "status": status,
        "title": "Equipment",
        "description": "<p>More of it</p>",
        "line_1_wbs_code": to,
        "line_1_amount": "4500",
        "line_1_type": "change_event",
        "line_1_adjustment": "1",
        "line_1_description": "Gets it",
        "line_2_wbs_code": giver,
        "line_2_amount": "-4500",
        "line_2_type": "budget_change",
        "line_2_adjustment": "1",
        "line_2_description": "Gives it",
    }


def test_a_transfer_is_a_change_with_two_opposite_lines(site: Site) -> None:
    """All that is sent comes back under `data`, without a wrapper, numbered by Procore (reference §8)."""
    sent = transfer(site)

    written = site.desk.create("budget-changes", sent, site.project)

    assert written.row is not None
    id = str(written.row["id"])
    assert shown("budget-changes", written.row, sent, site.project) == {}
    row = site.desk.show("budget-changes", id, site.project)
    found = read("budget-changes", row, site.project)
    assert {key: found[key] for key in sent} == sent
    assert (found["number"], found["amount"]) == ("1", "0")
    assert found["wbs_codes"] == sorted([str(sent["line_1_wbs_code"]), str(sent["line_2_wbs_code"])])


def test_the_list_of_changes_has_summaries_and_no_pages(site: Site) -> None:
    """One call whatever their number; what it leaves out is marked as detail (reference §8)."""
    sent = transfer(site)
    ids = [site.desk.made("budget-changes", sent, site.project) for _ in range(3)]
    site.desk.rig.total()

    rows = site.desk.rows("budget-changes", site.project)

    assert site.desk.rig.total() == 1
    assert list(rows) == ids
    found = read("budget-changes", rows[ids[0]], site.project)
    about = resource("budget-changes")
    assert {key for key, value in found.items() if value is ABSENT} == {
        one.name for one in about.fields if one.field.detail
    }


def test_an_approved_change_moves_the_budget_and_a_draft_does_not(site: Site) -> None:
    """The status alone is changed later; lines stay as they were (reference §8)."""
    id = site.desk.made("budget-changes", transfer(site), site.project)
    lines = sorted(site.desk.rows("budget-line-items", site.project), key=int)

    def revised() -> list[Value | Absent]:
        rows = [site.desk.show("budget-line-items", one, site.project) for one in lines]
        return [read("budget-line-items", row, site.project)["approved_budget_changes"] for row in rows]

    assert revised() == ["0", "0"]
    site.desk.update("budget-changes", id, {"status": "approved"}, site.project)
    assert revised() == ["4500", "-4500"]


def test_a_change_needs_a_status_and_a_first_line_of_its_adjustment(site: Site) -> None:
    """Without a status it is refused, and a second line cannot stand alone (reference §8)."""
    sent = transfer(site)
    for lacking in ("status", "line_1_type"):
        kept = {key: value for key, value in sent.items() if key != lacking}
        if lacking == "line_1_type":
            kept = {**kept, "line_1_type": "budget_change"}
        with pytest.raises(Rejected):
            site.desk.create("budget-changes", kept, site.project)


def test_a_deleted_change_is_gone(site: Site) -> None:
    """204, and nothing is left to show (reference §8)."""
    id = site.desk.made("budget-changes", transfer(site), site.project)

    site.desk.delete("budget-changes", id, site.project)

    assert site.desk.rows("budget-changes", site.project) == {}
    with pytest.raises(NotFound):
        site.desk.show("budget-changes", id, site.project)


def test_a_project_without_the_budget_tool_is_closed(site: Site) -> None:
    """All four resources are refused together where the tool is off (reference §19)."""
    site.desk.sim.state.tools_off.add((int(site.project), "Budget"))

    for name in BUDGET:
        with pytest.raises(CallError) as closed:
            site.desk.rows(name, site.project)
        assert closed.value.status in (403, 404)
