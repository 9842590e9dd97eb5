"""Which few resources a seed's world has, with which fields, and the mapping files an admin wrote."""

from __future__ import annotations

import random
from dataclasses import dataclass, fields, replace
from typing import Any

from syncd.mapping.load import SourceFile
from tests.proof.catalogue.company import MEMBERS, OFFICES, PROJECTS, ROLES, USERS, VENDOR_MEMBERS, VENDORS
from tests.proof.catalogue.documents import ALBUMS, CONTENT, FILES, FOLDERS, IMAGES
from tests.proof.catalogue.meaning import Sort, Word
from tests.proof.catalogue.money import CHANGES, LINES, MODIFICATIONS
from tests.proof.catalogue.tools import APPROVERS, CHANGE_EVENTS, ORDERS, REPLIES, RFIS, SUBMITTALS
from tests.proof.dice import Dice
from tests.proof.stack_faults import FILE_FAULTS
from tests.proof.stack_setup import POLICIES, StackSetup
from tests.proof.stack_setup import draw as draw_frame

__all__ = ["SORTS", "CatalogueSetup", "draw"]

_ORDER = (
    OFFICES, VENDORS, USERS, PROJECTS, VENDOR_MEMBERS, MEMBERS, ROLES, RFIS, REPLIES, SUBMITTALS, APPROVERS,
    CHANGE_EVENTS, ORDERS, LINES, MODIFICATIONS, CHANGES, FOLDERS, FILES, ALBUMS, IMAGES,
)  # fmt: skip
SORTS = {one.resource: one for one in _ORDER}
"""Every resource that a mapping can write, parents first."""

MOST = 5
"""Resources of one world: the drawn ones with all they stand in or refer to."""

CARRIED = 0.85
"""The share of worlds of files or images that carry their bytes."""

OPS = {"edit": 14.0, "create": 4.0, "delete": 2.0, "word": 1.0, "back": 0.7}


@dataclass(frozen=True, slots=True)
class CatalogueSetup(StackSetup):
    """A world and its resources, parents first, each with the words its mapping has."""

    sorts: tuple[Sort, ...]


def draw(seed: int, only: str = "") -> CatalogueSetup:
    """The world of a seed; `only` names a resource that it must be about."""
    rng = Dice(seed).at("setup", 2)
    frame = draw_frame(seed)
    chance = Dice(seed).at("files", 0)
    sorts = tuple(_filled(one, chance) for one in _sorts(rng, only or rng.choice(list(SORTS))))
    files, creates, carriers = [], {}, set()
    for one in sorts:
        text, sides, carries = _mapping(one, rng)
        files.append(SourceFile(f"{one.resource}.yaml", text))
        creates[one.resource] = sides
        carriers |= {one.resource} if carries else set()
    given = {one.name: getattr(frame, one.name) for one in fields(StackSetup)}
    switches = frame.switches
    if any(one.resource == "budget-modifications" for one in sorts):  # else they are budget changes
        switches = replace(switches, procore=replace(switches.procore, uses_budget_changes=False))
    ops = {name: weight for name, weight in OPS.items() if name == "edit" or rng.random() < 0.75}
    if seed % 5 == 1:
        ops = {"edit": 8.0, "delete": 8.0, "word": 2.0}
    return CatalogueSetup(
        **{
            **given,
            "switches": switches,
            "files": tuple(files),
            "creates": creates,
            "carriers": frozenset(carriers),
            "twins": rng.randint(0, 1),
            "lone": (rng.randint(0, 2), rng.randint(0, 2)),
            "ops": ops,
            **(_carried(frame, ops, chance) if _carry(sorts) else {}),
        },
        sorts=sorts,
    )


def _sorts(rng: random.Random, about: str) -> tuple[Sort, ...]:
    """The resource itself, what it needs, perhaps what it refers to, and perhaps one more."""
    chosen: set[str] = set()
    _take(chosen, about)
    for name in _referred(chosen):
        if len(chosen) < MOST and rng.random() < 0.5:
            _take(chosen, name)
    other = rng.choice(list(SORTS))
    grown = set(chosen)
    _take(grown, other)
    if len(grown) <= MOST and rng.random() < 0.4:
        chosen = grown
    return tuple(_fitted(SORTS[name], chosen, rng) for name in SORTS if name in chosen)


def _filled(sort: Sort, rng: random.Random) -> Sort:
    """Files and images with their bytes, in most worlds: only then can syncd make one in Procore."""
    word = CONTENT.get(sort.resource)
    if word is None or rng.random() >= CARRIED:
        return sort
    return replace(sort, words=(*sort.words, word), made=True)


def _carried(frame: StackSetup, ops: dict[str, float], rng: random.Random) -> dict[str, Any]:
    """A world of files is busy with them: a file's way is long, and little else happens to it."""
    late = tuple(name for name in FILE_FAULTS * 2 if rng.random() < 0.5)
    return {
        "ops": {**ops, "bytes": 16.0},
        "faults": frame.faults + late,
        "edits": max(frame.edits, 16),
        "edit_rate": max(frame.edit_rate, 0.08),
        "twins": 1,
    }


def _carry(sorts: tuple[Sort, ...]) -> bool:
    return any(one.file is not None for one in sorts)


def _take(chosen: set[str], name: str) -> None:
    """A resource, with what it lives in and what it cannot be without."""
    sort = SORTS[name]
    chosen.add(name)
    for above in (sort.home, *(one.ref for one in sort.words if one.needed and one.ref and not one.by)):
        if above and above not in chosen:
            _take(chosen, above)


def _referred(chosen: set[str]) -> list[str]:
    found = dict.fromkeys(one.ref for name in SORTS if name in chosen for one in SORTS[name].words)
    return [name for name in found if name and name not in chosen]


def _fitted(sort: Sort, chosen: set[str], rng: random.Random) -> Sort:
    """The sort with the words of this world: what it needs, and a few of the others."""
    words = [fitted for one in sort.words if (fitted := _word(one, chosen, rng)) is not None]
    others = [one.procore for one in words if not one.needed]
    kept = set(rng.sample(others, min(len(others), rng.randint(2, 5))))
    kept |= {sort.lineage, *sort.pair}
    return replace(sort, words=tuple(one for one in words if one.needed or one.procore in kept))


def _word(one: Word, chosen: set[str], rng: random.Random) -> Word | None:
    """A reference goes through its mapping if that is here, else it is said in a word, if it has one."""
    if one.ref in chosen:
        return replace(one, by="")
    if one.ref and not one.by:
        return None
    if one.ref:
        kind, column = ("person", "email") if one.by == "email" else ("name", "text")
        return replace(one, kind=kind, column=column, ref="", options=SORTS[one.ref].sim)
    if one.column == "multitext" and rng.random() < 0.4:
        return replace(one, column="text", more=', join: "; "')
    return one


def _mapping(sort: Sort, rng: random.Random) -> tuple[str, frozenset[str], bool]:
    """The mapping file, the sides it creates on, and whether records carry our mark."""
    sides = rng.choice([["procore", "quickbase"]] * 5 + [["quickbase"], ["procore"]])
    if not sort.made:
        sides = ["quickbase"]
    carries = bool(sort.carries) and rng.random() < 0.4
    policies = POLICIES if sort.stamped else tuple(one for one in POLICIES if one != "newest")
    there = "delete" if sort.removed else "archive" if sort.archives else "keep"
    lines = [
        f"mapping: {sort.resource}",
        f"procore: {{resource: {sort.resource}{_place(sort)}{', key: ' + sort.carries if carries else ''}}}",
        f"quickbase: {{table: {sort.table}, key: Procore ID}}",
        *(["match:", *(f"  - [{', '.join(one)}]" for one in sort.match)] if sort.match else []),
        f"first: {rng.choice(['hold', 'procore', 'quickbase'])}",
        f"conflict: {rng.choice(policies)}",
        f"create: [{', '.join(sides)}]",
        f"delete: {{procore: {rng.choice(['keep', 'unlink', there, there])}, "
        f"quickbase: {rng.choice(['keep', 'unlink', 'delete', 'delete', '{flag: Gone}'])}}}",
        f"settle: {rng.choice(['0s', '0s', '0s', '20s'])}",
        "fields:",
        *(_rule(one, rng.choice(policies)) for one in sort.words),
    ]
    return "\n".join(lines) + "\n", frozenset(sides), carries


def _place(sort: Sort) -> str:
    if sort.resource == "projects":
        return ", where: {by_status: All}"
    if not sort.home:
        return ""
    return ", projects: {linked: projects}" if sort.home == "projects" else f", under: {sort.home}"


def _rule(one: Word, policy: str) -> str:
    parts = [f"procore: {one.procore}", f"quickbase: {one.quickbase}"]
    if one.ref:
        parts.append(f"link: {one.ref}")
    elif one.by:
        parts.append(f"by: {one.by}")
    if one.one_way:
        parts.append("direction: to-quickbase")
    elif one.once or (one.fixed and one.kind != "home"):
        parts.append("on: create")
    elif policy == "hold":
        parts.append("conflict: hold")
    return f"  - {{{', '.join(parts)}{one.more}}}"
