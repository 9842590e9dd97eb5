"""From mapping files to compiled mappings, or to every problem in every file at once."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from syncd.catalog import ResourceField, resource
from syncd.catalog import names as resource_names
from syncd.catalog.custom import PREFIX
from syncd.core.rule import Direction, Policy
from syncd.core.values import Kind
from syncd.mapping.compiled import Mapping, Named
from syncd.mapping.desk import Desk, suggested
from syncd.mapping.excused import Excused
from syncd.mapping.load import Document, SourceFile, load
from syncd.mapping.memory import Memory
from syncd.mapping.problems import Problems
from syncd.mapping.resting import at_rest, rested
from syncd.mapping.rules import Made, make_rule
from syncd.mapping.schemas import ProcoreSchema, QuickbaseSchema
from syncd.mapping.shape import shape
from syncd.mapping.together import Draft, check_together, depends_of, in_order
from syncd.mapping.whole import (
    check_newest,
    create_sides,
    delete_words,
    match_keys,
    procore_end,
    quickbase_end,
)
from syncd.mapping.words import fingerprint

__all__ = ["check", "compile_all", "compile_drifting"]

_NAME = re.compile(r"""mapping:\s*["']?([a-z][a-z0-9-]*)""")

ROUNDS = 4
"""Rules that rest may show that a mapping must wait, and that what was to be shown is all."""


def compile_all(
    files: Sequence[SourceFile],
    schemas: QuickbaseSchema | None = None,
    memory: Memory | None = None,
    procore: ProcoreSchema | None = None,
) -> list[Mapping]:
    """Compile all files together, parents first.

    Without `schemas` nothing is known of Quickbase: then its fields keep their labels for
    names and are believed to fit, which is good for checking but not for calls. `memory`
    helps to say what became of a field. `procore` are Procore's custom fields; without them a
    custom field is believed to be there, too. Raises ConfigProblem with every problem of every file.
    """
    problems = Problems()
    made = _compiled(files, schemas, problems, Excused(memory or Memory()), procore)
    problems.raise_if_any()
    return made


def compile_drifting(
    files: Sequence[SourceFile],
    schemas: QuickbaseSchema,
    memory: Memory,
    procore: ProcoreSchema | None = None,
) -> list[Mapping]:
    """Compile like `compile_all`, but live with what Quickbase's schema has drifted away from.

    A rule that ran before and does not fit any more is dormant; a mapping whose table or key
    does not fit waits as a whole; both are listed in `Mapping.drift`. Everything else is
    refused as `compile_all` refuses it.
    """
    strict, offline = Problems(), Problems()
    excused = Excused(memory)
    made = _compiled(files, schemas, strict, excused, procore)
    if not strict.found:
        return made
    _compiled(files, None, offline, Excused())
    left = [] if offline.found else excused.left(strict)
    for _round in range(ROUNDS):
        if not left or not excused.take(left):
            break
        problems = Problems()
        made = _compiled(files, schemas, problems, excused, procore)
        left = excused.left(problems)
        if not left and not excused.unproven:
            return made
    strict.raise_if_any()
    return []


def check(
    files: Sequence[SourceFile],
    schemas: QuickbaseSchema | None = None,
    procore: ProcoreSchema | None = None,
) -> tuple[str, ...]:
    """Every problem of every file, one line each; empty where all is well."""
    problems = Problems()
    _compiled(files, schemas, problems, Excused(), procore)
    return problems.lines()


def _compiled(
    files: Sequence[SourceFile],
    schemas: QuickbaseSchema | None,
    problems: Problems,
    excused: Excused,
    procore: ProcoreSchema | None = None,
) -> list[Mapping]:
    documents = [found for one in files if (found := load(one, problems)) is not None]
    names = frozenset(
        str(one.data["mapping"]) for one in documents if isinstance(one.data.get("mapping"), str)
    ) | _unread(files, documents)
    made = (_draft(one, schemas, problems, excused, procore) for one in documents)
    drafts = [draft for draft in made if draft is not None]
    check_together(drafts, names, schemas)
    depends = depends_of(drafts)
    return in_order([replace(one.mapping, depends=depends[one.name]) for one in drafts])


def _unread(files: Sequence[SourceFile], documents: Sequence[Document]) -> frozenset[str]:
    """The names in files that cannot be read, as their text has them: a link to one is not wrong."""
    read = {one.file for one in documents}
    lines = (line for one in files if one.name not in read for line in one.text.splitlines())
    return frozenset(found[1] for line in lines if (found := _NAME.match(line)))


def _draft(
    document: Document,
    schemas: QuickbaseSchema | None,
    problems: Problems,
    excused: Excused,
    procore: ProcoreSchema | None,
) -> Draft | None:
    desk = _desk(document, schemas, problems, excused)
    if desk is None:
        return None
    desk = replace(desk, procore=procore)
    given = document.data["fields"]
    resting = excused.rules.get(document.file, {}) if document.file not in excused.whole else {}
    found: list[Made | None] = []
    for index, one in enumerate(desk.model.fields):
        if index in resting:
            made = at_rest(desk, index, one, excused.memory)
            excused.unproven = excused.unproven or made is None
            found.append(made)
        elif isinstance(given[index], dict):  # what is no rule at all was reported with the shape
            found.append(make_rule(desk, index, one))
    rulerules = tuple(one for one in found if one is not None)
    mapping = _mapping(desk, rulerules)
    return Draft(desk, rested(desk, mapping, rulerules, excused), rulerules)


def _desk(
    document: Document, schemas: QuickbaseSchema | None, problems: Problems, excused: Excused
) -> Desk | None:
    model = shape(document, problems)
    if model is None:
        return None
    excused.names[document.file] = model.mapping
    known = model.procore.resource in resource_names()
    if not known:
        all_names = list(resource_names())
        hint = suggested(model.procore.resource, all_names) or f"; there are {', '.join(all_names)}"
        text = f"{model.procore.resource!r} is not a Procore resource of the catalogue{hint}"
        place = ("procore", "resource")
        problems.add(document.file, document.at(place), text, place)
    past = excused.memory.table(model.mapping, model.quickbase.table)
    table = schemas.table(model.quickbase.table) if schemas else None
    if document.file in excused.whole:
        table = past
    if schemas is not None and table is None:
        renamed = schemas.table(past.dbid) if past else None
        hint = suggested(model.quickbase.table, [one.name for one in schemas.tables])
        if renamed is not None:
            hint = f" any more: it is called {renamed.name!r} now, write that"
        text = f"the app has no table {model.quickbase.table!r}{hint}"
        place = ("quickbase", "table")
        problems.add(document.file, document.at(place), text, place)
    if not known or (schemas is not None and table is None):
        return None
    return Desk(document, model, resource(model.procore.resource), table, problems, past)


def _mapping(desk: Desk, made: tuple[Made, ...]) -> Mapping:
    model = desk.model
    check_newest(desk)
    procore, quickbase = procore_end(desk), quickbase_end(desk, made)
    mapping = Mapping(
        name=model.mapping,
        file=desk.document.file,
        procore=procore,
        quickbase=quickbase,
        rules=tuple(one.rule for one in made),
        direction=Direction(model.direction),
        match=match_keys(desk, made),
        first=Policy(model.first),
        create=create_sides(desk, made),
        delete=delete_words(desk, made),
        conflict=Policy(model.conflict),
        every=model.every,
        sweep=model.sweep,
        settle=model.settle,
        project_rule=next((i for i, one in enumerate(made) if one.procore and one.procore.scope_id), None),
        expressions=tuple((i, one.expression) for i, one in enumerate(made) if one.expression),
        named=tuple(Named(i, one.said, one.by, one.makes) for i, one in enumerate(made) if one.said),
        custom=_custom(made),
        renews=tuple(i for i, one in enumerate(made) if one.renews),
        people=tuple(i for i, one in enumerate(made) if _by_address(one)),
    )
    return replace(mapping, fingerprint=_whole_meaning(mapping))


def _by_address(one: Made) -> bool:
    """Whether the rule says users of Quickbase by their addresses."""
    users = one.quickbase is not None and one.quickbase.field.kind in (Kind.USER, Kind.USERS)
    return users and one.by == "email"


def _custom(made: Sequence[Made]) -> tuple[ResourceField, ...]:
    """The custom fields of Procore that the rules use, once each, as its calls name them."""
    used = (one.said or one.procore for one in made)
    found = {one.name: one for one in used if one and one.name.startswith(PREFIX) and one.read}
    found |= {one.name: one for rule in made if rule.expression for one in rule.expression.custom}
    return tuple(found.values())


def _whole_meaning(mapping: Mapping) -> str:
    """Changes with whatever decides which records a mapping takes up, and how they are read."""
    return fingerprint(
        mapping.name,
        repr(mapping.procore),
        repr(mapping.quickbase),
        [one.fingerprint for one in mapping.rules],
    )
