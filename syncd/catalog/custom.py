"""Custom fields: from a definition of the company's to a field like others (reference procore-api §21).

They are read under `custom_fields` and written as `custom_field_<id>` inside the wrapper. What is
chosen from a list is read as an object and written as the entry's id.
"""

from __future__ import annotations

from dataclasses import dataclass

from syncd.catalog.lookups import entries_of
from syncd.catalog.resource import ResourceField, Send
from syncd.core.values import Field, Kind

__all__ = ["PREFIX", "CustomField", "as_field", "believed", "labelled"]

PREFIX = "custom."
"""How mapping files name them: `custom.Discipline`."""

_KINDS = {
    "string": (Kind.TEXT, Send.TEXT),
    "text": (Kind.TEXT, Send.TEXT),
    "rich_text": (Kind.RICH_TEXT, Send.TEXT),
    "decimal": (Kind.NUMBER, Send.NUMBER),
    "integer": (Kind.NUMBER, Send.NUMBER),
    "boolean": (Kind.CHECKBOX, Send.FLAG),
    "date": (Kind.DAY, Send.TEXT),
    "datetime": (Kind.INSTANT, Send.TEXT),
    "lov_entry": (Kind.REFERENCE, Send.ID),
    "lov_entries": (Kind.REFERENCES, Send.IDS),
}


@dataclass(frozen=True, slots=True)
class CustomField:
    """One definition, as the company has it. `data_type` is Procore's own word."""

    id: str
    label: str
    data_type: str

    @property
    def usable(self) -> bool:
        """Whether its values are of a kind that rules know."""
        return self.data_type in _KINDS


def as_field(about: CustomField, name: str, *, detail: bool = False) -> ResourceField:
    """The field, of that name, that a usable definition makes; it is not in bulk writes, and with `detail`
    in no list either."""
    kind, send = _KINDS[about.data_type]
    key = f"custom_field_{about.id}"
    read: tuple[str, ...] = ("custom_fields", key, "value")
    if kind is Kind.REFERENCE:
        read = (*read, "id")
    elif kind is Kind.REFERENCES:
        read = (*read, "*", "id")
    return ResourceField(
        Field(name, about.label, kind, detail=detail),
        read=read,
        write=key,
        send=send,
        bulk=False,
        target=entries_of(about.id) if send in (Send.ID, Send.IDS) else "",
    )


def labelled(about: CustomField, name: str, *, detail: bool = False) -> ResourceField:
    """The same as expressions read it: what is chosen from a list by its labels, which every answer has."""
    field = as_field(about, name, detail=detail)
    if field.kind not in (Kind.REFERENCE, Kind.REFERENCES):
        return field
    many = field.kind is Kind.REFERENCES
    kind = Kind.CHOICES if many else Kind.TEXT
    said = Field(f"{name} (label)", about.label, kind, detail=detail)
    return ResourceField(said, read=(*field.read[:-1], "label"))


def believed(name: str, kind: Kind) -> ResourceField:
    """A custom field that nobody has looked for yet: it is taken to be there, and of this kind."""
    return ResourceField(Field(name, name.removeprefix(PREFIX), kind), read=(), send=Send.TEXT)
