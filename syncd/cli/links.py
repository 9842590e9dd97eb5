"""`syncd links`: which records belong together, and a person's word on it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from syncd.cli.conflicts import Limit, Names
from syncd.cli.group import ListingGroup
from syncd.cli.output import Json, put_rows
from syncd.errors import UsageProblem

if TYPE_CHECKING:
    from syncd.cli.wiring import Wiring
    from syncd.mapping.compiled import Mapping
    from syncd.store import Link, Tx

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
        rows: list[dict[str, Any]] = []
        with wiring.store.read() as tx:
            for name in names:
                rows += [link_row(link) for link in tx.links(name, after_id=after, limit=limit - len(rows))]
                if len(rows) >= limit:
                    break
        put_rows(rows, LINK_COLUMNS, as_json=json, none="Nothing is linked.")
    return 0


@app.command("add")
def add(mapping: MappingName, procore_id: ProcoreId, quickbase_id: QuickbaseId) -> int:
    """Link two records by hand. Where they differ, the mapping's `first:` word decides."""
    from syncd.cli.wiring import Wiring

    with Wiring() as wiring:
        compiled = _compiled(wiring, mapping)
        _look(wiring, compiled, procore_id, quickbase_id)
        with wiring.store.transaction() as tx:
            _make_room(tx, mapping, procore_id, quickbase_id)
            _add(wiring, tx, compiled, procore_id, quickbase_id)
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
    """Link a Procore record with another Quickbase record than it is linked with now."""
    from syncd.cli.known import find_link
    from syncd.cli.wiring import Wiring

    with Wiring() as wiring:
        compiled = _compiled(wiring, mapping)
        _look(wiring, compiled, procore_id, quickbase_id)
        with wiring.store.transaction() as tx:
            old = find_link(tx, mapping, procore_id)
            if old.quickbase_id == quickbase_id and old.state == "live":
                raise UsageProblem(f"{procore_id} and qb:{quickbase_id} are linked already.")
            tx.drop_link(old.id)
            _record(tx, old, "unlink")
            _make_room(tx, mapping, procore_id, quickbase_id)
            _add(wiring, tx, compiled, procore_id, quickbase_id)
        _tell(wiring, f"Linked {procore_id} with qb:{quickbase_id} instead of qb:{old.quickbase_id}", mapping)
    return 0


def _compiled(wiring: Wiring, name: str) -> Mapping:
    wiring.names([name])
    return next(mapping for mapping in wiring.mappings if mapping.name == name)


def _look(wiring: Wiring, mapping: Mapping, procore_id: str, quickbase_id: str) -> None:
    """Make sure that both records exist before they are linked. Raises UsageProblem."""
    from syncd.core.values import SideName
    from syncd.sides.port import Lane, Record

    for side, scope, identity in (
        (SideName.PROCORE, scope_of(procore_id), procore_id),
        (SideName.QUICKBASE, "", quickbase_id),
    ):
        found = wiring.vendors.side(mapping, side).fetch(scope, [identity], Lane.COMMAND)[identity]
        if not isinstance(found, Record):
            raise UsageProblem(f"{side.value} shows no record {identity} ({found.value}).")


def scope_of(procore_id: str) -> str:
    """The scope a Procore identity stands in: the project of `project/id`, else the company."""
    project, slash, _ = procore_id.rpartition("/")
    return project if slash else ""


def _make_room(tx: Tx, mapping: str, procore_id: str, quickbase_id: str) -> None:
    """Drop tombstones that hold either record; refuse where one is linked. Raises UsageProblem."""
    from syncd.core.values import SideName

    for side, identity in ((SideName.PROCORE, procore_id), (SideName.QUICKBASE, quickbase_id)):
        link = tx.links_by(mapping, side, [identity]).get(identity)
        if link is None:
            continue
        if link.state == "live":
            raise UsageProblem(
                f"{side.value} record {identity} is linked already "
                f"({link.procore_id} with qb:{link.quickbase_id}); part them first."
            )
        tx.drop_link(link.id)


def _add(wiring: Wiring, tx: Tx, mapping: Mapping, procore_id: str, quickbase_id: str) -> None:
    from syncd.cli.known import link_marks
    from syncd.core.values import ABSENT, Absent, SideName, Value, encode_row
    from syncd.store import NewLink

    none: list[Value | Absent] = [ABSENT] * len(mapping.rules)
    new = NewLink(
        mapping=mapping.name,
        scope=scope_of(procore_id),
        procore_id=procore_id,
        quickbase_id=quickbase_id,
        layout=tx.layout(mapping.name, tuple(rule.fingerprint for rule in mapping.rules)),
        base_procore=encode_row(none),
        base_quickbase=encode_row([*none, None]),
        made_by="person",
    )
    link = tx.link(tx.add_links([new])[0])
    assert link is not None
    tx.drop_strangers(mapping.name, SideName.PROCORE, [procore_id])
    tx.drop_strangers(mapping.name, SideName.QUICKBASE, [quickbase_id])
    tx.close_issues(mapping.name, procore_id, "", None, wiring.clock.now())
    tx.close_issues(mapping.name, "", quickbase_id, None, wiring.clock.now())
    tx.mark(link_marks(link, wiring.clock.now(), "linked"))
    _record(tx, link, "link")


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
