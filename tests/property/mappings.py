"""Mappings drawn at random: kinds, directions, policies, words for deletes, vendors' abilities."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import strategies as st

from syncd.core.rule import Direction, OnEdit, Policy
from syncd.core.values import SideName
from syncd.mapping.compiled import DeletePolicy, DeleteWord
from syncd.sides.port import Limits, Removal
from tests.proof.scenarios import table
from tests.proof.setup import TableSetup
from tests.proof.specs import FLAVOURS, Spec

__all__ = ["MAPPINGS", "TROUBLES"]

TROUBLES = (
    "before", "lost", "twice", "late", "mute", "busy", "short", "empty", "stale", "closed", "hidden",
    "slow", "crash-before", "crash-after", "step",
)  # fmt: skip
"""What may strike a call here (`blind` and `withdraw` are left to the seeds of tests/proof)."""

_FIELD = st.builds(
    Spec,
    st.just("field"),
    st.sampled_from(sorted(set(FLAVOURS))),
    st.sampled_from([Direction.TWO_WAY] * 3 + [Direction.TO_QUICKBASE, Direction.TO_PROCORE]),
    st.sampled_from(Policy),
    st.sampled_from([Policy.HOLD, Policy.PROCORE, Policy.QUICKBASE]),
    st.sampled_from(OnEdit),
    st.booleans(),
)
_NAME = st.builds(Spec, st.just("name"), st.just("text"), conflict=st.sampled_from(Policy))
_LIMITS = st.builds(
    lambda size, carries, watches: Limits(
        create=size,
        update=size,
        carries_key=carries,
        watches_deletes=watches,
        removals=frozenset(Removal),
    ),
    st.sampled_from([1, 4]),
    st.booleans(),
    st.booleans(),
)


@st.composite
def _mappings(draw: st.DrawFn) -> TableSetup:
    fields = draw(st.lists(_FIELD, min_size=1, max_size=3))
    words = draw(st.tuples(st.sampled_from(DeleteWord), st.sampled_from(DeleteWord)))
    return table(
        specs=(draw(_NAME), *(replace(one, name=f"f{number}") for number, one in enumerate(fields))),
        create=draw(st.sampled_from([frozenset(SideName), *(frozenset({one}) for one in SideName)])),
        delete=tuple((side, DeletePolicy(word, "Flag")) for side, word in zip(SideName, words, strict=True)),
        procore=draw(_LIMITS),
        quickbase=replace(draw(_LIMITS), carries_key=True),
        tells_maker=draw(st.booleans()),
        names_field=draw(st.booleans()),
    )


MAPPINGS = _mappings()
"""One mapping of a name and one to three fields."""
