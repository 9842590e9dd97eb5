"""The commands of `syncd procore` that move bytes: uploads, versions and downloads."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated

import typer

from syncd.cli.output import Json
from syncd.cli.procore.words import CarryWords, Document, DryRun, Name, Parent, Project

__all__ = ["carry_command", "download"]


def carry_command(word: str) -> Callable[..., int]:
    """The command of one verb that brings bytes."""

    def command(
        resource: Name,
        words: CarryWords = None,
        project: Project = "",
        parent: Parent = "",
        file: Annotated[
            str, typer.Option("--file", metavar="FILE", help="The file, where its name looks like a value.")
        ] = "",
        document: Document = "",
        dry_run: DryRun = False,
        json: Json = False,
    ) -> int:
        from syncd.cli.procore.asked import found_resource, meant_verb
        from syncd.cli.procore.carrying import carry, split_file
        from syncd.cli.procore.given import read_document
        from syncd.cli.stopping import heed_signals
        from syncd.cli.wiring import Wiring

        about = found_resource(resource)
        verb = meant_verb(about, word)
        record, path, said = split_file(about, verb, words or (), file)
        given = {**(read_document(document) if document else {}), **said}
        with Wiring() as wiring:
            if not dry_run:
                heed_signals(wiring.stop)
            carry(
                wiring,
                about,
                verb,
                record,
                path,
                given,
                (project, parent),
                dry_run=dry_run,
                as_json=json,
            )
        return 0

    return command


def download(
    resource: Name,
    id: Annotated[str, typer.Argument(metavar="ID", help="PROJECT/ID.")],
    project: Project = "",
    to: Annotated[
        str, typer.Option("--to", metavar="PATH", help="A file or a directory; default: here, by its name.")
    ] = "",
    force: Annotated[bool, typer.Option("--force", help="Replace a file that is there already.")] = False,
    json: Json = False,
) -> int:
    """Fetch a record's newest bytes into a file."""
    from syncd.cli.procore.asked import found_resource, meant_verb
    from syncd.cli.procore.fetching import fetch, wanted
    from syncd.cli.procore.shown import put_one
    from syncd.cli.stopping import heed_signals
    from syncd.cli.wiring import Wiring

    about = found_resource(resource)
    meant_verb(about, "download")
    write = wanted(about, id, project, to, force=force)
    with Wiring() as wiring:
        heed_signals(wiring.stop)
        row = fetch(wiring, write, to, force=force)
    put_one(row, as_json=json)
    return 0
