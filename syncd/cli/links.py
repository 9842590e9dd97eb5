"""`syncd links`: which records belong together, and a person's word on it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from syncd.cli.conflicts import Limit, Names
from syncd.cli.group import ListingGroup
from syncd.cli.output import Json, put_rows
from syncd.errors import UsageProblem

if TYPE_CHECKING:
    from syncd.cli.wiring import Wiring
    from syncd.mapping.compiled import Mapping
    from syncd.store import Link, Tx
    from syncd.sync.workbench import Workbench

__all__ = ["app"]

app = typer.Typer(
    cls=ListingGroup,
    help="Which records belong together, and linking by hand. "
    "Without a subcommand: list them (see `syncd links list --help`).",
)

MappingName = Annotated[str, typer.Argument(metavar="MAPPING", help="The mapping's name.")]
ProcoreId = Annotated[str, typer.Argument(metavar="PROCORE_ID", help="For project resources PROJECT/ID.")]
QuickbaseId = Annotated[str, typer.Argument(metavar="QUICKBASE_ID", help="The Quickbase record id.")]


@app.command("list")
def listing(
    mappings: Names = None,
    limit: Limit = 1_000,
    after: Annotated[int, typer.Option(min=0, help="Go on behind the link with this id.")] = 0,
    json: Json = False,
) -> int:
    """List linked records, tombstones included."""
    from syncd.cli.known import all_names, known_names
    from syncd.cli.rows import LINK_COLUMNS, link_row
    from syncd.cli.wiring import Wiring

    with Wiring() as wiring:
        names = known_names(wiring, mappings or ()) or all_names(wiring)
        with wiring.store.read() as tx:
            found = [link for name in names for link in tx.links(name, after_id=after, limit=limit)]
        # By id over all mappings, so that the last one's id is where the next page goes on.
        rows = [link_row(link) for link in sorted(found, key=lambda link: link.id)[:limit]]
        put_rows(rows, LINK_COLUMNS, as_json=json, none="Nothing is linked.")
    return 0


@app.command("add")
def add(mapping: MappingName, procore_id: ProcoreId, quickbase_id: QuickbaseId) -> int:
    """Link two records by hand. Where they differ, the mapping's `first:` word decides.

    What either was parted from before rests, listed by `syncd held`.
    """
    from syncd.cli.wiring import Wiring
    from syncd.sync.hand import link_by_hand

    with Wiring() as wiring:
        link_by_hand(_bench(wiring, mapping, procore_id, quickbase_id), procore_id, quickbase_id)
        _tell(wiring, f"Linked {procore_id} with qb:{quickbase_id}", mapping)
    return 0


@app.command("remove")
def remove(
    mapping: MappingName,
    record: Annotated[str, typer.Argument(metavar="ID", help="Procore id, or qb:RECORD-ID.")],
    forget: Annotated[
        bool, typer.Option("--forget", help="Let both be matched or created again like new records.")
    ] = False,
) -> int:
    """Part two linked records: both stay as they are and rest.

    Nothing is matched or created for them again unless they are linked by hand, or parted
    with --forget.
    """
    from syncd.cli.known import find_link, known_names, link_marks
    from syncd.cli.wiring import Wiring

    with Wiring() as wiring:
        known_names(wiring, [mapping])
        with wiring.store.transaction() as tx:
            link = find_link(tx, mapping, record)
            if forget:
                tx.drop_link(link.id)
                tx.mark(link_marks(link, wiring.clock.now(), "unlinked"))
            else:
                # Paused as well: a bare tombstone revives once both its records are seen again.
                tx.set_link_state(link.id, "tombstone")
                tx.pause_link(link.id, True)
            _record(tx, link, "unlink")
        _tell(wiring, f"Parted {link.procore_id} and qb:{link.quickbase_id}", mapping)
    return 0


@app.command("relink")
def relink(mapping: MappingName, procore_id: ProcoreId, quickbase_id: QuickbaseId) -> int:
    """Link a Procore record with another Quickbase record than it is linked with now.

    The record it was linked with loses its key and rests, listed by `syncd held`, until it is
    linked or tried again: nothing is created from it unasked.
    """
    from syncd.cli.wiring import Wiring
    from syncd.sync.hand import link_by_hand

    with Wiring() as wiring:
        work = _bench(wiring, mapping, procore_id, quickbase_id)
        old = link_by_hand(work, procore_id, quickbase_id, instead=True)
        _tell(wiring, f"Linked {procore_id} with qb:{quickbase_id} instead of qb:{old}", mapping)
    return 0


def _bench(wiring: Wiring, name: str, procore_id: str, quickbase_id: str) -> Workbench:
    """What linking by hand works with, once the records are named as they can be. Raises UsageProblem."""
    from syncd.core.values import SideName
    from syncd.sync.workbench import Kind, Workbench

    wiring.names([name])
    mapping = next(one for one in wiring.mappings if one.name == name)
    _check_names(mapping, procore_id, quickbase_id)
    procore = wiring.vendors.side(mapping, SideName.PROCORE)
    quickbase = wiring.vendors.side(mapping, SideName.QUICKBASE)
    return Workbench(mapping, wiring.store, procore, quickbase, wiring.clock, Kind.INCREMENTAL)


def _check_names(mapping: Mapping, procore_id: str, quickbase_id: str) -> None:
    """Refuse what cannot be the name of a record, before anybody is asked for it."""
    from syncd.catalog.registry import resource
    from syncd.catalog.resource import Scope

    about = resource(mapping.procore.resource)
    parts = procore_id.split("/")
    if len(parts) != (2 if about.scope is Scope.PROJECT else 1) or not all(_is_number(one) for one in parts):
        shape = "as PROJECT/ID" if about.scope is Scope.PROJECT else "by their number"
        raise UsageProblem(f"{about.title} are named {shape} in Procore, and {procore_id!r} is no such name.")
    if not _is_number(quickbase_id):
        raise UsageProblem(
            f"Quickbase records are named by their record id, a number, and {quickbase_id!r} is none."
        )


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit()


def _record(tx: Tx, link: Link, what: str) -> None:
    from syncd.store import NewEvent

    tx.record(
        [
            NewEvent(
                mapping=link.mapping,
                run=None,
                link=link.id,
                procore_id=link.procore_id,
                quickbase_id=link.quickbase_id,
                field="",
                side="",
                what=what,
                why="a person said so",
            )
        ]
    )


def _tell(wiring: Wiring, what: str, mapping: str) -> None:
    from syncd.cli.asking import wake

    wake(wiring, what, [mapping])
