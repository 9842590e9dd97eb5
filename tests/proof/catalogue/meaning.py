"""What a world's rules mean on both sides, in the proof's own words.

The judge compares what the two simulators really stored. These few lines say when that is the same,
and what a person can do with a record; they share nothing with the engine or its catalogue.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from tests.proof.catalogue.content import sum_in

__all__ = ["Sort", "Word", "plain", "token_of"]

_TOKEN = re.compile(r"^\w+")


@dataclass(frozen=True, slots=True)
class Word:
    """One rule: a field of Procore, as mapping files name it, and a field of Quickbase.

    `stored` and `write` are the simulator's name of the field and the key a person writes it by (both
    the field's own name if ""); `column` is the Quickbase field's type. `ref` names the sort that a
    reference goes to through its mapping, `by` the word it is said by instead; `options` is the small
    list it points into. A `fixed` field is taken by Procore at creation only, so that an edit of it in
    Quickbase has to be listed; `once` stands for `on: create`. `one_way` fields are Procore's own.
    `edited` and `typed` say whether people change it later, in Procore and in Quickbase. `needed`: no
    record without it. `more` ends the rule's line. `custom` is the type of a custom field. `unlisted`: no
    list of Procore's shows it.
    """

    procore: str
    quickbase: str
    kind: str = "text"
    stored: str = ""
    write: str = ""
    column: str = "text"
    ref: str = ""
    by: str = ""
    options: str = ""
    fixed: bool = False
    once: bool = False
    one_way: bool = False
    edited: bool = True
    typed: bool = True
    needed: bool = False
    more: str = ""
    custom: str = ""
    unlisted: bool = False

    @property
    def field(self) -> str:
        """The simulator's name of the field."""
        return self.stored or self.procore

    @property
    def key(self) -> str:
        """The key that a person writes it by in Procore."""
        return self.write or self.field


@dataclass(frozen=True, slots=True)
class Sort:
    """One resource with its mapping, which is called like it: where records live (`home`: another
    sort, "" for the company), and the simulator's name of its table.

    `lineage` is the word whose first token names a record's lineage; a membership's is that of the
    words in `pair`. `match` are the alternatives its mapping may have. `made` and `removed` say whether
    syncd may ask Procore to create and to delete one, `archives` whether it may retire one.
    `binned` records go to a recycle bin; `carries` is the field for our mark. `stamped` says that
    records tell when they were changed. `carried` are keys that every update has to bring along.
    """

    resource: str
    table: str
    sim: str
    words: tuple[Word, ...]
    home: str = ""
    lineage: str = ""
    pair: tuple[str, ...] = ()
    match: tuple[tuple[str, ...], ...] = ()
    made: bool = True
    removed: bool = True
    archives: bool = False
    carries: str = ""
    stamped: bool = True
    carried: tuple[str, ...] = ()
    tool: str = ""

    @property
    def fields(self) -> tuple[Word, ...]:
        """The same as `words`, for the judges."""
        return self.words

    def word(self, procore: str) -> Word:
        """The word of that Procore field. Raises StopIteration."""
        return next(one for one in self.words if one.procore == procore)

    @property
    def file(self) -> Word | None:
        """The word that holds bytes, where the world carries them."""
        return next((one for one in self.words if one.kind == "file"), None)

    @property
    def above(self) -> Word | None:
        """The word that says where a record lives."""
        return next((one for one in self.words if one.kind == "home"), None)


def token_of(value: Any) -> str:
    """The first word of a name: it stays whatever else people change in it."""
    found = _TOKEN.match(str(value or ""))
    return found[0] if found else ""


def plain(kind: str, value: Any) -> Any:
    """A value of either side as what it means; None is empty."""
    return _KINDS[kind](value)


def _text(value: Any) -> str | None:
    return (str(value).strip() or None) if value is not None else None


def _fold(value: Any) -> str | None:
    text = _text(value)
    return text.casefold() if text else None


def _phone(value: Any) -> str | None:
    return (re.sub(r"\D", "", str(value)) or None) if value is not None else None


def _number(value: Any) -> Decimal | None:
    return None if value in (None, "") else Decimal(str(value)).normalize()


def _money(value: Any) -> Decimal | None:
    return None if value in (None, "") else Decimal(str(value)).quantize(Decimal("0.01"), ROUND_HALF_UP)


def _id(value: Any) -> str | None:
    return None if value in (None, "") else str(int(float(value)))


def _set(value: Any) -> frozenset[str] | None:
    parts = value.split("; ") if isinstance(value, str) else value
    return frozenset(str(one).strip().casefold() for one in parts or () if str(one).strip()) or None


_KINDS: dict[str, Callable[[Any], Any]] = {
    "text": _text,
    "mail": _fold,
    "phone": _phone,
    "money": _money,
    "number": _number,
    "flag": bool,
    "filled": bool,
    "id": _id,
    "home": _text,
    "ref": _text,
    "name": _text,
    "person": _fold,
    "people": _set,
    "names": _set,
    "file": sum_in,
}
