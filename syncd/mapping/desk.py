"""What lies on the desk while one mapping file is compiled."""

from __future__ import annotations

from dataclasses import dataclass
from zoneinfo import ZoneInfo

from syncd.catalog import Resource, ResourceField, closest
from syncd.catalog.custom import PREFIX, as_field, believed
from syncd.core.values import Field, Kind
from syncd.mapping.load import Document, Place
from syncd.mapping.model import FileModel, RuleModel
from syncd.mapping.problems import Problems
from syncd.mapping.schemas import FieldSchema, ProcoreSchema, TableSchema

__all__ = ["Desk", "suggested"]


@dataclass(frozen=True, slots=True)
class Desk:
    """One file's model, the resource it names, and the table if the schema is known.

    `table` is None when checking offline: then fields are taken by their labels. `past` is the
    table as the mapping last fitted it, to tell what became of a field. `procore` are Procore's custom
    fields, None where nobody has looked: then they are taken by their labels.
    """

    document: Document
    model: FileModel
    resource: Resource
    table: TableSchema | None
    problems: Problems
    past: TableSchema | None = None
    procore: ProcoreSchema | None = None

    def problem(self, place: Place, text: str, *, key: bool = False) -> None:
        """Note what is wrong at `place`."""
        self.problems.add(self.document.file, self.document.at(place, key=key), text, place)

    def procore_field(self, name: str, place: Place) -> ResourceField | None:
        """The resource's field of that name; None, with a problem noted, if there is none."""
        if name.startswith(PREFIX):
            return self._custom_field(name, place)
        found = self.resource.field(name)
        if found is None:
            names = [one.name for one in self.resource.fields]
            self.problem(place, f"{self.resource.name} has no field {name!r}{suggested(name, names)}")
        elif self.signed(name):
            self.problem(place, self.why_no_link(name))
            return None
        return found

    def signed(self, name: str) -> bool:
        """Whether that field of the resource is a link that is signed anew at each reading."""
        found = self.resource.field(name)
        return found is not None and found.signed

    def why_no_link(self, name: str) -> str:
        """Why no rule reads such a link, and what to map in its place where it leads to bytes."""
        bytes_of = next((one.name for one in self.resource.fields if one.kind is Kind.FILE), "")
        instead = f"; map the bytes: `{{procore: {bytes_of}, as: file}}`" if bytes_of else ""
        return (
            f"{name!r} is a link that Procore signs anew at each reading and that soon leads nowhere{instead}"
        )

    def _custom_field(self, name: str, place: Place) -> ResourceField | None:
        label = name.removeprefix(PREFIX)
        if not self.resource.custom:
            self.problem(place, f"{self.resource.name} have no custom fields in Procore's API")
            return None
        if self.procore is None:
            return believed(name, Kind.TEXT)
        found = self.procore.called(self.resource.name, label)
        if len(found) == 1 and found[0].usable:
            return as_field(found[0], name, detail=self.resource.custom_detail)
        if not found:
            labels = self.procore.labels(self.resource.name)
            text = f"Procore has no custom field {label!r}{suggested(label, labels)}"
        elif len(found) == 1:
            text = f"custom field {label!r} is of type {found[0].data_type!r}, which no rule can use"
        else:
            ids = " or ".join(f"{PREFIX}{one.id}" for one in found[:3])
            text = f"Procore has {len(found)} custom fields called {label!r}; say which by its id: {ids}"
        self.problem(place, text)
        return None

    def quickbase_field(self, label: str, place: Place, like: Kind | None = None) -> FieldSchema | None:
        """The table's field of that label; None, with a problem noted, if there is none.

        Offline the field is believed to exist and to be of the kind `like`.
        """
        if self.table is None:
            return FieldSchema(99, label, "", Field(label, label, like or Kind.TEXT), unique=True)
        found = self.table.field(label)
        if found is None:
            self.problem(place, f"table {self.table.name!r} has no field {label!r}{self.meant(label)}")
            return None
        if not found.kind_known:
            self.problem(place, f"Quickbase field {label!r} is of type {found.type!r}, which no rule can use")
            return None
        return found

    def meant(self, label: str) -> str:
        """The end of a sentence about a label that is not there: what became of it, or is like it."""
        if self.table is None:
            return ""
        was = self.past.field(label) if self.past else None
        if was is None:
            return suggested(label, [one.label for one in self.table.fields])
        now = next((one for one in self.table.fields if one.fid == was.fid), None)
        if now is None:
            return f" any more: field {was.fid}, which was called so, was deleted"
        return f" any more: it is called {now.label!r} now, write that"

    def zone(self, rule: RuleModel, place: Place) -> ZoneInfo | None:
        """The rule's time zone, or the mapping's; None if neither names one that exists."""
        name = rule.zone or self.model.zone
        if not name:
            return None
        at = (*place, "zone") if rule.zone else ("zone",)
        try:
            return ZoneInfo(name)
        except (KeyError, ValueError, OSError):
            self.problem(at, f"there is no time zone {name!r}; zones are named like America/Chicago")
            return ZoneInfo("UTC")


def suggested(word: str, among: list[str]) -> str:
    """The end of a sentence that says what was probably meant."""
    meant = closest(word, among)
    return f"; did you mean {meant!r}?" if meant else ""
