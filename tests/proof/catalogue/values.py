"""What people type: small sets, so that two of them often meet in a field."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING, Any

from tests.proof.catalogue.content import fresh
from tests.proof.catalogue.meaning import Sort, Word
from tests.proof.catalogue.stock import CUSTOM, LISTS, STAFF

if TYPE_CHECKING:
    from tests.proof.catalogue.world import CatalogueWorld

__all__ = ["pick"]

_POOLS: dict[str, tuple[Any, ...]] = {
    "flag": ("Green", "Red", "Yellow"),
    "scope": ("tbd", "in_scope", "out_of_scope"),
    "cost_impact_status": ("tbd", "no_impact", "yes_known"),
    "type": ("Sample", "Shop drawing"),
    "role": ("Lead", "Clerk"),
}
_STATUSES = {
    "purchase-orders": ("Draft", "Submitted", "Processing", "Approved"),
    "budget-changes": ("draft", "under_review", "approved"),
}
_TEXTS = ("Salem", "Boise", "Reno", "Ogden")
_DAYS = ("2026-03-01", "2026-04-15", "2026-05-20")
_MONEY = ("1000.0", "2500.55", "99.999")
_PHONES = ("(555) 201-0001", "555-201-0002", "(555) 201-0003")
_NAMES = {
    "change_event_statuses": ("Open", "Closed"),
    "submittal_statuses": ("Open", "Closed"),
    "submittal_responses": ("Approved", "Rejected"),
    "vendors": ("stock1 Supply", "stock2 Supply"),
    **LISTS,
}
_FULL = frozenset({"role", "scope", "status", "transfer_amount"})
"""Fields that are never emptied: a record cannot be without them, or their sort says so itself."""


def pick(world: CatalogueWorld, sort: Sort, word: Word, token: str, rng: random.Random, side: str) -> Any:
    """A value a person may put into that field, in words; for references, a record of that side."""
    if word.ref:
        return _other(world, word, rng, side)
    if word.procore == sort.lineage:
        return _name(sort, word, token, rng)
    if word.kind in ("flag", "filled"):
        return rng.random() < 0.6
    if word.kind == "file":
        return fresh(world, sort, token, rng, side)
    pool = _pool(sort, word)
    if word.kind in ("names", "people"):
        return sorted(rng.sample(pool, rng.randint(0, len(pool))))
    empty = not word.needed and word.procore not in _FULL and rng.random() < 0.2
    return None if empty else rng.choice(pool)


def _other(world: CatalogueWorld, word: Word, rng: random.Random, side: str) -> Any:
    """A living record of the other sort; None where there is none, or now and then."""
    sort = world.sort(word.ref)
    there = sorted(world.records(sort) if side == "procore" else world.rows(sort))
    if not there or (not word.needed and rng.random() < 0.25):
        return None
    return rng.choice(there)


def _name(sort: Sort, word: Word, token: str, rng: random.Random) -> str:
    if sort.resource == "budget-line-items":
        return token
    if sort.resource == "images":
        return f"{token}.jpg"
    tail = ".pdf" if sort.resource == "files" else ""
    fixed = word.fixed or not word.edited
    return f"{token} made{tail}" if fixed else f"{token} {rng.randint(1, 3)}{tail}"


def _pool(sort: Sort, word: Word) -> list[Any]:
    if word.kind in ("person", "people"):
        return [f"{one}@example.com" for one in STAFF]
    if word.custom and word.procore in CUSTOM:
        return list(CUSTOM[word.procore])
    if word.options in _NAMES:
        return list(_NAMES[word.options])
    if word.procore == "status":
        return list(_STATUSES.get(sort.resource, ("Open", "Closed")))
    if word.procore in _POOLS:
        return list(_POOLS[word.procore])
    if word.column == "date":
        return list(_DAYS)
    return list(
        {
            "money": _MONEY,
            "number": (1, 2.5, 30),
            "phone": _PHONES,
            "mail": ("a@example.com", "b@example.com"),
        }.get(word.kind, _TEXTS)
    )
