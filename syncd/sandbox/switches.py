"""Both vendors' switches together, and a draw from all their readings."""

from __future__ import annotations

import random
from dataclasses import dataclass, field, fields, replace
from typing import Any, Literal, TypeVar, get_args, get_origin, get_type_hints

from syncd.sandbox.procore.switches import APART, ProcoreSwitches
from syncd.sandbox.quickbase.switches import QuickbaseSwitches

__all__ = ["Switches", "draw"]

LARGEST_PAGES = (100, 300, 2_000)
"""The largest pages of Procore that are drawn: as small as documented anywhere, and as large."""

_Chosen = TypeVar("_Chosen", ProcoreSwitches, QuickbaseSwitches)


@dataclass(frozen=True, slots=True)
class Switches:
    """What both simulators do where the vendors' documents leave it open."""

    procore: ProcoreSwitches = field(default_factory=ProcoreSwitches)
    quickbase: QuickbaseSwitches = field(default_factory=QuickbaseSwitches)

    @classmethod
    def drawn(cls, rng: random.Random) -> Switches:
        """One reading of every open question, and a largest page, as the seed decides. Lags stay none.

        The page is drawn by dice of its own: the other readings of a seed stay what they were.
        """
        procore, quickbase = draw(ProcoreSwitches, rng), draw(QuickbaseSwitches, rng)
        largest = random.Random(repr((procore, quickbase))).choice(LARGEST_PAGES)
        return cls(replace(procore, max_page=largest), quickbase)


def draw(kind: type[_Chosen], rng: random.Random) -> _Chosen:
    """Switches of that kind with every two-way and many-way choice drawn anew."""
    hints = get_type_hints(kind)
    names = [one.name for one in fields(kind) if one.metadata != APART]
    apart = [one.name for one in fields(kind) if one.metadata == APART]
    for _ in range(100):
        try:
            drawn = kind(**_choices(names, hints, rng))
            return replace(drawn, **_choices(apart, hints, random.Random(repr(drawn))))
        except ValueError:
            continue  # a combination that no client could work with
    raise ValueError(f"{kind.__name__}: no combination of switches is allowed.")


def _choices(names: list[str], hints: dict[str, Any], rng: random.Random) -> dict[str, Any]:
    """A reading of each of these switches, where there are several."""
    chosen: dict[str, Any] = {}
    for name in names:
        hint = hints[name]
        if hint is bool:
            chosen[name] = rng.random() < 0.5
        elif get_origin(hint) is Literal:
            chosen[name] = rng.choice(get_args(hint))
    return chosen
