"""`syncd conflicts`, `syncd held`: what waits for a person, and a person's word on it."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer

from syncd.cli.group import ListingGroup
from syncd.cli.output import Json, put_rows
from syncd.errors import UsageProblem

__all__ = ["app", "held"]

app = typer.Typer(
    cls=ListingGroup,
    help="Fields that were changed on both sides, and settling them. "
    "Without a subcommand: list the open ones (see `syncd conflicts list --help`).",
)

Names = Annotated[list[str] | None, typer.Argument(metavar="[MAPPING]...", help="Only these mappings.")]
Limit = Annotated[int, typer.Option(min=1, max=100_000, help="At most so many.")]


class Winner(StrEnum):
    """Whose value is kept."""

    PROCORE = "procore"
    QUICKBASE = "quickbase"


@app.command("list")
def listing(mappings: Names = None, limit: Limit = 1_000, json: Json = False) -> int:
    """List the open conflicts: the field and both values."""
    columns = (
        "id",
        "mapping",
        "procore_id",
        "quickbase_id",
        "field",
        "procore",
        "quickbase",
        "verdict",
        "since",
    )
    return _list(mappings, ("conflict",), limit, json, columns, "No conflicts.")


@app.command("settle")
def settle(
    id: Annotated[int, typer.Argument(metavar="ID", help="The conflict's id, from `syncd conflicts`.")],
    winner: Annotated[Winner, typer.Argument(help="Whose value is kept.")],
) -> int:
    """Settle a conflict: the value of that side is written to the other.

    The other value is kept in history as the one that lost.
    """
    from syncd.cli.asking import wake
    from syncd.cli.known import issue_marks
    from syncd.cli.wiring import Wiring

    with Wiring() as wiring:
        with wiring.store.transaction() as tx:
            issue = tx.issue(id)
            if issue is None or issue.closed is not None:
                raise UsageProblem(f"There is no open conflict {id}; `syncd conflicts` lists them.")
            if issue.state != "conflict":
                raise UsageProblem(f"{id} is {issue.state}, not a conflict; see `syncd held`.")
            tx.set_verdict(id, winner.value)
            tx.mark(issue_marks(issue, wiring.clock.now(), "settled"))
        wake(wiring, f"Conflict {id}: {winner.value}'s value of {issue.field} will be kept", [issue.mapping])
    return 0


def held(mappings: Names = None, limit: Limit = 1_000, json: Json = False) -> int:
    """List what is held, reported, suspected double or stopped by a brake, and why."""
    columns = ("id", "mapping", "procore_id", "quickbase_id", "state", "field", "reason", "since")
    states = ("held", "reported", "duplicate", "brake")
    return _list(mappings, states, limit, json, columns, "Nothing is held.")


def _list(
    mappings: list[str] | None,
    states: tuple[str, ...],
    limit: int,
    as_json: bool,
    columns: tuple[str, ...],
    none: str,
) -> int:
    from syncd.cli.known import known_names
    from syncd.cli.rows import issue_row
    from syncd.cli.wiring import Wiring

    with Wiring() as wiring:
        wanted = known_names(wiring, mappings or ())
        with wiring.store.read() as tx:
            found = [
                issue
                for name in wanted or (None,)
                for issue in tx.issues(name, states, open_only=True, limit=limit)
            ]
        put_rows([issue_row(issue) for issue in found[:limit]], columns, as_json=as_json, none=none)
    return 0
