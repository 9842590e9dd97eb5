"""The Procore side keeps the contract for documents and photos: folders, files, albums, images."""

from __future__ import annotations

from typing import Any

import pytest

from syncd.core.values import ABSENT, Value
from syncd.sandbox.procore.switches import ProcoreSwitches
from syncd.sandbox.procore.uploads import keep
from syncd.sides.port import Lane, Record
from tests.contract.sides import Bench, SideContract
from tests.contract.table_bench import READINGS, Column, TableBench


class FolderBench(TableBench):
    """Folders, from the documents index; a name stands once in its place."""

    resource = "folders"
    table = "folders"
    columns = (
        Column("project"),
        Column("name", "name"),
        Column("private", "private", "explicit_permissions"),
        Column("is_tracked", "is_tracked"),
    )
    named = 1
    answers_dated = False

    def prepare(self) -> None:
        self.in_project()

    def sample(self, number: int) -> dict[int, Value]:
        return {0: self.scope, 1: f"Plans {number}", 2: number % 2 == 0, 3: number % 2 == 1}

    def twin(self, number: int) -> dict[int, Value]:
        return {**self.sample(number), 1: "Twin"}

    def delete(self, id: str) -> None:
        self.sim.recycle(self.table, self.number_of(id))


class FileBench(FolderBench):
    """Files: a create names an upload, and the description costs a look-up."""

    resource = "files"
    table = "files"
    columns = (
        Column("project"),
        Column("name", "name"),
        Column("description", "description"),
        Column("private", "private", "explicit_permissions"),
        Column("is_tracked", "is_tracked"),
    )
    extra = ("upload_uuid",)
    clearable = (2,)
    answers_dated = True

    def upload(self, credential: str) -> str:
        """The uuid of bytes that a credential has uploaded."""
        user = self.sim.who[credential].user_id
        return keep(self.sim.state, user, int(self.scope), "given.bin", b"bytes")

    def besides(self) -> dict[str, Any]:
        return {"upload_uuid": self.upload("person")}

    def sample(self, number: int) -> dict[int, Value]:
        return {
            0: self.scope,
            1: f"plan {number}.pdf",
            2: f"Level {number}",
            3: number % 2 == 0,
            4: number % 2 == 1,
        }

    def twin(self, number: int) -> dict[int, Value]:
        return {**self.sample(number), 1: "twin.pdf"}

    def drafted(self, number: int) -> dict[int, Value]:
        return {**self.sample(number), 5: self.upload("syncd")}


class AlbumBench(TableBench):
    """Albums: one list without filters."""

    resource = "albums"
    table = "albums"
    columns = (Column("project"), Column("name", "name"), Column("private", "private"))
    named = 1
    tells_changes = False

    def prepare(self) -> None:
        self.in_project()

    def sample(self, number: int) -> dict[int, Value]:
        return {0: self.scope, 1: f"Album {number}", 2: number % 2 == 0}


class ImageBench(FileBench):
    """Images of albums: their bytes and name never change."""

    resource = "images"
    table = "images"
    columns = (
        Column("project"),
        Column("album", "image_category_id", form="id", homed=True),
        Column("description", "description"),
        Column("private", "private"),
        Column("image_name", "filename", "image_name"),
    )
    named = 2
    updatable = (1, 2, 3)
    clearable = (2,)

    def prepare(self) -> None:
        self.in_project()
        names = ("Site", "Office")
        self.albums = [
            f"{self.scope}/{self.sim.put('albums', {'name': one}, scope=self.home)}" for one in names
        ]

    def sample(self, number: int) -> dict[int, Value]:
        return {
            0: self.scope,
            1: self.albums[number % 2],
            2: f"Level {number}",
            3: number % 2 == 0,
            4: f"site {number}.jpg",
        }

    def twin(self, number: int) -> dict[int, Value]:
        return self.sample(number)

    def drafted(self, number: int) -> dict[int, Value]:
        return {**self.sample(number), 5: self.upload("syncd")}


@pytest.fixture(params=READINGS.values(), ids=READINGS.keys())
def reading(request: pytest.FixtureRequest) -> ProcoreSwitches:
    """One way in which the vendor may be understood."""
    chosen: ProcoreSwitches = request.param
    return chosen


def test_a_show_that_lags_behind_its_list_is_left_out() -> None:
    """What only a show tells is not taken from before what the list tells: the newer bytes of a file were
    once read as the older ones, and others written over them (P2)."""
    bench = FileBench(ProcoreSwitches(read_lag=60.0))
    id = bench.put(bench.sample(1))
    bench.clock.advance(300)
    bench.edit(id, {1: "later.pdf", 2: "Later"})

    found = bench.side.fetch(bench.scope, [id], Lane.DUE)[id]
    bench.clock.advance(61)
    again = bench.side.fetch(bench.scope, [id], Lane.DUE)[id]

    assert isinstance(found, Record)
    assert isinstance(again, Record)
    assert (found.values[1], found.values[2]) == ("later.pdf", ABSENT)
    assert (again.values[1], again.values[2]) == ("later.pdf", "Later")


class TestFolders(SideContract):
    """Folders of a project."""

    @pytest.fixture
    def bench(self, reading: ProcoreSwitches) -> Bench:
        """Folders under one reading."""
        return FolderBench(reading)


class TestFiles(SideContract):
    """Files of a project."""

    @pytest.fixture
    def bench(self, reading: ProcoreSwitches) -> Bench:
        """Files under one reading."""
        return FileBench(reading)


class TestAlbums(SideContract):
    """Albums of a project."""

    @pytest.fixture
    def bench(self, reading: ProcoreSwitches) -> Bench:
        """Albums under one reading."""
        return AlbumBench(reading)


class TestImages(SideContract):
    """Images of a project."""

    @pytest.fixture
    def bench(self, reading: ProcoreSwitches) -> Bench:
        """Images under one reading."""
        return ImageBench(reading)
