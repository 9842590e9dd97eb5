"""Whatever a client sends, the simulator answers as the vendor would and never falls over."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from syncd.sandbox.quickbase.routes import ROUTES
from syncd.sandbox.quickbase.where import OPERATORS
from tests.support.quickbase_sandbox import little_quickbase

_LEAVES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-2, 30),
    st.floats(),
    st.text(max_size=5),
    st.sampled_from(
        ["", "6", "2026-01-05T08:00:00Z", "2026-01-05", "SUM", "text", "9" * 20, "{3.GT.0}", "cut \ud83d"]
    ),
)
_KEYS = st.sampled_from(
    "value id fieldId order skip top label where choices decimalPlaces maxLength summaryFid data".split()
    + [str(fid) for fid in range(1, 31)]
)
_JUNK = st.recursive(
    _LEAVES,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_KEYS, inner, max_size=3),
    max_leaves=6,
)
_NAMES = st.sampled_from(
    "where name data select sortBy groupBy options mergeFieldId fieldsToReturn after fieldList".split()
    + "includeDetails variables securityProperties label fieldType properties unique required".split()
    + "fieldIds parentTableId foreignKeyField lookupFieldIds summaryFields emails".split()
)
_FIDS = st.integers(1, 32).map(str)
_WHERE = st.builds(
    "{{{}.{}.'{}'}}".format,
    _FIDS,
    st.sampled_from(sorted(OPERATORS)),
    st.sampled_from(
        [
            "",
            "a",
            "nan",
            "2026-01-01",
            "9999-12-31",
            "9" * 20,
            "today",
            "last 999999 days",
            "_FID_6",
            "\ud83d",
        ]
    ),
)
_RECORDS = st.lists(st.dictionaries(_FIDS, st.fixed_dictionaries({"value": _JUNK}), max_size=4), max_size=3)
_BODIES = st.fixed_dictionaries({}, optional={"where": _WHERE | _JUNK, "data": _RECORDS | _JUNK}).flatmap(
    lambda known: st.dictionaries(_NAMES, _JUNK, max_size=4).map(lambda more: {**more, **known})
)
_CALLS = st.tuples(st.sampled_from(ROUTES), _BODIES, _FIDS, st.sampled_from(["0", "1", "-1", "x", ""]))


@settings(max_examples=60, deadline=None)
@given(st.lists(_CALLS, min_size=1, max_size=8))
def test_no_request_breaks_the_simulator(calls: list[tuple[Any, dict[str, Any], str, str]]) -> None:
    """Any sequence of calls with any bodies is answered: done, partly done, or refused with a sentence."""
    box = little_quickbase(index_deletes=True)
    box.put({"Name": "a", "Procore ID": "1"}, {"Name": "b", "Plan": {"fileName": "f", "data": ""}})
    box.sim.create_relationship(box.table, box.sim.create_table(box.app, "Parents"), lookups=["Record ID#"])
    for route, body, fid, skip in calls:
        names = {"app": box.app, "table": box.table, "record": "2", "version": "0", "report": "1"}
        path = route.template.format(**names, field=fid, relationship=fid)
        sent = {"from": box.table, "to": box.table, **body}
        response = box.send(
            route.method, path, sent, query={"tableId": box.table, "appId": box.app, "skip": skip}
        )
        assert response.status in (200, 207, 400, 403, 404), response.body
        if response.status >= 400:
            assert set(json.loads(response.body)) == {"message", "description"}
