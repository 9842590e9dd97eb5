"""The Procore side keeps its contract for budgets' lines and transfers, folders, files, albums and images."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from syncd.core.values import Value
from syncd.sandbox.procore.switches import ProcoreSwitches
from syncd.sandbox.procore.uploads import keep
from tests.contract.sides import Bench, SideContract, Values
from tests.contract.table_bench import READINGS
from tests.contract.test_side_procore import ProcoreBench


class _InProject(ProcoreBench):
    """Records of one project; `table` is what the simulator calls them, `ids` the keys of references."""

    table = ""
    ids: tuple[str, ...] = ()
    binned = False

    def prepare(self) -> None:
        self.scope = str(self.sim.put("projects", {"name": "Tower"}))

    def sent(self, values: Values) -> dict[str, Any]:
        raw = super().sent(values)
        raw.pop("project", None)
        for key in self.ids:
            if raw.get(key) is not None:
                raw[f"{key}_id"] = int(str(raw[key]).rpartition("/")[2])
            elif key in raw:
                raw[f"{key}_id"] = None
            raw.pop(key, None)
        return raw

    def put(self, values: Values, key: str | None = None) -> str:
        return self.id_of(self.sim.put(self.table, self.sent(values), scope=int(self.scope)))

    def edit(self, id: str, values: Values) -> None:
        self.sim.put(self.table, self.sent(values), record=int(id.rpartition("/")[2]))

    def delete(self, id: str) -> None:
        number = int(id.rpartition("/")[2])
        if self.binned:
            self.sim.recycle(self.table, number)
        else:
            self.sim.drop(self.table, number)

    def stored(self, id: str) -> dict[int, Value] | None:
        row = self.sim.rows(self.table).get(int(id.rpartition("/")[2]))
        return None if row is None else {at: self.plain(name, row) for at, name in enumerate(self.fields)}

    def plain(self, name: str, row: dict[str, Any]) -> Value:
        if name == "project":
            return self.scope
        if name in self.ids:
            found = row.get(f"{name}_id", row.get(name))
            return None if found is None else self.placed(name, found)
        return super().plain(name, row)

    def placed(self, name: str, number: int) -> str:
        """A reference in our form: ids of project records carry the project."""
        return f"{self.scope}/{number}"


class LineBench(_InProject):
    """Listed by version 2.0, written by 1.0, which has no stamps; the codes cost a call a line."""

    resource, table = "budget-line-items", "budget_lines"
    fields = ("project", "cost_code", "line_item_type", "original_budget_amount", "uom")
    ids = ("cost_code", "line_item_type")
    named = 3
    clearable = (3, 4)
    tells_changes = False
    answers_dated = False

    def prepare(self) -> None:
        super().prepare()
        self.kind = self.sim.add_option("line_item_types", "Labor", code="L")
        home = int(self.scope)
        self.codes = [self.sim.add_option("cost_codes", f"C{at}", project=home) for at in range(40)]

    def sample(self, number: int) -> dict[int, Value]:
        amount = f"{number + 1}000.5"
        return {0: self.scope, 1: str(self.codes[number]), 2: str(self.kind), 3: amount, 4: f"u{number}"}

    def twin(self, number: int) -> dict[int, Value]:
        return {**self.sample(number), 1: str(self.codes[number + 1])}

    def plain(self, name: str, row: dict[str, Any]) -> Value:
        found = super().plain(name, row)
        return str(found).removesuffix(".0") if name == "original_budget_amount" and found else found

    def placed(self, name: str, number: int) -> str:
        return str(number)


class ModificationBench(_InProject):
    """Whole lists only, money as text in both directions, deleted for good."""

    resource, table = "budget-modifications", "budget_modifications"
    fields = ("project", "to_budget_line_item", "transfer_amount", "notes")
    ids = ("to_budget_line_item",)
    named = 3
    tells_changes = False

    def prepare(self) -> None:
        super().prepare()
        kind, home = self.sim.add_option("line_item_types", "Labor"), int(self.scope)
        self.lines = []
        for name in ("C1", "C2"):
            code = self.sim.add_option("cost_codes", name, project=home)
            pair = {"cost_code_id": code, "line_item_type_id": kind}
            self.lines.append(self.sim.put("budget_lines", pair, scope=home))

    def sample(self, number: int) -> dict[int, Value]:
        line = f"{self.scope}/{self.lines[number % 2]}"
        return {0: self.scope, 1: line, 2: f"{number + 1}.5", 3: f"Note {number}"}


class FolderBench(_InProject):
    """The documents index with its recycle bin; a single folder does not tell when it was made."""

    resource = table = "folders"
    fields = ("project", "name", "is_tracked")
    named = 1
    binned = True
    answers_dated = False

    def sample(self, number: int) -> dict[int, Value]:
        return {0: self.scope, 1: f"Folder {number}", 2: number % 2 == 0}

    def twin(self, number: int) -> dict[int, Value]:
        return {**self.sample(number), 1: f"Folder {number} again"}


class AlbumBench(_InProject):
    """Whole lists only, deleted for good."""

    resource = table = "albums"
    fields = ("project", "name", "private")
    named = 1
    tells_changes = False

    def sample(self, number: int) -> dict[int, Value]:
        return {0: self.scope, 1: f"Album {number}", 2: number % 2 == 0}


class FileBench(_InProject):
    """Made of an upload, which is never read back."""

    resource = table = "files"
    fields = ("project", "name", "is_tracked", "upload_uuid")
    named = 1
    updatable = (1, 2)
    binned = True

    def upload(self, credential: str) -> str:
        """Bytes that a credential has uploaded."""
        user = self.sim.who[credential].user_id
        return keep(self.sim.state, user, int(self.scope), "a.pdf", b"bytes")

    def sample(self, number: int) -> dict[int, Value]:
        return {0: self.scope, 1: f"file {number}.pdf", 2: number % 2 == 0, 3: None}

    def twin(self, number: int) -> dict[int, Value]:
        return {**self.sample(number), 1: f"file {number} again.pdf"}

    def drafted(self, number: int) -> dict[int, Value]:
        return {**self.sample(number), 3: self.upload("syncd")}

    def put(self, values: Values, key: str | None = None) -> str:
        return super().put({**values, 3: self.upload("person")})

    def edit(self, id: str, values: Values) -> None:
        super().edit(id, {at: value for at, value in values.items() if at != 3})


class ImageBench(FileBench):
    """An image of an album: upload and name stand beside the wrapper and never change."""

    resource = table = "images"
    fields = ("project", "album", "description", "upload_uuid", "image_name")
    named = 2
    updatable = (2,)
    clearable = (2,)

    def prepare(self) -> None:
        super().prepare()
        self.album = self.sim.put("albums", {"name": "Site"}, scope=int(self.scope))

    def sample(self, number: int) -> dict[int, Value]:
        place = f"{self.scope}/{self.album}"
        return {0: self.scope, 1: place, 2: f"View {number}", 3: None, 4: "a.jpg"}

    def twin(self, number: int) -> dict[int, Value]:
        return self.sample(number)

    def sent(self, values: Values) -> dict[str, Any]:
        raw = super().sent(values)
        if "album" in raw:
            raw["image_category_id"] = int(str(raw.pop("album")).rpartition("/")[2])
        return raw

    def plain(self, name: str, row: dict[str, Any]) -> Value:
        if name == "album":
            return f"{self.scope}/{row['image_category_id']}"
        if name == "upload_uuid":
            return None
        return super().plain({"image_name": "filename"}.get(name, name), row)


@pytest.fixture(params=READINGS.values(), ids=READINGS.keys())
def reading(request: pytest.FixtureRequest) -> ProcoreSwitches:
    """One way in which the vendor may be understood."""
    chosen: ProcoreSwitches = request.param
    return replace(chosen, uses_budget_changes=False, grand_total_fixed=False, lines_v2=200)


class TestBudgetLines(SideContract):
    """Budget line items."""

    @pytest.fixture
    def bench(self, reading: ProcoreSwitches) -> Bench:
        """Lines under one reading."""
        return LineBench(reading)


class TestBudgetModifications(SideContract):
    """Budget modifications of a company without budget changes."""

    @pytest.fixture
    def bench(self, reading: ProcoreSwitches) -> Bench:
        """Modifications under one reading."""
        return ModificationBench(reading)


class TestFolders(SideContract):
    """Folders."""

    @pytest.fixture
    def bench(self, reading: ProcoreSwitches) -> Bench:
        """Folders under one reading."""
        return FolderBench(reading)


class TestAlbums(SideContract):
    """Albums."""

    @pytest.fixture
    def bench(self, reading: ProcoreSwitches) -> Bench:
        """Albums under one reading."""
        return AlbumBench(reading)


class TestFiles(SideContract):
    """Files."""

    @pytest.fixture
    def bench(self, reading: ProcoreSwitches) -> Bench:
        """Files under one reading."""
        return FileBench(reading)


class TestImages(SideContract):
    """Images."""

    @pytest.fixture
    def bench(self, reading: ProcoreSwitches) -> Bench:
        """Images under one reading, but for one: an image that the bin still shows is not known as
        deleted, because Procore lists no bin of images. It is left alone then."""
        return ImageBench(replace(reading, recycled_show=404))
