"""The simulated uploads and storage keep the vendor's rules: checksums, signatures, an hour and a week."""

from __future__ import annotations

import hashlib
import json
from typing import Any

import pytest

from syncd.sandbox import Request, Response, Seed
from tests.support.procore_sandbox import LittleWorld, little_world

BIG, SMALL = b"x" * (5 * 1024 * 1024), b"y" * 10


class Uploads:
    """A project's uploads, and calls to the storage without a token."""

    def __init__(self) -> None:
        self.box: LittleWorld = little_world(sizes=Seed(projects=1, vendors=1))
        self.project = self.box.ids("v1.0/projects")[0]
        self.path = f"v1.1/projects/{self.project}/uploads"

    def asked(self, **sent: Any) -> Any:
        """A new upload."""
        return self.box.send("POST", self.path, {"response_filename": "a.pdf", **sent})

    def segmented(self) -> Any:
        """A new upload of two segments."""
        return self.asked(segments=[_plan(BIG), _plan(SMALL)])

    def storage(self, method: str, url: str, body: bytes, **headers: str) -> Response:
        """A call to where an answer said."""
        path, _, query = url.partition("/procore/")[2].partition("?")
        pairs = tuple(
            (key, value) for key, _, value in (one.partition("=") for one in query.split("&") if one)
        )
        named = {key.replace("_", "-"): value for key, value in headers.items()}
        return self.box.world.handle(Request(method, f"/procore/{path}", pairs, named, body))

    def put(self, segment: Any, body: bytes, sha256: str = "") -> Response:
        """Bring one segment."""
        return self.storage("PUT", segment["url"], body, x_amz_content_sha256=sha256 or segment["sha256"])

    def form(self, made: Any, data: bytes = b"bytes", **changed: str) -> Response:
        """Bring the one file in a form."""
        parts = [
            f'--B\r\nContent-Disposition: form-data; name="{key}"\r\n\r\n{value}\r\n'.encode()
            for key, value in {**made["fields"], **changed}.items()
        ]
        head = b'--B\r\nContent-Disposition: form-data; name="file"; filename="a.pdf"\r\n\r\n'
        body = b"".join([*parts, head, data, b"\r\n--B--\r\n"])
        return self.storage("POST", made["url"], body, content_type="multipart/form-data; boundary=B")

    def used(self, uuid: str) -> int:
        """The status of making a file of it."""
        file = {"name": f"{uuid}.pdf", "upload_uuid": uuid}
        return self.box.call("POST", f"v1.0/files?project_id={self.project}", {"file": file}).status


def _plan(data: bytes) -> dict[str, Any]:
    return {"size": len(data), "sha256": hashlib.sha256(data).hexdigest()}


@pytest.fixture
def uploads() -> Uploads:
    """One project."""
    return Uploads()


def test_a_form_brings_one_file_and_every_field_is_checked(uploads: Uploads) -> None:
    """A changed field is refused with 403; unchanged it is 204, and a file can name it (§10.2)."""
    made = uploads.asked()

    assert uploads.form(made, policy="other").status == 403
    assert uploads.used(made["uuid"]) == 422
    assert uploads.form(made).status == 204
    assert uploads.used(made["uuid"]) == 201
    assert uploads.box.get(f"{uploads.path}/{made['uuid']}")["status"] == "non_segmented"


def test_segments_are_taken_with_their_own_sums_only(uploads: Uploads) -> None:
    """Other bytes, or another announced sum, are refused with 400 (§10.2)."""
    first, second = uploads.segmented()["segments"]

    assert uploads.put(first, BIG[:-1] + b"z").status == 400
    assert uploads.put(first, BIG, sha256=second["sha256"]).status == 400
    answer = uploads.put(first, BIG)
    assert answer.status == 200
    assert answer.headers["ETag"] == f'"{hashlib.md5(BIG, usedforsecurity=False).hexdigest()}"'


def test_an_upload_is_complete_when_all_tags_are_named_in_order(uploads: Uploads) -> None:
    """ready, receiving, complete; wrong tags or too few are 422 (§10.2)."""
    made = uploads.segmented()
    uuid, (first, second) = made["uuid"], made["segments"]
    assert made["status"] == "ready"
    tags = [uploads.put(first, BIG).headers["ETag"]]
    assert uploads.box.get(f"{uploads.path}/{uuid}")["status"] == "receiving"
    tags.append(uploads.put(second, SMALL).headers["ETag"])

    def finish(order: list[str]) -> int:
        body = {"segments": [{"etag": tag} for tag in order]}
        return uploads.box.call("PATCH", f"{uploads.path}/{uuid}", body).status

    assert [finish(tags[:1]), finish(tags[::-1])] == [422, 422]
    assert uploads.used(uuid) == 422
    assert finish(tags) == 200
    assert uploads.box.get(f"{uploads.path}/{uuid}")["status"] == "complete"
    assert uploads.used(uuid) == 201


def test_bytes_must_begin_to_come_within_an_hour(uploads: Uploads) -> None:
    """After it the storage answers 403, to a form and to a segment (§10.2)."""
    form, segments = uploads.asked(), uploads.segmented()
    uploads.box.clock.advance(3_601)

    assert uploads.form(form).status == 403
    assert uploads.put(segments["segments"][0], BIG).status == 403


def test_an_upload_that_nothing_names_is_gone_after_a_week(uploads: Uploads) -> None:
    """It cannot be used, and to finish it is 410; one that a file names stays (§10.2)."""
    lost, kept, open_one = uploads.asked(), uploads.asked(), uploads.segmented()
    uploads.form(lost)
    uploads.form(kept)
    uploads.used(kept["uuid"])
    uploads.box.clock.advance(7 * 86_400 + 1)
    uploads.box.tokens.clear()

    assert uploads.used(lost["uuid"]) == 422
    gone = uploads.box.call("PATCH", f"{uploads.path}/{open_one['uuid']}", {"segments": []})
    assert gone.status == 410
    row = uploads.box.get(f"v1.0/projects/{uploads.project}/documents?view=extended")[0]
    assert row["file"]["current_version"]["url"].startswith("http://")


def test_only_its_own_user_sees_and_uses_an_upload(uploads: Uploads) -> None:
    """To another credential there is none (§10.2)."""
    made = uploads.asked()
    uploads.form(made)

    other = uploads.box.call("GET", f"{uploads.path}/{made['uuid']}", credential="person")

    assert other.status == 404
    file = {"file": {"name": "b.pdf", "upload_uuid": made["uuid"]}}
    where = f"v1.0/files?project_id={uploads.project}"
    assert uploads.box.call("POST", where, file, credential="person").status == 422


@pytest.mark.parametrize(
    "sent",
    [
        {"response_filename": ""},
        {"segments": "all"},
        {"segments": [{"size": 10}]},
        {"segments": [{**_plan(SMALL), "md5": "no"}]},
        {"segments": [_plan(SMALL), _plan(SMALL)]},
        {"segments": [{**_plan(SMALL), "size": 6 * 1024**3}]},
    ],
)
def test_uploads_that_cannot_be_are_refused(uploads: Uploads, sent: dict[str, Any]) -> None:
    """No name, no sums, segments below 5 MiB before the last or above 5 GiB are 400 (§10.2)."""
    body = {"response_filename": "a.pdf", **sent}

    assert uploads.box.call("POST", uploads.path, body).status == 400


def test_the_storage_knows_no_token_and_signs_every_address(uploads: Uploads) -> None:
    """A token is refused with 400; without the right signature nothing is given or taken (§10.2)."""
    made = uploads.segmented()["segments"][0]
    unsigned = {**made, "url": made["url"].replace("Signature=", "Signature=0")}

    answer = uploads.storage("PUT", made["url"], BIG, authorization="Bearer x")

    assert (answer.status, answer.headers["Content-Type"]) == (400, "application/xml")
    assert uploads.put(unsigned, BIG).status == 403
    assert (
        uploads.storage("GET", "/procore/storage/files/01FZ8QATJYD0K7BZG2PP5GB4KN?sig=x", b"").status == 403
    )
    assert uploads.storage("GET", "/procore/storage/other", b"").status == 404


def test_a_link_leads_over_the_vendors_host_with_a_token(uploads: Uploads) -> None:
    """Without the token it is 401; with it a redirect to another host, which gives the bytes (§10.3)."""
    made = uploads.asked()
    uploads.form(made, b"all of it")
    uploads.used(made["uuid"])
    row = uploads.box.get(f"v1.0/projects/{uploads.project}/documents?view=extended")[0]
    url = row["file"]["current_version"]["url"]

    bare = uploads.storage("GET", url, b"")
    led = uploads.storage("GET", url, b"", authorization=f"Bearer {uploads.box.token('syncd')}")

    assert json.loads(bare.body)["code"] == 401
    assert led.status == 302
    assert led.headers["Location"].startswith("http://storage.sandbox.test/")
    assert uploads.storage("GET", led.headers["Location"], b"").body == b"all of it"
