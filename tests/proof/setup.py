"""What kind of world a seed is: which fields, which vendors, which troubles (swarm testing).

Each seed switches a random part of everything on, so that some worlds are calm but for one
thing and others are all trouble.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, field

from syncd.core.rule import Policy
from syncd.core.values import SideName
from syncd.mapping.compiled import DeletePolicy, DeleteWord
from syncd.sides.port import Limits, Removal
from tests.proof.dice import Dice
from tests.proof.specs import Spec, make_spec

__all__ = ["FAULTS", "Setup", "TableSetup", "draw"]

FAULTS = (
    "before", "lost", "twice", "late", "mute", "busy", "short", "empty", "stale", "closed", "hidden",
    "blind", "slow", "crash-before", "crash-after", "withdraw", "step",
)  # fmt: skip
"""What may strike a call. The last four are the world's doing rather than the vendor's."""

COMMIT_FAULTS = ("before", "after", "full")

OPS = {"edit": 12.0, "create": 2.0, "delete": 1.2, "key": 0.3, "word": 1.5, "rest": 0.4, "restore": 0.3}
"""What people do, and how often in comparison."""


@dataclass(frozen=True, slots=True)
class TableSetup:
    """One mapping: its fields, what may be created and deleted, and what its vendors can do."""

    name: str
    specs: tuple[Spec, ...]
    match: tuple[tuple[int, ...], ...]
    create: frozenset[SideName]
    delete: tuple[tuple[SideName, DeletePolicy], ...]
    procore: Limits
    quickbase: Limits
    tells_maker: bool
    names_field: bool
    twins: int
    lone: tuple[int, int]
    settle: float = 0.0
    project_rule: int | None = None
    projects: str = ""
    depends: tuple[str, ...] = ()

    def word(self, side: SideName) -> DeleteWord:
        """What happens on that side when the other side's record was deleted."""
        return dict(self.delete).get(side, DeletePolicy()).word


@dataclass(frozen=True, slots=True)
class Setup:
    """A whole world. Rates are chances a moment; times in seconds."""

    tables: tuple[TableSetup, ...]
    page: int
    skews: tuple[float, float]
    cycles: int
    edit_rate: float
    edits: int
    ops: dict[str, float]
    fault_rate: float
    faults: tuple[str, ...]
    commit_rate: float
    commit_faults: tuple[str, ...]
    gaps: tuple[float, ...] = field(default=(5.0, 30.0, 100.0, 200.0, 700.0))
    seconds_a_call: float = 0.25


def draw(seed: int) -> Setup:
    """The world of a seed."""
    rng = Dice(seed).at("setup", 0)
    family = rng.random() < 0.3
    return Setup(
        tables=_family(rng) if family else (_table("vendors", rng),),
        page=rng.choice([2, 3, 5, 50]),
        skews=(rng.choice([0.0, 3.0, -700.0, 2400.0]), rng.choice([0.0, -2.0, 900.0, -3000.0])),
        cycles=rng.randint(3, 8),
        edit_rate=rng.choice([0.02, 0.06, 0.12, 0.25]),
        edits=rng.choice([3, 8, 16, 30]),
        ops=_some(OPS, rng),
        fault_rate=rng.choice([0.0, 0.02, 0.06, 0.15]),
        faults=tuple(name for name in FAULTS if rng.random() < 0.35),
        commit_rate=rng.choice([0.0, 0.01, 0.04]),
        commit_faults=tuple(name for name in COMMIT_FAULTS if rng.random() < 0.6),
    )


def _some(all_of: dict[str, float], rng: random.Random) -> dict[str, float]:
    some = {name: weight for name, weight in all_of.items() if name == "edit" or rng.random() < 0.6}
    if rng.random() < 0.15:
        some["delete"] = 6.0
    return some


def _limits(rng: random.Random, *, keyed: bool) -> Limits:
    size = rng.choice([3, 1000]) if keyed else rng.choice([1, 1, 4])
    return Limits(
        create=size,
        update=size,
        carries_key=keyed or rng.random() < 0.25,
        watches_deletes=rng.random() < 0.3,
        removals=frozenset(Removal),
    )


def _table(name: str, rng: random.Random, lead: tuple[Spec, ...] = (), **rest: object) -> TableSetup:
    policy = rng.choice(list(Policy))
    label = Spec("name", "text", conflict=policy, first=rng.choice([Policy.HOLD, Policy.PROCORE]))
    specs = (*lead, label, *(make_spec(f"f{number}", rng) for number in range(rng.randint(1, 3))))
    words = list(DeleteWord)
    return TableSetup(
        name,
        specs,
        match=((len(lead),),),
        create=rng.choice([frozenset(SideName)] * 4 + [frozenset({one}) for one in SideName] + [frozenset()]),
        delete=tuple((side, DeletePolicy(rng.choice(words), "Flag")) for side in SideName),
        procore=_limits(rng, keyed=False),
        quickbase=_limits(rng, keyed=True),
        tells_maker=rng.random() < 0.6,
        names_field=rng.random() < 0.6,
        twins=rng.randint(0, 3),
        lone=(rng.randint(0, 2), rng.randint(0, 2)),
        settle=rng.choice([0.0, 0.0, 0.0, 30.0]),
        **rest,  # type: ignore[arg-type]
    )


def _family(rng: random.Random) -> tuple[TableSetup, ...]:
    """Projects, vendors, and RFIs that live in a project and may refer to a vendor."""
    project = Spec("project", "ref", link="projects", required=True)
    vendor = Spec("vendor", "ref", link="vendors", conflict=rng.choice(list(Policy)))
    rfis = _table(
        "rfis", rng, (project, vendor), project_rule=0, projects="projects", depends=("projects", "vendors")
    )
    return (_table("projects", rng), _table("vendors", rng), rfis)
