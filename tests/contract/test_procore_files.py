"""Files go to Procore's storage and come back byte for byte, and our token goes to Procore alone."""

from __future__ import annotations

import hashlib
import io
import random
import tempfile
import threading
import tracemalloc
from urllib.parse import parse_qsl

import pytest

from syncd.core.values import Value
from syncd.errors import ConfigProblem, Rejected, Stopped, Transient, Unavailable
from syncd.http.courier import Courier
from syncd.procore.files import Files, link_in
from syncd.procore.limits import LARGEST
from syncd.procore.uploads import SEGMENT, sums_of
from syncd.sandbox.message import Request, Response
from syncd.sandbox.procore.switches import ProcoreSwitches
from tests.support.catalogue_desk import CatalogueDesk
from tests.support.wsgi_adapter import WorldAdapter, session_with

BASE = "http://sandbox.test/procore"


class Carrier:
    """A project, the client for files, and every request that a transfer made."""

    def __init__(self, **switches: object) -> None:
        self.desk = CatalogueDesk(ProcoreSwitches(**switches))  # type: ignore[arg-type]
        self.project = str(self.desk.sim.put("projects", {"name": "Tower"}))
        self.moved: list[tuple[str, str, bool]] = []
        self.break_at = 0
        courier = Courier(self.desk.clock, session_factory=session_with(WorldAdapter(self.handle)))
        vendors = self.desk.rig.vendors
        self.files = Files(vendors.procore, courier, vendors.tokens, BASE)

    def handle(self, request: Request) -> Response:
        """A request of the courier: where it went, and whether the token went with it."""
        self.moved.append((request.method, request.path, "authorization" in request.headers))
        if self.break_at == len(self.moved):
            raise ConnectionResetError
        answer = self.desk.rig.handle(request)
        answer.headers.setdefault("Content-Length", str(len(answer.body)))  # as every server says
        return answer

    def up(self, data: bytes, name: str = "a.bin") -> str:
        """Upload these bytes."""
        return self.files.upload(self.project, name, io.BytesIO(data))

    def made(self, data: bytes, name: str = "a.bin") -> str:
        """A file of these bytes."""
        sent: dict[str, Value] = {"name": name, "upload_uuid": self.up(data, name)}
        return self.desk.made("files", sent, self.project)

    def link(self, file: str) -> str:
        """The link that the file's record shows."""
        return link_in(self.desk.show("files", file, self.project))

    def down(self, file: str) -> bytes:
        """A file's bytes."""
        into = io.BytesIO(b"what was there before, which is longer than the file")
        carried = self.files.download(self.link(file), into)
        assert carried.sha256 == hashlib.sha256(into.getvalue()).hexdigest()
        assert carried.size == len(into.getvalue())
        return into.getvalue()


@pytest.fixture(params=[("redirect", "kept"), ("direct", "anew")], ids=" ".join)
def carrier(request: pytest.FixtureRequest) -> Carrier:
    """Links that lead to Procore's host and on, or to the storage at once; the same, or signed anew."""
    download, signing = request.param
    return Carrier(download_link=download, link_signing=signing)


def noise(size: int) -> bytes:
    """Bytes of every value, line ends and half lines among them."""
    return random.Random(size).randbytes(size)


def test_a_small_file_goes_in_one_form_and_comes_back(carrier: Carrier) -> None:
    """Whatever bytes it has, they come back as they were (reference §10.2, §10.3)."""
    data = noise(100_000) + b"\r\n--boundary\r\n\n\r"

    assert carrier.down(carrier.made(data)) == data
    assert [path for method, path, _ in carrier.moved if method == "POST"] == ["/procore/storage/uploads"]


def test_a_large_file_goes_in_segments_with_checksums(carrier: Carrier) -> None:
    """Each segment is announced with its sums and named by the storage's tag (reference §10.2)."""
    data = noise(11 * 1024 * 1024)
    carrier.files.segment = 5 * 1024 * 1024

    assert carrier.down(carrier.made(data)) == data
    assert len([one for one in carrier.moved if one[0] == "PUT"]) == 3


def test_the_token_goes_to_procores_own_host_only(carrier: Carrier) -> None:
    """Neither an upload nor the last hop of a download carries it (reference §10.3)."""
    carrier.down(carrier.made(b"bytes"))

    with_token = {path.split("/")[2] for _, path, token in carrier.moved if token}
    without = {path.split("/")[2] for _, path, token in carrier.moved if not token}
    assert with_token <= {"downloads"}
    assert without == {"storage"}


def test_the_storage_refuses_a_token(carrier: Carrier) -> None:
    """It takes one kind of proof at a time: a client that sends both learns so (reference §10.2)."""
    link = carrier.desk.sim.state.storage.form_url().removeprefix("http://storage.sandbox.test")
    request = Request("POST", link, (), {"authorization": "Bearer x"}, b"")

    assert carrier.handle(request).status == 400


def test_new_bytes_of_a_file_are_its_newest_version(carrier: Carrier) -> None:
    """The newest is the version of the largest number, wherever it stands in the list (§10.1)."""
    file = carrier.made(b"one")
    uuid = carrier.up(b"two")

    carrier.desk.do("files", "create-version", file, {"upload_uuid": uuid}, carrier.project)

    assert carrier.down(file) == b"two"


def test_an_image_is_uploaded_and_downloaded(carrier: Carrier) -> None:
    """Images use the same uploads and show their own link (reference §11)."""
    album = carrier.desk.made("albums", {"name": "Site"}, carrier.project)
    sent: dict[str, Value] = {"album": album, "image_name": "a.jpg", "upload_uuid": carrier.up(b"jpeg")}
    image = carrier.desk.made("images", sent, carrier.project)
    into = io.BytesIO()

    carrier.files.download(link_in(carrier.desk.show("images", image, carrier.project)), into)

    assert into.getvalue() == b"jpeg"


@pytest.mark.parametrize("break_at", [1, 2])
def test_a_connection_that_breaks_is_tried_again(break_at: int) -> None:
    """A segment or form that was lost is sent again and replaces itself."""
    carrier = Carrier()
    carrier.break_at = break_at
    uuid = carrier.up(b"bytes")

    upload = carrier.desk.sim.state.storage.named(uuid)

    assert upload is not None
    assert upload.content == b"bytes"


def test_a_file_that_is_empty_or_too_large_is_refused_before_a_byte_is_sent() -> None:
    """The sentence says which, and no call is made."""
    carrier = Carrier()
    with tempfile.TemporaryFile() as large:
        large.truncate(LARGEST + 1)
        for file, words in ((io.BytesIO(), "is empty"), (large, f"{LARGEST:,} at most")):
            with pytest.raises(ConfigProblem, match=words):
                carrier.files.upload(carrier.project, "a.bin", file)
    assert carrier.moved == []
    assert carrier.desk.rig.calls == {}


def test_a_link_to_the_storage_lives_for_minutes() -> None:
    """Kept longer than it lives it is refused, and the error names no address (reference §10.3)."""
    carrier = Carrier(download_link="redirect")
    link = carrier.link(carrier.made(b"bytes"))
    path, _, query = link.removeprefix("http://sandbox.test").partition("?")
    asked = Request("GET", path, tuple(parse_qsl(query)), _token(carrier))
    kept = carrier.handle(asked).headers["Location"]
    carrier.desk.clock.advance(3_600)

    with pytest.raises(Rejected) as refused:
        carrier.files.download(kept, io.BytesIO())

    assert "sig" not in str(refused.value)
    carrier.files.download(link, io.BytesIO())


def _token(carrier: Carrier) -> dict[str, str]:
    return {key.lower(): value for key, value in carrier.desk.rig.vendors.tokens.headers().items()}


def test_a_download_that_grows_past_its_limit_is_stopped() -> None:
    """Nothing that a link leads to can fill the disk (P15)."""
    carrier = Carrier()
    link = carrier.link(carrier.made(noise(300_000)))

    with pytest.raises(Transient, match="larger than 200,000 bytes"):
        carrier.files.download(link, io.BytesIO(), most=200_000)


def test_a_file_for_which_there_is_no_room_is_not_fetched() -> None:
    """The answer says how long it is; who has no room for that many bytes is asked before one is written."""
    carrier, asked = Carrier(), []
    link = carrier.link(carrier.made(noise(300_000)))

    def room(size: int) -> None:
        asked.append(size)
        raise Unavailable("There is no room.")

    into = io.BytesIO(b"before")
    with pytest.raises(Unavailable):
        carrier.files.download(link, into, room=room)
    assert (asked, into.getvalue()) == ([300_000], b"before")


def test_a_stop_ends_a_transfer_between_two_pieces() -> None:
    """A daemon that is told to stop does not wait for a file."""
    carrier = Carrier()
    link = carrier.link(carrier.made(noise(300_000)))
    stop = threading.Event()
    adapter = session_with(WorldAdapter(carrier.handle))
    courier = Courier(carrier.desk.clock, session_factory=adapter, stop=stop)
    files = Files(carrier.files.client, courier, carrier.files.auth, BASE)

    with pytest.raises(Stopped):
        files.download(link, io.BytesIO(), progress=lambda moved: stop.set())


def test_progress_is_told_as_bytes_move() -> None:
    """What is told adds up to the file, up and down."""
    carrier, told = Carrier(), [0, 0]
    data = noise(300_000)

    def up(moved: int) -> None:
        told[0] += moved

    def down(moved: int) -> None:
        told[1] += moved

    uuid = carrier.files.upload(carrier.project, "a.bin", io.BytesIO(data), progress=up)
    file = carrier.desk.made("files", {"name": "a.bin", "upload_uuid": uuid}, carrier.project)
    carrier.files.download(carrier.link(file), io.BytesIO(), progress=down)

    assert told == [len(data), len(data)]


def test_progress_begins_again_with_a_transfer_that_broke() -> None:
    """Bytes that were lost on the way are taken back, so that what is told still adds up to the file."""
    carrier, told = Carrier(), []
    carrier.break_at = 1

    carrier.files.upload(carrier.project, "a.bin", io.BytesIO(noise(300_000)), progress=told.append)

    assert min(told) < 0
    assert sum(told) == 300_000


def test_sums_are_made_in_bounded_memory() -> None:
    """What is announced of a file is read piece by piece (P15)."""
    with tempfile.TemporaryFile() as file:
        file.truncate(4 * SEGMENT)
        tracemalloc.start()
        try:
            planned = [sums_of(file, at, SEGMENT) for at in range(0, 4 * SEGMENT, SEGMENT)]
            _, peak = tracemalloc.get_traced_memory()
        finally:
            tracemalloc.stop()
    assert [one["size"] for one in planned] == [SEGMENT] * 4
    assert peak < 1024 * 1024
