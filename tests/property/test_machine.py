"""A state machine over random mappings, records, edits, deletes and flaky sides.

Hypothesis chooses what people do, what fails and when syncd runs, and shrinks what breaks.
The judge is that of the simulation.
"""

from __future__ import annotations

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule

from syncd.core.rule import Direction, Policy
from syncd.core.values import SideName, Value
from syncd.mapping.compiled import DeletePolicy, DeleteWord
from syncd.sync.engine import Kind
from tests.proof.scenarios import BULK, CARRIER, SINGLE
from tests.proof.specs import CHOICES, Spec
from tests.property.hand import HandWorld, setup_of

FAULTS = ("", "", "", "before", "lost", "twice", "late", "busy", "short", "stale", "mute", "slow", "closed")
FATES = ("", "", "", "before", "after", "full")
SPECS = st.builds(
    Spec,
    st.just("field"),
    st.sampled_from(["text", "cut", "upper", "money", "choice", "flag", "picky"]),
    st.sampled_from([Direction.TWO_WAY] * 3 + [Direction.TO_QUICKBASE, Direction.TO_PROCORE]),
    st.sampled_from(list(Policy)),
    st.sampled_from([Policy.HOLD, Policy.PROCORE, Policy.QUICKBASE]),
)
WORDS = st.sampled_from([None, "ash", "ash ", "birch", "a longer name", "rowan"])
NUMBERS = st.sampled_from([None, "1", "2.5", "2.499", "1.005"])
SIDES = st.sampled_from("pq")


class Machine(RuleBasedStateMachine):
    """One mapping of two fields, three records to begin with, and whatever happens then."""

    world: HandWorld

    @initialize(
        spec=SPECS,
        procore=st.sampled_from([SINGLE, CARRIER, BULK]),
        word=st.sampled_from(list(DeleteWord)),
    )
    def begin(self, spec: Spec, procore: object, word: DeleteWord) -> None:
        """A mapping; records on one side, and on both."""
        delete = tuple((side, DeletePolicy(word, "Flag")) for side in SideName)
        self.spec = spec
        self.world = HandWorld(setup_of(spec, procore=procore, delete=delete))
        self.world.one.p.create(["Firm 1", self.value("p", None, None)])
        self.world.one.q.create(["Firm 1", self.value("q", None, None)])
        self.world.one.p.create(["Firm 2", self.value("p", "ash", "1")])
        self.world.clock.advance(400.0)
        self.made = 2

    def value(self, side: str, word: str | None, number: str | None) -> Value:
        """A value of the field's own kind."""
        if self.spec.flavour == "money":
            return number
        if self.spec.flavour == "flag":
            return word is not None
        if self.spec.flavour == "choice":
            pair = CHOICES[len(word or "") % len(CHOICES)]
            return None if word is None else pair[side == "q"]
        return None if side == "q" and word == "rowan" else word

    @rule(side=SIDES, pick=st.integers(0, 5), word=WORDS, number=NUMBERS)
    def edit(self, side: str, pick: int, word: str | None, number: str | None) -> None:
        """A person edits the field of some record."""
        vendor = self.world.one.vendor(side)
        live = list(vendor.live())
        if live:
            vendor.update(live[pick % len(live)], {1: self.value(side, word, number)})

    @rule(side=SIDES, word=WORDS, number=NUMBERS)
    def create(self, side: str, word: str | None, number: str | None) -> None:
        """A person makes a record that nobody else has."""
        self.made += 1
        self.world.one.vendor(side).create([f"Firm {self.made}", self.value(side, word, number)])

    @rule(side=SIDES, pick=st.integers(0, 5))
    def delete(self, side: str, pick: int) -> None:
        """A person deletes some record."""
        vendor = self.world.one.vendor(side)
        live = list(vendor.live())
        if live:
            vendor.delete(live[pick % len(live)])

    @rule(
        faults=st.lists(st.sampled_from(FAULTS), max_size=8),
        fates=st.lists(st.sampled_from(FATES), max_size=12),
        kind=st.sampled_from([Kind.INCREMENTAL, Kind.INCREMENTAL, Kind.SWEEP, Kind.RESYNC]),
        seconds=st.sampled_from([5.0, 130.0, 700.0]),
    )
    def sync(self, faults: list[str], fates: list[str], kind: Kind, seconds: float) -> None:
        """A cycle in which calls and commits fail as drawn."""
        self.world.fates = fates
        self.world.sync(*faults, kind=kind, seconds=seconds)

    def teardown(self) -> None:
        """However it went: once it is quiet, the promises hold."""
        if hasattr(self, "world"):
            assert self.world.problems_at_rest() == []


TestMachine = Machine.TestCase
TestMachine.settings = settings(
    max_examples=40,
    stateful_step_count=12,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
    derandomize=True,
)
