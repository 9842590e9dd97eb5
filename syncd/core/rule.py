"""A compiled rule: one field pair of a mapping, ready to be decided by.

`mapping/` makes rules from the admin's files; `core/reconcile.py` uses them. A rule knows
nothing of files, calls or tables.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from syncd.core.values import Field, SideName, Value

__all__ = [
    "Direction",
    "Held",
    "LinkLookup",
    "OnEdit",
    "Policy",
    "Rule",
    "Translate",
    "as_it_is",
]


class Direction(StrEnum):
    """Which way values may cross."""

    TWO_WAY = "two-way"
    TO_QUICKBASE = "to-quickbase"
    TO_PROCORE = "to-procore"


class Policy(StrEnum):
    """Who wins where both sides have something to say."""

    PROCORE = "procore"
    QUICKBASE = "quickbase"
    NEWEST = "newest"
    HOLD = "hold"


class OnEdit(StrEnum):
    """What happens where a person edited the target of a one-way rule."""

    OVERWRITE = "overwrite"
    IGNORE = "ignore"
    REPORT = "report"


@dataclass(frozen=True, slots=True)
class Held:
    """A value that cannot cross now, and why. `waits` names the link it waits for.

    `waits` is (mapping, side, identity): held fields are released by themselves once
    that record is linked.
    """

    reason: str
    waits: tuple[str, SideName, str] | None = None


class LinkLookup(Protocol):
    """Where a reference finds its counterpart."""

    def across(self, mapping: str, side: SideName, identity: str) -> str | None:
        """The identity on the other side of the record `identity` of `side`, if linked."""


Translate = Callable[[Value, LinkLookup], "Value | Held"]


def as_it_is(value: Value, _links: LinkLookup) -> Value | Held:
    """The translation between two fields that hold a value in one form: most of them."""
    return value


@dataclass(frozen=True, slots=True)
class Rule:
    """One field pair.

    `key` names it to people and in lists (`name = Project Name`). `fingerprint` changes
    exactly when its meaning does, so a changed rule re-bases only itself (P12).
    `to_quickbase` and `to_procore` translate a value into the other side's; they return
    `Held` where they cannot. `procore` or `quickbase` is None where the rule has no field
    on that side (a constant, or an expression's source). `create_only`: the value is sent
    when we create the record and never again. `link` is the mapping a reference goes
    through. `required`: the record cannot be created before this value can cross.
    `dormant`: the vendor's schema does not fit the rule any more; it reads as absent on both
    sides, so nothing is decided and its baselines are kept.
    """

    key: str
    fingerprint: str
    direction: Direction
    conflict: Policy
    first: Policy
    on_edit: OnEdit
    procore: Field | None
    quickbase: Field | None
    to_quickbase: Translate
    to_procore: Translate
    create_only: bool = False
    link: str = ""
    required: bool = False
    dormant: bool = False

    def writes(self, side: SideName) -> bool:
        """Whether this rule may write to `side` at all."""
        if side is SideName.QUICKBASE:
            return self.quickbase is not None and self.direction is not Direction.TO_PROCORE
        return self.procore is not None and self.direction is not Direction.TO_QUICKBASE

    @property
    def alike(self) -> bool:
        """Whether equal values always mean the same on both sides (others may, too)."""
        return self.create_only or (self.quickbase is not None and self.to_quickbase is as_it_is)

    def unread(self, side: SideName) -> bool:
        """Whether its value on `side` is never asked for: a call a record, for a value that is only
        sent at creation, would be too much."""
        field = self.field(side)
        return self.create_only and field is not None and field.detail

    @property
    def final(self) -> bool:
        """Whether it pairs two fields of which Procore's cannot be changed once the record is there."""
        if self.procore is None or self.quickbase is None:
            return False
        return self.create_only and not self.procore.on_update

    def field(self, side: SideName) -> Field | None:
        """The field on `side`, None where the rule has none there."""
        return self.procore if side is SideName.PROCORE else self.quickbase

    def translate(self, value: Value, to: SideName, links: LinkLookup) -> Value | Held:
        """What `value` of the other side means on the side `to`."""
        return (self.to_quickbase if to is SideName.QUICKBASE else self.to_procore)(value, links)
