"""Reading Procore for a person: searching a list, looking one record up, following a link."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from syncd.catalog import Path, Resource, Shape
from syncd.catalog.lookups import Lookup
from syncd.cli.output import say
from syncd.cli.procore.asked import Place
from syncd.cli.procore.called import id_of
from syncd.cli.procore.closed import telling_why
from syncd.cli.procore.custom import Printer, shown_field
from syncd.cli.procore.narrowed import Named, Narrowed, narrowed
from syncd.cli.procore.sieve import Sieve, check_order, in_order
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

__all__ = ["Search", "asked_list", "linked_procore", "linked_quickbase", "looked_up", "searched"]


@dataclass(frozen=True, slots=True)
class Search:
    """What a person searches for: which list (`""`, `inactive`, `deleted`), narrowed and ordered how, and
    at most how many records of it."""

    which: str = ""
    filters: Sequence[str] = ()
    order: Sequence[str] = ()
    limit: int | None = None


def asked_list(about: Resource, search: Search, named: Named | None = None) -> tuple[Path, Narrowed]:
    """The list and what narrows it. Raises UsageProblem where there is none such, or it knows no such
    filter."""
    check_order(about, search.order)
    found = narrowed(about, search.filters, named)
    if not search.which:
        return about.list, found
    path = about.inactive if search.which == "inactive" else about.recycle_bin
    if not path:
        raise UsageProblem(f"Procore has no list of {search.which} {about.title}.")
    if search.which == "inactive" and (found.own or found.since):
        raise UsageProblem(f"Procore's list of inactive {about.title} knows no filters.")
    stamps = {name for name, _ in found.since} <= {"filters[updated_at]"} and not found.own
    if path.template != about.list.template and not stamps:
        raise UsageProblem(f"Procore's list of deleted {about.title} is narrowed by updated_at only.")
    kept = [pair for pair in (*about.params, *about.sort) if not pair[0].startswith("filters")]
    return path, replace(found, query=(*kept, *found.own))


def searched(wiring: Wiring, place: Place, search: Search) -> list[dict[str, Any]]:
    """The records that are searched for. Raises UsageProblem as `asked_list` does, and for names and
    custom fields that are none."""
    about, limit = place.about, search.limit

    def named(field: str, entries: Lookup, word: str) -> str:
        return id_of(wiring, field, entries, word, place.scope)

    path, found = asked_list(about, search, named)
    sieve = Sieve(about, [(shown_field(wiring, about, name), said) for name, said in found.custom])
    order = [
        (about.field(name) or shown_field(wiring, about, name), down)
        for name, down in map(_turned, search.order)
    ]
    whole = bool(order or found.custom)
    size = about.page_limit if whole or not limit else min(limit, about.page_limit)
    listing = Listing(about, path, place.scope, found.query, found.since, found.until, page_size=size)
    walk = Pass(wiring.vendors.procore, listing, Lane.COMMAND)
    printer = Printer(wiring, about)
    rows: list[dict[str, Any]] = []
    with telling_why(about, place.scope):
        for page in walk.pages():
            rows += [printer.row(row, place.scope) for row in page.rows if sieve.keeps(row)]
            if limit and len(rows) >= limit and not order:
                return rows[:limit]
    if not walk.whole:
        say("The list changed while it was read, so some records may be missing; search again.")
    return in_order(rows, order)[:limit]


def _turned(name: str) -> tuple[str, bool]:
    """A field to order by, and whether downwards."""
    return name.removeprefix("-"), name.startswith("-")


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
