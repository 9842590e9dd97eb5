"""A field of a table: what it is called, what it holds, and how the API describes it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from syncd.sandbox.quickbase.wire import refuse

__all__ = ["BUILT_IN", "CREATABLE", "LISTS", "MOMENTS", "NOT_UNIQUE", "NUMBERS", "TEXTS", "Field"]

TEXTS = frozenset({"text", "text-multi-line", "text-multiple-choice", "rich-text", "email", "url", "phone"})
NUMBERS = frozenset({"numeric", "currency", "rating", "percent", "duration", "recordid"})
MOMENTS = frozenset({"date", "timestamp", "timeofday"})
LISTS = frozenset({"multitext", "multiuser"})
CREATABLE = (TEXTS | NUMBERS | MOMENTS | LISTS | {"checkbox", "user", "address", "file", "datetime"}) - {
    "recordid"
}
NOT_UNIQUE = frozenset({"multiuser", "multitext", "phone", "address", "file", "checkbox"})
"""Types that cannot be unique (§4.1), and two for which it makes no sense."""

BUILT_IN = (
    (1, "Date Created", "timestamp"),
    (2, "Date Modified", "timestamp"),
    (3, "Record ID#", "recordid"),
    (4, "Record Owner", "user"),
    (5, "Last Modified By", "user"),
)

_BLANK: dict[str, Any] = {
    **dict.fromkeys(TEXTS | MOMENTS | {"user", "address"}, ""),
    **dict.fromkeys(NUMBERS),
    **dict.fromkeys(LISTS | {"file"}, ()),
    "checkbox": False,
}
_BOUNDED = {"maxLength": 1_000_000, "decimalPlaces": 14}
_FLAGS = ("noWrap", "bold", "appearsByDefault", "findEnabled", "audited")


@dataclass(slots=True)
class Field:
    """One field. `key` is its id as the JSON bodies write it; rows are kept by that key."""

    fid: int
    label: str
    type: str
    mode: str = ""
    required: bool = False
    unique: bool = False
    help: str = ""
    flags: dict[str, bool] = field(default_factory=dict)
    properties: dict[str, Any] = field(default_factory=dict)
    key: str = ""
    blank: Any = None
    read_only: bool = False

    def __post_init__(self) -> None:
        self.key = str(self.fid)
        self.blank = _BLANK[self.type]
        self.read_only = self.fid < 6 or bool(self.mode) or self.type == "address"

    def describe(self) -> dict[str, Any]:
        """The field as `GET /fields` shows it (§4.1)."""
        flags = {name: self.flags.get(name, name in ("appearsByDefault", "findEnabled")) for name in _FLAGS}
        return {
            "id": self.fid,
            "label": self.label,
            "fieldType": self.type,
            "mode": self.mode,
            "required": self.required,
            "unique": self.unique,
            "doesDataCopy": self.fid > 5,
            "fieldHelp": self.help,
            **flags,
            "properties": {**_common(self), **self.properties},
        }

    def set_flags(self, body: dict[str, Any]) -> None:
        """Take over the display flags and the help text of a create or update body."""
        self.flags.update({name: bool(body[name]) for name in _FLAGS if name in body})
        self.help = str(body.get("fieldHelp", self.help))

    def set_properties(self, given: dict[str, Any]) -> None:
        """Merge properties; `choices` is replaced as a whole. Raises Refusal (400)."""
        choices = given.get("choices")
        if choices is not None and not (
            isinstance(choices, list) and all(isinstance(choice, str) for choice in choices)
        ):
            raise refuse("'choices' has to be a list of texts.")
        for name, most in _BOUNDED.items():
            size = given.get(name)
            if size is not None and (not isinstance(size, int) or not 0 <= size <= most):
                raise refuse(f"'{name}' has to be a whole number from 0 to {most}.")
        self.properties.update(given)


def _common(about: Field) -> dict[str, Any]:
    """The properties that every field of its type shows, set or not (captures, §4.1)."""
    shown: dict[str, Any] = {
        "primaryKey": about.fid == 3,
        "foreignKey": False,
        "allowNewChoices": False,
        "sortAsGiven": True,
        "carryChoices": True,
        "formula": "",
        "defaultValue": "",
    }
    if about.type in TEXTS and about.type != "phone":
        shown.update(numLines=1, maxLength=0, appendOnly=False, allowHTML=about.type == "rich-text")
    elif about.type in NUMBERS:
        shown.update(commaStart=4, numberFormat=0, doesAverage=False, doesTotal=False, blankIsZero=True)
    elif about.type == "phone":
        shown.update(hasExtension=True, useI18NFormat=False)
    elif about.type in ("date", "timestamp"):
        shown.update(displayTime=about.type == "timestamp", displayMonth="number", defaultToday=False)
    elif about.type in ("user", "multiuser"):
        shown.update(displayUser="fullnamelf", defaultKind="none")
    return shown
