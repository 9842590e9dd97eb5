"""Rules that say `as: file`: the bytes of a Procore file or image, and a Quickbase attachment."""

from __future__ import annotations

from syncd.catalog import ResourceField
from syncd.core.rule import Held, LinkLookup, Translate, as_it_is
from syncd.core.values import Kind, Value
from syncd.mapping.desk import Desk
from syncd.mapping.load import Place
from syncd.mapping.model import RuleModel
from syncd.mapping.schemas import FieldSchema

__all__ = ["across", "fits"]

REMOVED = (
    "the attachment was removed in Quickbase, and Procore keeps its file: attach one again, settle it for "
    "procore to bring the file back, or delete the record"
)
"""Why an attachment's removal does not cross: no file is deleted because of it."""


def fits(
    desk: Desk,
    place: Place,
    model: RuleModel,
    procore: ResourceField | None,
    quickbase: FieldSchema | None,
) -> bool:
    """Whether `as: file` stands exactly where both fields hold files, and nothing else is asked of them."""
    held = [
        ("procore", f"Procore field {procore.name!r}") if procore and procore.kind is Kind.FILE else None,
        ("quickbase", f"Quickbase field {quickbase.label!r}")
        if quickbase and quickbase.field.kind is Kind.FILE
        else None,
    ]
    if model.replace is not None and (why := _cannot_replace(desk, model, procore)):
        desk.problem((*place, "replace"), f"`replace:` {why}", key=True)
        return False
    if model.as_ is None:
        found = next((one for one in held if one is not None), None)
        if found is not None:
            desk.problem((*place, found[0]), f"{found[1]} holds a file; write `as: file`")
        return found is None
    for word, there, other in (("procore", procore, held[0]), ("quickbase", quickbase, held[1])):
        if there is None:
            desk.problem(place, f"`as: file` pairs an attachment with a file; name the {word} field, too")
            return False
        if other is None and (word == "procore" or desk.table is not None):
            hint = "write `content`" if word == "procore" else "name a file attachment field"
            desk.problem((*place, word), f"`as: file` needs a field that holds a file; {hint}")
            return False
    given = {"values": model.values, "link": model.link, "default": model.default, "by": model.by}
    given |= {"join": model.join, "zone": model.zone}
    wrong = [word for word, value in given.items() if value is not None]
    for word in wrong:
        desk.problem((*place, word), f"`{word}:` cannot stand beside `as: file`", key=True)
    if quickbase is not None and quickbase.field.required and "quickbase" in desk.model.create:
        text = (
            f"Quickbase requires {quickbase.label!r} of a new record, and a file is attached only afterwards"
        )
        desk.problem((*place, "quickbase"), text)
        return False
    return not wrong


def _cannot_replace(desk: Desk, model: RuleModel, procore: ResourceField | None) -> str:
    """Why nothing can be said of bytes that Procore cannot replace."""
    if model.as_ is None:
        return "says what becomes of other bytes of an image; it needs `as: file`"
    if procore is not None and procore.field.on_update:
        return f"is for images: of {desk.resource.name} Procore takes other bytes as a new version"
    if "procore" not in desk.model.create or "to-quickbase" in (model.direction, desk.model.direction):
        return "makes records in Procore, and this mapping creates none there; add it to `create:`"
    return ""


def across() -> tuple[Translate, Translate]:
    """To Quickbase and to Procore: which version it is crosses as it is, and the bytes with it."""
    return as_it_is, _to_procore


def _to_procore(value: Value, _links: LinkLookup) -> Value | Held:
    return Held(REMOVED) if value is None else value
