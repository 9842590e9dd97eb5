"""Writes whose words have to become ids first: what is known is sent, what is not is refused by itself."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any, TypeVar

from syncd.core.values import Value
from syncd.sides.port import Draft, Outcome, Patch

__all__ = ["Write", "holding", "spelled"]

Write = TypeVar("Write", Draft, Patch)


def spelled(
    items: Sequence[Write],
    spell: Callable[[Write], Write | Outcome],
    send: Callable[[list[Write]], list[Outcome]],
) -> list[Outcome]:
    """One outcome an item, in order. `spell` gives the item with ids, or why it is not sent; what it
    raises is raised here, and then nothing has been sent."""
    outcomes: dict[int, Outcome] = {}
    ready: dict[int, Write] = {}
    for place, item in enumerate(items):
        told = spell(item)
        if isinstance(told, Outcome):
            outcomes[place] = told
        else:
            ready[place] = told
    sent = send(list(ready.values())) if ready else []
    outcomes.update(zip(ready, sent, strict=True))
    return [outcomes[place] for place in range(len(items))]


def holding(item: Write, values: Mapping[int, Value]) -> Write:
    """The same item with other values."""
    found: Any = item
    made: Write = (replace if isinstance(found, Draft) else type(found)._replace)(found, values=values)
    return made
