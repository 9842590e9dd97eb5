"""The Procore side keeps the contract for every shape of resource, under every reading."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from syncd.core.values import SideName, Value, decimal_text
from syncd.errors import Forbidden, NotFound, Rejected
from syncd.sandbox.message import Response, json_response
from syncd.sandbox.procore.resource import Filter
from syncd.sandbox.procore.switches import ProcoreSwitches
from syncd.sides.port import Draft, Gone, Lane, Patch, Record, Verdict
from tests.contract.sides import Bench, SideContract, Values, done, everything
from tests.contract.table_bench import READINGS as EVERYWHERE
from tests.support.vendor_rig import Rig, hand_mapping

READINGS = {
    **EVERYWHERE,
    "ranges in quotes": ProcoreSwitches(quoted_range="required", lower_inclusive=False),
    "ranges bare": ProcoreSwitches(quoted_range="refused", upper_inclusive=False),
    "small pages": ProcoreSwitches(max_page=100, over_max_page="refuse", list_order="name"),
    "newest first": ProcoreSwitches(list_order="updated_desc", sync_order="shuffled"),
    "strict filters": ProcoreSwitches(unknown_filter="refuse"),
    "unseen": ProcoreSwitches(unseen=403, tool_off=404, recycled_show=200, inactive_vendor_show=404),
    "bodies": ProcoreSwitches(
        error_shape="errors_list", blank_text="null", noop_bumps_updated=True, money="cents"
    ),
}


class ProcoreBench(Bench):
    """One resource. `wire` gives each field's raw key where it is not the field's name."""

    resource = "vendors"
    fields: tuple[str, ...] = ()
    carrier = ""
    wire: dict[str, str]

    def __init__(self, switches: ProcoreSwitches, where: tuple[tuple[str, str], ...] = ()) -> None:
        self.rig = Rig(procore=switches)
        self.clock = self.rig.clock
        self.sim = self.rig.procore
        self.prepare()
        self.mapping = hand_mapping(self.resource, [*self.fields], carrier=self.carrier, where=where)
        self.side = self.rig.vendors.side(self.mapping, SideName.PROCORE)

    def prepare(self) -> None:
        """What has to be there before the first record."""

    def id_of(self, wire: int) -> str:
        """The identity of a record."""
        return f"{self.scope}/{wire}" if self.scope else str(wire)

    def sent(self, values: Values) -> dict[str, Any]:
        """A person's body for these values."""
        return {self.fields[index]: value for index, value in values.items()}

    def put(self, values: Values, key: str | None = None) -> str:
        body = self.sent(values)
        if key is not None:
            body["origin_id"] = key
        return self.id_of(self.sim.put(self.resource, body, scope=int(self.scope or 0)))

    def edit(self, id: str, values: Values) -> None:
        self.sim.put(self.resource, self.sent(values), record=int(id.rpartition("/")[2]))

    def stored(self, id: str) -> dict[int, Value] | None:
        row = self.sim.rows(self.resource).get(int(id.rpartition("/")[2]))
        if row is None:
            return None
        return {index: self.plain(name, row) for index, name in enumerate(self.fields)}

    def plain(self, name: str, row: dict[str, Any]) -> Value:
        """A stored value in our form; written apart from the client's own reader."""
        raw = row[name]
        if raw is None or raw == "" or raw == ():
            return None
        if isinstance(raw, bool):
            return raw
        if isinstance(raw, Decimal):
            return decimal_text(raw)
        return sorted(str(one) for one in raw) if isinstance(raw, tuple | list) else str(raw)


class VendorBench(ProcoreBench):
    """Company scope, bulk sync, a carrier, a list of their own for the inactive."""

    resource = "vendors"
    fields = ("name", "city", "email_address", "authorized_bidder")
    carrier = "origin_id"
    clearable = (1, 2)
    can_delete = False
    can_retire = True

    def sample(self, number: int) -> dict[int, Value]:
        return {
            0: f"Vendor {number}",
            1: f"City {number}",
            2: f"v{number}@example.com",
            3: number % 2 == 0,
        }

    def retire(self, id: str) -> None:
        self.sim.put("vendors", {"is_active": False}, record=int(id))


class ProjectBench(ProcoreBench):
    """Company scope, bulk sync, no carrier; inactive ones vanish from the default list."""

    resource = "projects"
    fields = ("name", "city", "total_value", "start_date", "square_feet", "flag")
    clearable = (1, 2, 3, 4, 5)
    can_delete = False
    can_retire = True

    def sample(self, number: int) -> dict[int, Value]:
        return {
            0: f"Project {number}",
            1: f"City {number}",
            2: f"{number + 1}000.5",
            3: f"2026-04-{number + 1:02}",
            4: str(100 + number),
            5: ("Red", "Green")[number % 2],
        }

    def retire(self, id: str) -> None:
        self.sim.put("projects", {"active": False}, record=int(id))


class CarriedProjectBench(ProjectBench):
    """Projects whose creates carry an origin_id."""

    carrier = "origin_id"


class RfiBench(ProcoreBench):
    """Project scope, one write a call, no carrier, a recycle bin, references and users."""

    resource = "rfis"
    fields = ("project", "subject", "reference", "due_date", "private", "responsible_contractor",
              "assignees", "rfi_manager", "question_body")  # fmt: skip
    named = 1
    clearable = (2, 3, 5, 6)

    def prepare(self) -> None:
        self.scope = str(self.sim.put("projects", {"name": "Tower"}))
        self.contractors = [str(self.sim.put("vendors", {"name": f"C{one}"})) for one in range(2)]
        self.users = sorted(str(one) for one in self.sim.rows("users"))

    def sample(self, number: int) -> dict[int, Value]:
        return {
            0: self.scope,
            1: f"Question {number}",
            2: f"R{number}",
            3: f"2026-05-{number + 1:02}",
            4: number % 2 == 0,
            5: self.contractors[number % 2],
            6: [self.users[number % 2]],
            7: self.users[0],
            8: "What is it made of?",
        }

    def sent(self, values: Values) -> dict[str, Any]:
        raw = super().sent(values)
        raw.pop("project", None)
        for name in ("responsible_contractor", "rfi_manager"):
            if name in raw:
                raw[f"{name}_id"] = int(raw.pop(name))
        if "assignees" in raw:
            raw["assignee_ids"] = [int(one) for one in raw.pop("assignees")]
        if "question_body" in raw:
            raw["question"] = {"body": raw.pop("question_body")}
        return raw

    def plain(self, name: str, row: dict[str, Any]) -> Value:
        if name == "project":
            return self.scope
        return super().plain("question" if name == "question_body" else name, row)

    def delete(self, id: str) -> None:
        self.sim.recycle("rfis", int(id.rpartition("/")[2]))


@pytest.fixture(params=READINGS.values(), ids=READINGS.keys())
def reading(request: pytest.FixtureRequest) -> ProcoreSwitches:
    """One way in which the vendor may be understood."""
    chosen: ProcoreSwitches = request.param
    return chosen


class TestVendors(SideContract):
    """Vendors, through `sync`."""

    @pytest.fixture
    def bench(self, reading: ProcoreSwitches) -> Bench:
        """Vendors under one reading."""
        return VendorBench(reading)


class TestProjects(SideContract):
    """Projects without a carrier."""

    @pytest.fixture
    def bench(self, reading: ProcoreSwitches) -> Bench:
        """Projects under one reading."""
        return ProjectBench(reading)


class TestProjectsWithACarrier(SideContract):
    """Projects that carry our token in origin_id."""

    @pytest.fixture
    def bench(self, reading: ProcoreSwitches) -> Bench:
        """Projects under one reading."""
        return CarriedProjectBench(reading)


class TestRfis(SideContract):
    """RFIs of one project, one write a call."""

    @pytest.fixture
    def bench(self, reading: ProcoreSwitches) -> Bench:
        """RFIs under one reading."""
        return RfiBench(reading)


@pytest.fixture
def vendors() -> VendorBench:
    """Vendors as the reference calls it likely."""
    return VendorBench(ProcoreSwitches())


@pytest.fixture
def projects() -> ProjectBench:
    """Projects as the reference calls it likely."""
    return ProjectBench(ProcoreSwitches())


@pytest.fixture
def rfis() -> RfiBench:
    """RFIs as the reference calls it likely."""
    return RfiBench(ProcoreSwitches())


def read(feed: Any) -> list[Record]:
    """All records of a feed."""
    return [record for page in feed for record in page]


def answer(status: int, value: Any, **headers: str) -> Response:
    """An answer in the vendor's place."""
    return json_response(value, status, **headers)


# -- how many calls ------------------------------------------------------------------


@pytest.mark.parametrize("kind", [VendorBench, ProjectBench, RfiBench])
def test_an_idle_feed_costs_one_call(kind: type[ProcoreBench]) -> None:
    """One list call where nothing changed, whatever the resource (architecture §6)."""
    bench = kind(ProcoreSwitches())
    bench.put(bench.sample(1))
    bench.rig.total()
    feed = bench.side.changes(bench.scope, bench.clock.now() + 60, Lane.POLL)
    assert read(feed) == []
    assert feed.clean
    assert bench.rig.total() == 1


def test_a_thousand_changed_projects_cost_four_pages_and_a_check(projects: ProjectBench) -> None:
    """300 projects a page, and one row to see that nothing moved meanwhile."""
    ids = {projects.put({0: f"Project {number}"}) for number in range(1000)}
    projects.clock.advance(60)
    projects.rig.total()
    feed = projects.side.changes("", projects.clock.now() - 120, Lane.POLL)
    assert {record.id for record in read(feed)} == ids
    assert feed.clean
    assert projects.rig.calls == {"procore GET /rest/v1.1/projects": 5}


def test_a_thousand_vendors_are_written_by_one_sync(vendors: VendorBench) -> None:
    """`sync` takes 1,000 items, and its answer is the read-back."""
    ids = [vendors.put({0: f"Vendor {number}"}) for number in range(1000)]
    vendors.rig.total()
    records = done(vendors.side.update([Patch(id, {1: "Austin"}) for id in ids], fresh_until=vendors.fresh()))
    assert [record.id for record in records] == ids
    assert vendors.rig.calls == {"procore PATCH /rest/v1.0/vendors/sync": 1}


def test_a_thousand_vendors_by_id_cost_five_calls_at_most(vendors: VendorBench) -> None:
    """By ids, in URLs below 8 KB; by the whole list once that is known to be shorter."""
    ids = [vendors.put({0: f"Vendor {number}"}) for number in range(1000)]
    vendors.rig.total()
    found = vendors.side.fetch("", ids, Lane.DUE)
    assert all(isinstance(found[id], Record) for id in ids)
    assert vendors.rig.total() <= 5
    assert vendors.rig.longest_url < 8_000
    read(vendors.side.everything("", Lane.SWEEP))
    vendors.rig.total()
    assert len(vendors.side.fetch("", ids, Lane.DUE)) == 1000
    assert vendors.rig.total() == 1


def test_a_thousand_creates_with_a_carrier_cost_one_call(vendors: VendorBench) -> None:
    """Creates that carry an origin_id go through sync together."""
    drafts = [Draft({0: f"Vendor {number}"}, key=f"t{number}") for number in range(1000)]
    vendors.rig.total()
    records = done(vendors.side.create(drafts, fresh_until=vendors.fresh()))
    assert [record.key for record in records] == [draft.key for draft in drafts]
    assert vendors.rig.total() == 1


# -- when a pass counts --------------------------------------------------------------


def test_rows_that_move_while_we_page_leave_the_feed_unclean() -> None:
    """Sorted by last change, an edit between two pages hides a row; the pass says so (P8)."""
    bench = VendorBench(ProcoreSwitches(list_order="updated_desc", max_page=100))
    ids = [bench.put({0: f"Vendor {number}"}) for number in range(250)]
    bench.clock.advance(60)
    feed = bench.side.changes("", bench.clock.now() - 600, Lane.POLL)
    for page, _ in enumerate(feed):
        bench.clock.advance(1)
        if page == 0:
            bench.edit(ids[0], {1: "Moved"})
    assert not feed.clean
    again = bench.side.changes("", bench.clock.now() - 600, Lane.POLL)
    assert {record.id for record in read(again)} == set(ids)
    assert again.clean


def test_a_vendor_that_is_reactivated_during_the_pass_is_noticed(vendors: VendorBench) -> None:
    """Between the active and the inactive list a vendor can be in neither; then it is unclean."""
    id = vendors.put(vendors.sample(1))
    vendors.retire(id)
    vendors.clock.advance(60)
    feed = vendors.side.everything("", Lane.SWEEP)
    for page, _ in enumerate(feed):
        vendors.clock.advance(1)
        if page == 0:
            vendors.edit(id, {})
            vendors.sim.put("vendors", {"is_active": True}, record=int(id))
    assert not feed.clean


def test_an_empty_page_with_a_total_is_not_clean(vendors: VendorBench) -> None:
    """200 with nothing in it, though the vendor counts three, is no empty list (P6, P8)."""
    vendors.rig.answers["procore GET /rest/v1.0/vendors"] = [answer(200, [], Total="3", Per_Page="2000")]
    feed = vendors.side.changes("", 0, Lane.POLL)
    assert read(feed) == []
    assert not feed.clean


# -- what is there, and what is closed -----------------------------------------------


def test_a_project_without_the_tool_is_hidden_not_deleted(rfis: RfiBench) -> None:
    """With the tool off, fetch says HIDDEN for all and a feed raises: no delete follows (P6)."""
    id = rfis.put(rfis.sample(1))
    rfis.sim.state.tools_off.add((int(rfis.scope), "rfis"))
    assert rfis.side.fetch(rfis.scope, [id], Lane.DUE) == {id: Gone.HIDDEN}
    with pytest.raises((Forbidden, NotFound)):
        read(rfis.side.changes(rfis.scope, 0, Lane.POLL))
    assert rfis.side.deletions(rfis.scope, rfis.clock.now(), Lane.POLL) is None
    rfis.rig.total()
    assert rfis.side.deletions(rfis.scope, rfis.clock.now(), Lane.POLL) is None
    assert rfis.rig.total() == 0


def test_the_recycle_bin_lists_deleted_rfis(rfis: RfiBench) -> None:
    """What a person recycled since then is named, as the side names records."""
    ids = [rfis.put(rfis.sample(number)) for number in range(2)]
    rfis.clock.advance(100)
    since = rfis.clock.now()
    rfis.delete(ids[1])
    assert rfis.side.deletions(rfis.scope, since, Lane.POLL) == frozenset({ids[1]})


def test_a_narrowed_mapping_lets_the_others_rest() -> None:
    """Records that the mapping's filters leave out exist, and rest."""
    bench = ProjectBench(ProcoreSwitches(), where=(("by_status", "Active"),))
    ids = [bench.put(bench.sample(number)) for number in range(2)]
    bench.retire(ids[0])
    assert set(everything(bench)) == {ids[1]}
    found = bench.side.fetch("", ids, Lane.DUE)
    resting = {id: one.resting for id, one in found.items() if isinstance(one, Record)}
    assert resting == {ids[0]: True, ids[1]: False}


def test_a_listed_answer_that_ignores_the_id_filter_is_noticed() -> None:
    """A vendor that does not filter by id costs more calls and loses nothing."""
    bench = RfiBench(ProcoreSwitches())
    ids = [bench.put(bench.sample(number)) for number in range(4)]
    bench.sim.state.resources["rfis"].filters.pop("id")
    try:
        found = bench.side.fetch(bench.scope, ids[:2], Lane.DUE)
    finally:
        bench.sim.state.resources["rfis"].filters["id"] = Filter("ids")
    assert [isinstance(found[id], Record) for id in ids[:2]] == [True, True]


# -- how writes end ------------------------------------------------------------------


def test_a_bad_item_of_a_sync_is_refused_with_its_field(vendors: VendorBench) -> None:
    """200 with `errors`: the bad item has the vendor's words and the rule, the rest is written."""
    ids = [vendors.put(vendors.sample(number)) for number in range(3)]
    patches = [Patch(ids[0], {1: "A"}), Patch(ids[1], {0: None}), Patch(ids[2], {1: "C"})]
    outcomes = vendors.side.update(patches, fresh_until=vendors.fresh())
    assert [one.verdict for one in outcomes] == [Verdict.DONE, Verdict.REFUSED, Verdict.DONE]
    assert outcomes[1].field == 0
    assert outcomes[1].reason == "name: can't be blank"


def test_a_refused_rfi_names_its_field(rfis: RfiBench) -> None:
    """422 on a single write is REFUSED with the vendor's words and the rule they name."""
    id = rfis.put(rfis.sample(1))
    [outcome] = rfis.side.update([Patch(id, {1: None}, rfis.scope)], fresh_until=rfis.fresh())
    assert outcome.verdict is Verdict.REFUSED
    assert outcome.field == 1
    assert "blank" in outcome.reason


def test_a_bulk_call_that_is_refused_whole_is_halved(vendors: VendorBench) -> None:
    """400 without naming an item: the batch is halved until the others are written."""
    ids = [vendors.put(vendors.sample(number)) for number in range(4)]
    label = "procore PATCH /rest/v1.0/vendors/sync"
    vendors.rig.answers[label] = [answer(400, {"errors": "bad request"})] * 2
    patches = [Patch(id, {1: "Austin"}) for id in ids]
    outcomes = vendors.side.update(patches, fresh_until=vendors.fresh())
    assert [one.verdict for one in outcomes] == [Verdict.DONE] * 4
    assert vendors.rig.calls[label] == 5


def test_items_without_an_answer_are_unknown(vendors: VendorBench) -> None:
    """A sync whose answer does not mention an item leaves it UNKNOWN, never done or refused."""
    id = vendors.put(vendors.sample(1))
    label = "procore PATCH /rest/v1.0/vendors/sync"
    vendors.rig.answers[label] = [answer(200, {"entities": [], "errors": []})]
    [outcome] = vendors.side.update([Patch(id, {1: "Austin"})], fresh_until=vendors.fresh())
    assert outcome.verdict is Verdict.UNKNOWN


def test_a_lost_create_is_unknown_and_then_found(rfis: RfiBench) -> None:
    """The answer is lost after Procore acted: not repeated, and found by values and time (P4)."""
    rfis.side.fetch(rfis.scope, [rfis.put(rfis.sample(5))], Lane.DUE)
    rfis.rig.total()
    rfis.rig.lose = 1
    sent_at = rfis.side.now()
    draft = Draft(rfis.sample(1), rfis.scope)
    [outcome] = rfis.side.create([draft], fresh_until=rfis.fresh())
    assert outcome.verdict is Verdict.UNKNOWN
    assert rfis.rig.total() == 1
    found = rfis.side.find(draft, sent_at, Lane.WRITE)
    assert len(found.records) == 1
    assert found.records[0].ours is True
    assert found.sure


def test_what_others_create_at_the_same_time_is_not_taken_for_ours(rfis: RfiBench) -> None:
    """An RFI by another user is no candidate, though its values are the same."""
    rfis.side.fetch(rfis.scope, [rfis.put(rfis.sample(5))], Lane.DUE)
    sent_at = rfis.side.now()
    rfis.put(rfis.sample(1))
    found = rfis.side.find(Draft(rfis.sample(1), rfis.scope), sent_at, Lane.WRITE)
    assert found.records == ()
    assert found.maybe == ()


def test_our_create_that_was_edited_since_is_a_maybe(rfis: RfiBench) -> None:
    """Found by time and maker, though a person has changed what we sent."""
    rfis.side.fetch(rfis.scope, [rfis.put(rfis.sample(5))], Lane.DUE)
    sent_at = rfis.side.now()
    draft = Draft(rfis.sample(1), rfis.scope)
    [record] = done(rfis.side.create([draft], fresh_until=rfis.fresh()))
    rfis.edit(record.id, {1: "Edited"})
    found = rfis.side.find(draft, sent_at, Lane.WRITE)
    assert found.records == ()
    assert [one.id for one in found.maybe] == [record.id]


def test_fields_that_sync_does_not_know_go_one_by_one() -> None:
    """A project's county is written by a single PATCH; the others of the batch by sync."""

    class WithCounty(ProjectBench):
        """Projects with a field that sync drops without a word."""

        fields = ("name", "county")

    bench = WithCounty(ProcoreSwitches())
    ids = [bench.put({0: f"Project {number}"}) for number in range(3)]
    bench.rig.total()
    patches = [Patch(ids[0], {0: "A"}), Patch(ids[1], {1: "Kent"}), Patch(ids[2], {0: "C"})]
    done(bench.side.update(patches, fresh_until=bench.fresh()))
    assert bench.stored(ids[1]) == {0: "Project 1", 1: "Kent"}
    assert bench.rig.calls == {
        "procore PATCH /rest/v1.0/projects/sync": 1,
        "procore PATCH /rest/v1.0/projects/{id}": 1,
    }


def test_detail_fields_cost_one_show_a_record(rfis: RfiBench) -> None:
    """A field that lists leave out is read by a show a record, and only if the mapping has it."""
    for number in range(3):
        rfis.put(rfis.sample(number))
    shows = "procore GET /rest/v1.0/projects/{project_id}/rfis/{id}"
    rfis.rig.total()
    records = read(rfis.side.changes(rfis.scope, 0, Lane.POLL))
    assert all(record.values[8] == "What is it made of?" for record in records)
    assert rfis.rig.calls[shows] == 3
    rfis.rig.total()
    plain = hand_mapping("rfis", ["subject", "due_date"])
    assert len(read(rfis.rig.vendors.side(plain, SideName.PROCORE).changes(rfis.scope, 0, Lane.POLL))) == 3
    assert rfis.rig.calls[shows] == 0


def test_an_inactive_vendor_that_sync_refuses_is_reactivated_first() -> None:
    """Where sync does not know inactive vendors, the way back is a call of its own."""

    class WithActive(VendorBench):
        """Vendors with the field that retires them."""

        fields = ("name", "is_active")

    bench = WithActive(ProcoreSwitches())
    id = bench.put({0: "Sleeper"})
    bench.retire(id)
    label = "procore PATCH /rest/v1.0/vendors/sync"
    refusal = {"entities": [], "errors": [{"id": int(id), "errors": {"id": ["not found"]}}]}
    bench.rig.answers[label] = [answer(200, refusal)]
    [record] = done(bench.side.update([Patch(id, {1: True})], fresh_until=bench.fresh()))
    assert record.values == ("Sleeper", True)
    assert bench.rig.calls["procore PATCH /rest/v1.0/companies/{company_id}/vendors/inactive/{id}"] == 1


def test_a_refusal_for_another_reason_leaves_the_page_size_alone(vendors: VendorBench) -> None:
    """A list that is refused in every size was not refused for its size."""
    label = "procore GET /rest/v1.0/vendors"
    vendors.rig.answers[label] = [answer(400, {"errors": "no"})] * 4
    with pytest.raises(Rejected):
        read(vendors.side.changes("", 0, Lane.POLL))
    vendors.rig.total()
    ids = {vendors.put({0: f"Vendor {number}"}) for number in range(150)}
    assert {one.id for one in read(vendors.side.changes("", 0, Lane.POLL))} == ids
    assert vendors.rig.total() == 1


@pytest.mark.parametrize("largest", [1_000, 300, 250, 100])
def test_a_page_that_is_too_large_is_asked_for_smaller(largest: int) -> None:
    """What page size works is found out once and kept."""
    bench = VendorBench(ProcoreSwitches(max_page=largest, over_max_page="refuse"))
    ids = {bench.put({0: f"Vendor {number}"}) for number in range(350)}
    assert {one.id for one in read(bench.side.everything("", Lane.SWEEP))} == ids
    bench.rig.total()
    feed = bench.side.changes("", bench.clock.now() + 60, Lane.POLL)
    assert read(feed) == []
    assert feed.clean
    assert bench.rig.total() == 1
