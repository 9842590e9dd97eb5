"""Checks and parts of one mapping that are not about a single rule."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from syncd.catalog import Resource, Scope
from syncd.catalog.custom import PREFIX
from syncd.core.match import MAX_ALTERNATIVES
from syncd.core.rule import Policy
from syncd.core.values import Kind, SideName
from syncd.mapping.compiled import DeletePolicy, DeleteWord, ProcoreEnd, QuickbaseEnd
from syncd.mapping.desk import Desk, suggested
from syncd.mapping.query import BadQuery, compile_query
from syncd.mapping.rules import Made
from syncd.mapping.schemas import BUILT_IN, FieldSchema, TableSchema

__all__ = ["check_newest", "create_sides", "delete_words", "match_keys", "procore_end", "quickbase_end"]


def procore_end(desk: Desk) -> ProcoreEnd:
    """The Procore half; what is wrong with it is noted on the desk."""
    model, resource = desk.model.procore, desk.resource
    _check_home(desk, resource)
    return ProcoreEnd(
        resource=resource.name,
        where=_filters(desk, resource),
        projects=model.projects.linked if model.projects else "",
        only=tuple(dict.fromkeys(model.projects.only)) if model.projects else (),
        carrier=_carrier(desk, resource),
        under=model.under or "",
    )


def _check_home(desk: Desk, resource: Resource) -> None:
    """Where the records live must be said, in the word that fits, and only where they live somewhere."""
    model = desk.model.procore
    given = {"projects": model.projects is not None, "under": model.under is not None}
    homes = {
        Scope.COMPANY: ("", "live in the company"),
        Scope.PROJECT: ("projects", "live in projects; say which with `projects: {linked: <mapping>}`"),
        Scope.RECORD: ("under", f"live in {resource.parent}; say in whose with `under: <mapping>`"),
    }
    word, where = homes[resource.scope]
    wrong = [one for one, there in given.items() if there and one != word]
    for one in wrong:
        desk.problem(("procore", one), f"`{one}:` does not fit: {resource.name} {where}", key=True)
    if word and not given[word] and not wrong:
        desk.problem(("procore",), f"{resource.name} {where}", key=True)


def _filters(desk: Desk, resource: Resource) -> tuple[tuple[str, str], ...]:
    out: list[tuple[str, str]] = []
    for name, values in desk.model.procore.where.items():
        place = ("procore", "where", name)
        found = resource.filter(name)
        if found is None:
            names = [one.name for one in resource.filters]
            hint = suggested(name, names) or f"; there are {', '.join(names)}"
            desk.problem(place, f"{resource.name} have no filter {name!r}{hint}", key=True)
            continue
        if len(values) != 1 and not found.many:
            desk.problem(place, f"the filter {name!r} takes one value")
            continue
        for value in values:
            if found.allowed and value not in found.allowed:
                hint = suggested(value, list(found.allowed))
                text = f"the filter {name!r} takes {', '.join(found.allowed)}, not {value!r}{hint}"
                desk.problem(place, text)
            elif found.kind is Kind.NUMBER and not value.isdecimal():
                desk.problem(place, f"the filter {name!r} takes an id, not {value!r}")
            out.append((name, value))
    return tuple(out)


def _carrier(desk: Desk, resource: Resource) -> str:
    name, place = desk.model.procore.key, ("procore", "key")
    if name == "none":
        return ""
    field = desk.procore_field(name, place)
    if field is None:
        return ""
    fits = (
        field.kind is Kind.TEXT and field.field.on_create and field.field.readable and not field.field.detail
    )
    if not fits or field.field.required:
        desk.problem(place, f"{name!r} cannot carry our mark; it must be a free text field that lists show")
    if name == "origin_id" and name not in resource.carriers:
        desk.problem(place, f"{resource.name} have no origin_id; write `key: none`")
    return name


def quickbase_end(desk: Desk, made: Sequence[Made]) -> QuickbaseEnd:
    """The Quickbase half; what is wrong with it is noted on the desk."""
    model = desk.model.quickbase
    field = desk.quickbase_field(model.key, ("quickbase", "key"))
    if field is not None:
        _check_key(desk, field)
        for one in made:
            if one.quickbase is not None and one.quickbase.fid == field.fid and _same(one.quickbase, field):
                text = f"{field.label!r} is the key field and belongs to syncd; no rule may use it"
                desk.problem((*one.place, "quickbase"), text)
    where = ""
    if model.where:
        try:
            where = compile_query(model.where, lambda label: _field_id(desk, label))
        except BadQuery as error:
            desk.problem(("quickbase", "where"), str(error))
    table = desk.table
    return QuickbaseEnd(
        table=table.dbid if table else model.table,
        key=field.field.name if field else model.key,
        where=where,
        name=table.name if table else model.table,
    )


def _same(one: FieldSchema, two: FieldSchema) -> bool:
    return one.label == two.label  # offline every field has the same id


def _check_key(desk: Desk, field: FieldSchema) -> None:
    if desk.table is None:
        return
    place = ("quickbase", "key")
    if field.why_not_written:
        text = f"key field {field.label!r} cannot be written: {field.why_not_written}"
        desk.problem(place, text)
    elif field.field.kind is not Kind.TEXT:
        text = f"key field {field.label!r} must be a text field, not {field.type}"
        desk.problem(place, f"{text}: identities do not survive as numbers")
    elif not field.unique:
        desk.problem(place, f"key field {field.label!r} is not unique; tick Unique in its properties")
    if desk.table.key == field.fid and "procore" in desk.model.create:
        text = (
            f"{field.label!r} is the table's own key field, so a record made in Quickbase cannot wait for it"
        )
        desk.problem(place, f"{text}; use another unique text field, or leave procore out of `create:`")


def _field_id(desk: Desk, label: str) -> str:
    if desk.table is None:
        return label
    found = desk.table.field(label)
    if found is None:
        raise BadQuery(f"table {desk.table.name!r} has no field {label!r}{desk.meant(label)}")
    return str(found.fid)


def match_keys(desk: Desk, made: Sequence[Made]) -> tuple[tuple[int, ...], ...]:
    """Rule indexes of each `match:` alternative."""
    if len(desk.model.match) > MAX_ALTERNATIVES:
        desk.problem(("match",), f"`match:` takes at most {MAX_ALTERNATIVES} alternatives")
    by_name = {
        one.procore.name: index
        for index, one in enumerate(made)
        if one.procore is not None
        and one.quickbase is not None
        and _is_read(one)
        and one.procore.kind is not Kind.FILE
    }
    out: list[tuple[int, ...]] = []
    for rank, names in enumerate(desk.model.match):
        for position, name in enumerate(names):
            if name not in by_name:
                known = desk.resource.field(name) is not None or name.startswith(PREFIX)
                hint = "" if known else suggested(name, list(by_name))
                why = "is not a field of a rule"
                if any(one.procore and one.procore.name == name and one.rule.create_only for one in made):
                    why = "is sent when a record is created and never read"
                elif known:
                    why = "has no rule that pairs it with a Quickbase field"
                desk.problem(("match", rank, position), f"`match:` names {name!r}, which {why}{hint}")
        found = tuple(by_name[name] for name in names if name in by_name)
        if found:
            out.append(found)
    return tuple(out)


def _is_read(one: Made) -> bool:
    """Whether the rule knows the values of both sides; one that only sends at creation may not."""
    if not one.rule.create_only:
        return True
    readable = one.procore is not None and one.procore.field.readable
    return readable and not one.rule.unread(SideName.PROCORE)


def create_sides(desk: Desk, made: Sequence[Made]) -> frozenset[SideName]:
    """The sides on which records are created, once everything they require has a rule."""
    sides = frozenset(SideName(one) for one in desk.model.create)
    against = {"to-quickbase": SideName.PROCORE, "to-procore": SideName.QUICKBASE}
    wrong = against.get(desk.model.direction)
    if wrong in sides:
        text = f"the mapping goes {desk.model.direction} only, so nothing can be created in {wrong}"
        desk.problem(("create",), text)
        return sides
    why = _unwritten(desk.resource)
    if why and desk.model.direction != "to-quickbase":
        desk.problem(("direction",), f"nothing can go to Procore here, so write `to-quickbase`: {why}")
        return sides
    if SideName.PROCORE in sides and not (desk.resource.create or desk.resource.sync):
        text = f"Procore's API creates no {desk.resource.name}; leave procore out"
        desk.problem(("create",), text)
    elif SideName.PROCORE in sides:
        writing = [one.procore for one in made if one.procore and one.sends(SideName.PROCORE)]
        sent = {name for one in writing for name in (one.name, *one.fills)}
        missing = [one.name for one in desk.resource.required if one.name not in sent]
        if missing:
            text = f"Procore creates {desk.resource.name} only with {_and(missing)}"
            desk.problem(("create",), f"{text}; add a rule that sends it, or leave procore out")
    if SideName.QUICKBASE in sides and desk.table is not None:
        written = {one.quickbase.fid for one in made if one.quickbase and one.sends(SideName.QUICKBASE)}
        needed = [
            one.label for one in desk.table.fields
            if one.field.required and not one.why_not_written and one.fid not in written
            and one.label != desk.model.quickbase.key
        ]  # fmt: skip
        if needed:
            text = f"table {desk.table.name!r} requires {_and(needed)}"
            desk.problem(("create",), f"{text}; add a rule that writes it, or leave quickbase out")
        _check_own_key(desk, desk.table, written)
    return sides


def _unwritten(resource: Resource) -> str:
    """Why Procore takes nothing of the resource from a mapping; "" where it takes something."""
    if resource.not_written or any(one.writable and not one.scope_id for one in resource.fields):
        return resource.not_written
    verbs = " and ".join(one.verb for one in resource.acts)
    return f"{resource.name} have no field that Procore takes; they are changed by hand ({verbs})"


def _check_own_key(desk: Desk, table: TableSchema, written: Collection[int]) -> None:
    """The key field of a table may not be blank (reference quickbase-api §4.1)."""
    own = next((one for one in table.fields if one.fid == table.key and one.fid > BUILT_IN), None)
    if own is None or own.field.required or own.fid in written or own.label == desk.model.quickbase.key:
        return
    text = f"{own.label!r} is the key field of table {table.name!r} and may not be blank in a new record"
    desk.problem(("create",), f"{text}; add a rule that writes it, or leave quickbase out")


def _and(words: list[str]) -> str:
    quoted = [repr(word) for word in words]
    return quoted[0] if len(quoted) == 1 else ", ".join(quoted[:-1]) + f" and {quoted[-1]}"


def delete_words(desk: Desk, made: Sequence[Made]) -> tuple[tuple[SideName, DeletePolicy], ...]:
    """What a delete does to each side."""
    model, resource = desk.model.delete, desk.resource
    out = []
    for side, end in ((SideName.PROCORE, model.procore), (SideName.QUICKBASE, model.quickbase)):
        place = ("delete", side.value)
        if end.flag is not None:
            out.append((side, DeletePolicy(DeleteWord.FLAG, _flag(desk, made, side, end.flag))))
            continue
        word = DeleteWord(end.word)
        if side is SideName.QUICKBASE and word is DeleteWord.ARCHIVE:
            desk.problem(place, "Quickbase has no archive; use keep, unlink, delete or {flag: <field>}")
        if side is SideName.PROCORE and word is DeleteWord.ARCHIVE and resource.archive is None:
            desk.problem(place, f"{resource.name} have no inactive state in Procore; use keep or unlink")
        if (
            side is SideName.PROCORE
            and word is DeleteWord.DELETE
            and not (resource.delete or resource.recycle)
        ):
            hint = "archive" if resource.archive else "keep"
            desk.problem(place, f"Procore cannot delete {resource.name}; use {hint}")
        out.append((side, DeletePolicy(word)))
    return tuple(out)


def _flag(desk: Desk, made: Sequence[Made], side: SideName, name: str) -> str:
    """The name of the checkbox to set, as calls use it."""
    place = ("delete", side.value, "flag")
    if side is SideName.PROCORE:
        own = desk.procore_field(name, place)
        if own is not None and (own.kind is not Kind.CHECKBOX or not own.field.on_update):
            desk.problem(place, f"{name!r} is not a checkbox that can be set")
        used = any(one.procore and one.procore.name == name and one.sends(side) for one in made)
    else:
        found = desk.quickbase_field(name, place, Kind.CHECKBOX)
        if found is not None and (found.field.kind is not Kind.CHECKBOX or found.why_not_written):
            desk.problem(place, f"{name!r} is not a checkbox that can be set")
        used = any(one.quickbase and one.quickbase.label == name and one.sends(side) for one in made)
        name = found.field.name if found else name
    if used:
        desk.problem(place, "a rule writes this field too, so the flag would not stay")
    return name


def check_newest(desk: Desk) -> None:
    """`newest` needs a stamp of the last edit on both sides."""
    if desk.resource.stamp:
        return
    text = f"{desk.resource.name} carry no time of their last edit, so `newest` cannot be told"
    if desk.model.conflict == Policy.NEWEST.value:
        desk.problem(("conflict",), text)
    for index, rule in enumerate(desk.model.fields):
        if rule.conflict == Policy.NEWEST.value:
            desk.problem(("fields", index, "conflict"), text)
