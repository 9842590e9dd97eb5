"""The words that the commands of `syncd procore` share."""

from __future__ import annotations

from typing import Annotated

import typer

__all__ = ["CarryWords", "Document", "DryRun", "Name", "Parent", "Project", "Words"]

Name = Annotated[str, typer.Argument(metavar="RESOURCE", help="A name from `syncd catalog`.")]
Words = Annotated[
    list[str] | None,
    typer.Argument(metavar="[ID] [FIELD=VALUE]...", help="The record, and values by the catalogue's names."),
]
CarryWords = Annotated[
    list[str] | None,
    typer.Argument(
        metavar="[ID] [FILE] [FIELD=VALUE]...",
        help="The record where it is there already, a file of this machine, and values by the "
        "catalogue's names.",
    ),
]
Project = Annotated[str, typer.Option("--project", metavar="ID", help="The project it lives in.")]
Parent = Annotated[
    str, typer.Option("--parent", metavar="ID", help="The record it lives in, such as a reply's RFI.")
]
Document = Annotated[
    str, typer.Option("--from", metavar="FILE", help="A JSON object of values; - is standard input.")
]
DryRun = Annotated[
    bool, typer.Option("--dry-run", help="Print the call that would be made, and do not make it.")
]
