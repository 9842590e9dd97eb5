"""Reading Procore for a person: searching a list, looking one record up, following a link."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from syncd.catalog import Resource, Shape
from syncd.cli.output import say
from syncd.cli.procore.asked import Place
from syncd.cli.procore.closed import telling_why
from syncd.cli.procore.custom import Printer
from syncd.cli.procore.narrowed import Narrowed, narrowed
from syncd.core.values import Absent, SideName
from syncd.errors import NotFound, UsageProblem
from syncd.http.message import Lane
from syncd.procore.answers import Row
from syncd.procore.client import Listing, ProcoreClient
from syncd.procore.paging import Pass
from syncd.procore.wire import scope_in, wire_id

if TYPE_CHECKING:
    from syncd.cli.wiring import Wiring
    from syncd.mapping.compiled import Mapping
    from syncd.store import Link

__all__ = ["linked_procore", "linked_quickbase", "looked_up", "searched"]


def searched(
    wiring: Wiring, place: Place, filters: Sequence[str], limit: int | None, which: str
) -> list[dict[str, Any]]:
    """The records of a list that pass the filters, at most `limit`. `which` is the ordinary list
    (""), or that of the `inactive` or `deleted`. Raises UsageProblem where there is none such."""
    about = place.about
    path, found = about.list, narrowed(about, filters)
    if which:
        path = about.inactive if which == "inactive" else about.recycle_bin
        if not path:
            raise UsageProblem(f"Procore has no list of {which} {about.title}.")
        if filters:
            raise UsageProblem(f"Procore's list of {which} {about.title} knows no filters.")
        found = Narrowed(tuple(pair for pair in found.query if not pair[0].startswith("filters")), ())
    size = min(limit or about.page_limit, about.page_limit)
    listing = Listing(about, path, place.scope, found.query, found.since, page_size=size)
    walk = Pass(wiring.vendors.procore, listing, Lane.COMMAND)
    printer = Printer(wiring, about)
    rows: list[dict[str, Any]] = []
    with telling_why(about, place.scope):
        for page in walk.pages():
            rows += [printer.row(row, place.scope) for row in page.rows]
            if limit and len(rows) >= limit:
                return rows[:limit]
    if not walk.whole:
        say("The list changed while it was read, so some records may be missing; search again.")
    return rows


def looked_up(wiring: Wiring, place: Place) -> dict[str, Any]:
    """One record whole. Raises NotFound where it is not there, or not for us."""
    with telling_why(place.about, place.scope, place.id):
        row = _looked_up(wiring.vendors.procore, place)
    return Printer(wiring, place.about).row(row, place.scope)


def _looked_up(client: ProcoreClient, place: Place) -> Row:
    about = place.about
    if about.show or about.shape is Shape.ONE:
        row, _ = client.show(about, place.scope, place.id, Lane.COMMAND)
        return row
    listing = Listing(about, about.list, place.scope, (*about.params, *about.sort))
    for page in Pass(client, listing, Lane.COMMAND).pages():
        for row in page.rows:
            if str(row["id"]) == place.id:
                return row
    raise NotFound(f"Procore lists none of {about.title} with the id {place.identity}.")


def linked_procore(wiring: Wiring, about: Resource, record: str, mapping: str) -> dict[str, Any]:
    """The Procore record that a Quickbase record id is linked with."""
    link, _ = _link(wiring, about, SideName.QUICKBASE, record, mapping)
    scope = scope_in(about, link.procore_id)
    return looked_up(wiring, Place(about, scope, wire_id(link.procore_id)))


def linked_quickbase(wiring: Wiring, about: Resource, record: str, mapping: str) -> dict[str, Any]:
    """The Quickbase record that a Procore record is linked with: the fields that the mapping names."""
    from syncd.sides.port import Lane as SideLane
    from syncd.sides.port import Record

    link, name = _link(wiring, about, SideName.PROCORE, record, mapping)
    compiled = next(one for one in wiring.mappings if one.name == name)
    side = wiring.vendors.side(compiled, SideName.QUICKBASE)
    found = side.fetch("", [link.quickbase_id], SideLane.COMMAND)[link.quickbase_id]
    if not isinstance(found, Record):
        raise NotFound(f"Quickbase record {link.quickbase_id} of {compiled.quickbase.name} is {found.value}.")
    values: dict[str, Any] = {"id": link.quickbase_id}
    for rule, value in zip(compiled.rules, found.values, strict=True):
        if rule.quickbase is not None and not isinstance(value, Absent):
            values[rule.quickbase.label] = value
    return values


def _link(wiring: Wiring, about: Resource, side: SideName, record: str, mapping: str) -> tuple[Link, str]:
    """The link that holds the record, and its mapping's name. Raises UsageProblem, NotFound."""
    names = [one.name for one in _mappings(wiring, about)]
    if mapping and mapping not in names:
        there = f"there is {', '.join(names)}." if names else "there is none."
        raise UsageProblem(f"No mapping {mapping!r} pairs {about.title}; {there}")
    if not names:
        raise UsageProblem(f"No mapping pairs {about.title}, so none of them is linked.")
    with wiring.store.read() as tx:
        found = [
            (link, name)
            for name in ([mapping] if mapping else names)
            if (link := tx.links_by(name, side, [record]).get(record)) is not None and link.state == "live"
        ]
    if not found:
        shown = record if side is SideName.PROCORE else f"qb:{record}"
        raise NotFound(
            f"{shown} is not linked in {' or '.join([mapping] if mapping else names)}.",
            hint="`syncd links` lists what is.",
        )
    if len(found) > 1:
        raise UsageProblem(f"{' and '.join(name for _, name in found)} hold it; name one with --mapping.")
    return found[0]


def _mappings(wiring: Wiring, about: Resource) -> list[Mapping]:
    from syncd.cli.files import read_mappings
    from syncd.mapping.compile import compile_all

    compiled = compile_all(read_mappings(wiring.settings.mappings_dir), None)
    return [one for one in compiled if one.procore.resource == about.name]
