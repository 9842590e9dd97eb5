"""Which world a full-stack seed is: switches, mappings as an admin writes them, troubles (swarm)."""

from __future__ import annotations

import random
from dataclasses import dataclass, replace

from syncd.mapping.load import SourceFile
from syncd.sandbox.switches import Switches
from tests.proof.dice import Dice

__all__ = ["COMMIT_FAULTS", "FAULTS", "StackSetup", "draw"]

FAULTS = (
    "error", "html", "limited", "drop", "twice", "late", "cut", "short", "empty", "stale",
    "skew", "step", "slow", "tool", "withdraw", "crash-before", "crash-after",
)  # fmt: skip
"""What may strike a call."""

COMMIT_FAULTS = ("before", "after", "full")

POLICIES = ("procore", "quickbase", "newest", "hold")

OPS = {"edit": 14.0, "create": 4.0, "delete": 1.0, "word": 1.0, "close": 0.7}

CLEARING = {"edit": 8.0, "delete": 8.0, "word": 1.0}
"""People who tidy up: what is done about deletes is rarely met otherwise."""


@dataclass(frozen=True, slots=True)
class StackSetup:
    """A world. Rates are chances a moment; times in seconds. `creates` maps mapping to sides."""

    switches: Switches
    files: tuple[SourceFile, ...]
    creates: dict[str, frozenset[str]]
    carriers: frozenset[str]
    twins: int
    lone: tuple[int, int]
    projects: int
    cycles: int
    gaps: tuple[float, ...]
    pace: tuple[float, float]
    edit_rate: float
    edits: int
    ops: dict[str, float]
    fault_rate: float
    faults: tuple[str, ...]
    commit_rate: float
    commit_faults: tuple[str, ...]
    index_deletes: bool
    skews: tuple[float, float]
    page_rows: int


def draw(seed: int) -> StackSetup:
    """The world of a seed."""
    rng = Dice(seed).at("setup", 1)
    switches = Switches.drawn(rng)
    lags = [0.0, 0.0, 0.0, 1.5, 40.0, 110.0]
    switches = Switches(
        replace(switches.procore, list_lag=rng.choice(lags), read_lag=rng.choice(lags)),
        replace(switches.quickbase, list_lag=rng.choice(lags), read_lag=rng.choice(lags)),
    )
    files, creates, carriers = _files(rng)
    return StackSetup(
        switches=switches,
        files=files,
        creates=creates,
        carriers=carriers,
        twins=rng.randint(0, 2),
        lone=(rng.randint(0, 3), rng.randint(0, 3)),
        projects=rng.randint(1, 2),
        cycles=rng.randint(3, 6),
        gaps=(5.0, 30.0, 130.0, 700.0),
        pace=rng.choice([(0.0, 0.05), (0.05, 0.4), (0.3, 3.0)]),
        edit_rate=rng.choice([0.03, 0.08, 0.2]),
        edits=rng.choice([4, 10, 20]),
        ops=_ops(
            seed, {name: weight for name, weight in OPS.items() if name == "edit" or rng.random() < 0.6}
        ),
        fault_rate=rng.choice([0.0, 0.02, 0.06, 0.12]),
        faults=tuple(name for name in FAULTS if rng.random() < 0.35),
        commit_rate=rng.choice([0.0, 0.01, 0.03]),
        commit_faults=tuple(name for name in COMMIT_FAULTS if rng.random() < 0.6),
        index_deletes=rng.random() < 0.5,
        skews=(rng.choice([0.0, 3.0, -700.0, 2400.0]), rng.choice([0.0, -2.0, 900.0, -3000.0])),
        page_rows=rng.choice([0, 0, 2]),
    )


def _ops(seed: int, drawn: dict[str, float]) -> dict[str, float]:
    """What people do: in one world of five they mostly delete."""
    return CLEARING if seed % 5 == 1 else drawn


def _files(
    rng: random.Random,
) -> tuple[tuple[SourceFile, ...], dict[str, frozenset[str]], frozenset[str]]:
    creates: dict[str, frozenset[str]] = {}
    carriers = set()
    files = []
    for name, text in (("projects", _PROJECTS), ("vendors", _VENDORS), ("rfis", _RFIS)):
        sides = rng.choice([["procore", "quickbase"]] * 5 + [["quickbase"], ["procore"]])
        key = "none" if name == "rfis" else rng.choice(["none", "origin_id"])
        if key != "none":
            carriers.add(name)
        creates[name] = frozenset(sides)
        made = text.format(
            key=f"key: {key}",
            first=rng.choice(["hold", "procore", "quickbase"]),
            conflict=rng.choice(POLICIES),
            other=rng.choice(POLICIES),
            create=", ".join(sides),
            deleted=rng.choice(["keep", "keep", "unlink", "delete", "flag"]),
            settle=rng.choice(["0s", "0s", "0s", "20s"]),
            on_edit=rng.choice(["report", "overwrite", "ignore"]),
        )
        made = made.replace("quickbase: flag}", "quickbase: {flag: Gone}}")
        files.append(SourceFile(f"{name}.yaml", made))
    return tuple(files), creates, frozenset(carriers)


_PROJECTS = """
mapping: projects
procore:
  resource: projects
  where: {{by_status: All}}
  {key}
quickbase: {{table: Projects, key: Procore ID}}
match:
  - [project_number]
  - [name]
first: {first}
conflict: {conflict}
create: [{create}]
delete: {{procore: keep, quickbase: {deleted}}}
settle: {settle}
fields:
  - {{procore: name, quickbase: Project Name}}
  - {{procore: project_number, quickbase: Number}}
  - {{procore: city, quickbase: City, conflict: {other}}}
  - {{procore: active, quickbase: Status, values: {{true: Active, false: Closed}}}}
  - {{procore: start_date, quickbase: Start Date}}
  - {{procore: total_value, quickbase: Total Value}}
  - {{procore: zip, quickbase: Serial}}
"""

_VENDORS = """
mapping: vendors
procore:
  resource: vendors
  {key}
quickbase: {{table: Vendors, key: Procore ID}}
match:
  - [name]
first: {first}
conflict: {conflict}
create: [{create}]
delete: {{procore: keep, quickbase: {deleted}}}
settle: {settle}
fields:
  - {{procore: name, quickbase: Company Name}}
  - {{procore: city, quickbase: City, conflict: {other}}}
  - {{procore: email_address, quickbase: Email}}
  - {{procore: business_phone, quickbase: Phone}}
  - {{procore: trade_name, quickbase: Trade}}
  - {{procore: zip, quickbase: Serial}}
"""

_RFIS = """
mapping: rfis
procore:
  resource: rfis
  projects: {{linked: projects}}
  {key}
quickbase: {{table: RFIs, key: Procore ID}}
match:
  - [project, subject]
first: {first}
conflict: {conflict}
create: [{create}]
delete: {{procore: keep, quickbase: {deleted}}}
settle: {settle}
fields:
  - {{procore: project, quickbase: Related Project, link: projects}}
  - {{procore: subject, quickbase: Subject}}
  - {{procore: status, quickbase: Status, direction: to-quickbase, on_edit: {on_edit}}}
  - {{procore: due_date, quickbase: Due Date, conflict: {other}}}
  - {{procore: private, quickbase: Private}}
  - {{procore: responsible_contractor, quickbase: Related Vendor, link: vendors}}
  - {{procore: rfi_manager, quickbase: RFI Manager ID}}
  - {{procore: question_body, quickbase: Question, on: create, default: Asked in Quickbase.}}
  - {{procore: reference, quickbase: Serial}}
"""
