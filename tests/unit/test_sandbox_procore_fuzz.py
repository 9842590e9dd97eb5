"""Nonsense sent to the Procore simulator: it always answers, and never with a crash."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from syncd.sandbox import Request
from syncd.sandbox.procore.sim import RESOURCES
from tests.support.procore_sandbox import LittleWorld, little_world

_BOX = little_world()
_PROJECT = next(iter(_BOX.world.procore.rows("projects")))
_RFI = next(iter(_BOX.world.procore.rows("rfis")))
_IDS = {"company_id": _BOX.company, "project_id": _PROJECT, "rfi_id": _RFI}
_OPERATIONS = [
    (endpoint.method, endpoint.path, resource) for resource in RESOURCES for endpoint in resource.endpoints
]
_PLACE = re.compile(r"{(\w+)}")
_KEYS = sorted({key for resource in RESOURCES for key in resource.writes} | {"id", "status", "created_at"})
_SCALARS = (
    st.none()
    | st.booleans()
    | st.integers(-(10**20), 10**20)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=12)
    | st.sampled_from(["2026-01-05", "true", "1e400", "-0", str(_PROJECT), "cut \ud83d", "\udc00"])
)
_VALUES = (
    _SCALARS | st.lists(_SCALARS, max_size=3) | st.dictionaries(st.text(max_size=5), _SCALARS, max_size=2)
)
_ITEMS = st.dictionaries(st.sampled_from(_KEYS), _VALUES, max_size=6)
_PARAMETERS = st.sampled_from(
    "page per_page sort view serializer_view sort[attribute] sort[direction] filters[id] filters[id][] "
    "filters[updated_at] filters[by_status] filters[status][] filters[search] filters[name] "
    "filters[custom_fields] filters[vendor_id] filters[synced] filters[ball_in_court_id]".split()
)
_ODD_RANGES = (
    "2020-01-01...9999-12-31T23:59:59-14:00",
    "0001-01-01T00:00:00+14:00...2100-01-01",
    "9999-12-31...9999-12-31",
)
_ODD_LISTS = ("[1e999]", "[NaN]", "[" * 2000, "[[1]]", '["x"]')
_QUERY = st.lists(
    st.tuples(
        _PARAMETERS,
        st.text(max_size=12) | st.sampled_from(["1", "9", "id", "[1]", *_ODD_RANGES, *_ODD_LISTS]),
    ),
    max_size=4,
)


def _send(box: LittleWorld, method: str, path: str, query: Any, body: bytes) -> int:
    headers = {
        "authorization": f"Bearer {box.token('syncd')}",
        "procore-company-id": str(box.company),
        "content-type": "application/json",
    }
    pairs = (("company_id", str(box.company)), ("project_id", str(_PROJECT)), *query)
    answer = box.world.handle(Request(method, f"/procore{path}", pairs, headers, body))
    if answer.body and answer.headers.get("Content-Type", "").startswith("application/json"):
        json.loads(answer.body, parse_constant=_no_constant)
    return answer.status


def _no_constant(name: str) -> None:
    raise AssertionError(f"{name} is no JSON")


@given(st.sampled_from(_OPERATIONS), _QUERY, _ITEMS, st.lists(_ITEMS | _SCALARS, max_size=3))
def test_any_values_in_any_operation_get_an_answer(
    operation: tuple[str, str, Any], query: Any, item: dict[str, Any], items: list[Any]
) -> None:
    """Odd values, filters and pages end in 2xx or a plain refusal, always with valid JSON."""
    method, template, resource = operation
    body = {"company_id": _BOX.company, "project_id": _PROJECT, resource.wrapper: item, "updates": items}
    raw = b"" if method == "GET" else json.dumps(body).encode()
    ids = {place: _IDS.get(place, _PROJECT) for place in _PLACE.findall(template)}
    status = _send(_BOX, method, template.format(**ids), query, raw)
    assert status in (200, 201, 202, 204, 207, 400, 403, 404, 405, 409, 410, 414, 422)


@given(
    st.sampled_from(["GET", "POST", "PATCH", "DELETE", "PUT"]), st.text(max_size=30), st.binary(max_size=40)
)
def test_any_path_and_any_bytes_get_an_answer(method: str, path: str, body: bytes) -> None:
    """Paths that nobody serves are refused, whatever the body."""
    assert _send(_BOX, method, f"/rest/{path}", (), body) in (200, 400, 404)


@pytest.mark.parametrize("text", [*_ODD_RANGES, *_ODD_LISTS])
def test_odd_filters_get_an_answer(text: str) -> None:
    """Years that no other zone has, endless numbers and deep lists are read or refused; they used to
    end in a crash."""
    for name in ("updated_at", "id"):
        query = ((f"filters[{name}]", text),)
        assert _send(_BOX, "GET", "/rest/v1.0/vendors", query, b"") in (200, 400)


@pytest.mark.parametrize("coded", ["\xfc", "abc", "//79/A=="])
def test_any_basic_credentials_get_an_answer(coded: str) -> None:
    """What is no base64, or no text inside of it, is an unknown client."""
    request = Request("POST", "/procore/oauth/token", (), {"authorization": f"Basic {coded}"})
    assert _BOX.world.handle(request).status == 401


@given(
    st.dictionaries(st.sampled_from(["grant_type", "code", "refresh_token", "client_id"]), _VALUES),
    st.binary(),
)
def test_any_body_at_the_token_endpoint_gets_an_answer(sent: dict[str, Any], raw: bytes) -> None:
    """The login host refuses nonsense with 400 or 401."""
    assert _BOX.oauth(sent).status in (400, 401)
    answer = _BOX.world.handle(Request("POST", "/procore/oauth/token", (), {"content-type": ""}, raw))
    assert answer.status in (400, 401)
