"""Small stories for the exhaustive crash sweep: what people did, and what syncd then has to do.

Each is played in a world without chance or faults, so its calls and commits can be counted
and each of them crashed at.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from syncd.core.rule import Policy
from syncd.core.values import SideName, Value
from syncd.mapping.compiled import DeletePolicy, DeleteWord
from syncd.sides.port import Limits, Removal
from tests.proof.setup import Setup, TableSetup
from tests.proof.specs import Spec

__all__ = ["SCENARIOS", "Row", "Scenario"]


NAME = Spec("name", "text")
CITY = Spec("city", "text", conflict=Policy.PROCORE)
COST = Spec("cost", "money")
TAG = Spec("tag", "picky")
CUT = Spec("cut", "cut", known=False)
PROJECT = Spec("project", "ref", link="projects", required=True)
VENDOR = Spec("vendor", "ref", link="vendors", required=True)
SINGLE = Limits(removals=frozenset(Removal))
CARRIER = replace(SINGLE, carries_key=True)
BULK = Limits(create=10, update=10, carries_key=True, removals=frozenset(Removal))


def table(name: str = "vendors", specs: tuple[Spec, ...] = (NAME, CITY, COST), **rest: object) -> TableSetup:
    """A mapping that creates on both sides, one write a call in Procore."""
    lead = next(index for index, spec in enumerate(specs) if spec.name == "name")
    plain = TableSetup(
        name,
        specs,
        match=((lead,),),
        create=frozenset(SideName),
        delete=(),
        procore=SINGLE,
        quickbase=BULK,
        tells_maker=True,
        names_field=True,
        twins=0,
        lone=(0, 0),
    )
    return replace(plain, **rest)  # type: ignore[arg-type]


def world_of(*tables: TableSetup) -> Setup:
    """A world without chance."""
    return Setup(tables, 3, (3.0, -2.0), 0, 0.0, 0, {"edit": 1.0}, 0.0, (), 0.0, ())


Row = tuple[Any, ...]
"""Values in the order of the fields; a reference is the number of the parent on that side."""


@dataclass(frozen=True, slots=True)
class Scenario:
    """`pairs` and `lone` exist before; they are synced first if `warm`. Then `edits` happen
    (side, number of the record on that side, changes; None deletes), and then syncd runs.

    A row of a table in a project begins with the number of its project.
    """

    name: str
    setup: Setup
    pairs: tuple[tuple[str, Row, Row], ...] = ()
    lone: tuple[tuple[str, str, Row], ...] = ()
    warm: bool = True
    edits: tuple[tuple[str, str, int, Mapping[int, Value] | None], ...] = ()
    late: tuple[tuple[str, str, Row], ...] = ()


ACME: Row = ("Acme Inc", "Oslo", "1.5")
acme: Row = ("acme", "Oslo", "1.50")
PAIRS = (
    ("vendors", ACME, acme),
    ("vendors", ("Bolt", "Rome", "2"), ("Bolt", "Rome", "2")),
    ("vendors", ("Core", "Bonn", None), ("Core", None, "7")),
)
DELETE = tuple((side, DeletePolicy(DeleteWord.DELETE)) for side in SideName)
FLAG = ((SideName.QUICKBASE, DeletePolicy(DeleteWord.FLAG, "Flag")),)
ARCHIVE = ((SideName.PROCORE, DeletePolicy(DeleteWord.ARCHIVE)),)
UNLINK = ((SideName.QUICKBASE, DeletePolicy(DeleteWord.UNLINK)),)
PLAIN = world_of(table())
PARENTS = world_of(
    table("projects", (NAME, CITY)),
    table("vendors", (NAME, CITY)),
    table(
        "rfis", (PROJECT, VENDOR, NAME), project_rule=0, projects="projects", depends=("projects", "vendors")
    ),
)
NEW = (("vendors", "p", ("Dune", "Pisa", "3")), ("vendors", "p", ("Echo", "Nice", None)))
NEW_Q = (("vendors", "q", ("Dune", "Pisa", "3")), ("vendors", "q", ("Echo", "Nice", None)))
NAMESAKES = (
    ("vendors", "p", ("Acme", "Oslo", "1")), ("vendors", "p", ("Acme", "Rome", "1")),
    ("vendors", "q", ("Acme", "Oslo", "1")),
)  # fmt: skip
MANY = tuple(("vendors", (f"Firm {n}", "Oslo", "ash"), (f"Firm {n}", "Oslo", "ash")) for n in range(5))

SCENARIOS = (
    Scenario("first match", PLAIN, PAIRS, warm=False),
    Scenario("first match, two of one name", PLAIN, PAIRS[1:], NAMESAKES, warm=False),
    Scenario("create in Quickbase", PLAIN, PAIRS[:1], late=NEW),
    Scenario("create in Procore, no carrier", PLAIN, PAIRS[:1], late=NEW_Q),
    Scenario("create in Procore, no match keys", world_of(table(match=())), late=NEW_Q),
    Scenario("create in Procore, with a carrier", world_of(table(procore=CARRIER)), PAIRS[:1], late=NEW_Q),
    Scenario("create in Procore in bulk", world_of(table(procore=BULK)), PAIRS[:1], late=NEW_Q),
    Scenario(
        "edit in Procore", PLAIN, PAIRS[:2],
        edits=(("vendors", "p", 0, {1: "Kyiv", 2: "9"}), ("vendors", "p", 1, {2: None})),
    ),
    Scenario(
        "edit in Quickbase", PLAIN, PAIRS[:2],
        edits=(("vendors", "q", 0, {1: "Kyiv", 2: "9"}), ("vendors", "q", 1, {2: None})),
    ),
    Scenario(
        "conflict", PLAIN, PAIRS[:2],
        edits=(
            ("vendors", "p", 0, {0: "Alpha", 1: "Kyiv"}), ("vendors", "q", 0, {0: "Aleph", 1: "Lyon"}),
            ("vendors", "q", 1, {2: "5"}),
        ),
    ),
    Scenario(
        "delete", world_of(table(delete=DELETE)), PAIRS,
        edits=(("vendors", "p", 1, None), ("vendors", "q", 2, None)),
    ),
    Scenario(
        "delete of many", world_of(table(specs=(NAME, CITY, TAG), delete=DELETE)), MANY,
        edits=tuple(("vendors", "p", n, None) for n in range(4)),
    ),
    Scenario("delete, kept", PLAIN, PAIRS, edits=(("vendors", "q", 1, None),)),
    Scenario("delete, flagged", world_of(table(delete=FLAG)), PAIRS, edits=(("vendors", "p", 1, None),)),
    Scenario("delete, archived", world_of(table(delete=ARCHIVE)), PAIRS, edits=(("vendors", "q", 1, None),)),
    Scenario("delete, unlinked", world_of(table(delete=UNLINK)), PAIRS, edits=(("vendors", "p", 1, None),)),
    Scenario(
        "reference with parent", PARENTS, warm=False,
        lone=(
            ("projects", "p", ("Tower", "Oslo")), ("vendors", "q", ("Acme", "Oslo")),
            ("vendors", "p", ("Bolt", "Rome")), ("rfis", "p", (0, 0, "Which door?")),
            ("rfis", "p", (0, 0, "Which wall?")),
        ),
    ),
    Scenario(
        "bulk with partial failure",
        world_of(table(specs=(NAME, CITY, TAG), procore=BULK, names_field=False)), MANY,
        edits=(
            *(("vendors", "p", n, {1: "Kyiv"}) for n in range(4)), ("vendors", "p", 2, {2: "rowan"}),
            ("vendors", "q", 4, {1: "Lyon", 2: "elm"}),
        ),
    ),
    Scenario(
        "slow vendors", replace(world_of(table(specs=(NAME, CITY, TAG))), seconds_a_call=20.0), MANY,
        edits=tuple(("vendors", "q", n, {1: "Kyiv"}) for n in range(5)),
    ),
    Scenario(
        "a lossy server", world_of(table(specs=(NAME, CITY, CUT))), MANY[:2],
        edits=(("vendors", "p", 0, {2: "a longer name"}), ("vendors", "q", 1, {2: "a longer word"})),
    ),
)  # fmt: skip
