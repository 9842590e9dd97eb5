"""Each side keeps the contract of files: in memory, Procore's files and images, Quickbase's attachments."""

from __future__ import annotations

import base64

import pytest

from syncd.clock import ManualClock
from syncd.core.values import Field, Kind, SideName, Value
from syncd.sandbox.procore.switches import ProcoreSwitches
from syncd.sandbox.procore.uploads import keep
from syncd.sandbox.quickbase.switches import QuickbaseSwitches
from syncd.sides.memory import MemorySide, MemoryVendor
from syncd.sides.memory_files import attach
from syncd.sides.port import Limits
from tests.contract.files import FilesBench, FilesContract
from tests.contract.table_bench import READINGS
from tests.contract.test_side_quickbase import READINGS as QUICKBASE_READINGS
from tests.support.vendor_rig import Rig, hand_mapping, quickbase_field


class MemoryFiles(FilesBench):
    """A vendor in memory."""

    def __init__(self) -> None:
        self.clock = ManualClock()
        fields = (Field("name", "Name", Kind.TEXT), Field("content", "Content", Kind.FILE))
        self.vendor = MemoryVendor(self.clock, fields, keyed=False)
        self.side = MemorySide(SideName.PROCORE, self.vendor, Limits())

    def put(self, name: str, data: bytes) -> str:
        return self.vendor.create(["made", attach(self.vendor, name, data)])

    def again(self, id: str, name: str, data: bytes) -> None:
        self.vendor.update(id, {1: attach(self.vendor, name, data)})

    def versions(self, id: str) -> list[bytes]:
        held: list[bytes] = []
        for version in self.vendor.rows[id].versions:
            data = self.vendor.blobs[str(version.values[1]).partition("[version ")[2].partition(";")[0]]  # type: ignore[index]
            held += [data] if data not in held[-1:] else []
        return held


class ProcoreFiles(FilesBench):
    """Files of a project's documents: new bytes are a new version."""

    resource, album = "files", 0
    fields: tuple[str, ...] = ("name", "content")

    def __init__(self, switches: ProcoreSwitches) -> None:
        self.rig = Rig(procore=switches)
        self.clock, self.sim = self.rig.clock, self.rig.procore
        self.home = self.sim.put("projects", {"name": "Tower"})
        self.scope = str(self.home)
        mapping = hand_mapping(self.resource, [*self.fields])
        self.side = self.rig.vendors.side(mapping, SideName.PROCORE)

    def upload(self, name: str, data: bytes) -> str:
        """The uuid of bytes that a person has uploaded."""
        return keep(self.sim.state, self.sim.who["person"].user_id, self.home, name, data)

    def put(self, name: str, data: bytes) -> str:
        sent = {"name": name, "upload_uuid": self.upload(name, data)}
        return f"{self.scope}/{self.sim.put('files', sent, scope=self.home)}"

    def again(self, id: str, name: str, data: bytes) -> None:
        number = int(id.rpartition("/")[2])
        self.sim.put("files", {"upload_uuid": self.upload(name, data)}, record=number)

    def versions(self, id: str) -> list[bytes]:
        row = self.sim.rows(self.resource)[int(id.rpartition("/")[2])]
        names = [row["upload_uuid"]] if self.album else [one["upload"] for one in reversed(row["versions"])]
        found = [self.sim.state.storage.named(one) for one in names]
        return [one.content for one in found if one is not None]

    def draft(self, value: str) -> dict[int, Value]:
        return {0: "door.pdf", 1: value}


class ProcoreImages(ProcoreFiles):
    """Images of an album: their bytes are never replaced."""

    resource = "images"
    fields = ("description", "content", "album")
    replaces = False

    def __init__(self, switches: ProcoreSwitches) -> None:
        super().__init__(switches)
        self.album = self.sim.put("albums", {"name": "Site"}, scope=self.home)

    def put(self, name: str, data: bytes) -> str:
        sent = {"image_name": name, "upload_uuid": self.upload(name, data), "image_category_id": self.album}
        return f"{self.scope}/{self.sim.put('images', sent, scope=self.home)}"

    def draft(self, value: str) -> dict[int, Value]:
        return {0: "A door", 1: value, 2: f"{self.scope}/{self.album}"}


class Attachments(FilesBench):
    """Attachments of a table: the row is made first, and its file follows."""

    creates = False

    def __init__(self, switches: QuickbaseSwitches) -> None:
        self.rig = Rig(quickbase=switches)
        self.clock, self.sim = self.rig.clock, self.rig.quickbase
        self.table = self.sim.create_table(self.rig.app, "Drawings")
        self.fids = [self.sim.create_field(self.table, *one) for one in (("Name", "text"), ("PDF", "file"))]
        key = self.sim.create_field(self.table, "Procore ID", "text", unique=True)
        fields = [
            quickbase_field(fid, name, kind)
            for fid, name, kind in zip(self.fids, ("Name", "PDF"), (Kind.TEXT, Kind.FILE), strict=True)
        ]
        mapping = hand_mapping("files", ["name", "content"], table=self.table, key=str(key), quickbase=fields)
        self.side = self.rig.vendors.side(mapping, SideName.QUICKBASE)

    def put(self, name: str, data: bytes) -> str:
        row = {self.fids[0]: "made", self.fids[1]: self.sent(name, data)}
        return str(self.sim.upsert(self.table, [row])[0])

    def sent(self, name: str, data: bytes) -> dict[str, str]:
        """An attachment as a person's write carries it."""
        return {"fileName": name, "data": base64.b64encode(data).decode()}

    def again(self, id: str, name: str, data: bytes) -> None:
        self.sim.upsert(self.table, [{3: int(id), self.fids[1]: self.sent(name, data)}])

    def versions(self, id: str) -> list[bytes]:
        values = self.sim.state.tables[self.table].rows[int(id)].values
        return [one.data for one in values[str(self.fids[1])]]


class TestFilesInMemory(FilesContract):
    """The published side in memory."""

    @pytest.fixture
    def bench(self) -> FilesBench:
        """A vendor in memory."""
        return MemoryFiles()


class TestFilesOfProcore(FilesContract):
    """Documents under every reading."""

    @pytest.fixture(params=READINGS.values(), ids=READINGS.keys())
    def bench(self, request: pytest.FixtureRequest) -> FilesBench:
        """Files under one reading."""
        return ProcoreFiles(request.param)


class TestImagesOfProcore(FilesContract):
    """Photos under every reading."""

    @pytest.fixture(params=READINGS.values(), ids=READINGS.keys())
    def bench(self, request: pytest.FixtureRequest) -> FilesBench:
        """Images under one reading."""
        return ProcoreImages(request.param)


class TestAttachments(FilesContract):
    """Attachments under every reading."""

    @pytest.fixture(params=QUICKBASE_READINGS.values(), ids=QUICKBASE_READINGS.keys())
    def bench(self, request: pytest.FixtureRequest) -> FilesBench:
        """Attachments under one reading."""
        return Attachments(request.param)
