"""The simulated documents keep the vendor's habits in the index, at check-out and with versions."""

from __future__ import annotations

from typing import Any

import pytest

from syncd.sandbox import Seed
from syncd.sandbox.procore.uploads import keep
from tests.support.procore_sandbox import LittleWorld, little_world


class Documents:
    """A project's documents."""

    def __init__(self, **switches: Any) -> None:
        self.box: LittleWorld = little_world(sizes=Seed(projects=1, vendors=1), **switches)
        self.project = self.box.ids("v1.0/projects")[0]
        self.at = f"project_id={self.project}"

    def folder(self, name: str, parent: int | None = None) -> int:
        """A new folder."""
        body = {"folder": {"name": name, "parent_id": parent}}
        return int(self.box.send("POST", f"v1.0/folders?{self.at}", body)["id"])

    def file(self, name: str, parent: int | None = None) -> int:
        """A new file."""
        sim = self.box.world.procore
        uuid = keep(sim.state, sim.who["syncd"].user_id, self.project, name, name.encode())
        body = {"file": {"name": name, "parent_id": parent, "upload_uuid": uuid}}
        return int(self.box.send("POST", f"v1.0/files?{self.at}", body)["id"])

    def index(self, query: str = "") -> list[int]:
        """The ids of the index."""
        return self.box.ids(f"v1.0/projects/{self.project}/documents?{query}")


def test_the_index_has_both_kinds_and_all_below_a_folder() -> None:
    """`folder_id` means the folder with whatever stands below it (§10.1)."""
    documents = Documents()
    top = documents.folder("Top")
    inner, other = documents.folder("Inner", top), documents.folder("Other")
    file = documents.file("a.pdf", inner)

    assert documents.index() == [top, inner, other, file]
    assert documents.index(f"filters[folder_id]={top}") == [top, inner, file]
    assert documents.index("filters[document_type]=file") == [file]
    assert documents.index("filters[search]=inn") == [inner]
    assert documents.index("filters[file_type][]=pdf&filters[document_type]=file") == [file]


@pytest.mark.parametrize(("sort", "order"), [("name", "abc"), ("-name", "cba"), ("document_type", "cab")])
def test_the_index_is_sorted_as_asked(sort: str, order: str) -> None:
    """By name, backwards, or files before folders (§10.1)."""
    documents = Documents()
    ids = {"b": documents.folder("b"), "a": documents.folder("a"), "c": documents.file("c")}
    found = documents.index(f"sort={sort}")

    if sort == "document_type":
        assert found[0] == ids["c"]
    else:
        assert found == [ids[one] for one in order]


def test_the_index_comes_in_pages() -> None:
    """Unlike the tree it has pages with a total (§10.1)."""
    documents = Documents()
    for number in range(5):
        documents.folder(f"F{number}")

    answer = documents.box.call("GET", f"v1.0/projects/{documents.project}/documents?per_page=2&page=3")

    assert (answer.headers["Total"], answer.headers["Per-Page"]) == ("5", "2")


@pytest.mark.parametrize("hides", [True, False])
def test_whether_the_index_leaves_the_recycle_bin_out_is_open(hides: bool) -> None:
    """Without a filter it does or does not; with one there is no doubt (§10.1)."""
    documents = Documents(index_hides_bin=hides)
    file = documents.file("a.pdf")
    documents.box.call("DELETE", f"v1.0/files/{file}?{documents.at}")

    assert documents.index() == ([] if hides else [file])
    assert documents.index("filters[is_in_recycle_bin]=false") == []
    assert documents.index("filters[is_in_recycle_bin]=true") == [file]


def test_a_file_that_somebody_checked_out_is_not_changed_by_others() -> None:
    """409 until the time is over or the same user gives it back (§10.1)."""
    documents = Documents()
    file = documents.file("a.pdf")
    one = f"v1.0/files/{file}?{documents.at}"
    until = {"file": {"checked_out_until": "2026-12-01T00:00:00Z"}}
    assert documents.box.call("PATCH", one, until, credential="person").status == 200

    assert documents.box.call("PATCH", one, {"file": {"description": "x"}}).status == 409
    back = {"file": {"checked_out_until": None}}
    assert documents.box.call("PATCH", one, back, credential="person").status == 200
    assert documents.box.call("PATCH", one, {"file": {"description": "x"}}).status == 200


def test_a_folder_stands_in_a_folder_of_its_own_project_and_not_in_itself() -> None:
    """422 for a parent that is deleted, unknown or below (§10.1)."""
    documents = Documents()
    top = documents.folder("Top")
    inner, gone = documents.folder("Inner", top), documents.folder("Gone")
    documents.box.call("DELETE", f"v1.0/folders/{gone}?{documents.at}")

    for parent in (top, inner, gone, 99):
        moved = documents.box.call(
            "PATCH", f"v1.0/folders/{top}?{documents.at}", {"folder": {"parent_id": parent}}
        )
        assert moved.status == 422


def test_the_roots_own_id_means_the_root() -> None:
    """What is read as the parent of a top folder can be written (§10.1)."""
    documents = Documents()
    inner = documents.folder("Inner", documents.folder("Top"))
    root = documents.box.get(f"v1.0/folders?{documents.at}")["id"]

    moved = documents.box.send(
        "PATCH", f"v1.0/folders/{inner}?{documents.at}", {"folder": {"parent_id": root}}
    )

    assert moved["parent_id"] == root
    assert moved["name_with_path"].count("/") == 1
