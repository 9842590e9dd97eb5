"""`syncd db`: upgrade, backup and restore of the state."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from syncd.cli.output import say

__all__ = ["app"]

app = typer.Typer(help="Upgrade, back up and restore the state.", no_args_is_help=True)


@app.command("upgrade")
def upgrade() -> int:
    """Bring the state database to this version's schema, or make it.

    Every command that needs the state does so by itself; this is for doing it beforehand.
    """
    from syncd.cli.wiring import Wiring

    with Wiring() as wiring:
        _ = wiring.store
    say("The state has this version's schema.")
    return 0


@app.command("backup")
def backup(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A new file; it must not exist yet.")],
) -> int:
    """Write a backup of the state, while a daemon may go on working. Tokens are left out."""
    from syncd.cli.wiring import Wiring
    from syncd.store.backup import backup as write

    with Wiring() as wiring:
        write(wiring.store, file)
    say(f"The state is in {file}.")
    return 0


@app.command("restore")
def restore(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A file that `syncd db backup` wrote.")],
) -> int:
    """Put a backup in the place of the state; the next cycle compares everything again.

    The present state is kept under another name. Budget and tokens of the present stay.
    """
    from syncd.cli.wiring import Wiring
    from syncd.store.backup import restore as put_back

    with Wiring() as wiring:
        kept = put_back(file, wiring.database_url, wiring.clock)
    say(f"{file} is the state now." + (f" The old one is {kept}." if kept else ""))
    return 0
