"""Checks that need all mappings at once: names, links, cycles, two writers of one field."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

from syncd.core.values import SideName
from syncd.mapping.compiled import Mapping as Compiled
from syncd.mapping.desk import Desk, suggested
from syncd.mapping.rules import Made
from syncd.mapping.schemas import QuickbaseSchema

__all__ = ["Draft", "check_together", "depends_of", "in_order"]


@dataclass(frozen=True, slots=True)
class Draft:
    """A mapping compiled on its own, with what is known of its rules."""

    desk: Desk
    mapping: Compiled
    made: tuple[Made, ...]

    @property
    def name(self) -> str:
        """The mapping's name."""
        return self.mapping.name


def check_together(drafts: Sequence[Draft], names: frozenset[str], schemas: QuickbaseSchema | None) -> None:
    """Note what is wrong between mappings. `names` are all names, of broken files too."""
    known: dict[str, Draft] = {}
    for draft in drafts:
        first = known.setdefault(draft.name, draft)
        if first is not draft:
            text = f"the mapping {draft.name!r} is in {first.desk.document.file} already"
            draft.desk.problem(("mapping",), text)
    for draft in drafts:
        _check_home(draft, known, names)
        for one in draft.made:
            if one.rule.link:
                _check_link(draft, one, known, names, schemas)
    _check_cycles(known)
    for draft in drafts:
        _check_own_writers(draft)
    for one_draft, two_draft in combinations(known.values(), 2):
        _check_two(one_draft, two_draft, known)


def _check_home(draft: Draft, known: Mapping[str, Draft], names: frozenset[str]) -> None:
    """The mapping under `projects:` or `under:` exists, and holds what the records live in."""
    end = draft.mapping.procore
    place = ("procore", "projects", "linked") if end.projects else ("procore", "under")
    if not end.home:
        return
    target = known.get(end.home)
    if target is None:
        if end.home not in names:
            draft.desk.problem(place, f"there is no mapping {end.home!r}{suggested(end.home, sorted(known))}")
    elif target.mapping.procore.resource != draft.desk.resource.parent:
        holds, parent = target.mapping.procore.resource, draft.desk.resource.parent
        text = f"the mapping {end.home!r} does not hold {parent}: it holds {holds}"
        draft.desk.problem(place, text)


def _check_link(
    draft: Draft,
    made: Made,
    known: Mapping[str, Draft],
    names: frozenset[str],
    schemas: QuickbaseSchema | None,
) -> None:
    link, place, desk = made.rule.link, (*made.place, "link"), draft.desk
    target = known.get(link)
    if target is None:
        if link not in names:
            desk.problem(place, f"there is no mapping {link!r}{suggested(link, sorted(known))}")
        return
    assert made.procore is not None
    holds = target.mapping.procore.resource
    if made.procore.target and holds != made.procore.target:
        text = (
            f"{made.procore.name!r} refers to {made.procore.target}, and the mapping {link!r} holds {holds}"
        )
        desk.problem(place, text)
    end = draft.mapping.procore
    if made.procore.scope_id and end.home and link != end.home:
        word = "projects" if end.projects else "under"
        text = f"{made.procore.name!r} must go through the mapping under `{word}:`, {end.home!r}"
        desk.problem(place, text)
    if made.quickbase is None or schemas is None or not made.quickbase.target or made.rule.dormant:
        return
    table = target.desk.table
    if table is not None and made.quickbase.target != table.dbid:
        text = f"{made.quickbase.label!r} points to another table than the mapping {link!r}, {table.name!r}"
        desk.problem(place, text)
    elif table is not None and table.key != 3:
        own = next((one.label for one in table.fields if one.fid == table.key), str(table.key))
        text = f"table {table.name!r} has {own!r} for its key field, so references to it hold no record ids"
        desk.problem(place, f"{text}; make Record ID# its key field again, or leave this rule out")


def _check_cycles(known: Mapping[str, Draft]) -> None:
    """Required references may not run in a circle: no record of it could ever be created."""
    edges = {
        name: [one for one in draft.made if one.rule.required and one.rule.link in known]
        for name, draft in known.items()
    }
    reported: set[frozenset[str]] = set()
    for start in known:
        for path, last in _circles(start, edges):
            members = frozenset(path)
            if members in reported:
                continue
            reported.add(members)
            text = " → ".join([*path, start])
            sentence = f"required references run in a circle ({text}); none of these records could come first"
            known[path[-1]].desk.problem((*last.place, "link"), sentence)


def _circles(start: str, edges: Mapping[str, Sequence[Made]]) -> Iterator[tuple[list[str], Made]]:
    """The way from `start` back to itself, if there is one, and the rule that closes it."""
    stack: list[tuple[str, list[str]]] = [(start, [start])]
    seen = {start}
    while stack:
        at, path = stack.pop()
        for one in edges.get(at, ()):
            if one.rule.link == start:
                yield path, one
                return
            if one.rule.link not in seen:
                seen.add(one.rule.link)
                stack.append((one.rule.link, [*path, one.rule.link]))


def _check_own_writers(draft: Draft) -> None:
    for side in SideName:
        first: dict[str, Made] = {}
        for one in draft.made:
            field = one.rule.field(side)
            if field is None or not one.sends(side):
                continue
            if side is SideName.PROCORE and field.name == draft.mapping.procore.carrier:
                text = f"{field.name!r} carries our mark (`key:`), so no rule may write it"
                draft.desk.problem((*one.place, "procore"), text)
            other = first.setdefault(field.name, one)
            if other is not one:
                line, _ = draft.desk.document.at(other.place)
                text = f"{_called(side)} field {field.label if side is SideName.QUICKBASE else field.name!r}"
                text = f"{text} is written by the rule on line {line} too"
                draft.desk.problem((*one.place, side.value), text)
    meanings: dict[str, Made] = {}
    for one in draft.made:
        other = meanings.setdefault(one.rule.fingerprint, one)
        if other is not one:
            draft.desk.problem(
                one.place, f"the pair {one.rule.key!r} is here twice; one two-way rule does both"
            )


def _check_two(one: Draft, two: Draft, known: Mapping[str, Draft]) -> None:
    """Mappings may share a table or a resource, but not a written field of one record."""
    if one.mapping.quickbase.table == two.mapping.quickbase.table:
        if one.mapping.quickbase.key == two.mapping.quickbase.key:
            text = f"mapping {one.name!r} uses the same key field of the same table"
            two.desk.problem(("quickbase", "key"), text)
        _check_shared(one, two, SideName.QUICKBASE)
    if one.mapping.procore.resource == two.mapping.procore.resource and _overlap(one, two, known):
        carrier = one.mapping.procore.carrier
        if carrier and carrier == two.mapping.procore.carrier:
            two.desk.problem(("procore", "key"), f"mapping {one.name!r} carries its mark in {carrier!r} too")
        _check_shared(one, two, SideName.PROCORE)


def _overlap(one: Draft, two: Draft, known: Mapping[str, Draft]) -> bool:
    """Whether two mappings of one resource may hold the same record: what lives in records that no two
    mappings share is not shared either."""
    for _ in range(len(known)):
        a, b = one.mapping.procore, two.mapping.procore
        if a.projects and a.projects == b.projects and a.only and b.only:
            return bool(set(a.only) & set(b.only))
        up, over = known.get(a.under), known.get(b.under)
        if up is None or over is None or a.under == b.under:
            return True
        one, two = up, over
    return True


def _check_shared(one: Draft, two: Draft, side: SideName) -> None:
    def written(draft: Draft) -> dict[str, Made]:
        found = ((made.rule.field(side), made) for made in draft.made if made.sends(side))
        return {field.name: made for field, made in found if field is not None}

    ours = written(one)
    for name, made in written(two).items():
        if name in ours:
            field = made.rule.field(side)
            label = field.label if field and side is SideName.QUICKBASE else name
            text = f"{_called(side)} field {label!r} is written by mapping {one.name!r} too"
            two.desk.problem((*made.place, side.value), text)


def _called(side: SideName) -> str:
    return "Procore" if side is SideName.PROCORE else "Quickbase"


def depends_of(drafts: Sequence[Draft]) -> dict[str, tuple[str, ...]]:
    """For each mapping those it must follow. Optional references that make a circle are left out."""
    needs: dict[str, list[str]] = {draft.name: [] for draft in drafts}

    def reaches(start: str, goal: str) -> bool:
        stack, seen = [start], set()
        while stack:
            at = stack.pop()
            if at == goal:
                return True
            if at not in seen:
                seen.add(at)
                stack += needs.get(at, [])
        return False

    for required in (True, False):
        for draft in drafts:
            wanted = [one.rule.link for one in draft.made if one.rule.link and one.rule.required is required]
            if required and draft.mapping.procore.home:
                wanted.append(draft.mapping.procore.home)
            for name in wanted:
                if name in needs and name not in needs[draft.name] and not reaches(name, draft.name):
                    needs[draft.name].append(name)
    return {name: tuple(sorted(found)) for name, found in needs.items()}


def in_order(mappings: Sequence[Compiled]) -> list[Compiled]:
    """Parents first, else by name; `depends` holds no circle."""
    left = sorted(mappings, key=lambda one: one.name)
    out: list[Compiled] = []
    done: set[str] = set()
    while left:
        free = [one for one in left if set(one.depends) <= done] or left[:1]
        out += free
        done |= {one.name for one in free}
        left = [one for one in left if one.name not in done]
    return out
