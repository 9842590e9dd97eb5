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
FAULTS = st.lists(st.tuples(st.integers(0, 6), st.sampled_from(TROUBLES)), max_size=3)
FATE = st.none() | st.none() | st.tuples(st.integers(0, 30), st.sampled_from(["before", "after", "full"]))
WAITS = st.sampled_from([5.0, 30.0, 130.0, 700.0])
KINDS = st.sampled_from([Kind.INCREMENTAL, Kind.INCREMENTAL, *Kind])

MAX_RESTS = 1
"""How often a run is brought to rest before its end: each time takes a dozen cycles."""


class Machine(RuleBasedStateMachine):
    """One mapping, a few records to begin with, and whatever happens then."""

    world: HandWorld

    @initialize(
        mapping=MAPPINGS,
        page=st.sampled_from([2, 3, 50]),
        lone=st.lists(st.tuples(SIDES, NUMBERS), min_size=1, max_size=4),
        pairs=st.integers(0, 3),
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

    @rule(acts=st.lists(st.tuples(OPS, SIDES, NUMBERS), min_size=1, max_size=4))
    def people_act(self, acts: Sequence[Act]) -> None:
        """While syncd rests, people edit, create, delete, restore and decide."""
        for one in acts:
            self.world.act(*one)

    @rule(kind=KINDS, faults=FAULTS, fate=FATE, acts=ACTS, seconds=WAITS)
    def hard_cycle(
        self,
        kind: Kind,
        faults: Sequence[tuple[int, str]],
        fate: tuple[int, str] | None,
        acts: Sequence[Act],
        seconds: float,
    ) -> None:
        """A cycle whose n-th calls fail, lie or kill it, or a commit does, while people edit."""
        struck = dict(faults)
        loaded = [struck.get(place, "") for place in range(max(struck, default=-1) + 1)]
        fates = [""] * fate[0] + [fate[1]] if fate else []
        self.world.sync(*loaded, kind=kind, seconds=seconds, fates=fates, acts=acts)

    @rule(acts=ACTS, seconds=WAITS)
    def cycle(self, acts: Sequence[Act], seconds: float) -> None:
        """A cycle that nothing strikes but people's edits between any two calls."""
        self.world.sync(seconds=seconds, acts=acts)

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
    stateful_step_count=20,
    phases=[Phase.explicit, Phase.generate, Phase.shrink],  # explaining costs a minute and says little
)
