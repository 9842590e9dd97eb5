"""Paths of folders: what a name becomes in one, and what a flat list says of a tree."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from syncd.core.folderpath import BadPath, called, path_of, way_down
from syncd.procore.folder_tree import spots_of, with_paths

names = st.lists(st.text(alphabet="aB /\\.", min_size=1).filter(lambda one: called(one) != ""), min_size=1)


@given(names)
def test_every_way_down_has_one_path_and_comes_back_from_it(way: list[str]) -> None:
    """Slashes and backslashes in names are no others than they were; only spaces are put in order."""
    assert way_down(path_of(way)) == tuple(called(one) for one in way)


@pytest.mark.parametrize("text", ["", "/", "A//B", "/A", "A/", "A\\B", "A\\"])
def test_what_is_no_path_is_said_to_be_none(text: str) -> None:
    """A missing name, and a backslash that marks nothing, are not guessed at."""
    with pytest.raises(BadPath, match="is no path"):
        way_down(text)


def test_a_flat_list_gives_each_folder_its_way_down() -> None:
    """Folders at the top name the root folder; what hangs below a folder that is not shown, or in itself,
    has no path and still stands where it says."""
    rows = [
        {"id": 2, "name": "Drawings", "parent_id": 1},
        {"id": 3, "name": "A/B", "parent_id": 2},
        {"id": 4, "name": "hidden below", "parent_id": 99},
        {"id": 5, "name": "in itself", "parent_id": 5},
        {"id": 6, "name": "Top", "parent_id": None},
    ]

    found = with_paths(rows, "1")

    assert {row["id"]: row["path"] for row in found} == {
        2: "Drawings", 3: "Drawings/A\\/B", 4: "", 5: "", 6: "Top",
    }  # fmt: skip
    assert spots_of(found)["2", "A/B"] == ["3"]
