"""Planted bugs: each breaks one thing in the engine from outside, and must be caught.

A proof that cannot fail proves nothing. Every bug here is one that some synchronizer in the
wild has, or had; the first eighteen are those of the reference (sync-anchors §6). This is the
only place where parts of the engine are replaced by others.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

__all__ = ["BUGS", "Bug", "plant", "planted"]


@dataclass(frozen=True, slots=True)
class Bug:
    """One planted bug: what it does, and the attributes it replaces while it is on.

    `about` is the resource of the catalogue worlds that have to kill it; "" is the engine's world.
    """

    name: str
    what: str
    swaps: Callable[[], list[tuple[Any, str, Any]]]
    about: str = ""


BUGS: dict[str, Bug] = {}


def plant(
    name: str, what: str, about: str = ""
) -> Callable[[Callable[[], list[tuple[Any, str, Any]]]], None]:
    """Register a function that answers (object, attribute, replacement) for each thing broken."""

    def register(swaps: Callable[[], list[tuple[Any, str, Any]]]) -> None:
        BUGS[name] = Bug(name, what, swaps, about)

    return register


@contextmanager
def planted(name: str) -> Iterator[None]:
    """Switch one bug on; "" plants nothing."""
    swaps = BUGS[name].swaps() if name else []
    before = [(owner, attribute, getattr(owner, attribute)) for owner, attribute, _new in swaps]
    try:
        for owner, attribute, new in swaps:
            setattr(owner, attribute, new)
        yield
    finally:
        for owner, attribute, old in before:
            setattr(owner, attribute, old)


def load() -> None:
    """Fill the catalogue."""
    from tests.proof import bugs_catalogue, bugs_feeds, bugs_files, bugs_records, bugs_writes

    for _module in (bugs_feeds, bugs_records, bugs_writes, bugs_catalogue, bugs_files):
        assert BUGS, "each module registers its bugs when it is imported"


load()
