"""From mapping files to compiled mappings, or to every problem in every file at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from syncd.catalog import names as resource_names
from syncd.catalog import resource
from syncd.core.rule import Direction, Policy
from syncd.mapping.compiled import Mapping
from syncd.mapping.desk import Desk, suggested
from syncd.mapping.load import Document, SourceFile, load
from syncd.mapping.problems import Problems
from syncd.mapping.rules import Made, make_rule
from syncd.mapping.schemas import QuickbaseSchema
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

__all__ = ["check", "compile_all"]


def compile_all(files: Sequence[SourceFile], schemas: QuickbaseSchema | None = None) -> list[Mapping]:
    """Compile all files together, parents first.

    Without `schemas` nothing is known of Quickbase: then its fields keep their labels for
    names and are believed to fit, which is good for checking but not for calls. Raises
    ConfigProblem with every problem of every file.
    """
    problems = Problems()
    made = _compiled(files, schemas, problems)
    problems.raise_if_any()
    return made


def check(files: Sequence[SourceFile], schemas: QuickbaseSchema | None = None) -> tuple[str, ...]:
    """Every problem of every file, one line each; empty where all is well."""
    problems = Problems()
    _compiled(files, schemas, problems)
    return problems.lines()


def _compiled(
    files: Sequence[SourceFile], schemas: QuickbaseSchema | None, problems: Problems
) -> list[Mapping]:
    documents = [found for one in files if (found := load(one, problems)) is not None]
    names = frozenset(
        str(one.data["mapping"]) for one in documents if isinstance(one.data.get("mapping"), str)
    )
    drafts = [draft for one in documents if (draft := _draft(one, schemas, problems)) is not None]
    check_together(drafts, names, schemas)
    depends = depends_of(drafts)
    return in_order([replace(one.mapping, depends=depends[one.name]) for one in drafts])


def _draft(document: Document, schemas: QuickbaseSchema | None, problems: Problems) -> Draft | None:
    desk = _desk(document, schemas, problems)
    if desk is None:
        return None
    given = document.data["fields"]
    entries = list(enumerate(desk.model.fields))
    # What is no rule at all was reported with the file's shape.
    found = [make_rule(desk, index, one) for index, one in entries if isinstance(given[index], dict)]
    made = tuple(one for one in found if one is not None)
    return Draft(desk, _mapping(desk, made), made)


def _desk(document: Document, schemas: QuickbaseSchema | None, problems: Problems) -> Desk | None:
    model = shape(document, problems)
    if model is None:
        return None
    known = model.procore.resource in resource_names()
    if not known:
        all_names = list(resource_names())
        hint = suggested(model.procore.resource, all_names) or f"; there are {', '.join(all_names)}"
        text = f"{model.procore.resource!r} is not a Procore resource of the catalogue{hint}"
        problems.add(document.file, document.at(("procore", "resource")), text)
    table = schemas.table(model.quickbase.table) if schemas else None
    if schemas is not None and table is None:
        hint = suggested(model.quickbase.table, [one.name for one in schemas.tables])
        text = f"the app has no table {model.quickbase.table!r}{hint}"
        problems.add(document.file, document.at(("quickbase", "table")), text)
    if not known or (schemas is not None and table is None):
        return None
    return Desk(document, model, resource(model.procore.resource), table, problems)


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
    )
    return replace(mapping, fingerprint=_whole_meaning(mapping))


def _whole_meaning(mapping: Mapping) -> str:
    """Changes with whatever decides which records a mapping takes up, and how they are read."""
    return fingerprint(
        mapping.name,
        repr(mapping.procore),
        repr(mapping.quickbase),
        [one.fingerprint for one in mapping.rules],
    )
