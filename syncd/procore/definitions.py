"""The company's custom fields, as the mapping checks want them (reference procore-api §21).

One list of definitions names them all. It does not say which tool a definition is on; that is only
asked for where two share a label.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection

from syncd.catalog.custom import CustomField
from syncd.catalog.registry import resource
from syncd.catalog.resource import Path, Resource, Scope
from syncd.errors import Forbidden, NotFound, Rejected
from syncd.http.message import Lane
from syncd.mapping.schemas import ProcoreSchema
from syncd.procore.client import Listing, ProcoreClient, Row
from syncd.procore.paging import Pass

__all__ = ["read_custom"]

PAGE = 100
"""The largest page of definitions (reference procore-api §17)."""


def _list(name: str, path: Path, size: int) -> Resource:
    return Resource(name, name, Scope.COMPANY, "", (), path, page_limit=size, updated_filter=False)


_DEFINITIONS = _list("definitions", Path("/rest/v1.1/companies/{company}/custom_field_definitions"), PAGE)
_PLACES = _list("places", Path("/rest/v1.0/custom_field_metadata", company_in="query"), 1000)


def read_custom(
    client: ProcoreClient, resources: Collection[str], lane: Lane = Lane.COMMAND
) -> ProcoreSchema:
    """The active custom fields that these resources may have. Raises the tree in `syncd.errors`."""
    rows = [row for row in _rows(client, _DEFINITIONS, lane) if row.get("active") is not False]
    found = [CustomField(str(row["id"]), str(row.get("label")), str(row.get("data_type"))) for row in rows]
    labels = Counter(one.label for one in found)
    twice = {one.id for one in found if labels[one.label] > 1}
    places = _places(client, lane) if twice else {}
    return ProcoreSchema({name: _of(name, found, twice, places) for name in resources})


def _of(
    name: str, found: list[CustomField], twice: set[str], places: dict[str, set[str]]
) -> tuple[CustomField, ...]:
    """Of fields that share a label, only those on this resource, if any of them is known to be."""
    word = _squeezed(resource(name).wrapper)
    ours = {one.label for one in found if word in places.get(one.id, ())}
    return tuple(
        one for one in found if one.id not in twice or one.label not in ours or word in places.get(one.id, ())
    )


def _places(client: ProcoreClient, lane: Lane) -> dict[str, set[str]]:
    """On which of Procore's classes each definition is; empty where that is closed to us."""
    out: dict[str, set[str]] = {}
    try:
        for row in _rows(client, _PLACES, lane):
            classes = {_squeezed(str(row.get(key))) for key in ("host_type", "source_type")}
            out.setdefault(str(row.get("custom_field_definition_id")), set()).update(classes)
    except (Forbidden, NotFound, Rejected):
        return {}
    return out


def _rows(client: ProcoreClient, about: Resource, lane: Lane) -> list[Row]:
    walk = Pass(client, Listing(about, about.list), lane)
    return [row for page in walk.pages() for row in page.rows]


def _squeezed(name: str) -> str:
    """A class or a wrapper in letters alone: `ConfigurableFieldSet::ChangeEvent` is `changeevent`."""
    return "".join(ch for ch in name.rpartition("::")[2].casefold() if ch.isalnum())
