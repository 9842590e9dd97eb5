"""A state machine over random mappings, records, edits, deletes and flaky sides.

Hypothesis chooses what people do, what fails and when syncd runs, and shrinks what breaks.
The judge is that of the simulation: it shares no code with the engine.
"""

from __future__ import annotations

from collections.abc import Sequence

from hypothesis import Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule

from syncd.sync.engine import Kind
from tests.proof.setup import TableSetup
from tests.property.hand import Act, HandWorld, setup_with
from tests.property.mappings import MAPPINGS, TROUBLES

SIDES = st.sampled_from("pq")
NUMBERS = st.integers(0, 2**16)
OPS = st.sampled_from(["edit", "edit", "edit", "edit", "create", "delete", "rest", "restore", "word"])
ACTS = st.lists(st.tuples(st.just("") | OPS, SIDES, NUMBERS), max_size=6)
FAULTS = st.lists(st.sampled_from(("", "", "", *TROUBLES)), max_size=10)
FATES = st.lists(st.sampled_from(("", "", "", "", "before", "after", "full")), max_size=10)
KINDS = st.sampled_from([Kind.INCREMENTAL, *Kind])

MAX_RESTS = 1
"""How often a run is brought to rest before its end: each time takes a dozen cycles."""


class Machine(RuleBasedStateMachine):
    """One mapping, a few records to begin with, and whatever happens then."""

    world: HandWorld

    @initialize(
        mapping=MAPPINGS,
        page=st.sampled_from([2, 3, 50]),
        lone=st.lists(st.tuples(SIDES, NUMBERS), max_size=2),
        pairs=st.integers(0, 2),
    )
    def begin(self, mapping: TableSetup, page: int, lone: list[tuple[str, int]], pairs: int) -> None:
        """Two vendors whose records partly belong together, and an engine that knows nothing."""
        self.world = HandWorld(setup_with(mapping, page=page))
        self.rests = 0
        for number in range(pairs):
            self.world.pair(number)
        for side, number in lone:
            self.world.act("create", side, number)
        self.world.clock.advance(400.0)

    @rule(op=OPS, side=SIDES, number=NUMBERS)
    def somebody_acts(self, op: str, side: str, number: int) -> None:
        """While syncd rests, a person edits, creates, deletes, restores or decides."""
        self.world.act(op, side, number)

    @rule(
        kind=KINDS,
        faults=FAULTS,
        fates=FATES,
        acts=ACTS,
        seconds=st.sampled_from([5.0, 30.0, 130.0, 700.0]),
    )
    def sync(
        self, kind: Kind, faults: Sequence[str], fates: Sequence[str], acts: Sequence[Act], seconds: float
    ) -> None:
        """A cycle whose calls and commits fail, lie or kill it, while people go on editing."""
        self.world.sync(*faults, kind=kind, seconds=seconds, fates=fates, acts=acts)

    @rule()
    def calm_cycle(self) -> None:
        """A cycle in peace."""
        self.world.sync()

    @rule()
    def new_process(self) -> None:
        """A restart forgets nothing that matters."""
        self.world.engine = self.world.new_engine()

    @precondition(lambda self: self.rests < MAX_RESTS)
    @rule()
    def come_to_rest(self) -> None:
        """Once people and troubles stop, both sides agree or the difference is listed (P1), no
        edit is lost (P2), and further cycles write nothing (P3). And then life goes on."""
        self.rests += 1
        assert self.world.problems_at_rest() == []

    def teardown(self) -> None:
        """However it went, it ends well."""
        if hasattr(self, "world"):
            assert self.world.problems_at_rest() == []


TestMachine = Machine.TestCase
TestMachine.settings = settings(
    max_examples=settings().max_examples * 2 // 5,  # 40; the search profile tries 800
    stateful_step_count=15,
    phases=[Phase.explicit, Phase.generate, Phase.shrink],  # explaining costs a minute and says little
)
