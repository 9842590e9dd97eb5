"""Both vendors' switches together, and a draw from all their readings."""

from __future__ import annotations

import random
from dataclasses import dataclass, field, fields
from typing import Any, Literal, TypeVar, get_args, get_origin, get_type_hints

from syncd.sandbox.procore.switches import ProcoreSwitches
from syncd.sandbox.quickbase.switches import QuickbaseSwitches

__all__ = ["Switches", "draw"]

_Chosen = TypeVar("_Chosen", ProcoreSwitches, QuickbaseSwitches)


@dataclass(frozen=True, slots=True)
class Switches:
    """What both simulators do where the vendors' documents leave it open."""

    procore: ProcoreSwitches = field(default_factory=ProcoreSwitches)
    quickbase: QuickbaseSwitches = field(default_factory=QuickbaseSwitches)

    @classmethod
    def drawn(cls, rng: random.Random) -> Switches:
        """One reading of every open question, as the seed decides. Lags and sizes stay as they are."""
        return cls(draw(ProcoreSwitches, rng), draw(QuickbaseSwitches, rng))


def draw(kind: type[_Chosen], rng: random.Random) -> _Chosen:
    """Switches of that kind with every two-way and many-way choice drawn anew."""
    hints = get_type_hints(kind)
    for _ in range(100):
        chosen: dict[str, Any] = {}
        for one in fields(kind):
            hint = hints[one.name]
            if hint is bool:
                chosen[one.name] = rng.random() < 0.5
            elif get_origin(hint) is Literal:
                chosen[one.name] = rng.choice(get_args(hint))
        try:
            return kind(**chosen)
        except ValueError:
            continue  # a combination that no client could work with
    raise ValueError(f"{kind.__name__}: no combination of switches is allowed.")
