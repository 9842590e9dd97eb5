"""What a field means, told twice: to the engine as a `Rule`, to the judge as plain functions.

The judge's half (`there`, `same`, `store`) is written here on its own and never calls
`syncd.core`, so that an error in the engine's idea of agreement cannot hide itself.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, replace
from decimal import ROUND_HALF_UP, Decimal

from syncd.core.rule import Direction, OnEdit, Policy, Rule
from syncd.core.values import Kind, Value
from tests.support.rules import reference, rule

__all__ = ["FLAVOURS", "Spec", "engine_rule", "make_spec"]

WORDS = (None, "ash", "birch", "cedar", "ash ", "Elm", "elm", "a longer name", "a longer word")
NUMBERS = (None, "1", "2.5", "2.499", "1.005", "7.25", "7.254")
CHOICES = (("open", "Open"), ("closed", "Closed"), ("draft", "In draft"))
FORBIDDEN = "rowan"
FLAVOURS = ("text", "text", "cut", "upper", "money", "choice", "flag", "picky")
LENGTH = 8


@dataclass(frozen=True, slots=True)
class Spec:
    """One field pair. `known`: the engine has been told what Quickbase makes of values."""

    name: str
    flavour: str
    direction: Direction = Direction.TWO_WAY
    conflict: Policy = Policy.HOLD
    first: Policy = Policy.HOLD
    on_edit: OnEdit = OnEdit.REPORT
    known: bool = True
    link: str = ""
    required: bool = False

    @property
    def key(self) -> str:
        """What the product calls the rule."""
        return f"{self.name} = {self.name.title()}"

    def writes(self, side: str) -> bool:
        """Whether syncd may write the field on that side."""
        barred = Direction.TO_PROCORE if side == "q" else Direction.TO_QUICKBASE
        return self.direction is not barred

    def store(self, side: str, value: Value) -> Value:
        """What that side's server makes of a value."""
        if self.flavour == "flag":
            return bool(value)
        if value is None or side == "p" or not isinstance(value, str):
            return value
        if self.flavour == "cut":
            return value[:LENGTH]
        if self.flavour == "upper":
            return value.upper()
        return _money(value) if self.flavour == "money" else value

    def refuse(self, side: str, value: Value) -> str:
        """The words with which that side's server refuses a value, or nothing."""
        if self.flavour == "picky" and side == "q" and value == FORBIDDEN:
            return f"{value} is not a valid choice"
        return ""

    def same(self, p: Value, q: Value) -> bool:
        """Whether the two sides mean the same, as the mapping tells an admin."""
        if self.flavour == "flag":
            return bool(p) == bool(q)
        if self.flavour == "choice":
            return dict(CHOICES).get(str(p), "?") == q if p is not None and q is not None else p == q
        left, right = _trimmed(p), _trimmed(q)
        if left == right:
            return True
        if left is None or right is None:
            return False
        if self.flavour == "money":
            return Decimal(left) == Decimal(right) or (self.known and _money(left) == _money(right))
        if not self.known:
            return False
        if self.flavour == "cut":
            return left[:LENGTH].strip() == right[:LENGTH].strip()
        return self.flavour == "upper" and left.upper() == right.upper()

    def pick(self, side: str, rng: random.Random) -> Value:
        """A value a person might type on that side."""
        if self.flavour == "flag":
            return rng.random() < 0.5
        if self.flavour == "choice":
            words = [pair[0] if side == "p" else pair[1] for pair in CHOICES] + [None]
            return rng.choice([*words, "odd"] if rng.random() < 0.15 else words)
        if self.flavour == "money":
            return rng.choice(NUMBERS)
        if self.flavour == "picky" and side == "p" and rng.random() < 0.3:
            return FORBIDDEN
        return rng.choice(WORDS)


def _trimmed(value: Value) -> str | None:
    return (str(value).strip() or None) if value is not None else None


def _money(value: str) -> str:
    text = format(Decimal(value).quantize(Decimal("0.01"), ROUND_HALF_UP), "f")
    return text.rstrip("0").rstrip(".")


def make_spec(name: str, rng: random.Random) -> Spec:
    """A field of some flavour, direction and policy."""
    flavour = rng.choice(FLAVOURS)
    direction = rng.choice([Direction.TWO_WAY] * 6 + [Direction.TO_QUICKBASE, Direction.TO_PROCORE])
    return Spec(
        name,
        flavour,
        direction,
        rng.choice(list(Policy)),
        rng.choice([*list(Policy)[:2], Policy.HOLD]),
        rng.choice(list(OnEdit)),
        known=rng.random() < 0.7,
    )


def engine_rule(spec: Spec) -> Rule:
    """The same field as the engine is told."""
    if spec.link:
        return reference(spec.name, spec.link, required=spec.required, conflict=spec.conflict)
    kind = {"money": Kind.NUMBER, "flag": Kind.CHECKBOX, "choice": Kind.CHOICE}.get(spec.flavour, Kind.TEXT)
    made = rule(
        spec.name,
        kind,
        direction=spec.direction,
        conflict=spec.conflict,
        first=spec.first,
        on_edit=spec.on_edit,
        values=dict(CHOICES) if spec.flavour == "choice" else None,
    )
    there = made.quickbase
    assert there is not None
    if spec.known:
        there = replace(
            there,
            max_length=LENGTH if spec.flavour == "cut" else None,
            fold_case=spec.flavour == "upper",
            decimals=2 if spec.flavour == "money" else None,
        )
    return replace(made, quickbase=there)
