"""Writes docs/catalogue.md from the catalogue's entries, so that it cannot go stale.

.venv/bin/python scripts/catalogue_page.py            # rewrites the page
.venv/bin/python scripts/catalogue_page.py --check    # exits 1 if it is not what it should be
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from syncd.catalog import Resource, ResourceField, Scope, Shape, names, resource
from syncd.catalog.steps import Step, steps
from syncd.cli.procore.narrowed import offered

PAGE = Path(__file__).resolve().parent.parent / "docs" / "catalogue.md"

HEAD = """# The catalogue

What syncd can do with each Procore resource. A mapping names a resource and its fields
([mappings.md](mappings.md)); a person does the same by hand with `syncd procore VERB RESOURCE …`
([commands.md](commands.md)). `syncd catalog RESOURCE` prints a part of this page.

In the tables, **read** says where a value comes from: `list` (no call beyond the list itself),
`one by one` (a call a record) or `no`. **create** and **update** say whether Procore takes it then; a
change to a field that is taken at creation only is reported, not lost. A field with an arrow holds
the id of a record of that resource.

This page is written by `scripts/catalogue_page.py` from the catalogue's entries.
"""

SCOPES = {
    Scope.COMPANY: "one list in the company; a record is named `ID`",
    Scope.PROJECT: "one list in each project; a record is named `PROJECT/ID`",
    Scope.RECORD: "one list in each of the {parent} of a project; a record is named `PROJECT/PARENT/ID`",
}


def page() -> str:
    """The whole page."""
    parts = [HEAD, "## Resources\n", *_contents(), ""]
    parts += [line for name in names() for line in _section(resource(name))]
    parts += ["## The Procore channel's steps\n", *_steps(steps())]
    return "\n".join(parts).rstrip() + "\n"


def _contents() -> Iterator[str]:
    rows = []
    for name in names():
        about = resource(name)
        rows.append([f"[`{name}`](#{name})", about.title, about.scope.value, ", ".join(about.verbs)])
    yield from _table(("resource", "title", "lives in", "verbs"), rows)


def _section(about: Resource) -> Iterator[str]:
    yield f"### {about.name}\n"
    yield f"{about.title}: {_scope(about)}.\n"
    yield f"* Verbs: {', '.join(f'`{verb}`' for verb in about.verbs)}"
    for act in about.acts:
        takes = f" takes {_words(act.takes)}." if act.takes else ""
        needs = f" Needs {_words(act.needs)}." if act.needs else ""
        yield f"* `{act.verb}`{takes}{needs} {act.note}".rstrip()
    if about.not_written:
        yield f"* Not written: {about.not_written}"
    yield from (f"* {line}" for line in _abilities(about))
    yield from (f"* {note}" for note in about.notes)
    yield ""
    yield from _table(
        ("field", "kind", "read", "create", "update", "notes"), [_field(one) for one in about.fields]
    )
    yield ""
    filters = [_filter(about, name) for name in offered(about)]
    if filters:
        yield f"Filters: {', '.join(filters)}."
        yield ""


def _scope(about: Resource) -> str:
    if about.shape is Shape.ONE:
        return "one in each project, named by it"
    return SCOPES[about.scope].format(parent=about.parent)


def _abilities(about: Resource) -> Iterator[str]:
    if about.tool:
        yield f"Procore's tool: {about.tool}. Where it is off in a project, that project is held."
    if about.updated_filter:
        yield "Changes are asked for by their time; deletions come from " + _deletions(about) + "."
    else:
        yield "No list of changes: every look reads and compares all. Deletions come from that, too."
    if about.sync:
        yield f"Written up to {about.sync_limit:,} records a call."
    if about.carriers:
        yield f"A create can carry our identity in {_words(about.carriers)}."
    if about.archive:
        yield f"Retired by `{about.archive[0]}: {str(about.archive[1]).lower()}`."


def _deletions(about: Resource) -> str:
    if about.recycle_bin:
        return "the recycle bin"
    return "sweeps" if about.delete or about.recycle else "nowhere: Procore deletes none"


def _field(one: ResourceField) -> list[str]:
    field = one.field
    kind = field.kind.value + (f" → `{one.target}`" if one.target else "")
    choices = f"One of {', '.join(sorted(field.choices))}." if field.choices else ""
    read = "no" if not field.readable else "one by one" if field.detail else "list"
    create = "required" if field.required else "yes" if field.on_create else "no"
    update = "yes" if field.on_update else "no"
    return [f"`{one.name}`", kind, read, create, update, f"{choices} {field.note}".strip()]


def _filter(about: Resource, name: str) -> str:
    found = about.filter(name)
    allowed = f" ({', '.join(found.allowed)})" if found and found.allowed else ""
    return f"`{name}`{allowed}"


def _steps(listed: Sequence[Step]) -> Iterator[str]:
    yield (
        "Each step of Quickbase Pipelines' Procore channel, and what stands for it here. **mapping** says"
        " what a mapping does of it by itself: `two-way`, `to-quickbase`, `link` (a rule with `link:`), or"
        " nothing (`by hand`).\n"
    )
    rows = [[one.category, one.type, one.step, f"`{one.resource}`", one.verb, one.mapping] for one in listed]
    yield from _table(("category", "type", "step", "resource", "verb", "mapping"), rows)


def _words(listed: Sequence[str]) -> str:
    return ", ".join(f"`{one}`" for one in listed)


def _table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> Iterator[str]:
    yield f"| {' | '.join(heads)} |"
    yield "|" + "---|" * len(heads)
    for row in rows:
        cells = [cell.replace("|", "\\|") for cell in row]
        yield f"| {' | '.join(cells)} |"


def main() -> int:
    """Write or check the page; returns the exit code."""
    text = page()
    if "--check" in sys.argv[1:]:
        return 0 if PAGE.is_file() and PAGE.read_text(encoding="utf-8") == text else 1
    PAGE.write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
