"""A person links by hand while a create is under way or its answer is lost (P4, P10)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import pytest

from syncd.core.values import ABSENT, Absent, SideName, Value, encode_row
from syncd.errors import UsageProblem
from syncd.sides.memory import MemorySide
from syncd.sides.port import Draft, Found, Lane
from syncd.store import NewLink
from syncd.sync.engine import Kind
from syncd.sync.hand import link_by_hand
from syncd.sync.workbench import Workbench
from tests.proof.scenarios import PLAIN
from tests.proof.world import World


class HandsOn(World):
    """A world in which one call of a kind is struck, or a person acts while it is on its way."""

    def __init__(self) -> None:
        self.strikes: dict[str, list[str]] = {}
        self.meanwhile: dict[str, Callable[[], object]] = {}
        self.twins = []
        super().__init__(0, setup=PLAIN)
        self.twins = []
        self.one = self.tables[0]
        self.p, self.q = self.one.p, self.one.q

    def gate(self, table: str, side: str, call: str) -> str:
        """The next fault laid out for this kind of call; and what a person does during it."""
        self.meanwhile.pop(side + call, lambda: None)()
        laid_out = self.strikes.get(side + call)
        return laid_out.pop(0) if laid_out else ""

    def sync(self, times: int = 1) -> None:
        """Cycles that must end well, a while apart."""
        for _ in range(times):
            self.cycle(Kind.INCREMENTAL)
            self.clock.advance(200.0)
        assert self.problems == []

    def link(self, p: str, q: str) -> None:
        """A link as an earlier `links add` stored it, asking nobody."""
        none: list[Value | Absent] = [ABSENT] * len(self.one.mapping.rules)
        with self.store.transaction() as tx:
            layout = tx.layout("vendors", tuple(rule.fingerprint for rule in self.one.mapping.rules))
            bases = (encode_row(none), encode_row([*none, None]))
            tx.add_links([NewLink("vendors", "", p, q, layout, *bases, made_by="person")])
            tx.drop_strangers("vendors", SideName.PROCORE, [p])
            tx.drop_strangers("vendors", SideName.QUICKBASE, [q])
            tx.mark([("vendors", SideName.PROCORE, p, "", 0.0, "linked")])

    def listed(self, p: str = "", q: str = "") -> list[tuple[str, str]]:
        """(state, reason) of what is open about one unlinked record."""
        found = [one for one in self.issues("vendors") if (one.procore_id, one.quickbase_id) == (p, q)]
        return [(one.state, one.reason) for one in found]

    def bench(self) -> Workbench:
        """What a command works with."""
        sides = self.one.sides
        procore, quickbase = sides[SideName.PROCORE], sides[SideName.QUICKBASE]
        return Workbench(self.one.mapping, self.store, procore, quickbase, self.clock, Kind.INCREMENTAL)


@pytest.fixture
def world() -> HandsOn:
    """One pair, in agreement for a while."""
    made = HandsOn()
    made.p.create(["Acme", "Oslo", "1"])
    made.q.create(["Acme", "Oslo", "1"])
    made.clock.advance(400.0)
    made.sync(2)
    return made


def still_flows(world: HandsOn) -> None:
    """Another new record gets its counterpart, and an edit crosses."""
    new = world.q.create(["Later", "Rome", "3"])
    world.q.update("q1", {1: "Kyiv"})
    world.sync(2)
    assert world.q.key_of(new) in world.p.live()
    assert world.p.live()["p1"][1] == "Kyiv"


def test_what_a_lost_create_made_for_a_linked_record_is_a_suspected_duplicate(world: HandsOn) -> None:
    """It is listed and waits; the link stands, and the mapping flows on.

    The adoption broke the uniqueness of links, at every cycle, and nothing of the mapping flowed.
    """
    row = world.q.create(["Lost Co", "Pisa", "3"])
    world.strikes["pcreate"] = ["lost"]
    world.sync()
    (made,) = world.p.live().keys() - {"p1"}
    other = world.p.create(["Lost Company", "Pisa", "3"])
    world.link(other, row)

    world.sync(3)

    assert world.q.key_of(row) == other
    assert [state for state, _reason in world.listed(p=made)] == ["duplicate"]
    assert set(world.q.live()) == {"q1", row}
    still_flows(world)


def test_a_row_that_a_lost_create_made_for_a_linked_record_is_a_suspected_duplicate(world: HandsOn) -> None:
    """The same in Quickbase: and the key that it carries makes way for the link's own row."""
    vendor = world.p.create(["Lost Co", "Pisa", "3"])
    world.strikes["qcreate"] = ["lost"]
    world.sync()
    (made,) = world.q.live().keys() - {"q1"}
    other = world.q.create(["Lost Company", "Pisa", "3"])
    world.link(vendor, other)

    world.sync(3)

    assert [state for state, _reason in world.listed(q=made)] == ["duplicate"]
    assert set(world.p.live()) == {"p1", vendor}
    still_flows(world)


def test_a_record_linked_while_its_counterpart_is_being_made_keeps_its_link(world: HandsOn) -> None:
    """The answer comes when the source is linked already: what was made is a suspected duplicate."""
    row = world.q.create(["Quick Co", "Pisa", "3"])
    other: list[str] = []

    def person() -> None:
        other.append(world.p.create(["Quick Company", "Pisa", "3"]))
        world.link(other[0], row)

    world.meanwhile["pcreate"] = person
    world.sync(3)

    assert world.q.key_of(row) == other[0]
    (made,) = world.p.live().keys() - {"p1", *other}
    assert [state for state, _reason in world.listed(p=made)] == ["duplicate"]
    still_flows(world)


def test_no_other_is_made_where_a_person_gave_away_what_a_lost_create_made(world: HandsOn) -> None:
    """The source is held, with the reason, instead of getting a second counterpart."""
    row = world.q.create(["Lost Co", "Pisa", "3"])
    world.strikes["pcreate"] = ["lost"]
    world.sync()
    (made,) = world.p.live().keys() - {"p1"}
    other = world.q.create(["Found Co", "Pisa", "3"])
    world.link(made, other)

    world.sync(4)

    assert set(world.p.live()) == {"p1", made}
    ((state, reason),) = world.listed(q=row)
    assert (state, f"is linked with quickbase {other}" in reason) == ("held", True)
    still_flows(world)


def test_a_record_whose_create_is_unknown_is_not_linked_by_hand(world: HandsOn) -> None:
    """The command refuses in one sentence that says when to try again; once settled, it works."""
    row = world.q.create(["Lost Co", "Pisa", "3"])
    world.strikes["pcreate"] = ["lost"]
    world.cycle(Kind.INCREMENTAL)
    other = world.p.create(["Another Company", "Pisa", "3"])

    with pytest.raises(UsageProblem, match=r"run `syncd sync vendors` twice in \d+ seconds"):
        link_by_hand(world.bench(), other, row)

    world.sync(2)
    with pytest.raises(UsageProblem, match="linked already"):
        link_by_hand(world.bench(), other, row)


@dataclass(slots=True)
class Stumbling(MemorySide):
    """A side on which looking for one record fails as nobody foresaw."""

    over: str = ""
    met: list[str] = field(default_factory=list)

    def find(self, draft: Draft, sent_at: float, lane: Lane) -> Found:
        self.met.append(str(draft.values[0]))
        if draft.values[0] == self.over:
            raise KeyError("a value of that record")
        return MemorySide.find(self, draft, sent_at, lane)


def test_one_write_that_cannot_be_settled_stops_no_other(world: HandsOn) -> None:
    """Its record is listed without the error's own words; the others are settled, and the rest flows."""
    whole = world.one.sides[SideName.PROCORE]
    stumbling = Stumbling(whole.name, whole.vendor, whole.limits, over="Bad Co")
    world.one.sides[SideName.PROCORE] = stumbling
    bad, good = world.q.create(["Bad Co", "Pisa", "3"]), world.q.create(["Good Co", "Pisa", "3"])
    told: list[str] = []
    world.engine.listen = lambda name, _facts: told.append(name)
    world.strikes["pcreate"] = ["lost", "lost"]
    world.cycle(Kind.INCREMENTAL)
    with world.store.read() as tx:
        assert [one.source for one in tx.pending("vendors")] == [bad, good]

    world.sync(3)

    assert world.q.key_of(good) in world.p.live()
    ((state, reason),) = world.listed(q=bad)
    assert (state, "KeyError" in reason, "a value" in reason) == ("held", True, False)
    assert "settle.unforeseen" in told


def test_keys_that_a_person_exchanged_find_their_way_back(world: HandsOn) -> None:
    """Each of two linked rows holds the other's key, and the field is unique: one is emptied first.

    Both were refused for ever, and listed as if a person had to act.
    """
    world.p.create(["Bolt", "Rome", "2"])
    second = world.q.create(["Bolt", "Rome", "2"])
    world.sync(2)
    other = world.q.key_of(second)
    for row, key in (("q1", "x"), (second, "p1"), ("q1", other)):
        world.q.update(row, {}, "person", key)

    world.sync(2)

    assert (world.q.key_of("q1"), world.q.key_of(second)) == ("p1", other)
    assert world.issues("vendors") == []


def test_a_key_that_stays_refused_is_not_sent_again_and_again(world: HandsOn) -> None:
    """While a record that a person gave the key to keeps it, a quiet cycle sends nothing."""
    world.q.update("q1", {}, "person", "x")
    thief = world.q.create(["Thief", "Rome", "2"], "person", "", "p1")
    world.sync(4)
    sent = len(world.q.sent)

    world.sync(3)

    assert len(world.q.sent) == sent
    (reason,) = [one.reason for one in world.issues("vendors") if one.quickbase_id == "q1"]
    assert f"stands in Quickbase record {thief}" in reason
