"""Bytes of files in a catalogue world: what people put into them, and which a stored value or a text means.

A file is what its newest version holds, told by the SHA-256 of its bytes; how it is called is no part of it.
"""

from __future__ import annotations

import base64
import hashlib
import random
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from syncd.sandbox.quickbase.files import FileVersion

if TYPE_CHECKING:
    from tests.proof.catalogue.meaning import Sort
    from tests.proof.catalogue.world import CatalogueWorld

__all__ = ["Paper", "fresh", "sum_in", "sum_of"]

_TOLD = re.compile(r"sha256 ([0-9a-f]{64})\]$")


@dataclass(frozen=True, slots=True)
class Paper:
    """What a person puts into a file: bytes, and how they call them."""

    name: str
    data: bytes

    def __repr__(self) -> str:
        return f"{self.name} of {self.data.decode()!r}"


def sum_of(data: bytes) -> str:
    """What tells bytes from others."""
    return hashlib.sha256(data).hexdigest()


def sum_in(value: Any) -> str | None:
    """The sum of what a value of a file field holds: of Quickbase's versions, the oldest first, of what a
    request brings, of a person's paper, or in the words of a list. None is no file."""
    if isinstance(value, Paper):
        return sum_of(value.data)
    if isinstance(value, Mapping):
        return sum_of(base64.b64decode(value["data"]))
    if isinstance(value, str):
        told = _TOLD.search(value)
        return told[1] if told else value or None
    newest: FileVersion | None = value[-1] if value else None
    return sum_of(newest.data) if newest else None


def fresh(world: CatalogueWorld, sort: Sort, token: str, rng: random.Random, side: str) -> Paper | None:
    """Bytes that nobody had before; now and then some that others of that record have, in Quickbase also
    none at all, or no file."""
    ending = "jpg" if sort.resource == "images" else "pdf"
    name, chance = f"{token or 'x'} {rng.randint(1, 2)}.{ending}", rng.random()
    if side == "quickbase" and chance < 0.12:
        return None if chance < 0.08 else Paper(name, b"")
    if chance > 0.75:
        return Paper(name, f"{token} both have {rng.randint(1, 2)}".encode())
    world.papers += 1
    return Paper(name, f"{token} {side} {world.papers} ".encode() * rng.randint(1, 3))
