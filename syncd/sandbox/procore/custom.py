"""Custom fields: what a company defined for a resource, how its records hold and show them (reference §21).

They are written as `custom_field_<id>` inside the wrapper and read under `custom_fields`. A list's
entry is written as its id and read with its label.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

from syncd.sandbox.procore.field import Field, Kind
from syncd.sandbox.procore.options import Options
from syncd.sandbox.procore.table import Values

__all__ = ["CustomField", "CustomFields", "CustomKind"]

CustomKind = Literal["string", "rich_text", "decimal", "boolean", "datetime", "lov_entry", "lov_entries"]

_KINDS: dict[CustomKind, Kind] = {
    "string": "text",
    "rich_text": "text",
    "decimal": "float",
    "boolean": "flag",
    "datetime": "instant",
    "lov_entry": "ref",
    "lov_entries": "refs",
}


@dataclass(frozen=True, slots=True)
class CustomField:
    """One definition, and the metadatum that puts it into the field set of a resource."""

    id: int
    metadatum: int
    resource: str
    label: str
    kind: CustomKind

    @property
    def key(self) -> str:
        """What it is called in records, in writes, and as the option list of its entries."""
        return f"custom_field_{self.id}"

    @property
    def field(self) -> Field:
        """How a value is taken in."""
        target = self.key if self.kind.startswith("lov") else ""
        return Field(self.key, _KINDS[self.kind], write=self.key, target=target, sync=False)


class CustomFields:
    """The definitions of the company. The entries of their lists are option lists like others."""

    def __init__(self, options: Options) -> None:
        self._options = options
        self.by_id: dict[int, CustomField] = {}
        self._writes: dict[str, dict[str, Field]] = {}
        self.sets: dict[str, int] = {}

    def put(
        self, resource: str, label: str, kind: CustomKind, entries: tuple[str, ...], new_id: Callable[[], int]
    ) -> int:
        """A new definition for a resource; its id."""
        if resource not in self.sets:
            self.sets[resource] = new_id()
        made = CustomField(new_id(), new_id(), resource, label, kind)
        self.by_id[made.id] = made
        self._writes.setdefault(resource, {})[made.key] = made.field
        for entry in entries:
            self._options.put(made.key, new_id(), entry, 0, {})
        return made.id

    def of(self, resource: str) -> list[CustomField]:
        """The definitions of a resource, in order of creation."""
        return [one for one in self.by_id.values() if one.resource == resource]

    def field(self, resource: str, key: str) -> Field | None:
        """What a key of a write means, None if it is no custom field of the resource."""
        return self._writes.get(resource, {}).get(key)

    def entries(self, about: CustomField) -> list[dict[str, Any]]:
        """The entries of a list; the highest position stands on top."""
        found = list(self._options.get(about.key, {}).items())
        return [
            {"id": number, "label": label, "position": len(found) - index, "active": True}
            for index, (number, label) in enumerate(found)
        ]

    def shown(self, resource: str, values: Values) -> dict[str, Any]:
        """What stands under `custom_fields` of a record."""
        return {
            one.key: {"data_type": one.kind, "value": self._shown(one, values.get(one.key))}
            for one in self.of(resource)
        }

    def _shown(self, about: CustomField, value: Any) -> Any:
        labels = self._options.get(about.key, {})
        if about.kind == "lov_entry":
            return None if value is None else {"id": value, "label": labels.get(value)}
        if about.kind == "lov_entries":
            return [{"id": one, "label": labels.get(one)} for one in value or ()]
        return value
