"""The catalogue's resources through the real client, against the simulator in this process."""

from __future__ import annotations

import random
import re
from collections.abc import Mapping
from typing import Any

from syncd.catalog.registry import resource
from syncd.catalog.resource import Path, Resource
from syncd.core.values import ABSENT, Absent, Value
from syncd.http.message import Lane
from syncd.procore.client import ProcoreClient, Row, Synced, Written
from syncd.procore.paging import Pass
from syncd.procore.ways import Listing
from syncd.procore.wire import decode_record, encode_body
from syncd.sandbox.procore.sim import RESOURCES
from syncd.sandbox.procore.switches import ProcoreSwitches
from syncd.sandbox.switches import draw
from tests.support.vendor_rig import Rig

__all__ = ["DRAWN", "CatalogueDesk", "body", "read", "shown"]

DRAWN = {f"drawn {seed}": draw(ProcoreSwitches, random.Random(f"catalogue {seed}")) for seed in range(4)}
"""Readings of all that is unconfirmed, for tests that have to pass under any."""

Values = Mapping[str, Value]


class CatalogueDesk:
    """One simulator, the client, and calls by the catalogue's names of resources and fields."""

    def __init__(self, switches: ProcoreSwitches | None = None) -> None:
        self.rig = Rig(procore=switches)
        self.sim = self.rig.procore
        self.client: ProcoreClient = self.rig.vendors.procore
        self.clock = self.rig.clock

    @property
    def soon(self) -> float:
        """A deadline that leaves time enough."""
        return self.clock.monotonic() + 60

    def rows(self, name: str, scope: str = "", *query: tuple[str, str], since: float = 0.0) -> dict[str, Row]:
        """A whole list by id, in as many pages as it takes."""
        about = resource(name)
        span = (("filters[updated_at]", since),) if since else ()
        return self._walked(Listing(about, about.list, scope, (*about.params, *query), span))

    def inactive(self, name: str, scope: str = "") -> dict[str, Row]:
        """The second list, of what is not active."""
        about = resource(name)
        return self._walked(Listing(about, about.inactive, scope, about.params))

    def _walked(self, listing: Listing) -> dict[str, Row]:
        walk = Pass(self.client, listing, Lane.COMMAND)
        found = {str(row["id"]): row for page in walk.pages() for row in page.rows}
        assert walk.whole
        return found

    def show(self, name: str, id: str, scope: str = "") -> Row:
        """One record whole."""
        return self.client.show(resource(name), scope, id, Lane.COMMAND)[0]

    def create(self, name: str, values: Values, scope: str = "") -> Written:
        """Create one record; who is added to a membership stands in its path only."""
        about = resource(name)
        kept = {key: value for key, value in values.items() if key != about.create_id}
        member = str(values[about.create_id]) if about.create_id else ""
        return self.client.create(about, scope, body(about, kept), self.soon, member)

    def made(self, name: str, values: Values, scope: str = "") -> str:
        """The id of a record that was created."""
        row = self.create(name, values, scope).row
        assert row is not None
        return str(row["id"])

    def update(self, name: str, id: str, values: Values, scope: str = "") -> Written:
        """Change one record by its own call."""
        about = resource(name)
        return self.client.update(about, scope, id, body(about, values), self.soon)

    def sync(self, name: str, *items: Row) -> Synced:
        """Write records in bulk; items carry field values, and `id` as it is."""
        about = resource(name)
        sent = []
        for item in items:
            id = {"id": int(item["id"])} if "id" in item else {}
            sent.append({**id, **body(about, {key: value for key, value in item.items() if key != "id"})})
        return self.client.sync(about, sent, self.soon)

    def do(self, name: str, verb: str, id: str, values: Values, scope: str = "") -> Written:
        """One of the resource's further verbs."""
        about = resource(name)
        act = about.act(verb)
        assert act is not None
        return self.client.do(about, act, scope, id, body(about, values), self.soon)

    def delete(self, name: str, id: str, scope: str = "") -> Written:
        """Delete one record, or end a membership."""
        return self.client.delete(resource(name), scope, id, self.soon)

    def touch(self, path: Path, id: str, scope: str = "") -> Written:
        """A call without a body, such as a reactivation."""
        return self.client.act(path, scope, id, self.soon)

    def unserved(self, name: str) -> list[tuple[str, str]]:
        """The catalogue's operations of a resource that the simulator does not serve."""
        about = resource(name)
        paths = [("GET", about.list), ("GET", about.show), ("GET", about.inactive), ("POST", about.create)]
        paths += [("PATCH", about.update), ("PATCH", about.sync), ("PATCH", about.reactivate)]
        paths += [("DELETE", about.delete), *((act.method, act.path) for act in about.acts)]
        known = {(one.method, shape(one.path)) for kind in RESOURCES for one in kind.endpoints}
        known.add(("GET", "/rest/v1.0/companies"))
        asked = [(method, path.template) for method, path in paths if path]
        return [(method, template) for method, template in asked if (method, shape(template)) not in known]


def shape(template: str) -> str:
    """A path template whose ids have no names."""
    return re.sub(r"{\w+}", "{}", template)


def body(about: Resource, values: Values) -> Row:
    """What a write's wrapper holds for these values."""
    fields = {name: about.field(name) for name in values}
    assert all(fields.values()), fields
    return encode_body([(field, values[name]) for name, field in fields.items() if field is not None])


def read(name: str, row: Row, scope: str = "") -> dict[str, Value | Absent]:
    """The values of every field of the resource in a row."""
    return decode_record(resource(name).fields, row, scope)


def shown(name: str, row: Row, values: Values, scope: str = "") -> dict[str, Any]:
    """What of `values` a row shows differently; a key that a view leaves out is no difference."""
    found = read(name, row, scope)
    return {key: found[key] for key, value in values.items() if found[key] not in (value, ABSENT)}
