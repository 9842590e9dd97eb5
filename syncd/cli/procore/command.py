"""`syncd procore`: what Procore lets one do with a record, done by hand.

The verbs are the catalogue's own, so a resource that learns a new one needs no code here.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated, Any

import typer
from typer.core import TyperGroup

from syncd.catalog import instead, names, resource
from syncd.cli.output import Json
from syncd.cli.procore.file_command import carry_command, download
from syncd.cli.procore.words import Document, DryRun, Name, Parent, Project, Words
from syncd.errors import UsageProblem

if TYPE_CHECKING:
    from syncd.cli.wiring import Wiring

__all__ = ["app"]


class VerbGroup(TyperGroup):
    """A group that says which verb was probably meant."""

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """As ever, but for a word that is no verb. Raises UsageProblem then."""
        if args and not args[0].startswith("-") and args[0] not in self.commands:
            meant = instead(args[0], self.commands)
            raise UsageProblem(f"{args[0]!r} is nothing that can be done in Procore; {meant}")
        return super().resolve_command(ctx, args)


app = typer.Typer(
    cls=VerbGroup,
    help="Search, look up and write Procore records by hand, one step at a time. "
    "`syncd catalog RESOURCE` shows a resource's verbs, fields and filters. Where a field holds an id, the "
    "name, code or address that Procore's own list shows for it will do.",
    no_args_is_help=True,
)


def _where(word: str) -> str:
    """The resources that know an act, and what there is to say of it."""
    known = [(name, act) for name in names() for act in resource(name).acts if act.verb == word]
    notes = [act.note for _, act in known if act.note]
    return " ".join([f"For {', '.join(name for name, _ in known)}.", *notes])


@app.command("search")
def search(
    resource: Name,
    project: Project = "",
    parent: Parent = "",
    filter: Annotated[
        list[str] | None, typer.Option("--filter", metavar="NAME=VALUE", help="Narrow the list; repeatable.")
    ] = None,
    sort: Annotated[
        list[str] | None,
        typer.Option("--sort", metavar="FIELD", help="Order by a field, -FIELD the other way; repeatable."),
    ] = None,
    limit: Annotated[int | None, typer.Option(min=1, max=1_000_000, help="At most so many.")] = None,
    inactive: Annotated[bool, typer.Option("--inactive", help="Those the list hides as inactive.")] = False,
    deleted: Annotated[bool, typer.Option("--deleted", help="Those in the recycle bin.")] = False,
    json: Json = False,
) -> int:
    """List the records of a resource, as Procore filters them.

    created_at and updated_at take a day, a moment, or a range: 2026-03-01...2026-03-31. Ids may be said by
    name. custom.LABEL=VALUE and --sort read the whole list: Procore does neither for most of them.
    """
    from syncd.cli.procore.asked import found_resource, meant_verb, place_of
    from syncd.cli.procore.reading import Search, asked_list, searched
    from syncd.cli.procore.shown import put_records

    about = found_resource(resource)
    meant_verb(about, "search")
    place = place_of(about, "", project, parent, {}, wants_id=False)
    if inactive and deleted:
        raise UsageProblem("Inactive and deleted records stand in two lists; name one.")
    which = "inactive" if inactive else "deleted" if deleted else ""
    search = Search(which, filter or (), sort or (), limit)
    asked_list(about, search)
    with _online() as wiring:
        rows = searched(wiring, place, search)
    put_records(about, rows, as_json=json)
    return 0


@app.command("look-up")
def look_up(
    resource: Name,
    id: Annotated[str, typer.Argument(metavar="[ID]", help="PROJECT/ID where it lives in a project.")] = "",
    project: Project = "",
    parent: Parent = "",
    json: Json = False,
) -> int:
    """Show one record with all its fields."""
    from syncd.cli.procore.asked import found_resource, meant_verb, place_of
    from syncd.cli.procore.reading import looked_up
    from syncd.cli.procore.shown import put_one

    about = found_resource(resource)
    meant_verb(about, "look-up")
    place = place_of(about, id, project, parent, {}, wants_id=True)
    with _online() as wiring:
        row = looked_up(wiring, place)
    put_one(row, as_json=json)
    return 0


@app.command("fetch-linked")
def fetch_linked(
    resource: Name,
    quickbase: Annotated[str, typer.Option(metavar="RID", help="A Quickbase record id.")] = "",
    procore: Annotated[str, typer.Option(metavar="ID", help="A Procore id, PROJECT/ID in a project.")] = "",
    mapping: Annotated[str, typer.Option(metavar="NAME", help="The mapping, where several hold it.")] = "",
    json: Json = False,
) -> int:
    """Show the record on the other side that a record is linked with."""
    from syncd.cli.procore.asked import found_resource
    from syncd.cli.procore.reading import linked_procore, linked_quickbase
    from syncd.cli.procore.shown import put_one

    about = found_resource(resource)
    if bool(quickbase) == bool(procore):
        raise UsageProblem("Name the record by --quickbase or by --procore.")
    with _online() as wiring:
        if quickbase:
            row = linked_procore(wiring, about, quickbase.removeprefix("qb:"), mapping)
        else:
            row = linked_quickbase(wiring, about, procore, mapping)
    put_one(row, as_json=json)
    return 0


@app.command("unsettled")
def unsettled(json: Json = False) -> int:
    """List writes by hand of which nobody knows yet what became of them."""
    from syncd.cli.output import put_rows
    from syncd.cli.procore.settling import COLUMNS, unsettled_rows
    from syncd.cli.wiring import Wiring

    with Wiring() as wiring:
        put_rows(unsettled_rows(wiring), COLUMNS, as_json=json, none="Every write by hand is settled.")
    return 0


@app.command("settle")
def settle(
    id: Annotated[int, typer.Argument(metavar="ID", help="An id from `syncd procore unsettled`.")],
    outcome: Annotated[
        str, typer.Argument(metavar="[done|not-done]", help="What you saw; nothing: have syncd look.")
    ] = "",
) -> int:
    """Say, or have looked up, what became of a write whose outcome is unknown."""
    from syncd.cli.procore.settling import settle_one
    from syncd.cli.wiring import Wiring

    if outcome not in ("", "done", "not-done"):
        raise UsageProblem(f"Say done or not-done, not {outcome!r}.")
    with Wiring() as wiring:
        settle_one(wiring, id, outcome)
    return 0


def _online() -> Wiring:
    from syncd.cli.stopping import heed_signals
    from syncd.cli.wiring import Wiring

    wiring = Wiring()
    heed_signals(wiring.stop)
    wiring.settings.require_online()
    return wiring


def _write(word: str) -> Callable[..., int]:
    """The command of one verb that changes something."""

    def command(
        resource: Name,
        words: Words = None,
        project: Project = "",
        parent: Parent = "",
        document: Document = "",
        dry_run: DryRun = False,
        json: Json = False,
    ) -> int:
        from syncd.cli.procore.asked import found_resource, meant_verb
        from syncd.cli.procore.called import write_of
        from syncd.cli.procore.custom import completed
        from syncd.cli.procore.given import read_document, split_words
        from syncd.cli.procore.writing import rehearse, write_now
        from syncd.cli.stopping import heed_signals
        from syncd.cli.wiring import Wiring

        about = found_resource(resource)
        meant_verb(about, word)
        record, said = split_words(words or ())
        given = {**(read_document(document) if document else {}), **said}
        with Wiring() as wiring:
            heed_signals(wiring.stop)
            about, given = completed(wiring, about, given)
            write = write_of(wiring, about, word, record, given, project, parent)
            (rehearse if dry_run else write_now)(wiring, write, as_json=json)
        return 0

    return command


_VERBS = {
    "create": "Create a record.",
    "update": "Change the named fields of a record, and no others.",
    "delete": "Delete a record, or move it to Procore's recycle bin.",
    "restore": "Bring a deleted record back.",
    "add": "Add a user or vendor of the company to a project.",
    "remove": "Take a user or vendor out of a project.",
}
_ACTS = {act.verb: _where(act.verb) for name in names() for act in resource(name).acts}

_CARRIED = {act.verb for name in names() for act in resource(name).acts if "upload_uuid" in act.takes}

app.command("download", help=_ACTS["download"])(download)
_own = {one.name for one in app.registered_commands}  # verbs that have a command to themselves

for _word in dict.fromkeys((*_VERBS, *_ACTS)):
    if _word not in _own:
        _made = carry_command(_word) if _word in _CARRIED else _write(_word)
        app.command(_word, help=_VERBS.get(_word) or _ACTS[_word])(_made)
