"""Tales: what people do in a world, told so that another world can live through the same.

Records are known by the number of their firm and never by an id, so that two worlds whose
ids, pages, order or state differ can be told the same tale and must come to the same end.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass, replace

from hypothesis import strategies as st

from syncd.core.rule import Direction, Policy
from syncd.core.values import Value
from tests.proof.specs import Spec
from tests.property.hand import HandWorld, setup_of

__all__ = ["FIRMS", "Edit", "Tale", "edit", "mirrored", "opened", "tales"]

FIRMS = 5
FIELDS = 2


@dataclass(frozen=True, slots=True)
class Edit:
    """Somebody sets a field (from 1) of a firm on a side; `seed` chooses the value."""

    side: str
    firm: int
    field: int
    seed: int


@dataclass(frozen=True, slots=True)
class Tale:
    """A mapping's fields; on which sides each firm exists at first, and with what; then edits."""

    specs: tuple[Spec, ...]
    firms: tuple[tuple[str, int], ...]
    edits: tuple[Edit, ...]


def tales(*flavours: str, one_sided: bool = False) -> st.SearchStrategy[Tale]:
    """Tales over fields of these flavours.

    `one_sided`: a field of a firm is only ever edited on one side, so that nobody conflicts.
    """
    words = st.sampled_from([Policy.HOLD, Policy.PROCORE, Policy.QUICKBASE])
    spec = st.builds(
        Spec,
        st.just("field"),
        st.sampled_from(flavours),
        conflict=words,
        known=st.booleans(),
    )
    specs = st.tuples(*[spec] * FIELDS).map(
        lambda drawn: tuple(replace(one, name=f"f{place}") for place, one in enumerate(drawn))
    )
    seeds = st.integers(0, 999)
    edits = st.builds(Edit, st.sampled_from("pq"), st.integers(0, FIRMS - 1), st.integers(1, FIELDS), seeds)
    if one_sided:
        edits = edits.map(lambda one: replace(one, side="pq"[(one.firm + one.field) % 2]))
    firms = st.tuples(*[st.tuples(st.sampled_from(["p", "q", "pq"]), seeds)] * FIRMS)
    return st.builds(Tale, specs, firms, st.lists(edits, min_size=1, max_size=12).map(tuple))


def opened(
    tale: Tale, page: int = 3, order: Sequence[int] = tuple(range(FIRMS)), **rest: object
) -> HandWorld:
    """A world in which the tale begins; its firms are made in this order, and are in agreement."""
    world = HandWorld(setup_of(*tale.specs, page=page, **rest))
    for firm in order:
        sides, seed = tale.firms[firm]
        for side in sides:
            values: list[Value] = [_value(spec, side, seed + place) for place, spec in enumerate(tale.specs)]
            world.one.vendor(side).create([f"Firm {firm}" if side == "p" else f"firm {firm}", *values])
    world.clock.advance(400.0)
    for _ in range(3):
        world.sync()
    return world


def edit(world: HandWorld, edits: Sequence[Edit]) -> None:
    """Live through these edits, in order."""
    for one in edits:
        vendor = world.one.vendor(one.side)
        for identity, values in vendor.live().items():
            if int(str(values[0]).split()[1]) == one.firm:
                value = _value(world.one.setup.specs[one.field], one.side, one.seed)
                vendor.update(identity, {one.field: value})


def mirrored(tale: Tale) -> Tale:
    """The same tale with the sides in each other's place, words of the mapping included."""
    turned = {"p": "q", "q": "p", "pq": "pq"}
    word = {Policy.PROCORE: Policy.QUICKBASE, Policy.QUICKBASE: Policy.PROCORE}
    way = {Direction.TO_PROCORE: Direction.TO_QUICKBASE, Direction.TO_QUICKBASE: Direction.TO_PROCORE}
    return Tale(
        tuple(
            replace(
                one,
                conflict=word.get(one.conflict, one.conflict),
                direction=way.get(one.direction, one.direction),
            )
            for one in tale.specs
        ),
        tuple((turned[sides], seed) for sides, seed in tale.firms),
        tuple(replace(one, side=turned[one.side]) for one in tale.edits),
    )


def _value(spec: Spec, side: str, seed: int) -> Value:
    return spec.pick(side, random.Random(seed))
