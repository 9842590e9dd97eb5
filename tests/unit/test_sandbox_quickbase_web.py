"""Attachments over the API's limit come by the web application, and leave through the API like others."""

from __future__ import annotations

import base64
import json
import random
from typing import Any

import pytest

from syncd.sandbox.edge import excess
from syncd.sandbox.message import Request, Response
from syncd.sandbox.quickbase.web import MOUNT
from tests.support.quickbase_sandbox import LittleQuickbase, little_quickbase

SMALL = 1_000
"""Bytes of a MB in these tests: a request may have 40,000 bytes, an attachment 100,000."""


def form(*files: tuple[str, bytes]) -> bytes:
    """A browser's form with these files."""
    parts = [
        f'--B\r\nContent-Disposition: form-data; name="file{at}"; filename="{name}"\r\n'.encode()
        + b"Content-Type: application/pdf\r\n\r\n"
        + data
        + b"\r\n"
        for at, (name, data) in enumerate(files)
    ]
    return b"".join([*parts, b"--B--\r\n"])


def by_web(
    box: LittleQuickbase, body: bytes, record: object = 1, method: str = "POST", token: str = ""
) -> Response:
    """What a person does in the web application."""
    headers = {
        "qb-realm-hostname": box.sim.realm,
        "authorization": f"QB-USER-TOKEN {token or box.sim.person_token}",
        "content-type": "multipart/form-data; boundary=B",
    }
    return box.sim.web(Request(method, f"/{box.table}/{record}/{box.f['Plan']}", (), headers, body))


@pytest.fixture
def box() -> LittleQuickbase:
    """One record, and limits of which a test need not be afraid."""
    box = little_quickbase(megabyte=SMALL)
    box.put({"Name": "Tower"})
    return box


def uploaded(box: LittleQuickbase, data: bytes) -> Any:
    """The status of the same upload through the API."""
    value = {"fileName": "big.pdf", "data": base64.b64encode(data).decode()}
    body = {"to": box.table, "data": [{"3": {"value": 1}, str(box.f["Plan"]): {"value": value}}]}
    return box.send("POST", "/records", body).status


def test_what_the_api_refuses_is_attached_by_hand_and_fetched_through_the_api(box: LittleQuickbase) -> None:
    """Whatever bytes it has, they come back; the person is the version's creator (reference §5)."""
    data = random.Random(1).randbytes(90_000) + b"\r\n--\r\n\n"
    assert uploaded(box, data) == 413

    answer = by_web(box, form(("big.pdf", data)))

    assert answer.status == 200
    version = json.loads(answer.body)
    assert (version["versionNumber"], version["fileName"]) == (1, "big.pdf")
    assert version["creator"]["email"] == box.sim.state.by_credential("person").owner.email
    fetched = box.send("GET", f"/files/{box.table}/1/{box.f['Plan']}/0").body
    assert base64.b64decode(fetched, validate=True) == data
    assert box.read(1, "Plan")["versions"][0]["fileName"] == "big.pdf"


def test_each_reading_of_the_api_s_limit_is_refused_as_a_whole(box: LittleQuickbase) -> None:
    """40 MB of request, however a MB is counted and whatever the status; nothing is stored (§2.1)."""
    other = little_quickbase(megabyte=1_024, oversize_status=400)
    other.put({"Name": "Tower"})
    between = bytes(30_200)

    assert (uploaded(box, between), uploaded(other, between)) == (413, 200)
    assert uploaded(other, bytes(31_000)) == 400
    assert len(other.read(1, "Plan")["versions"]) == 1


def test_a_version_is_added_to_those_that_are_there(box: LittleQuickbase) -> None:
    """By hand and through the API they are counted together."""
    uploaded(box, b"one")

    assert json.loads(by_web(box, form(("two.pdf", b"two"))).body)["versionNumber"] == 2
    assert [one["fileName"] for one in box.read(1, "Plan")["versions"]] == ["big.pdf", "two.pdf"]


def test_the_web_application_has_limits_of_its_own(box: LittleQuickbase) -> None:
    """An attachment may have 100 MB, and no more by hand either (reference §6)."""
    assert by_web(box, form(("big.pdf", bytes(100 * SMALL)))).status == 200
    assert by_web(box, form(("big.pdf", bytes(100 * SMALL + 1)))).status == 413


def test_what_is_no_file_of_a_person_is_refused(box: LittleQuickbase) -> None:
    """No file, two of them, no form, a record or address that is not there, and a token of nobody."""
    file = ("a.pdf", b"a")

    assert by_web(box, form()).status == 400
    assert by_web(box, form(file, file)).status == 400
    assert by_web(box, b"no form").status == 400
    assert by_web(box, form(file), record=9).status == 404
    assert by_web(box, form(file), record="1/2").status == 404
    assert by_web(box, form(file), method="GET").status == 404
    assert by_web(box, form(file), token="other").status == 401
    assert box.read(1, "Plan")["versions"] == []


def test_the_edge_lets_a_persons_form_through_that_is_too_large_for_the_api() -> None:
    """In front of both vendors the web application takes 100 MB and what stands around it."""
    headers: dict[str, str] = {}

    assert excess(Request("POST", "/quickbase/v1/records", (), headers, bytes(42_000_001))) == 413
    assert excess(Request("POST", f"{MOUNT}/t/1/7", (), headers, bytes(105_000_000))) is None
    assert excess(Request("POST", f"{MOUNT}/t/1/7", (), headers, bytes(106_000_001))) == 413
