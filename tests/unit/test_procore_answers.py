"""Odd answers of Procore: each ends as one error of the tree, for the mapping that asked."""

from __future__ import annotations

import json
from typing import Any

import pytest

from syncd.catalog.registry import resource
from syncd.errors import Transient
from syncd.http import Lane
from syncd.procore.client import ProcoreClient
from syncd.procore.paging import Pass
from syncd.procore.ways import Listing
from syncd.sandbox.message import Response
from tests.support.vendor_rig import Rig

VENDORS = resource("vendors")
FRESH = 60.0


def client_told(label: str, body: Any, **headers: str) -> ProcoreClient:
    """A client whose next answer to `label` is 200 with this."""
    rig = Rig()
    sent = {"Content-Type": "application/json", **headers}
    rig.answers[f"procore {label}"] = [Response(200, json.dumps(body).encode(), sent)]
    return rig.vendors.procore


@pytest.mark.parametrize(
    "body",
    [
        {"data": []},
        None,
        "fine",
        ["a row"],
        [None],
        [{"name": "no id"}],
        [{"id": None}],
        [{"id": ""}],
        [{"id": {}}],
        [{"id": True}],
        [{"id": 1.5}],
        [{"id": 2**63}],
    ],
)
def test_an_odd_list_is_transient(body: Any) -> None:
    """No list, a row that is no record, an id that names nothing: the page is not used.

    A record without an id used to be a KeyError, which stopped every mapping, and a row that was no
    object was passed over, as if the record were gone.
    """
    client = client_told("GET /rest/v1.0/vendors", body)

    with pytest.raises(Transient, match="looked at again later"):
        list(Pass(client, Listing(VENDORS, VENDORS.list), Lane.POLL).pages())


def test_ids_may_be_numbers_or_text() -> None:
    """Both spellings of an id that vendors' documents show are records."""
    client = client_told("GET /rest/v1.0/vendors", [{"id": 2**63 - 1}, {"id": "v-2"}], Total="²")

    walk = Pass(client, Listing(VENDORS, VENDORS.list), Lane.POLL)

    assert [row["id"] for page in walk.pages() for row in page.rows] == [2**63 - 1, "v-2"]
    assert walk.total is None, "a total that is no number says nothing"


@pytest.mark.parametrize("body", [[], None, {"vendor": {"id": 1}}, {"id": []}])
def test_an_odd_record_is_transient_and_a_write_is_unknown_then(body: Any) -> None:
    """A record that cannot be told from others is looked at again; a write is not repeated."""
    with pytest.raises(Transient) as shown:
        client_told("GET /rest/v1.0/vendors/{id}", body).show(VENDORS, "", "1", Lane.POLL)
    with pytest.raises(Transient) as made:
        client_told("POST /rest/v1.0/vendors", body).create(VENDORS, "", {"name": "A"}, FRESH)

    assert (shown.value.maybe_acted, made.value.maybe_acted) == (False, True)


def test_an_odd_record_of_a_bulk_write_leaves_the_others_known() -> None:
    """An entity that came back without an id is not mentioned; the one beside it is."""
    body = {"entities": [{"id": 1, "name": "A"}, {"name": "B"}, "C"], "errors": []}

    done = client_told("PATCH /rest/v1.0/vendors/sync", body).sync(VENDORS, [{"name": "A"}], FRESH)

    assert done.entities == [{"id": 1, "name": "A"}]
