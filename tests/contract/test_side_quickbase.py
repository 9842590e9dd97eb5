"""The Quickbase side keeps the contract under every reading of what is not confirmed."""

from __future__ import annotations

import random
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from syncd.core.values import Kind, SideName, Value, decimal_text
from syncd.errors import RateLimited
from syncd.mapping.compiled import DeletePolicy, DeleteWord
from syncd.sandbox.message import Response
from syncd.sandbox.quickbase.switches import QuickbaseSwitches
from syncd.sandbox.switches import draw
from syncd.sides.port import Draft, Gone, Lane, Patch, Record, Removal, Verdict
from syncd.sides.quickbase import QuickbaseSide
from tests.contract.sides import Bench, SideContract, Values, done, everything
from tests.support.vendor_rig import Rig, hand_mapping, quickbase_field

READINGS = {
    **{f"drawn {seed}": draw(QuickbaseSwitches, random.Random(seed)) for seed in range(3)},
    "likely": QuickbaseSwitches(),
    "null does not clear": QuickbaseSwitches(null_write="ignore"),
    "null is refused": QuickbaseSwitches(null_write="refuse"),
    "empty text does not clear": QuickbaseSwitches(empty_write="ignore"),
    "empty text is refused": QuickbaseSwitches(empty_write="refuse"),
    "shuffled": QuickbaseSwitches(upsert_order="shuffled", result_order="shuffled", duplicates="refuse"),
    "unknown ids create": QuickbaseSwitches(unknown_record_id="create"),
    "other shapes": QuickbaseSwitches(
        empty_date="null",
        empty_list="null",
        empty_user="object",
        stamps_with_ms=True,
        whole_numbers="float",
        noop_bumps_modified=True,
    ),
    "coarse stamps, small pages": QuickbaseSwitches(stamp_granularity="day", page_rows=2),
    "deletes are indexed": QuickbaseSwitches(index_deletes=True, default_top=3),
}

COLUMNS = (
    ("Name", "text", Kind.TEXT),
    ("City", "text", Kind.TEXT),
    ("Value", "currency", Kind.MONEY),
    ("Start", "date", Kind.DAY),
    ("Seen", "timestamp", Kind.INSTANT),
    ("Open", "checkbox", Kind.CHECKBOX),
    ("Trade", "text-multiple-choice", Kind.CHOICE),
    ("Tags", "multitext", Kind.CHOICES),
    ("Manager", "user", Kind.USER),
    ("Mail", "email", Kind.EMAIL),
)


class QuickbaseBench(Bench):
    """One table with a field of each kind. `where` narrows what the mapping takes up."""

    clearable = (1, 2, 3, 4, 6, 7, 8, 9)

    def __init__(self, switches: QuickbaseSwitches, where: str = "", own_key: str = "") -> None:
        self.rig = Rig(quickbase=switches)
        self.clock = self.rig.clock
        self.sim = self.rig.quickbase
        self.table = self.sim.create_table(self.rig.app, "Things")
        trades = {"choices": ["Concrete", "Steel"], "allowNewChoices": False}
        tags = {"choices": ["a", "b", "c"]}
        fields = []
        for label, type, kind in COLUMNS:
            more: dict[str, Any] = {"Trade": trades, "Tags": tags}.get(label, {})
            fid = self.sim.create_field(self.table, label, type, **more)
            fields.append(quickbase_field(fid, label, kind))
        self.fids = [int(one.name) for one in fields]
        self.key = self.sim.create_field(self.table, "Procore ID", "text", unique=True)
        if own_key:
            own = self.key if own_key == "Procore ID" else self.sim.fid(self.table, own_key)
            self.sim.set_field(self.table, own, unique=True)
            self.sim.set_key_field(self.table, own)
        people = list(self.sim.state.people)
        self.people = people[:2]
        names = ["name", "city", "address", "county", "zip", "code", "phone", "fax", "notes", "state_code"]
        self.mapping = hand_mapping(
            "projects",
            names,
            table=self.table,
            key=str(self.key),
            quickbase=fields,
            quickbase_where=where.format(name=self.fids[0], city=self.fids[1]),
        )
        self.side = self.rig.vendors.side(self.mapping, SideName.QUICKBASE)

    def sample(self, number: int) -> dict[int, Value]:
        return {
            0: f"Name {number}",
            1: f"City {number}",
            2: f"{number}.25",
            3: f"2026-02-{number + 1:02}",
            4: f"2026-03-01T10:00:{number:02}Z",
            5: number % 2 == 0,
            6: ("Concrete", "Steel")[number % 2],
            7: ["a", ("b", "c")[number % 2]],
            8: self.people[number % 2],
            9: f"n{number}@example.com",
        }

    def _raw(self, index: int, value: Value) -> Any:
        if index == 2 and isinstance(value, str):
            return float(value)
        return {"id": value} if index == 8 else value

    def put(self, values: Values, key: str | None = None) -> str:
        row: dict[Any, Any] = {self.fids[i]: self._raw(i, value) for i, value in values.items()}
        if key is not None:
            row[self.key] = key
        return str(self.sim.upsert(self.table, [row])[0])

    def edit(self, id: str, values: Values) -> None:
        row = {self.fids[i]: self._raw(i, value) for i, value in values.items()}
        self.sim.upsert(self.table, [{3: int(id), **row}])

    def delete(self, id: str) -> None:
        self.sim.delete(self.table, [int(id)])

    def stored(self, id: str) -> dict[int, Value] | None:
        row = self.sim.rows(self.table).get(int(id))
        return None if row is None else {i: _plain(row[fid]) for i, fid in enumerate(self.fids)}


def _plain(raw: Any) -> Value:
    """What the simulator shows, as a value; written apart from the client's own reader."""
    if raw is None or raw == "" or raw == [] or raw == {}:
        return None
    if isinstance(raw, bool):
        return raw
    if isinstance(raw, int | float):
        return decimal_text(Decimal(str(raw)))
    if isinstance(raw, dict):
        return str(raw["id"])
    if isinstance(raw, list | tuple):
        return sorted(str(one) for one in raw)
    return str(raw).replace(".000Z", "Z")


class TestQuickbaseSide(SideContract):
    """Against the sandbox in this process, through our real client."""

    @pytest.fixture(params=READINGS.values(), ids=READINGS.keys())
    def bench(self, request: pytest.FixtureRequest) -> Bench:
        """One table, under one reading."""
        return QuickbaseBench(request.param)


@pytest.fixture
def likely() -> QuickbaseBench:
    """One table as the reference calls it likely."""
    return QuickbaseBench(QuickbaseSwitches())


def test_an_idle_feed_costs_one_call(likely: QuickbaseBench) -> None:
    """One query where nothing changed (the floor of architecture §6)."""
    likely.put(likely.sample(1))
    likely.rig.total()
    feed = likely.side.changes("", likely.clock.now() + 60, Lane.POLL)
    assert [record for page in feed for record in page] == []
    assert feed.clean
    assert likely.rig.total() == 1


def test_a_thousand_updates_cost_one_call(likely: QuickbaseBench) -> None:
    """1,000 records are written by one upsert and read back from its answer."""
    ids = [likely.put({0: f"Name {number}"}) for number in range(1000)]
    likely.rig.total()
    outcomes = likely.side.update([Patch(id, {1: "Austin"}) for id in ids], fresh_until=likely.fresh())
    assert [one.id for one in done(outcomes)] == ids
    assert likely.rig.total() == 1


def test_a_thousand_records_by_id_cost_one_call(likely: QuickbaseBench) -> None:
    """Partners are read in bulk, by an array of record ids."""
    ids = [likely.put({0: f"Name {number}"}) for number in range(1000)]
    likely.rig.total()
    found = likely.side.fetch("", ids, Lane.DUE)
    assert all(isinstance(one, Record) for one in found.values())
    assert likely.rig.total() == 1


def test_pages_cut_by_size_lose_nothing(likely: QuickbaseBench) -> None:
    """However short the pages, keyset paging brings every record once."""
    likely.sim.page_bytes = 2_000
    ids = {likely.put(likely.sample(number % 20)) for number in range(60)}
    assert set(everything(likely)) == ids
    assert set(likely.side.fetch("", sorted(ids), Lane.DUE)) == ids


def test_records_outside_the_where_rest() -> None:
    """What the mapping's `where` leaves out is not in feeds, and rests when fetched by id."""
    bench = QuickbaseBench(QuickbaseSwitches(), where="{{{city}.EX.'East'}}")
    inside, outside = bench.put({0: "In", 1: "East"}), bench.put({0: "Out", 1: "West"})
    assert set(everything(bench)) == {inside}
    found = bench.side.fetch("", [inside, outside], Lane.DUE)
    records = {id: one for id, one in found.items() if isinstance(one, Record)}
    assert records[inside].resting is False
    assert records[outside].resting is True


def test_each_bad_line_is_refused_with_its_field_and_the_rest_is_written(likely: QuickbaseBench) -> None:
    """A 207 gives one verdict a record: the vendor's words and the rule, where it names a field."""
    ids = [likely.put(likely.sample(number)) for number in range(3)]
    patches = [
        Patch(ids[0], {0: "Good"}),
        Patch(ids[1], {6: "Plumbing"}),
        Patch(ids[2], {0: "Good too"}),
    ]
    outcomes = likely.side.update(patches, fresh_until=likely.fresh())
    assert [one.verdict for one in outcomes] == [Verdict.DONE, Verdict.REFUSED, Verdict.DONE]
    assert outcomes[1].field == 6
    assert "choice" in outcomes[1].reason
    assert outcomes[1].record is None


def test_a_lost_answer_leaves_all_of_the_call_unknown(likely: QuickbaseBench) -> None:
    """Acted on or not: nobody knows, so every record of the call is UNKNOWN (P4)."""
    id = likely.put(likely.sample(1))
    likely.rig.lose = 1
    [outcome] = likely.side.update([Patch(id, {0: "New"})], fresh_until=likely.fresh())
    assert outcome.verdict is Verdict.UNKNOWN
    assert likely.rig.calls["quickbase POST /records"] == 1


def test_a_create_without_a_safe_way_is_refused(likely: QuickbaseBench) -> None:
    """No key, no create: a repeat could make a second record. Keys of one batch are unique."""
    drafts = [Draft({0: "A"}), Draft({0: "B"}, key="7"), Draft({0: "C"}, key="7")]
    outcomes = likely.side.create(drafts, fresh_until=likely.fresh())
    assert [one.verdict for one in outcomes] == [Verdict.REFUSED, Verdict.DONE, Verdict.UNSENT]
    assert len(everything(likely)) == 1


def test_a_key_is_repaired_by_record_id(likely: QuickbaseBench) -> None:
    """A key that was changed on a linked record is put right, and nothing else is touched."""
    id = likely.put(likely.sample(1), key="wrong")
    [record] = done(likely.side.update([Patch(id, {}, key="562949953400012")], fresh_until=likely.fresh()))
    assert record.key == "562949953400012"
    assert likely.stored(id) == likely.sample(1)


@pytest.mark.parametrize("own_key", ["Procore ID", "Name"])
@pytest.mark.parametrize("unknown", ["refuse", "create"])
def test_a_table_with_a_key_of_its_own_is_written_like_any_other(own_key: str, unknown: Any) -> None:
    """Whatever the table's key field is: creates merge on ours, linked records go by record id."""
    bench = QuickbaseBench(QuickbaseSwitches(unknown_record_id=unknown), own_key=own_key)
    assert bench.rig.vendors.schemas().table("Things").key != 3  # type: ignore[union-attr]
    bench.side = bench.rig.vendors.side(bench.mapping, SideName.QUICKBASE)
    drafts = [Draft(bench.sample(number), key=f"P{number}") for number in range(3)]
    first = done(bench.side.create(drafts, fresh_until=bench.fresh()))
    again = done(bench.side.create(drafts, fresh_until=bench.fresh()))
    assert [one.id for one in again] == [one.id for one in first]
    ids = [one.id for one in first]
    done(bench.side.update([Patch(ids[0], {0: "New", 1: "There"})], fresh_until=bench.fresh()))
    assert bench.stored(ids[0]) == {**bench.sample(0), 0: "New", 1: "There"}
    done(bench.side.update([Patch(ids[1], {}, key="P9")], fresh_until=bench.fresh()))
    bench.delete(ids[2])
    [gone] = bench.side.update([Patch(ids[2], {1: "Nobody"})], fresh_until=bench.fresh())
    assert gone.verdict is Verdict.REFUSED
    assert {id: one.key for id, one in everything(bench).items()} == {ids[0]: "P0", ids[1]: "P9"}


def test_an_unsafe_key_is_never_put_into_a_query(likely: QuickbaseBench) -> None:
    """A key with a quote or the word OR is not looked for, and the search says it is not sure."""
    for key in ("it's", "a OR b", "{3.GT.0}", ""):
        assert likely.side.find(Draft({0: "A"}, key=key), 0.0, Lane.WRITE).sure is False
    assert likely.rig.total() == 0


def test_short_pages_are_not_clean(likely: QuickbaseBench) -> None:
    """A page with fewer rows than it counts leaves the feed unclean, so the cursor stays (P8)."""
    for number in range(3):
        likely.put(likely.sample(number))
    label = "quickbase POST /records/query"
    body = b'{"data":[],"fields":[],"metadata":{"totalRecords":3,"numRecords":0}}'
    likely.rig.answers[label] = [_json(body)]
    feed = likely.side.everything("", Lane.SWEEP)
    assert [record for page in feed for record in page] == []
    assert not feed.clean


def test_what_is_not_an_administrators_to_ask_is_asked_seldom(likely: QuickbaseBench) -> None:
    """Without the right to list deletes the side says None, and does not ask at every cycle."""
    for token in likely.sim.state.tokens.values():
        token.admin_of.clear()
    likely.rig.total()
    assert likely.side.deletions("", likely.clock.now(), Lane.POLL) is None
    assert likely.side.deletions("", likely.clock.now(), Lane.POLL) is None
    assert likely.rig.total() == 1
    likely.clock.advance(7 * 3600)
    assert likely.side.deletions("", likely.clock.now(), Lane.POLL) is None
    assert likely.rig.total() == 1


def test_deletes_are_listed_where_the_table_indexes_them(likely: QuickbaseBench) -> None:
    """With an administrator's token and the index on, modifiedSince names what was deleted."""
    likely.sim.index_deletes(likely.table, True)
    id = likely.put(likely.sample(1))
    since = likely.clock.now() - 5
    likely.clock.advance(10)
    likely.delete(id)
    assert likely.side.deletions("", since, Lane.POLL) == frozenset({id})


def test_a_closed_app_hides_its_records(likely: QuickbaseBench) -> None:
    """Without access to the table every id is HIDDEN, which is no proof of a delete (P6)."""
    id = likely.put(likely.sample(1))
    for token in likely.sim.state.tokens.values():
        token.apps.clear()
    assert likely.side.fetch("", [id], Lane.DUE) == {id: Gone.HIDDEN}


def test_quickbase_archives_nothing(likely: QuickbaseBench) -> None:
    """An archive is refused in words and deletes nothing."""
    id = likely.put(likely.sample(1))
    outcome = likely.side.remove(Removal.ARCHIVE, "", id, fresh_until=likely.fresh())
    assert outcome.verdict is Verdict.REFUSED
    assert likely.stored(id) is not None


def test_a_rate_limit_on_a_write_means_unsent(likely: QuickbaseBench) -> None:
    """A write that the vendor refused to take for its rate was not done, and is said so."""

    class Limited:
        """A sender that is always told to wait."""

        def send(self, call: Any) -> Any:
            raise RateLimited("wait", status=429)

    client = likely.rig.vendors.quickbase
    client.sender = Limited()
    side = QuickbaseSide(client, likely.mapping, likely.clock, likely.rig.vendors.attachments)
    [outcome] = side.update([Patch("1", {0: "A"})], fresh_until=likely.fresh())
    assert outcome.verdict is Verdict.UNSENT


def _json(body: bytes) -> Response:
    return Response(200, body, {"Content-Type": "application/json"})


def test_a_flag_ticks_the_checkbox_that_the_mapping_names() -> None:
    """`delete: {quickbase: {flag: …}}` sets that field of the record and leaves the others as they are."""
    bench = QuickbaseBench(QuickbaseSwitches())
    gone = bench.sim.create_field(bench.table, "Gone", "checkbox")
    policy = DeletePolicy(DeleteWord.FLAG, str(gone))
    mapping = replace(bench.mapping, delete=((SideName.QUICKBASE, policy),))
    side = bench.rig.vendors.side(mapping, SideName.QUICKBASE)
    ids = [bench.put(bench.sample(number)) for number in range(2)]

    done(side.update([Patch(ids[0], {}, flag=True)], fresh_until=bench.fresh()))

    rows = bench.sim.rows(bench.table)
    assert [rows[int(id)][gone] for id in ids] == [True, False]
    assert bench.stored(ids[0]) == bench.sample(0)
